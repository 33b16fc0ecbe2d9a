"""Pages of NetBox's objects by number: safe while others write.

Objects come by GraphQL, which refuses a mistyped field or filter; ends of cables by REST, where one page is six times
quicker than through GraphQL's unions. ``display`` is never asked for: NetBox builds it object by object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from inventory.sources.netbox.held import CABLED, POINTS, CableEnd, EndPoint, Held
from rainbow.kernel.errors import NetBoxError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from inventory.sources.netbox.client import Json, NetBoxClient
    from inventory.sources.netbox.held import Value

T = TypeVar("T")
PAGE = 1000
"""NetBox gives no more at a time, by either way."""
DECIMALS = frozenset({"latitude", "longitude", "length"})
ENDS = "dcim/cable-terminations"
_END_FIELDS = "id,cable,cable_end,termination_type,termination_id"


def objects(client: NetBoxClient, point: EndPoint, where: str = "") -> Iterator[list[Held]]:
    """All objects of an end point, page by page; ``where`` is a filter in GraphQL's words."""
    return _pages(client, point, f"id {_fields(point)}", where, lambda item: _held(point, item))


def numbered(client: NetBoxClient, point: EndPoint, pks: Sequence[int]) -> Iterator[list[Held]]:
    """Objects by their numbers; those that are gone are absent."""
    for wanted in _in_lists(pks):
        yield from objects(client, point, f"id:{wanted}")


def numbers(client: NetBoxClient, point: EndPoint, where: str = "") -> set[int]:
    """The numbers of all objects of an end point, or of those a filter leaves: a tenth of what the objects take."""
    return {pk for page in _pages(client, point, "id", where, _number) for pk in page}


def fronts_of(client: NetBoxClient, devices: Sequence[int]) -> Iterator[list[Held]]:
    """Front ports of some devices."""
    for wanted in _in_lists(devices):
        yield from objects(client, POINTS["front_ports"], f"device:{{id:{wanted}}}")


def sites_where(client: NetBoxClient, where: str) -> set[int]:
    """Numbers of the sites a filter leaves."""
    return numbers(client, POINTS["sites"], where)


def updated_of(client: NetBoxClient, point: EndPoint, pks: Sequence[int]) -> dict[int, str]:
    """When NetBox changed some objects last, by number; those that are gone are absent."""

    def read(item: Json) -> tuple[int, str]:
        return _number(item), str(item["last_updated"])

    found: dict[int, str] = {}
    for wanted in _in_lists(pks):
        for page in _pages(client, point, "id last_updated", f"id:{wanted}", read):
            found.update(page)
    return found


def addresses_on(client: NetBoxClient, pks: Sequence[int]) -> dict[int, str]:
    """An IP address of each interface that has one, by the interface's number."""

    def read(item: Json) -> tuple[int, str]:
        addresses = item["ip_addresses"]
        return _number(item), str(addresses[0]["address"]) if isinstance(addresses, list) and addresses else ""

    found: dict[int, str] = {}
    for wanted in _in_lists(pks):
        for page in _pages(client, POINTS["interfaces"], "id ip_addresses{address}", f"id:{wanted}", read):
            found.update((pk, address) for pk, address in page if address)
    return found


def tagged(client: NetBoxClient, point: EndPoint, prefix: str) -> dict[int, tuple[str, ...]]:
    """Names of the tags that begin with ``prefix``, by the number of the object they are on."""

    def read(item: Json) -> tuple[int, tuple[str, ...]]:
        tags = item["tags"]
        names = [str(tag["name"]) for tag in tags] if isinstance(tags, list) else []
        return _number(item), tuple(sorted(name for name in names if name.startswith(prefix)))

    where = f'tags:{{name:{{starts_with:"{prefix}"}}}}'
    return dict(pair for page in _pages(client, point, "id tags{name}", where, read) for pair in page)


def named(client: NetBoxClient, listed: str, name: str) -> Iterator[tuple[int, str]]:
    """Numbers and names of a kind RAINBOW does not read; none where the token may not see them."""
    point = EndPoint(name=listed, path="", listed=listed, model="", fields=(name,))
    for page in _pages(client, point, f"id {name}", "", lambda item: (_number(item), str(item[name] or ""))):
        yield from page


def ends(client: NetBoxClient, since: str = "") -> Iterator[list[CableEnd]]:
    """Ends of cables, page by page; with ``since`` those changed from a time on."""
    return _end_pages(client, _END_FIELDS, f"&last_updated__gte={since}" if since else "", _end)


def end_numbers(client: NetBoxClient) -> set[int]:
    """The numbers of all ends of cables."""
    return {pk for page in _end_pages(client, "id", "", _number) for pk in page}


