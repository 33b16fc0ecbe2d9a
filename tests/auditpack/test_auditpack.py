"""The audit pack: what stands in it, what it claims and on what ground, and whether a changed one is found."""

from __future__ import annotations

import csv
import io
import json
import shutil
import warnings
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.audited import noting
from rainbow.auditpack import archive, controls, snmp
from rainbow.auditpack.archive import check
from rainbow.auditpack.ground import Ground, ground_of, period
from rainbow.auditpack.pieces import Claim, Status, Table, ranges, share_claim
from rainbow.auditpack.render import html, pdf
from rainbow.city import clock, open_city
from rainbow.cli import main
from rainbow.kernel.errors import AuditError, UsageError
from rainbow.kernel.secret import Secret
from rainbow.kernel.texts import use
from trust.anchors import Signer, make_key_file

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-3f9a77c1"
SEVENTEEN = (
    *("01_snmp", "02_transport", "03_access", "04_audit_summary", "05_logging", "06_backup", "07_time", "08_coverage"),
    *("09_availability", "10_redundancy", "11_software", "12_hardening", "13_privacy", "14_exceptions"),
    *("15_infrastrukturatlas", "16_accessibility", "controls"),
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped city with a secret, an exception and a few records; nothing polled it."""
    folder = tmp_path_factory.mktemp("pack") / "lautern"
    shutil.copytree(ROOT / "cities/lautern", folder, ignore=shutil.ignore_patterns("state"))
    secret = folder / "state" / "secrets" / "snmp_community"
    secret.parent.mkdir(parents=True)
    secret.write_text(CANARY, encoding="ascii")
    secret.chmod(0o600)
    with noting(folder, "token.add", "token", '=HYPERLINK("http://x")'):
        pass
    assert main(["audit", "anchor", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def pack(city: Path) -> Path:
    """Made once for all: it takes seconds."""
    target = city.parent / "pack.zip"
    year = date.today().year  # noqa: DTZ011 - any period that holds today
    assert (
        main(["auditpack", "--period", str(year), "--lang", "de", "--offline", "--output", str(target), str(city)]) == 1
    )
    return target


def table(pack: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(pack) as packed:
        return list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8"))))


def document(pack: Path, name: str) -> dict[str, object]:
    with zipfile.ZipFile(pack) as packed:
        return dict(json.loads(packed.read(name)))


def test_all_files_are_there_and_signed(pack: Path) -> None:
    with zipfile.ZipFile(pack) as packed:
        names = packed.namelist()
    assert [name for name in SEVENTEEN if not any(file.startswith(name) for file in names)] == []
    assert check(pack).faults == ()
    assert main(["auditpack", "verify", str(pack)]) == 0


def test_a_requirement_without_a_row_is_no_evidence(pack: Path) -> None:
    rows = table(pack, "controls.csv")
    assert {row["status"] for row in rows} >= {"met", "not", "no_evidence", "organisational"}
    for row in rows:
        if row["status"] in {"met", "partly", "not"}:
            assert row["file"], row
            assert row["rows"], row
    by_words = {row["requirement"]: row["status"] for row in rows}
    never = [words for words in by_words if "Gerät" in words and by_words[words] == "met"]
    assert never == [], "nothing was polled"
    assert "kein Nachweis" in {row["status_text"] for row in rows}


def test_every_claim_names_rows_that_are_there(pack: Path) -> None:
    for row in table(pack, "controls.csv"):
        if not row["rows"] or row["file"].endswith(".json"):
            continue
        have = {item["row"] for item in table(pack, row["file"])}
        for part in row["rows"].split(", "):
            first, _dash, last = part.partition("-")
            assert {first, last or first} <= have, row


def test_paths_of_documents_are_there(pack: Path) -> None:
    for row in table(pack, "controls.csv"):
        if row["file"].endswith(".json"):
            value = document(pack, row["file"])
            assert [path for path in row["rows"].split(", ") if path and path.partition("[")[0] not in value] == [], row


def test_devices_stand_there_with_their_protocol(pack: Path, city: Path) -> None:
    rows = table(pack, "01_snmp.csv")
    assert {row["device"] for row in rows} == {device.code for device in open_city(city).plant.devices}
    assert {(row["version"], row["security_level"]) for row in rows} == {("2c", "noAuthNoPriv")}
    assert {row["code"] for row in table(pack, "01_snmp_findings.csv")} >= {"RB-A002"}


def test_a_cell_is_never_a_formula(pack: Path) -> None:
    with zipfile.ZipFile(pack) as packed:
        sheets = [name for name in packed.namelist() if name.endswith(".csv")]
    cells = [value for name in sheets for row in table(pack, name) for value in row.values()]
    assert [value for value in cells if value.startswith(("=", "+", "-", "@", "\t"))] == []


def test_no_secret_stands_in_it(pack: Path) -> None:
    with zipfile.ZipFile(pack) as packed:
        assert [name for name in packed.namelist() if CANARY.encode() in packed.read(name)] == []


def test_what_holds_a_secret_is_not_written(tmp_path: Path) -> None:
    signer, target = Signer.of(make_key_file(tmp_path / "key")), tmp_path / "p.zip"
    with pytest.raises(AuditError, match=r"a\.csv"):
        archive.write(target, {"a.csv": b"x " + CANARY.encode()}, {}, signer, [Secret(CANARY)])
    assert not target.exists()


@pytest.mark.parametrize("what", ["change", "remove", "add", "resign", "twice"])
def test_a_changed_pack_is_found(pack: Path, tmp_path: Path, what: str) -> None:
    with zipfile.ZipFile(pack) as packed:
        files = [(name, packed.read(name)) for name in packed.namelist()]
        own = packed.read(archive.PUBLIC).decode("ascii")
    if what == "change":
        files = [(name, data.replace(b"2c", b"3 ") if name == "01_snmp.csv" else data) for name, data in files]
    elif what == "remove":
        files = [(name, data) for name, data in files if name != "01_snmp.csv"]
    elif what == "add":
        files.append(("18_more.csv", b"x"))
    elif what == "resign":
        other = Signer.of(make_key_file(tmp_path / "other"))
        manifest = dict(files)[archive.MANIFEST].replace(b"Lautern", b"Lauterm")
        new = {
            archive.MANIFEST: manifest,
            archive.SIGNATURE: other.sign(manifest).hex().encode(),
            archive.PUBLIC: other.public_pem().encode(),
        }
        files = [(name, new.get(name, data)) for name, data in files]
    else:
        files.append(files[-1])
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(changed, "w") as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is there twice, on purpose
        for name, data in files:
            packed.writestr(name, data)
    assert check(changed, own).faults
    if what == "resign":
        assert not check(changed).faults, "the pack's own key proves nothing against who has another"


def test_what_is_no_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 no zip")
    assert main(["auditpack", "verify", str(tmp_path / "x.zip")]) == 2


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2026-01-15..2026-03-01", "2026-01-15", "2026-03-01"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    found = period(text)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert found.holds(found.since_ns)
    assert not found.holds(found.until_ns)


@pytest.mark.parametrize("text", ["2026-Q5", "2026-13", "last", "2026-02-30..2026-03-01", "2026-03-01..2026-02-01", ""])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(UsageError):
        period(text)


def test_rows_are_ranges() -> None:
    assert ranges([5, 1, 2, 3, "log"]) == ["log", "1-3", "5"]


@pytest.mark.parametrize(
    ("verdicts", "status", "rows"),
    [
        ([], Status.NO_EVIDENCE, ()),
        ([None, None], Status.NO_EVIDENCE, ()),
        ([True, True], Status.MET, (1, 2)),
        ([True, False], Status.PARTLY, (2,)),
        ([False, None], Status.NOT, (1, 2)),
        ([True, None], Status.PARTLY, (2,)),
    ],
)
def test_what_rows_are_worth(verdicts: list[bool | None], status: Status, rows: tuple[int, ...]) -> None:
    made = Table.of("t.csv", "t", ("good",), [{"good": verdict} for verdict in verdicts])
    claim = share_claim(made, lambda row: row["good"] if isinstance(row["good"], bool) else None, {})
    assert (claim.status, claim.rows) == (status, rows)


def test_an_exception_in_force_stands_beside_its_devices(city: Path, tmp_path: Path) -> None:
    excepted = tmp_path / "city"
    shutil.copytree(city, excepted)
    with (excepted / "city.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[evidence.exceptions.old]\ncontrol = "NET.1.2.A10"\nabout = "snmp.default"\nreason = "loopback"\n'
            'owner = "net"\napproved_by = "ISB"\nuntil = "2999-01-01"\n'
        )
    ground = ground_of(open_city(excepted), period("2026"), clock())
    devices, _findings = snmp.tables(ground)
    assert {row["exception"] for row in devices.rows} == {"old"}
    claim = next(item for item in controls.CONTROLS if item.its2023 == "NET.1.2.A10").judge
    assert claim is not None
    assert claim({snmp.NAME: devices}, ground).status is Status.MET


def test_people_read_german_and_nothing_runs(pack: Path) -> None:
    with zipfile.ZipFile(pack) as packed:
        page, paper = packed.read("report.html").decode("utf-8"), packed.read("report.pdf")
    assert '<html lang="de">' in page
    assert "kein Nachweis" in page
    assert "<script" not in page
    assert paper.startswith(b"%PDF")


def test_a_hostile_name_stays_text() -> None:
    row = {"its2023": None, "gspp": None, "nis2_21_2": None, "requirement": "<script>x</script>", "status": "not"}
    row |= {"status_text": "#panic()", "file": "a.csv", "rows": "1", "words": "{{ 7 * 7 }} #(1+1) `x` $y$"}
    pieces = {controls.NAME: Table.of(controls.NAME, "<b>", tuple(row), [row])}
    head = {"title": '"><img src=x>', "subtitle": "#let x = 1"}
    with use("en"):
        page = html(head, pieces).decode("utf-8")
        assert "<script>x" not in page
        assert "<img" not in page
        assert "49" not in page
        assert pdf(head, pieces).startswith(b"%PDF")


def test_weak_judges_would_be_seen(monkeypatch: pytest.MonkeyPatch, city: Path) -> None:
    """The tests above can fail: a judge that calls everything met names no rows."""
    lax = controls.Control(its2023="X", gspp="", nis2="", asks="x", judge=_lax)
    monkeypatch.setattr(controls, "CONTROLS", (lax,))
    ground = ground_of(open_city(city), period("2026"), clock())
    (row,) = controls.table({}, ground).rows
    assert row["status"] == "met"
    assert not row["rows"]


def _lax(_pieces: object, _ground: Ground) -> Claim:
    return Claim(status=Status.MET, file="a.csv")
