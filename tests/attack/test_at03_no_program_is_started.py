"""AT03: shell words in communities, names and answers start no program: Python's own audit events would show it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from attacked_city import attacked, switch
from hostile import SHELL
from hostile_agent import honest

if TYPE_CHECKING:
    from pathlib import Path

STARTS = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "subprocess.Popen",
    "pty.spawn",
}


class _Watch:
    """A hook cannot be taken out again: it is switched off instead."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.is_on = False
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_on and event in STARTS:
            self.seen.append(f"{event} {arguments!r}")


def test_at03_nothing_a_device_says_starts_a_program(tmp_path: Path) -> None:
    watch = _Watch()
    answer = honest(switch([f"p{number}{text}" for number, text in enumerate(SHELL)], said=SHELL))
    with attacked(tmp_path / "city", lambda request: [answer(request)], ports=("p0$(id)", "p1`id`")) as city:
        watch.is_on = True
        city.once()
        watch.is_on = False
    assert watch.seen == []
