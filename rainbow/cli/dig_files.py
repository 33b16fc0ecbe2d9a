"""What ``rainbow topology dig`` reads beside the city: candidates from a CSV file, streets from a GeoJSON file."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from inventory.entities import Code
from rainbow.kernel.errors import InputError
from rainbow.kernel.texts import _
from topology.dig import Candidate
from topology.streets import Street

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from inventory.entities import LonLat


def read_candidates(path: Path) -> list[Candidate]:
    """Candidates of a CSV file.

    Raises:
        InputError: a column or a number is missing or wrong; the message names file and row.
    """
    found = []
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(_("{path} cannot be read: {error}").format(path=path, error=error)) from None
    for number, row in enumerate(rows, start=2):
        try:
            made = Candidate(
                code=Code(row["code"]),
                near=Code(row["near"]),
                far=Code(row["far"]),
                metres=float(row["metres"]),
                surface=row.get("surface") or "",
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                _("{path} row {row}: {error} is missing or wrong").format(path=path, row=number, error=error),
                cure=_("the columns are code, near, far, metres and surface; metres is a number"),
            ) from None
        found.append(made)
    return found


def read_streets(path: Path) -> list[Street]:
    """Streets of a GeoJSON file: the lines of its features, each with its surface where it names one.

    Raises:
        InputError: it is no GeoJSON, or a line is none; the message names file and feature.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        features = list(document["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            _("{path} cannot be read as GeoJSON: {error}").format(path=path, error=error),
            cure=_("write a FeatureCollection of lines in longitude and latitude"),
        ) from None
    found = []
    for number, feature in enumerate(features, start=1):
        try:
            surface = str((feature.get("properties") or {}).get("surface") or "")
            found += [Street(line=line, surface=surface) for line in _lines(feature["geometry"])]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                _("{path} feature {number}: {error} is missing or wrong").format(path=path, number=number, error=error),
                cure=_("a feature's geometry is a LineString or MultiLineString of longitude and latitude"),
            ) from None
    return found


def _lines(geometry: dict[str, object]) -> Iterator[tuple[LonLat, ...]]:
    """The lines of a geometry; points and areas have none."""
    parts = {"LineString": lambda given: [given], "MultiLineString": list}.get(str(geometry["type"]))
    for line in parts(geometry["coordinates"]) if parts is not None else ():
        yield tuple((float(point[0]), float(point[1])) for point in line)
