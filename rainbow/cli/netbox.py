"""``rainbow inventory netbox``: a city and its NetBox, kept equal; each kind of thing has one side that leads."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from inventory.checks import check
from inventory.history import differences
from inventory.plant import Plant
from inventory.sources.city_folder import GEOPACKAGE, read_plant, write_plant
from inventory.sources.netbox.settings import PUSH
from inventory.sources.rows import PLANT
from inventory.visibility import shown, with_hidden
from rainbow.audited import noting
from rainbow.city import City
from rainbow.cli.inventory_history import counts
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import InputError, SettingsError, UsageError
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _, ngettext
from rainbow.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inventory.sources.netbox.client import NetBoxClient
    from inventory.sources.netbox.held import Estate
    from inventory.sources.netbox.left_out import LeftOut
    from inventory.sources.netbox.plan import NetBoxPlan
    from inventory.sources.netbox.pull import Pulled
    from inventory.sources.netbox.settings import NetBoxSettings

SHOWN_CHANGES = 6
SHOWN_NAMES = 8
MOST_FINDINGS = 50
READ_LAST = "netbox.json"
_DRY = click.option("--dry-run", is_flag=True, help=_("Say what would be written, and write nothing."))
_WHOLE = click.option(
    "--whole", is_flag=True, help=_("Read all of NetBox, not only what changed since it was read last.")
)
_FORMAT = text_or_json(_("For people, or for machines."))
_DELETES = click.option(
    "--allow-deletes",
    type=click.IntRange(min=0),
    metavar="N",
    help=_("Delete up to N objects; by default one in twenty at most."),
)


@click.group(help=_("Keep NetBox current from a city, or a city from NetBox, kind by kind as city.toml says."))
def netbox() -> None:
    """Group of the NetBox commands."""


@netbox.command(
    name="init", help=_("Make the custom fields RAINBOW needs in the NetBox of CITY, and a tag for each risk group.")
)
@CITY
@_DRY
def init_command(city: Path, *, dry_run: bool) -> int:
    """Make what is lacking; a second run makes nothing."""
    from inventory.sources.netbox.init import apply_init, plan_init  # noqa: PLC0415 - only where NetBox is asked

    client, settings, opened = _opened(city)
    lacking = plan_init(client, _groups(settings, opened))
    for step in lacking.fields:
        click.echo(_("custom field {name}: {models}").format(name=step.field.name, models=", ".join(step.models)))
    for name in lacking.tags:
        click.echo(_("tag {name}").format(name=name))
    if not dry_run:
        with noting(city, "netbox.init", "netbox", client.url, fields=len(lacking.fields), tags=len(lacking.tags)):
            apply_init(client, lacking)
    fields, tags = len(lacking.fields), len(lacking.tags)
    if dry_run:
        said = _("to make: {fields} custom fields, {tags} tags")
    else:
        said = _("made: {fields} custom fields, {tags} tags")
    click.echo(said.format(fields=fields, tags=tags))
    return 0


def _groups(settings: NetBoxSettings, city: City) -> list[str]:
    """Codes of the risk groups that are tagged in NetBox."""
    return [group.code for group in city.plant.risk_groups] if settings.direction.risk_groups == PUSH else []


@netbox.command(
    name="plan",
    help=_("Say what a push would write into the NetBox of CITY. Exit code 1 where it would write anything."),
)
@CITY
@_WHOLE
@_FORMAT
def plan_command(city: Path, form: str, *, whole: bool) -> int:
    """Print the plan."""
    plan = _planned(*_opened(city), whole=whole)
    _print_plan(plan, form)
    return int(bool(plan.steps or plan.blocked))


@netbox.command(
    name="push",
    help=_(
        "Write what changed in CITY into its NetBox: differences only, parents first, deletes last. Stopped anywhere, "
        "the next run goes on. Exit code 1 where something could not be written."
    ),
)
@CITY
@_DRY
@_WHOLE
@_DELETES
@_FORMAT
def push_command(city: Path, allow_deletes: int | None, form: str, *, whole: bool, dry_run: bool) -> int:
    """Plan, print and write."""
    from inventory.sources.netbox.apply import apply_plan, refuse_deletes  # noqa: PLC0415 - only where NetBox is asked
    from inventory.sources.netbox.init import require_init  # noqa: PLC0415 - same

    client, settings, opened = _opened(city)
    if not dry_run:
        require_init(client, _groups(settings, opened))
    plan = _planned(client, settings, opened, whole=whole)
    _print_plan(plan, form)
    if not dry_run:
        refuse_deletes(plan, allow_deletes)
        with (
            noting(city, "netbox.push", "netbox", client.url, run=client.run, **_counted(plan)),
            _progress(_("writing"), len(plan.steps)) as report,
        ):
            apply_plan(client, plan, settings, allow_deletes=allow_deletes, report=report)
        written = len(plan.steps)
        said = ngettext("{count} object written, as {run}", "{count} objects written, as {run}", written)
        click.echo(said.format(count=written, run=client.run), err=True)
    return int(bool(plan.blocked))


@netbox.command(
    name="pull",
    help=_(
        "Take into CITY what its NetBox leads; a city without a plant gets all NetBox has, as far as it goes. Trenches "
        "are never in NetBox: routes nobody drew here are unknown."
    ),
)
@CITY
@_DRY
@_WHOLE
@_DELETES
@_FORMAT
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help=_("Only sites of a region, group, tag, tenant, facility, name or slug, and what stands there."),
)
def pull_command(
    city: Path, allow_deletes: int | None, form: str, filters: tuple[str, ...], *, whole: bool, dry_run: bool
) -> int:
    """Read, compare and write the plant's files."""
    from inventory.sources.netbox.left_out import unknown_kinds  # noqa: PLC0415 - only where NetBox is asked
    from inventory.sources.netbox.pull import pull, refuse_losses, taken_kinds  # noqa: PLC0415 - only where asked
    from inventory.sources.netbox.site_filter import filtered, refuse_unknown  # noqa: PLC0415 - same

    wanted = dict(_filter(item) for item in filters)
    refuse_unknown(wanted)
    client, settings, opened = _opened(city)
    first = not _has_plant(city)
    kinds = taken_kinds(settings.direction, first=first)
    if not kinds:
        raise UsageError(
            _("NetBox leads nothing in {city}").format(city=opened.settings.city.name),
            cure=_('write kind = "pull" under [netbox.direction] in city.toml'),
        )
    estate = _read(client, settings, opened, whole=whole)
    if wanted:
        estate = filtered(client, estate, wanted)
    pulled = pull(estate, _known_there(opened), kinds)
    pulled.plant = with_hidden(pulled.plant, opened.plant, opened.settings.protection.to_netbox)
    if first:
        pulled.left.extend(unknown_kinds(client))
    refuse_losses(opened.plant, pulled.plant, allow_deletes)
    _refuse_broken(pulled.plant)
    _print_pull(opened.plant, pulled, form)
    if not dry_run:
        with noting(city, "netbox.pull", "netbox", client.url) as entry:
            write_plant(pulled.plant, city)
            (city / GEOPACKAGE).unlink(missing_ok=True)
            entry.tell(changes=list(counts(differences(opened.plant, pulled.plant))))
    return 0


