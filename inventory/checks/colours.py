"""Colours: no strand used twice without them, no colour twice on a strand, no user group on another's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from inventory.checks.links import IDLE
from inventory.checks.report import fault
from inventory.dwdm import DWDM_GHZ, clash, colour_text, exact_nm, known_colour, nearest_nm
from inventory.entities import Direction
from inventory.loss import optics_at
from inventory.optics_classes import CWDM_NM, canonical_nm, known_nm
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.entities import Channel, Code, Link, StrandRef
    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding


ROUNDED_NM = 1.0
"""A frequency's wavelength may be rounded or cut off to whole nm."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A link on a strand. No channels: it takes the whole strand."""

    link: Link
    channels: tuple[Channel, ...]


def check(plant: Plant) -> Iterator[Finding]:
    """Findings on channels and shared strands."""
    for channel in plant.channels:
        yield from _owner(plant, channel)
        yield from _wavelength(plant, channel)
    yield from _shared(plant)
    for link in plant.links:
        channels = plant.channels_on.get(link.code, ())
        if channels and link.strands:
            yield from _twice_on_link(plant, channels)
            yield from _directions(plant, link, channels)


def _owner(plant: Plant, channel: Channel) -> Iterator[Finding]:
    owner = plant.link[channel.link].user_group
    if owner and owner != channel.user_group:
        yield fault(
            plant,
            channel,
            "RB-5006",
            message=_("it belongs to {group}, its link {link} to {owner}").format(
                group=channel.user_group, link=channel.link, owner=owner
            ),
            cure=_("mend one of the two, or leave the link's user_group empty where several groups share it"),
        )


def _wavelength(plant: Plant, channel: Channel) -> Iterator[Finding]:
    if channel.frequency_ghz is not None:
        yield from _dense(plant, channel, channel.frequency_ghz)
    elif not known_nm(channel.wavelength_nm):
        yield fault(
            plant,
            channel,
            "RB-5007",
            message=_("{wavelength} nm is no CWDM channel").format(wavelength=channel.wavelength_nm),
            cure=_("the grid (ITU-T G.694.2) has {grid} nm").format(grid=", ".join(str(item) for item in CWDM_NM)),
        )
        return
    link = plant.link[channel.link]
    for direction, end in ((Direction.A_TO_B, link.a), (Direction.B_TO_A, link.b)):
        sender = optics_at(plant, end)
        if sender is None or sender.nominal_nm is None or channel.direction not in {direction, Direction.BOTH}:
            continue
        if canonical_nm(sender.nominal_nm) != canonical_nm(channel.wavelength_nm):
            yield fault(
                plant,
                channel,
                "RB-5016",
                message=_("{port} holds a {name}, which sends {own} nm, not {wavelength} nm").format(
                    port=end, name=sender.name, own=sender.nominal_nm, wavelength=channel.wavelength_nm
                ),
                cure=_("fit a coloured module, or mend the wavelength or the direction"),
            )


def _dense(plant: Plant, channel: Channel, ghz: int) -> Iterator[Finding]:
    if not known_colour(ghz):
        yield fault(
            plant,
            channel,
            "RB-5007",
            message=_("{frequency} GHz is no DWDM channel").format(frequency=ghz),
            cure=_("the grid (ITU-T G.694.1) has {first} to {last} GHz in steps of 50, C13 to C61").format(
                first=DWDM_GHZ[0], last=DWDM_GHZ[-1]
            ),
        )
    elif abs(exact_nm(ghz) - channel.wavelength_nm) > ROUNDED_NM:
        yield fault(
            plant,
            channel,
            "RB-5023",
            message=_("wavelength_nm is {wavelength}, its frequency {frequency}").format(
                wavelength=channel.wavelength_nm, frequency=colour_text(ghz)
            ),
            cure=_("write {wavelength} into wavelength_nm, or mend the frequency").format(wavelength=nearest_nm(ghz)),
        )
    link = plant.link[channel.link]
    for direction, end in ((Direction.A_TO_B, link.a), (Direction.B_TO_A, link.b)):
        module = plant.transceiver_at.get(end)
        own = module.frequency_ghz if module is not None else None
        if own is not None and own != ghz and channel.direction in {direction, Direction.BOTH}:
            yield fault(
                plant,
                channel,
                "RB-5016",
                message=_("{port} holds a module that sends {own}, not {colour}").format(
                    port=end, own=colour_text(own), colour=colour_text(ghz)
                ),
                cure=_("fit the module of the channel, tune it, or mend the frequency or the direction"),
            )


