"""AT29: a NetBox that lies: pages in circles, objects of other shapes, pages without end, everything deleted."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from fuzz_targets import TARGETS, beaten
from memory_netbox import MemoryNetBox
from test_netbox_client import Script, client_of, serving

from inventory.sources.netbox.held import POINTS
from inventory.sources.netbox.pages import PAGE, numbers, objects
from inventory.sources.netbox.pull import pull, refuse_losses, taken_kinds
from inventory.sources.netbox.settings import NetBoxDirections
from rainbow.kernel.errors import NetBoxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.plant import Plant

MOST_BYTES = 400_000_000


def test_at29_pages_that_do_not_move_on_end() -> None:
    page = {"data": {"site_list": [{"id": "7"}] * PAGE}}
    script = Script([(200, page)])
    with serving(script) as url, pytest.raises(NetBoxError, match="do not move on"):
        numbers(client_of(url), POINTS["sites"])
    assert len(script.asked) <= 2


SHAPES: dict[str, object] = {
    "a text for an object": ["7"],
    "nothing for an object": [None],
    "without its number": [{"name": "A"}],
    "a fraction for a number": [{"id": 1.5}],
    "a list for a name": [{"id": "7", **{name: [] for name in POINTS["sites"].fields}}],
    "an object for the list": {"id": "7"},
}


@pytest.mark.parametrize("kind", SHAPES)
def test_at29_an_object_of_another_shape_is_said_to_be_one(kind: str) -> None:
    answer = {"data": {"site_list": SHAPES[kind]}}
    with serving(Script([(200, answer)])) as url, pytest.raises(NetBoxError):
        list(objects(client_of(url), POINTS["sites"]))


BOMBS: dict[str, Callable[[], str]] = {
    "nested deep": lambda: "[" * 100_000 + "]" * 100_000,
    "no JSON": lambda: "<html><script>alert('XSS')</script></html>",
    "thirty megabytes": lambda: json.dumps({"data": {"site_list": [{"id": "1", "name": "x" * 30_000_000}]}}),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_at29_a_bomb_of_an_answer_is_borne(kind: str) -> None:
    tracemalloc.start()
    with serving(Script([(200, BOMBS[kind]())])) as url, pytest.raises(NetBoxError):
        list(objects(client_of(url), POINTS["sites"]))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < MOST_BYTES


def test_at29_random_answers_are_borne() -> None:
    outcome = beaten(TARGETS["netbox"], inputs=150, seed=29)
    assert not outcome.findings, [finding.error for finding in outcome.findings]


def test_at29_a_netbox_that_lost_everything_does_not_empty_the_city(plant: Plant) -> None:
    kinds = taken_kinds(NetBoxDirections(), first=True)
    pulled = pull(MemoryNetBox().estate, plant, kinds)
    with pytest.raises(NetBoxError, match=r"nothing was written: \d+ records"):
        refuse_losses(plant, pulled.plant, None)