def _known_there(city: City) -> Plant:
    """What NetBox may know of the plant."""
    return shown(city.plant, city.settings.protection.to_netbox)


def _filter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise UsageError(_("--filter {text}: no NAME=VALUE").format(text=text), cure=_("write for example region=kl"))
    return name, value


def _refuse_broken(plant: Plant) -> None:
    """A plant with errors could not be read again."""
    errors = [finding for finding in check(plant) if finding.severity is Severity.ERROR]
    if errors:
        raise InputError(
            ngettext(
                "nothing was written: what NetBox holds has {count} mistake",
                "nothing was written: what NetBox holds has {count} mistakes",
                len(errors),
            ).format(count=len(errors)),
            findings=errors[:MOST_FINDINGS],
            cure=_("mend these in NetBox"),
        )


def _has_plant(folder: Path) -> bool:
    return (folder / PLANT).is_dir() or (folder / GEOPACKAGE).is_file()


def _opened(folder: Path) -> tuple[NetBoxClient, NetBoxSettings, City]:
    """The city's client and settings; a folder without a plant is an empty city."""
    from rainbow import wiring  # noqa: PLC0415 - the clients' rooms are loaded only here

    settings = read_settings(folder)
    if settings.netbox is None:
        raise SettingsError(
            _("{city} names no NetBox").format(city=settings.city.name),
            cure=_("add the table [netbox] with url and token_env or token_file to city.toml"),
        )
    plant = read_plant(folder) if _has_plant(folder) else Plant(city=settings.city.name)
    city = City(folder=folder, settings=settings, plant=plant)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return wiring.netbox(city, settings.netbox, f"RAINBOW {plant.city} {moment}"), settings.netbox, city


