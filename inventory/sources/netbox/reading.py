"""Reading a NetBox whole, several questions at a time, in pages by number: safe while others write.

Objects come by GraphQL, which refuses a mistyped field or filter; ends of cables by REST, where one page is six times
quicker than through GraphQL's unions. ``display`` is never asked for: NetBox builds it object by object.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from inventory.sources.netbox.held import CABLED, POINTS, Estate, Held
from rainbow.kernel.errors import NetBoxError, UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from inventory.sources.netbox.client import Json, NetBoxClient
    from inventory.sources.netbox.held import EndPoint, Value

PAGE = 1000
"""NetBox gives no more at a time, by either way."""
DECIMALS = frozenset({"latitude", "longitude", "length"})
ENDS = "cable_ends"
_END_FIELDS = "id,cable,cable_end,termination_type,termination_id"


@dataclass(frozen=True, slots=True)
class _End:
    """An end of a cable: the object it is plugged into."""

    cable: int
    side: str
    point: str
    pk: int


def read_estate(
    client: NetBoxClient, *, clients: int = 4, report: Callable[[str, int], None] = lambda _name, _count: None
) -> Estate:
    """Everything RAINBOW compares. ``report`` is told the end point and how many objects came, page by page.

    Raises:
        NetBoxError: NetBox is away, refuses the token, or lacks something.
    """
    client.version()
    for point in POINTS.values():
        client.may_read(point)
    with ThreadPoolExecutor(max_workers=clients) as pool:
        # The long lists first, so that the short ones fill the gaps.
        order = sorted(POINTS.values(), key=lambda point: point.name not in {"interfaces", "cables"})
        ends_asked = pool.submit(_ends, client, report)
        asked = {point.name: pool.submit(_objects, client, point, report) for point in order}
        objects = {name: asked[name].result() for name in POINTS}
        ends = ends_asked.result()
    objects["cables"] = _with_ends(objects["cables"], ends)
    return Estate(url=client.url, objects=objects)


def updated_of(client: NetBoxClient, point: EndPoint, pks: Sequence[int]) -> dict[int, str]:
    """When NetBox changed some objects last, by number; those that are gone are absent."""
    found: dict[int, str] = {}
    for first in range(0, len(pks), PAGE):
        wanted = ",".join(map(str, pks[first : first + PAGE]))
        query = (
            f"{{{point.listed}(filters:{{id:{{in_list:[{wanted}]}}}},pagination:{{limit:{PAGE}}}){{id last_updated}}}}"
        )
        for item in _listed(client.graphql(query), point):
            found[_number(item["id"])] = str(item["last_updated"])
    return found


def addresses_on(client: NetBoxClient, pks: Sequence[int]) -> dict[int, str]:
    """An IP address of each interface that has one, by the interface's number."""
    point = POINTS["interfaces"]
    found: dict[int, str] = {}
    for first in range(0, len(pks), PAGE):
        wanted = ",".join(map(str, pks[first : first + PAGE]))
        asked = f"filters:{{id:{{in_list:[{wanted}]}}}},pagination:{{limit:{PAGE}}}"
        for item in _listed(client.graphql(f"{{{point.listed}({asked}){{id ip_addresses{{address}}}}}}"), point):
            addresses = item["ip_addresses"]
            if isinstance(addresses, list) and addresses:
                found[_number(item["id"])] = str(addresses[0]["address"])
    return found


SITE_FILTERS = {
    "region": "region:{{slug:{{exact:{value}}}}}",
    "group": "group:{{slug:{{exact:{value}}}}}",
    "tag": "tags:{{slug:{{exact:{value}}}}}",
    "tenant": "tenant:{{slug:{{exact:{value}}}}}",
    "facility": "facility:{{exact:{value}}}",
    "name": "name:{{exact:{value}}}",
    "slug": "slug:{{exact:{value}}}",
}
"""Filters of sites by the names of the REST API, as GraphQL has them: that refuses what it does not know, while the
REST API answers a mistyped filter with everything, and never checks those of custom fields."""


def refuse_unknown(filters: Iterable[str]) -> None:
    """Make sure that filters are known, before anything is asked.

    Raises:
        UsageError: one is not.
    """
    for name in filters:
        if name not in SITE_FILTERS:
            near = get_close_matches(name, SITE_FILTERS, n=1)
            raise UsageError(
                _("there is no filter {name}").format(name=name),
                cure=_("did you mean {near}?").format(near=near[0])
                if near
                else _("known are {names}").format(names=", ".join(SITE_FILTERS)),
            )


def filtered(client: NetBoxClient, estate: Estate, filters: Mapping[str, str]) -> Estate:
    """An estate with the sites a filter leaves, what stands there, and cables with both ends there.

    Raises:
        UsageError: no such filter, or it leaves nothing.
    """
    refuse_unknown(filters)
    asked = ",".join(SITE_FILTERS[name].format(value=json.dumps(value)) for name, value in filters.items())
    point, sites, start = POINTS["sites"], set[int](), 0
    while True:
        query = f"{{{point.listed}(filters:{{{asked}}},pagination:{{start:{start},limit:{PAGE}}}){{id}}}}"
        page = [_number(item["id"]) for item in _listed(client.graphql(query), point)]
        sites.update(page)
        if len(page) < PAGE:
            break
        start = page[-1] + 1
    if not sites:
        shown = " ".join(f"{name}={value}" for name, value in filters.items())
        raise UsageError(
            _("the filter {shown} leaves no site").format(shown=shown),
            cure=_("names of regions, groups, tags and tenants are their slugs: look them up in NetBox"),
        )
    return _narrowed(estate, sites)


