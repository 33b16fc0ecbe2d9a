"""Recordings of real devices served again: every NAME.snmprec of a folder under the community NAME.

A line is ``OID|tag|value``. The tag is the number of the ASN.1 type, with an ``x`` behind it where the value is
hexadecimal and an ``e`` where it holds backslash escapes. Lines may stand in any order. Recordings do not move:
variation modules (``tag:module``) are left out with a warning.
"""

from __future__ import annotations

import codecs
import ipaddress
import logging
import os
import threading
from typing import TYPE_CHECKING

from rainbow.kernel.errors import InputError, SimulatorError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import _, ngettext
from simulator import ber
from simulator.agent import Agent, Objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

log = logging.getLogger("rainbow.simulator.replay")

SUFFIX = ".snmprec"
_BITS_32 = (1 << 32) - 1
_BITS_64 = (1 << 64) - 1
_NUMBERS = {
    b"2": (ber.INTEGER, -(1 << 63), _BITS_64),  # 32 bits by the standard, which not every agent keeps to
    b"65": (ber.COUNTER32, 0, _BITS_32),
    b"66": (ber.GAUGE32, 0, _BITS_32),
    b"67": (ber.TIME_TICKS, 0, _BITS_32),
    b"70": (ber.COUNTER64, 0, _BITS_64),
}
_FINDINGS_SHOWN = 20
_IPV4_BYTES = 4


def _text(value: bytes) -> bytes:
    return ber.tlv(ber.OCTETS, value)


def _null(_value: bytes) -> bytes:
    return ber.tlv(ber.NULL, b"")


def _oid(value: bytes) -> bytes:
    return ber.tlv(ber.OID, ber.name_of(ber.parse_oid(value)))


def _address(value: bytes) -> bytes:
    if len(value) == _IPV4_BYTES:
        return ber.tlv(ber.IP_ADDRESS, value)
    return ber.tlv(ber.IP_ADDRESS, ipaddress.IPv4Address(value.strip().decode("ascii")).packed)


def _opaque(value: bytes) -> bytes:
    return ber.tlv(ber.OPAQUE, value)


_OTHERS: dict[bytes, Callable[[bytes], bytes]] = {b"4": _text, b"5": _null, b"6": _oid, b"64": _address, b"68": _opaque}


def encode(tag: bytes, value: bytes) -> bytes:
    """The encoded value of one line.

    Raises:
        ValueError: the tag is not known or the value does not fit it.
    """
    kind, form = (tag[:-1], tag[-1:]) if tag[-1:] in {b"x", b"e"} else (tag, b"")
    if kind in _NUMBERS:
        number, least, most = _NUMBERS[kind]
        counted = int(value, 16 if form == b"x" else 10)
        if not least <= counted <= most:
            raise ValueError(
                _("{value} does not fit type {tag}").format(value=counted, tag=tag.decode("ascii", "replace"))
            )
        return ber.integer(counted, number)
    if kind not in _OTHERS:
        raise ValueError(_("type {tag!r} is not known").format(tag=tag.decode("utf-8", "replace")))
    if form == b"x":
        digits = value.decode("ascii").strip().removeprefix("0x")
        value = bytes.fromhex(digits + "0" * (len(digits) % 2))  # recorders cut long values off anywhere
    elif form == b"e":
        value = value.decode("utf-8").encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
    return _OTHERS[kind](value)


def parse(lines: Iterable[bytes], where: str) -> Iterator[tuple[bytes, bytes] | Finding]:
    """Keys and values of a recording in file order; a bad line becomes a finding and costs no other."""
    for number, line in enumerate(lines, 1):
        parts = line.rstrip(b"\r\n").split(b"|", 2)
        try:
            oid, tag, value = parts if number > 1 else (parts[0].removeprefix(codecs.BOM_UTF8), *parts[1:])
            yield ber.parse_oid(oid), encode(tag, value)
        except ValueError as error:
            name = parts[0].strip().decode("utf-8", "replace")
            if not name or name.startswith("#"):
                continue
            whole = len(parts) == 3  # noqa: PLR2004 - OID, tag, value
            yield Finding(
                code="RB-R001",
                severity=Severity.WARNING,
                where=f"{where}:{number}",
                record=name[:80],
                message=str(error) if whole else _("it has not three parts OID|tag|value"),
                cure=_("mend or delete the line; it is left out"),
            )


def read_recording(path: Path) -> tuple[Objects, list[Finding]]:
    """A recording, whatever the order of its lines; where an object stands twice, the last counts.

    Raises:
        InputError: the file cannot be read or holds no object.
    """
    items: list[tuple[bytes, bytes]] = []
    findings: list[Finding] = []
    try:
        with path.open("rb") as lines:
            for item in parse(lines, path.name):
                if isinstance(item, Finding):
                    findings.append(item)
                else:
                    items.append(item)
    except OSError as error:
        raise InputError(_("{path} cannot be read: {error}").format(path=path, error=error.strerror)) from None
    if not items:
        raise InputError(
            _("{path} holds no object").format(path=path),
            findings=findings,
            cure=_("a line is OID|tag|value, such as 1.3.6.1.2.1.1.5.0|4|switch-1"),
        )
    return Objects(items), findings


class Recordings:
    """A folder of recordings by community.

    Each is read once: by :meth:`load_all` in a thread, or before that when it is first asked for.
    """

    def __init__(self, folder: Path) -> None:
        self._paths = {os.fsencode(path.name)[: -len(SUFFIX)]: path for path in sorted(folder.glob(f"*{SUFFIX}"))}
        self._paths.pop(b"", None)
        self._locks = {community: threading.Lock() for community in self._paths}
        self._loaded: dict[bytes, Objects | None] = {}
        if not self._paths:
            raise SimulatorError(
                _("{folder} holds no recording").format(folder=folder),
                cure=_("put files NAME{suffix} into it").format(suffix=SUFFIX),
            )

    def __len__(self) -> int:
        return len(self._paths)

    def view(self, community: bytes) -> Objects | None:
        """The objects of the recording of this name, or None."""
        path = self._paths.get(community)
        if path is None:
            return None
        if community not in self._loaded:
            with self._locks[community]:
                if community not in self._loaded:
                    self._loaded[community] = _load(path)
        return self._loaded[community]

    def agent(self) -> Agent:
        """An agent over all recordings."""
        return Agent(self.view)

    def load_all(self) -> int:
        """Read all recordings, the small ones first, naming their bad lines; the number of their objects."""
        in_order = sorted(self._paths, key=lambda community: _size(self._paths[community]))
        return sum(len(self.view(community) or ()) for community in in_order)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it says what is wrong


def _load(path: Path) -> Objects | None:
    try:
        objects, findings = read_recording(path)
    except InputError as error:
        log.error("%s", error)  # noqa: TRY400 - its words say all
        return None
    for finding in findings[:_FINDINGS_SHOWN]:
        log.warning("%s", finding)
    more = len(findings) - _FINDINGS_SHOWN
    if more > 0:
        said = ngettext("{path}: {count} more such line", "{path}: {count} more such lines", more)
        log.warning("%s", said.format(path=path.name, count=more))
    return objects
