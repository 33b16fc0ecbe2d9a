"""``rainbow simulate``: recordings served again, and a simulated city to run, cut and mend."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

import click

from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _, ngettext

PORT_MAX = 65_535
LOOPBACK = "127.0.0.1"
READY = "ready:"
"""How the one line on stdout begins, in every language: scripts wait for it."""


@click.group(
    invoke_without_command=True,
    help=_(
        "Switches that are not there: a simulated city, or recordings of real devices.\n\n"
        "rainbow simulate --replay FOLDER --port P serves every NAME.snmprec of FOLDER on 127.0.0.1 port P under the "
        "community NAME, until Ctrl-C."
    ),
)
@click.option(
    "--replay", type=click.Path(path_type=Path, file_okay=False, exists=True), help=_("Folder of recordings to serve.")
)
@click.option("--port", type=click.IntRange(1, PORT_MAX), help=_("UDP port for --replay."))
@click.pass_context
def simulate(context: click.Context, replay: Path | None, port: int | None) -> None:
    """Serve recordings, or pass on to the subcommand."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    if context.invoked_subcommand is not None:
        if replay is not None or port is not None:
            raise UsageError(
                _("--replay and --port stand alone, without {command}").format(command=context.invoked_subcommand)
            )
        return
    if replay is None or port is None:
        raise UsageError(
            _("neither a subcommand nor --replay FOLDER --port P was named"), cure=_("see rainbow simulate --help")
        )
    asyncio.run(_replay(replay, port))


async def _replay(folder: Path, port: int) -> None:
    """Serve while reading; "ready" stands there when all is read."""
    from simulator.replay import Recordings  # noqa: PLC0415 - each command loads what it needs
    from simulator.udp import serving  # noqa: PLC0415 - same

    stop = _stopped_by_signals()
    recordings = Recordings(folder)
    with serving({(LOOPBACK, port): recordings.agent()}):
        objects = await asyncio.to_thread(recordings.load_all)
        count = len(recordings)
        click.echo(
            f"{READY} "
            + ngettext(
                "{count} recording with {objects} objects on {address} port {port}",
                "{count} recordings with {objects} objects on {address} port {port}",
                count,
            ).format(count=count, objects=objects, address=LOOPBACK, port=port)
        )
        await stop.wait()


def _stopped_by_signals() -> asyncio.Event:
    """An event that Ctrl-C and a polite kill set."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@simulate.command(
    name="new-city",
    help=_(
        "Invent a city of so many switches and write it into FOLDER: settings, plant and a README. The same seed and "
        "number give the same city, byte for byte. All routes are invented."
    ),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", type=int, default=1, show_default=True, help=_("Any whole number; each is another city."))
@click.option("--switches", type=int, default=40, show_default=True, help=_("1 to 2,000."))
@click.option(
    "--port",
    type=click.IntRange(1, PORT_MAX),
    default=16100,
    show_default=True,
    help=_("UDP port of its switches; two cities that run at the same time need two."),
)
def new_city(folder: Path, seed: int, switches: int, port: int) -> None:
    """Write a city and say what it is."""
    from simulator.city import generate  # noqa: PLC0415 - each command loads what it needs
    from simulator.new_city import write_city  # noqa: PLC0415 - same

    made = generate(seed, switches, port=port)
    write_city(made, folder, seed=seed)
    click.echo(
        _("{folder}: {sites} buildings, {lamps} lamps, {trenches} trench sections, {links} links").format(
            folder=folder,
            sites=len(made.plant.sites),
            lamps=sum(structure.has_siren for structure in made.plant.structures),
            trenches=len(made.plant.sections),
            links=len(made.plant.links),
        )
    )
