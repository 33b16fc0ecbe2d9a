"""Colours the colour-blind can tell apart (Okabe and Ito, 2008), and what each state of the catalogue looks like.

Colour never stands alone: every state shows its name, every limit its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.sdk import dashboard
from rainbow.kernel.errors import DashboardError
from rainbow.kernel.metrics import (
    DEVICE,
    ENERGY,
    EVENT,
    INCIDENT,
    INTERFACE,
    LINK,
    NEIGHBOUR,
    OPTICS,
    OUTBOX,
    REDUNDANCY,
    RING,
    STRUCTURE,
    TASK,
)
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from rainbow.kernel.metrics import Field

ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#8E8E8E"

ABSENT_INDEX = 99
"""Of the mapping in Grafana's list: after all states."""
GOOD, BAD, WARNING, IDLE, NOTE = GREEN, VERMILLION, ORANGE, GREY, SKY

STATE_COLOURS: dict[Field, tuple[str, ...]] = {
    INTERFACE.admin_state: (GOOD, IDLE, WARNING),
    INTERFACE.oper_state: (GOOD, BAD, WARNING, IDLE, IDLE, IDLE, BAD),
    OPTICS.light: (BAD, GOOD),
    LINK.state: (IDLE, BAD, GOOD),
    LINK.criticality: (IDLE, NOTE, WARNING, PURPLE),
    DEVICE.up: (BAD, GOOD),
    DEVICE.breaker_open: (GOOD, WARNING),
    NEIGHBOUR.matches: (IDLE, BAD, GOOD),
    ENERGY.on_battery: (GOOD, WARNING),
    STRUCTURE.reached: (BAD, GOOD),
    STRUCTURE.siren: (IDLE, NOTE),
    REDUNDANCY.standing: (BAD, WARNING, GOOD),
    OUTBOX.blocked: (GOOD, BAD),
    TASK.state: (BAD, WARNING, GOOD),
    EVENT.severity: (NOTE, WARNING, BAD),
    RING.state: (IDLE, BAD, WARNING, GOOD),
    INCIDENT.status: (GOOD, WARNING, BAD),
    INCIDENT.harm: (GOOD, NOTE, YELLOW, WARNING, WARNING, BAD, BAD),
}
"""One colour for each of a field's states, in the order of the catalogue."""


def state_mapping(field: Field, *, calm: bool = False) -> list[dashboard.ValueMapping]:
    """Names and colours for the numbers of a state, and for none; ``calm`` has grey for what is bad.

    Raises:
        DashboardError: a state has no colour.
    """
    colours = STATE_COLOURS.get(field, ())
    if len(colours) != len(field.states):
        raise DashboardError(
            _("state {field} has {states} names and {colours} colours").format(
                field=field.name, states=len(field.states), colours=len(colours)
            ),
            cure=_("give each state a colour in STATE_COLOURS"),
        )
    named = dashboard.ValueMap(
        options={
            str(number): dashboard.ValueMappingResult(
                text=_(text), color=IDLE if calm and colour == BAD else colour, index=index
            )
            for index, ((number, text), colour) in enumerate(zip(field.states, colours, strict=True))
        }
    )
    return [named, absent()]


def absent() -> dashboard.ValueMapping:
    """What is not there is grey and says so. Without this Grafana paints it as the lowest limit: green, mostly."""
    return dashboard.SpecialValueMap(
        options=dashboard.DashboardSpecialValueMapOptions(
            match=dashboard.SpecialValueMatch.NULL_AND_NAN,
            result=dashboard.ValueMappingResult(text=_("no reading"), color=IDLE, index=ABSENT_INDEX),
        )
    )


def nothing() -> dashboard.ValueMapping:
    """What is not there and need not be: a device without a UPS runs on none."""
    return dashboard.SpecialValueMap(
        options=dashboard.DashboardSpecialValueMapOptions(
            match=dashboard.SpecialValueMatch.NULL_AND_NAN,
            result=dashboard.ValueMappingResult(text="-", color="transparent", index=ABSENT_INDEX),
        )
    )


def limits(base: str, *steps: tuple[float, str]) -> dashboard.ThresholdsConfig:
    """A colour from each value on; ``base`` below the first."""
    return dashboard.ThresholdsConfig(
        mode=dashboard.ThresholdsMode.ABSOLUTE,
        steps=[
            dashboard.Threshold(value=None, color=base),
            *(dashboard.Threshold(value=value, color=colour) for value, colour in steps),
        ],
    )


def fixed(colour: str) -> dashboard.FieldColor:
    """One colour whatever the value."""
    return dashboard.FieldColor(mode=dashboard.FieldColorModeId.FIXED, fixed_color=colour)


def by_limits() -> dashboard.FieldColor:
    """The colour of the limit a value has reached."""
    return dashboard.FieldColor(mode=dashboard.FieldColorModeId.THRESHOLDS)
