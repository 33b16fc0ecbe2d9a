"""The only module that talks to a NetBox: pynetbox for writing, GraphQL and ``fields=`` for reading.

Own timeouts and retries, for pynetbox has none. No redirects, no proxy and no ``.netrc`` of the environment: a token
goes to the address of the settings and nowhere else. A writing request whose answer was lost is not repeated: nobody
knows whether it was done, and the next run sees.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

import pynetbox
import requests
from pynetbox.core.query import RequestError
from requests.adapters import HTTPAdapter

from rainbow.kernel.errors import NetBoxAway, NetBoxError, NetBoxRefused
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inventory.sources.netbox.held import EndPoint
    from inventory.sources.netbox.settings import NetBoxSettings
    from rainbow.kernel.secret import Secret

T = TypeVar("T")
Json = dict[str, object]

OLDEST, NEXT_MAJOR = (4, 6), (5, 0)
"""Pages by ``start`` came with 4.6; what 5 will change nobody knows."""
BUSY = frozenset({429, 502, 503, 504})
REFUSED = frozenset({401, 403})
FIRST_PAUSE_S = 1.0
GRAPHQL = "/graphql/"
STATUS = "/api/status/"
WRITING = 5
"""A busy NetBox writes a cable a second: an answer given up too early is a chunk written in vain."""
SAID_CHARACTERS = 600


class _Timed(HTTPAdapter):
    """An adapter whose requests all have a timeout, those that write a longer one."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        super().__init__(pool_maxsize=16)

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, FBT002 - requests' own signature
        reads = request.method == "GET" or request.url.endswith(GRAPHQL)
        limit_s = self._timeout_s if reads else self._timeout_s * WRITING
        return super().send(request, stream, timeout or limit_s, verify, cert, proxies)


@dataclass(slots=True)
class Asked:
    """How much was asked of NetBox."""

    questions: int = 0
    written: int = 0
    again: int = 0