def _shared(plant: Plant) -> Iterator[Finding]:
    """Pairs of links on one strand, each pair reported once with the first strand they meet on."""
    seen: dict[tuple[Code, Code], list[StrandRef]] = {}
    clashes: dict[tuple[Code, Code], tuple[_Use, _Use]] = {}
    for strand, uses in _uses(plant).items():
        for one, other in combinations(uses, 2) if len(uses) > 1 else ():
            if _clash(one, other):
                key = (one.link.code, other.link.code)
                seen.setdefault(key, []).append(strand)
                clashes.setdefault(key, (one, other))
    for key, (one, other) in clashes.items():
        yield _clash_finding(plant, one, other, seen[key])


def _uses(plant: Plant) -> dict[StrandRef, list[_Use]]:
    uses: dict[StrandRef, list[_Use]] = defaultdict(list)
    for link in plant.links:
        if link.status in IDLE:
            continue
        channels = plant.channels_on.get(link.code, ())
        there, back = _by_way(link, channels)
        for strand in dict.fromkeys(link.strands):
            uses[strand].append(_Use(link, there))
        for strand in dict.fromkeys(link.return_strands):
            if strand not in link.strands:
                uses[strand].append(_Use(link, back))
    return uses


def _by_way(link: Link, channels: tuple[Channel, ...]) -> tuple[tuple[Channel, ...], tuple[Channel, ...]]:
    """Channels on the strands and on the return strands; one strand carries both directions."""
    if not link.return_strands:
        return channels, ()
    there = tuple(item for item in channels if item.direction is not Direction.B_TO_A)
    back = tuple(item for item in channels if item.direction is not Direction.A_TO_B)
    return there, back


def _clash(one: _Use, other: _Use) -> tuple[Channel | None, Channel | None] | None:
    """Channels of two links that meet on a colour; a pair of None where a link takes the whole strand."""
    if not one.channels or not other.channels:
        return None, None
    by_colour = {canonical_nm(channel.colour): channel for channel in one.channels}
    for channel in other.channels:
        if first := by_colour.get(canonical_nm(channel.colour)):
            return first, channel
        if first := next((item for item in one.channels if clash(item.colour, channel.colour)), None):
            return first, channel
    return None


def _clash_finding(plant: Plant, one: _Use, other: _Use, strands: list[StrandRef]) -> Finding:
    first, second = _clash(one, other) or (None, None)
    more = len(strands) - 1
    place = str(strands[0]) + (
        ngettext(" and {count} more strand", " and {count} more strands", more).format(count=more) if more else ""
    )
    if first is None or second is None:
        return fault(
            plant,
            other.link,
            "RB-5003",
            message=_("it shares {place} with {other}, and not both have colours there").format(
                place=place, other=one.link.code
            ),
            cure=_("give both links their own colours in channels.csv, or name the strand that is really used"),
        )
    return fault(
        plant,
        second,
        "RB-5004" if first.user_group == second.user_group else "RB-5005",
        message=_("{wavelength} of {group} meets {other} of {owner} on {place}").format(
            wavelength=colour_text(second.colour),
            group=second.user_group,
            other=first.code,
            owner=first.user_group,
            place=place,
        ),
        cure=_("choose another colour, or another strand"),
    )


def _twice_on_link(plant: Plant, channels: tuple[Channel, ...]) -> Iterator[Finding]:
    for one, other in combinations(channels, 2):
        if clash(one.colour, other.colour) and _meet(plant, one, other):
            yield fault(
                plant,
                other,
                "RB-5004" if one.user_group == other.user_group else "RB-5005",
                message=_("{wavelength} is {other} of {owner} already").format(
                    wavelength=colour_text(other.colour), other=one.code, owner=one.user_group
                ),
                cure=_("choose another colour"),
            )


def _meet(plant: Plant, one: Channel, other: Channel) -> bool:
    if not plant.link[one.link].return_strands:
        return True
    return Direction.BOTH in {one.direction, other.direction} or one.direction is other.direction


def _directions(plant: Plant, link: Link, channels: tuple[Channel, ...]) -> Iterator[Finding]:
    directions = {channel.direction for channel in channels}
    if not link.return_strands and Direction.BOTH in directions:
        yield fault(
            plant,
            link,
            "RB-5015",
            message=_("one strand cannot carry one colour both ways"),
            cure=_("give each direction its own colour (a_to_b, b_to_a), or name return_strands"),
        )
    elif len(directions) == 1 and Direction.BOTH not in directions:
        yield fault(
            plant,
            link,
            "RB-5015",
            message=_("its colours shine {direction} only").format(direction=next(iter(directions))),
            cure=_("add the colour of the other direction"),
        )
