"""How one device outside any city is named on the command line, and how it lets us in."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collectors.client import AUTH, PRIV, V3, Credentials, V2c
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.secret import Secret
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SNMP_PORT = 161
PORT_MAX = 65_535
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDevice:
    """A device and the credentials to ask it with."""

    address: str
    port: int
    credentials: Credentials

    @property
    def target(self) -> str:
        """Address and port."""
        return f"{self.address}:{self.port}"


_OPTIONS = (
    click.argument("target", metavar="ADDRESS[:PORT]"),
    click.option(
        "--community-env", metavar="NAME", default="", help=_("Environment variable that holds the community.")
    ),
    click.option("--community-file", type=_FILE, help=_("File that holds the community.")),
    click.option(
        "--community",
        default="",
        help=_(
            "The community itself. Shows in the process list and the shell's history: for public names and replayed "
            "recordings only."
        ),
    ),
    click.option("--user", default="", help=_("SNMPv3 user; needs the two keys.")),
    click.option(
        "--auth", type=click.Choice(AUTH), default="SHA-256", show_default=True, help=_("Protocol of the user.")
    ),
    click.option("--auth-env", metavar="NAME", default="", help=_("Environment variable with the authentication key.")),
    click.option("--auth-file", type=_FILE, help=_("File with the authentication key.")),
    click.option("--priv", type=click.Choice(PRIV), default="AES", show_default=True, help=_("Cipher of the user.")),
    click.option("--priv-env", metavar="NAME", default="", help=_("Environment variable with the privacy key.")),
    click.option("--priv-file", type=_FILE, help=_("File with the privacy key.")),
)


_NAMES = (
    "target",
    "community",
    "community_env",
    "community_file",
    "user",
    "auth",
    "auth_env",
    "auth_file",
    "priv",
    "priv_env",
    "priv_file",
)


def device_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command ADDRESS[:PORT] and the options of SNMP; it gets them together, as its argument ``device``."""

    @functools.wraps(command)
    def with_device(**given: object) -> None:
        own = {name: given.pop(name) for name in _NAMES}
        command(device=_asked(own), **given)

    for option in reversed(_OPTIONS):
        option(with_device)
    return with_device


def _asked(given: Mapping[str, object]) -> AskedDevice:
    def words(name: str) -> str:
        return str(given[name])

    def key(what: str, kind: str) -> Secret | None:
        file = given[f"{kind}_file"]
        return _secret(what, words(f"{kind}_env"), file if isinstance(file, Path) else None)

    address, port = _target(words("target"))
    if not (user := words("user")):
        named = key(_("the community"), "community") or Secret(words("community") or "public")
        return AskedDevice(address=address, port=port, credentials=V2c(community=named))
    auth_key, priv_key = key(_("authentication"), "auth"), key(_("privacy"), "priv")
    if auth_key is None or priv_key is None:
        raise UsageError(
            _("SNMPv3 user {user} needs two keys").format(user=user),
            cure=_("name them with --auth-env or --auth-file and --priv-env or --priv-file"),
        )
    known = V3(user=user, auth=words("auth"), auth_key=auth_key, priv=words("priv"), priv_key=priv_key)
    return AskedDevice(address=address, port=port, credentials=known)


def _target(words: str) -> tuple[str, int]:
    """ADDRESS, ADDRESS:PORT or [IPv6]:PORT."""
    address, port = words, ""
    if words.startswith("["):
        address, _bracket, rest = words[1:].partition("]")
        port = rest.removeprefix(":")
    elif words.count(":") == 1:
        address, _colon, port = words.partition(":")
    if not address or (port and (not port.isdecimal() or not 0 < int(port) <= PORT_MAX)):
        raise UsageError(
            _("{words!r} is no address").format(words=words),
            cure=_("write 10.1.2.3, 10.1.2.3:161 or [2001:db8::1]:161"),
        )
    return address, int(port or SNMP_PORT)


def _secret(what: str, env: str, file: Path | None) -> Secret | None:
    if env:
        if env not in os.environ:
            raise UsageError(
                _("environment variable {name} for {what} is not set").format(name=env, what=what),
                cure=_("export it, or use the option that names a file"),
            )
        return Secret(os.environ[env])
    if file is not None:
        try:
            return Secret(file.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(_("{path} cannot be read: {error}").format(path=file, error=error)) from None
    return None
