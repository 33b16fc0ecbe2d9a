"""A message that is only a test: built like a real one, on a place of the own city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incidents.harm import damage_of, harm_of
from incidents.incident import Cause, Incident, Status, Verdict
from incidents.messages import Wording
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from incidents.ground import Ground


def trial(ground: Ground, now_s: float) -> tuple[str, str]:
    """Title and body as they would be if the trench with most links were cut, marked as a test twice."""
    held = ground.plant.links_in
    trench = max(sorted(held), key=lambda code: len(held[code]), default=None)
    codes = (trench,) if trench is not None else ()
    item = Incident(
        number=0,
        status=Status.OPEN,
        verdict=Verdict(cause=Cause.CUT, codes=codes, score=0.0, share=1.0),
        opened_s=now_s,
        good_s=now_s,
        bad_s=now_s,
        changed_s=now_s,
        links=held[trench] if trench is not None else (),
    )
    harm, _behind = harm_of(ground, item, damage_of(ground, (item,)))
    words = Wording(ground)
    told = Incident(
        number=0,
        status=Status.OPEN,
        verdict=item.verdict,
        opened_s=now_s,
        good_s=now_s,
        bad_s=now_s,
        changed_s=now_s,
        links=item.links,
        harm=harm,
    )
    title = _("TEST: {title}").format(title=words.title(told))
    return title, _("This is a test; nothing happened. A real message looks like this:\n{body}").format(
        body=words.body(told)
    )
