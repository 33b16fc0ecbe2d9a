"""Cables people entered into NetBox themselves, as cables, terminations, patch cords and links. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.entities import Cable, Code, Link, RouteKnown, StrandRef
from inventory.glass import RX, TX, End, Patch, Splice, StrandEnd, Termination
from inventory.sources.netbox.held import CABLED
from inventory.sources.netbox.left_out import LeftOut
from inventory.sources.netbox.wanted import CABLE_STATUS, PROVENANCE, derived, native, status_of
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.entities import Provenance, Record
    from inventory.sources.netbox.held import Estate, Held

    Ends = list[tuple[str, int]]

USUAL_STRANDS = 2
"""Of a cable between two interfaces: one there, one back."""
PAIR = 2
_FRONTS = ["front_ports", "front_ports"]
_METRES = {"m": 1.0, "km": 1000.0, "cm": 0.01, "ft": 0.3048, "mi": 1609.344, "in": 0.0254}


@dataclass(slots=True)
class CableReader:
    """Reads one cable after the other. ``nodes`` are codes of sites, ``ports`` of interfaces and fronts of panels."""

    estate: Estate
    nodes: Mapping[int, Code]
    ports: Mapping[tuple[str, int], Code]
    left: list[LeftOut] = field(default_factory=list)
    _trunks: dict[tuple[str, int], StrandEnd] = field(default_factory=dict)
    _behind: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for held in self.estate.of("front_ports").values():
            mappings = held.values.get("rear_ports")
            for mapping in mappings if isinstance(mappings, tuple) else ():
                if isinstance(mapping, tuple) and isinstance(mapping[1], int) and isinstance(mapping[2], int):
                    self._behind.setdefault(mapping[1], []).append((mapping[2], held.pk))

    def records(self, held: Held, key: str, code: Code) -> Iterator[tuple[str, Record]]:
        """The records of one cable by their collection; none where RAINBOW cannot have it, and ``left`` says why."""
        a, b = _ends(held, "a_terminations"), _ends(held, "b_terminations")
        if why := self._obstacle(a, b):
            self.left.append(LeftOut(kind="cables", pk=held.pk, name=code, why=why))
        elif len(a) + len(b) > PAIR:
            yield from self._duplex(held, key, code, (a, b) if len(a) == 1 else (b, a))
        elif all(self._is_trunk(end) for end in (a[0], b[0])):
            yield from self._trunk(held, key, code, (a[0], b[0]))
        elif {a[0][0], b[0][0]} == {"interfaces"} and self._node(a[0]) != self._node(b[0]):
            yield from self._direct(held, key, code, (a[0], b[0]))
        else:
            ends = self.ports[a[0]], self.ports[b[0]]
            yield "patches", self._patch(held, key, code, ends)

    def _obstacle(self, a: Ends, b: Ends) -> str:
        """Why a cable cannot be taken; empty where it can."""
        if not a or not b:
            return _("it has a loose end")
        if strange := next((point for point, _pk in (*a, *b) if point not in CABLED.values()), ""):
            return _("it joins what RAINBOW does not know: {kind}").format(kind=strange)
        if any(self._node(end) is None for end in (*a, *b)):
            return _("one of its ports stands at no site that was taken")
        if len(a) + len(b) > PAIR and not self._is_duplex(a, b):
            return _("{a} ends on one side, {b} on the other: which belongs to which is not known").format(
                a=len(a), b=len(b)
            )
        plugs = [end for end in (*a, *b) if end not in self.ports]
        if plugs and not all(self._is_trunk(end) for end in (a[0], b[0])):
            kind, pk = plugs[0]
            port = self.estate.of(kind)[pk].text("name")
            return _("it joins a port of another kind, or one that was not taken: {port}").format(port=port)
        return ""

    def _is_duplex(self, a: Ends, b: Ends) -> bool:
        """Whether a cord joins an interface and two ports of one panel."""
        one, two = (a, b) if len(a) == 1 else (b, a)
        panels = {self._device(end) for end in two}
        return len(one) == 1 and one[0][0] == "interfaces" and [end[0] for end in two] == _FRONTS and len(panels) == 1

    def _duplex(self, held: Held, key: str, code: Code, ends: tuple[Ends, Ends]) -> Iterator[tuple[str, Record]]:
        (jack,), fronts = ends
        for way, front in zip((TX, RX), fronts, strict=True):
            joined = Code(f"{self.ports[jack]}{way}"), self.ports[front]
            yield "patches", self._patch(held, derived(key, way), Code(f"{code} {way[1:]}"), joined)

    def _patch(self, held: Held, key: str, code: Code, ends: tuple[Code, Code]) -> Patch:
        a, b = ends
        return Patch(id=key, code=code, a=a, b=b, length_m=_metres(held), provenance=native_of(held))

    def splices(self, closures: Mapping[int, Code], keys: Mapping[int, str]) -> Iterator[Splice]:
        """Mappings between two ports that both hold a cable; ``closures`` by the device, ``keys`` of their records."""
        slots: dict[int, int] = {}
        for held in self.estate.of("front_ports").values():
            closure = closures.get(held.number("device"))
            front = self._trunks.get(("front_ports", held.pk))
            mappings = held.values.get("rear_ports")
            if closure is None or front is None or not isinstance(mappings, tuple):
                continue
            for mapping in mappings:
                if not isinstance(mapping, tuple) or not isinstance(mapping[1], int):
                    continue
                rear = self._trunks.get(("rear_ports", mapping[1]))
                ends = (_strand(front, mapping[0]), _strand(rear, mapping[2])) if rear else (None, None)
                if ends[0] is None or ends[1] is None:
                    continue
                slot = slots[held.number("device")] = slots.get(held.number("device"), 0) + 1
                yield Splice(
                    id=derived(keys[held.number("device")], str(ends[0]), str(ends[1])),
                    code=Code(f"{closure} {slot}"),
                    closure=closure,
                    a=ends[0],
                    b=ends[1],
                    slot=slot,
                    provenance=native_of(self.estate.of("devices")[held.number("device")]),
                )

    def _is_trunk(self, end: tuple[str, int]) -> bool:
        """Whether a port holds a whole cable: a rear port, or a front port with a position for each strand."""
        port = self.estate.of(end[0]).get(end[1])
        return end[0] == "rear_ports" or (end[0] == "front_ports" and port is not None and port.number("positions") > 1)

    def _device(self, end: tuple[str, int]) -> int:
        port = self.estate.of(end[0]).get(end[1])
        return port.number("device") if port else 0

    def _node(self, end: tuple[str, int]) -> Code | None:
        device = self.estate.of("devices").get(self._device(end))
        return self.nodes.get(device.number("site")) if device else None

    def _trunk(
        self, held: Held, key: str, code: Code, ends: tuple[tuple[str, int], tuple[str, int]]
    ) -> Iterator[tuple[str, Record]]:
        """A cable between whole ports: a strand for each position, at the front port that is mapped to it."""
        rears = [self.estate.of(point)[pk] for point, pk in ends]
        count = _strands(held) or max(1, min(rear.number("positions") for rear in rears))
        yield "cables", self._cable(held, key, code, ends, count)
        for end, rear in zip(End, rears, strict=True):
            self._trunks[rear.point, rear.pk] = StrandEnd(StrandRef(code, count), end)
            for position, front in sorted(self._behind.get(rear.pk, []) if rear.point == "rear_ports" else []):
                port = self.ports.get(("front_ports", front))
                if port is not None and position <= count:
                    yield (
                        "terminations",
                        Termination(
                            id=derived(key, end, str(position)),
                            code=Code(f"{code} {end} {position}"),
                            port=port,
                            strand=StrandEnd(StrandRef(code, position), end),
                            provenance=native_of(held),
                        ),
                    )

    def _direct(
        self, held: Held, key: str, code: Code, ends: tuple[tuple[str, int], tuple[str, int]]
    ) -> Iterator[tuple[str, Record]]:
        """A cable between interfaces of two sites: NetBox's short form of everything between two switches."""
        one, other = self.ports[ends[0]], self.ports[ends[1]]
        count = _strands(held) or USUAL_STRANDS
        yield "cables", self._cable(held, key, code, ends, count)
        yield (
            "links",
            Link(
                id=derived(key, "link"),
                code=Code(f"{code} link"),
                status=status_of(held.text("status"), CABLE_STATUS),
                a=one,
                b=other,
                strands=(StrandRef(code, 1),),
                return_strands=(StrandRef(code, 2),) if count >= USUAL_STRANDS else (),
                provenance=native_of(held),
            ),
        )

    def _cable(
        self, held: Held, key: str, code: Code, ends: tuple[tuple[str, int], tuple[str, int]], count: int
    ) -> Cable:
        from_node, to_node = (self._node(end) for end in ends)
        return Cable(
            id=key,
            code=code,
            name=held.text("description"),
            status=status_of(held.text("status"), CABLE_STATUS),
            from_node=from_node or Code(""),
            to_node=to_node or Code(""),
            strand_count=count,
            route_known=RouteKnown.NONE,
            sheath_m=_metres(held),
            provenance=native_of(held),
        )


