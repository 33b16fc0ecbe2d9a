"""What of a plant somebody sees who may know one protection class and those below. Pure.

What refers to a hidden object is hidden with it: a trench that ends at a secret place, the cable in it, the link on
that cable. So no answer that is worked out from what is left can tell of what is not: it is not in there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inventory.checks.references import KINDS, PROTECTED_KINDS, resolved
from inventory.protection import Protection, class_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from inventory.entities import Code
    from inventory.plant import Plant


def classes(plant: Plant) -> dict[Code, Protection]:
    """The class of every object that a case can name."""
    own = plant.protection_of
    return {
        record.code: class_of(kind, record, own.get(record.code))
        for kind in PROTECTED_KINDS
        for record in getattr(plant, kind)
    }


def shown(plant: Plant, most: Protection, *, besides: Collection[Code] = ()) -> Plant:
    """The plant without what is above a class and without what refers to it; ``besides`` stays all the same.

    Glass and equipment go by kind where ``most`` is below internal: that is :mod:`inventory.redaction`'s to do.
    """
    known = classes(plant)
    hidden = {code for code, found in known.items() if found > max(most, Protection.PUBLIC) and code not in besides}
    if not hidden:
        return plant
    left = {
        kind: tuple(record for record in getattr(plant, kind) if record.code not in hidden) for kind in PROTECTED_KINDS
    }
    return resolved(replace(plant, **left))  # type: ignore[arg-type] # the kinds say which records


def hidden_codes(plant: Plant, most: Protection) -> frozenset[Code]:
    """Codes of all records that :func:`shown` takes out, those that only refer to hidden ones too."""
    return frozenset(code for _kind, code in _hidden(plant, most))


def _hidden(plant: Plant, most: Protection) -> frozenset[tuple[str, Code]]:
    """The same with their kinds: records of two kinds may have one code."""
    left = shown(plant, most)
    return frozenset() if left is plant else _all(plant) - _all(left)


def _all(plant: Plant) -> frozenset[tuple[str, Code]]:
    return frozenset((kind, record.code) for kind in KINDS for record in getattr(plant, kind))


def with_hidden(seen: Plant, whole: Plant, most: Protection) -> Plant:
    """A plant that somebody changed who saw only a part, with what they did not see put back."""
    hidden = _hidden(whole, most) - _all(seen)
    back = {
        kind: (*getattr(seen, kind), *(item for item in getattr(whole, kind) if (kind, item.code) in hidden))
        for kind in {kind for kind, _code in hidden}
    }
    return replace(seen, **back)  # type: ignore[arg-type] # same
