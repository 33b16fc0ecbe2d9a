"""Redundancy as the service writes it: who stands worse, who stands well again, and how many."""

from __future__ import annotations

from polled_city import Polled, polled_plant

from inventory.entities import Code
from rainbow.kernel.metrics import REDUNDANCY, REDUNDANCY_TOTAL
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.redundancy import Redundancy
from topology.cut_index import CutIndex

PLANT = polled_plant(
    [Polled(code=f"SW-{name}", port=number, ports=("ge1", "ge2")) for number, name in enumerate("ABC", 1)],
    links=(("SW-A:ge1", "SW-B:ge1"), ("SW-B:ge2", "SW-C:ge1"), ("SW-C:ge2", "SW-A:ge2")),
)
ALL = frozenset(link.code for link in PLANT.links)


def shown(samples: list[Sample]) -> tuple[dict[str, object], dict[str, object]]:
    sites = {
        dict(item.series.tags)["site"]: item.values[REDUNDANCY.standing]
        for item in samples
        if item.series.metric is REDUNDANCY
    }
    (total,) = [item.values for item in samples if item.series.metric is REDUNDANCY_TOTAL]
    return sites, {field.name: value for field, value in total.items()}


def test_sites_are_written_while_they_stand_worse_and_once_more_when_they_do_not() -> None:
    made: list[CutIndex] = []

    def index() -> CutIndex:
        made.append(CutIndex.of(PLANT))
        return made[-1]

    kept = Redundancy(PLANT, index)
    calm = {"last_path": 0, "cut_off": 0}
    assert shown(kept.judged(frozenset(), UnixNs(1))) == ({}, calm)
    assert made == [], "nothing is computed while all is well"
    lost = {"ST-SW-B": 0, "ST-SW-C": 0}
    assert shown(kept.judged(ALL, UnixNs(2))) == (lost, {"last_path": 0, "cut_off": 2})
    assert shown(kept.judged(ALL, UnixNs(3))) == (lost, {"last_path": 0, "cut_off": 2})
    one = frozenset({Code("LI-1"), Code("LI-2")})
    assert shown(kept.judged(one, UnixNs(4))) == ({"ST-SW-B": 0, "ST-SW-C": 2}, {"last_path": 0, "cut_off": 1})
    assert shown(kept.judged(frozenset(), UnixNs(5))) == ({"ST-SW-B": 2}, calm)
    assert shown(kept.judged(frozenset(), UnixNs(6))) == ({}, calm)
    assert len(made) == 1
