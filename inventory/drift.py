"""Documented against discovered: what switches say of neighbours, ports, speeds, light, modules and descriptions. Pure.

A module's own reading of power is good to 3 dB (SFF-8472), so a loss from two of them is off by up to 4 dB: less than
``LOSS_TOLERANCE_DB`` is no finding. What nobody read, or read too long ago, is none either: silence proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from inventory.entities import Code, Direction
from inventory.lightpath.joints import IDLE
from inventory.loss import optics_at, way_loss
from inventory.optics_classes import canonical_nm
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.metrics import INTERFACE, NEIGHBOUR, OPTICS, PORT
from rainbow.kernel.texts import N_, _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from inventory.entities import Interface, Link
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field, Metric
    from rainbow.kernel.samples import Sample, Value

LOSS_TOLERANCE_DB = 4.0
NO_LIGHT_DBM = -35.0
"""Below this a receiver shows its own noise."""
READ: Mapping[Metric, tuple[Field, ...]] = MappingProxyType(
    {
        INTERFACE: (INTERFACE.oper_state, INTERFACE.speed_bps),
        NEIGHBOUR: (NEIGHBOUR.matches, NEIGHBOUR.remote_device, NEIGHBOUR.remote_port),
        OPTICS: (OPTICS.tx_dbm, OPTICS.rx_dbm),
        PORT: (PORT.description,),
    }
)
"""What is compared is read from these fields."""
UP = 1
ANOTHER = 0
_WORD = re.compile(r"[^\s,;:()\[\]<>\"']+")

DRIFT_RULES: dict[str, tuple[Severity, str]] = {
    "RB-9001": (Severity.WARNING, N_("a port's neighbour is another than documented")),
    "RB-9002": (Severity.WARNING, N_("a port has a neighbour and no link is documented")),
    "RB-9003": (Severity.INFO, N_("a link's neighbour is not heard")),
    "RB-9004": (Severity.WARNING, N_("a documented port is not in the switch")),
    "RB-9006": (Severity.WARNING, N_("a port runs at another speed than documented")),
    "RB-9007": (Severity.WARNING, N_("a link loses another amount of light than documented")),
    "RB-9009": (Severity.WARNING, N_("a port receives light and no link is documented")),
    "RB-9010": (Severity.WARNING, N_("a module sends another wavelength than documented")),
    "RB-9011": (Severity.WARNING, N_("a port holds another module than documented")),
    "RB-9012": (Severity.INFO, N_("a port's description names another link than documented")),
}

DRIFT_KINDS = {
    "RB-9001": "other_neighbour",
    "RB-9002": "unknown_neighbour",
    "RB-9003": "silent_neighbour",
    "RB-9004": "missing_port",
    "RB-9006": "speed",
    "RB-9007": "loss",
    "RB-9009": "unknown_light",
    "RB-9010": "wavelength",
    "RB-9011": "module",
    "RB-9012": "description",
}
"""The rules by the word that stands in the metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleSeen:
    """A transceiver as its switch names it; None and empty where it does not."""

    serial: str = ""
    wavelength_nm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest readings, by the codes of ports (``DEVICE:if_name``), whether the plant knows the port or not.

    ``ports`` has those the plant knows alone. Of several lanes of one port the brightest is kept.
    """

    devices: Collection[str]
    """Devices that gave their ports."""
    talkers: Collection[str]
    """Devices that hear a neighbour."""
    ports: Mapping[Code, Mapping[Field, Value]]
    neighbours: Mapping[Code, Mapping[Field, Value]]
    light: Mapping[Code, Mapping[Field, Value]]
    descriptions: Mapping[Code, Mapping[Field, Value]]
    modules: Mapping[Code, ModuleSeen]

    @classmethod
    def of(
        cls,
        plant: Plant,
        samples: Iterable[Sample],
        *,
        since_ns: int,
        modules: Mapping[Code, ModuleSeen] | None = None,
    ) -> Seen:
        """Sort samples of ``READ``; those before ``since_ns`` are left out."""
        found: dict[str, dict[Code, Mapping[Field, Value]]] = {metric.name: {} for metric in READ}
        devices: dict[str, set[str]] = {metric.name: set() for metric in READ}
        alike: dict[tuple[tuple[Field, Value], ...], Mapping[Field, Value]] = {}  # most ports of a city say the same
        for sample in samples:
            metric = sample.series.metric.name
            if metric not in found or sample.time_ns < since_ns:
                continue
            device = sample.series.tag("device")
            devices[metric].add(device)
            code = Code(f"{device}:{sample.series.tag('if_name')}")
            kept = found[metric].get(code)
            is_wanted = code in plant.interface if metric == INTERFACE.name else bool(sample.values)
            if is_wanted and (kept is None or _rx(sample.values) > _rx(kept)):
                found[metric][code] = alike.setdefault(tuple(sample.values.items()), sample.values)
        return cls(
            devices=devices[INTERFACE.name],
            talkers=devices[NEIGHBOUR.name],
            ports=found[INTERFACE.name],
            neighbours=found[NEIGHBOUR.name],
            light=found[OPTICS.name],
            descriptions=found[PORT.name],
            modules=modules or {},
        )


def _rx(values: Mapping[Field, Value]) -> float:
    rx = values.get(OPTICS.rx_dbm)
    return float(rx) if isinstance(rx, int | float) else float("-inf")


def drift(plant: Plant, seen: Seen) -> tuple[Finding, ...]:
    """All differences, in the order of the plant's ports and links, what the plant does not know last."""
    return (
        *(finding for port in plant.interfaces for finding in _port(plant, seen, port)),
        *(finding for link in plant.links if link.status not in IDLE for finding in _loss(plant, seen, link)),
        *(finding for code, module in seen.modules.items() for finding in _module(plant, code, module)),
        *(finding for code, said in seen.descriptions.items() for finding in _description(plant, code, said)),
        *_undocumented(plant, seen),
    )


