"""Reading a NetBox, several questions at a time: whole, or what changed since it was read last.

Changed objects are those NetBox's ``last_updated`` names; that something was deleted shows in the number of objects,
and then the list of their numbers says what. Four changes leave ``last_updated`` alone and are looked for besides: a
device's address, a device moved with its rack or location, and a front port mapped anew from its rear port.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from inventory.sources.netbox.held import POINTS, SRLG, CableEnd, Estate, Held, Seen
from inventory.sources.netbox.pages import (
    ENDS,
    end_numbers,
    ends,
    fronts_of,
    numbered,
    numbers,
    objects,
    tagged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from inventory.sources.netbox.client import NetBoxClient
    from inventory.sources.netbox.held import EndPoint

    Report = Callable[[str, int], None]

OVERLAP = timedelta(minutes=10)
"""What NetBox changed shortly before the last reading is read again: a transaction may have ended after it, and the
clocks of its servers differ."""
WHOLE_EVERY = timedelta(hours=24)
"""Not every change in NetBox leaves a trace: a location with others in it moved to another site, a custom field
deleted, a script of somebody's. Once a day everything is read."""
T = TypeVar("T", Held, CableEnd)
FRONTS = "mappings"
_LONG = frozenset({"interfaces", "cables"})


def read_netbox(
    client: NetBoxClient,
    *,
    clients: int = 4,
    before: Seen | None = None,
    overlap: timedelta = OVERLAP,
    report: Report = lambda _name, _count: None,
) -> Seen:
    """Everything RAINBOW compares; after ``before`` only what changed since, and shortly before it.

    ``report`` is told the end point and how many objects came, page by page.

    Raises:
        NetBoxError: NetBox is away, refuses the token, or lacks something.
    """
    version = client.version()
    now = client.clock
    with ThreadPoolExecutor(max_workers=clients) as pool:
        counts = dict(zip(POINTS, pool.map(client.count, (point.path for point in POINTS.values())), strict=True))
        if before is None or (before.url, before.version) != (client.url, version) or _too_old(before, now):
            return _whole(client, pool, Seen(url=client.url, version=version, at=now, whole_at=now), report)
        since = (datetime.fromisoformat(before.at) - overlap).strftime("%Y-%m-%dT%H:%M:%SZ")
        return replace(_Later(client, pool, before, since, counts, report).read(), at=now)


def estate_of(client: NetBoxClient, seen: Seen) -> Estate:
    """What was read, cables with their ends, objects with the risk groups they are tagged with."""
    found = dict(seen.objects)
    found["cables"] = _with_ends(seen.objects["cables"], seen.ends.values())
    if any(held.text("name").startswith(SRLG) for held in seen.objects["tags"].values()):
        for point in [point for point in POINTS.values() if point.grouped]:
            groups = tagged(client, point, SRLG)
            found[point.name] = {
                pk: replace(held, groups=tuple(name[len(SRLG) :] for name in groups[pk])) if pk in groups else held
                for pk, held in found[point.name].items()
            }
    return Estate(url=seen.url, objects=found)


def read_estate(client: NetBoxClient, *, clients: int = 4) -> Estate:
    """A NetBox read whole."""
    return estate_of(client, read_netbox(client, clients=clients))


def _whole(client: NetBoxClient, pool: ThreadPoolExecutor, seen: Seen, report: Report) -> Seen:
    # The long lists first, so that the short ones fill the gaps.
    order = sorted(POINTS.values(), key=lambda point: point.name not in _LONG)
    plugged = pool.submit(_taken, ends(client), ENDS, report)
    asked = {point.name: pool.submit(_taken, objects(client, point), point.name, report) for point in order}
    return replace(seen, objects={name: asked[name].result() for name in POINTS}, ends=plugged.result())