def _strand(last: StrandEnd, number: object) -> StrandEnd | None:
    """A strand of the cable whose last one is given; None where it has no such."""
    if not isinstance(number, int) or number > last.strand.number:
        return None
    return StrandEnd(StrandRef(last.strand.cable, number), last.end)


def _ends(held: Held, side: str) -> list[tuple[str, int]]:
    found = held.values.get(side)
    ends = found if isinstance(found, tuple) else ()
    return [(str(end[0]), end[1]) for end in ends if isinstance(end, tuple) and isinstance(end[1], int)]


def _strands(held: Held) -> int:
    found = held.custom.get("strand_count")
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def _metres(held: Held) -> float | None:
    length, per = held.values.get("length"), _METRES.get(held.text("length_unit"))
    return round(length * per, 2) if isinstance(length, float) and length > 0 and per is not None else None


def native_of(held: Held) -> Provenance:
    """Where an object people made comes from: what they say in the fields for that, else NetBox and its last change."""
    source, as_of, accuracy = (held.custom.get(name) for name in PROVENANCE.values())
    return native(
        as_of if isinstance(as_of, str) else held.updated[:10],
        source if isinstance(source, str) else "",
        float(accuracy) if isinstance(accuracy, int | float) and not isinstance(accuracy, bool) else None,
    )
