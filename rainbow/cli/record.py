"""``rainbow collect record``: keeping what a device shows, so that its row can be written and tested without it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from collectors.probe.recording import record as read_all
from collectors.settings import CollectSettings
from collectors.snmp import GufoClients
from rainbow.cli.device_options import AskedDevice, device_options
from rainbow.kernel.errors import DeviceError, UsageError
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collectors.probe.recording import Recording

SUFFIX = ".snmprec"
MOST_ROWS, MOST_BYTES = 1_000_000, 200_000_000
"""More than any switch shows; who goes on is running in circles."""


@click.command(
    help=_(
        "Keep everything the device at ADDRESS[:PORT] shows in FILE (.snmprec), to replay it with rainbow simulate "
        "--replay: so a row for its maker can be written and tested without it. Credentials as for rainbow collect "
        "probe. The file holds names, addresses and serial numbers: look before you give it away. Exit code 1 if a "
        "part could not be read."
    )
)
@device_options
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help=_("The file."))
@click.pass_context
def record(context: click.Context, *, device: AskedDevice, file: Path) -> None:
    """Walk the device and write the file."""
    if file.suffix != SUFFIX:
        raise UsageError(_("{file} does not end in {suffix}").format(file=file, suffix=SUFFIX))
    try:
        recording = asyncio.run(_record(device))
        file.write_text("".join(f"{line}\n" for line in recording.lines), encoding="ascii")
    except DeviceError as error:
        click.echo(str(error), err=True)
        context.exit(1)
    except OSError as error:
        raise UsageError(_("{path} cannot be written: {error}").format(path=file, error=error.strerror)) from None
    count = len(recording.lines)
    click.echo(ngettext("{count} object in {file}", "{count} objects in {file}", count).format(count=count, file=file))
    for tree, why in recording.faults.items():
        click.echo(f"{tree}: {why}", err=True)
    context.exit(1 if recording.faults else 0)


async def _record(device: AskedDevice) -> Recording:
    settings = CollectSettings(timeout_s=2.0, retries=2, walk_max_rows=MOST_ROWS, walk_max_bytes=MOST_BYTES)
    client = GufoClients(credentials={"": device.credentials}, settings=settings).at(device.address, device.port, "")
    try:
        return await read_all(client)
    finally:
        client.close()