def kind_of(finding: Finding) -> str:
    """What kind of difference it is, as a tag."""
    return DRIFT_KINDS[finding.code]


def device_of(plant: Plant, finding: Finding) -> Code:
    """The device a difference shows at; of a link the one at its end A."""
    link = plant.link.get(Code(finding.record))
    port = link.a if link is not None else finding.record
    return Code(port.partition(":")[0])


def _finding(plant: Plant, rule: str, record: Code, message: str, cure: str) -> Finding:
    return Finding(
        code=rule,
        severity=DRIFT_RULES[rule][0],
        where=plant.where.get(record, ""),
        record=record,
        message=message,
        cure=cure,
    )


def _port(plant: Plant, seen: Seen, port: Interface) -> Iterator[Finding]:
    if port.device in seen.devices and port.code not in seen.ports and port.status not in IDLE:
        yield _finding(
            plant,
            "RB-9004",
            port.code,
            _("the switch answers, but has no port {name}").format(name=port.if_name),
            _("see the names it gives: rainbow collect probe {device}; a card may be missing").format(
                device=plant.device[port.device].address
            ),
        )
    values = seen.ports.get(port.code)
    speed = values.get(INTERFACE.speed_bps) if values and values.get(INTERFACE.oper_state) == UP else None
    if isinstance(speed, int) and 0 < speed != port.speed_mbps * 1_000_000:
        yield _finding(
            plant,
            "RB-9006",
            port.code,
            _("it runs at {real:g} Mbit/s, the plant says {said:g} Mbit/s").format(
                real=speed / 1e6, said=port.speed_mbps
            ),
            _("fit the module that was planned, or write {real:g} into speed_mbps").format(real=speed / 1e6),
        )
    link = plant.link_at.get(port.code)
    if link is not None and link.status not in IDLE:
        yield from _neighbour(plant, seen, port, link)


def _neighbour(plant: Plant, seen: Seen, port: Interface, link: Link) -> Iterator[Finding]:
    far = plant.interface[link.b if link.a == port.code else link.a]
    heard = seen.neighbours.get(port.code)
    if heard is None:
        values = seen.ports.get(port.code)
        if port.device in seen.talkers and values and values.get(INTERFACE.oper_state) == UP:
            yield _finding(
                plant,
                "RB-9003",
                port.code,
                _("it is up and hears nobody; {far} should be there").format(far=far.code),
                _("switch LLDP on at both ends"),
            )
        return
    if heard.get(NEIGHBOUR.matches) != ANOTHER:
        return
    real = _heard(heard)
    yield _finding(
        plant, "RB-9001", port.code, _("it hears {real}, the plant says {far}").format(real=real, far=far.code),
        _cause(plant, heard, link),
    )  # fmt: skip


def _heard(heard: Mapping[Field, Value]) -> str:
    return f"{heard.get(NEIGHBOUR.remote_device, '?')} {heard.get(NEIGHBOUR.remote_port, '?')}"


def _cause(plant: Plant, heard: Mapping[Field, Value], link: Link) -> str:
    """The likely cause and its cure: swapped patch cords where the neighbour's port has a link of its own."""
    other = plant.link_at.get(Code(f"{heard.get(NEIGHBOUR.remote_device)}:{heard.get(NEIGHBOUR.remote_port)}"))
    if other is not None and other is not link:
        return _("most likely the patch cords of {link} and {other} are swapped: mend them, or both records").format(
            link=link.code, other=other.code
        )
    return _("somebody patched anew: write the port it really ends at into {link}, or patch it back").format(
        link=link.code
    )


