"""A plant out of what NetBox holds: RAINBOW's own records with what people changed in NetBox, and what they made there.

The row beside an object is what RAINBOW wrote last; a native field that no longer fits it was changed in NetBox, and
counts. Trenches never are in NetBox: a cable's route is kept where the city has the sections, else it is unknown. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from inventory.checks import check
from inventory.checks.references import KINDS, resolved
from inventory.entities import Cable, Code, Link, Record, RouteKnown
from inventory.glass import RiskGroup
from inventory.lightpath.links import strands_on
from inventory.lightpath.terminals import NOWHERE
from inventory.sources.netbox.foreign_pull import foreign_records
from inventory.sources.netbox.groups import groups_of
from inventory.sources.netbox.held import POINTS
from inventory.sources.netbox.left_out import LeftOut
from inventory.sources.netbox.records import record_of, row_of
from inventory.sources.netbox.settings import OFF, PULL
from inventory.sources.netbox.shape import DECIMALS
from inventory.sources.netbox.wanted import (
    CABLE_STATUS,
    CIRCUIT_STATUS,
    DEVICE_STATUS,
    PROVENANCE,
    SITE_STATUS,
    counted,
    derived,
    native,
    status_of,
)
from rainbow.kernel.errors import NetBoxError
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from inventory.entities import Provenance
    from inventory.plant import Plant
    from inventory.sources.netbox.held import Estate, Held
    from inventory.sources.netbox.settings import NetBoxDirections

COLLECTIONS: Mapping[str, tuple[str, ...]] = {
    "sites": ("sites",),
    "structures": ("structures",),
    "user_groups": ("user_groups",),
    "devices": ("devices",),
    "interfaces": ("interfaces", "transceivers"),
    "cables": ("cables", "strand_states"),
    "glass": ("closures", "splices", "panels", "terminations", "passives", "patches"),
    "links": ("links", "channels", "link_groups"),
    "services": ("services",),
    "risk_groups": ("risk_groups",),
}
"""The plant's collections by the kind whose direction decides about them."""
MOST_ROUNDS = 5
"""Of leaving out what breaks a rule, and what then does."""
MOST_LOST = 0.05
"""Share of a plant's records a pull may drop unasked."""


@dataclass(slots=True)
class Pulled:
    """The plant of NetBox; what could not be known, what people changed there, and what was left out."""

    plant: Plant
    notes: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)


def taken_kinds(directions: NetBoxDirections, *, first: bool) -> tuple[str, ...]:
    """Kinds NetBox leads; into a city without a plant all come that are not off."""
    return tuple(kind for kind in COLLECTIONS if directions.of(kind) == PULL or (first and directions.of(kind) != OFF))


def pull(estate: Estate, local: Plant, kinds: Sequence[str]) -> Pulled:
    """The plant with the named kinds as NetBox holds them, everything else as it is in ``local``."""
    edited: list[str] = []
    found: dict[str, list[Record]] = {name: [] for kind in kinds for name in COLLECTIONS[kind]}
    for name, record in _own(estate, local.city, edited):
        if name in found:
            found[name].append(record)
    stay = (record for name in KINDS if name not in found for record in getattr(local, name))
    foreign = foreign_records(estate, local.city, kinds, {record.id: record.code for record in stay})
    for name, records in foreign.records.items():
        if name in found:
            found[name].extend(records)
    if "risk_groups" in kinds:
        found["risk_groups"] = [*_groups(estate, local, found, edited)]
    collections = {
        name: tuple(sorted(records, key=lambda record: counted(record.code))) for name, records in found.items()
    }
    plant = replace(local, **collections, where={})  # type: ignore[arg-type] # each collection holds its records
    pulled = Pulled(plant, foreign.notes, edited, foreign.left)
    _known_routes(pulled)
    _whole(pulled)
    theirs = {record.id: record for records in foreign.records.values() for record in records}
    if "links" in kinds:
        _traced(pulled, set(theirs))
    if theirs:
        _sound(pulled, theirs)
    return pulled


def _groups(estate: Estate, local: Plant, found: dict[str, list[Record]], edited: list[str]) -> Iterator[Record]:
    carried = [record for record in found.pop("risk_groups") if isinstance(record, RiskGroup)]
    there = {name: found.get(name, getattr(local, name)) for names in COLLECTIONS.values() for name in names}
    for before, now in groups_of(estate, local, carried, there):
        if set(before.members) != set(now.members):
            edited.append(f"{now.code}: {_differences('risk_groups', before, now)}")
        yield now


