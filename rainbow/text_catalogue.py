"""The gettext catalogues: texts collected from code and page templates, compiled for the running program.

A tool of the checkout (it needs babel); the program reads the compiled files through :mod:`rainbow.kernel.texts`.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from rainbow import __version__
from rainbow.kernel import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LOCALE = Path(texts.__file__).parent / "locale"
ROOMS = (
    "rainbow",
    "inventory",
    "store",
    "cluster",
    "collectors",
    "topology",
    "incidents",
    "dashboards",
    "planner",
    "studies",
    "simulator",
    "trust",
)
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
OPTIONS = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}

UNSTEADY = tuple(
    f'"{name}:'
    for name in (
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
    )
)
"""Header lines that would make two runs differ, or that name nobody."""
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for babel's "now" in headers: two runs make the same file."""


def po_file(language: str) -> Path:
    """Where a language's texts are kept for people."""
    return LOCALE / language / "LC_MESSAGES" / f"{texts.DOMAIN}.po"


def translated_languages() -> list[str]:
    """All languages that need a catalogue: English is the key itself."""
    return [language for language in texts.LANGUAGES if language != "en"]


def extracted() -> Catalog:
    """All visible texts of the code and the templates, with where they stand."""
    found = Catalog(domain=texts.DOMAIN, project="RAINBOW", charset="utf-8")
    for room in ROOMS:
        for name, _line, message, comments, context in extract_from_dir(
            ROOT / room, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
        ):
            # The file without its line: a line number would make every edit of code an edit of the catalogue.
            found.add(message, locations=[(f"{room}/{name}", 0)], auto_comments=comments, context=context)
    return found


def read_catalogue(language: str) -> Catalog:
    """A language's texts as they are kept; none yet where there is no file."""
    path = po_file(language)
    if not path.is_file():
        return Catalog(locale=language, domain=texts.DOMAIN, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=texts.DOMAIN)


def collect() -> Iterator[str]:
    """Bring every catalogue up to the code: new texts come in empty, unused ones go. Yields what to do next."""
    found = extracted()
    for language in translated_languages():
        kept = read_catalogue(language)
        kept.update(found, no_fuzzy_matching=True)
        kept.obsolete.clear()
        kept.project, kept.version, kept.fuzzy, kept.header_comment = (
            "RAINBOW",
            __version__,
            False,
            "# RAINBOW: visible texts.",
        )
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_as_po(kept))
        empty = sum(1 for message in kept if message.id and not _filled(message.string))
        yield f"{path.relative_to(ROOT)}: {len(kept)} texts, {empty} without translation"


def _filled(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _as_po(kept: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, kept, width=110, sort_output=True, omit_header=False, include_lineno=False, ignore_obsolete=True)
    lines = out.getvalue().decode().splitlines(keepends=True)
    # Dates and tool versions would make two runs differ.
    dropped = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Report-Msgid',
        '"Last-Translator',
        '"Language-Team',
    )
    return "".join(line for line in lines if not line.startswith(dropped)).encode()


def compiled() -> dict[Path, bytes]:
    """The compiled catalogues the program reads."""
    made: dict[Path, bytes] = {}
    for language in translated_languages():
        out = io.BytesIO()
        kept = read_catalogue(language)
        kept.creation_date = kept.revision_date = ALWAYS
        write_mo(out, kept)
        made[po_file(language).with_suffix(".mo")] = out.getvalue()
    return made
