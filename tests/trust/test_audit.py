"""The audit log: what is written, how it is kept, how it is purged and sent on."""

from __future__ import annotations

import json
import multiprocessing
import socket
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from rainbow.kernel.errors import AuditError, UsageError
from rainbow.kernel.samples import UnixNs
from rainbow.kernel.secret import Secret
from trust import audit_delivery, audit_purge
from trust.anchors import AnchorFile, Signer, make_key_file, tell_syslog
from trust.audit import AuditLog
from trust.audit_messages import ecs_json, rfc5424
from trust.audit_record import Act, Actor, Result, Retention
from trust.audit_settings import SiemSettings
from trust.audit_verify import Fault, verify

if TYPE_CHECKING:
    from pathlib import Path

ANNA = Actor(subject="anna", display="Anna B.", address="192.0.2.7", method="oidc", request="r-1")
DAY = audit_purge.DAY_NS
START = 1_790_000_000_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> UnixNs:
        self.now += 1_000_000
        return UnixNs(self.now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> AuditLog:
    return AuditLog(tmp_path / "audit", clock=clock)


def faults(log: AuditLog) -> set[Fault]:
    anchors = AnchorFile(log.file.folder)
    return {found.fault for found in verify(log.file, anchors.all(), anchors.keys()).found}


def test_a_record_tells_who_what_and_how_it_ended(log: AuditLog) -> None:
    act = Act(
        action="token.add", kind="token", thing="gis", before={}, after={"scopes": {"read"}}, reason="for the GIS"
    )
    assert log.note(act, ANNA) == 1
    (entry,) = log.entries()
    told = {name: entry.text(name) for name in ("actor", "display", "address", "method", "request", "action", "thing")}
    assert told == {
        "actor": "anna",
        "display": "Anna B.",
        "address": "192.0.2.7",
        "method": "oidc",
        "request": "r-1",
        "action": "token.add",
        "thing": "gis",
    }
    assert entry.body["after"] == {"scopes": ["read"]}
    assert (log.file.folder / "audit.jsonl").read_text(encoding="ascii").count("\n") == 1
    assert not faults(log)


def test_what_failed_is_written_down_with_its_words(log: AuditLog) -> None:
    with pytest.raises(UsageError), log.noting(Act(action="outbox.drop"), ANNA):
        raise UsageError("no such letter")
    with log.noting(Act(action="outbox.drop"), ANNA) as entry:
        entry.tell(points=3)
    assert [(item.text("result"), item.text("reason")) for item in log.entries()] == [
        ("failed", "no such letter"),
        ("ok", ""),
    ]
    assert log.entries()[1].body["after"] == {"points": 3}


@pytest.mark.parametrize("word", ["two\nlines", "nul\0", "\x1b[2J", "\u202egnp.exe", "\ud800", "x\u2028y", "\x85"])
def test_one_record_is_one_printable_line(log: AuditLog, word: str) -> None:
    log.note(Act(action="a", thing=word, after={word: [word]}), Actor(subject=word))
    (line,) = log.file.lines.read_text(encoding="ascii").splitlines()
    assert json.loads(line)["body"]["thing"].isprintable()
    (entry,) = log.entries()
    assert all(0x20 <= ord(character) < 0x7F for character in rfc5424(entry, "host") + ecs_json(entry, "host"))


def test_what_is_too_long_is_cut_and_says_so(log: AuditLog) -> None:
    log.note(Act(action="a", thing="x" * 10_000, after={f"k{n}": "y" * 10_000 for n in range(100)}), ANNA)
    (entry,) = log.entries()
    assert entry.text("thing").endswith("...(10000)")
    assert set(entry.body["after"]) == {"too_long_sha256"}  # type: ignore[call-overload]
    assert not faults(log)


def test_a_secret_does_not_print_itself(log: AuditLog) -> None:
    log.note(Act(action="a", after={"key": Secret("canary-7f3a")}), ANNA)
    assert "canary-7f3a" not in log.file.lines.read_text(encoding="ascii")
    assert b"canary-7f3a" not in log.file.database.read_bytes()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET at_ns = 0",
        "DELETE FROM record",
        "UPDATE body SET content = '{}'",
        "DELETE FROM body WHERE n = 1",
        "INSERT INTO record VALUES (9, 0, '', x'', x'')",
        "INSERT OR REPLACE INTO record VALUES (1, 0, '', x'', x'')",
        "INSERT OR REPLACE INTO body VALUES (1, '{}')",
        "UPDATE purged SET by_n = 1",
        "DELETE FROM purged",
    ],
)
def test_the_file_itself_refuses_to_change(log: AuditLog, statement: str) -> None:
    log.note(Act(action="a"), ANNA)
    log.note(Act(action="b"), ANNA)
    with closing(sqlite3.connect(log.file.database)) as connection:
        connection.execute("INSERT INTO purged VALUES (2, 2)")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)


def _write(folder: Path, name: str) -> None:
    log = AuditLog(folder, clock=Clock())
    for _number in range(8):
        log.note(Act(action=name), ANNA)


