"""``rainbow collect once`` over three kinds of agents into a real InfluxDB: its rows are what the agents served.

What the agents serve is read with net-snmp's tools, or stands in the recording: our own client is not asked.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import free_port, require_real, shared_data
from polled_city import Polled, PolledCity, polled_plant
from real_influx import RealInflux
from real_snmpd import KEY, USER, RealSnmpd
from running import Running, rainbow

from inventory.sources.city_folder import read_plant, write_plant
from rainbow.kernel.metrics import DEVICE, DRIFT, DRIFT_TOTAL, INTERFACE, LINK, NEIGHBOUR, OPTICS
from store.reader import StoreReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rainbow.kernel.metrics import Field

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
COUNTERS: dict[Field, str] = {
    INTERFACE.in_octets: f"{IFX}.6",
    INTERFACE.out_octets: f"{IFX}.10",
    INTERFACE.in_ucast_pkts: f"{IFX}.7",
    INTERFACE.out_ucast_pkts: f"{IFX}.11",
    INTERFACE.in_errors: f"{IF}.14",
    INTERFACE.out_errors: f"{IF}.20",
    INTERFACE.in_discards: f"{IF}.13",
    INTERFACE.out_discards: f"{IF}.19",
}
STATES: dict[Field, tuple[str, int]] = {
    INTERFACE.admin_state: (f"{IF}.7", 1),
    INTERFACE.oper_state: (f"{IF}.8", 1),
    INTERFACE.speed_bps: (f"{IFX}.15", 1_000_000),
}
"""Written down here once more, from the MIB, not from the collector's tables."""
SENSOR = "1.3.6.1.2.1.99.1.1.1"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"

RECORDING = "edge-switch"
PORTS = 7


def recording() -> dict[str, tuple[str, str]]:
    """A made-up switch: type and value by OID. Port 3 is dark, port 4 says 0 for it."""
    rows: dict[str, tuple[str, str]] = {
        "1.3.6.1.2.1.1.1.0": ("4", "Edge switch, made up"),
        "1.3.6.1.2.1.1.2.0": ("6", "1.3.6.1.4.1.99999.7"),
        "1.3.6.1.2.1.1.3.0": ("67", "360000"),
        "1.3.6.1.2.1.1.5.0": ("4", "edge-1"),
    }
    for index in range(1, PORTS + 1):
        columns = {
            f"{IF}.2": ("4", f"Port {index}"),
            f"{IF}.3": ("2", "6"),
            f"{IFX}.1": ("4", f"ge-0/0/{index}"),
            f"{IFX}.15": ("66", "1000" if index < 7 else "10000"),
            f"{IF}.7": ("2", "1"),
            f"{IF}.8": ("2", "2" if index == 3 else "1"),
        }
        for place, oid in enumerate(COUNTERS.values()):
            wide = oid.startswith(IFX)
            columns[oid] = ("70" if wide else "65", str(index * 10**12 + place if wide else index * 1000 + place))
        light = {3: -4000, 4: 0}.get(index, -500 - index)
        columns |= {f"{SENSOR}.{n}": ("2", v) for n, v in zip("12345", ("14", "9", "2", str(light), "1"), strict=True)}
        columns[f"{ENTITY}.7"] = ("4", f"ge-0/0/{index} Rx Power")
        rows |= {f"{oid}.{index}": value for oid, value in columns.items()}
    return rows


class Rows:
    """What a real InfluxDB has, newest value of each field by tags."""

    def __init__(self, influx: RealInflux) -> None:
        self._influx = influx

    def newest(self, measurement: str, *tags: str) -> dict[tuple[str, ...], dict[str, object]]:
        found = self._influx.query(f"SELECT last(*) FROM {measurement} GROUP BY {', '.join(tags)}")  # noqa: S608 - our own names
        made = {}
        for series in found:
            columns: list[str] = series["columns"]  # type: ignore[assignment]
            (values,) = series["values"]  # type: ignore[misc]
            named = {
                name.removeprefix("last_"): value
                for name, value in zip(columns, values, strict=True)
                if value is not None and name != "time"
            }
            made[tuple(series["tags"][tag] for tag in tags)] = named  # type: ignore[index]
        return made


