"""``rainbow audit``: who did what; is the log whole; what of it goes, stays, and is sent on."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rainbow.audit_care import anchored, tended
from rainbow.audited import audit_log, here, looked_at
from rainbow.city import clock
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.texts import _, ngettext
from rainbow.settings import read_settings
from trust import audit_purge
from trust.anchors import AnchorFile, anchors_of, key_name
from trust.audit_delivery import deliver
from trust.audit_messages import FORMS
from trust.audit_verify import FAULT_TITLES, utc, verify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trust.anchors import Anchor
    from trust.audit import Entry
    from trust.audit_verify import Verified

_NS = 1_000_000_000
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_SINCE = click.option("--since", default="", metavar="TIME", help=_("From this day or time on, UTC: 2026-10-01."))
_UNTIL = click.option("--until", default="", metavar="TIME", help=_("Before this day or time, UTC."))
_REASON = click.option("--reason", required=True, help=_("Why; it is written down."))


@click.group(help=_("Who did what: the audit log of a city, chained and signed."))
def audit() -> None:
    """Group of the commands below."""


@audit.command(
    "verify",
    help=_(
        "Look at every record, the chain, the JSON lines and the anchors of CITY's audit log, and name what was "
        "changed, taken out, moved, cut off or written anew. Exit code 1 where anything is wrong."
    ),
)
@CITY
@click.option("--anchors", "anchor_file", type=_FILE, help=_("Anchors as the log service got them; by default ours."))
@click.option("--key", "key_file", type=_FILE, help=_("The public key (PEM) from the safe; by default those beside."))
@text_or_json(_("For people, or for machines."))
def verify_command(city: Path, anchor_file: Path | None, key_file: Path | None, form: str) -> int:
    """Print what was found."""
    log = audit_log(city)
    beside = AnchorFile(log.file.folder)
    anchors: Sequence[Anchor] = beside.all()
    keys: Mapping[str, str] = beside.keys()
    if anchor_file is not None:
        anchors = anchors_of(anchor_file.read_text(encoding="utf-8", errors="replace"), str(anchor_file))
    if key_file is not None:
        pem = key_file.read_text(encoding="ascii", errors="replace")
        keys = {key_name(pem.encode("ascii", "replace").decode("ascii")): pem}
    seen = verify(log.file, anchors, keys)
    click.echo(json.dumps(verified_as_json(seen), indent=2) if form == "json" else _verified_text(seen))
    return 0 if seen.is_sound else 1


def verified_as_json(seen: Verified) -> dict[str, object]:
    """The same for machines."""
    return {
        "sound": seen.is_sound,
        "records": seen.records,
        "purged": seen.purged,
        "first": utc(seen.first_ns) if seen.records else None,
        "last": utc(seen.last_ns) if seen.records else None,
        "anchors": seen.anchors,
        "signed_to": seen.signed_to,
        "faults": [{"fault": str(item.fault), "record": item.n, "words": item.words} for item in seen.found],
    }


def _verified_text(seen: Verified) -> str:
    head = ngettext("{count} record", "{count} records", seen.records).format(count=seen.records)
    lines = [
        _("{records} ({purged} past their time and emptied), {anchors} anchors, signed up to record {signed}").format(
            records=head, purged=seen.purged, anchors=seen.anchors, signed=seen.signed_to
        )
    ]
    lines += [f"{_(FAULT_TITLES[item.fault])}: {item.words}" for item in seen.found]
    if seen.is_sound and seen.signed_to < seen.records:
        lines.append(_("sound; behind the last anchor a cut end would not be seen: rainbow audit anchor CITY"))
    elif seen.is_sound:
        lines.append(_("sound"))
    return "\n".join(lines)


@audit.command("list", help=_("Records of CITY's audit log, the newest last. That they were read is a record too."))
@CITY
@_SINCE
@_UNTIL
@click.option("--actor", default="", help=_("Only what this one did."))
@click.option("--action", default="", help=_("Only actions that begin so: netbox."))
@click.option("--most", type=click.IntRange(1), default=200, show_default=True, help=_("The last so many."))
@text_or_json(_("For people, or for machines."))
def list_(city: Path, since: str, until: str, actor: str, action: str, most: int, form: str) -> None:
    """Print them."""
    found = [
        entry
        for entry in _between(city, since, until)
        if (not actor or entry.text("actor") == actor) and entry.text("action").startswith(action)
    ][-most:]
    looked_at(city, "audit.list", "audit log", city.resolve().name, records=len(found))
    if form == "json":
        click.echo(json.dumps([_as_json(entry) for entry in found], indent=2))
    else:
        click.echo("\n".join(_line(entry) for entry in found) or _("Nothing was written down in that time."))


def _as_json(entry: Entry) -> dict[str, object]:
    head = entry.head
    body = {name: value for name, value in entry.body.items() if name not in {"n", "nonce"}}
    return {"n": head.n, "time": utc(head.at_ns), "kept": head.kept, "hash": head.chained.hex(), **body}


def _line(entry: Entry) -> str:
    head = f"{entry.head.n:>6}  {utc(entry.head.at_ns)}"
    if not entry.body:
        return f"{head}  " + _("(past its time, emptied)")
    who = entry.text("actor") + (f" ({entry.text('address')})" if entry.text("address") else "")
    what = " ".join(part for part in (entry.text("action"), entry.text("kind"), entry.text("thing")) if part)
    after = entry.body.get("after")
    told = f"  {json.dumps(after)}" if after else ""
    why = f"  {entry.text('reason')}" if entry.text("reason") else ""
    return f"{head}  {entry.text('result'):8}{who}: {what}{told}{why}"


@audit.command(
    "export",
    help=_(
        "Print records of CITY's audit log as RFC 5424 messages or as JSON lines; or, with --send, bring what is new "
        "to the server of [audit.siem]: what it does not take waits."
    ),
)
@CITY
@_SINCE
@_UNTIL
@click.option("--form", type=click.Choice(list(FORMS)), default="json", show_default=True, help=_("What to print."))
@click.option("--send", is_flag=True, help=_("To the server instead, what it has not got yet."))
def export(city: Path, since: str, until: str, form: str, *, send: bool) -> None:
    """Print or send."""
    if send:
        siem = read_settings(city).audit.siem
        if siem is None:
            raise UsageError(
                _("city.toml names no server for the audit log"),
                cure=_("add a table [audit.siem] with host and ca_file"),
            )
        count = deliver(audit_log(city), siem, clock())
        click.echo(ngettext("{count} record sent", "{count} records sent", count).format(count=count))
        return
    found = _between(city, since, until)
    looked_at(city, "audit.export", "audit log", city.resolve().name, records=len(found), form=form)
    host = socket.gethostname()
    for entry in found:
        click.echo(FORMS[form](entry, host))


@audit.command(help=_("Sign the present state of CITY's audit log, and tell the log service where one is named."))
@CITY
def anchor(city: Path) -> None:
    """Print the anchor: it may be kept anywhere."""
    click.echo(anchored(city, read_settings(city).audit).line())


@audit.command(help=_("Empty what is past its days by [audit] of city.toml and is not held; the run is a record too."))
@CITY
def purge(city: Path) -> None:
    """Purge."""
    count = audit_purge.purge(audit_log(city), read_settings(city).audit.days(), clock())
    click.echo(ngettext("{count} record emptied", "{count} records emptied", count).format(count=count))


@audit.command(help=_("Keep all records of a time, whatever their days: a legal hold, until it is released."))
@CITY
@click.option("--since", required=True, metavar="TIME", help=_("From this day or time on, UTC: 2026-10-01."))
@click.option("--until", required=True, metavar="TIME", help=_("Before this day or time, UTC."))
@_REASON
def hold(city: Path, since: str, until: str, reason: str) -> None:
    """Print its number."""
    number = audit_purge.hold(audit_log(city), time_ns(since), time_ns(until), reason, here())
    click.echo(_("held; its number is {number}").format(number=number))


@audit.command(help=_("End the hold NUMBER of CITY."))
@CITY
@click.argument("number", type=int)
@_REASON
def release(city: Path, number: int, reason: str) -> None:
    """Release it."""
    audit_purge.release(audit_log(city), number, reason, here())
    click.echo(_("hold {number} is released").format(number=number))


@audit.command(help=_("Holds of CITY in force."))
@CITY
def holds(city: Path) -> None:
    """Print them."""
    found = audit_purge.holds(audit_log(city))
    for item in found:
        click.echo(f"{item.n:>6}  {utc(item.since_ns)} - {utc(item.until_ns)}  {item.reason}")
    if not found:
        click.echo(_("No hold is in force."))


@audit.command(
    help=_(
        "What is due, for a timer: the anchor of a day that is over, what retention takes, what the server of "
        "[audit.siem] has not got. One that fails does not stop the others. Exit code 1 where one failed."
    )
)
@CITY
def tend(city: Path) -> int:
    """Do it, and say what could not be done."""
    failed = tended(city, read_settings(city).audit)
    for error in failed:
        click.echo(str(error), err=True)
    return 1 if failed else 0


def _between(city: Path, since: str, until: str) -> list[Entry]:
    log = audit_log(city)
    return log.entries(since_ns=time_ns(since) if since else 0, until_ns=time_ns(until) if until else None)


def time_ns(text: str) -> int:
    """A day or time as it is written, UTC where it names no zone.

    Raises:
        InputError: it is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(_("{text!r} is no day or time").format(text=text), cure=_("write 2026-10-01")) from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()) * _NS
