"""Ports taken together give what ports taken one by one give, whatever the device says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.port_block import FIELDS, PortBlock
from collectors.ports import Port
from collectors.tables import COLUMNS, COUNTERS, DISCONTINUITY
from rainbow.kernel.metrics import INTERFACE
from rainbow.kernel.samples import named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.client import SnmpValue
    from collectors.port_block import Taken
    from collectors.reading import PortState
    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

PORTS = 3
IN_OCTETS, OPER_PLACE = 0, len(COUNTERS)
ODD: list[SnmpValue | None] = [None, b"text", "1.3.6", -1, 1 << 63, (1 << 64) - 1, 1 << 64, 4_000_000_000]


def ports() -> list[Port]:
    return [
        Port(if_name=f"ge{index}", index=index, series=INTERFACE.series(if_name=f"ge{index}"), plant_bps=10**9)
        for index in range(1, PORTS + 1)
    ]


def first_row() -> list[SnmpValue | None]:
    return [*([1000] * len(COUNTERS)), 1, 1, 1000, 0]


def answer(rows: list[list[SnmpValue | None]]) -> dict[str, SnmpValue]:
    return {
        f"{column}.{index}": value
        for index, row in enumerate(rows, 1)
        for column, value in zip(COLUMNS, row, strict=True)
        if value is not None
    }


def asked(block: PortBlock, values: dict[str, SnmpValue], at_s: float, ticks: int) -> Sequence[Taken | None]:
    return block.take([values.get(oid) for oid in block.oids], at_s=at_s, uptime_ticks=ticks)


def by_name(taken: Taken | None) -> tuple[dict[Field, Value], PortState] | None:
    return (named(FIELDS, taken[0]), taken[1]) if taken is not None else None


step = st.tuples(
    st.lists(st.integers(0, 10**8), min_size=len(COUNTERS) * PORTS, max_size=len(COUNTERS) * PORTS),
    st.lists(st.tuples(st.integers(0, PORTS - 1), st.integers(0, len(COLUMNS) - 1), st.sampled_from(ODD)), max_size=2),
    st.sampled_from([60.0, 60.0, 60.0, 0.2, 5.0, 600.0]),
    st.sampled_from([0, 0, 0, 0, -5000, 9999]),
)


@given(st.lists(step, min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_together_and_one_by_one_agree(
    steps: list[tuple[list[int], list[tuple[int, int, SnmpValue | None]], float, int]],
) -> None:
    alone = ports()
    block = PortBlock(together := ports())
    rows = [first_row() for _port in range(PORTS)]
    at_s, ticks = 100.0, 10_000
    for grown, odd, seconds, jump in steps:
        at_s, ticks = at_s + seconds, ticks + int(seconds * 100) + jump
        for place, count in enumerate(grown):
            row = rows[place // len(COUNTERS)]
            before = row[place % len(COUNTERS)]
            row[place % len(COUNTERS)] = (before if isinstance(before, int) else 0) + count
        for port, column, value in odd:
            rows[port][column] = value
        values = answer(rows)
        expected = [port.take(values, at_s=at_s, uptime_ticks=ticks) for port in alone]
        assert [by_name(item) for item in asked(block, values, at_s, ticks)] == expected
        if not block.is_settled:
            block.give_back()
            block = PortBlock(together)


def steady(rounds: int) -> tuple[PortBlock, list[Sequence[Taken | None]]]:
    block, rows = PortBlock(ports()), [first_row() for _port in range(PORTS)]
    found: list[Sequence[Taken | None]] = []
    for number in range(rounds):
        for row in rows:
            row[IN_OCTETS] = 1000 + number * 7500
        found.append(asked(block, answer(rows), 60.0 * number, 6000 * number))
    return block, found


def test_rates_are_in_fields_and_state_from_the_second_answer_on() -> None:
    _block, (first, second, third) = steady(3)
    begun = by_name(first[0])
    assert begun is not None
    assert INTERFACE.in_bps not in begun[0]
    for taken in (*second, *third):
        named_taken = by_name(taken)
        assert named_taken is not None
        fields, state = named_taken
        assert fields[INTERFACE.in_bps] == state.in_bps == 1000.0
        assert fields[INTERFACE.speed_bps] == 10**9
        assert (state.oper, state.admin, state.out_bps) == (1, 1, 0.0)


def test_what_the_block_knows_goes_back_to_its_ports() -> None:
    block, _found = steady(3)
    assert block.is_settled
    block.give_back()
    assert not block.is_settled
    rows = [[16_000, *([1000] * (len(COUNTERS) - 1)), 1, 1, 1000, 0] for _port in range(PORTS)]
    taken = block.ports[0].take(answer(rows), at_s=130.0, uptime_ticks=13_000)
    assert taken is not None
    assert taken[0][INTERFACE.in_bps] == 0.0


def test_a_discontinuity_is_a_gap() -> None:
    block, _found = steady(2)
    rows = [first_row() for _port in range(PORTS)]
    rows[1][-1] = 7000
    rows[0][IN_OCTETS] = rows[2][IN_OCTETS] = 16_000
    values = answer(rows)
    assert values[f"{DISCONTINUITY}.2"] == 7000
    taken = map(by_name, asked(block, values, 120.0, 12_000))
    assert [INTERFACE.in_bps in item[0] for item in taken if item is not None] == [True, False, True]
