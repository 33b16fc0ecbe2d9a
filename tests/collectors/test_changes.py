"""Events: told once when something changes, never when nothing is known."""

from __future__ import annotations

from polled_city import Polled, polled_plant

from collectors.changes import MOST, Changes
from collectors.reading import DeviceReading
from collectors.totals import LINK_DOWN, LINK_UNKNOWN, LINK_UP
from rainbow.kernel.metrics import EVENT
from rainbow.kernel.samples import Sample, UnixNs

NOW = UnixNs(1_700_000_000_000_000_000)
PLANT = polled_plant(
    [
        Polled(code="SW-A", port=1, community="a", ports=("ge1", "ge2")),
        Polled(code="SW-B", port=2, community="b", ports=("ge1",)),
    ],
    links=(("SW-A:ge1", "SW-B:ge1"),),
)
A, B = (device.code for device in PLANT.devices)
(LINK,) = (link.code for link in PLANT.links)
WELL = {code: DeviceReading(device=code, time_ns=NOW, uptime_s=1.0, samples=(), ports={}, light={}) for code in (A, B)}


def told(samples: list[Sample]) -> list[tuple[str, str, object]]:
    return [(item.series.tag("kind"), item.series.tag("object"), item.values[EVENT.severity]) for item in samples]


def words(samples: list[Sample]) -> str:
    return "\n".join(str(item.values[EVENT.text]) for item in samples)


def test_the_first_round_tells_nothing() -> None:
    assert Changes(PLANT).events({LINK: LINK_DOWN}, {A: None, B: WELL[B]}, time_ns=NOW) == []


def test_a_cut_and_its_repair_are_told_once_each() -> None:
    changes = Changes(PLANT)
    states = [LINK_UP, LINK_DOWN, LINK_DOWN, LINK_UP, LINK_UP]
    rounds = [changes.events({LINK: state}, WELL, time_ns=NOW) for state in states]
    assert [told(found) for found in rounds] == [[], [("link_down", LINK, 2)], [], [("link_up", LINK, 0)], []]
    for found in (rounds[1], rounds[3]):
        assert all(PLANT.nodes[PLANT.device[code].node].label in words(found) for code in (A, B))
        assert all(item.time_ns == NOW for item in found)


def test_silence_is_no_change_of_a_link() -> None:
    changes = Changes(PLANT)
    changes.events({LINK: LINK_UP}, WELL, time_ns=NOW)
    assert changes.events({LINK: LINK_UNKNOWN}, WELL, time_ns=NOW) == []
    assert changes.events({LINK: LINK_UP}, WELL, time_ns=NOW) == []
    changes.events({LINK: LINK_UNKNOWN}, WELL, time_ns=NOW)
    assert told(changes.events({LINK: LINK_DOWN}, WELL, time_ns=NOW)) == [("link_down", LINK, 2)]


def test_a_link_first_known_after_silence_tells_nothing() -> None:
    changes = Changes(PLANT)
    changes.events({LINK: LINK_UNKNOWN}, {}, time_ns=NOW)
    assert changes.events({LINK: LINK_DOWN}, {}, time_ns=NOW) == []


def test_a_device_that_falls_silent_and_comes_back_is_told_with_its_site() -> None:
    changes = Changes(PLANT)
    changes.events({}, {A: WELL[A]}, time_ns=NOW)
    silent = changes.events({}, {A: None, B: None}, time_ns=NOW)
    assert told(silent) == [("device_silent", A, 2)]
    assert PLANT.nodes[PLANT.device[A].node].label in words(silent)
    assert told(changes.events({}, {A: WELL[A], B: None}, time_ns=NOW)) == [("device_back", A, 0)]


def test_many_changes_at_once_are_told_as_one_that_counts_them() -> None:
    many = polled_plant(
        [
            Polled(code=f"SW-{index}", port=index, community="c", ports=("ge1", "ge2"))
            for index in range(1, 2 * MOST + 4)
        ],
        links=tuple((f"SW-{index}:ge1", f"SW-{index + 1}:ge2") for index in range(1, 2 * MOST + 3)),
    )
    changes = Changes(many)
    changes.events({link.code: LINK_UP for link in many.links}, {}, time_ns=NOW)
    few = [link.code for link in many.links[:MOST]]
    assert len(changes.events(dict.fromkeys(few, LINK_DOWN), {}, time_ns=NOW)) == MOST
    rest = {link.code: LINK_DOWN for link in many.links[MOST:]}
    assert len(rest) > MOST
    (one,) = changes.events(rest, {}, time_ns=NOW)
    assert str(len(rest)) in words([one])
    assert many.links[MOST].code in words([one])
    assert one.values[EVENT.severity] == 2
