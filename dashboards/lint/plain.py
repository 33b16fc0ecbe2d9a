"""Looking into JSON somebody else may have written: whatever is not there or of another kind counts as empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rainbow.kernel.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Mapping[str, object]


def part(value: object, *keys: str) -> Json:
    """The object below these keys."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def parts(value: object, *keys: str) -> list[Json]:
    """The objects in the list below these keys."""
    *way, last = keys
    found = part(value, *way).get(last)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def text(value: object, key: str) -> str:
    """The text under a key."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def number(value: object, key: str) -> int:
    """The whole number under a key; -1 where there is none."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else -1


def texts(value: object) -> Iterator[str]:
    """All texts in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def fault(code: str, where: str, record: str, message: str, cure: str) -> Finding:
    """A finding of this lint: always an error, for a panel that is not right shows nothing or shows it wrong."""
    return Finding(code=code, severity=Severity.ERROR, where=where, record=record, message=message, cure=cure)