def _end_pages(client: NetBoxClient, fields: str, extra: str, read: Callable[[Json], T]) -> Iterator[list[T]]:
    start = 0
    while True:
        page = client.rest_page(ENDS, start, PAGE, fields, extra)
        if page:
            yield _understood(page, ENDS, read)
            start = _next_start(page, ENDS, start)
        if len(page) < PAGE:
            return


def _understood(page: Sequence[Json], what: str, read: Callable[[Json], T]) -> list[T]:
    """The items of a page as ``read`` reads each; NetBox is a stranger too, and may send anything."""
    try:
        return [read(item) for item in page]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NetBoxError(
            _("NetBox gave one of the {what} in another shape than is read here: {error}").format(
                what=what, error=f"{type(error).__name__} {error}"
            ),
            cure=_("a NetBox of another version, perhaps: 4.7 is what RAINBOW is tested with"),
        ) from None


def _next_start(page: Sequence[Json], what: str, start: int) -> int:
    """Where the next page begins: never where this one did, or the reading would not end."""
    (last,) = _understood(page[-1:], what, _number)
    if last < start:
        raise NetBoxError(_("the pages of NetBox's {what} do not move on at {number}").format(what=what, number=last))
    return last + 1


def _number(item: Json) -> int:
    return number(item["id"])


def number(raw: object) -> int:
    """NetBox's numbers; GraphQL writes identities as texts."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        return int(raw)
    raise NetBoxError(_("NetBox gave {value!r} where a number belongs").format(value=raw))


def _in_lists(pks: Sequence[int]) -> Iterator[str]:
    for first in range(0, len(pks), PAGE):
        yield f"{{in_list:[{','.join(map(str, pks[first : first + PAGE]))}]}}"


def _pages(
    client: NetBoxClient, point: EndPoint, fields: str, where: str, read: Callable[[Json], T]
) -> Iterator[list[T]]:
    asked = f"filters:{{{where}}}," if where else ""
    start = 0
    while True:
        query = f"{{{point.listed}({asked}pagination:{{start:{start},limit:{PAGE}}}){{{fields}}}}}"
        page = client.graphql(query).get(point.listed)
        if not isinstance(page, list):
            raise NetBoxError(_("NetBox gave no list of {what}").format(what=point.name))
        if page:
            yield _understood(page, point.name, read)
            start = _next_start(page, point.name, start)
        if len(page) < PAGE:
            return


def _fields(point: EndPoint) -> str:
    asked = [*point.fields, *(f"{name}{{id}}" for name in point.relations)]
    if point.keyed:
        asked += ["last_updated", "custom_field_data"]
    if point.name == "devices":
        asked.append("primary_ip4{address} primary_ip6{address}")
    if point.name == "front_ports":
        asked.append("mappings{front_port_position rear_port_position rear_port{id}}")
    return " ".join(asked)


def _held(point: EndPoint, item: Json) -> Held:
    values: dict[str, Value] = {name: _value(name, item[name]) for name in point.fields}
    for name in point.relations:
        other = item[name]
        values[name] = number(other["id"]) if isinstance(other, dict) else None
    addresses = [found for name in ("primary_ip4", "primary_ip6") if isinstance(found := item.get(name), dict)]
    if addresses:
        values["address"] = str(addresses[0]["address"]).partition("/")[0]
    mappings = item.get("mappings")
    if isinstance(mappings, list):
        values["rear_ports"] = tuple(sorted(_mapping(entry) for entry in mappings))
    custom = item.get("custom_field_data")
    return Held(
        point=point.name,
        pk=number(item["id"]),
        values=values,
        custom={name: value for name, value in custom.items() if value is not None} if isinstance(custom, dict) else {},
        updated=str(item.get("last_updated", "")),
    )


def _mapping(entry: Json) -> tuple[int, int, int]:
    """Position of the front port, rear port, position of the rear port."""
    rear = entry["rear_port"]
    if not isinstance(rear, dict):
        raise NetBoxError(_("NetBox gave a front port without its rear port"))
    return number(entry["front_port_position"]), number(rear["id"]), number(entry["rear_port_position"])


def _value(name: str, raw: object) -> Value:
    if raw is None or isinstance(raw, bool | int | float):
        return raw
    if isinstance(raw, str):
        return float(raw) if name in DECIMALS and raw else raw
    raise NetBoxError(_("NetBox gave {name} as {value!r}").format(name=name, value=raw))


def _end(item: Json) -> CableEnd:
    """An end at something RAINBOW does not know (a power feed, a circuit) keeps NetBox's name of the kind."""
    kind = str(item["termination_type"])
    return CableEnd(
        number(item["id"]),
        number(item["cable"]),
        str(item["cable_end"]),
        CABLED.get(kind, kind),
        number(item["termination_id"]),
    )
