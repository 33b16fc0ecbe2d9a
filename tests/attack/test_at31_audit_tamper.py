"""AT31: somebody changes the audit log's file itself. Each way of it is found and named with its record.

The forger has the file and knows how the chain is made; he has not the key of the anchors.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from rainbow.kernel.samples import UnixNs
from trust import audit_record, audit_verify
from trust.anchors import AnchorFile, Signer, make_key_file
from trust.audit import AuditLog
from trust.audit_record import Act, Actor, chained
from trust.audit_verify import Fault, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANNA = Actor(subject="anna")
START = 1_790_000_000_000_000_000
TRIGGERS = (
    "record_stays",
    "record_is_kept",
    "record_follows",
    "body_stays",
    "body_is_kept",
    "purged_stays",
    "purged_is_kept",
)


class World:
    """A log of ten records, the last but two under an anchor; and a hand that writes past all triggers."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.log = AuditLog(folder / "audit", clock=self.clock)
        for number in range(1, 11):
            self.log.note(Act(action="netbox.push", thing=f"city {number}"), ANNA)
            if number == 8:
                signer = Signer.of(make_key_file(folder / "key"))
                AnchorFile(self.log.file.folder).add(self.log.last(), self.now, signer)

    def clock(self) -> UnixNs:
        self.now += 60_000_000_000
        return UnixNs(self.now)

    def hand(self, *statements: str) -> None:
        """Do it to the table, and make the JSON lines anew from it, as a careful forger would."""
        with closing(sqlite3.connect(self.log.file.database)) as connection, connection:
            for trigger in TRIGGERS:
                connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            for statement in statements:
                connection.execute(statement)
            self.log.file._write_anew(connection)

    def rechain(self) -> None:
        """Make all digests and hashes fit again: what a forger can do who knows how the chain is made."""
        with closing(sqlite3.connect(self.log.file.database)) as connection, connection:
            before = audit_record.FIRST
            rows = connection.execute(
                "SELECT record.n, at_ns, kept, content FROM record JOIN body USING (n) ORDER BY 1"
            )
            for n, at_ns, kept, content in rows.fetchall():
                digest = audit_record.digest(content)
                before = chained(before, n, at_ns, kept, digest)
                connection.execute("UPDATE record SET digest = ?, hash = ? WHERE n = ?", (digest, before, n))
            self.log.file._write_anew(connection)

    def found(self) -> set[tuple[Fault, int]]:
        anchors = AnchorFile(self.log.file.folder)
        return {(item.fault, item.n) for item in verify(self.log.file, anchors.all(), anchors.keys()).found}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_at31_untouched_is_sound(world: World) -> None:
    assert not world.found()


def test_at31_edit_is_found(world: World) -> None:
    world.hand("UPDATE body SET content = replace(content, 'anna', 'bert') WHERE n = 4")
    assert world.found() == {(Fault.CHANGED, 4)}


def test_at31_edit_of_the_time_is_found(world: World) -> None:
    world.hand("UPDATE record SET at_ns = at_ns + 1 WHERE n = 4")
    assert world.found() == {(Fault.BROKEN, 4)}


def test_at31_delete_is_found(world: World) -> None:
    world.hand("DELETE FROM body WHERE n = 5", "DELETE FROM record WHERE n = 5")
    assert world.found() == {(Fault.MISSING, 5)}


def test_at31_emptied_is_found(world: World) -> None:
    world.hand("DELETE FROM body WHERE n = 5")
    assert (Fault.EMPTIED, 5) in world.found()


def test_at31_reorder_is_found(world: World) -> None:
    world.hand(
        "UPDATE body SET n = -1 WHERE n = 4", "UPDATE body SET n = 4 WHERE n = 6", "UPDATE body SET n = 6 WHERE n = -1"
    )
    assert world.found() == {(Fault.MOVED, 4), (Fault.MOVED, 6)}


def test_at31_truncate_is_found_by_the_anchor(world: World) -> None:
    world.hand("DELETE FROM body WHERE n > 6", "DELETE FROM record WHERE n > 6")
    assert world.found() == {(Fault.CUT_SHORT, 7)}


