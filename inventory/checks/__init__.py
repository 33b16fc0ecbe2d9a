"""What is wrong with a plant, like a linter: stable codes and severities, every finding with its cure. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks import references

if TYPE_CHECKING:
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

NOTHING_UNREAD = references.Unread()


def check(plant: Plant, *, unread: references.Unread = NOTHING_UNREAD) -> list[Finding]:
    """All findings on a plant, in the order of its files.

    The checks behind the references see only records whose references resolve. ``unread`` names what a source could
    not read: references to it are not reported.
    """
    return references.check(plant, unread=unread)
