"""``rainbow simulate``: recordings served again, and a simulated city to run, cut and mend."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rainbow.city import open_city, secret, simulator_socket
from rainbow.cli.options import CITY, text_or_json
from rainbow.demo_secrets import make_missing_communities
from rainbow.kernel.errors import UsageError
from rainbow.kernel.texts import _, ngettext
from simulator.control import Command, SocketControl, Status, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rainbow.city import City
    from simulator.traps import TrapTarget

PORT_MAX = 65_535
LOOPBACK = "127.0.0.1"
SWITCH_PORT = 16_100
SHOWN = 12
"""Names of a list that are written out; the others are counted."""
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
    default=SWITCH_PORT,
    show_default=True,
    help=_("UDP port of its switches; two cities that run at the same time need two."),
)
@click.option(
    "--ports",
    type=click.IntRange(0, 1000),
    default=0,
    help=_("Ports of each switch, at least: 48 makes a city to measure with."),
)
def new_city(folder: Path, seed: int, switches: int, port: int, ports: int) -> None:
    """Write a city and say what it is."""
    from simulator.city import generate  # noqa: PLC0415 - each command loads what it needs
    from simulator.new_city import write_city  # noqa: PLC0415 - same

    made = generate(seed, switches, port=port, least_ports=ports)
    options = f" --port {port}" if port != SWITCH_PORT else ""
    options += f" --ports {ports}" if ports else ""
    write_city(made, folder, seed=seed, options=options)
    click.echo(
        _("{folder}: {sites} buildings, {lamps} lamps, {trenches} trench sections, {links} links").format(
            folder=folder,
            sites=len(made.plant.sites),
            lamps=sum(structure.has_siren for structure in made.plant.structures),
            trenches=len(made.plant.sections),
            links=len(made.plant.links),
        )
    )


@simulate.command(
    name="run",
    help=_(
        "Let every switch of CITY answer SNMP on its own loopback address until Ctrl-C. Cut, mend and restart what you "
        "like meanwhile: rainbow simulate cut, repair, reboot, silence, flap, status."
    ),
)
@CITY
def run(city: Path) -> None:
    """Run a city's switches."""
    opened = open_city(city)
    for path in make_missing_communities(opened):
        click.echo(_("made a random SNMP community: {path}").format(path=path), err=True)
    asyncio.run(_run(opened))


async def _run(city: City) -> None:
    from simulator.run import LivingCity  # noqa: PLC0415 - each command loads what it needs

    stop = _stopped_by_signals()
    communities = {
        name: secret(city, profile.community, what=f"snmp.{name}.community")
        for name, profile in city.settings.snmp.items()
        if profile.version == "2c"
    }
    settings = city.settings.simulator
    living = LivingCity(
        city.plant, communities, seed=settings.seed, in_band=settings.in_band, traps_to=_trap_target(city)
    )
    async with living.running(city.simulator_socket):
        count = len(city.plant.devices)
        click.echo(
            f"{READY} "
            + ngettext("{count} switch of {city} answers", "{count} switches of {city} answer", count).format(
                count=count, city=city.plant.city
            )
        )
        await stop.wait()


def _trap_target(city: City) -> TrapTarget | None:
    """Where the city's collector listens for traps, if it does."""
    from simulator.traps import TrapTarget  # noqa: PLC0415 - each command loads what it needs

    traps, kind = city.settings.collect.traps, city.settings.simulator.traps
    if traps is None or kind == "none":
        return None
    return TrapTarget(address=traps.address, port=traps.port, inform=kind == "inform")


@simulate.command(
    name="cut",
    help=_(
        "Cut TRENCH... of the running CITY with every cable in it: light goes, ports go down, neighbours are "
        "forgotten, and switches that no way leads to any more fall silent."
    ),
)
@CITY
@click.argument("trenches", metavar="TRENCH...", nargs=-1, required=True)
def cut(city: Path, trenches: tuple[str, ...]) -> None:
    """Cut trenches."""
    _tell(city, Command(verb=Verb.CUT, names=trenches))


@simulate.command(name="repair", help=_("Mend TRENCH... of the running CITY; without one, all that are cut."))
@CITY
@click.argument("trenches", metavar="[TRENCH...]", nargs=-1)
def repair(city: Path, trenches: tuple[str, ...]) -> None:
    """Mend trenches."""
    _tell(city, Command(verb=Verb.REPAIR, names=trenches))


@simulate.command(
    name="reboot", help=_("Restart DEVICE... of the running CITY: away for a while, then clock and counters from 0.")
)
@CITY
@click.argument("devices", metavar="DEVICE...", nargs=-1, required=True)
@click.option("--for", "seconds", type=float, help=_("Seconds it is away; 8 if not said."))
def reboot(city: Path, devices: tuple[str, ...], seconds: float | None) -> None:
    """Restart switches."""
    _tell(city, Command(verb=Verb.REBOOT, names=devices, seconds=seconds))


@simulate.command(
    name="silence", help=_("Let DEVICE... of the running CITY work on without answering, as behind a wrong firewall.")
)
@CITY
@click.argument("devices", metavar="DEVICE...", nargs=-1, required=True)
@click.option("--for", "seconds", type=float, help=_("Seconds; for good if not said, 0 lets it answer again."))
def silence(city: Path, devices: tuple[str, ...], seconds: float | None) -> None:
    """Silence switches."""
    _tell(city, Command(verb=Verb.SILENCE, names=devices, seconds=seconds))


@simulate.command(
    name="flap",
    help=_(
        "Let the module of an interface (KL-SW-01:ge-0/0/1), or the plug of a link (KL-LI-0001), of the running CITY "
        "fail and recover every two seconds."
    ),
)
@CITY
@click.argument("names", metavar="INTERFACE|LINK...", nargs=-1, required=True)
@click.option("--for", "seconds", type=float, help=_("Seconds it goes on; 20 if not said."))
def flap(city: Path, names: tuple[str, ...], seconds: float | None) -> None:
    """Let links flap."""
    _tell(city, Command(verb=Verb.FLAP, names=names, seconds=seconds))


@simulate.command(name="status", help=_("How the running CITY does."))
@CITY
@text_or_json(_("Text for people, JSON for machines."))
def status(city: Path, form: str) -> None:
    """Show the state of a running city."""
    _tell(city, Command(verb=Verb.STATUS), form=form)


def _tell(city: Path, command: Command, *, form: str = "text") -> None:
    """Give a command to the running city and print how it does after it; the plant's files are not read for that."""
    found = SocketControl(simulator_socket(city)).tell(command)
    if form == "json":
        click.echo(json.dumps(asdict(found), indent=2))
    else:
        click.echo(_rendered(found))


def _rendered(found: Status) -> str:
    rows = (
        (_("cut trenches"), found.cuts),
        (_("links down"), found.links_down),
        (_("cut off"), found.cut_off),
        (_("restarting"), found.restarting),
        (_("silenced"), found.silenced),
    )
    width = max(len(title) for title, _codes in rows)
    lines = [f"{title:<{width}}  {_listed(codes)}" for title, codes in rows]
    lines.append(
        _("{switches} switches, {requests} requests in {seconds:.0f} s").format(
            switches=found.switches, requests=found.requests, seconds=found.runs_s
        )
    )
    return "\n".join(lines)


def _listed(codes: Iterable[str]) -> str:
    names = list(codes)
    if len(names) > SHOWN:
        return _("{names} and {count} more").format(names=", ".join(names[:SHOWN]), count=len(names) - SHOWN)
    return ", ".join(names) or _("none")


def _stopped_by_signals() -> asyncio.Event:
    """An event that Ctrl-C and a polite kill set."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