def _narrowed(estate: Estate, sites: set[int]) -> Estate:
    objects = dict(estate.objects)
    objects["sites"] = {pk: held for pk, held in estate.of("sites").items() if pk in sites}
    objects["devices"] = {pk: held for pk, held in estate.of("devices").items() if held.number("site") in sites}
    for name in CABLED.values():
        objects[name] = {
            pk: held for pk, held in estate.of(name).items() if held.number("device") in objects["devices"]
        }
    objects["cables"] = {pk: held for pk, held in estate.of("cables").items() if _ends_in(held, objects)}
    return Estate(url=estate.url, objects=objects)


def _ends_in(cable: Held, objects: Mapping[str, Mapping[int, Held]]) -> bool:
    sides = (cable.values.get("a_terminations"), cable.values.get("b_terminations"))
    ends = [end for side in sides if isinstance(side, tuple) for end in side if isinstance(end, tuple)]
    return all(isinstance(end[1], int) and end[1] in objects.get(str(end[0]), {}) for end in ends)


def _objects(client: NetBoxClient, point: EndPoint, report: Callable[[str, int], None]) -> dict[int, Held]:
    found: dict[int, Held] = {}
    for page in _pages(client, point):
        for item in page:
            held = _held(point, item)
            found[held.pk] = held
        report(point.name, len(page))
    return found


def _pages(client: NetBoxClient, point: EndPoint) -> Iterator[list[Json]]:
    asked = ["id", *point.fields, *(f"{name}{{id}}" for name in point.relations)]
    if point.keyed:
        asked += ["last_updated", "custom_field_data"]
    if point.name == "devices":
        asked.append("primary_ip4{address} primary_ip6{address}")
    if point.name == "front_ports":
        asked.append("mappings{front_port_position rear_port_position rear_port{id}}")
    start = 0
    while True:
        query = f"{{{point.listed}(pagination:{{start:{start},limit:{PAGE}}}){{{' '.join(asked)}}}}}"
        page = _listed(client.graphql(query), point)
        if page:
            yield page
            start = _number(page[-1]["id"]) + 1
        if len(page) < PAGE:
            return


def _listed(data: Json, point: EndPoint) -> list[Json]:
    found = data.get(point.listed)
    if not isinstance(found, list):
        raise NetBoxError(_("NetBox gave no list of {what}").format(what=point.name))
    return found


def _held(point: EndPoint, item: Json) -> Held:
    values: dict[str, Value] = {name: _value(name, item[name]) for name in point.fields}
    for name in point.relations:
        other = item[name]
        values[name] = _number(other["id"]) if isinstance(other, dict) else None
    addresses = [found for name in ("primary_ip4", "primary_ip6") if isinstance(found := item.get(name), dict)]
    if addresses:
        values["address"] = str(addresses[0]["address"]).partition("/")[0]
    mappings = item.get("mappings")
    if isinstance(mappings, list):
        values["rear_ports"] = tuple(sorted(_mapping(entry) for entry in mappings))
    custom = item.get("custom_field_data")
    return Held(
        point=point.name,
        pk=_number(item["id"]),
        values=values,
        custom=custom if isinstance(custom, dict) else {},
        updated=str(item.get("last_updated", "")),
    )


def _mapping(entry: Json) -> tuple[int, int, int]:
    """Position of the front port, rear port, position of the rear port."""
    rear = entry["rear_port"]
    if not isinstance(rear, dict):
        raise NetBoxError(_("NetBox gave a front port without its rear port"))
    return _number(entry["front_port_position"]), _number(rear["id"]), _number(entry["rear_port_position"])


def _value(name: str, raw: object) -> Value:
    if raw is None or isinstance(raw, bool | int | float):
        return raw
    if isinstance(raw, str):
        return float(raw) if name in DECIMALS and raw else raw
    raise NetBoxError(_("NetBox gave {name} as {value!r}").format(name=name, value=raw))


def _number(raw: object) -> int:
    """NetBox's numbers; GraphQL writes identities as texts."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        return int(raw)
    raise NetBoxError(_("NetBox gave {value!r} where a number belongs").format(value=raw))


def _ends(client: NetBoxClient, report: Callable[[str, int], None]) -> list[_End]:
    found: list[_End] = []
    start = 0
    while True:
        page = client.rest_page("dcim/cable-terminations", start, PAGE, _END_FIELDS)
        for item in page:
            point = CABLED.get(str(item["termination_type"]), "")
            found.append(_End(_number(item["cable"]), str(item["cable_end"]), point, _number(item["termination_id"])))
        report(ENDS, len(page))
        if len(page) < PAGE:
            return found
        start = _number(page[-1]["id"]) + 1


def _with_ends(cables: dict[int, Held], ends: list[_End]) -> dict[int, Held]:
    """Cables with their ends as ``a_terminations`` and ``b_terminations``: sorted end point and number.

    An end at something RAINBOW does not know (a power feed, a circuit) has an empty end point.
    """
    plugged: dict[int, dict[str, list[tuple[str, int]]]] = {}
    for end in ends:
        plugged.setdefault(end.cable, {"A": [], "B": []})[end.side].append((end.point, end.pk))
    found: dict[int, Held] = {}
    for pk, cable in cables.items():
        sides = plugged.get(pk, {"A": [], "B": []})
        values = dict(cable.values)
        values["a_terminations"] = tuple(sorted(sides["A"]))
        values["b_terminations"] = tuple(sorted(sides["B"]))
        found[pk] = Held(point=cable.point, pk=pk, values=values, custom=cable.custom, updated=cable.updated)
    return found
