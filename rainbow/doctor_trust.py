"""Questions of ``rainbow doctor`` on trust: is the audit log whole and signed, are servers beside it safe versions?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.audited import audit_log
from rainbow.city import clock
from rainbow.examined import finding
from rainbow.kernel.errors import AuditError, SettingsError
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _
from rainbow.settings import FILE
from rainbow.supply.server_settings import BY_DEFAULT, DOOR_CURES, DOOR_TITLES, doors
from rainbow.supply.servers import versions
from trust.anchors import AnchorFile
from trust.audit_verify import FAULT_TITLES, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.city import City
    from rainbow.kernel.findings import Finding

ANCHOR_AGE_S = 2 * 86400.0
"""A timer signs one a day."""


def audit_log_is_sound(city: City) -> Iterator[Finding]:
    """Faults of the audit log, and an anchor that is overdue; a city where nothing was written down has neither."""
    log = audit_log(city.folder)
    if not log.is_there():
        return
    where, beside = str(log.file.database), AnchorFile(log.file.folder)
    try:
        anchors = beside.all()
        seen = verify(log.file, anchors, beside.keys())
    except AuditError as error:
        yield finding("RB-D018", Severity.ERROR, where, "audit", error.message, error.cure)
        return
    for item in seen.found[:5]:
        yield finding(
            "RB-D018",
            Severity.ERROR,
            where,
            str(item.n),
            _("{what}: {words}").format(what=_(FAULT_TITLES[item.fault]), words=item.words),
            _("keep the file, see the whole of it: rainbow audit verify CITY; a backup holds an older state"),
        )
    newest = max((anchor.at_ns for anchor in anchors), default=seen.first_ns)
    if (clock() - newest) / 1e9 > ANCHOR_AGE_S:
        yield finding(
            "RB-D019",
            Severity.WARNING,
            where,
            "anchor",
            _("no anchor was signed for {days:.0f} days").format(days=(clock() - newest) / 86400e9),
            _("enable the timer rainbow-audit@CITY.timer, or run: rainbow audit tend CITY"),
        )


def servers_are_safe(city: City) -> Iterator[Finding]:
    """Grafana and InfluxDB of the settings, by the versions they tell."""
    for item in versions(city.settings):
        if item.is_safe is False:
            yield finding(
                "RB-D020",
                Severity.ERROR,
                FILE,
                item.server,
                _("{server} at {url} is version {version}, which has known holes {why}")
                .format(server=item.server, url=item.url, version=item.version, why=item.words)
                .rstrip(),
                _("bring it to {least} or newer").format(least=item.least or _("a line that is still mended")),
            )
        elif item.is_safe is None and item.version:
            yield finding(
                "RB-D021",
                Severity.INFO,
                FILE,
                item.server,
                _("nobody has judged version {version} of {server} here").format(
                    server=item.server, version=item.version
                ),
                _("see its own list of security releases"),
            )


def servers_are_shut(city: City) -> Iterator[Finding]:
    """What Grafana and InfluxDB of the settings let others do."""
    try:
        found = list(doors(city.folder, city.settings))
    except SettingsError as error:
        yield finding("RB-D022", Severity.WARNING, FILE, "servers", error.message, error.cure)
        return
    for item in found:
        if item.is_shut is False:
            yield finding(
                "RB-D022",
                Severity.INFO if item.door in BY_DEFAULT else Severity.WARNING,
                FILE,
                item.server,
                _("{server} at {url}: {what}").format(server=item.server, url=item.url, what=_(DOOR_TITLES[item.door])),
                _(DOOR_CURES[item.door]),
            )
