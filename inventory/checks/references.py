"""Identity and references: each code and id once, every reference resolves."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.entities import NO_DUCT
from inventory.glass import RX, TX
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from inventory.entities import (
        Cable,
        Channel,
        Code,
        Device,
        Duct,
        Link,
        LinkGroup,
        Record,
        Service,
        TrenchSection,
    )
    from inventory.glass import (
        Patch,
        RiskGroup,
        Splice,
        StrandState,
        Termination,
    )
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

KINDS = (
    "sites",
    "structures",
    "route_nodes",
    "sections",
    "cables",
    "user_groups",
    "devices",
    "interfaces",
    "links",
    "channels",
    "services",
    "ducts",
    "closures",
    "splices",
    "panels",
    "terminations",
    "passives",
    "patches",
    "transceivers",
    "strand_states",
    "risk_groups",
    "link_groups",
    "protections",
)
NODES = ("sites", "structures", "route_nodes")
STANDS = ("sites", "structures")
PROTECTED_KINDS = (*NODES, "sections", "ducts", "cables", "closures", "panels", "devices", "links")
"""What can have a protection class of its own; all else has that of what it belongs to."""
PORTS = ("interfaces", "panels", "passives")
"""What a port's name begins with: an interface is its own port, of panels and filters it names owner and port."""
NEAR_CANDIDATES = 5_000
NEAR_SEARCHES = 100
"""A nearest match is looked for in so many findings at most: a wrong file makes thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What a source could not read: whole ``kinds`` (collections of the Plant) and records by ``codes``."""

    kinds: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Need:
    """One reference of a record: which field, which kinds it may lead to, which codes it names."""

    field: str
    kinds: tuple[str, ...]
    codes: tuple[Code, ...]


def _one(field: str, kinds: tuple[str, ...]) -> Callable[[Record], Iterator[Need]]:
    """What a record needs that refers to one other."""

    def needs(record: Record) -> Iterator[Need]:
        yield Need(field, kinds, (getattr(record, field),))

    return needs


def _section(section: TrenchSection) -> Iterator[Need]:
    yield Need("from_node", NODES, (section.from_node,))
    yield Need("to_node", NODES, (section.to_node,))


def _cable(cable: Cable) -> Iterator[Need]:
    yield Need("from_node", NODES, (cable.from_node,))
    yield Need("to_node", NODES, (cable.to_node,))
    yield Need("route", ("sections",), cable.route)
    yield Need("containers", ("ducts",), tuple(code for code in cable.containers if code != NO_DUCT))
    yield Need("slack", NODES, tuple(coil.node for coil in cable.slack))


def _link(link: Link) -> Iterator[Need]:
    yield Need("a", ("interfaces",), (link.a,))
    yield Need("b", ("interfaces",), (link.b,))
    yield Need("strands", ("cables",), tuple(strand.cable for strand in link.strands))
    yield Need("return_strands", ("cables",), tuple(strand.cable for strand in link.return_strands))
    yield Need("user_group", ("user_groups",), (link.user_group,) if link.user_group else ())


def _channel(channel: Channel) -> Iterator[Need]:
    yield Need("link", ("links",), (channel.link,))
    yield Need("user_group", ("user_groups",), (channel.user_group,))


def _service(service: Service) -> Iterator[Need]:
    yield Need("user_group", ("user_groups",), (service.user_group,))
    yield Need("sites", STANDS, service.sites)


def _duct(duct: Duct) -> Iterator[Need]:
    yield Need("from_node", NODES, (duct.from_node,))
    yield Need("to_node", NODES, (duct.to_node,))
    yield Need("parent", ("ducts",), (duct.parent,) if duct.parent else ())
    yield Need("route", ("sections",), duct.route)


def _splice(splice: Splice) -> Iterator[Need]:
    yield Need("closure", ("closures",), (splice.closure,))
    yield Need("a", ("cables",), (splice.a.strand.cable,))
    yield Need("b", ("cables",), (splice.b.strand.cable,))


def _termination(termination: Termination) -> Iterator[Need]:
    yield Need("port", PORTS, (termination.port,))
    yield Need("strand", ("cables",), (termination.strand.strand.cable,))


