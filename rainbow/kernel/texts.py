"""Every visible text goes through here: the English text is the key, the catalogue holds the German one.

``_("...")`` translates into the language in force: the process's own (``RAINBOW_LANG``, else ``LC_ALL``,
``LC_MESSAGES``, ``LANG``, else English), or the one a caller set for a request with :func:`use`. Placeholders are
named and filled after translation: ``_("cable {cable} is broken").format(cable=code)``.
"""

from __future__ import annotations

import contextlib
import gettext
import os
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DOMAIN = "rainbow"
LANGUAGES = ("en", "de")
_LOCALE_DIR = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120 - the kernel is kept off pathlib


def supported(language: str) -> str:
    """The nearest language there is: ``de_DE.UTF-8`` gives ``de``, anything unknown ``en``."""
    short = language.replace("-", "_").split("_")[0].split(".")[0].lower()
    return short if short in LANGUAGES else "en"


def process_language() -> str:
    """The language of this process by its environment."""
    for name in ("RAINBOW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return supported(value)
    return "en"


_current: ContextVar[str | None] = ContextVar("rainbow_language", default=None)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> gettext.NullTranslations:
    """The texts of one language; English needs none."""
    return gettext.translation(DOMAIN, _LOCALE_DIR, languages=[language], fallback=True)


def current() -> str:
    """The language in force here and now."""
    return _current.get() or process_language()


@contextlib.contextmanager
def use(language: str) -> Iterator[None]:
    """Put a language in force for the block (task-local: safe beside other requests)."""
    token = _current.set(supported(language))
    try:
        yield
    finally:
        _current.reset(token)


def _(message: str) -> str:
    """The text in the language in force."""
    return catalogue(current()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The text for a count; fill ``{count}`` afterwards."""
    return catalogue(current()).ngettext(singular, plural, count)


_GERMAN_DIGITS = str.maketrans(",.", ".,")


def figure(value: float, spec: str = ",") -> str:
    """A number as a reader of the language in force writes it: ``figure(1018)`` is 1,018 or 1.018.

    ``spec`` is a format specification; only its comma and point change.
    """
    plain = format(value, spec)
    return plain.translate(_GERMAN_DIGITS) if current() == "de" else plain


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a text for the catalogue without translating it yet (for tables made at import)."""
    return message
