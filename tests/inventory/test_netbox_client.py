from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from conftest import free_port

from inventory.sources.netbox.client import NetBoxClient
from inventory.sources.netbox.held import POINTS, Estate
from inventory.sources.netbox.pages import PAGE, numbers, objects, updated_of
from inventory.sources.netbox.reading import read_estate
from inventory.sources.netbox.settings import NetBoxSettings
from inventory.sources.netbox.site_filter import filtered
from rainbow.kernel.errors import NetBoxAway, NetBoxError, NetBoxRefused, UsageError
from rainbow.kernel.secret import Secret, SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "nbt_canary0canary.canary0canary0canary"  # noqa: S105 - a canary that must not appear
Answer = tuple[int, object]


@dataclass
class Script:
    """What a server answers, request by request; the last answer stays. A status of 0 never answers, -1 hangs up."""

    answers: list[Answer]
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)
    hang: threading.Event = field(default_factory=threading.Event)
    location: str = ""

    def next(self, verb: str, path: str, token: str, body: str) -> Answer:
        self.asked.append((verb, path, token, body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serving(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, said = script.next(self.command, self.path, self.headers.get("Authorization", ""), body)
            if status <= 0:
                script.hang.wait(30 if status == 0 else 0)
                self.close_connection = True
                return
            data = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if script.location:
                self.send_header("Location", script.location)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        script.hang.set()
        server.shutdown()
        thread.join()
        server.server_close()


def client_of(url: str, pauses: list[float] | None = None, **values: object) -> NetBoxClient:
    settings = NetBoxSettings(url=url, token=SecretRef(env="X"), **values)  # type: ignore[arg-type] # a test's settings
    return NetBoxClient(settings, Secret(TOKEN), run="a run", pause=(pauses if pauses is not None else []).append)


STATUS = {"netbox-version": "4.7.3"}


def test_a_version_that_is_known_and_one_that_is_not() -> None:
    script = Script([(200, STATUS), (200, {"netbox-version": "4.5.9"}), (200, {"netbox-version": "5.0.0"})])
    with serving(script) as url:
        assert client_of(url).version() == "4.7.3"
        for version in ("4.5.9", "5.0.0"):
            with pytest.raises(NetBoxError, match=rf"is NetBox {version}; 4.6 and later of 4 are supported"):
                client_of(url).version()
    assert {token for _verb, _path, token, _body in script.asked} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, NetBoxRefused, "refuses the token"),
        (403, NetBoxRefused, "refuses the token .* the token was revoked, has run out, or its user lacks this right"),
        (404, NetBoxRefused, "has no /api/status/"),
        (500, NetBoxError, "does not take /api/status/"),
    ],
)
def test_a_refusal_is_said_once_and_never_with_the_token(status: int, kind: type[NetBoxError], words: str) -> None:
    script = Script([(status, {"detail": "no"})])
    with serving(script) as url, pytest.raises(kind) as caught:
        client_of(url).version()
    assert re.search(words, str(caught.value).replace("\n", " "))
    assert len(script.asked) == 1
    assert "canary" not in str(caught.value)


def test_a_busy_netbox_is_asked_again_with_longer_pauses() -> None:
    pauses: list[float] = []
    with serving(Script([(503, ""), (429, ""), (200, STATUS)])) as url:
        assert client_of(url, pauses).version() == "4.7.3"
    assert pauses == [1.0, 2.0]


def test_a_netbox_that_stays_away_is_said_to_be() -> None:
    pauses: list[float] = []
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NetBoxAway, match=r"cannot be reached: .*refused"):
        client_of(url, pauses, retries=2).version()
    assert pauses == [1.0, 2.0]


def test_a_netbox_that_does_not_answer_is_not_waited_for() -> None:
    with (
        serving(Script([(0, "")])) as url,
        pytest.raises(NetBoxAway, match=r"gave no answer to /api/status/ in time \(timeout_s is 1\)"),
    ):
        client_of(url, timeout_s=1.0, retries=0).version()


def test_redirects_are_not_followed() -> None:
    elsewhere = Script([(200, STATUS)])
    with (
        serving(elsewhere) as other,
        serving(Script([(302, "")], location=f"{other}/api/status/")) as url,
        pytest.raises(NetBoxRefused, match="sends us elsewhere"),
    ):
        client_of(url).version()
    assert elsewhere.asked == []


def test_something_that_is_no_netbox_is_said_to_be_none() -> None:
    with (
        serving(Script([(200, "<html>Welcome</html>")])) as url,
        pytest.raises(NetBoxRefused, match="not as a NetBox does"),
    ):
        client_of(url).version()


def test_a_writing_request_whose_answer_was_lost_is_not_repeated() -> None:
    script = Script([(-1, "")])
    with serving(script) as url, pytest.raises(NetBoxAway, match="run it again: it goes on where it stopped"):
        client_of(url, retries=5).create(POINTS["sites"], [{"name": "A"}])
    assert len(script.asked) == 1
    assert json.loads(script.asked[0][3]) == [{"name": "A", "changelog_message": "a run"}]


