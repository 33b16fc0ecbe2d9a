"""One value of a plant file: from what stands in the file to what the record holds, and back.

A parser takes a CSV text or a JSON value and returns the value, or a :class:`Fault` that says what is wrong.
"""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from inventory.entities import Code, StrandRef
from inventory.glass import StrandEnd
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Parser = Callable[[object], object]

SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a value cannot be used, and what to write instead."""

    message: str
    cure: str
    code: str = "RB-1010"


def shown(value: object) -> str:
    """A value as a message quotes it: escaped, and cut where it is long."""
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."


def text(raw: object) -> object:
    """Any text that UTF-8 can hold; numbers become their digits (a spreadsheet makes them of codes)."""
    if isinstance(raw, str) and raw.isascii() and raw.isprintable():
        return raw
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return Fault(message=_("{value} is not a text").format(value=shown(raw)), cure=_("write it in quotes"))
    value = raw if isinstance(raw, str) else str(raw)
    if not any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in value):
        return value
    return Fault(
        message=_("{value} holds half a character, or none").format(value=shown(value)),
        cure=_("write the text anew in UTF-8"),
    )


def code(raw: object) -> object:
    """A code: printable, without the characters that separate codes in lists."""
    if isinstance(raw, str):
        return _code(raw)
    value = text(raw)
    return value if isinstance(value, Fault) else _code(str(value))


@lru_cache(maxsize=1 << 18)
def _code(raw: str) -> object:
    """A code is read many times over: once where its record stands, and wherever one refers to it."""
    value = text(raw)
    if isinstance(value, Fault):
        return value
    trimmed = raw.strip()
    if trimmed and trimmed.isprintable() and ";" not in trimmed:
        return Code(trimmed)
    return Fault(
        message=_("{value} is not a code").format(value=shown(raw)),
        cure=_("use letters, digits and -_/.: without semicolons and invisible characters"),
    )


def codes(raw: object) -> object:
    """Codes joined by semicolons."""
    return each(raw, code)


def strands(raw: object) -> object:
    """Strands joined by semicolons: ``KL-CA-0007/3;KL-CA-0008/1``."""
    return each(raw, _strand)


def each(raw: object, parse: Parser) -> object:
    """A list joined by semicolons, each part parsed; the first fault where there is one."""
    if not isinstance(raw, str):
        return Fault(
            message=_("{value} is not a list").format(value=shown(raw)),
            cure=_("write one text, its parts joined by semicolons"),
        )
    found = [parse(part) for part in raw.split(";") if part.strip()]
    faults = [item for item in found if isinstance(item, Fault)]
    return faults[0] if faults else tuple(found)


def _strand(raw: object) -> object:
    cable, _slash, number = str(raw).strip().rpartition("/")
    if cable.strip() and number.isascii() and number.isdigit() and len(number) <= 6:  # noqa: PLR2004 - no cable has more
        name = code(cable)
        return name if isinstance(name, Fault) else StrandRef(Code(str(name)), int(number))
    return Fault(
        message=_("{value} is not a strand").format(value=shown(raw)),
        cure=_("write CABLE/NUMBER, for example KL-CA-0007/3"),
        code="RB-1013",
    )


def flag(raw: object) -> object:
    """True or false, as JSON, QGIS and spreadsheets spell them."""
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in {"true", "1", "yes"}:
        return True
    if word in {"false", "0", "no"}:
        return False
    return Fault(message=_("{value} is neither true nor false").format(value=shown(raw)), cure=_("write true or false"))


def whole(minimum: int, maximum: int) -> Parser:
    """A whole number within bounds, both included."""

    def parse(raw: object) -> object:
        number = _float(raw)
        if isinstance(number, Fault):
            return number
        if not number.is_integer():
            return Fault(
                message=_("{value} is not a whole number").format(value=shown(raw)),
                cure=_("write digits only"),
                code="RB-1011",
            )
        return _bounded(int(number), minimum, maximum)

    return parse


def number(minimum: float, maximum: float) -> Parser:
    """A number within bounds, both included; never NaN or infinite."""

    def parse(raw: object) -> object:
        value = _float(raw)
        return value if isinstance(value, Fault) else _bounded(value, minimum, maximum)

    return parse


def _float(raw: object) -> float | Fault:
    if isinstance(raw, str | int | float) and not isinstance(raw, bool):
        try:
            value = float(raw)
        except (ValueError, OverflowError):
            value = math.nan
        if math.isfinite(value):
            return value
    cure = _("write digits with a decimal point, without unit")
    if isinstance(raw, str) and re.fullmatch(r"\s*-?\d+,\d+\s*", raw):
        cure = _("write {value}: with a decimal point").format(value=raw.strip().replace(",", "."))
    return Fault(message=_("{value} is not a number").format(value=shown(raw)), cure=cure, code="RB-1011")


def _bounded(value: float, minimum: float, maximum: float) -> object:
    if minimum <= value <= maximum:
        return value
    return Fault(
        message=_("{value} is outside {minimum:g} to {maximum:g}").format(
            value=value, minimum=minimum, maximum=maximum
        ),
        cure=_("mend the number; lengths are metres, levels dBm, wavelengths nm"),
        code="RB-1011",
    )


def choice(kind: type[StrEnum]) -> Parser:
    """One word of a fixed list."""
    members = {str(member): member for member in kind}

    def parse(raw: object) -> object:
        found = members.get(str(raw).strip().lower())
        return _not_in(raw, members) if found is None else found

    return parse


def grade(kind: type[IntEnum]) -> Parser:
    """One word of an ordered list, or its number."""
    members = {member.name.lower(): member for member in kind}
    by_number = {str(int(member)): member for member in kind}

    def parse(raw: object) -> object:
        word = "" if isinstance(raw, bool) else str(raw).strip().lower()
        found = members.get(word) or by_number.get(word)
        return _not_in(raw, members) if found is None else found

    return parse


def _not_in(raw: object, allowed: Iterable[str]) -> Fault:
    return Fault(
        message=_("{value} is not known here").format(value=shown(raw)),
        cure=_("allowed are {allowed}").format(allowed=", ".join(allowed)),
        code="RB-1012",
    )


def address(raw: object) -> object:
    """An IPv4 or IPv6 address; names would have to be resolved, which a plant file does not do."""
    try:
        return str(ipaddress.ip_address(str(raw).strip()))
    except ValueError:
        return Fault(
            message=_("{value} is not an IP address").format(value=shown(raw)),
            cure=_("write the address itself, for example 10.20.0.17, not a name"),
        )


def plain(value: object) -> str | int | float | bool | None:
    """A record's value as a file holds it: lists joined by semicolons, enumerations as words, None as nothing."""
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, StrEnum | StrandRef | StrandEnd):
        return str(value)
    if isinstance(value, tuple):
        return ";".join(str(item) for item in value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"no file holds a {type(value).__name__}")
