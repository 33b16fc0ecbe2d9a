"""Strings that have broken monitoring systems before, and a city whose every name is one of them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from simulator.city import generate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory.plant import Plant

SCRIPTS = (
    "<script>alert('XSS')</script>",
    "\"><img src=x onerror=alert('XSS')>",
    "'><svg/onload=alert('XSS')>",
    "</script><script>alert('XSS')</script>",
    "<iframe srcdoc=\"<script>parent.alert('XSS')</script>\"></iframe>",
    "javascript:alert('XSS')//",
    "\" onmouseover=alert('XSS') autofocus onfocus=alert('XSS') x=\"",
    "</title><body onload=alert('XSS')>",
    "<a href=\"javascript:alert('XSS')\">click</a>",
    "<style>@import 'http://127.0.0.1:9/x.css';</style>",
    "<base href=//127.0.0.1:9/>",
    "&lt;script&gt;alert('XSS')&lt;/script&gt;",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert('XSS')></style>",
)
TEMPLATES = ("{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{% debug %}", "${__url.path}", "$__all", "[[7*7]]", "%n%s%x")
QUERIES = (
    "'; DROP MEASUREMENT interface; --",
    '") |> drop(columns: ["_value"]) //',
    "x' OR '1'='1",
    "*)(uid=*))(|(uid=*",
    "interface,device=FORGED in_bps=1 1\n",
    "a,b=c d=1 2",
    "tail\\",
)
SHELL = ("$(id)", "`id`", "; id; #", "| id", "&& id", "a\nid\n", "-oProxyCommand=id", "../../../../etc/passwd")
ODD = (
    "\x00\x01\x07",
    "\x1b[2J\x1b[31mred",
    "\u202egnirts",
    "a\r\nSet-Cookie: x=1",
    "x" * 65_000,
    "\ud800",
    "\u2028\u2029",
)
FORMULAS = ("=1+2", "+1+2", "-1+2", "@SUM(1)", "\t=1+2", "\r=1+2", '=HYPERLINK("http://127.0.0.1:9/","x")')
ALL = (*SCRIPTS, *TEMPLATES, *QUERIES, *SHELL, *ODD, *FORMULAS)

_NAMED = ("name", "owner", "vendor", "model", "role", "part", "serial", "rack", "connector", "make", "address")
"""Free texts of a plant's records; what has a form of its own (codes, addresses of devices) is refused when read."""


def raw(text: str) -> bytes:
    """As a device sends it."""
    return text.encode("utf-8", "surrogatepass")


def hostile_plant(texts: tuple[str, ...] = (*SCRIPTS, *TEMPLATES, *FORMULAS)) -> Plant:
    """A simulated city of 12 switches in which every name that a person may write is one of the texts."""
    plant = generate(7, 12).plant
    told = _again(texts)
    changed = {}
    for collection in fields(plant):
        records = getattr(plant, collection.name)
        if isinstance(records, tuple) and records:
            changed[collection.name] = tuple(_renamed(record, told) for record in records)
    return replace(plant, **changed)


def _renamed(record: object, told: Iterator[str]) -> object:
    is_device = hasattr(record, "snmp")
    names = [
        field.name
        for field in fields(record)  # type: ignore[arg-type] # the plant's records are dataclasses
        if field.name in _NAMED
        and isinstance(getattr(record, field.name), str)
        and not (is_device and field.name == "address")
    ]
    return replace(record, **{name: next(told) for name in names})  # type: ignore[type-var] # same


def _again(texts: tuple[str, ...]) -> Iterator[str]:
    while True:
        yield from texts
