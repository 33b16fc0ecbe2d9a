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

from rainbow.kernel.texts import N_
from rainbow.supply.asking import Answer, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rainbow.kernel.secret import Secret, SecretRef
    from rainbow.settings import Settings
    from store.settings import InfluxSettings

    SecretOf = Callable[[SecretRef, str], Secret]


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


def doors(settings: Settings, secret_of: SecretOf) -> Iterator[ServerSetting]:
    """Each door of each server of the settings, tried now.

    Raises:
        SettingsError: a secret that the settings name is missing.
    """
    influx, boards = settings.influx, settings.dashboards
    if influx is not None and influx.reads == "influxql":  # VictoriaMetrics knows no users
        yield from _influx(influx, secret_of)
    if boards.grafana_url:
        token = secret_of(boards.token, "dashboards.token") if boards.token else None
        yield from _grafana(boards.grafana_url.rstrip("/"), boards.ca_file, token)


def _influx(influx: InfluxSettings, secret_of: SecretOf) -> Iterator[ServerSetting]:
    url = influx.url.rstrip("/")
    anybody = {
        1: f"/query?q={quote('SHOW DATABASES')}",
        2: "/api/v2/buckets",
        3: "/api/v3/configure/database?format=json",
    }[influx.version]
    yield _door("influxdb", url, Door.NOBODY, asked(url + anybody, influx.ca_file).is_granted)
    if influx.version == 1 and influx.user:
        own = secret_of(influx.password, "influx.password")
        pair = base64.b64encode(f"{influx.user}:{own.reveal()}".encode()).decode()
        answer = asked(f"{url}/query?q={quote('SHOW USERS')}", influx.ca_file, {"Authorization": f"Basic {pair}"})
        yield _door("influxdb", url, Door.RIGHTS, None if _is_unknown(answer) else answer.is_granted)
    if influx.version == 2 and influx.token:  # noqa: PLR2004 - version 3 Core has tokens for everything only
        own = secret_of(influx.token, "influx.token")
        headers = {"Authorization": f"Token {own.reveal()}"}
        yield _door(
            "influxdb", url, Door.RIGHTS, _sees_tokens(asked(f"{url}/api/v2/authorizations", influx.ca_file, headers))
        )


def _sees_tokens(answer: Answer) -> bool | None:
    """Whether others' tokens are shown: who may not see them gets an empty list."""
    if answer.is_granted:
        return bool(answer.fields.get("authorizations"))
    return None if _is_unknown(answer) else answer.is_granted


def _is_unknown(answer: Answer) -> bool:
    """Whether the server does not take the user or token: what it may do is not told then."""
    return answer.status == HTTPStatus.UNAUTHORIZED


def _grafana(url: str, ca_file: str, token: Secret | None) -> Iterator[ServerSetting]:
    headers = {"Authorization": f"Bearer {token.reveal()}"} if token is not None else None
    said = asked(f"{url}/api/frontend/settings", ca_file, headers).fields
    for door, name in _GRAFANA_SAYS.items():
        value = said.get(name)
        yield _door("grafana", url, door, value if isinstance(value, bool) else None)
    toggles = said.get("featureToggles")
    yield _door(
        "grafana", url, Door.SQL, toggles.get("sqlExpressions", False) is True if isinstance(toggles, dict) else None
    )


def _door(server: str, url: str, door: Door, is_open: bool | None) -> ServerSetting:  # noqa: FBT001 - three answers
    return ServerSetting(server=server, url=url, door=door, is_shut=None if is_open is None else not is_open)