def walk(address: str, port: int, community: str, root: str) -> dict[str, str]:
    """A column as net-snmp reads it, by index."""
    done = subprocess.run(
        ["snmpbulkwalk", "-v2c", "-c", community, "-t", "5", "-Onqe", f"{address}:{port}", root],
        capture_output=True,
        text=True,
        check=True,
        env={"MIBS": "", "PATH": "/usr/bin:/bin:/usr/sbin"},
    )
    lines = (line.partition(" ") for line in done.stdout.splitlines() if "No Such" not in line)
    return {oid[len(root) + 2 :]: value.strip('"') for oid, _space, value in lines}


@pytest.fixture
def influx(tmp_path: Path) -> Iterator[RealInflux]:
    server = RealInflux(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def snmpd(tmp_path: Path) -> Iterator[RealSnmpd]:
    agent = RealSnmpd(tmp_path)
    agent.start()
    yield agent
    agent.stop()


@pytest.fixture
def replayed(tmp_path: Path) -> Iterator[int]:
    """A recording of our own and, where it is at hand, one of a real switch, served again; the port."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    lines = [f"{oid}|{kind}|{value}\n" for oid, (kind, value) in recording().items()]
    (folder / f"{RECORDING}.snmprec").write_text("".join(reversed(lines)), encoding="utf-8")
    port = free_port(socket.SOCK_DGRAM)
    with Running(tmp_path, "simulate", "--replay", str(folder), "--port", str(port)) as server:
        server.wait_for("ready:")
        yield port


def influx_settings(influx: RealInflux) -> dict[str, object]:
    return {"url": influx.url, "version": 1}


def check_port(row: dict[str, object], before: dict[str, str], after: dict[str, str]) -> None:
    """A port's row between two readings of its columns: counters may have moved on, states may not have."""
    for counter, oid in COUNTERS.items():
        if oid in before:
            assert int(before[oid]) <= int(str(row[counter.name])) <= int(after[oid]), counter.name
    for state, (oid, factor) in STATES.items():
        if oid in before and before[oid] == after[oid]:
            assert row[state.name] == int(before[oid]) * factor, state.name


def columns_of(address: str, port: int, community: str) -> dict[str, dict[str, str]]:
    """All columns of all ports by ifName, as net-snmp reads them."""
    tables = {
        f"{root}.{rest}": value for root in (IF, IFX) for rest, value in walk(address, port, community, root).items()
    }
    oids = [*COUNTERS.values(), *(oid for oid, _factor in STATES.values())]
    names = {oid.rpartition(".")[2]: value for oid, value in tables.items() if oid.startswith(f"{IFX}.1.")}
    return {
        name: {oid: tables[f"{oid}.{index}"] for oid in oids if f"{oid}.{index}" in tables}
        for index, name in names.items()
    }


def drifts(city: Path) -> int:
    """Points that say how far the plant is from the switches: judged after the round, not read in it."""
    with StoreReader(city / "state" / "rainbow.sqlite") as reader:
        return len(reader.latest(DRIFT)) + len(reader.latest(DRIFT_TOTAL))


def test_three_kinds_of_agents(tmp_path: Path, influx: RealInflux, snmpd: RealSnmpd, replayed: int) -> None:
    require_real("snmpbulkwalk")
    simulated = tmp_path / "simulated"
    switch_port = free_port(socket.SOCK_DGRAM)
    made = rainbow(
        "simulate", "new-city", str(simulated), "--seed", "5", "--switches", "40", "--port", str(switch_port)
    )
    assert made.returncode == 0, made.stderr
    extra = [
        Polled(code="NETSNMP", port=snmpd.port, community="public", ports=("lo",)),
        Polled(code="NETSNMP3", port=snmpd.port, user=USER, key=KEY, ports=("lo",)),
        Polled(code="RECORDED", port=replayed, community=RECORDING, ports=("ge-0/0/1",)),
    ]
    city = joined_city(tmp_path / "city", simulated, extra, influx)
    with Running(tmp_path, "simulate", "run", str(simulated)) as running:
        running.wait_for("ready:")
        shutil.copy(simulated / "state/secrets/snmp_community", city / "state/secrets/snmp_community")
        community = (city / "state/secrets/snmp_community").read_text().strip()
        switches = read_plant(simulated).devices
        assert len(switches) == 40
        targets = {device.code: (device.address, device.port, community) for device in switches}
        targets |= dict.fromkeys(("NETSNMP", "NETSNMP3"), ("127.0.0.1", snmpd.port, "public"))
        before = {code: columns_of(*target) for code, target in targets.items()}
        done = rainbow("collect", "once", str(city), "--format", "json")
        after = {code: columns_of(*target) for code, target in targets.items()}
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert len(said["devices"]) == 43
    assert all(device["answered"] for device in said["devices"])
    points = said["samples"] + drifts(city)
    assert said["deliveries"] == [{"sink": "influxdb", "delivered": points, "waiting": 0, "error": "", "cure": ""}]
    assert community not in done.stdout + done.stderr
    check_rows(Rows(influx), before, after)


def joined_city(folder: Path, simulated: Path, extra: list[Polled], influx: RealInflux) -> Path:
    """The simulated city's plant with further devices, and settings that know all their profiles."""
    PolledCity(folder=folder, devices=extra, influx=influx_settings(influx), collect={"timeout_s": 2.0}).write()
    ours, more = read_plant(simulated), polled_plant(extra)
    write_plant(
        replace(
            ours,
            sites=(*ours.sites, *(replace(site, is_hub=False) for site in more.sites)),
            devices=(*ours.devices, *more.devices),
            interfaces=(*ours.interfaces, *more.interfaces),
        ),
        folder,
    )
    settings = folder / "city.toml"
    profile = '[snmp.default]\nversion = "2c"\ncommunity_file = "state/secrets/snmp_community"\n'
    settings.write_text(settings.read_text() + profile, encoding="utf-8")
    return folder


def check_rows(
    rows: Rows, before: dict[str, dict[str, dict[str, str]]], after: dict[str, dict[str, dict[str, str]]]
) -> None:
    ports = rows.newest(INTERFACE.name, "device", "if_name")
    for code, columns in before.items():
        for if_name, read in columns.items():
            if (code, if_name) in ports:
                check_port(ports[code, if_name], read, after[code][if_name])
        if not code.startswith("NETSNMP"):
            assert {if_name for device, if_name in ports if device == code} == columns.keys(), "every port, no other"
    assert ("NETSNMP", "lo") in ports
    assert ("NETSNMP3", "lo") in ports
    check_recorded(rows, ports)
    assert all(values[DEVICE.up.name] == 1 for values in rows.newest(DEVICE.name, "device").values())
    links = rows.newest(LINK.name, "link")
    assert links
    assert {values[LINK.state.name] for values in links.values()} == {1}
    neighbours = rows.newest(NEIGHBOUR.name, "device", "if_name")
    assert len(neighbours) == 2 * len(links), "both ends of each link hear each other"
    assert {values[NEIGHBOUR.matches.name] for values in neighbours.values()} == {1}


def check_recorded(rows: Rows, ports: dict[tuple[str, ...], dict[str, object]]) -> None:
    """A recording does not move: its rows are equal, value by value."""
    recorded = recording()
    optics = rows.newest(OPTICS.name, "device", "if_name")
    for index in range(1, PORTS + 1):
        if_name = f"ge-0/0/{index}"
        expected = {counter.name: int(recorded[f"{oid}.{index}"][1]) for counter, oid in COUNTERS.items()}
        expected |= {state.name: int(recorded[f"{oid}.{index}"][1]) * factor for state, (oid, factor) in STATES.items()}
        assert ports["RECORDED", if_name] == expected
        dark = index in {3, 4}
        level = {} if dark else {OPTICS.rx_dbm.name: pytest.approx(int(recorded[f"{SENSOR}.4.{index}"][1]) / 100)}
        assert optics["RECORDED", if_name] == {OPTICS.light.name: int(not dark), **level}


@pytest.mark.parametrize("name", ["procurve", "iosxr_ncs55a2"])
def test_recordings_of_real_switches(tmp_path: Path, influx: RealInflux, name: str) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    shutil.copy(shared_data("snmprec") / f"{name}.snmprec", folder)
    served: dict[str, str] = {}
    with (folder / f"{name}.snmprec").open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            oid, _kind, value = line.rstrip("\n").split("|", 2)
            served[oid] = value
    port = free_port(socket.SOCK_DGRAM)
    city = PolledCity(
        folder=tmp_path / "city",
        devices=[Polled(code="REAL", port=port, community=name)],
        influx=influx_settings(influx),
        collect={"timeout_s": 2.0, "device_deadline_s": 20.0},
    ).write()
    with Running(tmp_path, "simulate", "--replay", str(folder), "--port", str(port)) as server:
        server.wait_for("ready:")
        done = rainbow("collect", "once", str(city.folder))
    assert done.returncode == 0, done.stdout + done.stderr
    ports = Rows(influx).newest(INTERFACE.name, "if_name")
    names = {
        oid.rpartition(".")[2]: value for oid, value in served.items() if re.match(rf"{re.escape(IFX)}\.1\.\d+$", oid)
    }
    known = {if_name: index for index, if_name in names.items() if list(names.values()).count(if_name) == 1}
    assert len(ports) > 20
    for (if_name,), row in ports.items():
        if if_name not in known:
            continue
        for counter, oid in COUNTERS.items():
            if (value := served.get(f"{oid}.{known[if_name]}")) is not None:
                assert row[counter.name] == int(value)
        for state, (oid, factor) in STATES.items():
            if (value := served.get(f"{oid}.{known[if_name]}")) is not None:
                assert row[state.name] == int(value) * factor


def test_a_silent_device_is_named_with_its_cure_and_the_exit_code_says_so(
    tmp_path: Path, influx: RealInflux, replayed: int
) -> None:
    city = PolledCity(
        folder=tmp_path / "city",
        devices=[
            Polled(code="GOOD", port=replayed, community=RECORDING, ports=("ge-0/0/1", "ge-0/0/99")),
            Polled(code="GONE", port=free_port(socket.SOCK_DGRAM), community="a-secret-community"),
        ],
        influx=influx_settings(influx),
    ).write()
    done = rainbow("collect", "once", str(city.folder))
    assert done.returncode == 1
    assert re.search(r"^GOOD +yes +6 of 7", done.stdout, re.MULTILINE)
    assert "ge-0/0/99 of the plant does not exist" in done.stdout
    assert re.search(r"^GONE +no", done.stdout, re.MULTILINE)
    assert "check power" in done.stdout
    assert "2 devices asked, 1 did not answer" in done.stdout
    assert "a-secret-community" not in done.stdout + done.stderr
    up = Rows(influx).newest(DEVICE.name, "device")
    assert {code: values[DEVICE.up.name] for (code,), values in up.items()} == {"GOOD": 1, "GONE": 0}


def test_an_absent_influxdb_costs_nothing_and_is_said(tmp_path: Path, replayed: int) -> None:
    city = PolledCity(
        folder=tmp_path / "city",
        devices=[Polled(code="GOOD", port=replayed, community=RECORDING)],
        influx={"url": f"http://127.0.0.1:{free_port()}", "version": 1},
    ).write()
    done = rainbow("collect", "once", str(city.folder), "--format", "json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    (delivery,) = said["deliveries"]
    assert delivery["waiting"] == said["samples"] + drifts(city.folder)
    assert "does not answer" in delivery["error"]


def test_a_missing_secret_and_a_second_collector_are_refused(tmp_path: Path, replayed: int) -> None:
    city = PolledCity(
        folder=tmp_path / "city",
        devices=[Polled(code="GOOD", port=replayed, community=RECORDING)],
        collect={"interval_s": 1.0},
    ).write()
    with Running(tmp_path, "collect", "run", str(city.folder)) as first:
        first.wait_for("round in")
        second = rainbow("collect", "once", str(city.folder))
        assert second.returncode == 2
        assert f"process {first.process.pid}" in second.stderr
        first.process.terminate()
        assert first.process.wait(5) == 0
        assert "stopped" in first.said()
    (city.folder / "state/secrets/p-GOOD").unlink()
    refused = rainbow("collect", "once", str(city.folder))
    assert refused.returncode == 2
    assert "state/secrets/p-GOOD" in refused.stderr
    assert "Traceback" not in refused.stderr
