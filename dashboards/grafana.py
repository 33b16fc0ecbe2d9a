"""A Grafana over HTTP: what its answers mean. The only module that knows Grafana's client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grafana_client import GrafanaApi
from grafana_client.client import GrafanaException

from rainbow.kernel.errors import GrafanaAway, GrafanaRefused
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.steps import Step
    from rainbow.kernel.secret import Secret

NOT_FOUND = 404
LATER = (408, 425, 429, 500, 502, 503, 504)
TOKEN_REFUSED, NOT_ALLOWED = 401, 403
WORDS_MAX = 300


class Grafana:
    """Reads and writes of one Grafana with a service account's token. Nothing is tried twice here."""

    def __init__(self, url: str, token: Secret, *, ca_file: str = "", timeout_s: float = 10.0) -> None:
        self.url = url.rstrip("/")
        api = GrafanaApi.from_url(f"{self.url}/", credential=token.reveal(), timeout=timeout_s)
        self._client = api.client
        self._client.verify = ca_file or True

    def read(self, path: str) -> object:
        """What is at a path below ``/api``; None where nothing is.

        Raises:
            GrafanaRefused: the token is no good or may not read that, or the address is no Grafana.
            GrafanaAway: no answer, or one that may be another in a while.
        """
        try:
            found = self._client.GET(path)
        except GrafanaException as error:
            if error.status_code == NOT_FOUND:
                return None
            raise self._meaning(error, path) from None
        except OSError as error:
            raise self._away(error) from None
        except ValueError:
            raise self._no_grafana() from None
        if not isinstance(found, dict | list):
            raise self._no_grafana()
        return found

    def write(self, step: Step) -> None:
        """Do one step.

        Raises:
            GrafanaRefused: the token is no good, or Grafana does not take what was sent.
            GrafanaAway: no answer, or one that may be another in a while.
        """
        try:
            getattr(self._client, step.method)(step.path, json=step.body, accept_empty_json=True)
        except GrafanaException as error:
            if step.method == "DELETE" and error.status_code == NOT_FOUND:
                return
            raise self._meaning(error, step.what) from None
        except OSError as error:
            raise self._away(error) from None
        except ValueError:
            raise self._no_grafana() from None

    def _meaning(self, error: GrafanaException, what: str) -> GrafanaAway | GrafanaRefused:
        if error.status_code == TOKEN_REFUSED:
            return GrafanaRefused(
                _("Grafana at {url} refuses the token: it is wrong, was revoked or has expired").format(url=self.url),
                cure=_("make a new token for the service account and put it where token_env or token_file points"),
            )
        if error.status_code == NOT_ALLOWED:
            return GrafanaRefused(
                _("Grafana at {url} does not allow the token: {what}").format(url=self.url, what=what),
                cure=_("give its service account the role Admin"),
            )
        words = _words(error)
        if error.status_code in LATER:
            return GrafanaAway(
                _("Grafana at {url} answers {status}: {words}").format(
                    url=self.url, status=error.status_code, words=words
                )
            )
        return GrafanaRefused(
            _("Grafana at {url} does not take {what} ({status}): {words}").format(
                url=self.url, what=what, status=error.status_code, words=words
            )
        )

    def _away(self, error: OSError) -> GrafanaAway:
        return GrafanaAway(
            _("Grafana at {url} does not answer: {error}").format(url=self.url, error=str(error)[:WORDS_MAX]),
            cure=_("does it run, is grafana_url right, does a firewall stand between?"),
        )

    def _no_grafana(self) -> GrafanaRefused:
        return GrafanaRefused(
            _("{url} answers, but not as Grafana does").format(url=self.url),
            cure=_("set grafana_url to the address of Grafana's own first page"),
        )


def _words(error: GrafanaException) -> str:
    """The server's own words, however it wrapped them."""
    said = error.response.get("message") if isinstance(error.response, dict) else error.response
    return str(said or error.message)[:WORDS_MAX]