def _read(client: NetBoxClient, settings: NetBoxSettings, city: City, *, whole: bool) -> Estate:
    """What NetBox holds: what changed since the last reading, where there was one and ``whole`` is not wanted."""
    from inventory.sources.netbox.held import POINTS  # noqa: PLC0415 - only where NetBox is asked
    from inventory.sources.netbox.reading import estate_of, read_netbox  # noqa: PLC0415 - same
    from inventory.sources.netbox.remembered import Remembered  # noqa: PLC0415 - same

    began = time.monotonic()
    remembered = Remembered(city.state / READ_LAST)
    before = None if whole else remembered.seen(client.url)
    came = 0
    with _progress(_("reading"), None) as report:

        def heard(name: str, count: int) -> None:
            nonlocal came
            came += count if name in POINTS else 0
            report(count)

        seen = read_netbox(client, clients=settings.clients, before=before, report=heard)
        estate = estate_of(client, seen)
    if before is None or came or (seen.objects, seen.ends) != (before.objects, before.ends):
        remembered.keep(seen)
    count, seconds = sum(1 for _held in estate.all()), time.monotonic() - began
    if before is None or seen.whole_at != before.whole_at:
        said = _("NetBox has {count} objects, all are read; {seconds:.1f} s")
    else:
        said = _("NetBox has {count} objects; {came} are read anew, the others are as of {at}; {seconds:.1f} s")
    said = said.format(count=count, came=came, at=before.at if before else "", seconds=seconds)
    click.echo(said, err=True)
    return estate


def _planned(client: NetBoxClient, settings: NetBoxSettings, city: City, *, whole: bool) -> NetBoxPlan:
    from inventory.sources.netbox.cords import shaped  # noqa: PLC0415 - only where NetBox is asked
    from inventory.sources.netbox.plan import plan_push  # noqa: PLC0415 - same

    shape = shaped(_known_there(city), free_ports=settings.free_ports)
    return plan_push(shape, _read(client, settings, city, whole=whole), settings.direction)


@contextmanager
def _progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where there is someone to see it
    from rich.progress import Progress  # noqa: PLC0415 - same

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)


def _print_left_out(left: list[LeftOut]) -> None:
    """By reason; all names are in the JSON."""
    names: dict[tuple[str, str], list[str]] = {}
    for item in left:
        names.setdefault((item.kind, item.why), []).append(item.name or f"#{item.pk}")
    for (kind, why), found in names.items():
        shown = ", ".join(found[:SHOWN_NAMES]) + (", ..." if len(found) > SHOWN_NAMES else "")
        said = _("left out: {count} {kind}: {why}: {names}").format(count=len(found), kind=kind, why=why, names=shown)
        click.secho(said, fg="yellow", err=True)
    if any(len(found) > SHOWN_NAMES for found in names.values()):
        click.echo(_("all of them: --format json"), err=True)


_SIGNS = {"create": "+", "update": "~", "delete": "-"}


def _print_plan(plan: NetBoxPlan, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(_as_json(plan), indent=2, ensure_ascii=False))
        return
    for step in plan.steps:
        click.echo(f"{_SIGNS[step.action]} {step.point} {step.label}")
        for name, before, after in step.changes[:SHOWN_CHANGES]:
            click.echo(f"    {name}: {before} -> {after}")
    for line in (*plan.blocked, *plan.left_out):
        click.secho(line, fg="yellow", err=True)
    if plan.stays:
        stays = ", ".join(f"{count} {kind}" for kind, count in plan.stays.items())
        click.echo(_("stays in RAINBOW, NetBox cannot hold it: {stays}").format(stays=stays), err=True)
    click.echo(_("{create} to create, {update} to update, {delete} to delete").format(**_counted(plan)))


def _counted(plan: NetBoxPlan) -> dict[str, int]:
    return {action: plan.count(action) for action in _SIGNS}


def _as_json(plan: NetBoxPlan) -> dict[str, object]:
    return {
        "counts": _counted(plan),
        "steps": [
            {
                "action": step.action,
                "object": step.point,
                "id": step.pk or None,
                "label": step.label,
                "kind": step.kind,
                "changes": [{"field": name, "before": old, "after": new} for name, old, new in step.changes],
            }
            for step in plan.steps
        ],
        "blocked": list(plan.blocked),
        "left_out": list(plan.left_out),
        "stays": dict(plan.stays),
    }


def _print_pull(before: Plant, pulled: Pulled, form: str) -> None:
    changes = differences(before, pulled.plant)
    if form == "json":
        report = {
            "changes": [{"kind": item.kind, "what": item.what, "code": item.code} for item in changes],
            "edited_in_netbox": pulled.edited,
            "notes": pulled.notes,
            "left_out": [asdict(item) for item in pulled.left],
        }
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
        return
    for line in counts(changes):
        click.echo(line)
    for line in pulled.edited:
        click.echo(_("changed in NetBox: {what}").format(what=line))
    for line in pulled.notes:
        click.secho(line, fg="yellow", err=True)
    _print_left_out(pulled.left)
    click.echo(ngettext("{count} record differs", "{count} records differ", len(changes)).format(count=len(changes)))
