"""A what-if on paper: one PDF to hand over, set by Typst without a browser or a network."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING

from planner.formats import date_time, listed
from planner.sketch import sketch
from planner.whatif import Base, answer
from planner.whatif_answers import ways_left
from rainbow.kernel.texts import _, current

if TYPE_CHECKING:
    from planner.desk import Desk
    from planner.picture import Picture
    from planner.whatif import Answer, Question

MEDIA_TYPE = "application/pdf"
MOST_ROWS = 200
"""Rows of one criticality on paper; the rest is counted."""


def whatif_pdf(desk: Desk, picture: Picture, question: Question, *, name: str = "") -> bytes:
    """The answer to these cuts as PDF on A4; ``name`` is what it was saved as.

    Raises:
        TopologyError: the plant has no hub, or does not know one of the cuts.
    """
    import typst  # noqa: PLC0415 - the typesetter is loaded by those who want paper

    source = files("planner").joinpath("templates", "whatif.typ").read_bytes()
    document = whatif_document(desk, picture, question, name)
    return bytes(typst.compile(source, format="pdf", sys_inputs={"whatif": json.dumps(document)}))


def whatif_document(desk: Desk, picture: Picture, question: Question, name: str) -> dict[str, object]:
    """What the paper says."""
    network, aftermaths = desk.standpoint(planned=question.planned)
    network.require_index().links_of(question.cuts)  # a code that is not there is refused before anything is set
    found = answer(network, picture, question)
    after = aftermaths.of(picture, found.asked, question.before(picture))
    drawn = sketch(network, found)
    return {
        "language": current(),
        "title": name or _("What if this is cut?"),
        "subtitle": _subtitle(desk, picture, question),
        "opening": asdict(after.opening) | {"answer": str(after.opening.answer)},
        "verdict": [text for text in (found.verdict, found.isolated, found.groups, found.before, found.wait) if text],
        "is_harmful": bool(found.lost),
        "cuts": [[item.label, item.kind, item.place] for item in found.cuts],
        "tiers": _tiers(found),
        "after": [text for text in (*after.protocols, after.weaker, after.light) if text],
        "ways": [[way.ends, way.way] for way in ways_left(desk, picture, found.asked_question)],
        "map": drawn.svg if drawn is not None else "",
        "link": f"/?whatif=1&{question.query}",
        "words": _words(is_part=drawn is not None and drawn.is_part),
    }


def _subtitle(desk: Desk, picture: Picture, question: Question) -> str:
    base = _("on top of what is down now") if question.base is Base.NOW else _("all being well")
    planned = _("with what is planned") if question.planned else ""
    return listed(filter(None, (desk.services.title, date_time(picture.readings.taken_ns), base, planned)))


def _tiers(found: Answer) -> list[dict[str, object]]:
    return [
        {
            "title": f"{tier.title} ({len(tier.lines)})",
            "rows": [[line.mention.label, line.mention.kind, line.reason] for line in tier.lines[:MOST_ROWS]],
            "more": _("and {count} more").format(count=len(tier.lines) - MOST_ROWS)
            if len(tier.lines) > MOST_ROWS
            else "",
        }
        for tier in found.tiers
    ]


def _words(*, is_part: bool) -> dict[str, str]:
    return {
        "cut": _("Cut"),
        "lost": _("Without service"),
        "after": _("What remains"),
        "ways": _("What breaks, and the way that is left"),
        "map": _("Map of the surroundings: what is cut, and who loses service")
        if is_part
        else _("Map: what is cut, and who loses service"),
        "link": _("On the page"),
        "page": _("page"),
        "nothing": _("Nothing is really cut: this is a question to the plant's records."),
    }
