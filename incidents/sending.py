"""Sending through Apprise: mail, Matrix, SMS gateways, webhooks and a hundred others, by one address each."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rainbow.kernel.secret import Secret


_LIBRARY = logging.getLogger("apprise")
_OPEN = frozenset({"to", "from", "cc", "bcc", "smtp", "mode", "name", "format", "verify"})
"""Parameters of an address that are no secrets."""
_NAME_A_HOST = frozenset(
    {"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms", "matrix", "matrixs", "gotify", "gotifys",
     "mmost", "mmosts", "rocket", "rockets", "ncloud", "nclouds", "mqtt", "mqtts", "syslog", "rsyslog"}
)  # fmt: skip
"""Addresses in which a host stands where others have the first half of a token (``tgram://TOKEN/CHAT``)."""
_SHORT = 3
"""Pieces of an address up to this length are not looked for: they would be found in every word."""
_REASON_MAX = 500


class Sender(Protocol):
    """Whoever brings messages to people."""

    def send(self, channel: str, title: str, body: str) -> bool:
        """Whether it was handed over; what failed is tried again."""

    def why(self, channel: str) -> str:
        """Why the last one was not, as far as it is known; without passwords."""


class AppriseSender:
    """One Apprise object a channel. Nothing is opened before the first message.

    Raises:
        SettingsError: an address is none that Apprise knows; it is never shown, for it holds passwords.
    """

    def __init__(self, urls: Mapping[str, Secret]) -> None:
        import apprise  # noqa: PLC0415 - a slow import, for cities that notify only

        _LIBRARY.setLevel(logging.CRITICAL)  # its lines may show addresses with their passwords
        self._urls = dict(urls)
        self._why: dict[str, str] = {}
        self._channels: dict[str, apprise.Apprise] = {}
        for name, url in urls.items():
            channel = apprise.Apprise()
            if not channel.add(url.reveal()):
                raise SettingsError(
                    _("notify.channels.{name}: the address is none that Apprise knows").format(name=name),
                    cure=_("write one like mailto://, matrix:// or json://; Apprise's manual lists them all"),
                )
            self._channels[name] = channel

    def send(self, channel: str, title: str, body: str) -> bool:
        """Whether it was handed over."""
        # Said to be text: what is sent as HTML, mail above all, is escaped then.
        with _heard() as lines:
            is_done = bool(self._channels[channel].notify(title=title, body=body, body_format="text"))
        self._why[channel] = "" if is_done else _told(lines, self._urls[channel])
        return is_done

    def why(self, channel: str) -> str:
        """What the library said of the last message, without what is secret in the address."""
        return self._why.get(channel, "")


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep warnings, and of the rest the exceptions behind them; requests and answers hold too much."""
        text = record.getMessage()
        if record.levelno >= logging.WARNING or text.startswith(("Socket Exception", "I/O Exception")):
            self.lines.append(text)


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What the library says meanwhile; nobody else hears it."""
    listener, was = _Listener(), (_LIBRARY.level, _LIBRARY.propagate)
    _LIBRARY.addHandler(listener)
    _LIBRARY.setLevel(logging.DEBUG)
    _LIBRARY.propagate = False
    try:
        yield listener.lines
    finally:
        _LIBRARY.removeHandler(listener)
        _LIBRARY.setLevel(was[0])
        _LIBRARY.propagate = was[1]


def _told(lines: list[str], url: Secret) -> str:
    """In one line, the secret pieces of the address as stars."""
    text = " ".join(" ".join(lines).split())
    for piece in sorted(_secrets(url.reveal()), key=len, reverse=True):
        text = text.replace(piece, "***")
    return text[:_REASON_MAX]


def _secrets(url: str) -> set[str]:
    """Pieces of an address that may be secret, as written and as meant: all but a host and some parameters."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[0] if parts.scheme in _NAME_A_HOST else parts.netloc
    pieces = [place, *re.split(r"[:/@,]", f"{place}/{parts.path}/{parts.fragment}")]
    pieces += [value for name, value in parse_qsl(parts.query) if name.lower() not in _OPEN]
    return {text for piece in pieces for text in (piece, unquote(piece)) if len(text) > _SHORT}