def test_processes_write_one_after_the_other(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    workers = [multiprocessing.get_context("fork").Process(target=_write, args=(folder, f"w{n}")) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    log = AuditLog(folder, clock=Clock())
    assert [entry.head.n for entry in log.entries()] == list(range(1, 25))
    assert faults(log) <= {Fault.CLOCK_BACK}


def test_lines_lost_by_a_crash_follow_with_the_next_record(log: AuditLog) -> None:
    for _number in range(3):
        log.note(Act(action="a"), ANNA)
    whole = log.file.lines.read_bytes()
    log.file.lines.write_bytes(whole[: len(whole) // 2])
    assert faults(log) == {Fault.OTHER_LINES}
    log.note(Act(action="b"), ANNA)
    assert not faults(log)


def test_nothing_is_done_that_cannot_be_written_down(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "audit").write_text("in the way", encoding="utf-8")
    with pytest.raises(AuditError):
        AuditLog(tmp_path / "audit", clock=clock).note(Act(action="a"), ANNA)


def test_retention_takes_what_is_past_and_the_chain_stays_whole(log: AuditLog, clock: Clock) -> None:
    for number in range(10):
        kept = Retention.ACCESS if number % 2 else Retention.AUDIT
        log.note(Act(action="look", thing=f"canary-{number}", kept=kept), ANNA)
    clock.now += 100 * DAY
    days = {"audit": 365, "access": 90}
    assert audit_purge.purge(log, days, clock()) == 5
    assert audit_purge.purge(log, days, clock()) == 0
    assert not faults(log)
    assert b"canary-3" not in log.file.database.read_bytes()
    assert "canary-3" not in log.file.lines.read_text(encoding="ascii")
    assert [entry.text("action") for entry in log.entries()] == ["look", ""] * 5 + ["audit.purge"]
    clock.now += 300 * DAY
    log.note(Act(action="later"), ANNA)
    assert audit_purge.purge(log, days, clock()) == 5
    assert not faults(log)


def test_what_is_held_by_law_stays(log: AuditLog, clock: Clock) -> None:
    for _number in range(3):
        log.note(Act(action="look", kept=Retention.ACCESS), ANNA)
    number = audit_purge.hold(log, START, clock(), "proceedings 4 K 12/26", ANNA)
    clock.now += 200 * DAY
    assert audit_purge.purge(log, {"audit": 365, "access": 90}, clock()) == 0
    audit_purge.release(log, number, "closed", ANNA)
    with pytest.raises(AuditError):
        audit_purge.release(log, number, "again", ANNA)
    assert audit_purge.purge(log, {"audit": 365, "access": 90}, clock()) == 3
    assert not faults(log)


def test_a_body_that_no_retention_run_took_is_found(log: AuditLog, clock: Clock) -> None:
    for _number in range(4):
        log.note(Act(action="look", kept=Retention.ACCESS), ANNA)
    number = audit_purge.hold(log, START, clock(), "kept", ANNA)
    clock.now += 200 * DAY
    audit_purge.purge(log, {"audit": 365, "access": 90}, clock())
    with closing(sqlite3.connect(log.file.database)) as connection, connection:
        connection.execute(f"INSERT INTO purged VALUES (2, {number})")  # noqa: S608 - a number
        connection.execute("DELETE FROM body WHERE n = 2")
    assert faults(log) >= {Fault.EMPTIED}


def test_anchors_are_signed_and_the_key_is_the_owners_only(log: AuditLog, clock: Clock, tmp_path: Path) -> None:
    key = tmp_path / "secrets" / "key"
    signer = Signer.of(make_key_file(key))
    assert key.stat().st_mode & 0o777 == 0o400
    with pytest.raises(AuditError):
        make_key_file(key)
    log.note(Act(action="a"), ANNA)
    anchors = AnchorFile(log.file.folder)
    anchors.add(log.last(), clock(), signer)
    seen = verify(log.file, anchors.all(), anchors.keys())
    assert (seen.signed_to, seen.is_sound) == (1, True)
    assert {found.fault for found in verify(log.file, anchors.all(), {}).found} == {Fault.FORGED_ANCHOR}


def test_an_anchor_goes_to_the_log_service(log: AuditLog, clock: Clock, tmp_path: Path) -> None:
    log.note(Act(action="a"), ANNA)
    anchor = AnchorFile(log.file.folder).add(log.last(), clock(), Signer.of(make_key_file(tmp_path / "key")))
    where = str(tmp_path / "log")
    with pytest.raises(AuditError):
        tell_syslog(anchor, where)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as service:
        service.bind(where)
        tell_syslog(anchor, where)
        assert anchor.line() in service.recv(65_536).decode("ascii")


def test_a_siem_gets_each_record_and_what_waits_goes_later(log: AuditLog, clock: Clock) -> None:
    log.note(Act(action="a", thing='"] <1>1 forged', result=Result.REFUSED), ANNA)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        away = SiemSettings(host="127.0.0.1", port=1, tls=False)
        with pytest.raises(AuditError):
            audit_delivery.deliver(log, away, clock())
        log.note(Act(action="b"), ANNA)
        got: list[bytes] = []
        listener = threading.Thread(target=_take, args=(server, got))
        listener.start()
        siem = SiemSettings(host="127.0.0.1", port=port, tls=False)
        assert audit_delivery.deliver(log, siem, clock()) == 2
        assert audit_delivery.deliver(log, siem, clock()) == 0
        listener.join()
    first, second = _frames(got[0])
    assert first.startswith("<108>1 ")
    assert 'thing="\\"\\] <1>1 forged"' in first
    assert 'action="b"' in second


def _take(server: socket.socket, got: list[bytes]) -> None:
    connection, _address = server.accept()
    with connection:
        data = b""
        while chunk := connection.recv(65_536):
            data += chunk
    got.append(data)


def _frames(data: bytes) -> list[str]:
    found = []
    while data:
        length, _space, rest = data.partition(b" ")
        found.append(rest[: int(length)].decode("ascii"))
        data = rest[int(length) :]
    return found


def test_records_leave_this_machine_with_tls_only() -> None:
    with pytest.raises(ValueError, match="TLS"):
        SiemSettings(host="192.0.2.1", tls=False)
