"""Whom alerts are told, and when nobody is: contact points, mute timings, and what a rule says of both.

Grafana has one tree of notification policies for everybody, and provisioning replaces it as a whole. So it is left
alone: each rule names its receiver, its mute timings and how often it is repeated, which Grafana takes instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.settings import SEVERITIES, WEEKDAYS, ContactSettings

if TYPE_CHECKING:
    from dashboards.settings import MuteSettings
    from dashboards.surroundings import Surroundings
    from dashboards.yaml_text import Plain

PREFIX = "rainbow "
"""Of every contact point's and mute timing's name: what does not begin so is somebody else's."""
MIDNIGHT = "24:00"


def receivers(around: Surroundings) -> dict[str, list[Plain]]:
    """The contact points by name, one for each severity somebody wants to hear of."""
    settings = around.settings
    everybody = dict(settings.contact)
    if settings.alert_webhook:
        everybody["webhook"] = ContactSettings(to=settings.alert_webhook)
    made: dict[str, list[Plain]] = {}
    for severity in SEVERITIES:
        told = {name: contact for name, contact in everybody.items() if severity in contact.severities}
        if told:
            made[PREFIX + severity] = [_receiver(severity, name, contact) for name, contact in sorted(told.items())]
    return made


def _receiver(severity: str, name: str, contact: ContactSettings) -> Plain:
    if contact.kind == "webhook":
        address: dict[str, Plain] = {"url": contact.to, "httpMethod": "POST"}
    else:
        address = {"addresses": contact.to, "singleEmail": False}
    return {
        "uid": f"rainbow-{severity}-{name}"[:40],
        "type": contact.kind,
        "settings": address,
        "disableResolveMessage": False,
    }


def mute_timings(around: Surroundings) -> list[dict[str, Plain]]:
    """The mute timings, named after those of the settings."""
    return [
        {"name": PREFIX + name, "time_intervals": _intervals(mute)}
        for name, mute in sorted(around.settings.mute.items())
    ]


def _intervals(mute: MuteSettings) -> list[Plain]:
    over_midnight = mute.end < mute.start
    parts = [(mute.start, MIDNIGHT), ("00:00", mute.end)] if over_midnight else [(mute.start, mute.end)]
    interval: dict[str, Plain] = {
        "times": [{"start_time": start, "end_time": end} for start, end in parts],
        "location": mute.timezone,
    }
    if mute.weekdays:
        interval["weekdays"] = sorted(mute.weekdays, key=WEEKDAYS.index)
    return [interval]


def told(around: Surroundings, severity: str) -> dict[str, Plain]:
    """What a rule of a severity says of receivers; empty where nobody is named: Grafana's own policy decides then."""
    receiver = PREFIX + severity
    if receiver not in receivers(around):
        return {}
    muted = [PREFIX + name for name, mute in sorted(around.settings.mute.items()) if severity in mute.severities]
    said: dict[str, Plain] = {"receiver": receiver, "repeat_interval": hours_text(around.settings.alert_repeat_h)}
    return {"notification_settings": said | ({"mute_time_intervals": muted} if muted else {})}


def hours_text(hours: float) -> str:
    """Hours as Grafana itself writes them, so that what it gives back is what was sent."""
    minutes = max(1, round(hours * 60))
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m" if minutes < 60 else _mixed(minutes)  # noqa: PLR2004 - minutes of an hour


def _mixed(minutes: int) -> str:
    return f"{minutes // 60}h{minutes % 60}m"


def notification_file(around: Surroundings) -> dict[str, Plain]:
    """Contact points and mute timings as a provisioning file; empty where the settings name nobody."""
    points = receivers(around)
    muted = mute_timings(around)
    if not points and not muted:
        return {}
    made: dict[str, Plain] = {"apiVersion": 1}
    if points:
        made["contactPoints"] = [{"orgId": 1, "name": name, "receivers": told} for name, told in points.items()]
    if muted:
        made["muteTimes"] = [{"orgId": 1, **timing} for timing in muted]
    return made
