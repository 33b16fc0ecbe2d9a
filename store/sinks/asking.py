"""One question to a time series database over HTTP: its answer as JSON lines, or what its refusal means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from rainbow.kernel.errors import SinkBusy, SinkRefused
from rainbow.kernel.texts import _
from store.sinks.influx import failure, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rainbow.kernel.secret import Secret
    from store.settings import InfluxSettings

_OK = 200
MOST_BYTES = 64_000_000


class Asker:
    """Asks as the settings say: who, where, for how long. Nothing is opened before the first question."""

    def __init__(self, settings: InfluxSettings, secret: Secret | None) -> None:
        self._settings = settings
        self._headers: dict[str, str] = {}
        if secret is not None and settings.version == 1:
            self._headers = dict(urllib3.make_headers(basic_auth=f"{settings.user}:{secret.reveal()}"))
        elif secret is not None:
            self._headers = {"Authorization": f"Token {secret.reveal()}"}
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(total=settings.timeout_s), retries=False, ca_certs=settings.ca_file or None
        )

    @property
    def database(self) -> str:
        """The database or bucket."""
        return self._settings.database

    def ask(self, path: str, query: Mapping[str, str]) -> list[object]:
        """The documents of the answer, one a line.

        Raises:
            SinkError: no answer, a refusal, or none that is JSON.
        """
        url = self._settings.url.rstrip("/") + path
        try:
            answer = self._pool.request(
                "POST",
                url,
                body=urlencode(query),
                headers=self._headers | {"Content-Type": _FORM},
                preload_content=False,
            )
            content = answer.read(MOST_BYTES)
        except (HTTPError, OSError) as error:
            raise SinkBusy(_("InfluxDB at {url} does not answer: {error}").format(url=url, error=error)) from None
        if answer.status != _OK:
            raise failure(answer.status, words_of(content), answer.headers.get("Retry-After"))
        try:
            return [json.loads(line) for line in content.splitlines() if line.strip()]
        except ValueError:
            raise SinkRefused(
                _("{url} gives no JSON: {words}").format(url=url, words=words_of(content)[:200])
            ) from None


_FORM = "application/x-www-form-urlencoded"
