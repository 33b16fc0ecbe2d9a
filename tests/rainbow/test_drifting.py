"""Drift as the service writes it: counted by kind and device, 0 once when it is gone, a total always."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polled_city import Polled, polled_plant

from inventory.drift import DRIFT_KINDS, DRIFT_RULES
from rainbow.drifting import JUDGED_NS, Drifting
from rainbow.kernel.findings import Finding
from rainbow.kernel.metrics import DRIFT, DRIFT_TOTAL, INTERFACE
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.settings import StoreSettings
from store.reader import StoreReader
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

PLANT = polled_plant(
    [Polled(code=f"SW-{name}", port=number, ports=("ge1", "ge2")) for number, name in enumerate("AB", 1)],
    links=(("SW-A:ge1", "SW-B:ge1"),),
)
NOW = UnixNs(1_800_000_000_000_000_000)


def finding(rule: str, record: str) -> Finding:
    return Finding(code=rule, severity=DRIFT_RULES[rule][0], where="", record=record, message="differs", cure="mend")


def shown(samples: list[Sample]) -> tuple[dict[tuple[str, ...], object], dict[str, object]]:
    counts: dict[tuple[str, ...], object] = {
        tuple(item.series.tag(name) for name in DRIFT.tags): item.values[DRIFT.count]
        for item in samples
        if item.series.metric is DRIFT
    }
    (total,) = [item.values for item in samples if item.series.metric is DRIFT_TOTAL]
    return counts, {field.name: value for field, value in total.items()}


def test_every_rule_has_its_word() -> None:
    assert DRIFT_KINDS.keys() == DRIFT_RULES.keys()
    assert len(set(DRIFT_KINDS.values())) == len(DRIFT_KINDS)


def test_differences_are_counted_and_told_once_more_when_they_are_gone() -> None:
    kept = Drifting(PLANT)
    found = [
        finding("RB-9001", "SW-A:ge1"),
        finding("RB-9001", "SW-A:ge2"),
        finding("RB-9003", "SW-B:ge1"),
        finding("RB-9007", PLANT.links[0].code),
    ]
    a, b = ("warning", "ST-SW-A", "SW-A"), ("info", "ST-SW-B", "SW-B")
    assert shown(kept.judged(found, NOW)) == (
        {("other_neighbour", *a): 2, ("silent_neighbour", *b): 1, ("loss", *a): 1},
        {"warnings": 3, "hints": 1},
    )
    assert shown(kept.judged(found[:2], NOW)) == (
        {("other_neighbour", *a): 2, ("silent_neighbour", *b): 0, ("loss", *a): 0},
        {"warnings": 2, "hints": 0},
    )
    assert shown(kept.judged([], NOW)) == ({("other_neighbour", *a): 0}, {"warnings": 0, "hints": 0})
    assert shown(kept.judged([], NOW)) == ({}, {"warnings": 0, "hints": 0})


def test_it_is_judged_when_switches_have_spoken_and_not_each_moment(tmp_path: Path) -> None:
    kept = Drifting(PLANT)
    port = INTERFACE.series(site="ST-SW-A", device="SW-A", if_name="ge1")
    file = tmp_path / "rainbow.sqlite"
    with SqliteStore(file, StoreSettings()) as store, StoreReader(file) as reader:
        kept.step(reader, store, NOW)
        assert reader.latest(DRIFT_TOTAL) == [], "nobody has said anything"
        store.write([Sample(port, NOW, {INTERFACE.oper_state: 1, INTERFACE.speed_bps: 10_000_000})])
        kept.step(reader, store, NOW)
        kept.step(reader, store, UnixNs(NOW + JUDGED_NS - 1))
        (total,) = reader.latest(DRIFT_TOTAL)
        assert (total.time_ns, total.values[DRIFT_TOTAL.warnings]) == (NOW, 2)
        kinds = {item.series.tag("kind"): item.values[DRIFT.count] for item in reader.latest(DRIFT)}
        assert kinds == {"speed": 1, "missing_port": 1}
        kept.step(reader, store, UnixNs(NOW + JUDGED_NS))
        assert reader.latest(DRIFT_TOTAL)[0].time_ns == NOW + JUDGED_NS
