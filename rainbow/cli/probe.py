"""``rainbow collect probe``: meeting one device, before it is in any city."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from collectors.probe.as_json import to_json
from collectors.probe.as_text import to_text
from collectors.probe.device import probe as read_device
from collectors.settings import CollectSettings
from collectors.snmp import GufoClient, GufoClients
from rainbow.cli.device_options import AskedDevice, device_options
from rainbow.cli.options import text_or_json
from rainbow.kernel.errors import DeviceError, DeviceSilent
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collectors.client import Credentials
    from collectors.probe.facts import Probed


@click.command(
    help=_(
        "Everything RAINBOW can read from the device at ADDRESS[:PORT], and what it could not and why: ports, light, "
        "sensors, transceivers, neighbours.\n\n"
        'SNMPv2c asks with a community from --community-env or --community-file (else "public"); SNMPv3 with --user. '
        "Nothing is written anywhere. Exit code 1 if the device does not answer."
    )
)
@device_options
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
def probe(context: click.Context, *, device: AskedDevice, timeout_s: float, form: str) -> None:
    """Read one device and print what it says."""
    try:
        found = asyncio.run(read_one(device.address, device.port, device.credentials, timeout_s))
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
