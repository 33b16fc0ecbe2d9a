"""Values that are well formed and cannot be: what a slip of the pen or a wrong unit leaves in a record."""

from __future__ import annotations

import ipaddress
import math
import re
from typing import TYPE_CHECKING

from inventory.checks.references import all_records
from inventory.checks.report import fault
from inventory.glass import PassiveKind
from inventory.loss import optics_at
from inventory.optics_classes import CLASSES, canonical_nm
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inventory.entities import Cable, Device, Duct, Interface, Record, Service, TrenchSection, UserGroup
    from inventory.glass import Passive, Patch, Termination, Transceiver
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

FIBRE_TYPE = re.compile(r"G\.65[2-7](\.[A-E][123]?)?|OS[12]a?|OM[1-5]")
"""ITU-T G.652 to G.657, and the categories of ISO/IEC 11801."""
CSS_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
DEEPEST_M = 30.0
"""Drilled under a river; more is centimetres written as metres."""
LONGEST_CORD_M = 200.0
HIGH_PIGTAIL_DB = 0.5
HIGH_FILTER_DB = 10.0
"""Filters of 18 colours lose 4.5 dB at most."""
SPLITTER_SPREAD_DB = 6.0
"""A splitter may lose so much more than its parting of the light."""


def _case(plant: Plant) -> Iterator[Finding]:
    seen: dict[str, Record] = {}
    for record in all_records(plant):
        first = seen.setdefault(record.code.casefold(), record)
        if first.code != record.code:
            yield fault(
                plant,
                record,
                "RB-2009",
                message=_("its code differs from {other} in upper and lower case only").format(other=first.code),
                cure=_("give one of the two another code; people and spreadsheets mix them up"),
            )


def _deep(plant: Plant, section: TrenchSection) -> Iterator[Finding]:
    if section.depth_m is not None and section.depth_m > DEEPEST_M:
        yield fault(
            plant,
            section,
            "RB-3007",
            message=_("depth_m is {depth:g} m").format(depth=section.depth_m),
            cure=_("write metres: 0.6 for 60 cm"),
        )


def _fibre(plant: Plant, cable: Cable) -> Iterator[Finding]:
    if cable.fibre_type and not FIBRE_TYPE.fullmatch(cable.fibre_type):
        yield fault(
            plant,
            cable,
            "RB-4016",
            message=_("the fibre type {name} is unknown").format(name=cable.fibre_type),
            cure=_("write it as G.652.D, G.657.A1, OS2 or OM4"),
        )


def _wall(plant: Plant, duct: Duct) -> Iterator[Finding]:
    if duct.inner_mm is not None and duct.outer_mm is not None and duct.inner_mm >= duct.outer_mm:
        yield fault(
            plant,
            duct,
            "RB-4027",
            message=_("inner_mm is {inner:g} mm, outer_mm {outer:g} mm").format(
                inner=duct.inner_mm, outer=duct.outer_mm
            ),
            cure=_("a 10x2,0 is 10 mm outside and 6 mm inside: mend one of the two"),
        )


def _display(plant: Plant, group: UserGroup) -> Iterator[Finding]:
    if group.display and not CSS_COLOUR.fullmatch(group.display):
        yield fault(
            plant,
            group,
            "RB-2011",
            message=_("display is {colour}, which no map can draw").format(colour=group.display),
            cure=_("write it as #0072b2"),
        )


def _address(plant: Plant, device: Device) -> Iterator[Finding]:
    address = ipaddress.ip_address(device.address)
    if address.is_unspecified or address.is_multicast or str(address) == "255.255.255.255":
        yield fault(
            plant,
            device,
            "RB-2010",
            message=_("{address} is no address of a device").format(address=device.address),
            cure=_("write the address it answers SNMP at"),
        )


def _speed(plant: Plant, interface: Interface) -> Iterator[Finding]:
    optics = optics_at(plant, interface.code)
    if optics is not None and optics.speed_mbps > interface.speed_mbps:
        yield fault(
            plant,
            interface,
            "RB-5019",
            message=_("speed_mbps is {speed}, its {name} runs at {own}").format(
                speed=interface.speed_mbps, name=optics.name, own=optics.speed_mbps
            ),
            cure=_("write {own}, or the optics that are really fitted").format(own=optics.speed_mbps),
        )


def _twice(plant: Plant, service: Service) -> Iterator[Finding]:
    twice = next((site for site in service.sites if service.sites.count(site) > 1), None)
    if twice is not None:
        yield fault(
            plant,
            service,
            "RB-6006",
            message=_("it names {site} twice").format(site=twice),
            cure=_("name each place once"),
        )


