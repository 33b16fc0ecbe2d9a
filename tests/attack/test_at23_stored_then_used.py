"""AT23: a value that was taken in once is used later: in a query, a file, a report. It is data there too."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.audited import audit_log, here
from rainbow.auditpack import pieces, who
from rainbow.auditpack.ground import ground_of, period
from rainbow.auditpack.pieces import Table
from rainbow.auditpack.render import html
from rainbow.city import clock, open_city
from rainbow.cli import main
from trust.audit_record import Act

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EVIL = (
    "'); DROP TABLE record; --",
    '=HYPERLINK("http://x","y")',
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "x\r\n<134>1 forged",
    "../../etc/passwd",
    '") |> drop()',
)


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(ROOT / "cities/lautern", folder, ignore=shutil.ignore_patterns("state"))
    log = audit_log(folder)
    for text in EVIL:
        log.note(Act(action=text, kind=text, thing=text, after={text: text}, reason=text), here())
    return folder


def at_rest(city: Path) -> Mapping[str, pieces.Piece]:
    ground = ground_of(open_city(city), period("2026"), clock(), asks=False)
    return {piece.name: piece for piece in who.pieces(ground)}


def test_at23_a_stored_value_stays_data_in_every_later_use(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = at_rest(city)
    summary = made[who.SUMMARY]
    cells = [cell for row in csv.reader(summary.content().decode().splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    page = html({"title": EVIL[2], "subtitle": EVIL[3]}, {**made, "controls.csv": Table.of("controls.csv", "", (), [])})
    assert b"<script>" not in page
    assert main(["audit", "list", str(city), "--action", EVIL[0]]) == 0
    assert main(["audit", "export", str(city), "--form", "json"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert len(lines) == len(EVIL) + 1
    assert [json.loads(line)["event"]["action"] for line in lines[:2]] == list(EVIL[:2])
    assert main(["audit", "verify", str(city)]) == 0


def test_at23_can_fail(city: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a build whose cells are written as they are."""
    monkeypatch.setattr(pieces, "cell", lambda value: value)
    with pytest.raises(AssertionError):
        test_at23_a_stored_value_stays_data_in_every_later_use(city, capsys)
