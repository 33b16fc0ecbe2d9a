"""What an examination of an installation found: one question, its findings."""

from __future__ import annotations

from dataclasses import dataclass

from rainbow.kernel.findings import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One question and what it found."""

    name: str
    findings: tuple[Finding, ...]


def finding(code: str, severity: Severity, where: str, record: str, message: str, cure: str) -> Finding:
    """One finding; see :class:`rainbow.kernel.findings.Finding`."""
    return Finding(code=code, severity=severity, where=where, record=record, message=message, cure=cure)
