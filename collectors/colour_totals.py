"""Totals of each user group's colours: the links they shine on, and what they carry. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.totals import LINK_DOWN, LINK_UNKNOWN, LINK_UP
from inventory.dwdm import colour_text
from inventory.entities import Direction
from rainbow.kernel.metrics import COLOUR_TOTAL
from rainbow.kernel.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collectors.reading import DeviceReading
    from inventory.entities import Channel, Code
    from inventory.plant import Plant
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import UnixNs, Value


def colour_samples(
    plant: Plant,
    readings: Mapping[Code, DeviceReading | None],
    link_states: Mapping[Code, int],
    *,
    time_ns: UnixNs,
) -> list[Sample]:
    """One COLOUR_TOTAL sample for each colour a user group has, on all its links. Cost: linear in channels."""
    shining: dict[tuple[int, Code], list[Channel]] = {}
    for channel in plant.channels:
        shining.setdefault((channel.colour, channel.user_group), []).append(channel)
    return [
        Sample(
            COLOUR_TOTAL.series(colour=colour_text(colour), user_group=group),
            time_ns,
            _values(plant, readings, [link_states.get(item.link, LINK_UNKNOWN) for item in channels], channels),
        )
        for (colour, group), channels in shining.items()
    ]


def _values(
    plant: Plant,
    readings: Mapping[Code, DeviceReading | None],
    states: Sequence[int],
    channels: Sequence[Channel],
) -> dict[Field, Value]:
    values: dict[Field, Value] = {
        COLOUR_TOTAL.links_up: states.count(LINK_UP),
        COLOUR_TOTAL.links_down: states.count(LINK_DOWN),
        COLOUR_TOTAL.links_unknown: states.count(LINK_UNKNOWN),
    }
    traffic = [rate for channel in channels if (rate := _traffic(plant, readings, channel)) is not None]
    if traffic:
        values[COLOUR_TOTAL.traffic_bps] = sum(traffic)
    return values


def _traffic(plant: Plant, readings: Mapping[Code, DeviceReading | None], channel: Channel) -> float | None:
    """What shines: a colour of one direction carries what its sender sends, one of both carries both."""
    link = plant.link[channel.link]
    for end, sends in ((link.a, Direction.A_TO_B), (link.b, Direction.B_TO_A)):
        port = plant.interface[end]
        reading = readings.get(port.device)
        state = reading.ports.get(port.if_name) if reading is not None else None
        if state is None or state.in_bps is None or state.out_bps is None:
            continue
        if channel.direction is Direction.BOTH:
            return state.in_bps + state.out_bps
        return state.out_bps if channel.direction is sends else state.in_bps
    return None
