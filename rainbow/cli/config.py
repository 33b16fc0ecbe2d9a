"""``rainbow config``: the settings as RAINBOW understands them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rainbow.kernel.texts import _
from rainbow.settings import read_settings, show

CITY = click.argument("city", type=click.Path(path_type=Path, file_okay=False))


@click.group(help=_("Show and check a city's settings."))
def config() -> None:
    """Group of the settings commands."""


@config.command(name="show", help=_("Print all settings, defaults included; secrets are masked."))
@CITY
def show_settings(city: Path) -> None:
    """Print the settings as JSON."""
    click.echo(json.dumps(show(read_settings(city)), indent=2, ensure_ascii=False))
