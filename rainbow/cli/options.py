"""Arguments and options that mean the same in every command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    # What a decorator of click takes it gives back: a function, or the command it has become.
    Decorated = TypeVar("Decorated", bound=Callable[..., object] | click.Command)

CITY = click.argument("city", type=click.Path(path_type=Path, file_okay=False))
"""The city's folder."""


def text_or_json(what: str) -> Callable[[Decorated], Decorated]:
    """The option ``--format text|json``, handed on as ``form``; ``what`` is its help, translated."""
    return click.option(
        "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help=what
    )


def circle_of(text: str) -> tuple[float, float, float]:
    """Longitude, latitude and metres of ``LON,LAT,METRES``.

    Raises:
        UsageError: it is no such thing.
    """
    try:
        lon, lat, metres = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            _("{text} is no circle").format(text=text), cure=_("write longitude, latitude and metres: 7.77,49.44,25")
        ) from None
    return lon, lat, metres
