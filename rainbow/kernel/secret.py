"""Secrets: a value that does not print itself, and a reference to where it is kept.

Settings hold references only; wiring resolves them once. Nothing but the client that needs it calls ``reveal``.
"""

from __future__ import annotations

from dataclasses import dataclass


class Secret:
    """A secret text. ``repr``, ``str`` and f-strings show stars; comparison is by value."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRef:
    """Where a secret is kept: an environment variable, else a file (relative to the city folder).

    In ``city.toml``: ``community_env = "NAME"`` and ``community_file = "state/secrets/snmp_community"``.
    """

    env: str = ""
    file: str = ""

    def __bool__(self) -> bool:
        return bool(self.env or self.file)
