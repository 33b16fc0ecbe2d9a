"""``rainbow inventory``: what stands in a city's plant files, and cities made of foreign topologies."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory.checks.report import RULES
from inventory.fixes import fixed
from inventory.sources.city_folder import GEOPACKAGE, inspect, write_plant
from inventory.sources.foreign import invented, read_foreign
from rainbow.audited import noting
from rainbow.cli.finding_reports import as_junit, as_sarif, exit_code
from rainbow.cli.options import CITY
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _, current, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


COMMANDS = {
    "trace": "rainbow.cli.inventory_light:trace_command",
    "strands": "rainbow.cli.inventory_light:strands_command",
    "otdr": "rainbow.cli.inventory_light:otdr_command",
    "colours": "rainbow.cli.inventory_colours:colours_command",
    "around": "rainbow.cli.inventory_around:around_command",
    "drift": "rainbow.cli.inventory_drift:drift_command",
    "diff": "rainbow.cli.inventory_history:diff_command",
    "planned": "rainbow.cli.inventory_history:planned_command",
    "what-if": "rainbow.cli.inventory_history:what_if_command",
    "export": "rainbow.cli.inventory_exchange:export_command",
    "import-gis": "rainbow.cli.inventory_exchange:import_gis_command",
    "netbox": "rainbow.cli.netbox:netbox",
}
"""Imported when they are called: some load GDAL, graphs or a client."""


class InventoryGroup(click.Group):
    """The commands of this module, and those of :data:`COMMANDS` after them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names: what checks and makes a city first, then questions, then exchange."""
        return [*super().list_commands(ctx), *COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return super().get_command(ctx, cmd_name)
        module, name = target.split(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=InventoryGroup, help=_("What lies in the ground: check it, trace its light, exchange it."))
def inventory() -> None:
    """Group of the inventory commands."""


@inventory.command(
    name="check",
    help=_(
        "Report everything wrong with a city's plant files, with file, record and cure. Exit code 0: hints at most; "
        "1: warnings; 2: errors, the city cannot be used. --fix first cures what is certain, and says so."
    ),
)
@click.argument("city", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "junit"]),
    default="text",
    show_default=True,
    help=_("For people, for machines, for code review, or for build servers."),
)
@click.option("--fix", is_flag=True, help=_("Cure what is certain: things written the wrong way round."))
def check_city(city: Path, form: str, *, fix: bool) -> int:
    """Print all findings and return the exit code of the worst."""
    plant, findings = inspect(city)
    if fix:
        _fix(city, plant, findings)
        plant, findings = inspect(city)
    if form == "json":
        click.echo(json.dumps(_as_json(plant, findings), indent=2, ensure_ascii=False))
    elif form == "sarif":
        click.echo(json.dumps(as_sarif(findings, RULES), indent=2, ensure_ascii=False))
    elif form == "junit":
        click.echo(as_junit(plant.city, findings), nl=False)
    else:
        _print(plant, findings)
    return exit_code(findings)


def _fix(city: Path, plant: Plant, findings: Sequence[Finding]) -> None:
    """Cure and write; only a plant that was read whole is written, or rows nobody could read would be lost."""
    unread = [finding for finding in findings if finding.code.startswith("RB-1")]
    if unread:
        raise InputError(
            _("nothing was fixed: some rows cannot be read, and writing would lose them"),
            findings=unread,
            cure=_("mend these first"),
        )
    cured, fixes = fixed(plant)
    if fixes:
        with noting(city, "plant.fix", "plant", city.name, records=[f"{item.rule} {item.record}" for item in fixes]):
            _write_back(cured, city, {item.kind for item in fixes})
    for item in fixes:
        click.echo(
            _("fixed {rule} {record}: {said}").format(rule=item.rule, record=item.record, said=item.said), err=True
        )


def _write_back(plant: Plant, city: Path, kinds: set[str]) -> None:
    """Write a plant as it came: the files of what changed, or its GeoPackage in the system it was in."""
    package = city if city.is_file() else city / GEOPACKAGE
    if not package.is_file():
        write_plant(plant, city, kinds=kinds)
        return
    from inventory.sources.geopackage import crs_of, write_geopackage  # noqa: PLC0415 - GDAL only where it is needed

    write_geopackage(plant, package, crs=crs_of(package))


def _as_json(plant: Plant, findings: Sequence[Finding]) -> dict[str, object]:
    count = Counter(finding.severity for finding in findings)
    return {
        "city": plant.city,
        "counts": {str(severity): count[severity] for severity in Severity},
        "findings": [finding.to_json() for finding in findings],
    }


def _print(plant: Plant, findings: Sequence[Finding]) -> None:
    for finding in findings:
        click.secho(str(finding.severity), fg=_COLOURS[finding.severity], bold=True, nl=False)
        click.echo(f" {finding.code} {finding.where}: {finding.record}: {finding.message}")
        click.echo(f"    -> {finding.cure}")
    click.echo(
        _(
            "{city}: {sites} sites, {structures} structures, {sections} trench sections, {cables} cables, "
            "{devices} devices, {links} links"
        ).format(
            city=plant.city,
            sites=len(plant.sites),
            structures=len(plant.structures),
            sections=len(plant.sections),
            cables=len(plant.cables),
            devices=len(plant.devices),
            links=len(plant.links),
        )
    )
    count = Counter(finding.severity for finding in findings)
    said = [
        ngettext("{count} error", "{count} errors", count[Severity.ERROR]).format(count=count[Severity.ERROR]),
        ngettext("{count} warning", "{count} warnings", count[Severity.WARNING]).format(count=count[Severity.WARNING]),
        ngettext("{count} hint", "{count} hints", count[Severity.INFO]).format(count=count[Severity.INFO]),
    ]
    click.echo(", ".join(said))


@inventory.command(
    name="import",
    help=_(
        "Make the city folder CITY of a foreign topology: Topology Zoo GraphML or SNDlib XML. Every node becomes a "
        "site with a switch, every edge a trench with a cable and a link."
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@CITY
@click.option("--core", metavar="NODE", help=_("Node where the core stands, by id or label; by default the busiest."))
@click.option("--force", is_flag=True, help=_("Overwrite the plant files of an existing folder."))
def import_city(file: Path, city: Path, core: str | None, *, force: bool) -> None:
    """Write plant files and a minimal ``city.toml``; an existing ``city.toml`` is kept."""
    if not force and city.is_dir() and any(city.iterdir()):
        raise UsageError(
            _("the folder {folder} is not empty").format(folder=city),
            cure=_("name another folder, or overwrite its plant with --force"),
        )
    plant = read_foreign(file, core=core)
    with noting(city, "plant.import", "plant", file, sites=len(plant.sites), sections=len(plant.sections)):
        (city / GEOPACKAGE).unlink(missing_ok=True)
        write_plant(plant, city)
    settings = city / "city.toml"
    if not settings.exists():
        settings.write_text(_settings(plant.city), encoding="utf-8")
    click.echo(
        _("{folder}: {sites} sites, {sections} trench sections; the core is {core}").format(
            folder=city, sites=len(plant.sites), sections=len(plant.sections), core=plant.hubs[0].label
        )
    )
    if nowhere := len(invented(plant)):
        click.echo(
            ngettext(
                "{count} site has no coordinates in the file: its position is invented",
                "{count} sites have no coordinates in the file: their positions are invented",
                nowhere,
            ).format(count=nowhere),
            err=True,
        )


def _settings(name: str) -> str:
    quoted = json.dumps(name, ensure_ascii=False)  # a JSON text is a TOML basic string
    return f'[city]\nname = {quoted}\ntitle = {quoted}\nlanguage = "{current()}"\n'
