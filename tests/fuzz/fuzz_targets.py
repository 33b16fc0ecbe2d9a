"""The places where bytes of strangers come in, what each is begun with, and how one is beaten on."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import fuzz_files as files
import fuzz_wire as wire
from fuzz_mutations import mutated

from incidents.engine import State
from incidents.memory import to_json
from simulator import ber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

CORPUS = Path(__file__).parent / "corpus"
SLOW_S = 0.5
"""Processor time; an input that takes more hangs whoever waits behind it."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A place. ``share`` is its part of a run over all: what costs a tenth is beaten ten times as often."""

    name: str
    open: Callable[[], AbstractContextManager[Callable[[bytes], None]]]
    begin: Callable[[], list[bytes]]
    share: float

    def seeds(self) -> list[bytes]:
        """What the damage begins with: made here, and what was found before (kept in ``corpus/``)."""
        return [*self.begin(), *(path.read_bytes() for path in sorted((CORPUS / self.name).glob("*")))]


def _texts() -> list[bytes]:
    return ["ge-0/0/1 zur Feuerwache Süd".encode(), b"\xff\xfe\x00x", "a\u202eb\u0301\r\n\x1b[31m".encode(), bytes(6)]


TARGETS = {
    target.name: target
    for target in (
        Target(name="numbers", open=wire.numbers, begin=lambda: wire.answers(ber.integer(wire.ID)), share=0.45),
        Target(name="library", open=wire.library, begin=wire.answers, share=0.38),
        Target(name="version3", open=wire.version3, begin=wire.reports, share=0.1),
        Target(name="trap", open=wire.trap, begin=wire.traps, share=0.02),
        Target(name="binding", open=wire.binding, begin=lambda: [_bindings()], share=0.02),
        Target(name="words", open=files.words, begin=_texts, share=0.02),
        Target(name="poll", open=files.poll, begin=lambda: [bytes(range(60)), bytes(range(0, 240, 4))], share=0.002),
        Target(name="recording", open=files.recording, begin=lambda: [_RECORDING], share=0.004),
        Target(name="memory", open=files.memory, begin=lambda: [to_json(State()).encode()], share=0.002),
        Target(
            name="settings",
            open=files.settings,
            begin=files.settings_seeds,
            share=0.0007,
        ),
        Target(name="plant", open=files.plant, begin=files.plant_seeds, share=0.0007),
        Target(name="netbox", open=files.netbox, begin=files.netbox_seeds, share=0.0006),
    )
}
WIRE = ("numbers", "library", "version3", "trap")
"""What stands between a datagram and a reading."""
_RECORDING = b"""1.3.6.1.2.1.1.1.0|4|a switch
1.3.6.1.2.1.1.3.0|67|4711
1.3.6.1.2.1.1.4.0|4x|ff00
1.3.6.1.2.1.4.20.1.1|64|192.0.2.1
"""


def _bindings() -> bytes:
    binds = {wire.SNMP_TRAP_OID: "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7": "7", "1.3.6.1.2.1.31.1.1.1.1.7": "ge7"}
    return "\n".join(part for pair in binds.items() for part in pair).encode()


@dataclass
class Finding:
    """An input that something went wrong over."""

    data: bytes
    error: str


@dataclass
class Outcome:
    """What came of a run. ``slowest_s`` and ``findings`` are what it is about."""

    inputs: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0
    grown_kb: int = 0
    findings: list[Finding] = field(default_factory=list)


def beaten(target: Target, *, inputs: int, seed: int, most_findings: int = 20) -> Outcome:
    """Give damaged inputs to a place. Memory is measured after the first tenth, when all caches are warm."""
    outcome, dice, seeds = Outcome(), random.Random(f"{target.name} {seed}"), target.seeds()
    began_s, warm_kb = time.monotonic(), 0
    with target.open() as one:
        for data in _damaged(dice, seeds, inputs):
            if outcome.inputs == inputs // 10:
                warm_kb = resident_kb()
            before_s = time.process_time()
            try:
                one(data)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                outcome.findings.append(Finding(data, f"{type(error).__name__}: {error}"))
            took_s = time.process_time() - before_s
            outcome.slowest_s = max(outcome.slowest_s, took_s)
            outcome.inputs += 1
            if len(outcome.findings) >= most_findings:
                break
    outcome.seconds = time.monotonic() - began_s
    outcome.grown_kb = resident_kb() - warm_kb
    return outcome


def _damaged(dice: random.Random, seeds: list[bytes], inputs: int) -> Iterator[bytes]:
    yield from seeds[:inputs]
    for _number in range(inputs - len(seeds)):
        yield mutated(dice, seeds)


def resident_kb() -> int:
    """Memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4
