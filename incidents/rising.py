"""The life of a slow rise: opened by a daily look when its place is clear, over when two in a row miss it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from incidents.engine import Change, What
from incidents.incident import Cause, Harm, Incident, Status, Verdict
from incidents.lifecycle import noted
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidents.engine import State
    from incidents.fading.fade import Fade
    from incidents.ground import Ground


def with_fades(state: State, fades: Sequence[Fade], now_s: float, ground: Ground) -> tuple[State, tuple[Change, ...]]:
    """The state after a day's look, and what changed. The same look twice changes nothing."""
    incidents = {item.number: item for item in state.incidents}
    known = {item.number: item.fade for item in state.incidents if item.is_live and item.fade is not None}
    left, changes, next_number = dict(known), [], state.next_number
    for fade in fades:
        number = next((number for number, held in left.items() if _is_same(held, fade)), None)
        if number is None and not fade.is_clear:
            continue
        if number is None:
            incidents[next_number] = _opened(next_number, fade, now_s, _harm(ground, fade))
            changes.append(Change(what=What.OPENED, incident=incidents[next_number]))
            next_number += 1
            continue
        del left[number]
        old, incidents[number] = incidents[number], _moved(incidents[number], fade, now_s)
        if set(fade.codes) - set(old.verdict.codes):
            changes.append(Change(what=What.CHANGED, incident=incidents[number]))
    for number in left:
        incidents[number] = _missed(incidents[number], now_s)
        if incidents[number].status is Status.CLOSED:
            changes.append(Change(what=What.CLOSED, incident=incidents[number]))
    return replace(state, incidents=tuple(incidents.values()), next_number=next_number), tuple(changes)


def _is_same(held: Fade, fade: Fade) -> bool:
    """Whether two looks speak of one rise: they share a link, and both or neither are about a laser alone."""
    return held.is_laser == fade.is_laser and bool(set(held.links).intersection(fade.links))


def _verdict(fade: Fade) -> Verdict:
    return Verdict(cause=Cause.DEGRADATION, codes=fade.codes, score=0.0, share=fade.share)


def _others(fade: Fade) -> tuple[Verdict, ...]:
    return tuple(
        Verdict(cause=Cause.DEGRADATION, codes=item.codes, score=0.0, share=item.share) for item in fade.others
    )


def _opened(number: int, fade: Fade, now_s: float, harm: Harm) -> Incident:
    item = Incident(
        number=number,
        status=Status.OPEN,
        verdict=_verdict(fade),
        alternatives=_others(fade),
        opened_s=now_s,
        good_s=fade.from_s,
        bad_s=fade.from_s,
        changed_s=now_s,
        harm=harm,
        fade=fade,
    )
    return noted(item, now_s, "opened", _why(fade))


def _harm(ground: Ground, fade: Fade) -> Harm:
    """Nothing is down; yet how soon it is told depends on what would be if these links broke."""
    return Harm(criticality=ground.criticality(ground.lost(fade.links)))


def _moved(item: Incident, fade: Fade, now_s: float) -> Incident:
    new = replace(
        item,
        status=Status.OPEN,
        well_since_s=None,
        verdict=_verdict(fade),
        alternatives=_others(fade),
        fade=replace(fade, from_s=min(item.bad_s, fade.from_s)),
    )
    return noted(new, now_s, "verdict", _why(fade)) if set(fade.codes) != set(item.verdict.codes) else new


def _missed(item: Incident, now_s: float) -> Incident:
    if item.status is Status.OPEN:
        return replace(item, status=Status.CLEARING, well_since_s=now_s)
    over = replace(item, status=Status.CLOSED, closed_s=item.well_since_s)
    return noted(over, now_s, "closed", _("the loss rises no more"))


def _why(fade: Fade) -> str:
    return _("the loss of {count} links rises: {codes}").format(count=len(fade.links), codes=", ".join(fade.codes))
