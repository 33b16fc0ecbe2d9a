"""Checks of dashboards: of each by itself, then of the links between them."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from dashboards.layout import COLUMNS
from dashboards.lint import panels
from dashboards.lint.plain import fault, number, part, parts, text, texts
from dashboards.lint.schemas import unknown_keys
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dashboards.lint.plain import Json
    from rainbow.kernel.findings import Finding

_USED = re.compile(r"\$(?:(\w+)|\{(\w+)(?:[.:][^}]*)?\})")
_BUILT_IN = re.compile(r"^(?:__\w+|timeFilter|interval|tag_\w+|col|m)$")
_BOARD_URL = re.compile(r"^/d/([^/?]+)")
_SET_VARIABLE = re.compile(r"[?&]var-(\w+)=")


def lint_boards(boards: Sequence[Json], *, datasource_uid: str) -> list[Finding]:
    """All faults of a set of dashboards that belong together. Cost: pairs of panels of each dashboard."""
    variables = {text(board, "uid"): _variables(board) for board in boards}
    found: list[Finding] = []
    for index, board in enumerate(boards):
        where = text(board, "uid") or f"#{index + 1}"
        if any(text(other, "uid") == where for other in boards[:index]):
            found.append(fault("RB-G010", where, where, _("uid stands twice"), _("give each dashboard its own")))
        found += _heading(board, where)
        found += _panels(board, where, datasource_uid)
        found += _sources(board, where, datasource_uid)
        found += _undefined(board, where, variables[text(board, "uid")])
        found += _dead_links(board, where, variables)
    return found


def _variables(board: Json) -> frozenset[str]:
    return frozenset(text(item, "name") for item in parts(board, "templating", "list"))


def _heading(board: Json, where: str) -> Iterator[Finding]:
    for key in ("uid", "title", "description"):
        if not text(board, key).strip():
            yield fault("RB-G008", where, key, _("dashboard has no {key}").format(key=key), _("add it"))
    for dotted in unknown_keys(board, "dashboard"):
        message = _("Grafana knows no property {key}").format(key=dotted)
        yield fault("RB-G009", where, dotted, message, _("remove it"))


def _panels(board: Json, where: str, datasource_uid: str) -> Iterator[Finding]:
    shown = parts(board, "panels")
    seen: set[int] = set()
    for panel in shown:
        identity = number(panel, "id")
        if identity in seen or identity < 1:
            message = _("panel id {id} stands twice or is missing").format(id=identity)
            yield fault("RB-G003", where, panels.name_of(panel), message, _("give each panel an id of its own"))
        seen.add(identity)
        yield from panels.lint(panel, where, datasource_uid)
    yield from _overlaps(shown, where)


def _overlaps(shown: Sequence[Json], where: str) -> Iterator[Finding]:
    boxes = [(panels.name_of(panel), *_box(panel)) for panel in shown]
    for name, x, y, width, height in boxes:
        if x < 0 or y < 0 or width < 1 or height < 1 or x + width > COLUMNS:
            message = _("panel stands outside the grid of {columns} columns").format(columns=COLUMNS)
            yield fault("RB-G004", where, name, message, _("mend its gridPos"))
    for (name, x, y, w, h), (other, ox, oy, ow, oh) in combinations(boxes, 2):
        if x < ox + ow and ox < x + w and y < oy + oh and oy < y + h:
            message = _("panel lies over panel {other}").format(other=other)
            yield fault("RB-G004", where, name, message, _("move one of them"))


def _box(panel: Json) -> tuple[int, int, int, int]:
    place = part(panel, "gridPos")
    return number(place, "x"), number(place, "y"), number(place, "w"), number(place, "h")


def _sources(board: Json, where: str, datasource_uid: str) -> Iterator[Finding]:
    for item in [*parts(board, "templating", "list"), *parts(board, "annotations", "list")]:
        yield from panels.wrong_source(item, where, text(item, "name"), datasource_uid)


def _undefined(board: Json, where: str, variables: frozenset[str]) -> Iterator[Finding]:
    """Variables used in queries, titles and links; a dollar sign in a description is just that."""
    for panel in parts(board, "panels"):
        asked = [text(target, key) for target in parts(panel, "targets") for key in ("query", "alias")]
        spoken = [text(panel, "title"), *texts(panel.get("links")), *texts(panel.get("fieldConfig"))]
        for name in sorted(_used([*asked, *spoken]) - variables):
            yield _unset(where, panels.name_of(panel), name)
    before: set[str] = set()
    for item in parts(board, "templating", "list"):
        for name in sorted(_used([text(item, "query")]) - before):
            yield _unset(where, text(item, "name"), name)
        before.add(text(item, "name"))
    for item in parts(board, "annotations", "list"):
        for name in sorted(_used([text(part(item, "target"), "query")]) - variables):
            yield _unset(where, text(item, "name"), name)


def _used(found: Sequence[str]) -> set[str]:
    names = {match[1] or match[2] for value in found for match in _USED.finditer(value)}
    return {name for name in names if not _BUILT_IN.match(name)}


def _unset(where: str, record: str, name: str) -> Finding:
    message = _("variable {name} is used and not defined before").format(name=name)
    return fault("RB-G005", where, record, message, _("define it in the dashboard's choices, above where it is used"))


def _dead_links(board: Json, where: str, variables: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    for url in sorted({value for value in texts(board) if value.startswith("/d/")}):
        match = _BOARD_URL.match(url)
        target = match[1] if match else ""
        if target not in variables:
            message = _("link to a dashboard that does not exist: {url}").format(url=url)
            yield fault("RB-G006", where, target, message, _("link to one of {uids}").format(uids=", ".join(variables)))
            continue
        for name in _SET_VARIABLE.findall(url):
            if name not in variables[target]:
                message = _("link sets variable {name}, which {target} does not have").format(name=name, target=target)
                yield fault("RB-G006", where, target, message, _("set a variable the dashboard has"))
