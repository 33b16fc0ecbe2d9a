"""One port from poll to poll: which columns are asked for, and what becomes of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.ports import Port
from collectors.tables import COLUMNS, COUNTERS, DISCONTINUITY, HIGH_SPEED, OPER
from rainbow.kernel.metrics import INTERFACE

if TYPE_CHECKING:
    from collectors.client import SnmpValue
    from collectors.reading import PortState
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

WIDE_IN, WIDE_OUT = COUNTERS[0].oid, COUNTERS[1].oid


def port(plant_bps: int = 0) -> Port:
    return Port(if_name="ge1", index=7, series=INTERFACE.series(if_name="ge1"), plant_bps=plant_bps)


def row(**columns: SnmpValue) -> dict[str, SnmpValue]:
    """All columns of row 7 with plain values; ``drop`` are absent ones, others by their place in COLUMNS."""
    values: dict[str, SnmpValue] = dict.fromkeys((f"{oid}.7" for oid in COLUMNS), 1)
    values[f"{HIGH_SPEED.oid}.7"] = 1000
    values[f"{DISCONTINUITY}.7"] = 0
    values.update({f"{COLUMNS[int(name[1:])]}.7": value for name, value in columns.items()})
    return values


def taken(tested: Port, values: dict[str, SnmpValue], at_s: float) -> tuple[dict[Field, Value], PortState]:
    answer = tested.take(
        {oid: values[oid] for oid in tested.oids if oid in values}, at_s=at_s, uptime_ticks=int(at_s * 100)
    )
    assert answer is not None
    return answer


def test_first_reading_has_totals_and_no_rate() -> None:
    fields, state = taken(port(), row(_0=5000), 0)
    assert fields[INTERFACE.in_octets] == 5000
    assert fields[INTERFACE.speed_bps] == 10**9
    assert INTERFACE.in_bps not in fields
    assert state.in_bps is None
    assert state.oper == 1


def test_second_reading_has_the_rate_in_field_and_state() -> None:
    tested = port()
    taken(tested, row(_0=0, _1=0), 0)
    fields, state = taken(tested, row(_0=7500, _1=15000), 60)
    assert fields[INTERFACE.in_bps] == state.in_bps == 1000.0
    assert fields[INTERFACE.out_bps] == state.out_bps == 2000.0


def test_a_row_that_vanished_gives_nothing() -> None:
    assert port().take({}, at_s=0, uptime_ticks=0) is None


def test_without_64_bits_the_narrow_column_is_asked_for_next_time() -> None:
    tested = port()
    narrow = {f"{column.narrow_oid}.7": 0 for column in COUNTERS if column.narrow_oid}
    old = {oid: value for oid, value in row().items() if not oid.startswith("1.3.6.1.2.1.31.1.1.1.")} | narrow
    taken(tested, old, 0)
    assert tested.oids[0] == f"{COUNTERS[0].narrow_oid}.7"
    taken(tested, old, 60)
    fields, _state = taken(tested, old | {f"{COUNTERS[0].narrow_oid}.7": 7500}, 120)
    assert INTERFACE.in_bps not in fields, "a 32-bit counter on a line of unknown speed proves nothing"
    tested = port(plant_bps=10**7)
    taken(tested, old, 0)
    taken(tested, old, 60)
    fields, _state = taken(tested, old | {f"{COUNTERS[0].narrow_oid}.7": 7500}, 120)
    assert fields[INTERFACE.in_bps] == 1000.0


def test_a_64_bit_column_that_fails_once_is_not_given_up() -> None:
    tested = port()
    taken(tested, row(), 0)
    values = row()
    del values[f"{WIDE_IN}.7"]
    fields, _state = taken(tested, values, 60)
    assert INTERFACE.in_octets not in fields
    assert tested.oids[0] == f"{WIDE_IN}.7"
    fields, _state = taken(tested, row(), 120)
    assert INTERFACE.in_bps not in fields, "the interval without a reading is a gap"
    fields, _state = taken(tested, row(_0=7501), 180)
    assert fields[INTERFACE.in_bps] == 1000.0


def test_a_column_never_there_is_dropped_until_the_next_discovery() -> None:
    tested = port()
    values = row()
    del values[f"{HIGH_SPEED.oid}.7"]
    for turn in range(3):
        taken(tested, values, turn * 60)
    assert "" in tested.oids
    tested.ask_again()
    assert "" not in tested.oids
    fields, _state = taken(tested, row(), 240)
    assert fields[INTERFACE.speed_bps] == 10**9


def test_what_the_mib_does_not_allow_is_not_stored() -> None:
    oper = COLUMNS.index(OPER.oid)
    for bad in (0, 8, -1, b"up", "1.2"):
        fields, state = taken(port(), row(**{f"_{oper}": bad}), 0)
        assert INTERFACE.oper_state not in fields
        assert state.oper is None
    fields, _state = taken(port(), row(_0=-5, _1=b"many"), 0)
    assert INTERFACE.in_octets not in fields
    assert INTERFACE.out_octets not in fields


def test_counters_beyond_63_bits_give_rates_but_no_total() -> None:
    tested = port()
    taken(tested, row(_0=1 << 63), 0)
    fields, _state = taken(tested, row(_0=(1 << 63) + 7500), 60)
    assert INTERFACE.in_octets not in fields
    assert fields[INTERFACE.in_bps] == 1000.0
