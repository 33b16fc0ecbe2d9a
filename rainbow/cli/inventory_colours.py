"""``rainbow inventory colours``: which user group shines in which colour on which strand."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory.colour_picture import ARROWS, picture
from inventory.colours import colour_plan
from inventory.dwdm import channel_name, colour_text, is_dense, nearest_nm
from inventory.lightpath.names import strand_named, unknown
from inventory.sources.city_folder import read_plant
from rainbow.cli.options import CITY
from rainbow.kernel.spreadsheet import cell
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.colours import StrandColours
    from inventory.plant import Plant


@click.command(
    name="colours",
    help=_(
        "The colour plan of CITY: for every strand that carries colours or lies between filters, who shines in which "
        "and what is free. --pictures writes an SVG for each strand."
    ),
)
@CITY
@click.option("--strand", help=_("Only this strand: CABLE/NUMBER."))
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help=_("Write one picture (SVG) for each strand into FOLDER."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help=_("For people, for machines, or for a spreadsheet."),
)
def colours_command(city: Path, strand: str | None, pictures: Path | None, form: str) -> None:
    """Print the colour plan."""
    plant = read_plant(city)
    plan = colour_plan(plant)
    if strand is not None:
        ref = strand_named(plant.light, strand)
        if ref is None:
            raise unknown(plant.light, strand)
        plan = tuple(item for item in plan if item.strand == ref)
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        for item in plan:
            name = f"{item.strand.cable}_{item.strand.number}.svg".replace("/", "_")
            (pictures / name).write_text(picture(plant, item), encoding="utf-8")
        click.echo(
            ngettext("{count} picture in {folder}", "{count} pictures in {folder}", len(plan)).format(
                count=len(plan), folder=pictures
            ),
            err=True,
        )
    if form == "json":
        click.echo(json.dumps([_as_json(item) for item in plan], indent=2, ensure_ascii=False))
    elif form == "csv":
        _write_csv(plant, plan)
    else:
        for line in _text(plant, plan):
            click.echo(line)


def _text(plant: Plant, plan: Sequence[StrandColours]) -> Iterator[str]:
    for item in plan:
        cable = plant.cable[item.strand.cable]
        yield f"{item.strand}  {plant.nodes[cable.from_node].label} - {plant.nodes[cable.to_node].label}"
        for use in item.uses:
            group = plant.user_group[use.user_group].label
            yield f"  {colour_text(use.colour)} {ARROWS[use.along]} {group}  {use.link}  {use.channel}"
        for link in item.whole:
            yield "  " + _("the whole strand: {link}").format(link=link)
        free = ", ".join(map(channel_name, item.free)) or "-"
        yield "  " + (_("free: {colours}") if item.filtered else _("free, once filters are fitted: {colours}")).format(
            colours=free
        )
    if not plan:
        yield _("no strand carries colours")


def _as_json(item: StrandColours) -> dict[str, object]:
    return {
        "strand": str(item.strand),
        "uses": [
            {
                "wavelength_nm": use.wavelength_nm,
                "frequency_ghz": use.colour if is_dense(use.colour) else None,
                "user_group": use.user_group,
                "link": use.link,
                "channel": use.channel,
                "direction": {True: "along", False: "against", None: "both"}[use.along],
            }
            for use in item.uses
        ],
        "whole": list(item.whole),
        "free_nm": [colour for colour in item.free if not is_dense(colour)],
        "free_ghz": [colour for colour in item.free if is_dense(colour)],
        "filters_documented": item.filtered,
    }


def _write_csv(plant: Plant, plan: Sequence[StrandColours]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["strand", "colour", "wavelength_nm", "user_group", "user_group_name", "link", "channel", "direction"]
    )
    for item in plan:
        for use in item.uses:
            direction = {True: "along", False: "against", None: "both"}[use.along]
            name = plant.user_group[use.user_group].label
            row = [item.strand, channel_name(use.colour), use.wavelength_nm, use.user_group, name, use.link]
            writer.writerow([*map(cell, row), cell(use.channel), direction])
        for colour in item.free:
            writer.writerow([item.strand, channel_name(colour), nearest_nm(colour), "", "", "", "", "free"])