def lost(local: Plant, plant: Plant) -> int:
    """How many records a pull would drop."""
    return sum(
        len({record.id for record in getattr(local, name)} - {record.id for record in getattr(plant, name)})
        for names in COLLECTIONS.values()
        for name in names
    )


def refuse_losses(local: Plant, plant: Plant, allowed: int | None) -> None:
    """Make sure that a pull drops no more than it may: an answer that lacks most of the plant is a wrong answer.

    Raises:
        NetBoxError: it would.
    """
    count = lost(local, plant)
    total = sum(len(getattr(local, name)) for names in COLLECTIONS.values() for name in names)
    if not count or (count <= allowed if allowed is not None else count <= MOST_LOST * total):
        return
    raise NetBoxError(
        ngettext(
            "nothing was written: {count} record of {all} is no longer in NetBox",
            "nothing was written: {count} records of {all} are no longer in NetBox",
            count,
        ).format(count=count, all=total),
        cure=_("see whether the token may see everything; if it is meant, allow it: --allow-deletes {count}").format(
            count=count
        ),
    )


def _own(estate: Estate, city: str, edited: list[str]) -> Iterator[tuple[str, Record]]:
    for held in estate.all():
        if held.city != city:
            continue
        where = f"{held.point} {held.pk}"
        for name, rows in held.rows.items():
            for row in rows:
                record = record_of(name, row, where)
                now = _edited(name, record, held) if record.id == held.rainbow_id else record
                if now != record:
                    edited.append(f"{now.code}: {_differences(name, record, now)}")
                yield name, now


