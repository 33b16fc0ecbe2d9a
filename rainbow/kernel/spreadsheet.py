"""Cells that people open in a spreadsheet: what begins like a formula is a text there (OWASP, CSV injection)."""

from __future__ import annotations

from typing import TypeVar

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
T = TypeVar("T")


def cell(value: T) -> T | str:
    """The value; a text that a spreadsheet would calculate, with an apostrophe before it. Numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \u00a0\ufeff").startswith(_BEGINNINGS):
        return f"'{value}"
    return value
