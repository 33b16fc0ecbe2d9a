"""The answer to "what if we cut this": what is lost, what only stands more weakly, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.texts import _, ngettext
from topology.graph import KIND_TITLES
from topology.report import names_of, place_of
from topology.report_json import loss_document
from topology.report_text import loss_lines, wrapped
from topology.report_words import label
from topology.weakened import Weakened, weakened

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from inventory.entities import Code
    from topology.cut_index import CutIndex
    from topology.graph import GroupKind
    from topology.loss import Loss
    from topology.report_values import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What these cuts do on top of links that are down already. ``places`` says for each cut where it is.

    ``loss`` names what they take down and nothing had taken down before; its ``links`` are all that are down then.
    """

    city: str
    cuts: tuple[Code, ...]
    kinds: tuple[GroupKind, ...]
    places: tuple[str, ...]
    loss: Loss
    weakened: Weakened
    names: Mapping[Code, Named]


def impact(index: CutIndex, cuts: Sequence[Code], *, down_links: Collection[Code] = ()) -> Impact:
    """Ask the index all about these trenches, cables and nodes cut together.

    Raises:
        TopologyError: an unknown code; the cure names the nearest ones.
    """
    kinds = tuple(index.kind_of(code) for code in cuts)
    loss = index.lost(cuts, down_links=down_links)
    if down_links:
        before = index.lost((), down_links=down_links)
        lost = {*loss.sites, *loss.structures} - {*before.sites, *before.structures}
        loss = index.naming.loss(lost, loss.links)
    return Impact(
        city=index.plant.city,
        cuts=tuple(cuts),
        kinds=kinds,
        places=tuple(place_of(index, kind, code) for kind, code in zip(kinds, cuts, strict=True)),
        loss=loss,
        weakened=weakened(index, cuts, down_links=down_links),
        names=names_of(index.plant),
    )


def render_impact(found: Impact) -> str:
    """The answer for a person: the verdict first."""
    lines = []
    for kind, code, place in zip(found.kinds, found.cuts, found.places, strict=True):
        cut = f"{_(KIND_TITLES[kind])} {label(found.names, code)}"
        lines.append(f"{cut} [{place}]" if place else cut)
    lines += ["", *_lost(found), "", *_weaker(found)]
    links = len(found.loss.links)
    lines += ["", ngettext("{count} link goes down.", "{count} links go down.", links).format(count=links)]
    return "\n".join(lines) + "\n"


def _lost(found: Impact) -> list[str]:
    if not found.loss:
        return [_("Nothing loses its way to the hub.")]
    sites, sirens = len(found.loss.sites), len(found.loss.sirens)
    verdict = _("LOST: {sites}, {sirens}.").format(
        sites=ngettext("{count} site", "{count} sites", sites).format(count=sites),
        sirens=ngettext("{count} siren", "{count} sirens", sirens).format(count=sirens),
    )
    return [verdict, *loss_lines(found.names, found.loss, indent="  ")]


def _weaker(found: Impact) -> list[str]:
    parts = (
        (_("Still reached, but with less redundancy"), found.weakened.on_fewer_ways),
        (_("Lost a link of their own, as safe as before"), found.weakened.with_a_link_down),
    )
    lines: list[str] = []
    for title, codes in parts:
        if codes:
            shown = ", ".join(label(found.names, code) for code in codes)
            lines += wrapped(f"{title}: {shown}", indent="", further="  ")
    return lines or [_("Nothing else loses redundancy.")]


def impact_to_json(found: Impact) -> str:
    """The answer as JSON text."""
    return json.dumps(impact_document(found), indent=2, ensure_ascii=False)


def impact_document(found: Impact) -> dict[str, object]:
    """The answer as what JSON holds."""
    return {
        "city": found.city,
        "cuts": [
            {"code": code, "kind": str(kind), "place": place}
            for kind, code, place in zip(found.kinds, found.cuts, found.places, strict=True)
        ],
        "lost": loss_document(found.names, found.loss),
        "weakened": asdict(found.weakened),
    }