def _loss(plant: Plant, seen: Seen, link: Link) -> Iterator[Finding]:
    for direction, start, goal in ((Direction.A_TO_B, link.a, link.b), (Direction.B_TO_A, link.b, link.a)):
        sent, got = seen.light.get(start, {}).get(OPTICS.tx_dbm), seen.light.get(goal, {}).get(OPTICS.rx_dbm)
        if not isinstance(sent, float) or not isinstance(got, float) or got < NO_LIGHT_DBM:
            continue
        measured_db, expected_db = sent - got, way_loss(plant, link, direction).total_db
        off_db = measured_db - expected_db
        if abs(off_db) > LOSS_TOLERANCE_DB:
            yield _finding(
                plant,
                "RB-9007",
                link.code,
                _("from {start} to {goal} {real:.1f} dB are lost, the plant says {said:.1f} dB").format(
                    start=start, goal=goal, real=measured_db, said=expected_db
                ),
                _("clean the connectors, look for bends, measure with an OTDR; or the light takes another way")
                if off_db > 0
                else _("the way is shorter than documented: see lengths, filters and which strands it really takes"),
            )


def _module(plant: Plant, port: Code, module: ModuleSeen) -> Iterator[Finding]:
    documented = plant.transceiver_at.get(port)
    optics = optics_at(plant, port) if port in plant.interface else None
    sends_nm = optics.nominal_nm if optics is not None else None
    link = plant.link_at.get(port)
    if sends_nm is None and link is not None:
        sends_nm = _colour(plant, link, port)
    real_nm = module.wavelength_nm
    if real_nm and sends_nm and canonical_nm(real_nm) != canonical_nm(sends_nm):
        yield _finding(
            plant,
            "RB-9010",
            port,
            _("its module sends {real} nm, the plant says {said} nm").format(real=real_nm, said=sends_nm),
            _("fit the module of the colour planned; on a filter the wrong colour does not get through"),
        )
    if documented is not None and documented.serial and module.serial and documented.serial != module.serial:
        yield _finding(
            plant,
            "RB-9011",
            port,
            _("it holds the module {real}, the plant says {said}").format(real=module.serial, said=documented.serial),
            _("write the new serial number into transceivers.csv; its loss baseline begins anew"),
        )


def _colour(plant: Plant, link: Link, port: Code) -> int | None:
    """What a coloured module in a port has to send by the link's channels."""
    direction = Direction.A_TO_B if port == link.a else Direction.B_TO_A
    channels = plant.channels_on.get(link.code, ())
    return next((item.wavelength_nm for item in channels if item.direction in {direction, Direction.BOTH}), None)


def _description(plant: Plant, port: Code, said: Mapping[Field, Value]) -> Iterator[Finding]:
    """A link named in what somebody wrote at the port in its switch; descriptions that name none say nothing."""
    words = str(said.get(PORT.description, ""))
    named = [Code(word) for word in _WORD.findall(words) if Code(word) in plant.link]
    link = plant.link_at.get(port)
    if not named or (link is not None and link.code in named):
        return
    yield _finding(
        plant,
        "RB-9012",
        port,
        _("its description in the switch is {words}, the plant says {link}").format(
            words=repr(words), link=link.code if link is not None else _("no link")
        ),
        _("write the right link into the switch's configuration, or into the plant"),
    )


def _undocumented(plant: Plant, seen: Seen) -> Iterator[Finding]:
    """Ports without a link that hear one of our switches or see light."""
    ours = {name.casefold() for device in plant.devices for name in (device.code, device.name) if name}
    for code, heard in seen.neighbours.items():
        if code not in plant.link_at and str(heard.get(NEIGHBOUR.remote_device, "")).casefold() in ours:
            yield _finding(
                plant,
                "RB-9002",
                code,
                _("it hears {real}, and the plant has no link here").format(real=_heard(heard)),
                _("trace the strands and add the link"),
            )
    for code, light in seen.light.items():
        rx = light.get(OPTICS.rx_dbm)
        if code not in plant.link_at and code not in seen.neighbours and isinstance(rx, float) and rx > NO_LIGHT_DBM:
            yield _finding(
                plant,
                "RB-9009",
                code,
                _("it receives {rx:.1f} dBm, and the plant has no link here").format(rx=rx),
                _("find out whose light it is; add the link, or name the service that uses it"),
            )
