"""Known vulnerabilities of what is installed, asked of pip-audit; and the honest answer where nobody could be asked.

pip-audit ends well when its service is away, or knows none of the packages: it says "skipped" then. Here that is no
evidence, never a green light.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_WAIT_S = 120.0
_FOUND = 1
"""pip-audit's exit code where it found something."""


class Verdict(StrEnum):
    """What was learned."""

    CLEAN = "clean"
    VULNERABLE = "vulnerable"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One known vulnerability of one package."""

    package: str
    version: str
    id: str
    fixed_in: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What pip-audit said: how many packages it judged, which it skipped, what it found, and why there is no answer."""

    verdict: Verdict
    judged: int = 0
    skipped: tuple[str, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    words: str = ""


def ask(lock: Path | None) -> Asked:
    """Ask about a lock file with hashes, or about this environment."""
    if find_spec("pip_audit") is None:
        return Asked(verdict=Verdict.NO_EVIDENCE, words=_("pip-audit is not installed"))
    chosen = ["-r", str(lock), "--disable-pip", "--require-hashes"] if lock is not None else ["--local"]
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        *chosen,
        "--format",
        "json",
        "--progress-spinner",
        "off",
        "--timeout",
        "15",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_WAIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Asked(verdict=Verdict.NO_EVIDENCE, words=str(error))
    return read(done.stdout, done.stderr, done.returncode)


def read(out: str, err: str, code: int) -> Asked:
    """What its answer is worth."""
    try:
        dependencies = json.loads(out)["dependencies"]
        skipped = tuple(item["name"] for item in dependencies if "skip_reason" in item)
        judged = [item for item in dependencies if "skip_reason" not in item]
        found = tuple(_advisory(item, vulnerability) for item in judged for vulnerability in item["vulns"])
    except (ValueError, KeyError, TypeError):
        last = err.strip().splitlines()[-1:] or [_("it said nothing")]
        return Asked(verdict=Verdict.NO_EVIDENCE, words=last[0][:300])
    if found:
        return Asked(verdict=Verdict.VULNERABLE, judged=len(judged), skipped=skipped, advisories=found)
    if skipped or not judged or code not in {0, _FOUND}:
        words = _("{skipped} of {all} packages could not be judged").format(skipped=len(skipped), all=len(dependencies))
        return Asked(verdict=Verdict.NO_EVIDENCE, judged=len(judged), skipped=skipped, words=words)
    return Asked(verdict=Verdict.CLEAN, judged=len(judged))


def _advisory(item: Mapping[str, object], vulnerability: Mapping[str, object]) -> Advisory:
    fixes = vulnerability.get("fix_versions")
    return Advisory(
        package=str(item["name"]),
        version=str(item["version"]),
        id=str(vulnerability["id"]),
        fixed_in=tuple(map(str, fixes)) if isinstance(fixes, list) else (),
    )
