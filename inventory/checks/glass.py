"""Splices, terminations, patches, filters: every end joined once, to something that is there, in a slot of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inventory.checks.report import fault
from inventory.dwdm import colour_text, known_colour
from inventory.entities import Code
from inventory.glass import PassiveKind, SpliceKind, StrandCondition
from inventory.lightpath.joints import IDLE, JointFaultKind
from inventory.optics_classes import CLASSES, canonical_nm
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Link, StrandRef
    from inventory.glass import Closure, Passive, Patch, Splice, StrandState, Transceiver
    from inventory.lightpath.joints import JointFault
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

HIGH_SPLICE_DB = 0.3
"""Above this a splice is made anew: bought splices are 0.1 dB on average and 0.2 dB at most."""


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on everything that holds and joins glass."""
    for item in plant.light.faults:
        yield _joint(plant, item)
    for passive in plant.passives:
        yield from _passive(plant, passive)
    yield from _slots(plant)
    yield from _states(plant)
    yield from _modules(plant)
    for patch in plant.patches:
        if patch.status not in IDLE:
            yield from _across(plant, patch)


def _joint(plant: Plant, item: JointFault) -> Finding:
    other = item.other.code if item.other is not None else ""
    texts = {
        JointFaultKind.TAKEN: (
            "RB-7001",
            _("{what} is joined by {other} already").format(what=item.what, other=other),
            _("name the strand or port that is really joined, or remove one of the two records"),
        ),
        JointFaultKind.NO_STRAND: (
            "RB-7002",
            _("there is no strand {what}").format(what=item.what),
            _("name strands that are in the cable, or mend its strand_count or the record's count"),
        ),
        JointFaultKind.NO_PORT: (
            "RB-7003",
            _("there is no port {what}").format(what=item.what),
            _("name a port of the panel, filter or splitter; panels count theirs from 1, filters name the colour"),
        ),
        JointFaultKind.NOT_HERE: (
            "RB-7004",
            _("the strand {what} does not end here").format(what=item.what),
            _("name a cable that ends here; one that only passes is two cables, joined by splices of kind through"),
        ),
        JointFaultKind.WHICH_END: (
            "RB-7005",
            _("both ends of {what} are here").format(what=item.what),
            _("say which one: {what}:from or {what}:to").format(what=item.what),
        ),
        JointFaultKind.ITSELF: (
            "RB-7006",
            _("{what} is joined to itself").format(what=item.what),
            _("name two different strands or ports"),
        ),
    }
    rule, message, cure = texts[item.kind]
    return fault(plant, item.record, rule, message=message, cure=cure)


def _passive(plant: Plant, passive: Passive) -> Iterator[Finding]:
    if passive.kind is PassiveKind.SPLITTER:
        wrong = _("it has no legs") if passive.legs < 2 else ""  # noqa: PLR2004 - a splitter parts light
        cure = _("write how many legs it has: 2, 4, 8 ...")
    else:
        grid = [canonical_nm(nm) for nm in passive.colours]
        twice = next((nm for nm in grid if grid.count(nm) > 1), None)
        wrong = _("it has no colours") if not grid else ""
        if twice is not None:
            wrong = _("it has {wavelength} twice").format(wavelength=colour_text(twice))
        if passive.legs:
            wrong = _("it is a filter, and has {count} legs").format(count=passive.legs)
        cure = _("write its colours, each once: 1471;1491 in nm, or C31;C33 of the DWDM grid")
        yield from _off_grid(plant, passive)
    if wrong:
        yield fault(plant, passive, "RB-7019", message=wrong, cure=cure)


def _off_grid(plant: Plant, passive: Passive) -> Iterator[Finding]:
    stray = [colour for colour in passive.colours if not known_colour(colour)]
    if stray:
        yield fault(
            plant,
            passive,
            "RB-7030",
            message=_("{colour} is on no grid").format(colour=colour_text(stray[0])),
            cure=_(
                "write nm of the CWDM grid (1271, 1291 ... 1611), or channels of the DWDM grid (C13 to C61, H13 ...)"
            ),
        )


def _slots(plant: Plant) -> Iterator[Finding]:
    taken: dict[tuple[Code, int, int], Splice] = {}
    for splice in plant.splices:
        if splice.status in IDLE:
            continue
        closure = plant.closure[splice.closure]
        yield from _capacity(plant, splice, closure)
        yield from _hairpin(plant, splice)
        if splice.loss_db is not None and splice.loss_db > HIGH_SPLICE_DB and splice.kind is not SpliceKind.MECHANICAL:
            yield fault(
                plant,
                splice,
                "RB-7014",
                message=_("it loses {loss:.2f} dB").format(loss=splice.loss_db),
                cure=_("splice it anew, or measure it from both sides and write the mean"),
            )
        for place in range(splice.slot, splice.slot + splice.count):
            first = taken.setdefault((splice.closure, splice.tray, place), splice)
            if first is not splice:
                yield fault(
                    plant,
                    splice,
                    "RB-7009",
                    message=_("tray {tray} slot {slot} holds {other} already").format(
                        tray=splice.tray, slot=place, other=first.code
                    ),
                    cure=_("write the slot it really lies in"),
                )
                break


