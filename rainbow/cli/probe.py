"""``rainbow collect probe``: meeting one device, before it is in any city."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collectors.client import AUTH, PRIV, V3, Credentials, V2c
from collectors.probe.as_json import to_json
from collectors.probe.as_text import to_text
from collectors.probe.device import probe as read_device
from collectors.settings import CollectSettings
from collectors.snmp import GufoClient, GufoClients
from rainbow.cli.options import text_or_json
from rainbow.kernel.errors import DeviceError, DeviceSilent, InputError, UsageError
from rainbow.kernel.secret import Secret
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collectors.probe.facts import Probed

SNMP_PORT = 161
PORT_MAX = 65_535
_FILE = click.Path(path_type=Path, dir_okay=False)


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


@click.command(
    help=_(
        "Everything RAINBOW can read from the device at ADDRESS[:PORT], and what it could not and why: ports, light, "
        "sensors, transceivers, neighbours.\n\n"
        'SNMPv2c asks with a community from --community-env or --community-file (else "public"); SNMPv3 with --user. '
        "Nothing is written anywhere. Exit code 1 if the device does not answer."
    )
)
@click.argument("target", metavar="ADDRESS[:PORT]")
@click.option("--community-env", metavar="NAME", default="", help=_("Environment variable that holds the community."))
@click.option("--community-file", type=_FILE, help=_("File that holds the community."))
@click.option(
    "--community",
    default="",
    help=_(
        "The community itself. Shows in the process list and the shell's history: for public names and replayed "
        "recordings only."
    ),
)
@click.option("--user", default="", help=_("SNMPv3 user; needs the two keys."))
@click.option("--auth", type=click.Choice(AUTH), default="SHA-256", show_default=True, help=_("Protocol of the user."))
@click.option("--auth-env", metavar="NAME", default="", help=_("Environment variable with the authentication key."))
@click.option("--auth-file", type=_FILE, help=_("File with the authentication key."))
@click.option("--priv", type=click.Choice(PRIV), default="AES", show_default=True, help=_("Cipher of the user."))
@click.option("--priv-env", metavar="NAME", default="", help=_("Environment variable with the privacy key."))
@click.option("--priv-file", type=_FILE, help=_("File with the privacy key."))
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(1.0, 3600.0),
    default=120.0,
    show_default=True,
    help=_("Seconds for the whole device; one answer may take 2 s, three tries."),
)
@text_or_json(_("Text for people, JSON for machines."))
@click.pass_context
def probe(
    context: click.Context,
    target: str,
    community_env: str,
    community_file: Path | None,
    community: str,
    user: str,
    auth: str,
    auth_env: str,
    auth_file: Path | None,
    priv: str,
    priv_env: str,
    priv_file: Path | None,
    timeout_s: float,
    form: str,
) -> None:
    """Read one device and print what it says."""
    address, port = _target(target)
    credentials: Credentials
    if user:
        auth_key = _secret(_("authentication"), auth_env, auth_file)
        priv_key = _secret(_("privacy"), priv_env, priv_file)
        if auth_key is None or priv_key is None:
            raise UsageError(
                _("SNMPv3 user {user} needs two keys").format(user=user),
                cure=_("name them with --auth-env or --auth-file and --priv-env or --priv-file"),
            )
        credentials = V3(user=user, auth=auth, auth_key=auth_key, priv=priv, priv_key=priv_key)
    else:
        named = _secret(_("the community"), community_env, community_file)
        credentials = V2c(community=named or Secret(community or "public"))
    try:
        found = asyncio.run(read_one(address, port, credentials, timeout_s))
    except DeviceError as error:
        click.echo(str(error), err=True)
        context.exit(1)
    click.echo(to_json(found) if form == "json" else to_text(found))


async def read_one(address: str, port: int, credentials: Credentials, timeout_s: float) -> Probed:
    """Probe one device.

    Raises:
        DeviceError: it did not even tell its name in time.
    """
    client = client_for(address, port, credentials)
    try:
        return await read_device(client, address=f"{address}:{port}", deadline_s=timeout_s)
    except TimeoutError:
        raise DeviceSilent(
            _("{target}: nothing was read in {seconds:g} s").format(target=f"{address}:{port}", seconds=timeout_s),
            cure=_("check address, community and firewall, or allow more with --timeout"),
        ) from None
    finally:
        client.close()


def client_for(address: str, port: int, credentials: Credentials) -> GufoClient:
    """A client for one device outside any city; patient, for devices nobody has met yet."""
    settings = CollectSettings(timeout_s=2.0, retries=2)
    return GufoClients(credentials={"probe": credentials}, settings=settings).at(address, port, "probe")
