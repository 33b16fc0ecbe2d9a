"""Is the audit log what was written? Each record, the chain, the JSON lines and every anchor; each fault is named."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from rainbow.kernel.texts import N_, _
from trust.anchors import is_signed
from trust.audit import CLOCK_SLACK_NS
from trust.audit_file import records
from trust.audit_purge import PURGE, Purge
from trust.audit_record import FIRST, chained, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from trust.anchors import Anchor
    from trust.audit_file import AuditFile, Kept
    from trust.audit_record import Head


class Fault(StrEnum):
    """What was done to the log, as far as it can be told."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    BROKEN = "broken"
    CUT_SHORT = "cut_short"
    CLOCK_BACK = "clock_back"
    EMPTIED = "emptied"
    REWRITTEN = "rewritten"
    FORGED_ANCHOR = "forged_anchor"
    OTHER_LINES = "other_lines"


FAULT_TITLES = {
    Fault.CHANGED: N_("a record was changed"),
    Fault.MISSING: N_("a record is missing"),
    Fault.MOVED: N_("a record stands in another place"),
    Fault.BROKEN: N_("the chain is broken"),
    Fault.CUT_SHORT: N_("the end was cut off"),
    Fault.CLOCK_BACK: N_("the clock was set back"),
    Fault.EMPTIED: N_("a record was emptied, and no retention run says so"),
    Fault.REWRITTEN: N_("the log is not the one that was signed"),
    Fault.FORGED_ANCHOR: N_("an anchor is not signed with a known key"),
    Fault.OTHER_LINES: N_("the JSON lines are not the table"),
}
"""The faults as a person reads them; translate where they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One fault at one record (0: none in particular)."""

    fault: Fault
    n: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a look at the whole log found; ``signed_to`` is the newest record under a good anchor."""

    records: int
    purged: int
    first_ns: int
    last_ns: int
    anchors: int
    signed_to: int
    found: tuple[Found, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.found


def verify(file: AuditFile, anchors: Sequence[Anchor], keys: Mapping[str, str]) -> Verified:
    """Look at all of it. ``anchors`` best come from the log service that got them, ``keys`` from a safe.

    Raises:
        AuditError: the log cannot be read.
    """
    look = _Look()
    with file.reading() as connection:
        for record in records(connection):
            look.at(record)
        look.end()
        lines = list(_other_lines(file, records(connection)))
    signed_to, faults = _anchored(look.hashes, anchors, keys)
    return Verified(
        records=look.count,
        purged=len(look.empty),
        first_ns=look.first_ns,
        last_ns=look.last_ns,
        anchors=len(anchors),
        signed_to=signed_to,
        found=(*look.found, *faults, *lines),
    )


class _Look:
    """Walks the records in order and keeps what is wrong with them."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.hashes: dict[int, str] = {}
        self.empty: dict[int, Head] = {}
        self.count = self.first_ns = self.last_ns = 0
        self._last, self._before, self._broken = 0, FIRST, False
        self._purges: list[tuple[int, Purge]] = []

    def at(self, record: Kept) -> None:
        head = record.head
        self._place(head)
        self._content(record)
        if self.count and head.at_ns + CLOCK_SLACK_NS < self.last_ns:
            words = _("record {n} of {time} comes after one of {before}").format(
                n=head.n, time=utc(head.at_ns), before=utc(self.last_ns)
            )
            self._add(Fault.CLOCK_BACK, head.n, words)
        self.first_ns = self.first_ns if self.count else head.at_ns
        self.count, self.last_ns = self.count + 1, head.at_ns
        self._last, self._before = head.n, head.chained
        self.hashes[head.n] = head.chained.hex()

    def _place(self, head: Head) -> None:
        if head.n != self._last + 1:
            gone = str(self._last + 1) if head.n == self._last + 2 else f"{self._last + 1}-{head.n - 1}"
            self._add(Fault.MISSING, self._last + 1, _("no record {gone}").format(gone=gone))
        elif chained(self._before, head.n, head.at_ns, head.kept, head.digest) != head.chained:
            self._add(Fault.BROKEN, head.n, _("record {n} does not follow from the one before it").format(n=head.n))

    def _content(self, record: Kept) -> None:
        head = record.head
        if record.body is None:
            self.empty[head.n] = head
            return
        values = record.values()
        if values.get("n") not in {head.n, None}:
            was = values["n"]
            self._add(Fault.MOVED, head.n, _("at {n} stands what was record {was}").format(n=head.n, was=was))
        elif digest_or_none(record.body) != head.digest:
            self._add(Fault.CHANGED, head.n, _("record {n} is not what was written").format(n=head.n))
        elif values.get("action") == PURGE:
            self._purges += [(head.at_ns, purge) for purge in Purge.of(values.get("after"))]

    def end(self) -> None:
        """What is empty has to be named by a retention run that was right to take it, and be counted there."""
        for n, head in self.empty.items():
            if not any(purge.covers(head, at_ns) for at_ns, purge in self._purges):
                self._add(Fault.EMPTIED, n, _("record {n} of {time} has no content").format(n=n, time=utc(head.at_ns)))
        for kept in sorted({head.kept for head in self.empty.values()}):
            told = sum(purge.count for _at_ns, purge in self._purges if purge.kept == kept)
            empty = sum(head.kept == kept for head in self.empty.values())
            if empty > told:
                words = _("{empty} records of class {kept} have no content, retention runs tell of {told}")
                self._add(Fault.EMPTIED, 0, words.format(empty=empty, kept=kept, told=told))

    def _add(self, fault: Fault, n: int, words: str) -> None:
        self.found.append(Found(fault=fault, n=n, words=words))