def _pigtail(plant: Plant, termination: Termination) -> Iterator[Finding]:
    if termination.loss_db is not None and termination.loss_db > HIGH_PIGTAIL_DB:
        yield fault(
            plant,
            termination,
            "RB-7014",
            message=_("it loses {loss:.2f} dB").format(loss=termination.loss_db),
            cure=_("splice the pigtail anew, or measure it from both sides and write the mean"),
        )


def _passive(plant: Plant, passive: Passive) -> Iterator[Finding]:
    least_db, most_db = 0.0, HIGH_FILTER_DB
    if passive.kind is PassiveKind.SPLITTER and passive.legs > 1:
        least_db = 10 * math.log10(passive.legs) - 0.1
        most_db = least_db + SPLITTER_SPREAD_DB
    for name, value, least in (("loss_db", passive.loss_db, least_db), ("express_db", passive.express_db, 0.0)):
        if value is not None and not least <= value <= most_db:
            yield fault(
                plant,
                passive,
                "RB-7026",
                message=_("{name} is {value:g} dB, and {least:.1f} to {most:.1f} dB can be").format(
                    name=name, value=value, least=least, most=most_db
                ),
                cure=_("write what its sheet says, connectors included, or leave it empty for the usual loss"),
            )


def _cord(plant: Plant, patch: Patch) -> Iterator[Finding]:
    if patch.length_m is not None and patch.length_m > LONGEST_CORD_M:
        yield fault(
            plant,
            patch,
            "RB-7025",
            message=_("it is {length:g} m long").format(length=patch.length_m),
            cure=_("write metres; what leads further than a building is a cable"),
        )


def _levels(plant: Plant, module: Transceiver) -> Iterator[Finding]:
    for low, high in (("tx_min_dbm", "tx_max_dbm"), ("sensitivity_dbm", "overload_dbm")):
        least, most = getattr(module, low), getattr(module, high)
        if least is None or most is None:
            optics = optics_at(plant, module.interface)
            if optics is None or least is most is None:
                continue
            least, most = getattr(optics, low), getattr(optics, high)
        if least > most:
            yield fault(
                plant,
                module,
                "RB-7027",
                message=_("{low} {least:g} dBm is above {high} {most:g} dBm").format(
                    low=low, least=least, high=high, most=most
                ),
                cure=_("write both as its sheet has them; milliwatts are no dBm"),
            )


def _class(plant: Plant, module: Transceiver) -> Iterator[Finding]:
    """A module that sends another wavelength than its class: one of the two is wrong."""
    optics = CLASSES.get(module.optics or plant.interface[module.interface].optics)
    if optics is None:
        return
    pairs = (
        ("wavelength_nm", module.wavelength_nm, optics.nominal_nm),
        ("expects_nm", module.expects_nm, optics.expects_nm),
    )
    for name, own, usual in pairs:
        if own is not None and usual is not None and canonical_nm(own) != canonical_nm(usual):
            yield fault(
                plant,
                module,
                "RB-7029",
                message=_("{name} is {own} nm, a {optics} has {usual} nm").format(
                    name=name, own=own, optics=optics.name, usual=usual
                ),
                cure=_("mend the wavelength, or name the class of the module that is fitted"),
            )


def _serials(plant: Plant) -> Iterator[Finding]:
    seen: dict[tuple[str, str], Transceiver] = {}
    for module in plant.transceivers:
        if not module.serial:
            continue
        first = seen.setdefault((module.vendor, module.serial), module)
        if first is not module:
            yield fault(
                plant,
                module,
                "RB-7028",
                message=_("its serial number {serial} is that of {other} too").format(
                    serial=module.serial, other=first.code
                ),
                cure=_("read it from the module, or from rainbow collect probe"),
            )


_RULES: tuple[tuple[str, Callable[..., Iterator[Finding]]], ...] = (
    ("sections", _deep),
    ("cables", _fibre),
    ("ducts", _wall),
    ("user_groups", _display),
    ("devices", _address),
    ("interfaces", _speed),
    ("services", _twice),
    ("terminations", _pigtail),
    ("passives", _passive),
    ("patches", _cord),
    ("transceivers", _levels),
    ("transceivers", _class),
)


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on single values, and on codes and serial numbers that two records can be mixed up by."""
    for kind, rule in _RULES:
        for record in getattr(plant, kind):
            yield from rule(plant, record)
    yield from _case(plant)
    yield from _serials(plant)
