"""What is wrong with a plant, like a linter: stable codes and severities, every finding with its cure. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from inventory.checks import (
    budget,
    cables,
    colours,
    ducts,
    equipment,
    geometry,
    glass,
    light,
    link_groups,
    links,
    paths,
    plausible,
    protections,
    references,
    resting,
)
from rainbow.kernel.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

    Part = Callable[[Plant], Iterator[Finding]]

NOTHING_UNREAD = references.Unread()

_PARTS = (
    geometry.check,
    cables.check,
    ducts.check,
    links.check,
    link_groups.check,
    protections.check,
    glass.check,
    paths.check,
    light.check,
    colours.check,
    budget.check,
    equipment.check,
    plausible.check,
    resting.check,
)
ADVICE = frozenset({paths.check, light.check, budget.check, equipment.check, plausible.check, resting.check})
"""Parts none of whose rules is an error; some follow the light, which takes longer than all others."""


def check(plant: Plant, *, unread: references.Unread = NOTHING_UNREAD) -> list[Finding]:
    """All findings on a plant, rule by rule, in the order of its files.

    The rules behind the references see only records whose references resolve; then they report errors only, for what
    a record seems to lack may stand in the part left out. ``unread`` names what a source could not read: references
    to it are not reported.
    """
    return _found(plant, unread, _PARTS)


def errors(plant: Plant, *, unread: references.Unread = NOTHING_UNREAD) -> list[Finding]:
    """The errors of :func:`check`, in half the time."""
    found = _found(plant, unread, [part for part in _PARTS if part not in ADVICE])
    return [finding for finding in found if finding.severity is Severity.ERROR]


def _found(plant: Plant, unread: references.Unread, parts: Iterable[Part]) -> list[Finding]:
    found, solid = references.judge(plant, unread=unread)
    whole = solid is plant and unread == NOTHING_UNREAD
    rest = chain.from_iterable(part(solid) for part in parts)
    found.extend(item for item in rest if whole or _sure(item))
    return found


def _sure(finding: Finding) -> bool:
    """Whether a finding holds however much more of the plant there is: links may get their colours from the rest."""
    return finding.severity is Severity.ERROR and finding.code != "RB-5003"
