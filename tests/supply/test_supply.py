"""What the program is made of, what is known against it, and the servers beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import ROOT
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from rainbow.kernel.errors import UsageError
from rainbow.kernel.samples import UnixNs
from rainbow.settings import read_settings
from rainbow.supply import advisories
from rainbow.supply.__main__ import CODES, main, said
from rainbow.supply.advisories import Verdict, read
from rainbow.supply.sbom import installed, sbom
from rainbow.supply.servers import judged, versions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def bill() -> dict[str, object]:
    return sbom(UnixNs(1_790_000_000_000_000_000), "mailto:netz@example.org")


def components(bill: dict[str, object]) -> list[dict[str, object]]:
    found = bill["components"]
    assert isinstance(found, list)
    return found


def test_the_bill_is_cyclonedx_1_6(bill: dict[str, object]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None


def test_the_schema_finds_a_bad_bill(bill: dict[str, object]) -> None:
    bad = {**bill, "components": [{"type": "library"}]}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bad)) is not None


def test_each_component_has_the_fields_of_tr_03183(bill: dict[str, object]) -> None:
    metadata = bill["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["timestamp"].endswith("Z")
    assert metadata["manufacturer"]["contact"] == [{"email": "netz@example.org"}]
    wanted = {"bsi:component:filename", "bsi:component:executable", "bsi:component:archive", "bsi:component:structured"}
    for item in [*components(bill), metadata["component"]]:
        (hashed,) = item["hashes"]
        assert (hashed["alg"], len(hashed["content"])) == ("SHA-512", 128)
        assert item["licenses"]
        assert item["version"]
        assert wanted <= {entry["name"] for entry in item["properties"]}


def test_it_names_what_is_locked_and_no_vulnerability(bill: dict[str, object]) -> None:
    names = {str(item["name"]).lower().replace("_", "-") for item in components(bill)}
    assert {"numpy", "cryptography", "fastapi", "pysnmp", "click"} <= names
    assert "vulnerabilities" not in bill
    assert "pytest" not in names, "tools of the tests are no part of the program"


def test_what_is_not_installed_has_no_bill() -> None:
    with pytest.raises(UsageError):
        installed("no-such-distribution-here")


ANSWER = {"dependencies": [{"name": "a", "version": "1", "vulns": []}], "fixes": []}
HOLE = {"name": "b", "version": "2", "vulns": [{"id": "GHSA-x", "fix_versions": ["3"]}]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("out", "code", "verdict"),
    [
        (json.dumps(ANSWER), 0, Verdict.CLEAN),
        (json.dumps({"dependencies": [*ANSWER["dependencies"], HOLE]}), 1, Verdict.VULNERABLE),
        (json.dumps({"dependencies": [*ANSWER["dependencies"], SKIPPED]}), 0, Verdict.NO_EVIDENCE),
        (json.dumps({"dependencies": [HOLE, SKIPPED]}), 1, Verdict.VULNERABLE),
        (json.dumps({"dependencies": []}), 0, Verdict.NO_EVIDENCE),
        ("", 1, Verdict.NO_EVIDENCE),
        ("no JSON", 0, Verdict.NO_EVIDENCE),
        ('{"dependencies": 3}', 0, Verdict.NO_EVIDENCE),
    ],
)
def test_an_answer_is_never_greener_than_it_is(out: str, code: int, verdict: Verdict) -> None:
    asked = read(out, "ConnectionError: no route", code)
    assert asked.verdict is verdict
    assert str(verdict) in said(asked)
    assert (CODES[verdict] == 0) == (verdict is Verdict.CLEAN)


def test_without_the_tool_there_is_no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advisories, "find_spec", lambda _name: None)
    assert advisories.ask(None).verdict is Verdict.NO_EVIDENCE
    assert main(["advisories"]) == 3
    assert main(["what"]) == 2


@pytest.mark.parametrize(
    ("server", "said_version", "is_safe"),
    [
        ("grafana", "12.4.2", True),
        ("grafana", "12.4.1", False),
        ("grafana", "11.6.0", False),
        ("grafana", "13.0.0", None),
        ("influxdb", "v2.8.0", True),
        ("influxdb", "v2.7.11", False),
        ("influxdb", "1.8.10", True),
        ("influxdb", "1.6.7", False),
        ("influxdb", "", None),
    ],
)
def test_versions_are_held_against_the_least_safe(server: str, said_version: str, is_safe: bool | None) -> None:  # noqa: FBT001 - a table of cases
    assert judged(server, "http://x", said_version, "").is_safe is is_safe


class _Beside(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"database": "ok", "version": "12.3.0"}' if self.path == "/api/health" else b""
        self.send_response(200 if body else 204)
        self.send_header("X-Influxdb-Version", "v2.7.1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture
def beside() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Beside)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_servers_are_asked_for_their_versions(beside: str, tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text(
        f'[city]\nname = "x"\n[influx]\nurl = "{beside}"\ntoken_env = "X"\n[dashboards]\ngrafana_url = "{beside}"\n',
        encoding="utf-8",
    )
    found = {item.server: (item.version, item.is_safe) for item in versions(read_settings(tmp_path))}
    assert found == {"influxdb": ("v2.7.1", False), "grafana": ("12.3.0", False)}


def test_every_file_has_a_licence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reuse", "--root", str(ROOT), "lint", "--lines"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]


def test_the_catalogue_entry_names_version_and_licence() -> None:
    entry = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{entry["softwareVersion"]}"' in project
    assert f'license = "{entry["legal"]["license"]}"' in project
    assert set(entry["localisation"]["availableLanguages"]) == set(entry["description"]) == {"en", "de"}
