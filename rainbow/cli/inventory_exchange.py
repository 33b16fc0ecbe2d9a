"""``rainbow inventory export`` and ``import-gis``: the plant in the formats of others, and theirs as a city."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory.sources.city_folder import GEOPACKAGE, inspect, read_plant, write_plant
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _, current, ngettext

if TYPE_CHECKING:
    from inventory.plant import Plant

SUFFIXES = {".gpkg": "gpkg"}


@click.command(
    name="export",
    help=_("Write the plant of CITY to TARGET: one GeoPackage that QGIS opens coloured and labelled, or text files."),
)
@click.argument("city", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["gpkg", "text"]),
    help=_("gpkg: a GeoPackage; text: a folder of GeoJSON and CSV. By default as TARGET is called."),
)
@click.option("--crs", default="EPSG:4326", show_default=True, help=_("Coordinate system of the GeoPackage."))
def export_command(city: Path, target: Path, form: str | None, crs: str) -> None:
    """Write a plant in another form."""
    plant = read_plant(city)
    form = form or SUFFIXES.get(target.suffix.lower(), "text")
    if form == "gpkg":
        from inventory.sources.geopackage import write_geopackage  # noqa: PLC0415 - GDAL only where it is needed

        write_geopackage(plant, target, crs=crs)
    else:
        write_plant(plant, target)
    click.echo(_("{target}: {records}").format(target=target, records=_counted(plant)))


def _counted(plant: Plant) -> str:
    return _("{sites} sites, {structures} structures, {sections} trench sections, {cables} cables").format(
        sites=len(plant.sites),
        structures=len(plant.structures),
        sections=len(plant.sections),
        cables=len(plant.cables),
    )


@click.command(
    name="import-gis",
    help=_(
        "Make the city folder CITY of FILE: a GeoPackage with RAINBOW's layers, in any coordinate system; or, with "
        "--lines, trenches that others drew, in any file GDAL reads (shapefile, GeoPackage, DXF ...)."
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.argument("city", type=click.Path(path_type=Path, file_okay=False))
@click.option("--lines", is_flag=True, help=_("FILE holds lines: each becomes a trench section, its ends nodes."))
@click.option("--layer", default="", help=_("With --lines: the layer to read; the first by default."))
@click.option("--code-column", default="", help=_("With --lines: the column that holds the codes."))
@click.option("--force", is_flag=True, help=_("Overwrite the plant of an existing folder."))
def import_gis_command(file: Path, city: Path, layer: str, code_column: str, *, lines: bool, force: bool) -> int:
    """Read foreign geometry into a city folder."""
    if not force and city.is_dir() and ((city / "plant").exists() or (city / GEOPACKAGE).exists()):
        raise UsageError(
            _("{folder} holds a plant already").format(folder=city),
            cure=_("name another folder, or overwrite its plant with --force"),
        )
    plant = _drawn(file, layer, code_column) if lines else _checked(file)
    (city / GEOPACKAGE).unlink(missing_ok=True)
    write_plant(plant, city)
    settings = city / "city.toml"
    if not settings.exists():
        quoted = json.dumps(plant.city, ensure_ascii=False)  # a JSON text is a TOML basic string
        settings.write_text(f'[city]\nname = {quoted}\ntitle = {quoted}\nlanguage = "{current()}"\n', encoding="utf-8")
    click.echo(_("{target}: {records}").format(target=city, records=_counted(plant)))
    return 0


def _checked(file: Path) -> Plant:
    """The plant of a GeoPackage; errors are refused with all findings, warnings are shown."""
    plant, findings = inspect(file)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise InputError(
            ngettext("{file} has {count} mistake", "{file} has {count} mistakes", len(errors)).format(
                file=file, count=len(errors)
            ),
            findings=errors,
        )
    for finding in findings:
        click.echo(str(finding), err=True)
    return plant


def _drawn(file: Path, layer: str, code_column: str) -> Plant:
    from inventory.sources.gis_lines import read_lines  # noqa: PLC0415 - GDAL only where it is needed

    drawn = read_lines(file, layer=layer, code_column=code_column)
    if drawn.left_out:
        click.echo(
            ngettext(
                "{count} shape is no line and was left out",
                "{count} shapes are no lines and were left out",
                drawn.left_out,
            ).format(count=drawn.left_out),
            err=True,
        )
    if drawn.loose:
        click.echo(
            ngettext(
                "{count} line ends on another's middle without a node there: {names}",
                "{count} lines end on another's middle without a node there: {names}",
                len(drawn.loose),
            ).format(count=len(drawn.loose), names=", ".join(drawn.loose[:10])),
            err=True,
        )
    return drawn.plant