def _patch(patch: Patch) -> Iterator[Need]:
    yield Need("a", PORTS, (patch.a,))
    yield Need("b", PORTS, (patch.b,))


def _strand_state(state: StrandState) -> Iterator[Need]:
    yield Need("strand", ("cables",), (state.strand.cable,))
    yield Need("user_group", ("user_groups",), (state.user_group,) if state.user_group else ())


def _risk_group(group: RiskGroup) -> Iterator[Need]:
    yield Need("members", (*NODES, "sections", "ducts", "cables", "devices", "closures", "panels"), group.members)


def _link_group(group: LinkGroup) -> Iterator[Need]:
    yield Need("links", ("links",), group.links)
    yield Need("blocked", ("links",), (group.blocked,) if group.blocked else ())
    yield Need("root", ("devices",), (group.root,) if group.root else ())


# In this order, so that what is pruned in one kind is gone for the next.
NEEDS: dict[str, Callable[..., Iterator[Need]]] = {
    "sections": _section,
    "ducts": _duct,
    "cables": _cable,
    "devices": _one("node", STANDS),
    "interfaces": _one("device", ("devices",)),
    "links": _link,
    "channels": _channel,
    "services": _service,
    "closures": _one("node", STANDS),
    "panels": _one("node", STANDS),
    "passives": _one("node", STANDS),
    "splices": _splice,
    "terminations": _termination,
    "patches": _patch,
    "transceivers": _one("interface", ("interfaces",)),
    "strand_states": _strand_state,
    "risk_groups": _risk_group,
    "link_groups": _link_group,
    "protections": _one("object", PROTECTED_KINDS),
}


def judge(plant: Plant, *, unread: Unread) -> tuple[list[Finding], Plant]:
    """The findings, and the plant without records that refer to something absent, nor those that then would."""
    dangling = list(_dangling(plant))
    found = [*_identity(plant), *_dates(plant), *_addresses(plant), *_names(plant)]
    found.extend(_nowheres(plant, dangling, unread))
    return found, resolved(plant) if dangling else plant


def all_records(plant: Plant) -> Iterator[Record]:
    """All records of a plant, in file order."""
    return chain.from_iterable(getattr(plant, kind) for kind in KINDS)


def _identity(plant: Plant) -> Iterator[Finding]:
    by_code: dict[str, Record] = {}
    by_id: dict[str, Record] = {}
    for record in all_records(plant):
        first = by_code.setdefault(record.code, record)
        if first is not record:
            yield _same_code(plant, first, record)
        first = by_id.setdefault(record.id, record)
        if first is not record:
            yield fault(
                plant,
                record,
                "RB-2003",
                message=_("its id {id} is that of {other} too").format(id=record.id, other=first.code),
                cure=_("give the newer record an id of its own (a UUID)"),
            )
        elif not _is_uuid(record.id):
            yield fault(
                plant,
                record,
                "RB-2004",
                message=_("its id {id} is no UUID").format(id=record.id),
                cure=_("give it a UUID, and keep it in all systems"),
            )


def _same_code(plant: Plant, first: Record, record: Record) -> Finding:
    same_space = type(first) is type(record) or (hasattr(first, "point") and hasattr(record, "point"))
    return fault(
        plant,
        record,
        "RB-2002" if same_space else "RB-2007",
        message=_("the code {code} is given twice").format(code=record.code),
        cure=_("give one of the two another code, and its references with it"),
    )


