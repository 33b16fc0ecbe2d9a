"""InfluxDB 2.x and 3 through influxdb-client, with line protocol as it stands.

Its batching writer is not used: its queue is unbounded, in memory, and dropped after its retries. The outbox is the
buffer; here one request is one answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from rainbow.kernel.errors import SinkBusy
from rainbow.kernel.texts import _
from store.sinks.influx import NAME, failure, words_of

if TYPE_CHECKING:
    from rainbow.kernel.secret import Secret
    from store.settings import InfluxSettings


class InfluxV2Sink:
    """InfluxDB 2.x and 3."""

    name = NAME

    def __init__(self, settings: InfluxSettings, secret: Secret | None) -> None:
        self._settings = settings
        client = InfluxDBClient(
            url=settings.url,
            token=secret.reveal() if secret is not None else "",
            org=settings.org,
            timeout=int(settings.timeout_s * 1000),
            enable_gzip=True,
            ssl_ca_cert=settings.ca_file or None,
            retries=False,
        )
        self._api = client.write_api(write_options=SYNCHRONOUS)

    def send(self, payload: bytes) -> None:
        """Deliver line protocol; see :class:`store.shipper.Sink`."""
        try:
            self._api.write(bucket=self._settings.database, org=self._settings.org, record=payload)
        except ApiException as error:
            headers: dict[str, str] = dict(error.headers or {})
            if not error.status:
                raise SinkBusy(_("InfluxDB does not answer: {error}").format(error=error.reason)) from None
            raise failure(int(error.status), words_of(error.body), headers.get("Retry-After")) from None
        except (HTTPError, OSError) as error:
            raise SinkBusy(
                _("InfluxDB at {url} does not answer: {error}").format(url=self._settings.url, error=error)
            ) from None
