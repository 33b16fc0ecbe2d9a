"""AT21 and AT22: names of lists, scopes and tokens that are something else; a line break after a good value."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from planner.sign_in import onward
from rainbow.kernel.errors import UsageError
from trust.roles import Role
from trust.tokens import Scope

if TYPE_CHECKING:
    from door_scene import DoorScene

ROOMS = ("planner", "trust", "inventory", "store", "cluster", "incidents")
ENDS = re.compile(r"""r?(["'])\^(?:(?!\1).)*[^\\]\$\1""")
EVIL = ("sites'; DROP TABLE x; --", "sites%0A", "../sites", "__class__", "sites%00", "SITES", "trenches,sites", "*")


@pytest.mark.parametrize("name", EVIL)
def test_a_list_has_one_of_a_few_names(city: DoorScene, name: str) -> None:
    answer = city.of_role(Role.VIEWER).get(f"/parts/list/{name}")
    assert answer.status_code in {404, 422}


@pytest.mark.parametrize(
    "name", ["grafana\n", "grafana read 2030-01-01 x\nevil", "a b", "", "\x00", "a" * 65, "ａ", "-a"]
)
def test_a_token_has_a_name_of_one_line(city: DoorScene, name: str) -> None:
    with pytest.raises(UsageError):
        city.tokens.add(name, frozenset({Scope.READ}), date(2030, 1, 1))
    with pytest.raises(UsageError):
        city.tokens.add("good", frozenset({Scope.READ}), date(2030, 1, 1), owner=name or "\n")
    assert city.tokens.all() == ()


@pytest.mark.parametrize("wanted", ["/logical\n", "/logical\r\nset-cookie: x=y", "/\n/evil", "/ok\x00", "/ok\u2028"])
def test_a_line_break_after_a_good_address_is_refused(wanted: str) -> None:
    assert onward(wanted) == "/"
    assert onward("/logical?a=b&c=%2F#d") == "/logical?a=b&c=%2F#d"


def test_no_check_in_the_code_ends_before_a_line_break() -> None:
    """``re.match`` with ``$`` takes a value that has a line break behind it: ``fullmatch`` does not."""
    sources = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    assert not [f"{path}: {found[0]}" for path in sources for found in ENDS.finditer(path.read_text(encoding="utf-8"))]
    assert ENDS.search('re.match(r"^[a-z]+$", name)')
