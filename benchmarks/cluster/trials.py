"""What can befall pollers and their coordinator, one after the other, with what each may cost."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.cluster.company import Seen, look, settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.cluster.company import Company, Size

TERM, KILL, STOP, CONT = signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT
VICTIM = 1
LONGEST_GAP, ALL_AGAIN = 2.05, 1.5
"""In rounds."""
KILLED_TWICE, FROZEN_TWICE = 0.05, 0.01
"""Shares of one round."""
AWAY_LONG = 4.0
"""Rounds that the coordinator stays away for longer than the hold, which is two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One line of the table. ``failed`` names the targets that were not met."""

    trial: str
    seen: Seen
    target: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Something happens, in rounds of ``lasts`` it is undone, and after ``calm`` more the dust has settled."""

    name: str
    happens: Callable[[Company], object]
    undone: Callable[[Company], object]
    lasts: float
    calm: float
    target: str
    is_met: Callable[[Seen, Size], dict[str, bool]]
    needs_network: bool = False
    looks_at_return: bool = False


def _polled_again(seen: Seen, size: Size, share: float) -> dict[str, bool]:
    return {
        "all again": seen.all_again <= ALL_AGAIN,
        "longest gap": seen.longest_gap <= LONGEST_GAP,
        "twice": seen.twice <= share * size.devices,
    }


def _killed(seen: Seen, size: Size) -> dict[str, bool]:
    return _polled_again(seen, size, KILLED_TWICE)


def _thawed(seen: Seen, size: Size) -> dict[str, bool]:
    found = _polled_again(seen, size, FROZEN_TWICE)
    return found | {"twice until": not seen.twice or seen.twice_until_s <= size.beat_s}


def _cut(seen: Seen, size: Size) -> dict[str, bool]:
    bound_s = size.ttl_s + size.hold_s + size.beat_s
    return {"longest gap": seen.longest_gap <= LONGEST_GAP, "twice until": seen.twice_until_s <= bound_s}


def _nothing(seen: Seen, _size: Size) -> dict[str, bool]:
    return {"missed": seen.missed == 0, "twice": seen.twice == 0}


def _joined(seen: Seen, _size: Size) -> dict[str, bool]:
    return {"all again": seen.all_again <= ALL_AGAIN, "longest gap": seen.longest_gap <= LONGEST_GAP}


def _held(seen: Seen, size: Size) -> dict[str, bool]:
    """Asked for as long as the hold, then not at all.

    A device is due once a round, so its last time may lie a round before the hold's end, and the next one a round after
    the return; one round more would be a hold that was not kept.
    """
    unasked = AWAY_LONG - size.hold_s / size.round_s
    return {"hold": unasked <= seen.longest_gap <= unasked + LONGEST_GAP}


def _returned(seen: Seen, _size: Size) -> dict[str, bool]:
    return {"all again": seen.all_again <= ALL_AGAIN}


_AGAIN = "all again <= 1.5 R, no gap > 2.05 R, twice <= {share} of a round"
_WITHIN = "0 missed, 0 twice"


def _away(what: signal.Signals) -> Callable[[Company], object]:
    return lambda company: company.coordinator.signal(what)


def _back(company: Company) -> None:
    company.coordinator.start()


def _back_empty(company: Company) -> None:
    company.coordinator.wipe()
    company.coordinator.start()


def _on_victim(what: signal.Signals) -> Callable[[Company], object]:
    return lambda company: company.signal(VICTIM, what)


def _nobody(_company: Company) -> None:
    """It stays as it is."""


def _cable(name: str) -> Callable[[Company], object]:
    return lambda company: getattr(company.network, name)(VICTIM)


def _started(company: Company) -> None:
    company.start(VICTIM)


TRIALS = (
    Trial(
        name="poller SIGKILL",
        happens=_on_victim(KILL),
        undone=_nobody,
        lasts=0.0,
        calm=3.0,
        target=_AGAIN.format(share="5 %"),
        is_met=_killed,
    ),
    Trial(
        name="poller joins",
        happens=_started,
        undone=_nobody,
        lasts=0.0,
        calm=2.5,
        target="all again <= 1.5 R, no gap > 2.05 R",
        is_met=_joined,
    ),
    Trial(
        name="poller SIGSTOP 2 R",
        happens=_on_victim(STOP),
        undone=_on_victim(CONT),
        lasts=2.0,
        calm=2.5,
        target=_AGAIN.format(share="5 %"),
        is_met=_killed,
    ),
    Trial(
        name="... and SIGCONT",
        happens=_on_victim(STOP),
        undone=_on_victim(CONT),
        lasts=2.0,
        calm=2.5,
        target=_AGAIN.format(share="1 %") + ", none after a beat",
        is_met=_thawed,
        looks_at_return=True,
    ),
    Trial(
        name="poller leaves",
        happens=_on_victim(TERM),
        undone=_started,
        lasts=2.5,
        calm=1.0,
        target="all again <= 1.5 R, no gap > 2.05 R",
        is_met=_joined,
    ),
    Trial(
        name="cable pulled 4 R",
        happens=_cable("pull"),
        undone=_cable("plug"),
        lasts=4.0,
        calm=2.0,
        target="no gap > 2.05 R, none twice after TTL + hold + beat",
        is_met=_cut,
        needs_network=True,
    ),
    Trial(
        name="packets lost 4 R",
        happens=_cable("lose"),
        undone=_cable("find"),
        lasts=4.0,
        calm=2.0,
        target="no gap > 2.05 R, none twice after TTL + hold + beat",
        is_met=_cut,
        needs_network=True,
    ),
    Trial(
        name="coordinator SIGTERM, away 0.8 R",
        happens=_away(TERM),
        undone=_back,
        lasts=0.8,
        calm=2.0,
        target=_WITHIN,
        is_met=_nothing,
    ),
    Trial(
        name="coordinator SIGKILL, away 0.8 R",
        happens=_away(KILL),
        undone=_back,
        lasts=0.8,
        calm=2.0,
        target=_WITHIN,
        is_met=_nothing,
    ),
    Trial(
        name="coordinator wiped, away 0.8 R",
        happens=_away(KILL),
        undone=_back_empty,
        lasts=0.8,
        calm=2.0,
        target=_WITHIN,
        is_met=_nothing,
    ),
    Trial(
        name="coordinator away 4 R, hold 2 R",
        happens=_away(KILL),
        undone=_back,
        lasts=AWAY_LONG,
        calm=2.0,
        target="asked for 2 R, then not: longest gap 2 to 4.05 R",
        is_met=_held,
    ),
    Trial(
        name="... and is back",
        happens=_away(KILL),
        undone=_back,
        lasts=AWAY_LONG,
        calm=2.0,
        target="all again <= 1.5 R",
        is_met=_returned,
        looks_at_return=True,
    ),
)


def held(company: Company, trial: Trial) -> Verdict:
    """Let it happen and judge what was seen."""
    round_s = company.size.round_s
    began_s = settle(company)
    happened_s = time.time()
    trial.happens(company)
    time.sleep(trial.lasts * round_s)
    returned_s = time.time()
    trial.undone(company)
    time.sleep(trial.calm * round_s)
    at_s = returned_s if trial.looks_at_return else happened_s
    seen = look(company, began_s if not trial.looks_at_return else returned_s, at_s, time.time())
    met = trial.is_met(seen, company.size)
    return Verdict(
        trial=trial.name, seen=seen, target=trial.target, failed=tuple(name for name, fine in met.items() if not fine)
    )
