"""What the page says of one site or lamp: its switches, their ports, the light, what it hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory.entities import Code, Site, Structure
from inventory.loss import optics_at
from planner.formats import bit_rate, clock_time, duration, with_unit
from planner.link_groups import groups_at
from planner.picture import MISSING_LIGHT_DB, WEAK_MARGIN_DB, LinkCondition, NodeState
from planner.readings import number
from planner.wording import LINK_CONDITIONS, NODE_STATES, kind_title
from rainbow.kernel.errors import InputError, StoreError
from rainbow.kernel.metrics import INTERFACE, NEIGHBOUR, PORT
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inventory.entities import Device, Interface
    from inventory.optics_classes import OpticsClass
    from planner.network import Network
    from planner.picture import Picture
    from planner.services import PlannerServices
    from rainbow.kernel.metrics import Metric
    from rainbow.kernel.samples import Sample

IF_UP, IF_DOWN = 1, 2
"""ifOperStatus and ifAdminStatus (RFC 2863)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LightView:
    """Light at one end of a link: measured, expected by the plant's loss, the receiver's limits. Texts with units."""

    measured: str
    expected: str
    limits: str
    is_weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PortView:
    """A port. ``far`` is the other end by the plant, ``heard`` what the neighbour says of itself (LLDP).

    ``description`` is what is written at the port in its switch.
    """

    code: Code
    device: Code
    if_name: str
    state: str
    is_up: bool | None
    traffic_in: str
    traffic_out: str
    link: Code | None
    condition: LinkCondition | None
    condition_text: str
    far_node: Code | None
    far: str
    heard: str
    description: str
    is_as_drawn: bool
    light: LightView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchView:
    """A switch and its ports. ``answers`` is None when nothing fresh is known; ``when`` says what ``last_read`` is."""

    code: Code
    label: str
    model: str
    address: str
    answers: bool | None
    is_stale: bool
    state_text: str
    last_read: str
    when: str
    uptime: str
    ports: tuple[PortView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePanel:
    """The panel, ready to be shown. ``hangs_on`` are trenches whose cut alone takes the site down."""

    code: Code
    title: str
    kind: str
    address: str
    state: NodeState | None
    state_text: str
    is_hub: bool
    services: tuple[str, ...]
    hangs_on: tuple[Code, ...]
    protocols: tuple[str, ...]
    switches: tuple[SwitchView, ...]


def require_node(network: Network, code: str) -> Site | Structure:
    """The site or structure of this code.

    Raises:
        InputError: there is none.
    """
    node = network.plant.nodes.get(Code(code))
    if not isinstance(node, Site | Structure):
        raise InputError(
            _("{city} has no site {code}").format(city=network.plant.city, code=code),
            cure=_("see the list of sites"),
        )
    return node


def site_panel(services: PlannerServices, network: Network, picture: Picture, code: str) -> SitePanel:
    """All about a site or structure.

    Raises:
        InputError: there is no such node.
    """
    node = require_node(network, code)
    state = picture.nodes.get(node.code)
    is_hub = bool(getattr(node, "is_hub", False))
    return SitePanel(
        code=node.code,
        title=node.label,
        kind=kind_title(node),
        address=str(getattr(node, "address", "")),
        state=state,
        state_text=_(NODE_STATES[state]) if state is not None else _("no switch here"),
        is_hub=is_hub,
        services=tuple(
            dict.fromkeys(network.label(service.user_group) for service in network.plant.services_at.get(node.code, ()))
        ),
        hangs_on=() if is_hub else network.hangs_on(node.code),
        protocols=groups_at(network, picture, node.code),
        switches=tuple(
            switch_view(services, network, picture, device) for device in network.plant.devices_at.get(node.code, ())
        ),
    )


def switch_view(
    services: PlannerServices, network: Network, picture: Picture, device: Device, *, with_ports: bool = True
) -> SwitchView:
    """One switch as last read."""
    reading = picture.readings.devices.get(device.code)
    answers = reading.answers if reading is not None else None
    last_read = clock_time(reading.time_ns, now_ns=picture.readings.taken_ns) if reading is not None else "–"
    when = _("last asked {time}") if answers is False else _("last reading {time}")
    return SwitchView(
        code=device.code,
        label=device.label,
        model=" ".join(part for part in (device.vendor, device.model) if part),
        address=device.address,
        answers=answers,
        is_stale=reading is not None and reading.is_stale,
        state_text=_state_text(answers, is_stale=reading is not None and reading.is_stale),
        last_read=last_read,
        when=when.format(time=last_read),
        uptime=duration(reading.uptime_s) if reading is not None and reading.uptime_s is not None and answers else "–",
        ports=_ports(services, network, picture, device) if with_ports else (),
    )


def _state_text(answers: bool | None, *, is_stale: bool) -> str:  # noqa: FBT001 - the reading itself
    if answers is None:
        return _("stale") if is_stale else _("no reading yet")
    return _("answers") if answers else _("does not answer")


def newest_by_port(services: PlannerServices, metric: Metric, device: Code) -> dict[str, Sample]:
    """The newest sample of each port of a device, by ``if_name``; nothing where the store cannot be read.

    Whom a switch hears and what is written at its ports is not told of a part of the city: it may be somebody outside.
    """
    if metric in {NEIGHBOUR, PORT} and not services.is_whole:
        return {}
    try:
        with services.reader() as reader:
            samples = reader.latest(metric, device=device)
    except StoreError:
        return {}
    return {sample.series.tag("if_name"): sample for sample in sorted(samples, key=lambda sample: sample.time_ns)}


def _ports(services: PlannerServices, network: Network, picture: Picture, device: Device) -> tuple[PortView, ...]:
    """Ports of the plant in its order; those that carry a link first, they matter."""
    read = newest_by_port(services, INTERFACE, device.code)
    heard = newest_by_port(services, NEIGHBOUR, device.code)
    written = newest_by_port(services, PORT, device.code)
    ports = network.interfaces_of.get(device.code, ())
    views = [port_view(network, picture, port, read=read, heard=heard, written=written) for port in ports]
    return tuple(sorted(views, key=lambda view: view.link is None))


def port_view(
    network: Network,
    picture: Picture,
    port: Interface,
    *,
    read: Mapping[str, Sample],
    heard: Mapping[str, Sample],
    written: Mapping[str, Sample],
) -> PortView:
    """One port by its newest readings; readings of a device that is not heard of any more do not count."""
    plant = network.plant
    device = picture.readings.devices.get(port.device)
    sample = read.get(port.if_name) if device is not None and device.answers else None
    neighbour = heard.get(port.if_name) if device is not None and device.answers else None
    link = plant.link_at.get(port.code)
    condition = picture.links.get(link.code) if link is not None else None
    far = (link.b if link.a == port.code else link.a) if link is not None else None
    is_up, state = _port_state(sample)
    return PortView(
        code=port.code,
        device=port.device,
        if_name=port.if_name,
        state=state,
        is_up=is_up,
        traffic_in=bit_rate(number(sample, INTERFACE.in_bps)) if sample is not None else "–",
        traffic_out=bit_rate(number(sample, INTERFACE.out_bps)) if sample is not None else "–",
        link=link.code if link is not None else None,
        condition=condition,
        condition_text=_(LINK_CONDITIONS[condition]) if condition is not None else "",
        far_node=plant.node_of(far) if far is not None else None,
        far=network.label(plant.node_of(far)) if far is not None else "",
        heard=_heard(neighbour),
        description=_description(written.get(port.if_name)),
        is_as_drawn=neighbour is None or neighbour.values.get(NEIGHBOUR.matches) != 0,
        light=light_view(network, picture, port.code),
    )


def _port_state(sample: Sample | None) -> tuple[bool | None, str]:
    oper = sample.values.get(INTERFACE.oper_state) if sample is not None else None
    if sample is None or oper is None:
        return None, _("no reading")
    if sample.values.get(INTERFACE.admin_state) == IF_DOWN:
        return None, _("switched off")
    names = dict(INTERFACE.oper_state.states)
    return oper == IF_UP, _(names.get(int(oper), "unknown"))


def _heard(sample: Sample | None) -> str:
    """The neighbour's own words; they come from a device and are only ever shown as text."""
    if sample is None:
        return ""
    said = (sample.values.get(NEIGHBOUR.remote_device), sample.values.get(NEIGHBOUR.remote_port))
    return " ".join(str(part) for part in said if part)


def _description(sample: Sample | None) -> str:
    """What somebody wrote at the port in its switch, only ever shown as text."""
    return str(sample.values.get(PORT.description, "")) if sample is not None else ""


def light_view(network: Network, picture: Picture, port: Code) -> LightView | None:
    """The light a port should see and sees; None for a port without a link."""
    link = network.plant.link_at.get(port)
    if link is None:
        return None
    reading = picture.readings.links.get(link.code)
    fresh = reading if reading is not None and not reading.is_stale else None
    expected = network.expected_light(link.code)
    at_a = link.a == port
    measured_dbm = (fresh.rx_a_dbm if at_a else fresh.rx_b_dbm) if fresh is not None else None
    expected_dbm = expected.rx_a_dbm if at_a else expected.rx_b_dbm
    optics = optics_at(network.plant, port)
    return LightView(
        measured=with_unit(measured_dbm, "dBm") if measured_dbm is not None else _("no reading"),
        expected=with_unit(expected_dbm, "dBm"),
        limits=_("{low} to {high}").format(
            low=with_unit(optics.sensitivity_dbm, "dBm"), high=with_unit(optics.overload_dbm, "dBm")
        )
        if optics is not None
        else "–",
        is_weak=_is_weak(measured_dbm, expected_dbm, optics),
    )


def _is_weak(measured_dbm: float | None, expected_dbm: float | None, optics: OpticsClass | None) -> bool:
    if measured_dbm is None:
        return False
    near_limit = optics is not None and measured_dbm - optics.sensitivity_dbm < WEAK_MARGIN_DB
    return near_limit or (expected_dbm is not None and expected_dbm - measured_dbm > MISSING_LIGHT_DB)
