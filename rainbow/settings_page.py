"""``docs/settings.md``: every table and key of ``city.toml``, from the dataclasses that read it and what they say."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import re
import sys
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, get_args, get_origin, get_type_hints

from rainbow.kernel.places import NamedFile
from rainbow.kernel.secret import SecretRef
from rainbow.settings import Settings, without_none

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dataclasses import Field

INTRODUCTION = """# Settings

Every table and key of `city.toml`, the one file that says how a city is run. A key that is not named here is an error,
a table that is left out has its defaults; `rainbow config check CITY` names every mistake, `rainbow config show CITY`
says what holds. NAME in a table is of your choosing. A key called *secret* is not written down: `KEY_file` names a file
in the city's folder (or systemd's credential of that name), `KEY_env` an environment variable, which wins. A *file* is
looked for from the city's folder.
"""
_KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}
_ROLE = re.compile(r":\w+:`~?([^`]+)`")


def settings_page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for key, kind, is_optional in _tables(Settings, "", is_optional=False):
        parts += _table(key, kind, is_optional=is_optional)
    return "\n".join(parts) + "\n"


def _tables(kind: type, key: str, *, is_optional: bool) -> Iterator[tuple[str, type, bool]]:
    """Keys of tables with what reads them, in the order of the file; whether the table may be missing altogether."""
    if key:
        yield key, kind, is_optional
    hints = get_type_hints(kind)
    for item in fields(kind):
        below, suffix = _record_in(hints[item.name])
        if below is not None:
            name = f"{key}.{item.name}" if key else item.name
            yield from _tables(below, name + suffix, is_optional=item.default is None)


def _record_in(hint: object) -> tuple[type | None, str]:
    """The dataclass of a table below, and whether it has names of its own."""
    if get_origin(hint) is dict:
        below = get_args(hint)[1]
        return (below, ".NAME") if isinstance(below, type) and is_dataclass(below) else (None, "")
    plain = without_none(hint)
    if isinstance(plain, type) and is_dataclass(plain) and plain is not SecretRef:
        return plain, ""
    return None, ""


def _table(key: str, kind: type, *, is_optional: bool) -> list[str]:
    said, hints = _said_of_fields(kind), get_type_hints(kind)
    rows = [
        f"| `{item.name}` | {_kind_of(hints[item.name])} | {_default_of(item)} |"
        + (f" {said.get(item.name, '')} |" if said else "")
        for item in fields(kind)
        if item.init and _record_in(hints[item.name])[0] is None
    ]
    about = _markdown(inspect.getdoc(kind) or "")
    if is_optional:
        about += "\n\nOnly where the city has one."
    found = [f"\n## [{key}]\n", f"{about}\n"]
    head = (
        "| key | what | default | meaning |\n|---|---|---|---|" if said else "| key | what | default |\n|---|---|---|"
    )
    return [*found, head, *rows] if rows else found


def _kind_of(hint: object) -> str:
    plain = without_none(hint)
    if get_origin(plain) is tuple:
        return f"list of {_kind_of(get_args(plain)[0])}s"
    if get_origin(plain) is dict:
        return f"table: NAME = {_kind_of(get_args(plain)[1])}"
    if plain is SecretRef:
        return "*secret*"
    if plain is NamedFile:
        return "*file*"
    return _KINDS.get(plain, "text")  # type: ignore[call-overload, no-any-return] # a type or what reads as one


def _default_of(item: Field[object]) -> str:
    value = item.default
    if value is MISSING and item.default_factory is not MISSING:
        value = item.default_factory()
    if value is MISSING:
        return "**needed**"
    if value is None or isinstance(value, SecretRef) or (isinstance(value, str | tuple | dict) and not value):
        return ""
    return f"`{json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)}`"


def _said_of_fields(kind: type) -> dict[str, str]:
    """The text below each field, where there is one: it is in the source alone."""
    tree = ast.parse(inspect.getsource(sys.modules[kind.__module__]))
    body = next(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    found = {}
    for field, text in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            value = text.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[field.target.id] = " ".join(_markdown(inspect.cleandoc(value.value)).split()).replace("|", "\\|")
    return found


def _markdown(text: str) -> str:
    return _ROLE.sub(r"`\1`", text).replace("``", "`")
