"""The physical entities of a device (ENTITY-MIB, RFC 6933): what a sensor is called, and which port it belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from collectors.cleaning import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.client import SnmpValue

ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
ENT_DESCR, ENT_CONTAINED_IN, ENT_NAME = f"{ENTITY}.2", f"{ENTITY}.4", f"{ENTITY}.7"
ENT_ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
"""entAliasMappingIdentifier: a physical entity's row in another table, here ifIndex (RFC 6933)."""
IF_INDEX = "1.3.6.1.2.1.2.2.1.1."
_DEEPEST = 16
"""Levels of a sensor's containers; a device that contains itself ends here."""
_LANE = re.compile(r"\b(?:lane|channel)[ _-]?(\d{1,3})\b", re.IGNORECASE)
_EDGES = ",;:()[]"
_WORDS = re.compile(r"[\s_|=]+|-(?=[A-Za-z])|:(?=[A-Za-z])")
"""Between the words of a name: "xe-0/0/1:rx" names a port, "Port_3" too."""
_NUMBER = re.compile(r"\d+(?:/\d+)*$")
_PORT_WORD = re.compile(
    r"(?:port|ports|if|intf|interface|ethernet|eth|gi\w*|te\w*|lane|[qx]?sfp\S*|xcvr|transceiver|module|optic\w*|slot)$",
    re.IGNORECASE,
)


class Ports(NamedTuple):
    """How a device names its ports: by ifIndex, and by every name they have (ifName, ifDescr)."""

    by_index: Mapping[int, str]
    by_name: Mapping[str, str]


class Entities:
    """The physical entities of a device: which port a sensor belongs to."""

    def __init__(
        self,
        *,
        names: Mapping[str, SnmpValue],
        descriptions: Mapping[str, SnmpValue],
        containers: Mapping[str, SnmpValue],
        aliases: Mapping[str, SnmpValue],
        ports: Ports,
    ) -> None:
        self._names = names
        self._descriptions = descriptions
        self._containers = containers
        self._ports = ports
        self._aliases: dict[str, str] = {}
        for index, target in aliases.items():
            words = str(target).lstrip(".")
            number = words.removeprefix(IF_INDEX)
            if words.startswith(IF_INDEX) and number.isdecimal():
                name = ports.by_index.get(int(number), "")
                self._aliases.setdefault(index.partition(".")[0], name)

    def name(self, index: str) -> str:
        """The entity's entPhysicalName."""
        return text(self._names.get(index, ""))

    def description(self, index: str) -> str:
        """The entity's entPhysicalDescr."""
        return text(self._descriptions.get(index, ""))

    def words(self, index: str) -> str:
        """A sensor's name and description."""
        return f"{self.name(index)} {self.description(index)}".strip()

    def title(self, index: str) -> str:
        """What to call a sensor: its description if that says more than its name, else the name."""
        name, description = self.name(index), self.description(index)
        if not description or description == name or name.isdecimal():
            return description or name
        return name if description in name else description

    def port(self, index: str) -> str:
        """The port of a sensor: by the alias of it or of what holds it, else by a port's name in its own name."""
        for holder in self.holders(index):
            if name := self._aliases.get(holder):
                return name
        for holder in self.holders(index)[:3]:
            for words in (self.name(holder), self.description(holder)):
                if name := named_port(words, self._ports.by_name):
                    return name
        return ""

    def lane(self, index: str) -> str:
        """The lane's number of a module with several, else empty."""
        for holder in self.holders(index)[:2]:
            if match := _LANE.search(self.words(holder)):
                return match.group(1)
        return ""

    def holders(self, index: str) -> list[str]:
        """The entity and its containers, the innermost first."""
        chain = [index]
        while len(chain) < _DEEPEST:
            above = self._containers.get(chain[-1])
            if not isinstance(above, int) or above <= 0 or str(above) in chain:
                break
            chain.append(str(above))
        return chain


def named_port(words: str, by_name: Mapping[str, str]) -> str:
    """The port whose name stands in a text as a word or words of its own, the longest if several do.

    A name that is a mere number ("1", "1/2") is one only behind a word for ports: "fan 1" is no port.
    """
    parts = [part.strip(_EDGES) for part in _WORDS.split(words) if part]
    for length in range(len(parts), 0, -1):
        for first in range(len(parts) - length + 1):
            phrase = " ".join(parts[first : first + length])
            name = by_name.get(phrase)
            if name and (not _NUMBER.match(phrase) or (first > 0 and _PORT_WORD.match(parts[first - 1]))):
                return name
    return ""
