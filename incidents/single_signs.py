"""What is told without judging rivals: light that fades under a link that holds, and switches that restarted. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from incidents.beliefs import MOST_FAINT, reading_nats
from incidents.diagnosis import Finding
from incidents.evidence import Onset
from incidents.incident import Cause, Incident, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from incidents.beliefs import Beliefs, Boot
    from incidents.ground import Ground
    from incidents.settings import IncidentSettings
    from inventory.entities import Code


def faint_links(
    beliefs: Beliefs, ground: Ground, settings: IncidentSettings, busy: Collection[Code]
) -> Iterator[Finding]:
    """Links of too little light that are not ``busy``: the sender, if it says so itself, else what lies between."""
    told: set[Code] = set()
    for interface, suspicion in beliefs.faint.items():
        link = ground.link_at.get(interface)
        sure = suspicion.is_bad and suspicion.score >= reading_nats(settings) * MOST_FAINT
        if link is None or link in busy or link in told or not sure:
            continue
        told.add(link)
        far = next(end for end in ground.ends[link] if end != interface)
        dim = far in beliefs.dim
        yield _alone(
            Cause.MODULE if dim else Cause.DEGRADATION,
            far if dim else link,
            score=suspicion.score,
            onset=Onset(good_s=suspicion.good_s, bad_s=suspicion.bad_s),
            links={link},
        )


def fresh_boots(before: Mapping[Code, Boot], now: Mapping[Code, Boot]) -> Iterator[tuple[Code, float]]:
    """Devices known before that started since, and when."""
    for device, boot in now.items():
        old = before.get(device)
        if old is not None and boot.since_s > old.since_s:
            yield device, boot.since_s


def restart(device: Code, since_s: float, interval_s: float, settings: IncidentSettings) -> Finding:
    """One switch that started anew."""
    onset = Onset(good_s=since_s - interval_s, bad_s=since_s)
    return _alone(Cause.REBOOT, device, score=reading_nats(settings), onset=onset, devices={device})


def is_same_restart(item: Incident, since_s: float, slack_s: float) -> bool:
    """Whether an incident is about restarts at that time: what starts one after the other has one cause."""
    is_restart = item.cause is Cause.REBOOT and not item.links
    return is_restart and item.good_s - slack_s <= since_s <= item.bad_s + slack_s


def with_restart(item: Incident, device: Code, since_s: float) -> Incident:
    """The incident with one more switch."""
    devices = tuple(sorted({*item.devices, device}))
    verdict = replace(item.verdict, codes=devices)
    return replace(item, devices=devices, verdict=verdict, bad_s=max(item.bad_s, since_s))


def _alone(
    cause: Cause,
    code: Code,
    *,
    score: float,
    onset: Onset,
    links: Collection[Code] = (),
    devices: Collection[Code] = (),
) -> Finding:
    return Finding(
        verdict=Verdict(cause=cause, codes=(code,), score=score, share=1.0),
        alternatives=(),
        onset=onset,
        links=frozenset(links),
        devices=frozenset(devices),
    )
