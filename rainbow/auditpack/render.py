"""The pack for people: one page (HTML) and one paper (PDF), both from the same values. Nothing stands in them only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2

from rainbow.auditpack.controls import NAME as CONTROLS
from rainbow.auditpack.pieces import STATUS_TITLES, Lines, Table
from rainbow.auditpack.wording import COLUMNS, value_words
from rainbow.kernel.texts import _, current, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rainbow.auditpack.pieces import Cell, Piece

MOST_ROWS, MOST_FACTS = 60, 40
MOST_CHARACTERS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One file of the pack as a person reads it; ``more`` says how much of it is in the file only."""

    file: str
    title: str
    note: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    more: str


def html(head: Mapping[str, str], pieces: Mapping[str, Piece]) -> bytes:
    """The page; everything that comes from elsewhere is escaped."""
    source = files("rainbow.auditpack").joinpath("templates", "pack.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    return environment.from_string(source).render(_document(head, pieces)).encode("utf-8")


def pdf(head: Mapping[str, str], pieces: Mapping[str, Piece]) -> bytes:
    """The same on A4, with tags for screen readers (PDF/UA-1); needs no browser and no network."""
    import typst  # noqa: PLC0415 - the typesetter is loaded by those who want paper

    source = files("rainbow.auditpack").joinpath("templates", "pack.typ").read_bytes()
    document = json.dumps(_document(head, pieces))
    return bytes(typst.compile(source, format="pdf", sys_inputs={"pack": document}, pdf_standards=["ua-1"]))


def _document(head: Mapping[str, str], pieces: Mapping[str, Piece]) -> dict[str, object]:
    sections = [section(piece) for name, piece in pieces.items() if name != CONTROLS]
    controls = pieces[CONTROLS]
    rows = controls.rows if isinstance(controls, Table) else ()
    return {
        "language": current(),
        "head": dict(head),
        "statuses": [
            {"status": str(status), "title": _(title), "count": sum(row["status"] == status for row in rows)}
            for status, title in STATUS_TITLES.items()
        ],
        "controls": [_control(row) for row in rows],
        "sections": [
            {
                "file": item.file,
                "title": item.title,
                "note": item.note,
                "headers": list(item.headers),
                "rows": [list(row) for row in item.rows],
                "more": item.more,
            }
            for item in sections
        ],
        "words": _words(),
    }


def _control(row: Mapping[str, Cell]) -> dict[str, str]:
    ids = [str(row[name]) for name in ("its2023", "gspp") if row[name]]
    nis2 = row["nis2_21_2"]
    ids += [_("NIS 2, Art. 21(2) {letters}").format(letters=nis2)] if nis2 else []
    where = f"{row['file']}" if row["file"] else ""
    return {
        "number": str(row["row"]),
        "ids": " · ".join(ids),
        "requirement": str(row["requirement"]),
        "status": str(row["status"]),
        "status_text": str(row["status_text"]),
        "file": where,
        "rows": _where(str(row["file"] or ""), str(row["rows"] or "")),
        "words": str(row["words"] or ""),
    }


def _where(file: str, rows: str) -> str:
    if not rows:
        return ""
    return (_("field {paths}") if file.endswith(".json") else _("row {numbers}")).format(paths=rows, numbers=rows)


def section(piece: Piece) -> Section:
    """One piece: a table's rows, a document's plain values, how many lines there are."""
    if isinstance(piece, Table):
        shown = [
            name for name in piece.columns if name == "row" or any(row.get(name) is not None for row in piece.rows)
        ]
        rows = [[_cell(row.get(name)) for name in shown] for row in piece.rows[:MOST_ROWS]]
        return Section(
            file=piece.name,
            title=piece.title,
            note="" if piece.rows else piece.note,
            headers=[_(COLUMNS.get(name, name)) for name in shown] if rows else [],
            rows=rows,
            more=_more(len(piece.rows) - MOST_ROWS),
        )
    if isinstance(piece, Lines):
        count = ngettext("{count} record", "{count} records", len(piece.lines)).format(count=len(piece.lines))
        return Section(file=piece.name, title=piece.title, note=count, headers=[], rows=[], more="")
    facts = list(_facts(piece.value))
    return Section(
        file=piece.name,
        title=piece.title,
        note="",
        headers=[_("path"), _("value")],
        rows=facts[:MOST_FACTS],
        more=_more(len(facts) - MOST_FACTS),
    )


def _more(count: int) -> str:
    text = ngettext("{count} more row stands in the file", "{count} more rows stand in the file", count)
    return text.format(count=count) if count > 0 else ""


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = value_words(value) if isinstance(value, str) else str(value)
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 3]}..."


def _facts(value: object, path: str = "", depth: int = 0) -> Iterator[list[str]]:
    """Plain values with their paths; of lists of tables how many there are, for those are for machines."""
    deepest = 3
    if isinstance(value, dict) and depth < deepest:
        for name, item in value.items():
            yield from _facts(item, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list) and all(isinstance(item, str) for item in value) and value:
        yield [path, _cell(", ".join(value))]
    elif isinstance(value, list | dict):
        yield [path, ngettext("{count} entry", "{count} entries", len(value)).format(count=len(value))]
    else:
        yield [path, _cell(value) if isinstance(value, str | int | float | bool) else _("nothing")]


def _words() -> dict[str, str]:
    return {
        "page": _("page"),
        "requirements": _("Requirements and what can be shown"),
        "ids": _("Reference"),
        "requirement": _("Requirement"),
        "status": _("Status"),
        "evidence": _("Evidence"),
        "files": _("The files"),
        "empty": _("empty"),
        "how": _(
            "Each status rests on the rows named beside it; the files are in the same archive. A requirement without a "
            "row has no evidence and is never called met. Ids are references to IT-Grundschutz 2023, Grundschutz++ and "
            "Article 21(2) of directive (EU) 2022/2555; their texts are not repeated here, and which of them bind this "
            "operator is not judged."
        ),
        "signed": _("Every file stands in manifest.json with its SHA-256; the manifest is signed (Ed25519)."),
        "verify": _("Check it: rainbow auditpack verify FILE --key KEY"),
    }
