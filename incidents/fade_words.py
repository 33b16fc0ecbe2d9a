"""Words for loss that rises slowly: bounds instead of decimals, and what each cause is worth."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from incidents.fading.detector import Extent
from incidents.fading.nature import FIT_TITLES, NATURE_TITLES, Fit
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from incidents.fading.fade import Fade


def fade_lines(fade: Fade) -> list[str]:
    """Some short sentences: since when, how fast, how much by now, where from."""
    lines = [] if not fade.most_db else [_pace(fade), _extent(fade)]
    return [*lines, _natures(fade)]


def _pace(fade: Fade) -> str:
    since = datetime.fromtimestamp(fade.from_s, tz=UTC).date().isoformat()
    return _("Since about {date}, {pace} dB a day; about {gained:.1f} dB more by now.").format(
        date=since, pace=bounds(fade.least_db, fade.most_db), gained=fade.gained_db
    )


def bounds(least: float, most: float) -> str:
    """Two bounds with one digit that counts; one number where they round to the same."""
    low, high = _one_digit(least), _one_digit(most)
    return _("about {value}").format(value=high) if low == high else _("{low} to {high}").format(low=low, high=high)


def _one_digit(value: float) -> str:
    if value <= 0:
        return "0"
    places = max(0, -math.floor(math.log10(value)))
    return f"{value:.{places}f}"


def _extent(fade: Fade) -> str:
    if fade.extent is Extent.WAY:
        return _("On one way only: this strand, its sender or its receiver.")
    if fade.extent is Extent.LINK:
        return _("On both ways of this link and no other.")
    return ngettext("On {count} link.", "On {count} links.", len(fade.links)).format(count=len(fade.links))


def _natures(fade: Fade) -> str:
    known = {nature: fit for nature, fit in fade.natures.items() if fit is not Fit.UNKNOWN}
    told = [
        _("{cause}: {fit}").format(cause=_(NATURE_TITLES[nature]), fit=_(FIT_TITLES[fit]))
        for nature, fit in sorted(known.items(), key=lambda pair: (pair[1] is not Fit.FITS, pair[0]))
    ]
    if len(known) < len(fade.natures):
        told.append(_("else the cause cannot be told") if told else _("the cause cannot be told"))
    text = "; ".join(told)
    return text[:1].upper() + text[1:] + "."
