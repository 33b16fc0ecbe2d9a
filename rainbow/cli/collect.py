"""``rainbow collect``: ask a city's devices, once or again and again."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from collectors.client import Fault
from collectors.memory import share_heaps
from rainbow import service
from rainbow.city import open_city, state_folder
from rainbow.cli.audit import audit_command
from rainbow.cli.energy import energy
from rainbow.cli.options import CITY, text_or_json
from rainbow.cli.probe import probe
from rainbow.cli.record import record
from rainbow.kernel.texts import N_, _, ngettext
from rainbow.settings import read_settings
from rainbow.status import ask as ask_status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from collectors.report import Outcome
    from inventory.plant import Plant
    from rainbow.service import OneRound
    from rainbow.status import CollectorStatus, TaskStatus

log = logging.getLogger("rainbow.collect")

STOP_WITHIN_S = 20.0
"""From the signal to the end, whatever hangs: the service manager would kill after 30 s."""

FAULTS = {
    Fault.UNREADABLE: N_("not to be read as SNMP"),
    Fault.PANIC: N_("the library gave up over it"),
    Fault.SHORT: N_("values are missing in it"),
    Fault.REFUSED: N_("it refuses the credentials"),
    Fault.ENDLESS: N_("a table without end, or out of order"),
}


@click.group(help=_("Ask a city's devices over SNMP; keep what they say."))
def collect() -> None:
    """Group of the collector's commands."""


@collect.command(
    name="once",
    help=_(
        "Ask every device of CITY once, store what they say and deliver it to InfluxDB where one is set. Prints what "
        "was read of each device, what not and why. Exit code 1 if a device did not answer or points still wait."
    ),
)
@CITY
@text_or_json(_("A table for people, JSON for machines."))
@click.pass_context
def once(context: click.Context, city: Path, form: str) -> None:
    """Print the round."""
    _log_to_stderr(logging.WARNING)
    opened = open_city(city)
    result = service.once(opened)
    if form == "json":
        click.echo(json.dumps(_as_json(opened.plant, result), indent=2, ensure_ascii=False))
    else:
        _print(result)
    waits = any(delivery.error for delivery in result.deliveries)
    context.exit(1 if result.report.failed or waits else 0)


@collect.command(
    name="run",
    help=_(
        "Ask the devices of CITY round after round until Ctrl-C or SIGTERM: keep and roll up what they say, deliver it "
        "to InfluxDB where one is set. One line a round on standard error."
    ),
)
@CITY
def run(city: Path) -> None:
    """Collect until told to stop."""
    _log_to_stderr(logging.INFO)
    share_heaps()
    asyncio.run(_run(city))