def test_what_netbox_does_not_take_is_named() -> None:
    words = r"does not take dcim/sites \(400\): .*already exists"
    with serving(Script([(400, [{"name": ["already exists"]}])])) as url, pytest.raises(NetBoxError, match=words):
        client_of(url).create(POINTS["sites"], [{"name": "A"}])


def test_graphql_that_netbox_does_not_know_is_an_error_not_an_empty_list() -> None:
    answer = {"data": None, "errors": [{"message": "Cannot query field 'nmae' on type 'SiteType'."}]}
    with serving(Script([(200, answer)])) as url, pytest.raises(NetBoxError, match="Cannot query field 'nmae'"):
        client_of(url).graphql("{site_list{nmae}}")


def test_pages_that_do_not_move_on_end_the_reading() -> None:
    page = {"data": {"site_list": [{"id": "7"}] * PAGE}}
    with serving(Script([(200, page)])) as url, pytest.raises(NetBoxError, match="sites do not move on at 7"):
        numbers(client_of(url), POINTS["sites"])


@pytest.mark.parametrize("item", [{"id": "7"}, {"id": "7", "last_updated": []}, "7", None, {"id": 1.5}])
def test_an_object_in_another_shape_is_said_to_be_one(item: object) -> None:
    answer = {"data": {"site_list": [item]}}
    with serving(Script([(200, answer)])) as url, pytest.raises(NetBoxError, match=r"another shape|a number belongs"):
        list(objects(client_of(url), POINTS["sites"]))


def test_a_netbox_without_graphql_is_said_to_be_one() -> None:
    with serving(Script([(404, "no")])) as url, pytest.raises(NetBoxRefused, match="GraphQL is switched off there"):
        client_of(url).graphql("{site_list{id}}")


class Paged(Script):
    """A NetBox with 2,500 interfaces and 3 cables, every page as asked."""

    def next(self, verb: str, path: str, token: str, body: str) -> Answer:
        self.asked.append((verb, path, token, body))
        if path.startswith("/api/dcim/cable-terminations"):
            return 200, {"results": [end(1, "A", 7), end(1, "B", 8), end(3, "A", 9)]}
        if path.startswith("/api/"):
            return 200, STATUS
        query = json.loads(body)["query"]
        name = query[1:].split("(")[0]
        start = int(query.split("start:")[1].split(",")[0])
        numbers = {"interface_list": range(1, 2501), "cable_list": (1, 3, 5)}.get(name, ())
        page = [item(name, number) for number in numbers if number >= start][:PAGE]
        return 200, {"data": {name: page}}


def end(cable: int, side: str, port: int) -> dict[str, object]:
    return {
        "id": cable * 10 + (side == "B"),
        "cable": cable,
        "cable_end": side,
        "termination_type": "dcim.interface",
        "termination_id": port,
    }


def item(name: str, number: int) -> dict[str, object]:
    point = next(point for point in POINTS.values() if point.listed == name)
    found: dict[str, object] = dict.fromkeys(point.fields, "")
    return found | {"id": str(number), "device": {"id": "1"}, "custom_field_data": {}, "last_updated": "now"}


def test_all_pages_are_read_once_and_cables_get_their_ends() -> None:
    script = Paged([])
    with serving(script) as url:
        estate = read_estate(client_of(url))
    assert list(estate.of("interfaces")) == list(range(1, 2501))
    assert estate.of("cables")[1].values["a_terminations"] == (("interfaces", 7),)
    assert estate.of("cables")[3].values["b_terminations"] == ()
    queries = [body for _verb, _path, _token, body in script.asked if "interface_list" in body]
    assert len(queries) == 3
    assert "display" not in "".join(body + path for _verb, path, _token, body in script.asked)


def test_who_may_not_see_a_kind_is_told_so_instead_of_seeing_nothing() -> None:
    words = "refuses the token for /api/extras/tags/"
    with serving(Script([(200, STATUS), (403, {"detail": "no"})])) as url, pytest.raises(NetBoxRefused, match=words):
        read_estate(client_of(url))


def test_times_of_change_are_asked_in_pages() -> None:
    answer = {"data": {"site_list": [{"id": "4", "last_updated": "then"}]}}
    with serving(Script([(200, answer)])) as url:
        assert updated_of(client_of(url), POINTS["sites"], [4, 5]) == {4: "then"}


def test_a_filter_that_is_mistyped_or_leaves_nothing_is_refused() -> None:
    script = Script([(200, {"data": {"site_list": []}})])
    estate = Estate(url="", objects={})
    with serving(script) as url:
        with pytest.raises(UsageError, match=r"there is no filter regoin\n  -> did you mean region\?"):
            filtered(client_of(url), estate, {"regoin": "kl"})
        assert script.asked == []
        with pytest.raises(UsageError, match="leaves no site"):
            filtered(client_of(url), estate, {"region": 'k"l'})
    assert r"slug:{exact:\"k\\\"l\"}" in script.asked[1][3]


def test_a_filter_that_netbox_does_not_heed_is_refused() -> None:
    script = Script([(200, {"data": {"site_list": [{"id": "1"}, {"id": "2"}]}})])
    with serving(script) as url, pytest.raises(NetBoxError, match="answers the filter region with everything"):
        filtered(client_of(url), Estate(url="", objects={}), {"region": "kl"})
