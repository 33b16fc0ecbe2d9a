"""Parts 06 and 07: backups and their tests, and what keeps the clocks together."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from rainbow.auditpack.ground import utc
from rainbow.auditpack.pieces import Table
from rainbow.auditpack.readings import newest
from rainbow.backup.record import Made, Proved, noted
from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.kernel.texts import _
from trust.audit import CLOCK_BACK

if TYPE_CHECKING:
    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Row

BACKUP, TIME = "06_backup.csv", "07_time.csv"
_WAIT_S = 5.0


def backups(ground: Ground) -> Table:
    """Runs and tests of the period, and the newest of each from before it."""
    found = noted(ground.city.state)
    inside = [item for item in found if ground.period.holds(item.at_ns)]
    before = [item for item in found if item.at_ns < ground.period.since_ns]
    newest_before = {type(item): item for item in before}.values()
    rows = [_backup(item, in_period=False) for item in newest_before] + [
        _backup(item, in_period=True) for item in inside
    ]
    columns = ("what", "time", "in_period", "file", "megabytes", "encrypted", "seconds", "objects", "backup_of")
    note = _("no backup and no restore test is recorded")
    return Table.of(BACKUP, _("Backups and restore tests"), columns, rows, note=note)


def _backup(item: Made | Proved, *, in_period: bool) -> Row:
    if isinstance(item, Made):
        return {
            "what": "backup",
            "time": utc(item.at_ns),
            "in_period": in_period,
            "file": item.file.rpartition("/")[2],
            "megabytes": round(item.bytes / 1e6, 2),
            "encrypted": True,  # the format has no other way: rainbow.backup.archive
            "seconds": round(item.seconds, 1),
        }
    return {
        "what": "restore test",
        "time": utc(item.at_ns),
        "in_period": in_period,
        "file": item.file.rpartition("/")[2],
        "encrypted": True,
        "seconds": round(item.seconds, 1),
        "objects": item.objects,
        "backup_of": utc(item.made_ns),
    }


def clocks(ground: Ground) -> Table:
    """The clock of this machine as its time service sees it, the newest reading, and clocks set back."""
    rows: list[Row] = [_host()]
    rounds = [sample.time_ns for sample in newest(ground.city, COLLECTOR_ROUND)]
    if rounds:
        ahead_s = (max(rounds) - ground.now_ns) / 1e9
        rows.append({"what": "newest reading against this clock", "offset_s": round(ahead_s, 1), "sound": ahead_s <= 1})
    rows += [
        {"what": f"clock set back, audit record {entry.head.n}", "source": "audit log", "sound": False}
        for entry in ground.entries
        if entry.text("action") == CLOCK_BACK
    ]
    columns = ("what", "source", "offset_s", "synchronised", "sound")
    return Table.of(TIME, _("Clocks"), columns, rows)


def _host() -> Row:
    """Chrony's word where it runs, else systemd's; without either nothing is known."""
    if said := _asked("chronyc", "-c", "tracking"):
        parts = said.split(",")
        offset, leap = 4, -1
        try:
            is_well = parts[leap].strip() == "Normal"
            return {
                "what": "this machine",
                "source": f"chrony, {parts[1]}",
                "offset_s": float(parts[offset]),
                "synchronised": is_well,
                "sound": is_well and abs(float(parts[offset])) < 1,
            }
        except (IndexError, ValueError):
            pass  # chrony says something else than this reads: systemd is asked, and an unknown stays one
    said = _asked("timedatectl", "show", "--property=NTPSynchronized", "--value").strip()
    known = {"yes": True, "no": False}.get(said)
    return {"what": "this machine", "source": "systemd" if said else None, "synchronised": known, "sound": known}


def _asked(*command: str) -> str:
    path = shutil.which(command[0])
    if path is None:
        return ""
    try:
        done = subprocess.run([path, *command[1:]], capture_output=True, text=True, timeout=_WAIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
