"""Values of the rooms below as the API's models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.loss import optics_at
from planner.incident_panel import trenches
from planner.incidents import NS
from planner.models import (
    DeviceOut,
    LightOut,
    LossOut,
    NamedOut,
    OpenIncidentOut,
    PortOut,
    StatesOut,
    StatusOut,
    SuspectOut,
)
from planner.picture import LinkCondition, NodeState, SectionState
from planner.readings import number
from planner.site_panel import IF_UP
from rainbow.kernel.metrics import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.entities import Code, Device, Interface
    from planner.desk import Desk
    from planner.network import Network
    from planner.picture import Picture
    from rainbow.kernel.samples import Sample
    from topology.loss import Loss

CALM = {SectionState.FINE, SectionState.EMPTY}


def moment(time_ns: int) -> datetime:
    """A time of the kernel as aware UTC."""
    return datetime.fromtimestamp(time_ns / 1e9, UTC)


def named(network: Network, codes: Iterable[Code]) -> list[NamedOut]:
    """Things by code and name, in their order."""
    return [NamedOut(code=code, name=network.names[code].name if code in network.names else "") for code in codes]


def loss_out(network: Network, loss: Loss) -> LossOut:
    """What is lost."""
    return LossOut(
        sites=named(network, loss.sites),
        structures=named(network, loss.structures),
        sirens=list(loss.sirens),
        user_groups=named(network, loss.user_groups),
        services=named(network, loss.services),
        links=list(loss.links),
        weight=loss.weight,
    )


def status_out(desk: Desk, picture: Picture) -> StatusOut:
    """The network in numbers."""
    readings = picture.readings
    return StatusOut(
        city=desk.services.plant.city,
        revision=picture.revision,
        taken=moment(readings.taken_ns),
        newest=moment(readings.newest_ns) if readings.newest_ns is not None else None,
        age_s=readings.age_s,
        stale=readings.is_stale,
        trouble=readings.trouble,
        links_up=picture.count(LinkCondition.UP) + picture.count(LinkCondition.WEAK),
        links_down=picture.count(LinkCondition.DOWN),
        links_unknown=picture.count(LinkCondition.UNKNOWN),
        sites_dark=sum(1 for state in picture.nodes.values() if state is NodeState.SILENT),
        suspects=[
            SuspectOut(sections=list(found.sections), links=sorted(found.links), reported=bool(found.reported))
            for found in picture.explanation.suspects
        ],
        unexplained_links=sorted(picture.explanation.unexplained),
        incidents=[
            OpenIncidentOut(
                number=item.number,
                status=str(item.status),
                codes=list(item.verdict.codes),
                sections=list(trenches(desk.services.plant, item.verdict)),
                changed=moment(int(item.changed_s * NS)),
                acknowledged_by=item.acknowledged_by,
            )
            for item in desk.incidents.live()
        ],
        lost=loss_out(desk.network, picture.loss),
    )


def states_out(picture: Picture) -> StatesOut:
    """States that are worth a colour."""
    return StatesOut(
        revision=picture.revision,
        stale=picture.readings.is_stale,
        sections={code: state for code, state in picture.sections.items() if state not in CALM},
        nodes={code: state for code, state in picture.nodes.items() if state is not NodeState.FINE},
    )


def device_out(picture: Picture, device: Device) -> DeviceOut:
    """A switch as last met."""
    reading = picture.readings.devices.get(device.code)
    return DeviceOut(
        code=device.code,
        name=device.name,
        node=device.node,
        address=device.address,
        vendor=device.vendor,
        model=device.model,
        answers=reading.answers if reading is not None else None,
        stale=reading is not None and reading.is_stale,
        last_read=moment(reading.time_ns) if reading is not None else None,
    )


def port_out(network: Network, picture: Picture, port: Interface, sample: Sample | None) -> PortOut:
    """A port as last read; what a device said that is silent now does not count."""
    device = picture.readings.devices.get(port.device)
    fresh = sample if device is not None and device.answers else None
    link = network.plant.link_at.get(port.code)
    oper = fresh.values.get(INTERFACE.oper_state) if fresh is not None else None
    return PortOut(
        code=port.code,
        device=port.device,
        if_name=port.if_name,
        up=None if oper is None else oper == IF_UP,
        in_bps=number(fresh, INTERFACE.in_bps) if fresh is not None else None,
        out_bps=number(fresh, INTERFACE.out_bps) if fresh is not None else None,
        link=link.code if link is not None else None,
        condition=picture.links.get(link.code) if link is not None else None,
        far_port=(link.b if link.a == port.code else link.a) if link is not None else None,
        light=light_out(network, picture, port),
    )


def light_out(network: Network, picture: Picture, port: Interface) -> LightOut | None:
    """The light at a port; None for a port without a link."""
    link = network.plant.link_at.get(port.code)
    if link is None:
        return None
    reading = picture.readings.links.get(link.code)
    expected = network.expected_light(link.code)
    optics = optics_at(network.plant, port.code)
    at_a = link.a == port.code
    measured_dbm = None
    if reading is not None and not reading.is_stale:
        measured_dbm = reading.rx_a_dbm if at_a else reading.rx_b_dbm
    return LightOut(
        measured_dbm=measured_dbm,
        expected_dbm=expected.rx_a_dbm if at_a else expected.rx_b_dbm,
        sensitivity_dbm=optics.sensitivity_dbm if optics is not None else None,
        overload_dbm=optics.overload_dbm if optics is not None else None,
    )
