"""Settings of the servers beside us that let in too many, told by what they answer.

Nothing is changed and no password is tried: asked is what anybody may ask, and what our own user should not be allowed.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from rainbow.city import secret_in
from rainbow.kernel.texts import N_
from rainbow.supply.asking import Answer, asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dashboards.settings import DashboardSettings
    from rainbow.settings import Settings
    from store.settings import InfluxSettings


class Door(StrEnum):
    """What may stand open."""

    NOBODY = "no_sign_in"
    RIGHTS = "all_rights"
    ANONYMOUS = "anonymous"
    HTML = "html"
    SQL = "sql_expressions"
    PUBLIC = "public_dashboards"
    SNAPSHOTS = "snapshots"


DOOR_TITLES = {
    Door.NOBODY: N_("InfluxDB answers whoever asks, without user or token"),
    Door.RIGHTS: N_("the user or token RAINBOW has at InfluxDB may do everything there"),
    Door.ANONYMOUS: N_("Grafana shows its boards to whoever comes, without a sign-in"),
    Door.HTML: N_("Grafana shows HTML in panels as it is, scripts included"),
    Door.SQL: N_("Grafana evaluates SQL expressions, which have been a way in (CVE-2026-27876)"),
    Door.PUBLIC: N_("Grafana lets boards be made public by a link"),
    Door.SNAPSHOTS: N_("Grafana lets boards be given away as snapshots"),
}
DOOR_CURES = {
    Door.NOBODY: N_(
        "1.x: auth-enabled = true in [http]; 3: start it with a token; until then only loopback should reach it"
    ),
    Door.RIGHTS: N_("make a user or token for this database or bucket alone, to read and write"),
    Door.ANONYMOUS: N_("in grafana.ini [auth.anonymous] enabled = false, or GF_AUTH_ANONYMOUS_ENABLED=false"),
    Door.HTML: N_("in grafana.ini [panels] disable_sanitize_html = false, or GF_PANELS_DISABLE_SANITIZE_HTML=false"),
    Door.SQL: N_("take sqlExpressions out of [feature_toggles] enable in grafana.ini, or of GF_FEATURE_TOGGLES_ENABLE"),
    Door.PUBLIC: N_("in grafana.ini [public_dashboards] enabled = false, or GF_PUBLIC_DASHBOARDS_ENABLED=false"),
    Door.SNAPSHOTS: N_("in grafana.ini [snapshots] enabled = false, or GF_SNAPSHOTS_ENABLED=false"),
}
BY_DEFAULT = frozenset({Door.PUBLIC, Door.SNAPSHOTS})
"""What Grafana allows unless it is told otherwise: worth a word, no fault."""
_GRAFANA_SAYS = {
    Door.ANONYMOUS: "anonymousEnabled",
    Door.HTML: "disableSanitizeHtml",
    Door.PUBLIC: "publicDashboardsEnabled",
    Door.SNAPSHOTS: "snapshotEnabled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSetting:
    """Whether one door of one server is shut; None: it could not be told."""

    server: str
    url: str
    door: Door
    is_shut: bool | None


def doors(folder: Path, settings: Settings) -> Iterator[ServerSetting]:
    """Each door of each server of a city's settings, tried now.

    Raises:
        SettingsError: a secret that the settings name is missing.
    """
    influx = settings.influx
    if influx is not None and influx.reads == "influxql":  # VictoriaMetrics knows no users
        yield from _influx(folder, influx)
    if settings.dashboards.grafana_url:
        yield from _grafana(folder, settings.dashboards)


def _influx(folder: Path, influx: InfluxSettings) -> Iterator[ServerSetting]:
    url = influx.url.rstrip("/")
    anybody = {
        1: f"/query?q={quote('SHOW DATABASES')}",
        2: "/api/v2/buckets",
        3: "/api/v3/configure/database?format=json",
    }[influx.version]
    yield _door("influxdb", url, Door.NOBODY, asked(url + anybody, influx.ca_file).is_granted)
    if influx.version == 1 and influx.user:
        own = secret_in(folder, influx.password, what="influx.password")
        pair = base64.b64encode(f"{influx.user}:{own.reveal()}".encode()).decode()
        answer = asked(f"{url}/query?q={quote('SHOW USERS')}", influx.ca_file, {"Authorization": f"Basic {pair}"})
        yield _door("influxdb", url, Door.RIGHTS, _may(answer))
    if influx.version == 2 and influx.token:  # noqa: PLR2004 - version 3 Core has tokens for everything only
        own = secret_in(folder, influx.token, what="influx.token")
        answer = asked(f"{url}/api/v2/authorizations", influx.ca_file, {"Authorization": f"Token {own.reveal()}"})
        shows = bool(answer.fields.get("authorizations"))  # who may not see others' tokens gets an empty list
        yield _door("influxdb", url, Door.RIGHTS, _may(answer) and shows)


def _may(answer: Answer) -> bool | None:
    """Whether our user or token may; None where the server does not take it, which tells nothing of its rights."""
    return None if answer.status == HTTPStatus.UNAUTHORIZED else answer.is_granted


def _grafana(folder: Path, boards: DashboardSettings) -> Iterator[ServerSetting]:
    url, headers = boards.grafana_url.rstrip("/"), {}
    if boards.token:
        headers["Authorization"] = f"Bearer {secret_in(folder, boards.token, what='dashboards.token').reveal()}"
    said = asked(f"{url}/api/frontend/settings", boards.ca_file, headers).fields
    toggles = said.get("featureToggles")
    told = {door: said.get(name) for door, name in _GRAFANA_SAYS.items()}
    told[Door.SQL] = toggles.get("sqlExpressions", False) is True if isinstance(toggles, dict) else None
    for door, is_open in told.items():
        yield _door("grafana", url, door, is_open if isinstance(is_open, bool) else None)


def _door(server: str, url: str, door: Door, is_open: bool | None) -> ServerSetting:  # noqa: FBT001 - three answers
    return ServerSetting(server=server, url=url, door=door, is_shut=None if is_open is None else not is_open)
