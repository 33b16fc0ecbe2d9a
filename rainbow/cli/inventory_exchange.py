"""``rainbow inventory export`` and ``import-gis``: the plant in the formats of others, and theirs as a city."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory.protection import PROTECTION_TITLES, exempt_codes
from inventory.redaction import GRID_M, MOST, Audience, marked, redacted
from inventory.sources.atlas_settings import AtlasSettings, Contact
from inventory.sources.city_folder import GEOPACKAGE, inspect, read_plant, write_plant
from inventory.sources.exchange import geojson_3d, kml
from rainbow.audited import here, looked_at, noting
from rainbow.city import clock
from rainbow.cli.options import CITY
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _, current, ngettext

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from inventory.entities import Code
    from inventory.plant import Plant
    from inventory.protection import ProtectionCase

SUFFIXES = {".gpkg": "gpkg", ".kml": "kml", ".geojson": "geojson-3d"}
OWN_FORMS = frozenset({"gpkg", "text"})


@click.command(
    name="export",
    help=_(
        "Write the plant of CITY to TARGET. gpkg: one GeoPackage that QGIS opens coloured and labelled; text: a folder "
        "of GeoJSON and CSV; geojson-3d: lines with heights for a digital twin; kml: for a globe; xtrasse: the build "
        "in XTrasse 2.0; atlas: the delivery to the federal infrastructure atlas in XTrasse 2.0; gis-nb: a folder "
        "with the layers that German funding asks for (GIS-Nebenbestimmungen 5.1), as far as they are publicly known."
    ),
)
@click.argument("city", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["gpkg", "text", "geojson-3d", "kml", "xtrasse", "atlas", "gis-nb"]),
    help=_("What to write; by default as TARGET is called."),
)
@click.option(
    "--for",
    "audience",
    type=click.Choice([str(item) for item in Audience]),
    help=_(
        "Who will see it. internal: everything; partner: without addresses, modules, users and criticality; public: "
        "trenches and places only, coarse, without what is vital. By default internal for gpkg and text, else partner."
    ),
)
@click.option("--crs", default="EPSG:4326", show_default=True, help=_("gpkg: the coordinate system."))
@click.option("--ground", type=float, default=0.0, metavar="METRES", help=_("geojson-3d: the ground above sea level."))
@click.option("--contact", nargs=3, metavar="NAME TELEPHONE EMAIL", help=_("atlas: whom it names; required there."))
@click.option("--operator", is_flag=True, help=_("atlas: the city operates the network and does not own it."))
@click.option(
    "--grid",
    "grid_m",
    type=click.FloatRange(1, 10_000),
    default=GRID_M,
    show_default=True,
    metavar="METRES",
    help=_("public: how coarse places are."),
)
def export_command(
    city: Path,
    target: Path,
    form: str | None,
    audience: str | None,
    crs: str,
    ground: float,
    contact: tuple[str, str, str] | None,
    grid_m: float,
    *,
    operator: bool,
) -> None:
    """Write a plant in another form."""
    whole = read_plant(city)
    form = form or SUFFIXES.get(target.suffix.lower(), "text")
    seen_by = Audience(audience) if audience else Audience.INTERNAL if form in OWN_FORMS else Audience.PARTNER
    looked_at(city, "plant.export", "plant", target, form=form, audience=str(seen_by))
    plant = _for(whole, seen_by, grid_m, besides=exempt_codes(whole) if form == "atlas" else ())
    left_out: Sequence[str] = ()
    if form == "gpkg":
        from inventory.sources.geopackage import write_geopackage  # noqa: PLC0415 - GDAL only where it is needed

        write_geopackage(plant, target, crs=crs)
    elif form == "text":
        write_plant(plant, target)
    elif form == "atlas":
        left_out = _write_atlas(whole, plant, target, _atlas_settings(contact, owner=not operator))
    elif form == "gis-nb":
        left_out = _write_funding(plant, target)
    elif form == "xtrasse":
        from inventory.sources.xtrasse import build_plan  # noqa: PLC0415 - same

        content, left_out = build_plan(plant)
        _write(target, content)
    else:
        _write(target, kml(plant) if form == "kml" else geojson_3d(plant, ground_m=ground))
    for code in left_out:
        click.echo(_("{code} was left out: nobody knows its way").format(code=code), err=True)
    said = _("{target} ({form}, for {audience}): {records}")
    click.echo(said.format(target=target, form=form, audience=seen_by, records=_counted(plant)))


def _for(whole: Plant, seen_by: Audience, grid_m: float, *, besides: Collection[Code]) -> Plant:
    """The plant as they may see it; who took it out, for whom and when stands with every record that leaves."""
    plant = redacted(whole, seen_by, grid_m=grid_m, besides=besides)
    if seen_by is Audience.INTERNAL:
        return plant
    when = datetime.fromtimestamp(clock() / 1e9, UTC)
    return marked(plant, f"{whole.city}, {seen_by}: {here().subject}, {when:%Y-%m-%d %H:%M} UTC")


def _atlas_settings(contact: tuple[str, str, str] | None, *, owner: bool) -> AtlasSettings:
    if contact is None:
        raise UsageError(
            _("the atlas asks for a contact"),
            cure=_('add --contact "NAME" "TELEPHONE" "EMAIL" of the responsible office'),
        )
    name, telephone, email = contact
    return AtlasSettings(
        contact=Contact(name=name, telephone=telephone, email=email),
        is_owner=owner,
    )


def _write_atlas(whole: Plant, plant: Plant, target: Path, settings: AtlasSettings) -> Sequence[str]:
    from inventory.sources.xtrasse import atlas_plan  # noqa: PLC0415 - GDAL only where it is needed

    content, left_out = atlas_plan(plant, settings, exempt=exempt_codes(whole))
    _write(target, content)
    for code in sorted(case.object for case in whole.protections if _is_kept_back(case)):
        click.echo(
            _("{code} was left out: it is {protection}, and no exemption was asked for with reasons").format(
                code=code, protection=_(PROTECTION_TITLES[whole.protection_of[code].protection])
            ),
            err=True,
        )
    return left_out


def _is_kept_back(case: ProtectionCase) -> bool:
    return case.protection > MOST[Audience.PARTNER] and not case.is_exempt


def _write_funding(plant: Plant, target: Path) -> Sequence[str]:
    from inventory.sources.gis_nb import funding_layers  # noqa: PLC0415 - few need it

    layers = funding_layers(plant)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            _("{file} cannot be written: {error}").format(file=target, error=error.strerror or error),
            cure=_("name a folder"),
        ) from None
    for name, content in layers.texts().items():
        _write(target / name, content)
    for column, count in layers.open_codes.items():
        click.echo(
            ngettext(
                "{column}: {count} value is left for you to fill in: no public source confirms its code",
                "{column}: {count} values are left for you to fill in: no public source confirms their codes",
                count,
            ).format(column=column, count=count),
            err=True,
        )
    return layers.left_out


def _write(target: Path, content: str) -> None:
    try:
        target.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(
            _("{file} cannot be written: {error}").format(file=target, error=error.strerror or error),
            cure=_("see whether the folder is there and may be written"),
        ) from None


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
@CITY
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
    with noting(city, "plant.import", "plant", file, sites=len(plant.sites), sections=len(plant.sections)):
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
