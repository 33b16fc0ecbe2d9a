"""Part 12: the examination of this installation, and what systemd says of the units."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from rainbow.auditpack.pieces import Document, Table
from rainbow.doctor import examine
from rainbow.kernel.texts import _
from rainbow.settings import secret_references

if TYPE_CHECKING:
    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Piece, Row
    from rainbow.examined import Examined

NAME, EXAMINED = "12_hardening.json", "12_examined.csv"
UNITS = ("collect", "page", "backup", "audit")
EXPOSED_AT_MOST = 2.5
_WAIT_S = 20.0


def pieces(ground: Ground) -> list[Piece]:
    """What is set, and what the examination (rainbow doctor) found."""
    city = ground.city
    page, access = city.settings.page, city.settings.access
    value = {
        "secrets": [
            {"key": key, "kept_in": "environment" if ref.env else "file", "mode": _mode(ground, ref.file)}
            for key, ref in secret_references(city.settings)
        ],
        "page": {
            "address": page.host,
            "loopback_only": page.is_local,
            "own_tls": bool(page.tls_certificate),
            "sign_in": access.oidc is not None or access.break_glass is not None,
            "tokens": bool(page.tokens_file),
        },
        "units": _units(city.folder.resolve().name),
    }
    rows = [row for item in examine(city.folder) for row in _examined(item)]
    columns = ("question", "severity", "code", "record", "finding", "cure")
    return [
        Document(name=NAME, title=_("Hardening: what is set"), value=value),
        Table.of(EXAMINED, _("The installation examined (rainbow doctor)"), columns, rows),
    ]


def _examined(item: Examined) -> list[Row]:
    question = _(item.name)
    if not item.findings:
        return [{"question": question, "severity": "ok"}]
    return [
        {
            "question": question,
            "severity": str(found.severity),
            "code": found.code,
            "record": found.record,
            "finding": found.message,
            "cure": found.cure,
        }
        for found in item.findings
    ]


def _mode(ground: Ground, file: str) -> str | None:
    path = ground.city.folder / file
    return f"{path.stat().st_mode & 0o777:04o}" if file and path.is_file() else None


def _units(instance: str) -> list[dict[str, object]]:
    """Exposure of our units as installed on this machine; none where they are not."""
    tool = shutil.which("systemd-analyze")
    found: list[dict[str, object]] = []
    for name in UNITS if tool else ():
        unit = f"rainbow-{name}@{instance}.service"
        try:
            done = subprocess.run(
                [str(tool), "security", "--no-pager", unit],
                capture_output=True,
                text=True,
                timeout=_WAIT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if level := re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout):
            found.append({"unit": unit, "exposure": float(level[1]), "at_most": EXPOSED_AT_MOST})
    return found
