"""Values of the files about glass: ends of strands, slack, colours."""

from __future__ import annotations

from inventory.dwdm import LEAST_GHZ, channel_named
from inventory.entities import Code, Slack, StrandRef
from inventory.glass import End, StrandEnd
from inventory.sources.values import Fault, code, each, number, shown, strands, whole
from rainbow.kernel.texts import _

_ENDINGS = {f":{end}": end for end in End}
_METRES = number(0, 100_000)
_GHZ = whole(LEAST_GHZ, 1_000_000)
_COLOUR = whole(1, 1_000_000)


def strand(raw: object) -> object:
    """One strand: ``KL-CA-0007/3``."""
    found = strands(raw)
    if isinstance(found, Fault):
        return found
    if isinstance(found, tuple) and len(found) == 1:
        return found[0]
    return Fault(
        message=_("{value} is not one strand").format(value=shown(raw)),
        cure=_("write CABLE/NUMBER, for example KL-CA-0007/3"),
        code="RB-1013",
    )


def strand_end(raw: object) -> object:
    """One end of a strand: ``KL-CA-0007/3``, or ``KL-CA-0007/3:to`` where the place does not tell which."""
    text = str(raw).strip()
    ending = next((word for word in _ENDINGS if text.endswith(word)), "")
    found = strand(text.removesuffix(ending) if ending else raw)
    return StrandEnd(found, _ENDINGS.get(ending)) if isinstance(found, StrandRef) else found


def slack(raw: object) -> object:
    """Coils of a cable: ``KL-HH-0003=15;KL-HH-0007=10``."""
    return each(raw, _coil)


def _coil(raw: object) -> object:
    node, _sign, metres = str(raw).strip().rpartition("=")
    name, length = code(node), _METRES(metres)
    if isinstance(name, Fault) or isinstance(length, Fault):
        return Fault(
            message=_("{value} is no slack").format(value=shown(raw)),
            cure=_("write NODE=METRES, for example KL-HH-0003=15"),
            code="RB-1013",
        )
    return Slack(Code(str(name)), float(str(length)))


def frequency(raw: object) -> object:
    """A frequency in GHz, or the name of a channel of the DWDM grid: ``193100``, ``C31``."""
    named = channel_named(str(raw))
    return _GHZ(raw) if named is None else named


def colours(raw: object) -> object:
    """Colours of a filter, joined by semicolons: nm, GHz, or names of DWDM channels."""
    return each(str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw, _colour)


def _colour(raw: object) -> object:
    named = channel_named(str(raw))
    return _COLOUR(raw) if named is None else named
