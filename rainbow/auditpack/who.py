"""Parts 04 and 05: the audit log of the period, whether it is whole, and how logs are kept."""

from __future__ import annotations

import json
from collections import Counter
from shutil import disk_usage
from typing import TYPE_CHECKING

from rainbow.audited import audit_log
from rainbow.auditpack.ground import NS, utc
from rainbow.auditpack.pieces import Document, Lines, Table
from rainbow.kernel.texts import _
from trust.anchors import AnchorFile
from trust.audit_delivery import delivered
from trust.audit_purge import PURGE, holds

if TYPE_CHECKING:
    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Piece, Row
    from trust.audit import Entry

SUMMARY, CHAIN, LINES, LOGGING = "04_audit_summary.csv", "04_audit_chain.json", "04_audit.jsonl", "05_logging.json"


def pieces(ground: Ground) -> list[Piece]:
    """The four of them."""
    return [
        _summary(ground),
        Document(name=CHAIN, title=_("Is the audit log whole?"), value=_chain(ground)),
        Lines(name=LINES, title=_("The audit log of the period"), lines=tuple(map(_line, ground.entries))),
        Document(name=LOGGING, title=_("How logs are kept"), value=_logging(ground)),
    ]


def _summary(ground: Ground) -> Table:
    counted = Counter((entry.text("action"), entry.text("result")) for entry in ground.entries if entry.body)
    emptied = sum(not entry.body for entry in ground.entries)
    actors: dict[str, set[str]] = {}
    numbers: dict[str, list[int]] = {}
    for entry in ground.entries:
        actors.setdefault(entry.text("action"), set()).add(entry.text("actor"))
        numbers.setdefault(entry.text("action"), []).append(entry.head.n)
    rows: list[Row] = [
        {
            "action": action,
            "result": result,
            "count": count,
            "actors": ", ".join(sorted(actors[action])),
            "first_record": min(numbers[action]),
            "last_record": max(numbers[action]),
        }
        for (action, result), count in sorted(counted.items())
    ]
    if emptied:
        rows.append({"action": "(past its time)", "result": "emptied", "count": emptied})
    columns = ("action", "result", "count", "actors", "first_record", "last_record")
    return Table.of(
        SUMMARY, _("Who did what, counted"), columns, rows, note=_("nothing was written down in the period")
    )


def _chain(ground: Ground) -> dict[str, object]:
    seen = ground.verified
    if seen is None:
        return {"log": None, "faults": []}
    anchors = AnchorFile(audit_log(ground.city.folder).file.folder).all()
    return {
        "log": {
            "records": seen.records,
            "emptied": seen.purged,
            "first": utc(seen.first_ns),
            "last": utc(seen.last_ns),
        },
        "sound": seen.is_sound,
        "signed_to": seen.signed_to,
        "faults": [{"fault": str(item.fault), "record": item.n, "words": item.words} for item in seen.found],
        "anchors": [
            {
                "time": utc(item.at_ns),
                "record": item.n,
                "hash": item.chained,
                "key": item.key,
                "signature": item.signature,
            }
            for item in anchors
            if ground.period.holds(item.at_ns)
        ],
    }


def _line(entry: Entry) -> str:
    head = entry.head
    body = {name: value for name, value in entry.body.items() if name != "nonce"}
    values = {"n": head.n, "time": utc(head.at_ns), "kept": head.kept, "digest": head.digest.hex()}
    return json.dumps({**values, "hash": head.chained.hex(), "body": body or None}, ensure_ascii=True)


def _logging(ground: Ground) -> dict[str, object]:
    settings, log = ground.city.settings.audit, audit_log(ground.city.folder)
    oldest = {kept: utc(_oldest(ground, kept)) for kept in settings.days()}
    how_far = delivered(log)
    last = ground.all_entries[-1].head.n if ground.all_entries else 0
    place = ground.city.state if ground.city.state.is_dir() else ground.city.folder
    usage = disk_usage(place)
    return {
        "policy_days": settings.days(),
        "oldest_record_with_content": oldest,
        "purge_runs_in_period": [
            {"record": entry.head.n, "time": utc(entry.head.at_ns), "runs": _told(entry)}
            for entry in ground.entries
            if entry.text("action") == PURGE
        ],
        "holds": [
            {"record": item.n, "since": utc(item.since_ns), "until": utc(item.until_ns), "reason": item.reason}
            for item in holds(log)
        ],
        "siem": None
        if settings.siem is None
        else {
            "server": f"{settings.siem.host}:{settings.siem.port}",
            "tls": settings.siem.tls,
            "delivered_to_record": how_far.n,
            "waiting_records": last - how_far.n,
            "last_delivery": utc(how_far.at_ns) if how_far.at_ns else None,
        },
        "anchors_to_syslog": settings.syslog or None,
        "disk_free_share": round(usage.free / usage.total, 3),
        "made": utc(ground.now_ns),
        "readings": {
            "raw_hours": ground.city.settings.store.raw_h,
            "five_minutes_days": ground.city.settings.store.five_minutes_days,
            "hours_years": ground.city.settings.store.hours_years,
        },
    }


def _oldest(ground: Ground, kept: str) -> int | None:
    times = (entry.head.at_ns for entry in ground.all_entries if entry.head.kept == kept and entry.body)
    return min(times, default=None)


def _told(entry: Entry) -> object:
    after = entry.body.get("after", {})
    return after.get("runs", []) if isinstance(after, dict) else []


def is_past_policy(ground: Ground) -> list[str]:
    """Retention classes that still hold what is older than their days, and nothing holds it back."""
    held = holds(audit_log(ground.city.folder)) if ground.all_entries else []
    slack_ns = 2 * 86400 * NS
    past = set()
    for entry in ground.all_entries:
        days = ground.city.settings.audit.days().get(entry.head.kept)
        if not days or not entry.body or any(item.covers(entry.head) for item in held):
            continue
        if entry.text("action").startswith("audit."):
            continue
        if entry.head.at_ns + days * 86400 * NS + slack_ns < ground.now_ns:
            past.add(entry.head.kept)
    return sorted(past)