def _hairpin(plant: Plant, splice: Splice) -> Iterator[Finding]:
    a, b = splice.a, splice.b
    if a.strand.cable == b.strand.cable and a.strand != b.strand and a.end is b.end:
        yield fault(
            plant,
            splice,
            "RB-7024",
            message=_("it joins {a} with {b} at one end of the cable: light goes back where it came from").format(
                a=a, b=b
            ),
            cure=_("name the cable that really leads on"),
        )


def _capacity(plant: Plant, splice: Splice, closure: Closure) -> Iterator[Finding]:
    last = splice.slot + splice.count - 1
    if splice.tray <= closure.trays and last <= closure.tray_slots:
        return
    yield fault(
        plant,
        splice,
        "RB-7010",
        message=_("tray {tray} slot {slot}: {closure} has {trays} trays of {slots} slots").format(
            tray=splice.tray, slot=last, closure=closure.code, trays=closure.trays, slots=closure.tray_slots
        ),
        cure=_("mend tray and slot, or the closure's trays and tray_slots"),
    )


def _states(plant: Plant) -> Iterator[Finding]:
    seen: dict[StrandRef, StrandState] = {}
    for state in plant.strand_states:
        count = plant.cable[state.strand.cable].strand_count
        if not 1 <= state.strand.number <= count:
            yield fault(
                plant,
                state,
                "RB-7002",
                message=_("there is no strand {what}").format(what=state.strand),
                cure=_("the cable has strands 1 to {count}").format(count=count),
            )
        first = seen.setdefault(state.strand, state)
        if first is not state:
            yield fault(
                plant,
                state,
                "RB-7017",
                message=_("{strand} is described by {other} already").format(strand=state.strand, other=first.code),
                cure=_("keep one record for each strand"),
            )
    if seen:
        yield from _misused(plant, seen)


def _misused(plant: Plant, states: dict[StrandRef, StrandState]) -> Iterator[Finding]:
    for link in (item for item in plant.links if item.status not in IDLE):
        for state in (states[strand] for strand in plant.strands_of(link) if strand in states):
            yield from _misuse(plant, link, state)


def _misuse(plant: Plant, link: Link, state: StrandState) -> Iterator[Finding]:
    foreign = state.user_group is not None and link.user_group not in {None, state.user_group}
    if state.condition is StrandCondition.BROKEN:
        message = _("its strand {strand} is broken").format(strand=state.strand)
    elif state.condition is StrandCondition.RESERVED and foreign:
        message = _("its strand {strand} is reserved for {group}").format(strand=state.strand, group=state.user_group)
    else:
        return
    yield fault(
        plant,
        link,
        "RB-7013",
        message=message,
        cure=_("put the link on another strand, or mend {state} in strand_states.csv").format(state=state.code),
    )


def _modules(plant: Plant) -> Iterator[Finding]:
    seen: dict[Code, Transceiver] = {}
    for module in plant.transceivers:
        first = seen.setdefault(module.interface, module)
        if first is not module and module.status not in IDLE:
            yield fault(
                plant,
                module,
                "RB-7016",
                message=_("{port} holds {other} already").format(port=module.interface, other=first.code),
                cure=_("name the port it is really in, or decommission one of the two"),
            )
        if module.optics and module.optics not in CLASSES:
            yield fault(
                plant,
                module,
                "RB-5018",
                message=_("the optics class {name} is unknown").format(name=module.optics),
                cure=_("known are {names}").format(names=", ".join(CLASSES)),
            )


def _across(plant: Plant, patch: Patch) -> Iterator[Finding]:
    a, b = (_port_node(plant, port) for port in (patch.a, patch.b))
    if a is not None and b is not None and a != b:
        yield fault(
            plant,
            patch,
            "RB-7021",
            message=_("it leads from {a} to {b}").format(a=a, b=b),
            cure=_("a patch cord stays in one place: what leads further is a cable"),
        )


def _port_node(plant: Plant, port: Code) -> Code | None:
    name = Code(port.split("#")[0])
    if name in plant.interface:
        return plant.node_of(name)
    owner = Code(name.rpartition(":")[0])
    holder = plant.panel.get(owner) or plant.passive.get(owner)
    return holder.node if holder is not None else None
