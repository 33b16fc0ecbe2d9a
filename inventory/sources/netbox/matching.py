"""Which of NetBox's objects is the one RAINBOW wants: by identity, else by what is unique in NetBox. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.sources.netbox.held import POINTS
from inventory.sources.netbox.rendering import MISSING, ends_of, resolved
from inventory.sources.netbox.wanted import derived

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from inventory.sources.netbox.held import Estate, Held
    from inventory.sources.netbox.wanted import Ref, Wanted


@dataclass(slots=True)
class Found:
    """Finds the object NetBox already has for a wanted one."""

    estate: Estate
    city: str
    _natural: dict[tuple[object, ...], Held] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for held in self.estate.all():
            if not held.rainbow_id:
                for key in _natural_keys(held.point, held.values):
                    self._natural.setdefault(key, held)
                self._natural.setdefault((held.point, "made", made_id(self.estate.url, held)), held)

    def of(self, item: Wanted, ids: Mapping[Ref, int]) -> Held | None:
        """By identity; else by the identity a pull would give it; else by its place and name."""
        if not POINTS[item.point].keyed:
            return self.estate.by_slug.get((item.point, item.key)) or self._natural.get(
                (item.point, "name", str(item.once.get("name", "")).lower())
            )
        if (held := self.estate.by_id.get((item.point, item.key))) is not None:
            return held
        if (held := self._natural.get((item.point, "made", item.key))) is not None:
            return held
        values = {name: resolved(value, ids) for name, value in {**item.once, **item.values}.items()}
        return next((self._natural[key] for key in _natural_keys(item.point, values) if key in self._natural), None)


def made_id(url: str, held: Held) -> str:
    """The identity of a NetBox object that has none: the same in every pull, written only by a push."""
    return derived(url, held.point, str(held.pk))


def _natural_keys(point: str, values: Mapping[str, object]) -> Iterator[tuple[object, ...]]:
    """What is unique in NetBox besides the number: where a thing stands and what it is called."""
    match point:
        case "interfaces" | "rear_ports" | "front_ports":
            yield point, values.get("device"), str(values.get("name")).lower()
        case "devices":
            yield point, values.get("site"), str(values.get("name")).lower()
        case "circuits":
            yield point, values.get("provider"), values.get("cid")
        case "cables":
            ends = sorted((*ends_of(values.get("a_terminations")), *ends_of(values.get("b_terminations"))))
            if ends and all(end[1] != MISSING for end in ends):
                yield point, *ends
        case _:
            yield point, "slug", values.get("slug")
            yield point, "name", str(values.get("name", values.get("model"))).lower()
