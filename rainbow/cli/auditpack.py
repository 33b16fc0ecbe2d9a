"""``rainbow auditpack``: what an installation can show an auditor, in one signed file; and the look at such a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rainbow.audited import noting
from rainbow.auditpack import controls
from rainbow.auditpack.archive import check
from rainbow.auditpack.build import make
from rainbow.auditpack.ground import period
from rainbow.auditpack.pieces import STATUS_TITLES, Table
from rainbow.city import clock, open_city
from rainbow.kernel.texts import LANGUAGES, _, use

if TYPE_CHECKING:
    from rainbow.auditpack.pieces import Piece


class _MakeByDefault(click.Group):
    """``rainbow auditpack --period 2026-Q4 CITY`` makes one: what is no command's name belongs to ``make``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name in where it is left out."""
        if args and args[0] not in {*self.commands, "--help", "-h"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_MakeByDefault, help=_("What an installation can show an auditor, in one signed file."))
def auditpack() -> None:
    """Group of the commands below."""


@auditpack.command(
    "make",
    help=_(
        "Gather what CITY can show of a period, judge it, and write one signed ZIP: tables and documents for machines, "
        "a page and a PDF for people. A requirement without a row is no evidence, never met. Exit code 1 where a "
        "requirement is not met."
    ),
)
@click.argument("city", type=click.Path(path_type=Path, file_okay=False))
@click.option("--period", "wanted", required=True, metavar="PERIOD", help=_("2026-Q4, 2026-11, 2026 or DAY..DAY."))
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help=_("The file; by default city and period.")
)
@click.option("--lang", type=click.Choice(LANGUAGES), help=_("Language; by default the city's own."))
@click.option(
    "--offline", is_flag=True, help=_("Ask nobody over the network: what would have to be asked is no evidence then.")
)
def make_command(city: Path, wanted: str, output: Path | None, lang: str | None, *, offline: bool) -> int:
    """Write it and say what it says."""
    opened, asked = open_city(city), period(wanted)
    target = output or Path(f"auditpack-{city.resolve().name}-{asked.name}.zip")
    with use(lang or opened.settings.city.language), noting(city, "auditpack.make", "pack", target, period=asked.name):
        pieces = make(opened, asked, clock(), target, asks=not offline)
        click.echo(str(target))
        return _say(pieces)


def _say(pieces: dict[str, Piece]) -> int:
    table = pieces[controls.NAME]
    rows = table.rows if isinstance(table, Table) else ()
    counted = {status: sum(row["status"] == status for row in rows) for status in STATUS_TITLES}
    for status, title in STATUS_TITLES.items():
        click.echo(f"{counted[status]:>4}  {_(title)}")
    title = STATUS_TITLES["not"]  # type: ignore[index] # a StrEnum is its text
    missing = _(title)
    for row in rows:
        if row["status"] == "not":
            click.echo(f"{missing}: {row['requirement']} ({row['file']})", err=True)
    return 1 if any(row["status"] == "not" for row in rows) else 0


@auditpack.command(
    "verify", help=_("Is FILE the pack that was signed, whole and unchanged? Exit code 1 where it is not.")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=_("The public key (PEM) from the safe. Without it the pack's own is taken, which proves less."),
)
def verify_command(file: Path, key: Path | None) -> int:
    """Look at it."""
    found = check(file, key.read_text(encoding="ascii", errors="replace") if key else "")
    for fault in found.faults:
        click.echo(fault)
    if not found.faults:
        head = found.manifest
        click.echo(
            _("sound: {city}, {made}, key {key}").format(city=head.get("city"), made=head.get("made"), key=found.key)
        )
        if key is None:
            click.echo(_("checked with the pack's own key: compare its name with the one in the safe"), err=True)
    return 1 if found.faults else 0
