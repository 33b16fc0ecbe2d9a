"""The image's own small programs, against a server that answers as InfluxDB 2.x does, and against a real store."""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ROOT
from real_influx2 import BUCKET, RealInflux2

from rainbow.kernel.metrics import COLLECTOR_ROUND
from rainbow.kernel.samples import Sample, UnixNs
from store.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

ADMIN = "admin-token"


def program(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "deploy" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


init, healthy = program("influxdb_init"), program("healthy")


class FakeInflux2(ThreadingHTTPServer):
    """The five calls of InfluxDB 2.x that are used, by its API description; virtual mappings as it shows them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.tokens: dict[str, list[dict[str, object]]] = {ADMIN: []}
        self.mappings: list[dict[str, object]] = [
            {"id": "v", "bucketID": "b1", "orgID": "o1", "database": "rainbow", "virtual": True, "default": True}
        ]
        self.calls: list[str] = []
        self.numbers = itertools.count(1)


class _Handler(BaseHTTPRequestHandler):
    server: FakeInflux2

    def log_message(self, *_words: object) -> None:
        pass

    def _answer(self, code: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _known(self) -> bool:
        token = str(self.headers["Authorization"]).removeprefix("Token ")
        self.server.calls.append(f"{self.command} {urlsplit(self.path).path} {'admin' if token == ADMIN else 'other'}")
        if token not in self.server.tokens:
            self._answer(401, {"code": "unauthorized", "message": "unauthorized access"})
            return False
        return True

    def do_GET(self) -> None:
        if not self._known():
            return
        place, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        known = {
            "/api/v2/orgs": {"orgs": [{"id": "o1", "name": "rainbow"}]},
            "/api/v2/buckets": {
                "buckets": [{"id": "b1", "name": "rainbow"}] if query.get("name", ["rainbow"]) == ["rainbow"] else []
            },
            "/api/v2/dbrps": {"content": self.server.mappings},
        }
        self._answer(200, known[place])

    def do_POST(self) -> None:
        if not self._known():
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.startswith("/api/v2/dbrps"):
            self.server.mappings.append({**body, "id": "m1"})
            self._answer(201, body)
        else:
            token = f"token-{next(self.server.numbers)}"
            self.server.tokens[token] = body["permissions"]
            self._answer(201, {**body, "token": token})


@pytest.fixture
def influx() -> Iterator[FakeInflux2]:
    server = FakeInflux2()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(folder: Path, url: str, token: str, *more: str) -> int:
    (folder / "admin").write_text(token + "\n", encoding="utf-8")
    files = {name: str(folder / name) for name in ("admin", "write", "read")}
    words = [word for name, file in files.items() for word in (f"--{name}-token-file", file)]
    return int(init.main(["--url", url, *words, *more]))


def test_makes_tokens_that_may_do_one_thing_each(influx: FakeInflux2, tmp_path: Path) -> None:
    assert run(tmp_path, influx.url, ADMIN) == 0
    for action in ("write", "read"):
        token = (tmp_path / action).read_text(encoding="utf-8")
        resource = {"type": "buckets", "id": "b1", "orgID": "o1"}
        assert influx.tokens[token] == [{"action": action, "resource": resource}]
    made = influx.mappings[-1]
    assert (made["database"], made["bucketID"], made["default"]) == ("rainbow", "b1", True)


def test_a_second_run_changes_nothing(influx: FakeInflux2, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path, influx.url, ADMIN)
    before = (dict(influx.tokens), list(influx.mappings), (tmp_path / "write").read_text(encoding="utf-8"))
    capsys.readouterr()
    assert run(tmp_path, influx.url, ADMIN) == 0
    assert (dict(influx.tokens), influx.mappings, (tmp_path / "write").read_text(encoding="utf-8")) == before
    assert capsys.readouterr().out.count("kept") == 3


def test_a_token_influxdb_forgot_is_made_anew(influx: FakeInflux2, tmp_path: Path) -> None:
    run(tmp_path, influx.url, ADMIN)
    lost = (tmp_path / "read").read_text(encoding="utf-8")
    del influx.tokens[lost]
    assert run(tmp_path, influx.url, ADMIN) == 0
    assert (tmp_path / "read").read_text(encoding="utf-8") != lost


def test_says_what_influxdb_refuses(influx: FakeInflux2, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, influx.url, "wrong") == 2
    assert "InfluxDB answers 401" in capsys.readouterr().err
    assert run(tmp_path, influx.url, ADMIN, "--bucket", "other") == 2
    assert "InfluxDB has no bucket other" in capsys.readouterr().err
    assert run(tmp_path, "http://127.0.0.1:9", ADMIN) == 2
    said = capsys.readouterr().err
    assert "http://127.0.0.1:9 does not answer" in said
    assert ADMIN not in said


if shutil.which(os.environ.get("RAINBOW_TEST_INFLUXD2", "influxd2")):  # no package of Debian's has it

    @pytest.mark.real
    def test_a_real_influxdb_2_takes_it(tmp_path: Path) -> None:
        server = RealInflux2(tmp_path)
        server.start()
        try:
            assert run(tmp_path, server.url, server.token, "--bucket", BUCKET) == 0
            assert run(tmp_path, server.url, server.token, "--bucket", BUCKET) == 0
        finally:
            server.stop()


def test_health_is_the_age_of_the_newest_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "store.sqlite"
    assert healthy.main([str(file), "60"]) == 1
    with SqliteStore(file, StoreSettings()) as store:
        assert healthy.main([str(file), "60"]) == 1
        assert "no round has ended yet" in capsys.readouterr().out
        series = COLLECTOR_ROUND.series(collector="collector")
        store.write([Sample(series, UnixNs(1_000_000_000_000), {COLLECTOR_ROUND.devices: 3})])
        assert healthy.age_s(file, 1060.0) == pytest.approx(60.0)
        assert healthy.main([str(file), "60"]) == 1  # the clock says it is decades old
        assert healthy.main([str(file), "1e12"]) == 0