def _differences(kind: str, before: Record, after: Record) -> str:
    old, new = row_of(kind, before), row_of(kind, after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(f"{name} {old.get(name, '-')} -> {new.get(name, '-')}" for name in names)


_STATUS = {
    "sites": SITE_STATUS,
    "structures": DEVICE_STATUS,
    "devices": DEVICE_STATUS,
    "panels": DEVICE_STATUS,
    "closures": DEVICE_STATUS,
    "passives": DEVICE_STATUS,
    "cables": CABLE_STATUS,
    "services": CIRCUIT_STATUS,
}


def _edited(name: str, record: Record, held: Held) -> Record:
    """A record with the native fields that people changed in NetBox."""
    changed: dict[str, object] = {}
    if name != "patches" and "description" in held.values and held.text("description") != record.name:
        changed["name"] = held.text("description")
    words, word = _STATUS.get(name, {}), held.text("status")
    if word in words.values() and words[record.status] != word:
        changed["status"] = status_of(word, words)
    if name in {"sites", "structures"}:
        changed |= _moved(record, held)
    if name == "sites" and held.text("physical_address") != getattr(record, "address", ""):
        changed["address"] = held.text("physical_address")
    if (
        name == "interfaces"
        and held.number("speed") // 1000 != getattr(record, "speed_mbps", 0)
        and held.number("speed")
    ):
        changed["speed_mbps"] = held.number("speed") // 1000
    if POINTS[held.point].grouped and (said := _said(record, held)) != record.provenance:
        changed["provenance"] = said
    if isinstance(record, Cable):
        changed |= _measured(record, held) | _route(record, held)
    return replace(record, **changed) if changed else record  # type: ignore[arg-type] # fields of the record


def _said(record: Record, held: Held) -> Provenance:
    """Where a record comes from, with what people changed of it in NetBox."""
    told = {name: held.custom[field] for name, field in PROVENANCE.items() if field in held.custom}
    return replace(record.provenance, **told)  # type: ignore[arg-type] # NetBox checks its custom fields' types


def _route(cable: Cable, held: Held) -> dict[str, object]:
    """What people say of a cable's way. It is not known for their saying so where nobody drew it."""
    word = held.custom.get("route_known")
    if word not in set(RouteKnown) or word == cable.route_known or (word != RouteKnown.NONE and not cable.route):
        return {}
    now = RouteKnown(str(word))
    return {"route_known": now, **(_NO_ROUTE if now is RouteKnown.NONE else {})}


_NO_ROUTE: dict[str, tuple[()]] = {"route": (), "containers": (), "slack": ()}


def _moved(record: Record, held: Held) -> dict[str, object]:
    lat, lon = held.values.get("latitude"), held.values.get("longitude")
    point = getattr(record, "point", (0.0, 0.0))
    if not isinstance(lat, float) or not isinstance(lon, float):
        return {}
    now = tuple(
        exact if round(exact, DECIMALS) == held else held for exact, held in zip(point, (lon, lat), strict=True)
    )
    return {} if now == point else {"point": now}


def _measured(cable: Cable, held: Held) -> dict[str, object]:
    length = held.values.get("length")
    if held.text("length_unit") != "m" or not isinstance(length, float):
        return {}
    return {} if cable.sheath_m is not None and round(cable.sheath_m, 2) == length else {"sheath_m": length}


def _by_code(record: Record) -> list[tuple[int, str]]:
    return counted(record.code)


def _known_routes(pulled: Pulled) -> None:
    """Routes over sections the city does not have are not known."""
    plant = pulled.plant
    lacking = [cable for cable in plant.cables if any(section not in plant.section for section in cable.route)]
    if not lacking:
        return
    gone = {cable.code for cable in lacking}
    cables = tuple(
        replace(cable, route=(), containers=(), slack=(), route_known=RouteKnown.NONE) if cable.code in gone else cable
        for cable in plant.cables
    )
    pulled.plant = replace(plant, cables=cables)
    pulled.notes.append(
        ngettext(
            "{count} cable lies in trenches this city does not have: its route is unknown here",
            "{count} cables lie in trenches this city does not have: their routes are unknown here",
            len(lacking),
        ).format(count=len(lacking))
    )


def _whole(pulled: Pulled) -> None:
    """Without records that refer to something NetBox no longer has."""
    whole = resolved(pulled.plant)
    for name in (name for names in COLLECTIONS.values() for name in names):
        before: tuple[Record, ...] = getattr(pulled.plant, name)
        for code in _gone(before, getattr(whole, name)):
            pulled.left.append(LeftOut(kind=name, pk=0, name=code, why=_("it refers to something that is not there")))
    pulled.plant = whole


def _sound(pulled: Pulled, theirs: Mapping[str, Record]) -> None:
    """Without records of people's that break a rule of the plant: the others need not wait for those."""
    codes = {record.code for record in theirs.values()}
    for _round in range(MOST_ROUNDS):
        faults = {
            finding.record: finding.message
            for finding in check(pulled.plant)
            if finding.severity is Severity.ERROR and finding.record in codes
        }
        if not faults:
            return
        kept: dict[str, tuple[Record, ...]] = {}
        for name in (name for names in COLLECTIONS.values() for name in names):
            records: tuple[Record, ...] = getattr(pulled.plant, name)
            bad = [record for record in records if record.code in faults and record.id in theirs]
            pulled.left += [LeftOut(kind=name, pk=0, name=item.code, why=faults[item.code]) for item in bad]
            gone = {record.id for record in bad}
            kept[name] = tuple(record for record in records if record.id not in gone)
        pulled.plant = replace(pulled.plant, **kept)  # type: ignore[arg-type] # each collection keeps its records
        _whole(pulled)


def _traced(pulled: Pulled, foreign: set[str]) -> None:
    """Links nobody wrote down but foreign cables show: light from one port ends at another."""
    plant = pulled.plant
    graph = plant.light
    links: list[Link] = []
    linked = set(plant.link_at)
    for interface in plant.interfaces:
        jack = graph.terminals.jacks(interface.code)[0]
        if interface.code in linked or graph.joints.mate[jack] == NOWHERE:
            continue
        for path in graph.trace(jack):
            way = path if path.terminals[0] == jack else path.turned()
            last = way.terminals[-1]
            other = graph.terminals.jack(last)[0] if graph.terminals.is_jack(last) else interface
            if not foreign & {graph.joint(item).id for item in way.terminals if graph.joints.mate[item] != NOWHERE}:
                continue
            if other.code != interface.code and other.code not in linked:
                linked |= {interface.code, other.code}
                links.append(
                    Link(
                        id=derived("link", *sorted((interface.id, other.id))),
                        code=Code(f"NB-LI-{len(plant.links) + len(links) + 1}"),
                        a=interface.code,
                        b=other.code,
                        strands=strands_on(graph, way),
                        provenance=native(),
                    )
                )
                break
    if links:
        pulled.plant = replace(plant, links=(*plant.links, *links))
        pulled.notes.append(
            ngettext(
                "{count} link follows from tracing NetBox's cables",
                "{count} links follow from tracing NetBox's cables",
                len(links),
            ).format(count=len(links))
        )


def _gone(before: Iterable[Record], after: Iterable[Record]) -> list[str]:
    kept = {record.id for record in after}
    return [record.code for record in before if record.id not in kept]