def digest_or_none(body: str) -> bytes | None:
    """The digest of a body; None where somebody put in what never stands in one."""
    return digest(body) if body.isascii() else None


def _anchored(hashes: Mapping[int, str], anchors: Sequence[Anchor], keys: Mapping[str, str]) -> tuple[int, list[Found]]:
    """The newest record under a good anchor, and what the anchors say against the log."""
    last, signed_to, found = max(hashes, default=0), 0, []
    for anchor in anchors:
        if not _is_ours(anchor, keys):
            words = _("anchor of {day} over record {n}, key {key}").format(day=anchor.day, n=anchor.n, key=anchor.key)
            found.append(Found(fault=Fault.FORGED_ANCHOR, n=anchor.n, words=words))
        elif anchor.n > last:
            words = _("the anchor of {day} saw {n} records, there are {last}").format(
                day=anchor.day, n=anchor.n, last=last
            )
            found.append(Found(fault=Fault.CUT_SHORT, n=last + 1, words=words))
        elif anchor.n and hashes.get(anchor.n) != anchor.chained:
            words = _("record {n} is another one than on {day}").format(n=anchor.n, day=anchor.day)
            found.append(Found(fault=Fault.REWRITTEN, n=anchor.n, words=words))
        else:
            signed_to = max(signed_to, anchor.n)
    return signed_to, found


def _is_ours(anchor: Anchor, keys: Mapping[str, str]) -> bool:
    try:
        signature = bytes.fromhex(anchor.signature)
    except ValueError:
        return False
    return anchor.key in keys and is_signed(anchor.signed_bytes(), signature, keys[anchor.key])


def _other_lines(file: AuditFile, kept: Iterator[Kept]) -> Iterator[Found]:
    """Where the JSON lines differ from the table: at the first such line, for one says as much as all."""
    try:
        with file.lines.open(encoding="utf-8", errors="replace") as lines:
            for record in kept:
                line = lines.readline()
                if _values(line) != _values(record.line()):
                    words = _("line {n} of {file} is not record {n}").format(n=record.head.n, file=file.lines.name)
                    yield Found(fault=Fault.OTHER_LINES, n=record.head.n, words=words)
                    return
            if lines.readline():
                words = _("{file} has lines that no record stands behind").format(file=file.lines.name)
                yield Found(fault=Fault.OTHER_LINES, n=0, words=words)
    except FileNotFoundError:
        yield Found(fault=Fault.OTHER_LINES, n=0, words=_("{file} is not there").format(file=file.lines.name))


def _values(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return line


def utc(at_ns: int) -> str:
    """A time as people read it, UTC."""
    return f"{datetime.fromtimestamp(at_ns / 1e9, UTC):%Y-%m-%d %H:%M:%S}"
