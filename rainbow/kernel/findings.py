"""A finding: something wrong with a record, with the cure. Shared by all checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a finding is: an error stops the work that needs the record, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault. ``code`` is stable (``RB-C004``); ``where`` is the file, ``record`` names the object in it."""

    code: str
    severity: Severity
    where: str
    record: str
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.severity} {self.code} {self.where}: {self.record}: {self.message} -> {self.cure}"

    def to_json(self) -> dict[str, str]:
        """The finding as flat JSON, the same keys in every command."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "where": self.where,
            "record": self.record,
            "message": self.message,
            "cure": self.cure,
        }
