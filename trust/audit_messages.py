"""Records for others: RFC 5424 messages with structured data, and JSON by the Elastic Common Schema. Pure.

Both are one line of ASCII; a value of a record can neither end a message nor begin another.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trust.audit_record import canonical

if TYPE_CHECKING:
    from trust.audit import Entry

_LOG_AUDIT = 13
"""Facility of RFC 5424 for audit logs."""
_SEVERITY = {"ok": 5, "refused": 4, "failed": 3}
_OUTCOME = {"ok": "success", "refused": "failure", "failed": "failure"}
_DATA_ID = "rainbow@32473"
"""An enterprise number is needed for data of one's own; 32473 is the one for documents (RFC 5612)."""
_SHOWN = ("actor", "address", "method", "request", "action", "kind", "thing", "result", "reason")


def rfc5424(entry: Entry, host: str) -> str:
    """One message, without the frame of the transport."""
    severity = _SEVERITY.get(entry.text("result"), 5)
    data = "".join(f' {name}="{_quoted(entry.text(name))}"' for name in _SHOWN if entry.text(name))
    head = entry.head
    message_id = _word(entry.text("action")) or "-"
    words = canonical({name: entry.body[name] for name in ("before", "after") if entry.body.get(name)})
    return (
        f"<{_LOG_AUDIT * 8 + severity}>1 {_time(head.at_ns)} {_word(host) or '-'} rainbow - {message_id} "
        f'[{_DATA_ID} n="{head.n}" hash="{head.chained.hex()}"{data}] {words}'
    )


def ecs_json(entry: Entry, host: str) -> str:
    """One line of JSON."""
    head = entry.head
    values = {
        "@timestamp": _time(head.at_ns),
        "ecs": {"version": "8.11"},
        "host": {"name": host},
        "event": {
            "kind": "event",
            "dataset": "rainbow.audit",
            "sequence": head.n,
            "hash": head.chained.hex(),
            "action": entry.text("action"),
            "outcome": _OUTCOME.get(entry.text("result"), "unknown"),
            "reason": entry.text("reason"),
        },
        "user": {"id": entry.text("actor"), "full_name": entry.text("display")},
        "source": {"address": entry.text("address")},
        "http": {"request": {"id": entry.text("request")}},
        "rainbow": {
            "method": entry.text("method"),
            "kind": entry.text("kind"),
            "object": entry.text("thing"),
            "before": entry.body.get("before", {}),
            "after": entry.body.get("after", {}),
            "kept": head.kept,
        },
    }
    return json.dumps(values, separators=(",", ":"), ensure_ascii=True)


FORMS = {"rfc5424": rfc5424, "json": ecs_json}


def _time(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns / 1e9, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _quoted(text: str) -> str:
    """A parameter's value: quote, backslash and bracket are escaped (RFC 5424, 6.3.3); no other than ASCII."""
    plain = text.encode("ascii", "backslashreplace").decode("ascii")
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _word(text: str) -> str:
    """Printable ASCII without spaces, as header fields want it."""
    least, most, longest = 33, 126, 32
    return "".join(character for character in text if least <= ord(character) <= most)[:longest]
