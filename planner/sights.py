"""A city for each sight: whoever sees less is answered by an application that stands on a smaller plant.

One application is made for each sight at its first request and kept; a city has a handful of them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from inventory.checks.references import all_records
from planner.asking import asking
from planner.budgets import RULE
from planner.desk import Desk
from planner.gate import OF_THE_DOOR
from planner.problems import problem
from planner.suspects import Explanation, Suspect
from planner.visible import Sight, seen, sight_of
from rainbow.kernel.errors import SimulatorError
from rainbow.kernel.texts import _
from topology.loss import Naming

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from starlette.types import ASGIApp, Receive, Send
    from starlette.types import Scope as Request

    from incidents.incident import Incident
    from inventory.entities import Code
    from inventory.plant import Plant
    from planner.control import PlantControl
    from planner.desk import Looks
    from planner.network import Network
    from planner.permissions import Rule
    from planner.picture import Picture
    from planner.services import IncidentJournal

KEPT = 12
MOST_READ = 10_000
"""Incidents looked through for those somebody may see."""


class Sights:
    """ASGI middleware before the routes of the whole city; ``make`` builds the application of a desk."""

    def __init__(self, app: ASGIApp, *, desk: Desk, make: Callable[[Desk], ASGIApp]) -> None:
        self._app = app
        self._desk = desk
        self._make = make
        self._lock = threading.Lock()
        self._desks: OrderedDict[Sight, Desk] = OrderedDict()
        self._apps: OrderedDict[Sight, ASGIApp] = OrderedDict()

    async def __call__(self, scope: Request, receive: Receive, send: Send) -> None:
        """Answer from as much of the city as who asks may see."""
        rule: Rule | None = scope.get(RULE)
        if scope["type"] != "http" or rule is None or rule.permission in OF_THE_DOOR:
            await self._app(scope, receive, send)
            return
        found = await run_in_threadpool(self._for, sight_of(asking().identity))
        if found is not None and rule.needs_whole:
            text = _("Who sees a part of the city gets no answer here: what they do not see might be hit.")
            await problem(403, text, cure=_("ask somebody who sees all of it"))(scope, receive, send)
        else:
            await (found or self._app)(scope, receive, send)

    def _for(self, sight: Sight) -> ASGIApp | None:
        """The application of a sight; None where it is the whole city's."""
        with self._lock:
            desk = self._desk_of(sight)
            if desk is self._desk:
                return None
            if sight not in self._apps:
                self._apps[sight] = self._make(desk)
            self._apps.move_to_end(sight)
            while len(self._apps) > KEPT:
                self._apps.popitem(last=False)
            return self._apps[sight]

    def _desk_of(self, sight: Sight) -> Desk:
        if sight not in self._desks:
            services = self._desk.services
            plant = seen(services.plant, sight, services.access.scopes)
            if plant is services.plant:
                self._desks[sight] = self._desk
            else:
                whole = self._desk_of(replace(sight, scopes=None)) if sight.scopes is not None else None
                self._desks[sight] = smaller(self._desk, plant, whole)
        self._desks.move_to_end(sight)
        while len(self._desks) > 2 * KEPT:
            self._desks.popitem(last=False)
        return self._desks[sight]


def smaller(desk: Desk, plant: Plant, states_of: Desk | None = None) -> Desk:
    """A desk over a part of the city.

    States are drawn from that part alone, or taken from another desk where that part is too small to tell them: a
    site does not lose its service because the way to it lies outside.
    """
    services = desk.services
    codes = frozenset(record.code for record in all_records(plant))
    journal = services.incidents
    made = Desk.of(
        replace(
            services,
            plant=plant,
            is_whole=False,
            control=SeenControl(services.control, plant),
            incidents=SeenJournal(journal, codes) if journal is not None else None,
        ),
        can_see=lambda question: codes.issuperset(question.cuts),
    )
    return made if states_of is None else replace(made, watch=SeenWatch(states_of.watch, made.network))


