"""Hypotheses in order while evidence is taken from under them: a change costs what it touches, not the whole. Pure."""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from incidents.hypotheses import Hypothesis
    from inventory.entities import Code

K = TypeVar("K")


class Ranking(Generic[K]):
    """Hypotheses by key. One that was replaced or dropped is passed over when its turn comes."""

    def __init__(self) -> None:
        self._numbers = count()
        self._live: dict[int, Hypothesis] = {}
        self._of: dict[K, list[int]] = {}
        self._heap: list[tuple[float, str, tuple[Code, ...], int]] = []
        self._explaining: defaultdict[Code, list[int]] = defaultdict(list)

    def put(self, key: K, items: Iterable[Hypothesis]) -> None:
        """These instead of what the key had before."""
        self.drop(key)
        numbers = self._of.setdefault(key, [])
        for item in items:
            number = next(self._numbers)
            self._live[number] = item
            numbers.append(number)
            heapq.heappush(self._heap, (-item.score, item.cause, item.codes, number))
            for code in (*item.links, *item.devices):
                self._explaining[code].append(number)

    def drop(self, key: K) -> None:
        """Nothing for this key any more."""
        for number in self._of.pop(key, ()):
            del self._live[number]

    def best(self, most: int) -> list[Hypothesis]:
        """The best so many. Cost: theirs and that of those dropped since, each paid once."""
        taken: list[tuple[float, str, tuple[Code, ...], int]] = []
        while self._heap and len(taken) < most:
            entry = heapq.heappop(self._heap)
            if entry[-1] in self._live:
                taken.append(entry)
        for entry in taken:
            heapq.heappush(self._heap, entry)
        return [self._live[entry[-1]] for entry in taken]

    def explaining(self, codes: Collection[Code]) -> list[Hypothesis]:
        """Those that explain any of these links and devices, in no order."""
        numbers = {number for code in codes for number in self._explaining.get(code, ())}
        return [self._live[number] for number in sorted(numbers) if number in self._live]
