"""Part 03: who may come in, as what, and when they last did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rainbow.auditpack.ground import NS, utc
from rainbow.auditpack.pieces import Table
from rainbow.kernel.errors import RainbowError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Row

NAME, CHANGES = "03_access.csv", "03_access_changes.csv"
UNUSED_DAYS = 90
_COLUMNS = ("kind", "name", "roles", "source", "proof", "until", "last_used", "unused_90_days", "owner")
_CHANGES = (
    "token.add",
    "token.revoke",
    "session.end",
    "settings.edited",
    "access.refused",
    "sign_in.refused",
    "sign_out.refused",
)


def tables(ground: Ground) -> list[Table]:
    """Grants, people, tokens; and what changed in the period."""
    rows = [*_grants(ground), *_people(ground), *_tokens(ground)]
    changes = (
        {
            "record": entry.head.n,
            "time": utc(entry.head.at_ns),
            "action": entry.text("action"),
            "what": entry.text("thing"),
            "actor": entry.text("actor"),
            "result": entry.text("result"),
            "reason": entry.text("reason"),
        }
        for entry in ground.entries
        if entry.text("action") in _CHANGES
        and (entry.text("action") != "settings.edited" or "access." in entry.text("thing"))
    )
    columns = ("record", "time", "action", "what", "actor", "result", "reason")
    return [
        Table.of(NAME, _("Access: roles, people, tokens"), _COLUMNS, rows, note=_("no sign-in and no token is set up")),
        Table.of(CHANGES, _("Access: what changed, what was refused"), columns, changes, note=_("nothing")),
    ]


def _grants(ground: Ground) -> Iterator[Row]:
    access = ground.city.settings.access
    if access.oidc is not None:
        for group, role in access.roles.items():
            yield {"kind": "group", "name": group, "roles": role, "source": access.oidc.issuer}
    if (account := access.break_glass) is not None:
        used = _last_local(ground, account.name)
        yield {
            "kind": "emergency account",
            "name": account.name,
            "roles": account.role,
            "source": "local",
            "proof": "argon2id + TOTP",
            "last_used": utc(used),
        }
    if access.oidc is None and access.break_glass is None:
        host = ground.city.settings.page.host
        yield {"kind": "everybody", "name": f"at {host}", "roles": "all", "source": "loopback, no sign-in"}


def _last_local(ground: Ground, name: str) -> int | None:
    times = (
        entry.head.at_ns
        for entry in ground.all_entries
        if entry.text("action") == "sign_in.ok" and entry.text("method") == "local" and entry.text("actor") == name
    )
    return max(times, default=None)


def _people(ground: Ground) -> Iterator[Row]:
    """Everybody who signed in, as far as the audit log still knows."""
    newest: dict[str, tuple[int, Row]] = {}
    for entry in ground.all_entries:
        if entry.text("action") != "sign_in.ok":
            continue
        after = entry.body.get("after")
        told = after if isinstance(after, dict) else {}
        row: Row = {
            "kind": "person",
            "name": entry.text("display") or entry.text("actor"),
            "roles": " ".join(map(str, told.get("roles", []))),
            "source": entry.text("method"),
            "proof": str(told.get("amr", "")) or None,
            "last_used": utc(entry.head.at_ns),
            "unused_90_days": entry.head.at_ns < ground.now_ns - UNUSED_DAYS * 86400 * NS,
        }
        newest[entry.text("actor")] = (entry.head.at_ns, row)
    yield from (row for _at, row in sorted(newest.values(), key=lambda item: item[0]))


def _tokens(ground: Ground) -> Iterator[Row]:
    if not ground.city.settings.page.tokens_file:
        return
    from rainbow import wiring  # noqa: PLC0415 - only where there are tokens
    from rainbow.doorway import sessions  # noqa: PLC0415 - same

    try:
        tokens, used = wiring.token_file(ground.city).all(), sessions(ground.city).tokens_used()
    except RainbowError as error:
        yield {"kind": "token", "name": "?", "source": f"not read: {error.message}"}
        return
    for token in tokens:
        last_s = used.get(token.digest)
        last = datetime.fromtimestamp(last_s, UTC) if last_s is not None else None
        yield {
            "kind": "token",
            "name": token.name,
            "roles": " ".join(sorted(token.scopes)),
            "source": "token",
            "until": token.until.isoformat(),
            "last_used": last.isoformat(timespec="seconds") if last else None,
            "unused_90_days": last is None or (ground.now_ns / NS - last.timestamp()) > UNUSED_DAYS * 86400,
            "owner": token.owner,
        }
