"""What an audit log needs each day: an anchor of the day that is over, retention, delivery. Each by itself.

Settings and plant are text that people edit with tools of their own: that they changed is noticed here and told.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from inventory.sources.city_folder import GEOPACKAGE
from inventory.sources.rows import PLANT
from rainbow.audited import audit_log, signer
from rainbow.city import clock
from rainbow.kernel.errors import RainbowError
from rainbow.settings import read_settings, show
from trust.anchors import AnchorFile, day_of, tell_syslog
from trust.audit_delivery import deliver
from trust.audit_purge import purge
from trust.audit_record import SYSTEM, Act

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from trust.anchors import Anchor
    from trust.audit_settings import AuditSettings

SEEN = "seen.json"
"""Settings (masked) and sums of plant files as they were at the last look."""


def anchored(folder: Path, settings: AuditSettings) -> Anchor:
    """Sign the log as it is now, keep the anchor, and tell the log service.

    Raises:
        AuditError: there is no log, no key, or nobody takes the anchor; it is kept all the same then.
        SettingsError: the key that is named is not there.
    """
    log = audit_log(folder)
    anchor = AnchorFile(log.file.folder).add(log.last(), clock(), signer(folder, settings))
    if settings.syslog:
        tell_syslog(anchor, settings.syslog)
    return anchor


def tended(folder: Path, settings: AuditSettings) -> list[RainbowError]:
    """Do what is due; what went wrong. A city where nothing was ever written down needs nothing."""
    log = audit_log(folder)
    if not log.is_there():
        return []
    tasks: list[Callable[[], object]] = [lambda: edited(folder), lambda: purge(log, settings.days(), clock())]
    if _is_due(folder):
        tasks.insert(1, lambda: anchored(folder, settings))
    if (siem := settings.siem) is not None:
        tasks.append(lambda: deliver(log, siem, clock()))
    failed = []
    for task in tasks:
        try:
            task()
        except RainbowError as error:
            failed.append(error)
    return failed


def _is_due(folder: Path) -> bool:
    """Whether no anchor was signed today: one a day, also when nothing happened, so that a gap means something."""
    anchors = AnchorFile(audit_log(folder).file.folder).all()
    return not anchors or day_of(anchors[-1].at_ns) < day_of(clock())


def edited(folder: Path) -> None:
    """Write down which settings have other values than at the last look, and which plant files are not the same.

    Raises:
        AuditError: it cannot be written down; it is found again at the next look.
        SettingsError: ``city.toml`` is bad.
    """
    log = audit_log(folder)
    place = log.file.folder / SEEN
    now = {"settings": _flat(show(read_settings(folder))), "plant": _sums(folder)}
    before = _seen(place)
    if before == now:
        return
    if before is None:
        counts = {name: len(values) for name, values in now.items()}
        log.note(Act(action="settings.seen", kind="settings", thing=folder.resolve().name, after=counts), SYSTEM)
    for name, was in (before or {}).items():
        values = now[name]
        keys = sorted(key for key in was.keys() | values.keys() if was.get(key) != values.get(key))
        if keys:
            then, since = ({key: side.get(key) for key in keys} for side in (was, values))
            act = Act(action=f"{name}.edited", kind=name, thing=", ".join(keys), before=then, after=since)
            log.note(act, SYSTEM)
    place.write_text(json.dumps(now), encoding="utf-8")


def _seen(place: Path) -> dict[str, dict[str, object]] | None:
    """What was there at the last look; None where there was none."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        return {"settings": dict(found["settings"]), "plant": dict(found["plant"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _flat(table: Mapping[str, object], key: str = "") -> dict[str, object]:
    """A table of tables as one, keys joined by points; through JSON, so that it compares with what was kept."""
    found: dict[str, object] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{key}{name}.")
        else:
            found[f"{key}{name}"] = json.loads(json.dumps(value))
    return found


def _sums(folder: Path) -> dict[str, object]:
    paths = [path for path in (folder / GEOPACKAGE, *sorted((folder / PLANT).glob("*"))) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
