"""Documented against discovered: each difference is named, agreement and silence are not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from inventory.drift import DRIFT_RULES, READ, ModuleSeen, Seen, drift
from inventory.entities import Code, Direction
from inventory.loss import way_loss
from inventory.sources.city_folder import write_plant
from rainbow.city import clock
from rainbow.cli import main
from rainbow.kernel.metrics import INTERFACE, NEIGHBOUR, OPTICS, PORT
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.settings import StoreSettings
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding
    from rainbow.kernel.metrics import Field, Metric
    from rainbow.kernel.samples import Value

NOW = UnixNs(1_800_000_000_000_000_000)


class City:
    """What all switches of a plant say when everything is as documented."""

    def __init__(self, plant: Plant, time_ns: UnixNs = NOW) -> None:
        self.plant = plant
        self.time_ns = time_ns
        self.said: dict[tuple[str, str], dict[Field, Value]] = {}
        for port in plant.interfaces:
            self.said["interface", port.code] = {
                INTERFACE.oper_state: 1,
                INTERFACE.speed_bps: port.speed_mbps * 1_000_000,
            }
        for link in plant.links:
            for here, there, direction in ((link.a, link.b, Direction.A_TO_B), (link.b, link.a, Direction.B_TO_A)):
                far = plant.interface[there]
                self.said["neighbour", here] = {
                    NEIGHBOUR.remote_device: str(far.device),
                    NEIGHBOUR.remote_port: far.if_name,
                    NEIGHBOUR.matches: 1,
                }
                loss_db = way_loss(plant, link, direction).total_db
                self.said.setdefault(("optics", here), {})[OPTICS.tx_dbm] = -4.0
                self.said.setdefault(("optics", there), {})[OPTICS.rx_dbm] = -4.0 - loss_db

    def samples(self) -> list[Sample]:
        return [Sample(self._series(kind, port), self.time_ns, values) for (kind, port), values in self.said.items()]

    def _series(self, kind: str, port: str) -> object:
        device, _colon, if_name = port.partition(":")
        metrics: Mapping[str, Metric] = {metric.name: metric for metric in READ}
        link = self.plant.link_at.get(Code(port))
        tags = {
            "site": self.plant.device[Code(device)].node if Code(device) in self.plant.device else "",
            "device": device,
            "if_name": if_name,
            "link": link.code if link else "",
        }
        return metrics[kind].series(**tags, **({"lane": "1"} if kind == "optics" else {}))


def findings(city: City, modules: Mapping[Code, ModuleSeen] | None = None) -> tuple[Finding, ...]:
    return drift(city.plant, Seen.of(city.plant, city.samples(), since_ns=NOW - 1, modules=modules or {}))


def hears(city: City, port: str, device: str, remote: str, matches: int) -> None:
    city.said["neighbour", port] = {
        NEIGHBOUR.remote_device: device,
        NEIGHBOUR.remote_port: remote,
        NEIGHBOUR.matches: matches,
    }


def change(city: City, kind: str, port: str, field: Field, value: Value) -> None:
    city.said.setdefault((kind, port), {})[field] = value


CASES: list[tuple[str, str, str, Callable[[City], object]]] = [
    ("RB-9001", "SW1:1/1", "L1 and L2 are swapped", lambda c: hears(c, "SW1:1/1", "SW2", "1/2", 0)),
    ("RB-9001", "SW1:1/1", "write the port it really ends at", lambda c: hears(c, "SW1:1/1", "SW9", "1/2", 0)),
    ("RB-9002", "SW3:1/7", "add the link", lambda c: hears(c, "SW3:1/7", "SW1", "1/9", -1)),
    ("RB-9003", "SW1:1/2", "LLDP", lambda c: c.said.pop(("neighbour", "SW1:1/2"))),
    ("RB-9004", "SW2:1/2", "probe 127.22.0.2", lambda c: c.said.pop(("interface", "SW2:1/2"))),
    ("RB-9006", "SW3:1/1", "write 100", lambda c: change(c, "interface", "SW3:1/1", INTERFACE.speed_bps, 100_000_000)),
    ("RB-9007", "L3", "OTDR", lambda c: change(c, "optics", "SW3:1/1", OPTICS.rx_dbm, -15.0)),
    ("RB-9007", "L1", "shorter", lambda c: change(c, "optics", "SW2:1/1", OPTICS.rx_dbm, -2.5)),
    ("RB-9009", "SW3:1/8", "whose light", lambda c: change(c, "optics", "SW3:1/8", OPTICS.rx_dbm, -12.0)),
    ("RB-9012", "SW1:1/1", "the switch's", lambda c: change(c, "port", "SW1:1/1", PORT.description, "to SW2 (L3)")),
    ("RB-9012", "SW3:1/7", "the switch's", lambda c: change(c, "port", "SW3:1/7", PORT.description, "L1")),
]  # fmt: skip


def test_a_city_as_documented_has_no_drift(glass_plant: Plant, small_plant: Plant) -> None:
    for plant in (glass_plant, small_plant):
        found = [item for item in findings(City(plant)) if item.code != "RB-9007"]
        assert found == []


@pytest.mark.parametrize(("rule", "record", "cure", "hurt"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES])
def test_a_difference_is_named(
    glass_plant: Plant, rule: str, record: str, cure: str, hurt: Callable[[City], object]
) -> None:
    city = City(glass_plant)
    hurt(city)
    (found,) = findings(city)
    assert (found.code, found.record, found.severity) == (rule, record, DRIFT_RULES[rule][0])
    assert cure in found.cure


@pytest.mark.parametrize(
    "quiet",
    [
        lambda c: hears(c, "SW3:1/7", "somebody's telephone", "1", -1),
        lambda c: change(c, "optics", "SW3:1/8", OPTICS.rx_dbm, -40.0),
        lambda c: change(c, "interface", "SW1:1/2", INTERFACE.oper_state, 2) or c.said.pop(("neighbour", "SW1:1/2")),
        lambda c: [c.said.pop(key) for key in list(c.said) if key[1].startswith("SW3:")],
        lambda c: change(c, "optics", "SW3:1/1", OPTICS.rx_dbm, -4.0 - 1.0 - 3.5),
        lambda c: change(c, "port", "SW1:1/1", PORT.description, "L1; was L3"),
        lambda c: change(c, "port", "SW1:1/1", PORT.description, "to the school, L3x"),
    ],
)
def test_what_proves_nothing_is_no_finding(glass_plant: Plant, quiet: Callable[[City], object]) -> None:
    city = City(glass_plant)
    quiet(city)
    assert findings(city) == ()


def test_old_readings_do_not_count(glass_plant: Plant) -> None:
    city = City(glass_plant, UnixNs(NOW - 2))
    hears(city, "SW1:1/1", "SW9", "1/2", 0)
    assert findings(city) == ()


def test_modules_are_held_against_colour_and_serial(glass_plant: Plant) -> None:
    city = City(glass_plant)
    as_said = {
        Code("SW1:1/1"): ModuleSeen(serial="A1", wavelength_nm=1470),
        Code("SW1:1/3"): ModuleSeen(serial="F123", wavelength_nm=1310),
    }
    assert findings(city, as_said) == ()
    other = {
        Code("SW1:1/1"): ModuleSeen(wavelength_nm=1511),
        Code("SW1:1/3"): ModuleSeen(serial="F999", wavelength_nm=1550),
    }
    assert [(item.code, item.record) for item in findings(city, other)] == [
        ("RB-9010", "SW1:1/1"),
        ("RB-9010", "SW1:1/3"),
        ("RB-9011", "SW1:1/3"),
    ]


def test_every_rule_has_its_case() -> None:
    assert {case[0] for case in CASES} | {"RB-9010", "RB-9011"} == set(DRIFT_RULES)


@pytest.fixture
def city_folder(glass_plant: Plant, tmp_path: Path) -> Path:
    write_plant(glass_plant, tmp_path)
    (tmp_path / "city.toml").write_text(
        '[city]\nname = "glass"\ntitle = "Glass"\n[snmp.default]\nversion = "2c"\ncommunity_env = "NOT_ASKED"\n',
        encoding="utf-8",
    )
    return tmp_path


def stored(folder: Path, city: City) -> None:
    (folder / "state").mkdir(exist_ok=True)
    with SqliteStore(folder / "state" / "rainbow.sqlite", StoreSettings(), sinks=()) as store:
        store.write(city.samples())


def test_the_command_reads_the_store(glass_plant: Plant, city_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = City(glass_plant, clock())
    stored(city_folder, city)
    assert main(["inventory", "drift", str(city_folder)]) == 0
    assert "0 differences, 3 of 3 switches heard" in capsys.readouterr().out
    hears(city, "SW1:1/1", "SW2", "1/2", 0)
    city.time_ns = clock()
    stored(city_folder, city)
    assert main(["inventory", "drift", str(city_folder), "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [item["record"] for item in report["findings"]] == ["SW1:1/1"]
    assert main(["inventory", "drift", str(city_folder), "--format", "sarif"]) == 1
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"][0]["ruleId"] == "RB-9001"


def test_the_command_takes_probed_modules(
    glass_plant: Plant, city_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(city_folder, City(glass_plant, clock()))
    probe = city_folder / "probe.json"
    probe.write_text(
        json.dumps({"transceivers": [{"ifName": "1/3", "serial": "F999", "wavelength_nm": 1310.0}, {"ifName": ""}]}),
        encoding="utf-8",
    )
    assert main(["inventory", "drift", str(city_folder), "--probe", f"SW1={probe}"]) == 1
    assert "RB-9011 SW1:1/3: it holds the module F999" in capsys.readouterr().out
    assert main(["inventory", "drift", str(city_folder), "--probe", f"SW7={probe}"]) == 2
    probe.write_text("{}", encoding="utf-8")
    assert main(["inventory", "drift", str(city_folder), "--probe", f"SW1={probe}"]) == 2


def test_silence_is_an_error_not_an_agreement(
    glass_plant: Plant, city_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inventory", "drift", str(city_folder)]) == 2
    stored(city_folder, City(glass_plant, UnixNs(clock() - 48 * 3600 * 10**9)))
    capsys.readouterr()
    assert main(["inventory", "drift", str(city_folder)]) == 2
    assert "rainbow collect once" in capsys.readouterr().err
    assert main(["inventory", "drift", str(city_folder), "--hours", "72"]) == 0


def test_a_planned_link_is_not_looked_for(glass_plant: Plant) -> None:
    from inventory.entities import Status  # noqa: PLC0415

    link = replace(glass_plant.links[0], status=Status.PROPOSED)
    city = City(glass_plant)
    hears(city, "SW1:1/1", "SW9", "1/2", 0)
    city.plant = replace(glass_plant, links=(link, *glass_plant.links[1:]))
    assert [item.code for item in findings(city)] == []
