"""Deliberately weakened builds: each takes one defence away, and names the attack that must then succeed.

``python tests/attack/weakened.py`` runs each attack against its weakened build and says whether the suite notices. A
weakening replaces a function in the process of the tests; the product has no switch for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from door_weakenings import DOORS

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Weakening:
    """``apply`` takes the defence away; ``attack`` is the file, and ``only`` the test in it, that must then fail."""

    attack: str
    what: str
    apply: Callable[[], None]
    only: str = ""


def no_escaping() -> None:
    from planner import templating  # noqa: PLC0415 - only where asked for, here and below

    made = templating.Templates.__init__

    def init(self: object, *arguments: object, **more: object) -> None:
        made(self, *arguments, **more)  # type: ignore[arg-type] # handed through
        self._environment.autoescape = False  # type: ignore[attr-defined] # the one it has

    templating.Templates.__init__ = init  # type: ignore[method-assign] # on purpose


def no_cleaning() -> None:
    from collectors import cleaning  # noqa: PLC0415

    cleaning._character = lambda character: character


def no_line_escaping() -> None:
    from store import line_protocol  # noqa: PLC0415

    line_protocol._clean = lambda text: text
    line_protocol._TAG = {}
    line_protocol._tag = lambda text: text


def starts_programs() -> None:
    import subprocess  # noqa: PLC0415

    from collectors import poll  # noqa: PLC0415

    read = poll.DevicePoll.poll

    async def with_a_program(self: poll.DevicePoll, *arguments: object) -> object:
        subprocess.run(["true"], check=True)  # noqa: ASYNC221 - what must be found
        return await read(self, *arguments)  # type: ignore[arg-type] # handed through

    poll.DevicePoll.poll = with_a_program  # type: ignore[assignment,method-assign] # on purpose


def queries_unescaped() -> None:
    from dashboards import influxql  # noqa: PLC0415

    influxql._text = lambda value: f"'{value}'"


def cells_that_calculate() -> None:
    from rainbow.kernel import spreadsheet  # noqa: PLC0415

    spreadsheet._BEGINNINGS = ("never",)


def walks_without_a_guard() -> None:
    from collectors import walk_guard  # noqa: PLC0415

    walk_guard.WalkGuard.fault = lambda _self, _oid, _value: ""  # type: ignore[method-assign] # on purpose


def unguarded_traps() -> None:
    from collectors.traps import listener  # noqa: PLC0415

    def open_hearted(self: listener.TrapListener, snmp: object, transport: object, data: bytes, sender: object) -> None:
        self._learn_engine(snmp, data)
        transport._callback_function(transport, sender, data)  # type: ignore[attr-defined] # pysnmp's

    listener.TrapListener._sift = open_hearted  # type: ignore[method-assign,assignment] # on purpose


def no_damping() -> None:
    from collectors.traps import damper  # noqa: PLC0415

    damper.Damper.allows = lambda _self, _source, _now: True  # type: ignore[method-assign] # on purpose


def places_unchecked() -> None:
    from inventory.sources import city_folder  # noqa: PLC0415

    city_folder._pair = lambda raw: (raw[0], raw[1])  # type: ignore[index,assignment] # on purpose


def netbox_pages_without_end() -> None:
    from inventory.sources.netbox import pages  # noqa: PLC0415

    pages._next_start = lambda page, _what, _start: pages.number(page[-1]["id"]) + 1


def netbox_believed() -> None:
    from inventory.sources.netbox import pages  # noqa: PLC0415

    pages._understood = lambda page, _what, read: [read(item) for item in page]


WEAKENINGS = {
    name: Weakening(attack=f"test_{attack}*", only=only, what=what, apply=apply)
    for name, attack, only, what, apply in (
        ("no escaping", "at01", "no_page", "templates print names as they are", no_escaping),
        ("no cleaning", "at01", "short_line", "devices' texts are kept whole", no_cleaning),
        ("lines as they come", "at02", "", "names in line protocol are not escaped", no_line_escaping),
        ("a program for each poll", "at03", "", "a poll starts a program", starts_programs),
        ("queries as they come", "at04", "query", "names in queries are not escaped", queries_unescaped),
        ("cells as they come", "at05", "", "exports hold formulas", cells_that_calculate),
        ("walks without a guard", "at06", "circle", "a table in a circle is walked", walks_without_a_guard),
        ("traps unguarded", "at08", "trap", "odd datagrams reach pysnmp", unguarded_traps),
        ("no damping", "at09", "", "every trap is decoded", no_damping),
        ("places unchecked", "at24", "geojson", "coordinates are taken as they are", places_unchecked),
        ("pages without end", "at29", "move_on", "NetBox's pages may go in circles", netbox_pages_without_end),
        *DOORS,
        ("netbox believed", "at29", "shape", "NetBox's objects are taken as they are", netbox_believed),
    )
}
