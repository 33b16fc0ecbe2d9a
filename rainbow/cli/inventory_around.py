"""``rainbow inventory around``: what lies near a place, before somebody digs there."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory.around import around
from inventory.sources.city_folder import read_plant
from rainbow.cli.options import text_or_json
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.around import Around
    from inventory.entities import LonLat
    from inventory.plant import Plant


@click.command(
    name="around",
    help=_(
        "What lies within METRES of a place in CITY, and what runs through it. PLACE is LATITUDE,LONGITUDE; several of "
        "them are a line, as a stretch of street. Exit code 1 if something lies there."
    ),
)
@click.argument("city", type=click.Path(path_type=Path))
@click.argument("places", metavar="PLACE...", nargs=-1, required=True)
@click.option(
    "--metres",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    help=_("How far around; drawings are a metre off in places."),
)
@text_or_json(_("For people, or for machines."))
def around_command(city: Path, places: tuple[str, ...], metres: float, form: str) -> int:
    """Print what is near."""
    plant = read_plant(city)
    found = around(plant, [_place(text) for text in places], metres)
    if form == "json":
        click.echo(json.dumps(dataclasses.asdict(found), indent=2, ensure_ascii=False))
    else:
        for line in _text(plant, found, metres):
            click.echo(line)
    return int(bool(found.sections or found.nodes))


def _place(text: str) -> LonLat:
    latitude, comma, longitude = text.partition(",")
    try:
        lat, lon = float(latitude), float(longitude)
    except ValueError:
        comma, lat, lon = "", 0.0, 0.0
    if not comma or not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 - the globe
        raise UsageError(
            _("{text} is no place").format(text=text), cure=_("write LATITUDE,LONGITUDE in degrees: 49.4447,7.7689")
        )
    return lon, lat


def _text(plant: Plant, found: Around, metres: float) -> Iterator[str]:
    if not found.sections and not found.nodes:
        yield _("nothing of the plant lies within {metres:g} m").format(metres=metres)
    for item in found.sections:
        section = plant.section[item.code]
        depth = _("depth unknown") if section.depth_m is None else f"{section.depth_m:g} m"
        yield _("trench {code}, {metres:g} m away, {depth}").format(code=item.code, metres=item.metres, depth=depth)
    for item in found.nodes:
        yield _("{name}, {metres:g} m away").format(name=plant.nodes[item.code].label, metres=item.metres)
    if found.cables:
        yield ngettext(
            "{count} cable: {codes}; {used} of {strands} strands in use",
            "{count} cables: {codes}; {used} of {strands} strands in use",
            len(found.cables),
        ).format(
            count=len(found.cables),
            codes=", ".join(found.cables),
            used=found.strands_in_use,
            strands=found.strands,
        )
        yield _("links: {codes}").format(codes=", ".join(found.links) or "-")
        yield _("services at their ends: {codes}").format(codes=", ".join(found.services) or "-")
    if found.unknown:
        yield _("nobody knows where these run, they may lie here too: {codes}").format(codes=", ".join(found.unknown))