def _is_uuid(text: str) -> bool:
    if _UUID.fullmatch(text):
        return True
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""As nearly all are written; the library knows the other ways, and is slow."""


def _dates(plant: Plant) -> Iterator[Finding]:
    for record in all_records(plant):
        text = record.provenance.as_of
        if text and not _is_date(text):
            yield fault(
                plant,
                record,
                "RB-2008",
                message=_("as_of is {text}").format(text=text),
                cure=_("write the date as YYYY-MM-DD"),
            )


@lru_cache(maxsize=4096)
def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _addresses(plant: Plant) -> Iterator[Finding]:
    seen: dict[tuple[str, int, str], Device] = {}
    for device in plant.devices:  # behind a proxy or a replay the credentials tell devices of one address apart
        first = seen.setdefault((device.address, device.port, device.snmp), device)
        if first is not device:
            yield fault(
                plant,
                device,
                "RB-2005",
                message=_("{address} port {port} is that of {other} too").format(
                    address=device.address, port=device.port, other=first.code
                ),
                cure=_("give each device its own address or port"),
            )


def _names(plant: Plant) -> Iterator[Finding]:
    for interface in plant.interfaces:
        wanted = f"{interface.device}:{interface.if_name}"
        if interface.code != wanted:
            yield fault(
                plant,
                interface,
                "RB-2006",
                message=_("the code does not fit the device and if_name"),
                cure=_("write {wanted}").format(wanted=wanted),
            )


def _dangling(plant: Plant) -> Iterator[tuple[Record, Need, Code]]:
    """Every reference that leads nowhere."""
    known = _known(plant)
    for kind, needs_of in NEEDS.items():
        for record in getattr(plant, kind):
            for need in needs_of(record):
                for code in _absent(need, known):
                    yield record, need, code


def _nowheres(plant: Plant, dangling: list[tuple[Record, Need, Code]], unread: Unread) -> Iterator[Finding]:
    """Their findings, but for those that lead to what could not be read."""
    known = _known(plant) if dangling else {}
    searches = NEAR_SEARCHES
    for record, need, code in dangling:
        if unread.kinds.isdisjoint(need.kinds) and code not in unread.codes:
            near = _near(code, known, need.kinds) if searches > 0 else ""
            searches -= 1
            yield _nowhere(plant, record, need, code, cure=_cure(code, need, known, near))


def _known(plant: Plant) -> dict[str, set[Code]]:
    return {kind: {record.code for record in getattr(plant, kind)} for kind in KINDS}


def _absent(need: Need, known: dict[str, set[Code]]) -> list[Code]:
    codes = dict.fromkeys(need.codes)
    if len(need.kinds) == 1:
        there = known[need.kinds[0]]
        return [code for code in codes if code not in there]
    if need.kinds is PORTS:
        return [code for code in codes if not _is_port(code, known)]
    return [code for code in codes if not any(code in known[kind] for kind in need.kinds)]


def _is_port(code: Code, known: dict[str, set[Code]]) -> bool:
    """Whether a port's name begins with something there is; whether it has that port is another rule's question."""
    if code.removesuffix(TX).removesuffix(RX) in known["interfaces"]:
        return True
    owner, colon, _name = code.rpartition(":")
    return bool(colon) and (owner in known["panels"] or owner in known["passives"])


def _cure(code: Code, need: Need, known: dict[str, set[Code]], near: str) -> str:
    files = ", ".join(need.kinds)
    if elsewhere := [kind for kind in KINDS if code in known[kind]]:
        return _("{code} is in {found}; name one of {files}").format(code=code, found=elsewhere[0], files=files)
    if near:
        return _("did you mean {near}?").format(near=near)
    return _("add {code} to {files}, or name another").format(code=code, files=files)


def _nowhere(plant: Plant, record: Record, need: Need, code: Code, *, cure: str) -> Finding:
    return fault(
        plant,
        record,
        "RB-2001",
        message=_("{field}: there is no {code} in {files}").format(
            field=need.field, code=code, files=", ".join(need.kinds)
        ),
        cure=cure,
    )


def _near(code: str, known: dict[str, set[Code]], kinds: Collection[str]) -> str:
    """The nearest code there is; of many only those that share all but the last or first characters."""
    candidates = [str(item) for kind in kinds for item in known[kind]]
    if len(candidates) > NEAR_CANDIDATES:
        candidates = [item for item in candidates if item[:-2] == code[:-2] or item[2:] == code[2:]]
    return ", ".join(get_close_matches(code, sorted(candidates), n=1, cutoff=0.6))


def resolved(plant: Plant) -> Plant:
    """The plant without records that refer to something absent, nor those that then would."""
    for kind, needs_of in NEEDS.items():
        before = -1
        while before != len(getattr(plant, kind)):  # again, for ducts lie in ducts
            known = _known(plant)
            records = getattr(plant, kind)
            before = len(records)
            kept = tuple(record for record in records if not any(_absent(need, known) for need in needs_of(record)))
            if len(kept) < before:
                plant = replace(plant, **{kind: kept})  # type: ignore[arg-type] # the kind says which records
    return plant
