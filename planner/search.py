"""One search for every name and code there is: trenches, sites, cables, switches, links, user groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from inventory.entities import Site, Structure
from planner.formats import listed
from planner.search_form import forms, holds, words_of
from planner.wording import kind_title, place_of
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory.entities import Code, Record
    from planner.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something found. ``href`` leads to it, ``part`` is the panel that shows it, empty where there is none."""

    code: Code
    title: str
    kind: str
    detail: str
    href: str
    part: str
    rank: tuple[int, int, str]


def find(network: Network, query: str, *, most: int, only_cuttable: bool = False) -> tuple[Hit, ...]:
    """The best matches: a whole code or name first, then what begins with the words, then what holds them all.

    In any spelling: see :mod:`planner.search_form`.
    Cost: one look at every record.
    """
    words = words_of(query)
    if not words:
        return ()
    asked = set(forms(" ".join(query.split())))
    found = [
        (_rank(record, asked, order), record, order)
        for order, record in _records(network, only_cuttable=only_cuttable)
        if _holds(record, words)
    ]
    found.sort(key=lambda item: item[0])
    return tuple(_hit(network, rank, record, order) for rank, record, order in found[:most])


SITE, TRENCH, CABLE, SWITCH, LINK, GROUP = range(6)


def _records(network: Network, *, only_cuttable: bool) -> Iterator[tuple[int, Record]]:
    plant = network.plant
    for node in (*plant.sites, *plant.structures):
        yield SITE, node
    for section in plant.sections:
        yield TRENCH, section
    for cable in plant.cables:
        yield CABLE, cable
    if only_cuttable:
        return
    for device in plant.devices:
        yield SWITCH, device
    for link in plant.links:
        yield LINK, link
    for group in plant.user_groups:
        yield GROUP, group


def _holds(record: Record, words: Iterable[tuple[str, str]]) -> bool:
    return holds(f"{record.code} {record.name} {getattr(record, 'address', '')}", words)


def _rank(record: Record, asked: set[str], order: int) -> tuple[int, int, str]:
    names = {*forms(record.code), *forms(record.name)}
    if asked & names:
        fit = 0
    elif any(name.startswith(tuple(asked)) for name in names):
        fit = 1
    else:
        fit = 2
    return fit, order, record.code


def _hit(network: Network, rank: tuple[int, int, str], record: Record, order: int) -> Hit:
    kind, detail, href, part = _described(network, record, order)
    return Hit(
        code=record.code,
        title=record.label,
        kind=kind,
        detail=listed([text for text in (record.code if record.name else "", detail) if text]),
        href=href,
        part=part,
        rank=rank,
    )


def _described(network: Network, record: Record, order: int) -> tuple[str, str, str, str]:
    plant, code = network.plant, record.code
    if isinstance(record, Site | Structure):
        return kind_title(record), getattr(record, "address", ""), *_panel("site", code)
    match order:
        case _ if order == TRENCH:
            return _("Trench"), place_of(network, plant.section[code]), *_panel("trench", code)
        case _ if order == CABLE:
            cable = plant.cable[code]
            ends = _ends(network, cable.from_node, cable.to_node)
            return _("Cable"), ends, *_panel("cable", code)
        case _ if order == SWITCH:
            device = plant.device[code]
            return _("Switch"), network.label(device.node), *_panel("site", device.node)
        case _ if order == LINK:
            link = plant.link[code]
            ends = _ends(network, plant.node_of(link.a), plant.node_of(link.b))
            return _("Link"), ends, *_panel("site", plant.node_of(link.a))
    return _("User group"), "", f"/?layer=group&group={quote(code, safe='')}", ""


def _ends(network: Network, near: Code, far: Code) -> str:
    return _("{near} to {far}").format(near=network.label(near), far=network.label(far))


def _panel(name: str, code: Code) -> tuple[str, str]:
    return f"/?{name}={quote(code, safe='')}", f"/parts/{name}/{quote(code, safe='/')}"
