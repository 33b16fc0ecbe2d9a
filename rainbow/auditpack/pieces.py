"""The values of this room: a table or a document of the pack, and a claim with the rows it rests on. Pure."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rainbow.kernel.spreadsheet import cell
from rainbow.kernel.texts import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Cell = str | int | float | bool | None
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file. Each row has its number in the column ``row``, which claims name; ``note`` is said without rows."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""

    @classmethod
    def of(
        cls, name: str, title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Cell]], *, note: str = ""
    ) -> Table:
        """A table with its rows numbered from 1."""
        numbered = tuple({"row": number, **row} for number, row in enumerate(rows, start=1))
        return cls(name=name, title=title, columns=("row", *columns), rows=numbered, note=note)

    def numbers(self, wanted: Callable[[Row], bool] = lambda _row: True) -> list[int]:
        """Numbers of the rows that are wanted."""
        return [int(str(row["row"])) for row in self.rows if wanted(row)]

    def content(self) -> bytes:
        """As it stands in the pack; a cell that a spreadsheet would calculate is a text there."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([cell(_written(row.get(name))) for name in self.columns] for row in self.rows)
        return out.getvalue().encode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A JSON file; claims name a path in it."""

    name: str
    title: str
    value: object

    def content(self) -> bytes:
        """As it stands in the pack."""
        return json.dumps(self.value, indent=2, ensure_ascii=False, sort_keys=False).encode("utf-8") + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A file of JSON lines, already made."""

    name: str
    title: str
    lines: tuple[str, ...]

    def content(self) -> bytes:
        """As it stands in the pack."""
        return "".join(line + "\n" for line in self.lines).encode("utf-8")


Piece = Table | Document | Lines


class Status(StrEnum):
    """What can be said of a requirement. NO_EVIDENCE: there is no row that says anything."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"
    ORGANISATIONAL = "organisational"
    NO_EVIDENCE = "no_evidence"


STATUS_TITLES = {
    Status.MET: N_("met"),
    Status.PARTLY: N_("partly met"),
    Status.NOT: N_("not met"),
    Status.ORGANISATIONAL: N_("organisational, not by software"),
    Status.NO_EVIDENCE: N_("no evidence"),
}
"""As a person reads them; translate where they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A status, the file and the rows or paths it rests on, and why in a sentence."""

    status: Status
    file: str = ""
    rows: tuple[int | str, ...] = ()
    words: str = ""

    def where(self, most: int = 12) -> str:
        """The rows as text: ranges, so that thousands are one line."""
        shown = ranges(self.rows)
        return ", ".join(shown[:most]) + (", ..." if len(shown) > most else "")


def ranges(rows: Sequence[int | str]) -> list[str]:
    """Numbers that follow each other as ``3-7``; paths as they are."""
    found: list[str] = [row for row in rows if isinstance(row, str)]
    runs: list[list[int]] = []
    for row in sorted(row for row in rows if not isinstance(row, str)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return found + [str(first) if first == last else f"{first}-{last}" for first, last in runs]


def share_claim(table: Table, good: Callable[[Row], bool | None], words: Mapping[Status, str]) -> Claim:
    """A claim over all rows of a table: met where all are good, partly where some are, not where none is.

    A row of which nothing is known (None) counts as nothing: where all are so, there is no evidence. What a claim names
    is what stands against it, else all that speaks for it.
    """
    judged = [(row, good(row)) for row in table.rows]
    for_it = [int(str(row["row"])) for row, verdict in judged if verdict is True]
    against = [int(str(row["row"])) for row, verdict in judged if verdict is False]
    unknown = [int(str(row["row"])) for row, verdict in judged if verdict is None]
    if not for_it and not against:
        return Claim(status=Status.NO_EVIDENCE, file=table.name, words=words.get(Status.NO_EVIDENCE, table.note))
    if not against and not unknown:
        return Claim(status=Status.MET, file=table.name, rows=tuple(for_it), words=words.get(Status.MET, ""))
    status = Status.PARTLY if for_it else Status.NOT
    return Claim(status=status, file=table.name, rows=(*against, *unknown), words=words.get(status, ""))


def _written(value: Cell) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value