async def _run(city: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        """The first signal ends politely and within a time, a second one at once."""
        stop.set()
        late = threading.Timer(STOP_WITHIN_S, _end_hard)
        late.daemon = True
        late.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    settings = await asyncio.to_thread(read_settings, city)
    if settings.cluster is not None:
        from rainbow import several  # noqa: PLC0415 - one machine loads nothing of it

        await several.run(city, settings, settings.cluster, stop)
    else:
        await service.run(await asyncio.to_thread(open_city, city), stop)


def _end_hard() -> None:
    """Some job does not come to its end. What was read was stored before: nothing acknowledged is lost."""
    log.error(_("not everything ended within %g s; this process ends now, what was read is stored"), STOP_WITHIN_S)
    logging.shutdown()
    os._exit(1)


@collect.command(
    name="status",
    help=_(
        "Ask the running collector of CITY how it does: each piece of its work, what failed last time, what hangs. "
        "Exit code 1 if something does, 2 if no collector answers."
    ),
)
@CITY
@text_or_json(_("Text for people, JSON for machines."))
@click.pass_context
def status(context: click.Context, city: Path, form: str) -> None:
    """Print how a running collector does."""
    found = ask_status(state_folder(city))
    if form == "json":
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        _print_status(found)
    context.exit(0 if found.is_well else 1)


def _print_status(found: CollectorStatus) -> None:
    said = _("{city}: collector {collector} (process {process}) has run for {minutes:.0f} min")
    click.echo(
        said.format(city=found.city, collector=found.collector, process=found.process, minutes=found.runs_s / 60)
    )
    width = max((len(task.what) for task in found.tasks), default=0)
    for task in found.tasks:
        line = f"  {task.what:<{width}}  {_task_words(task)}"
        click.secho(line, fg="red" if task.hangs else "yellow" if task.words else None)


def _task_words(task: TaskStatus) -> str:
    if task.hangs:
        return _("hangs: no end and no sign of life for {seconds:.0f} s").format(seconds=task.busy_s)
    failed = ngettext("failed {count} time", "failed {count} times", task.failures).format(count=task.failures)
    if task.words:
        return _("{failed}, the last time: {words}").format(failed=failed, words=task.words)
    return _("well; {failed}").format(failed=failed) if task.failures else _("well")


def _log_to_stderr(level: int) -> None:
    """Our own words from ``level`` on; what libraries say (addresses, headers) only from warnings on."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("rainbow").setLevel(level)


def _as_json(plant: Plant, result: OneRound) -> dict[str, object]:
    report = result.report
    return {
        "city": plant.city,
        "devices": [_outcome_as_json(plant, outcome) for outcome in report.outcomes],
        "samples": report.samples,
        "duration_s": round(report.duration_s, 3),
        "deliveries": [
            {
                "sink": delivery.sink,
                "delivered": delivery.delivered,
                "waiting": delivery.waiting,
                "error": delivery.error,
                "cure": delivery.cure,
            }
            for delivery in result.deliveries
        ],
    }


def _outcome_as_json(plant: Plant, outcome: Outcome) -> dict[str, object]:
    device = plant.device[outcome.device]
    return {
        "device": outcome.device,
        "site": device.node,
        "address": device.address,
        "port": device.port,
        "answered": not outcome.error,
        "error": outcome.error,
        "cure": outcome.cure,
        "ports": outcome.ports,
        "ports_up": outcome.ports_up,
        "light": outcome.light,
        "neighbours": outcome.neighbours,
        "samples": outcome.samples,
        "poll_s": round(outcome.poll_s, 4),
        "requests": outcome.traffic.requests,
        "retries": outcome.traffic.retries,
        "timeouts": outcome.traffic.timeouts,
        "bad_answers": {str(fault): count for fault, count in sorted(outcome.traffic.faults.items())},
        "not_read": list(outcome.notes),
    }


def _print(result: OneRound) -> None:
    report = result.report
    head = (_("DEVICE"), _("ANSWER"), _("PORTS UP"), _("LIGHT"), _("NEIGHBOURS"), _("SAMPLES"), _("TIME"))
    rows = [head, *(_row(outcome) for outcome in report.outcomes)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    _print_row(head, widths)
    for outcome, row in zip(report.outcomes, rows[1:], strict=True):
        _print_row(row, widths, colour="red" if outcome.error else None)
        if outcome.error:
            click.echo(f"    {outcome.error}")
            click.echo(f"    -> {outcome.cure}")
        for note in (*outcome.notes, *_bad_answers(outcome)):
            click.echo(f"    - {note}")
    click.echo(_summary(result))
    for delivery in result.deliveries:
        said = _("{sink}: {delivered} points delivered, {waiting} waiting")
        click.echo(said.format(sink=delivery.sink, delivered=delivery.delivered, waiting=delivery.waiting))
        if delivery.error:
            click.secho(f"    {delivery.error}", fg="red")
            click.echo("    -> " + (delivery.cure or _("nothing is lost: the points wait and are sent next time")))


def _bad_answers(outcome: Outcome) -> Iterator[str]:
    """What was wrong with answers that came; they were asked for again, and nothing of them is stored."""
    for fault, count in sorted(outcome.traffic.faults.items()):
        said = ngettext("{count} answer was no good: {kind}", "{count} answers were no good: {kind}", count)
        yield said.format(count=count, kind=_(FAULTS[fault]))


def _row(outcome: Outcome) -> tuple[str, ...]:
    seconds = _("{seconds:.2f} s").format(seconds=outcome.poll_s)
    if outcome.error:
        return (outcome.device, _("no"), "-", "-", "-", str(outcome.samples), seconds)
    return (
        outcome.device,
        _("yes"),
        _("{up} of {all}").format(up=outcome.ports_up, all=outcome.ports),
        str(outcome.light),
        str(outcome.neighbours) if outcome.neighbours is not None else "-",
        str(outcome.samples),
        seconds,
    )


def _print_row(row: tuple[str, ...], widths: list[int], *, colour: str | None = None) -> None:
    cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    click.secho(cells.rstrip(), fg=colour)


def _summary(result: OneRound) -> str:
    report = result.report
    count, failed = len(report.outcomes), len(report.failed)
    devices = ngettext("{count} device asked", "{count} devices asked", count).format(count=count)
    silent = ngettext("{count} did not answer", "{count} did not answer", failed).format(count=failed)
    samples = ngettext("{count} sample", "{count} samples", report.samples).format(count=report.samples)
    return _("{devices}, {silent}; {samples} in {seconds:.1f} s").format(
        devices=devices, silent=silent, samples=samples, seconds=report.duration_s
    )


collect.add_command(audit_command)
collect.add_command(probe)
collect.add_command(record)
collect.add_command(energy)
