"""``rainbow inventory diff, planned, what-if``: what changed, what is to come, and a city as if it had come."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory.entities import Code
from inventory.history import NAMES, built, differences, planned, sums
from inventory.sources.city_folder import read_plant, write_plant
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.texts import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.history import Change, Sums

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_SAID = {"added": N_("added"), "removed": N_("removed"), "changed": N_("changed")}
FORMAT = text_or_json(_("For people, or for machines."))


@click.command(
    name="diff",
    help=_(
        "What changed from plant A to plant B, in the words of the plant. A and B are city folders or GeoPackages. "
        "Exit code 1 if they differ."
    ),
)
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@FORMAT
def diff_command(a: Path, b: Path, form: str) -> int:
    """Print the changes between two plants."""
    before, after = read_plant(a), read_plant(b)
    changes = differences(before, after)
    if form == "json":
        click.echo(json.dumps(_as_json(changes, sums(before, after)), indent=2, ensure_ascii=False))
    elif not changes:
        click.echo(_("the plants are equal"))
    else:
        _print(changes, sums(before, after))
    return int(bool(changes))


def _print(changes: Sequence[Change], grown: Sums) -> None:
    for change in changes:
        sign, colour = _SIGNS[change.what]
        name = f" ({change.name})" if change.name != change.code else ""
        click.secho(f"{sign} {_(NAMES[change.kind])} {change.code}{name}", fg=colour)
        for item in change.fields:
            click.echo(f"    {item.said}")
    click.echo("; ".join(counts(changes)))
    click.echo(
        _("trench {trench:+,.0f} m, cable {cable:+,.0f} m, strands {strands:+,d}, links {links:+,d}").format(
            trench=grown.trench_m, cable=grown.cable_m, strands=grown.strands, links=grown.links
        )
    )


def counts(changes: Sequence[Change]) -> Iterator[str]:
    """How many records were added, removed and changed, kind by kind."""
    count = Counter((change.kind, change.what) for change in changes)
    for (kind, what), number in count.items():
        yield _("{kind}: {count} {what}").format(kind=_(NAMES[kind]), count=number, what=_(_SAID[what]))


def _as_json(changes: Sequence[Change], grown: Sums) -> dict[str, object]:
    return {
        "changes": [
            {
                "kind": change.kind,
                "what": change.what,
                "code": change.code,
                "fields": {item.field: {"before": item.before, "after": item.after} for item in change.fields},
            }
            for change in changes
        ],
        "trench_m": round(grown.trench_m, 1),
        "cable_m": round(grown.cable_m, 1),
        "strands": grown.strands,
        "links": grown.links,
    }


@click.command(name="planned", help=_("List everything in CITY that is planned or under construction."))
@click.argument("city", type=click.Path(path_type=Path))
@FORMAT
def planned_command(city: Path, form: str) -> None:
    """Print what is to come."""
    found = planned(read_plant(city))
    if form == "json":
        rows = [{"kind": kind, "code": item.code, "name": item.name, "status": item.status} for kind, item in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for kind, item in found:
        click.echo(f"{_(NAMES[kind])} {item.code}  {item.name}  {item.status}")
    click.echo(
        ngettext("{count} record is to be built", "{count} records are to be built", len(found)).format(
            count=len(found)
        )
    )


@click.command(
    name="what-if",
    help=_(
        "Write the city folder TARGET: CITY as if what is planned were built, all of it or only the codes named. Every "
        "other command answers for it: rainbow topology report TARGET."
    ),
)
@CITY
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@click.argument("codes", metavar="[CODE]...", nargs=-1)
def what_if_command(city: Path, target: Path, codes: tuple[str, ...]) -> None:
    """Switch planned objects on."""
    if target.exists() and any(target.iterdir()):
        raise UsageError(
            _("the folder {folder} is not empty").format(folder=target), cure=_("name a folder that is not there yet")
        )
    plant = read_plant(city)
    known = {item.code for _kind, item in planned(plant)}
    for code in codes:
        if code not in known:
            raise InputError(
                _("{code} is not planned").format(code=code),
                cure=_("see what is: rainbow inventory planned {city}").format(city=city),
            )
    changed = built(plant, codes=[Code(code) for code in codes] or None)
    write_plant(changed, target)
    if (city / "city.toml").is_file():
        shutil.copyfile(city / "city.toml", target / "city.toml")
    count = len(differences(plant, changed))
    click.echo(
        ngettext(
            "{target}: {count} planned record switched on", "{target}: {count} planned records switched on", count
        ).format(target=target, count=count)
    )
