"""Collector health: who watches the watchman."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.board import Board
from dashboards.influxql import matches, newest, over_time
from dashboards.layout import Section, Tile
from dashboards.links import of_row, to_dashboard
from dashboards.panels import Column, Line
from dashboards.rule import DAY_S, HOUR_S
from dashboards.variables import Choice
from rainbow.kernel.metrics import BACKUP, COLLECTOR_ROUND, DEVICE, OUTBOX, TASK, TRAPS
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Field


def board(around: Surroundings) -> Board:
    """The dashboard of the collector and its deliveries."""
    return Board(
        uid=Uid.COLLECTOR,
        title=_("RAINBOW collector health"),
        description=_("Do the rounds keep their time, do switches answer in time, do points reach InfluxDB."),
        choices=(
            Choice(metric=COLLECTOR_ROUND, tag="collector", several=True),
            Choice(metric=OUTBOX, tag="sink", several=True),
        ),
        sections=(
            Section(title=_("Rounds"), tiles=_rounds(around)),
            Section(title=_("Deliveries"), tiles=_deliveries(around)),
            Section(title=_("Tasks and backup"), tiles=(*_tasks(around), *_backup(around))),
            Section(title=_("Traps"), tiles=_traps(around)),
            Section(title=_("Switches that cost most time"), tiles=_slow(around)),
        ),
    )


def _of_collector() -> list[str]:
    return [matches(COLLECTOR_ROUND, "collector", "collector")]


def _of_sink() -> list[str]:
    return [matches(OUTBOX, "sink", "sink")]


def _round_line(field: Field, text: str, colour: str, function: str = "max") -> Line:
    query = over_time(COLLECTOR_ROUND, field, function=function, where=_of_collector(), by=("collector",))
    return Line(field=field, query=query, alias=f"$tag_collector {text}", colour=colour)


def _outbox_line(field: Field, text: str, colour: str) -> Line:
    query = over_time(OUTBOX, field, function="max", where=_of_sink(), by=("sink",))
    return Line(field=field, query=query, alias=f"$tag_sink {text}", colour=colour)


def _rounds(around: Surroundings) -> tuple[Tile, ...]:
    duration = panels.time_series(
        around,
        title=_("Time a round takes"),
        description=_("A round should end well before the next one begins; late rounds mean too many slow switches."),
        lines=[
            _round_line(COLLECTOR_ROUND.duration_s, _("round"), palette.BLUE),
            _round_line(COLLECTOR_ROUND.late_s, _("late"), palette.VERMILLION),
            _round_line(COLLECTOR_ROUND.cpu_s, _("CPU"), palette.GREEN),
        ],
    )
    devices = panels.time_series(
        around,
        title=_("Switches asked and failed"),
        description=_("Switches asked in a round, those that gave no complete answer, links that flap."),
        lines=[
            _round_line(COLLECTOR_ROUND.devices, _("asked"), palette.BLUE),
            _round_line(COLLECTOR_ROUND.failed, _("failed"), palette.VERMILLION),
            _round_line(COLLECTOR_ROUND.links_held, _("flapping links held back"), palette.ORANGE),
        ],
    )
    requests = panels.time_series(
        around,
        title=_("Requests and timeouts a round"),
        description=_("SNMP requests sent, those without an answer in time, and samples made."),
        lines=[
            _round_line(COLLECTOR_ROUND.requests, _("requests"), palette.BLUE, "mean"),
            _round_line(COLLECTOR_ROUND.timeouts, _("timeouts"), palette.VERMILLION),
            _round_line(COLLECTOR_ROUND.samples, _("samples"), palette.GREEN, "mean"),
        ],
    )
    return (
        Tile(key="duration", panel=duration, width=8, height=9),
        Tile(key="devices", panel=devices, width=8, height=9),
        Tile(key="requests", panel=requests, width=8, height=9),
    )


def _deliveries(around: Surroundings) -> tuple[Tile, ...]:
    waiting = panels.time_series(
        around,
        title=_("Points that wait"),
        description=_("Points in the outbox. It fills while InfluxDB is away and empties by itself afterwards."),
        lines=[_outbox_line(OUTBOX.points, _("waiting"), palette.BLUE)],
    )
    age = panels.time_series(
        around,
        title=_("Age of the oldest point"),
        description=_("How far InfluxDB is behind the switches."),
        lines=[_outbox_line(OUTBOX.age_s, _("behind"), palette.ORANGE)],
    )
    lost = panels.time_series(
        around,
        title=_("Dropped and refused"),
        description=_("Points dropped because the outbox was full, and batches the server refused. Both should be 0."),
        lines=[
            _outbox_line(OUTBOX.dropped, _("dropped"), palette.VERMILLION),
            _outbox_line(OUTBOX.dead_letters, _("refused"), palette.PURPLE),
        ],
    )
    return (
        Tile(key="outbox", panel=_outbox(around), width=24, height=5),
        Tile(key="waiting", panel=waiting, width=8, height=8),
        Tile(key="age", panel=age, width=8, height=8),
        Tile(key="lost", panel=lost, width=8, height=8),
    )


def _outbox(around: Surroundings) -> dashboard.Panel:
    fields = [
        OUTBOX.blocked,
        OUTBOX.age_s,
        OUTBOX.points,
        OUTBOX.bytes,
        OUTBOX.sent,
        OUTBOX.dropped,
        OUTBOX.dead_letters,
    ]
    titles = [
        _("Refused by server"),
        _("Behind"),
        _("Waiting points"),
        _("Space"),
        _("Delivered"),
        _("Dropped"),
        _("Dead letters"),
    ]
    fault = palette.limits("text", (1, palette.BAD))
    columns = [
        Column(
            name=field.name,
            title=title,
            field=field,
            limits=fault if field in {OUTBOX.dropped, OUTBOX.dead_letters} else None,
        )
        for field, title in zip(fields, titles, strict=True)
    ]
    return panels.rows(
        around,
        title=_("Outboxes now"),
        description=_("One row a sink: what waits, what was delivered, what was lost."),
        query=newest(OUTBOX, fields, where=_of_sink(), by=("sink",)),
        columns=[Column(name="sink", title=_("Sink")), *columns],
    )


def _traps(around: Surroundings) -> tuple[Tile, ...]:
    shown = (
        (TRAPS.link_down, _("port down"), palette.VERMILLION),
        (TRAPS.link_up, _("port up"), palette.GREEN),
        (TRAPS.restart, _("restart"), palette.YELLOW),
        (TRAPS.optics, _("light"), palette.ORANGE),
        (TRAPS.other, _("other"), palette.GREY),
        (TRAPS.damped, _("dropped in a storm"), palette.PURPLE),
        (TRAPS.refused, _("refused"), palette.BLUE),
    )
    chosen = [matches(TRAPS, "collector", "collector")]
    panel = panels.time_series(
        around,
        title=_("Traps since the start"),
        description=_("What came to the trap listener, counted since the collector started; a steep line is a storm."),
        lines=[
            Line(
                field=field,
                query=over_time(TRAPS, field, function="max", where=chosen, by=("collector",)),
                alias=f"$tag_collector {text}",
                colour=colour,
            )
            for field, text, colour in shown
        ],
    )
    return (Tile(key="traps", panel=panel, width=24, height=8),)


def _tasks(around: Surroundings) -> tuple[Tile, ...]:
    fields = [TASK.state, TASK.runs, TASK.failures, TASK.busy_s]
    titles = [_("State"), _("Ended well"), _("Failed"), _("At it for")]
    columns = [Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)]
    chosen = [matches(TASK, "collector", "collector")]
    now = panels.rows(
        around,
        title=_("Tasks now"),
        description=_(
            "The pieces of work of each collector, what hangs first. A task that fails is begun anew; a collector that "
            "hangs is started anew by the service manager."
        ),
        query=newest(TASK, fields, where=chosen, by=("collector", "task")),
        columns=[
            Column(name="task", title=_("Task")),
            Column(name="collector", title=_("Collector")),
            *columns,
        ],
        sort=TASK.state.name,
    )
    history = panels.timeline(
        around,
        title=_("Tasks over time"),
        description=_("Which task failed or hung, and when. The worst moment of each interval."),
        field=TASK.state,
        query=over_time(TASK, TASK.state, function="min", where=chosen, by=("collector", "task")),
        alias="$tag_collector $tag_task",
    )
    return (
        Tile(key="tasks", panel=now, width=12, height=9),
        Tile(key="tasks_history", panel=history, width=12, height=9),
    )


def _backup(around: Surroundings) -> tuple[Tile, ...]:
    """Written now and then, and only where the settings name a folder for backups."""
    old_s, untested_s = around.settings.alert_backup_age_h * HOUR_S, around.settings.alert_restore_test_d * DAY_S
    old = palette.limits(palette.GOOD, (old_s, palette.WARNING), (4 * old_s, palette.BAD))
    untested = palette.limits(palette.GOOD, (untested_s, palette.WARNING))
    shown = (
        (BACKUP.age_s, _("Last backup"), old),
        (BACKUP.test_age_s, _("Last restore test"), untested),
        (BACKUP.bytes, _("Size of the backup"), None),
        (BACKUP.restore_s, _("A restore took"), None),
    )
    return tuple(
        Tile(
            key=f"backup_{field.name}",
            panel=panels.number(
                around,
                title=title,
                field=field,
                query=newest(BACKUP, [field]),
                limits=limits,
                within=around.slow_window,
            ),
            width=6,
            height=4,
        )
        for field, title, limits in shown
    )


def _slow(around: Surroundings) -> tuple[Tile, ...]:
    fields = [DEVICE.poll_s, DEVICE.up, DEVICE.retries]
    titles = [_("Poll took"), _("State"), _("Repeats")]
    columns = [Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)]
    to_switch = to_dashboard(Uid.SWITCH, _("Open switch"), {"site": of_row("site"), "device": of_row("device")})
    panel = panels.rows(
        around,
        title=_("Slowest switches"),
        description=_("The twenty switches whose last poll took longest; a click on one says more."),
        query=newest(DEVICE, fields, by=("site", "device")),
        columns=[
            Column(name="device", title=_("Switch"), links=(to_switch,)),
            Column(name="site", title=_("Site")),
            *columns,
        ],
        sort=f"-{DEVICE.poll_s.name}",
        most=20,
    )
    return (Tile(key="slow", panel=panel, width=24, height=10),)
