"""The command: where secrets come from, what an address is, what the exit code says."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from conftest import free_port
from real_snmpd import KEY, USER, RealSnmpd
from score_recordings import replay

from rainbow.cli.device_options import _target
from rainbow.cli.probe import probe
from rainbow.cli.record import record
from rainbow.kernel.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

RECORDING = """\
1.3.6.1.2.1.1.1.0|4|Invented switch
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1
1.3.6.1.2.1.1.3.0|67|100
1.3.6.1.2.1.1.5.0|4|sw-test
1.3.6.1.2.1.2.2.1.2.1|4|ge1
1.3.6.1.2.1.2.2.1.8.1|2|1
1.3.6.1.4.1.99999.7.1.5.1|4|-7.31 dBm
"""


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("192.0.2.1", ("192.0.2.1", 161)),
        ("192.0.2.1:1161", ("192.0.2.1", 1161)),
        ("[2001:db8::1]:1161", ("2001:db8::1", 1161)),
        ("2001:db8::1", ("2001:db8::1", 161)),
    ],
)
def test_addresses(words: str, target: tuple[str, int]) -> None:
    assert _target(words) == target


@pytest.mark.parametrize("words", ["192.0.2.1:x", "192.0.2.1:0", "192.0.2.1:70000", ":161"])
def test_what_is_no_address(words: str) -> None:
    with pytest.raises(UsageError):
        _target(words)


def test_a_replayed_device_with_its_community_from_three_places(tmp_path: Path) -> None:
    (tmp_path / "made-up.snmprec").write_text(RECORDING)
    (tmp_path / "community").write_text("made-up\n")
    runner = CliRunner(env={"PROBE_COMMUNITY": "made-up", "RAINBOW_LANG": "en"})
    with replay(tmp_path) as port:
        address = f"127.0.0.1:{port}"
        for option in (
            ["--community", "made-up"],
            ["--community-env", "PROBE_COMMUNITY"],
            ["--community-file", str(tmp_path / "community")],
        ):
            result = runner.invoke(probe, [address, *option, "--format", "json"])
            assert result.exit_code == 0, result.output
            said = json.loads(result.stdout)
            assert said["sysName"] == "sw-test"
            assert [(level["class"], level["value"]) for level in said["sensors"]] == [("dbm", -7.31)]
        result = runner.invoke(probe, [address, "--community", "made-up"])
        assert "-7.31 dBm" in result.stdout


def test_a_device_that_is_not_there_is_a_finding(unused_udp_address: str) -> None:
    result = CliRunner().invoke(probe, [unused_udp_address, "--timeout", "1"])
    assert result.exit_code == 1
    assert not result.stdout


def test_v3_needs_both_keys() -> None:
    result = CliRunner().invoke(probe, ["192.0.2.1", "--user", "reader"])
    assert isinstance(result.exception, UsageError)


def test_a_real_agent_by_v3_and_by_v2c_says_the_same(tmp_path: Path) -> None:
    agent = RealSnmpd(tmp_path)
    agent.start()
    try:
        runner = CliRunner(env={"PROBE_KEY": KEY, "PROBE_WRONG": f"not {KEY}", "RAINBOW_LANG": "en"})
        address = f"{agent.address}:{agent.port}"
        keys = ["--user", USER, "--auth-env", "PROBE_KEY", "--priv-env", "PROBE_KEY"]
        by_key = runner.invoke(probe, [address, *keys, "--format", "json"])
        assert by_key.exit_code == 0, by_key.output
        by_name = runner.invoke(probe, [address, "--community", agent.community, "--format", "json"])
        said, same = json.loads(by_key.stdout), json.loads(by_name.stdout)
        assert said["sysName"] == same["sysName"] == "snmpd.test"
        assert [port["ifName"] for port in said["interfaces"]] == list(agent.walk("1.3.6.1.2.1.31.1.1.1.1").values())
        wrong = runner.invoke(probe, [address, "--user", USER, "--auth-env", "PROBE_WRONG", "--priv-env", "PROBE_KEY"])
        assert wrong.exit_code == 1
    finally:
        agent.stop()


@pytest.fixture
def unused_udp_address() -> str:
    """An address where nobody listens."""
    return f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}"


def test_a_device_is_recorded_and_replayed_alike(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir(), second.mkdir()
    (first / "made-up.snmprec").write_text(RECORDING + "1.3.6.1.4.1.99999.7.2.0|64|192.0.2.7\n")
    said = []
    with replay(first) as port:
        asked = [f"127.0.0.1:{port}", "--community", "made-up"]
        result = CliRunner().invoke(record, [*asked, "--to", str(second / "made-up.snmprec")])
        assert result.exit_code == 0, result.output
        said.append(CliRunner().invoke(probe, [*asked, "--format", "json"]).stdout.replace(str(port), ""))
    lines = (second / "made-up.snmprec").read_text().splitlines()
    assert "1.3.6.1.4.1.99999.7.1.5.1|4x|2d372e33312064426d" in lines
    assert "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1" in lines
    with replay(second) as port:
        asked = [f"127.0.0.1:{port}", "--community", "made-up", "--format", "json"]
        said.append(CliRunner().invoke(probe, asked).stdout.replace(str(port), ""))
    assert said[0] == said[1]


def test_a_recording_has_its_own_suffix(tmp_path: Path) -> None:
    result = CliRunner().invoke(record, ["192.0.2.1", "--to", str(tmp_path / "x.txt")])
    assert isinstance(result.exception, UsageError)
