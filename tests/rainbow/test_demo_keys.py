"""The keys of the demo's terminal: read one by one, put back as they were, and what they do."""

from __future__ import annotations

import os
import pty
import select
import sys
from typing import TYPE_CHECKING

import pytest

from rainbow.cli.demo_keys import CUT, REPAIR, Excavator, Keys
from rainbow.kernel.errors import SimulatorError
from simulator.city import generate
from topology.cut_index import CutIndex
from topology.graph import GroupKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.plant import Plant

AT_A_TERMINAL = """
import sys, termios
from rainbow.cli.demo_keys import Keys
before = termios.tcgetattr(sys.stdin.fileno())
with Keys() as keys:
    assert keys.can_be_pressed
    print("ready", flush=True)
    print("pressed", keys.pressed(20), keys.pressed(20), flush=True)
assert termios.tcgetattr(sys.stdin.fileno()) == before
print("as before", flush=True)
"""


class Ground:
    """A simulated city's control that remembers cuts, or listens no more."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.listens = True

    def available(self) -> bool:
        return self.listens

    def cut(self, codes: Sequence[str]) -> None:
        self.open += codes

    def repair(self, codes: Sequence[str]) -> None:
        self.open = [code for code in self.open if codes and code not in codes]

    def cuts(self) -> tuple[str, ...]:
        if not self.listens:
            raise SimulatorError("no simulator runs")
        return tuple(self.open)


@pytest.fixture(scope="module")
def plant() -> Plant:
    return generate(7, 20).plant


def test_keys_come_one_by_one_and_the_terminal_is_left_as_it_was() -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", AT_A_TERMINAL])  # noqa: S606 - our own interpreter
    said = ""
    while "as before" not in said:
        assert select.select([terminal], [], [], 20)[0], said
        said += os.read(terminal, 4096).decode()
        if said.rstrip().endswith("ready"):
            os.write(terminal, b"cr")
    os.waitpid(child, 0)
    os.close(terminal)
    assert "pressed c r" in said


def test_without_a_terminal_nobody_presses_anything() -> None:
    with Keys() as keys:
        assert not keys.can_be_pressed
        assert keys.pressed(0.0) == ""


def test_the_worst_trench_is_cut_then_the_next_then_all_are_mended(plant: Plant) -> None:
    ground = Ground()
    excavator = Excavator(plant, ground)
    worst = [found.code for found in CutIndex.of(plant).singles(GroupKind.TRENCH)]
    assert worst[0] in excavator.press(CUT)
    assert worst[1] in excavator.press(CUT)
    assert ground.open == worst[:2]
    assert excavator.press("x") == ""
    assert "repaired" in excavator.press(REPAIR)
    assert ground.open == []


def test_what_the_simulation_refuses_is_said(plant: Plant) -> None:
    ground = Ground()
    ground.listens = False
    assert Excavator(plant, ground).press(CUT) == "no simulator runs"
