"""Cutting and repairing for real, where a simulated city offers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class PlantControl(Protocol):
    """What can be done to the plant from here. Over a real network nothing offers it: ``available`` says no."""

    def available(self) -> bool:
        """Whether a simulated city listens right now."""

    def cut(self, codes: Sequence[str]) -> None:
        """Cut trenches.

        Raises:
            SimulatorError: nothing listens, or a trench is unknown; then none of them is cut.
        """

    def repair(self, codes: Sequence[str]) -> None:
        """Mend trenches.

        Raises:
            SimulatorError: nothing listens, or a trench is unknown.
        """

    def cuts(self) -> tuple[str, ...]:
        """Codes of the trenches that are cut now, sorted.

        Raises:
            SimulatorError: nothing listens.
        """
