"""What a device says becomes text here, once. After this nobody needs to distrust a name for its characters.

Devices send Latin-1, control characters, bidirectional marks, broken UTF-8 and megabytes, by mistake or on purpose.
"""

from __future__ import annotations

import unicodedata

MOST_CHARACTERS = 255
"""DisplayString's own limit (RFC 2579)."""
_STRIPPED = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})
"""Controls, format characters (bidirectional marks too), lone surrogates, characters that are none or private."""
_SPACES = frozenset({"Zl", "Zp", "Zs"})
_PRINTABLE_ASCII = bytes(range(0x20, 0x7F))


def text(raw: bytes | str | int) -> str:
    """Plain text of at most 255 characters: UTF-8 (bad bytes replaced), NFC, one line, no controls.

    Line breaks and tabs become a space, so that two lines do not melt into one word. Idempotent.
    """
    if isinstance(raw, bytes):
        if not raw.translate(None, _PRINTABLE_ASCII):
            return " ".join(raw.decode("ascii").split())[:MOST_CHARACTERS].rstrip()
        raw = raw[: 16 * MOST_CHARACTERS].decode("utf-8", errors="replace")
    kept = "".join(_character(character) for character in str(raw)[: 16 * MOST_CHARACTERS])
    return " ".join(unicodedata.normalize("NFC", kept).split())[:MOST_CHARACTERS].rstrip()


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES or character in "\t\n\v\f\r\x85":
        return " "
    return "" if category in _STRIPPED else character


def mac(raw: bytes) -> str:
    """A hardware address as ``00:11:22:aa:bb:cc``; other lengths likewise, up to 32 bytes."""
    return raw[:32].hex(":")
