"""Codes as people write them: which risk group is meant, and which are near where there is none."""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from rainbow.kernel.errors import TopologyError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inventory.entities import Code
    from topology.net import Groups
    from topology.risk_groups import GroupKind

_COMPARED = 40
"""Codes compared thoroughly; a city has tens of thousands, and most are nearly alike."""
_ALIKE = 0.5
_PADDING = re.compile(r"(?<!\d)0+(?=\d)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Codes:
    """The codes of all groups of a city."""

    city: str
    groups: Mapping[GroupKind, Groups]

    @cached_property
    def numbers(self) -> dict[GroupKind, dict[Code, int]]:
        """The number of each group within its kind."""
        return {kind: {code: n for n, code in enumerate(groups.codes)} for kind, groups in self.groups.items()}

    def find(self, code: Code) -> tuple[GroupKind, int]:
        """Kind and number of a group; of equal codes the first kind is meant.

        Raises:
            TopologyError: an unknown code; the cure names the nearest ones.
        """
        for kind, numbers in self.numbers.items():
            if code in numbers:
                return kind, numbers[code]
        close = near(code, (known for numbers in self.numbers.values() for known in numbers))
        raise TopologyError(
            _("{city} has no trench, cable, node or risk group {code}").format(city=self.city, code=code),
            cure=_("did you mean {near}?").format(near=", ".join(close))
            if close
            else _("see the lists of trenches, cables and sites in the plant files"),
        )


def near(code: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The codes most like this one, upper and lower case alike. Cost: linear in the codes known.

    Before all others the same numbers with more or fewer zeros before them.
    """
    wanted, bare = code.casefold(), _PADDING.sub("", code.casefold())
    plain = {one.casefold(): one for one in known}
    compared = heapq.nlargest(
        _COMPARED, plain, key=lambda one: (_PADDING.sub("", one) == bare, _ends_alike(wanted, one))
    )
    alike = {one: SequenceMatcher(None, wanted, one).ratio() for one in compared}
    best = [one for one in compared if alike[one] >= _ALIKE]
    best.sort(key=lambda one: (_PADDING.sub("", one) == bare, alike[one]), reverse=True)
    return [plain[one] for one in best[:count]]


def _ends_alike(one: str, other: str) -> tuple[int, int]:
    """Letters in common at both ends, less the difference in length, and those at the beginning."""
    short = min(len(one), len(other))
    first = next((at for at in range(short) if one[at] != other[at]), short)
    last = next((at for at in range(short - first) if one[-1 - at] != other[-1 - at]), short - first)
    return first + last - abs(len(one) - len(other)), first