@dataclass(slots=True)
class _Later:
    """What is there now: what was there ``before``, with what changed ``since`` a time."""

    client: NetBoxClient
    pool: ThreadPoolExecutor
    before: Seen
    since: str
    counts: Mapping[str, int]
    report: Report

    def read(self) -> Seen:
        plugged = self.pool.submit(self._ends)
        asked = {point.name: self.pool.submit(self._objects, point) for point in POINTS.values()}
        found = {name: asked[name].result() for name in POINTS}
        self._mapped_anew(found)
        return replace(self.before, objects=found, ends=plugged.result())

    def _objects(self, point: EndPoint) -> dict[int, Held]:
        known = self.before.objects[point.name]
        changed = _taken(objects(self.client, point, _changed(point, self.since)), point.name, self.report)
        if len(known.keys() | changed.keys()) == self.counts[point.name]:
            return _merged(known, changed)
        there = numbers(self.client, point)
        unseen = sorted(there - known.keys() - changed.keys())
        changed |= _taken(numbered(self.client, point, unseen), point.name, self.report)
        return _merged({pk: held for pk, held in known.items() if pk in there}, changed)

    def _ends(self) -> dict[int, CableEnd]:
        known = self.before.ends
        changed = _taken(ends(self.client, self.since), ENDS, self.report)
        if len(known.keys() | changed.keys()) == self.client.count(ENDS):
            return _merged(known, changed)
        there = end_numbers(self.client)
        if there - known.keys() - changed.keys():
            return _taken(ends(self.client), ENDS, self.report)
        return _merged({pk: end for pk, end in known.items() if pk in there}, changed)

    def _mapped_anew(self, found: dict[str, dict[int, Held]]) -> None:
        """NetBox changes no front port whose rear port is mapped anew, or is gone."""
        before, after = self.before.objects["rear_ports"], found["rear_ports"]
        touched = [held for pk, held in (*before.items(), *after.items()) if after.get(pk) is not before.get(pk)]
        devices = sorted({held.number("device") for held in touched})
        anew = _taken(fronts_of(self.client, devices), FRONTS, self.report)
        found["front_ports"] = _merged(found["front_ports"], anew)


def _too_old(before: Seen, now: str) -> bool:
    if not (before.at and before.whole_at and now):
        return True
    age = datetime.fromisoformat(now) - datetime.fromisoformat(before.whole_at)
    return not timedelta(0) <= age < WHOLE_EVERY


def _changed(point: EndPoint, since: str) -> str:
    """A filter of what changed since a time, in GraphQL's words."""
    later = f'last_updated:{{gte:"{since}"}}'
    if point.name != "devices":
        return later
    for other in ("primary_ip4", "primary_ip6", "rack", "location"):
        later = f'{other}:{{last_updated:{{gte:"{since}"}}}},OR:{{{later}}}'
    return later


def _taken(pages: Iterable[list[T]], name: str, report: Report) -> dict[int, T]:
    found: dict[int, T] = {}
    for page in pages:
        found.update((item.pk, item) for item in page)
        report(name, len(page))
    return found


def _merged(before: Mapping[int, T], changed: Mapping[int, T]) -> dict[int, T]:
    """By number; what reads as before stays the object it was."""
    found = dict(before)
    found.update((pk, item) for pk, item in changed.items() if before.get(pk) != item)
    return dict(sorted(found.items()))


def _with_ends(cables: Mapping[int, Held], plugged: Iterable[CableEnd]) -> dict[int, Held]:
    """Cables with their ends as ``a_terminations`` and ``b_terminations``: sorted end point and number."""
    sides: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for end in plugged:
        sides.setdefault((end.cable, end.side), []).append((end.point, end.other))
    return {
        pk: replace(
            cable,
            values={
                **cable.values,
                "a_terminations": tuple(sorted(sides.get((pk, "A"), ()))),
                "b_terminations": tuple(sorted(sides.get((pk, "B"), ()))),
            },
        )
        for pk, cable in cables.items()
    }
