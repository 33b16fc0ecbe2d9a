"""InfluxDB 1.x through ``/write``, what an answer means, and the choice of a sink by version."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from rainbow.kernel.errors import SinkBusy, SinkError, SinkRefused, SinkRejected, SinkTooLarge
from rainbow.kernel.texts import _
from store.shipper import CONNECTIONS

if TYPE_CHECKING:
    from rainbow.kernel.secret import Secret
    from store.settings import InfluxSettings
    from store.shipper import Sink

NAME = "influxdb"
_WORDS_MAX = 500
_OK = range(200, 300)
_TOO_LARGE = 413
_BAD_POINTS = (400, 422)
_PARTIAL = "partial write"
"""Said where only the bad lines of a request were refused; versions differ in when they do that."""
_LATER = (408, 425, 429)
_OURS = range(300, 500)
"""Moved, not allowed, unknown: 401, 403, 404 and the rarer ones. Nothing gets better by waiting, nothing is lost."""


def failure(status: int, words: str, retry_after: str | None) -> SinkError:
    """What an answer other than 2xx means for the points and for us."""
    said = _("InfluxDB answers {status}: {words}").format(status=status, words=words[:_WORDS_MAX] or "-")
    if status == _TOO_LARGE:
        return SinkTooLarge(said)
    if status in _BAD_POINTS:
        return SinkRejected(said, good_taken=_PARTIAL in words)
    if status in _OURS and status not in _LATER:
        return SinkRefused(said, cure=_("look at token or password, database or bucket, and URL"))
    wish_s = float(retry_after) if retry_after is not None and retry_after.isdigit() else None
    return SinkBusy(said, retry_after_s=wish_s)


def words_of(body: bytes | str | None) -> str:
    """The server's own words from its JSON, else its text."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
    try:
        said = json.loads(text)
    except ValueError:
        return text.strip()
    return str(said.get("error") or said.get("message") or said) if isinstance(said, dict) else text


class InfluxV1Sink:
    """InfluxDB 1.x. Makes its database on the first 404, where the user may."""

    name = NAME

    def __init__(self, settings: InfluxSettings, secret: Secret | None) -> None:
        self._settings = settings
        headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain; charset=utf-8"}
        if settings.user and secret is not None:
            headers |= urllib3.make_headers(basic_auth=f"{settings.user}:{secret.reveal()}")
        self._headers = headers
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(total=settings.timeout_s),
            retries=False,
            maxsize=CONNECTIONS,
            ca_certs=settings.ca_file or None,
        )

    def send(self, payload: bytes) -> None:
        """Deliver line protocol; see :class:`store.shipper.Sink`."""
        try:
            self._write(payload)
        except SinkRefused as error:
            if "database not found" not in error.message:
                raise
            self._make_database()
            self._write(payload)

    def _write(self, payload: bytes) -> None:
        self._post("/write", {"db": self._settings.database, "precision": "ns"}, gzip.compress(payload, 1))

    def _make_database(self) -> None:
        name = self._settings.database.replace('"', '\\"')
        self._post("/query", {"q": f'CREATE DATABASE "{name}"'}, None)

    def _post(self, path: str, query: dict[str, str], body: bytes | None) -> None:
        url = self._settings.url.rstrip("/") + path
        headers = (
            self._headers if body is not None else {k: v for k, v in self._headers.items() if k == "authorization"}
        )
        try:
            answer = self._pool.request("POST", f"{url}?{urlencode(query)}", body=body, headers=headers)
        except (HTTPError, OSError) as error:
            raise SinkBusy(_("InfluxDB at {url} does not answer: {error}").format(url=url, error=error)) from None
        if answer.status not in _OK:
            raise failure(answer.status, words_of(answer.data), answer.headers.get("Retry-After"))


def open_sink(settings: InfluxSettings, secret: Secret | None) -> Sink:
    """The sink for an InfluxDB of the settings' version. Nothing is opened before the first delivery."""
    if settings.version == 1:
        return InfluxV1Sink(settings, secret)
    from store.sinks.influx2 import InfluxV2Sink  # noqa: PLC0415 - the client costs 0.9 s to import, and few pay it

    return InfluxV2Sink(settings, secret)
