"""Single keys of the demo's terminal: cut, repair, end."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
from typing import TYPE_CHECKING, Self

from rainbow.kernel.errors import RainbowError, SimulatorError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from inventory.entities import Code
    from inventory.plant import Plant
    from planner.control import PlantControl

CUT, REPAIR = "c", "r"


class Keys:
    """Reads single keys while it is open; where standard input is no terminal nobody presses any."""

    def __init__(self) -> None:
        self._before: list[int | list[bytes | int]] | None = None

    @property
    def can_be_pressed(self) -> bool:
        """Whether somebody sits at a terminal."""
        return self._before is not None

    def __enter__(self) -> Self:
        with contextlib.suppress(termios.error, ValueError, OSError):  # a pipe, a closed or a replaced standard input
            number = sys.stdin.fileno()
            if os.tcgetpgrp(number) != os.getpgrp():
                return self  # in the background: whoever reads a terminal from there is stopped
            self._before = termios.tcgetattr(number)
            mode = termios.tcgetattr(number)
            mode[3] &= ~(termios.ICANON | termios.ECHO)  # Ctrl-C stays what it is
            termios.tcsetattr(number, termios.TCSADRAIN, mode)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._before is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._before)

    def pressed(self, wait_s: float) -> str:
        """The next key, waited for so long; an empty text where none came."""
        if self._before is None:
            select.select([], [], [], wait_s)
            return ""
        number = sys.stdin.fileno()
        ready, _writable, _broken = select.select([number], [], [], wait_s)
        return os.read(number, 1).decode(errors="replace") if ready else ""


class Excavator:
    """Cuts the trench that takes most with it, then the next one; and mends them all."""

    def __init__(self, plant: Plant, control: PlantControl) -> None:
        self._plant = plant
        self._control = control

    def press(self, key: str) -> str:
        """Do what the key stands for; what was done in a sentence, or an empty text for any other key."""
        try:
            if key == CUT:
                return self._cut()
            if key == REPAIR:
                self._control.repair([])
                return _("all trenches are repaired")
        except SimulatorError as error:
            return error.message
        return ""

    def _cut(self) -> str:
        wanted = next((code for code in self._worst() if code not in self._control.cuts()), None)
        if wanted is None:
            return _("no trench is left that takes anybody with it")
        self._control.cut([wanted])
        return _("{trench} is cut; watch the page").format(trench=wanted)

    def _worst(self) -> list[Code]:
        from topology.cut_index import CutIndex  # noqa: PLC0415 - numerics, loaded when the first key is pressed
        from topology.graph import GroupKind  # noqa: PLC0415 - same

        try:
            return [found.code for found in CutIndex.of(self._plant).singles(GroupKind.TRENCH)]
        except RainbowError:
            return [section.code for section in self._plant.sections]  # a city without a hub: any will do