def test_at31_truncate_behind_the_anchor_is_found_by_one_kept_elsewhere(world: World) -> None:
    elsewhere = AnchorFile(world.log.file.folder).add(world.log.last(), world.now, _signer(world))
    world.hand("DELETE FROM body WHERE n > 8", "DELETE FROM record WHERE n > 8")
    anchors = AnchorFile(world.log.file.folder)
    anchors.path.write_text(anchors.path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert not world.found()  # what this machine alone can tell
    told = verify(world.log.file, [elsewhere], anchors.keys()).found
    assert [(item.fault, item.n) for item in told] == [(Fault.CUT_SHORT, 9)]


def _signer(world: World) -> Signer:
    from rainbow.kernel.secret import Secret  # noqa: PLC0415 - here only

    return Signer.of(Secret((world.log.file.folder.parent / "key").read_text(encoding="ascii")))


def test_at31_clock_back_is_found(world: World) -> None:
    world.now -= 3_600_000_000_000
    world.log.note(Act(action="outbox.drop"), ANNA)
    assert (Fault.CLOCK_BACK, 11) in world.found()
    assert [entry.text("action") for entry in world.log.entries(after=10)] == ["audit.clock_back", "outbox.drop"]


def test_at31_edit_with_a_new_chain_is_found_by_the_anchor(world: World) -> None:
    world.hand("UPDATE body SET content = replace(content, 'anna', 'bert') WHERE n = 4")
    world.rechain()
    assert world.found() == {(Fault.REWRITTEN, 8)}


def test_at31_a_forged_anchor_is_found(world: World, tmp_path: Path) -> None:
    signer = Signer.of(make_key_file(tmp_path / "other"))
    bare = AnchorFile(world.log.file.folder)
    kept = bare.keys()
    bare.add(world.log.last(), world.now, signer)
    found = verify(world.log.file, bare.all(), kept).found
    assert [item.fault for item in found] == [Fault.FORGED_ANCHOR]


def test_at31_edited_lines_are_found(world: World) -> None:
    text = world.log.file.lines.read_text(encoding="ascii")
    world.log.file.lines.write_text(text.replace("city 3", "city 9"), encoding="ascii")
    assert world.found() == {(Fault.OTHER_LINES, 3)}


def test_at31_a_value_cannot_forge_a_line_or_a_statement(world: World) -> None:
    forged = json.dumps({"n": 99, "body": {"actor": "boss"}})
    act = Act(action="x'); DROP TABLE record;--", thing=f"a\n{forged}\n")
    world.log.note(act, Actor(subject="a\r\nb", address="127.0.0.1'||(SELECT 1)||'"))
    assert len(world.log.file.lines.read_text(encoding="ascii").splitlines()) == 11
    assert world.log.entries()[-1].text("address") == "127.0.0.1'||(SELECT 1)||'"
    assert not world.found()


WEAK: dict[str, tuple[str, Callable[..., object], Callable[[World], None]]] = {
    "digests are not looked at": ("digest_or_none", lambda body: _AnyDigest(), test_at31_edit_is_found),  # noqa: ARG005
    "hashes are not looked at": ("chained", lambda *_args: _AnyDigest(), test_at31_edit_of_the_time_is_found),
    "anchors are not looked at": ("_anchored", lambda *_args: (0, []), test_at31_truncate_is_found_by_the_anchor),
    "lines are not looked at": ("_other_lines", lambda *_args: iter(()), test_at31_edited_lines_are_found),
}


class _AnyDigest:
    """Equal to every other."""

    __hash__ = None  # type: ignore[assignment] # nobody keeps it

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


@pytest.mark.parametrize("weakness", WEAK)
def test_at31_can_fail(world: World, monkeypatch: pytest.MonkeyPatch, weakness: str) -> None:
    name, weak, attack = WEAK[weakness]
    monkeypatch.setattr(audit_verify, name, weak)
    with pytest.raises(AssertionError):
        attack(world)