class SeenControl:
    """A simulated city of which only a part can be cut or is known to be."""

    def __init__(self, control: PlantControl, plant: Plant) -> None:
        self._control = control
        self._plant = plant

    def available(self) -> bool:
        """As it is."""
        return self._control.available()

    def cut(self, codes: Sequence[str]) -> None:
        """Cut what can be seen.

        Raises:
            SimulatorError: nothing listens, or a trench is unknown.
        """
        self._require(codes)
        self._control.cut(codes)

    def repair(self, codes: Sequence[str]) -> None:
        """Mend what can be seen; all of it where nothing is named.

        Raises:
            SimulatorError: nothing listens, or a trench is unknown.
        """
        self._require(codes)
        if mending := codes or self.cuts():
            self._control.repair(mending)

    def cuts(self) -> tuple[str, ...]:
        """Those that can be seen.

        Raises:
            SimulatorError: nothing listens.
        """
        return tuple(code for code in self._control.cuts() if code in self._plant.section)

    def _require(self, codes: Sequence[str]) -> None:
        for code in codes:
            if code not in self._plant.section:
                raise SimulatorError(_("there is no trench {code}").format(code=code))


class SeenJournal:
    """Incidents that name nothing hidden. Their stories are left out: they were written for who sees all."""

    def __init__(self, journal: IncidentJournal, codes: Collection[Code]) -> None:
        self._journal = journal
        self._codes = frozenset(codes)

    def incidents(self, *, live_only: bool = False, most: int = 200, skip: int = 0) -> Sequence[Incident]:
        """The newest of them, the newest first."""
        return self._seen(live_only=live_only)[skip : skip + most]

    def count(self, *, live_only: bool = False) -> int:
        """How many there are."""
        return len(self._seen(live_only=live_only))

    def incident(self, number: int) -> Incident | None:
        """One of them, or None."""
        found = self._journal.incident(number)
        return replace(found, notes=()) if found is not None and self._is_seen(found) else None

    def acknowledge(self, number: int, name: str, at_s: float) -> None:
        """Somebody takes it."""
        if self.incident(number) is not None:
            self._journal.acknowledge(number, name, at_s)

    def _seen(self, *, live_only: bool) -> list[Incident]:
        found = self._journal.incidents(live_only=live_only, most=MOST_READ)
        return [replace(item, notes=()) for item in found if self._is_seen(item)]

    def _is_seen(self, item: Incident) -> bool:
        named = {*item.links, *item.devices, *item.restored, *item.behind, *(outage.code for outage in item.outages)}
        for verdict in (item.verdict, *item.alternatives):
            named |= {*verdict.codes}
        for harm in (item.harm, item.worst):
            named |= {*harm.sites, *harm.structures, *harm.sirens, *harm.user_groups, *harm.services}
            named |= {*harm.last_path, *harm.must_hold}
        return named <= self._codes


class SeenWatch:
    """The states somebody else's watch shows, of what lies in a smaller network."""

    def __init__(self, watch: Looks, network: Network) -> None:
        self._watch = watch
        self._network = network

    def picture(self) -> Picture:
        """The part of the picture that is seen."""
        return cropped(self._watch.picture(), self._network)

    def forget(self) -> None:
        """Look anew next time."""
        self._watch.forget()

    def settle(self) -> None:
        """Wait until nothing is being drawn."""
        self._watch.settle()


def cropped(picture: Picture, network: Network) -> Picture:
    """A picture without what is not in the network."""
    plant = network.plant
    links = {link.code: picture.links[link.code] for link in network.links if link.code in picture.links}
    down = [code for code in picture.loss.links if code in plant.link]
    nodes = [code for code in (*picture.loss.sites, *picture.loss.structures) if code in plant.nodes]
    suspects = (_cropped(suspect, plant) for suspect in picture.explanation.suspects)
    return replace(
        picture,
        links=links,
        explanation=Explanation(
            suspects=tuple(suspect for suspect in suspects if suspect is not None),
            unexplained=frozenset(code for code in picture.explanation.unexplained if code in plant.link),
        ),
        loss=Naming(plant=plant).loss(nodes, down),
        sections={code: state for code, state in picture.sections.items() if code in plant.section},
        nodes={code: state for code, state in picture.nodes.items() if code in plant.devices_at},
        reported=frozenset(code for code in picture.reported if code in plant.section),
    )


def _cropped(suspect: Suspect, plant: Plant) -> Suspect | None:
    alike = tuple(code for code in suspect.alike if code in plant.section)
    links = frozenset(code for code in suspect.links if code in plant.link)
    if not alike or not links:
        return None
    return replace(
        suspect, alike=alike, links=links, reported=tuple(code for code in suspect.reported if code in plant.section)
    )
