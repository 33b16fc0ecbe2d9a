"""Findings as machines read them: an exit code, SARIF 2.1.0 for code review, JUnit for build servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from rainbow import __version__
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rainbow.kernel.findings import Finding

_EXIT_CODES = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PLACE = re.compile(r"^(?P<file>[^:]+?)(?::(?P<line>\d+))?(?:: .*|, .*)?$")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def exit_code(findings: Iterable[Finding]) -> int:
    """That of the worst: 0 for hints at most, 1 for warnings, 2 for errors."""
    return max((_EXIT_CODES[finding.severity] for finding in findings), default=0)


def as_sarif(findings: Sequence[Finding], rules: Mapping[str, tuple[Severity, str]]) -> dict[str, object]:
    """A SARIF log with one run; results name file and line, rules their short text."""
    named = sorted({finding.code for finding in findings})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "rainbow",
                        "version": __version__,
                        "rules": [{"id": code, "shortDescription": {"text": _rule(code, rules)}} for code in named],
                    }
                },
                "results": [_result(finding, named) for finding in findings],
            }
        ],
    }


def _rule(code: str, rules: Mapping[str, tuple[Severity, str]]) -> str:
    return _(rules[code][1]) if code in rules else _("a plant file cannot be read as it is")


def _result(finding: Finding, named: Sequence[str]) -> dict[str, object]:
    file, line = _place(finding.where)
    physical: dict[str, object] = {"artifactLocation": {"uri": file}}
    if line is not None:
        physical["region"] = {"startLine": line}
    return {
        "ruleId": finding.code,
        "ruleIndex": named.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.record}: {finding.message} -> {finding.cure}"},
        "locations": [{"physicalLocation": physical, "logicalLocations": [{"name": finding.record}]}],
    }


def _place(where: str) -> tuple[str, int | None]:
    found = _PLACE.match(where)
    if found is None:
        return where, None
    return found["file"], int(found["line"]) if found["line"] else None


def as_junit(city: str, findings: Sequence[Finding]) -> str:
    """A JUnit report: a test case a finding, failed unless it is a hint; one that passed where nothing was found."""
    failed = sum(finding.severity is not Severity.INFO for finding in findings)
    cases = "\n".join(_case(finding) for finding in findings) or '  <testcase classname="plant" name="check"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuite name={_attribute(city)} tests="{max(1, len(findings))}" failures="{failed}">\n'
        f"{cases}\n</testsuite>\n"
    )


def _case(finding: Finding) -> str:
    name = _attribute(f"{finding.code} {finding.record}")
    body = f"message={_attribute(finding.message)} type={_attribute(str(finding.severity))}"
    text = _escaped(f"{finding.where}\n-> {finding.cure}")
    inner = (
        f"<system-out>{text}</system-out>" if finding.severity is Severity.INFO else f"<failure {body}>{text}</failure>"
    )
    return f"  <testcase classname={_attribute(finding.where)} name={name}>{inner}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("?", text))


def _escaped(text: str) -> str:
    return _NOT_XML.sub("?", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