class NetBoxClient:
    """One NetBox. ``run`` names this run in NetBox's change log. Nothing is sent before the first question.

    ``clock`` is NetBox's own time at the last answer to :meth:`version`, empty where it tells none.
    """

    def __init__(
        self, settings: NetBoxSettings, token: Secret, *, run: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = settings.url.rstrip("/")
        self.run = run
        self.asked = Asked()
        self.clock = ""
        self._settings = settings
        self._pause = pause
        self._api = pynetbox.api(self.url, token=token.reveal())
        session = requests.Session()
        session.trust_env = False
        session.max_redirects = 0
        session.verify = settings.ca_file or True
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Timed(settings.timeout_s))
        kind = "Bearer" if token.reveal().startswith("nbt_") else "Token"
        session.headers["Authorization"] = f"{kind} {token.reveal()}"
        self._session = session
        self._api.http_session = session

    def version(self) -> str:
        """NetBox's version.

        Raises:
            NetBoxRefused: the token is no good, or that is no NetBox.
            NetBoxError: a version this module was not made for.
        """
        status = self._read("GET", STATUS)
        said = str(status.get("netbox-version", "?"))
        numbers = tuple(int(part) for part in said.split("-", maxsplit=1)[0].split(".")[:2] if part.isdigit())
        if OLDEST <= numbers < NEXT_MAJOR:
            return said
        raise NetBoxError(
            _("{url} is NetBox {version}; 4.6 and later of 4 are supported").format(url=self.url, version=said),
            cure=_("update NetBox, or RAINBOW"),
        )

    def count(self, path: str) -> int:
        """How many objects of a kind there are.

        Raises:
            NetBoxRefused: the token may not see them: GraphQL would only show an empty list.
        """
        found = self._read("GET", f"/api/{path}/?limit=1&fields=id").get("count")
        return found if isinstance(found, int) else 0

    def rest_page(self, path: str, start: int, limit: int, fields: str, extra: str = "") -> list[Json]:
        """A page of the REST API from a number on, in the order of numbers, with the named fields only."""
        answer = self._read("GET", f"/api/{path}/?start={start}&limit={limit}&fields={fields}{extra}")
        found = answer.get("results")
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []

    def graphql(self, query: str) -> Json:
        """The data of a GraphQL query.

        Raises:
            NetBoxError: NetBox does not know something in it.
        """
        answer = self._read("POST", GRAPHQL, {"query": query})
        errors, data = answer.get("errors"), answer.get("data")
        if errors or not isinstance(data, dict):
            raise NetBoxError(
                _("{url} cannot answer: {error}").format(url=self.url, error=json.dumps(errors)[:SAID_CHARACTERS]),
                cure=_("a NetBox of another version, perhaps: 4.7 is what RAINBOW is tested with"),
            )
        return data

    def create(self, point: EndPoint, rows: Sequence[Json]) -> list[int]:
        """Make objects, all or none; their numbers in the same order."""
        body = [{**row, "changelog_message": self.run} for row in rows]
        made = self._guarded(lambda: self._endpoint(point).create(body), point.path)
        self.asked.written += len(body)
        return [int(item.id) for item in made]

    def update(self, point: EndPoint, rows: Sequence[Json]) -> None:
        """Change fields of objects (each row names its ``id``), all or none."""
        body = [{**row, "changelog_message": self.run} for row in rows]
        self._guarded(lambda: self._endpoint(point).update(body), point.path)
        self.asked.written += len(body)

    def delete(self, point: EndPoint, pks: Sequence[int]) -> None:
        """Delete objects, all or none."""
        self._guarded(lambda: self._endpoint(point).delete(list(pks)), point.path)
        self.asked.written += len(pks)

    def custom_fields(self) -> dict[str, Json]:
        """All custom fields by name."""
        return {
            str(item.get("name", "")): item
            for item in self.rest_page("extras/custom-fields", 0, 1000, "id,name,object_types,type")
        }

    def create_custom_field(self, row: Json) -> None:
        """Make a custom field."""
        self._guarded(lambda: self._api.extras.custom_fields.create(row), "extras/custom-fields")
        self.asked.written += 1

    def update_custom_field(self, row: Json) -> None:
        """Change a custom field."""
        self._guarded(lambda: self._api.extras.custom_fields.update([row]), "extras/custom-fields")
        self.asked.written += 1

    def _endpoint(self, point: EndPoint):  # type: ignore[no-untyped-def] # noqa: ANN202 - pynetbox ships no types
        app, _slash, name = point.path.partition("/")
        return getattr(getattr(self._api, app), name.replace("-", "_"))

    def _read(self, verb: str, path: str, body: Json | None = None) -> Json:
        """Ask, again where NetBox is busy or away."""
        left = self._settings.retries
        wait_s = FIRST_PAUSE_S
        while True:
            try:
                return self._guarded(lambda: self._ask(verb, path, body), path.split("?", maxsplit=1)[0])
            except NetBoxAway:
                if not left:
                    raise
            left -= 1
            self.asked.again += 1
            self._pause(wait_s)
            wait_s *= 2

    def _ask(self, verb: str, path: str, body: Json | None) -> Json:
        self.asked.questions += 1
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        answer = self._session.request(verb, self.url + path, data=data, headers=headers)
        if not answer.ok:
            raise RequestError(answer)
        if path == STATUS:
            self.clock = _told_at(answer.headers.get("Date", ""))
        found = answer.json()
        if not isinstance(found, dict):
            raise NetBoxError(_("{url}{path} gave no object").format(url=self.url, path=path))
        return found

    def _guarded(self, ask: Callable[[], T], what: str) -> T:
        """Ask once; every failure in our words."""
        try:
            return ask()
        except RequestError as error:
            raise self._refusal(error.req.status_code, error.error, what) from None
        except pynetbox.AllocationError as error:
            raise self._refusal(409, error.req.text, what) from None
        except requests.exceptions.SSLError as error:
            raise NetBoxRefused(
                _("{url} has a certificate nobody here trusts: {error}").format(url=self.url, error=error),
                cure=_("name the authority's file in [netbox] ca_file"),
            ) from None
        except requests.exceptions.TooManyRedirects:
            raise NetBoxRefused(
                _("{url} sends us elsewhere").format(url=self.url),
                cure=_("write NetBox's own address into [netbox] url; redirects are not followed"),
            ) from None
        except (requests.exceptions.JSONDecodeError, pynetbox.ContentError, RecursionError):
            raise NetBoxRefused(
                _("{url} answers, but not as a NetBox does").format(url=self.url), cure=_("mend [netbox] url")
            ) from None
        except requests.exceptions.Timeout:
            raise NetBoxAway(
                _("{url} gave no answer to {what} in time (timeout_s is {timeout_s:g})").format(
                    url=self.url, what=what, timeout_s=self._settings.timeout_s
                ),
                cure=_("run it again: it goes on where it stopped; a slow NetBox needs a larger timeout_s"),
            ) from None
        except requests.exceptions.RequestException as error:
            raise NetBoxAway(
                _("{url} cannot be reached: {error}").format(url=self.url, error=_reason(error)),
                cure=_("see whether NetBox runs, then run it again: it goes on where it stopped"),
            ) from None

    def _refusal(self, status: int, said: str, what: str) -> NetBoxError:
        if status in REFUSED:
            return NetBoxRefused(
                _("{url} refuses the token for {what} ({status}): {said}").format(
                    url=self.url, what=what, status=status, said=said[:SAID_CHARACTERS]
                ),
                cure=_("the token was revoked, has run out, or its user lacks this right: make a new one in NetBox"),
            )
        if status == 404:  # noqa: PLR2004 - HTTP's own number
            return NetBoxRefused(
                _("{url} has no {what} (404)").format(url=self.url, what=what),
                cure=_("GraphQL is switched off there: set GRAPHQL_ENABLED in NetBox's configuration")
                if what == GRAPHQL
                else _("mend [netbox] url: NetBox's own address, without /api"),
            )
        if status in BUSY:
            return NetBoxAway(
                _("{url} is busy or away ({status})").format(url=self.url, status=status),
                cure=_("run it again: it goes on where it stopped"),
            )
        return NetBoxError(
            _("NetBox does not take {what} ({status}): {said}").format(
                what=what, status=status, said=said[:SAID_CHARACTERS]
            ),
            cure=_("mend the record it names, here or in NetBox, and run it again"),
        )


def _reason(error: Exception) -> str:
    """The bottom of a chain of errors: requests wraps what the system said four times."""
    reason: BaseException = error
    while reason.__cause__ or reason.__context__:
        reason = reason.__cause__ or reason.__context__ or reason
    return str(reason)


def _told_at(date: str) -> str:
    """The time of an HTTP answer (RFC 9110) in ISO 8601, empty where it has none."""
    try:
        return parsedate_to_datetime(date).isoformat()
    except ValueError:
        return ""
