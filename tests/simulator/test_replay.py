"""Recordings served again: every line, in the right order, whatever the file looks like."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from conftest import free_port, require_real, shared_data
from snmp_words import answer, request

from rainbow.cli.simulate import simulate
from rainbow.kernel.errors import InputError, SimulatorError, UsageError
from simulator import ber
from simulator.replay import Recordings, encode, read_recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyasn1.type.base import Asn1Type
    from snmp_words import Oid

    from simulator.agent import Agent

SMALL = b"""\
# a comment
1.3.6.1.2.1.2.2.1.10.10|65|4294967295
1.3.6.1.2.1.2.2.1.10.9|65|9
.1.3.6.1.2.1.1.5.0|4|pipes | belong to the text\r

1.3.6.1.2.1.2.2.1.6.1|4x|0050ba112233
1.3.6.1.2.1.1.3.0|67|123
1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.9
1.3.6.1.2.1.4.20.1.1.10|64|10.1.2.3
1.3.6.1.2.1.4.20.1.1.11|64x|0a010204
1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615
1.3.6.1.2.1.2.2.1.5.1|66|1000000000
1.3.6.1.2.1.2.2.1.22.1|5|
1.3.6.1.2.1.2.2.1.2.1|4|
1.3.6.1.4.1.1.1|2|-5
"""


def recording(folder: Path, name: str, content: bytes) -> Path:
    path = folder / f"{name}.snmprec"
    path.write_bytes(content)
    return path


def walked(agent: Agent, community: str, *, repetitions: int = 60) -> Iterator[tuple[Oid, Asn1Type]]:
    """All objects, as a manager that uses GetBulk meets them."""
    at: Oid = (0, 0)
    while True:
        for oid, value in answer(agent.answer(request("bulk", at, second=repetitions, community=community))).binds:
            if type(value).__name__ == "EndOfMibView":
                return
            assert oid > at
            at = oid
            yield oid, value


def test_lines_of_all_types_come_back_in_the_order_of_their_arcs(tmp_path: Path) -> None:
    recording(tmp_path, "small", SMALL)
    found = [
        (".".join(map(str, oid)), type(value).__name__, value)
        for oid, value in walked(Recordings(tmp_path).agent(), "small")
    ]
    assert [(oid, kind, value.prettyPrint()) for oid, kind, value in found] == [
        ("1.3.6.1.2.1.1.2.0", "ObjectIdentifier", "1.3.6.1.4.1.9"),
        ("1.3.6.1.2.1.1.3.0", "TimeTicks", "123"),
        ("1.3.6.1.2.1.1.5.0", "OctetString", "pipes | belong to the text"),
        ("1.3.6.1.2.1.2.2.1.2.1", "OctetString", ""),
        ("1.3.6.1.2.1.2.2.1.5.1", "Gauge32", "1000000000"),
        ("1.3.6.1.2.1.2.2.1.6.1", "OctetString", "0x0050ba112233"),
        ("1.3.6.1.2.1.2.2.1.10.9", "Counter32", "9"),
        ("1.3.6.1.2.1.2.2.1.10.10", "Counter32", "4294967295"),
        ("1.3.6.1.2.1.2.2.1.22.1", "Null", ""),
        ("1.3.6.1.2.1.4.20.1.1.10", "IpAddress", "10.1.2.3"),
        ("1.3.6.1.2.1.4.20.1.1.11", "IpAddress", "10.1.2.4"),
        ("1.3.6.1.2.1.31.1.1.1.6.1", "Counter64", "18446744073709551615"),
        ("1.3.6.1.4.1.1.1", "Integer", "-5"),
    ]


@pytest.mark.parametrize(
    ("tag", "value", "encoded"),
    [
        (b"4x", b"abc", b"\x04\x02\xab\xc0"),  # cut off in the middle of a byte
        (b"4x", b"", b"\x04\x00"),
        (b"4e", b"a\\x00b", b"\x04\x03a\x00b"),
        (b"4", "Grüße".encode(), b"\x04\x07Gr\xc3\xbc\xc3\x9fe"),
        (b"4", b"\xff\xfe", b"\x04\x02\xff\xfe"),
        (b"64", b"\x0a\x00\x00\x01", b"\x40\x04\x0a\x00\x00\x01"),
        (b"2x", b"ff", b"\x02\x02\x00\xff"),
        (b"68x", b"9f780442f60000", b"\x44\x07\x9fx\x04B\xf6\x00\x00"),
        (b"6", b"0.0", b"\x06\x01\x00"),
    ],
)
def test_values(tag: bytes, value: bytes, encoded: bytes) -> None:
    assert encode(tag, value) == encoded


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"1.3.6.1|4", "three parts"),
        (b"1.3.6.1|99|x", "'99' is not known"),
        (b"1.3.6.1|2:numeric|rate=1", "'2:numeric' is not known"),
        (b"1.3.6.1|65|-1", "-1 does not fit type 65"),
        (b"1.3.6.1|65|4294967296", "does not fit"),
        (b"1.3.6.1|2|many", "many"),
        (b"1.3.6.1|64|1.2.3", "1.2.3"),
        (b"1.3.6.1|4x|zz", "hex"),
        (b"1.3.-6.1|4|x", "identifier"),
        (b"hello|4|x", "hello"),
    ],
)
def test_a_bad_line_is_named_and_costs_no_other(tmp_path: Path, line: bytes, said: str) -> None:
    objects, findings = read_recording(recording(tmp_path, "bad", b"1.3.6.1.1|2|1\n" + line + b"\n1.3.6.1.3|2|3"))
    assert len(objects) == 2
    assert [finding.where for finding in findings] == ["bad.snmprec:2"]
    assert said in findings[0].message


def test_a_file_that_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    objects, findings = read_recording(recording(tmp_path, "bom", b"\xef\xbb\xbf1.3.6.1|2|1\n"))
    assert (len(objects), findings) == (1, [])


def test_of_two_equal_lines_the_last_counts(tmp_path: Path) -> None:
    objects, _findings = read_recording(recording(tmp_path, "twice", b"1.3.6.1|2|1\n1.3.6.1|2|2\n"))
    assert objects.get(ber.name_of(ber.key(1, 3, 6, 1))) == ber.integer(2)


def test_a_recording_without_objects_and_a_folder_without_recordings(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="holds no recording"):
        Recordings(tmp_path)
    with pytest.raises(InputError, match="holds no object"):
        read_recording(recording(tmp_path, "empty", b"\n# nothing\n"))
    recording(tmp_path, "good", SMALL)
    recordings = Recordings(tmp_path)
    assert recordings.load_all() == 13  # the empty one is said and left out
    assert recordings.view(b"empty") is None
    assert recordings.view(b"unknown") is None


def test_the_community_is_the_file_name_whatever_it_is(tmp_path: Path) -> None:
    for name in ("a b", "v1.2-x", "Größe"):
        recording(tmp_path, name, SMALL)
    recording(tmp_path, "", SMALL)
    recordings = Recordings(tmp_path)
    assert len(recordings) == 3
    assert all(recordings.view(name.encode()) is not None for name in ("a b", "v1.2-x", "Größe"))


def test_every_line_of_every_foreign_recording_is_walked() -> None:
    folder = shared_data("snmprec")
    recordings = Recordings(folder)
    agent = recordings.agent()
    recordings.load_all()
    for path in sorted(folder.glob("*.snmprec")):
        lines = {line.split(b"|")[0].strip().lstrip(b".") for line in path.read_bytes().splitlines() if b"|" in line}
        objects = recordings.view(path.stem.encode())
        assert objects is not None
        assert objects._keys == sorted(map(ber.parse_oid, lines)), path.name
        assert sum(1 for _item in objects.walk(ber.name_of(ber.key(0, 0)))) == len(lines), path.name
    assert sum(1 for _bind in walked(agent, "nokia-isam")) == 2778


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "neither a subcommand nor"),
        (["--replay", "."], "neither a subcommand nor"),
        (["--port", "1", "status", "x"], "stand alone"),
    ],
)
def test_wrong_calls_are_explained(arguments: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        CliRunner().invoke(simulate, arguments, catch_exceptions=False)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """The command itself in a process of its own, with a small recording and one of 10 MB."""
    recording(tmp_path, "small", SMALL)
    rows = (f"1.3.6.1.4.1.32473.{1000 - n % 1000}.{n}|4|row {n:>40}" for n in range(150_000))
    large = recording(tmp_path, "large", "\n".join(rows).encode())
    assert large.stat().st_size > 10_000_000
    port = free_port(socket.SOCK_DGRAM)
    command = [sys.executable, "-m", "rainbow", "simulate", "--replay", str(tmp_path), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")
        yield port
        process.terminate()
        assert process.wait(10) == 0


@pytest.mark.real
@pytest.mark.timeout(60)
def test_net_snmp_reads_what_the_command_serves(served: int) -> None:
    require_real("snmpbulkwalk", "snmpget")

    def run(program: str, *arguments: str) -> list[str]:
        command = [program, "-Onq", "-t2", "-r2", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout.splitlines()

    address = f"127.0.0.1:{served}"
    for version in ("-v1", "-v2c"):
        assert run("snmpget", version, "-csmall", address, ".1.3.6.1.2.1.1.3.0") == [".1.3.6.1.2.1.1.3.0 0:0:00:01.23"]
    walk = run("snmpbulkwalk", "-v2c", "-csmall", address, ".1.3.6.1.2.1")
    assert len(walk) == 12
    large = run("snmpbulkwalk", "-v2c", "-clarge", "-Cr50", address, ".1.3.6.1.4.1.32473")
    assert "No more variables" in large.pop()
    assert len(large) == 150_000
    assert run("snmpget", "-v2c", "-r0", "-cother", address, ".1.3.6.1.2.1.1.3.0") == []


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    recording(tmp_path, "small", SMALL)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(SimulatorError, match=f"port {port}: Address already in use"):
            CliRunner().invoke(simulate, ["--replay", str(tmp_path), "--port", str(port)], catch_exceptions=False)
