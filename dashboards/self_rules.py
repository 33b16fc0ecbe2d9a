"""The alert rules of RAINBOW itself: does it see, does it deliver, could it be restored. Uids never change."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from dashboards.addresses import Uid
from dashboards.influxql import last, risen, steady_count
from dashboards.rule import DAY_S, HOUR_S, Rule, above, label, recent_s, recent_slow_s, states, under
from rainbow.kernel.metrics import BACKUP, COLLECTOR_ROUND, OUTBOX, TASK
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.surroundings import Surroundings


def self_rules(around: Surroundings) -> list[Rule]:
    """Those of collector, deliveries and backup. Where no backups are made, theirs see nothing and never fire."""
    return [
        _collector_silent(around),
        _task_unwell(around),
        _outbox_age(around),
        _dropped(),
        _dead_letters(around),
        _backup_old(around),
        _restore_untested(around),
    ]


def _collector_silent(around: Surroundings) -> Rule:
    """Counts of two neighbouring buckets: the last one may just have begun, so it alone proves nothing."""
    bucket_s = max(300, ceil(around.interval_s * 3))
    return Rule(
        uid="rainbow-collector-silent",
        title=_("Collector silent"),
        query=steady_count(COLLECTOR_ROUND, COLLECTOR_ROUND.devices, bucket_s=bucket_s, by=("collector",)),
        limit=under(0.1),
        window_s=DAY_S,
        wait="0s",
        severity="critical",
        summary=_("No round of collector {collector} has arrived").format(collector=label("collector")),
        description=_("Nothing else can be seen while this lasts. Does the collector run, does it reach InfluxDB?"),
        seen_on=(Uid.COLLECTOR, "duration"),
        fires_without_data=True,
    )


def _task_unwell(around: Surroundings) -> Rule:
    return Rule(
        uid="rainbow-task-unwell",
        title=_("Task of a collector unwell"),
        query=last(TASK, TASK.state, by=("collector", "task")),
        limit=states(TASK.state.states[0][0], TASK.state.states[1][0]),
        window_s=recent_s(around),
        wait="10m",
        severity="warning",
        summary=_("{task} of collector {collector} fails or hangs").format(
            task=label("task"), collector=label("collector")
        ),
        description=_(
            "What it says stands in the collector's log; everything else goes on. Look at: rainbow doctor CITY."
        ),
        seen_on=(Uid.COLLECTOR, "tasks"),
    )


def _outbox_age(around: Surroundings) -> Rule:
    limit_s = around.settings.alert_outbox_age_s
    return Rule(
        uid="rainbow-outbox-age",
        title=_("Deliveries behind"),
        query=last(OUTBOX, OUTBOX.age_s, by=("sink",)),
        limit=above(limit_s),
        window_s=max(recent_s(around), ceil(limit_s)),
        wait="5m",
        severity="warning",
        summary=_("Points for {sink} are more than {limit} s behind").format(sink=label("sink"), limit=f"{limit_s:g}"),
        description=_("InfluxDB was away or is slow; points wait in the outbox and none is lost while it has room."),
        seen_on=(Uid.COLLECTOR, "age"),
    )


def _dropped() -> Rule:
    return Rule(
        uid="rainbow-dropped",
        title=_("Points lost"),
        query=risen(OUTBOX, OUTBOX.dropped, by=("sink",)),
        limit=above(0),
        window_s=HOUR_S,
        wait="0s",
        severity="critical",
        summary=_("Points for {sink} were dropped: the outbox is full").format(sink=label("sink")),
        description=_(
            "The oldest go first. What the store still has can be sent again when InfluxDB is back: rainbow outbox "
            "refill CITY. Give the outbox more room in the table [store] where outages may last longer."
        ),
        seen_on=(Uid.COLLECTOR, "lost"),
    )


def _dead_letters(around: Surroundings) -> Rule:
    return Rule(
        uid="rainbow-dead-letters",
        title=_("Points refused"),
        query=last(OUTBOX, OUTBOX.dead_letters, by=("sink",)),
        limit=above(0),
        window_s=recent_s(around),
        wait="5m",
        severity="warning",
        summary=_("{sink} refused points for good").format(sink=label("sink")),
        description=_("They are kept with the server's words: rainbow outbox list CITY; then retry or drop them."),
        seen_on=(Uid.COLLECTOR, "outbox"),
    )


def _backup_old(around: Surroundings) -> Rule:
    limit_h = around.settings.alert_backup_age_h
    return Rule(
        uid="rainbow-backup-old",
        title=_("Backup old"),
        query=last(BACKUP, BACKUP.age_s, by=("city",)),
        limit=above(limit_h * HOUR_S),
        window_s=recent_slow_s(around),
        wait="0s",
        severity="warning",
        summary=_("The last backup of {city} is older than {limit} h").format(city=label("city"), limit=f"{limit_h:g}"),
        description=_("Did the timer run, is there room where backups go? By hand: rainbow backup make CITY FILE."),
        seen_on=(Uid.COLLECTOR, "backup_age_s"),
    )


def _restore_untested(around: Surroundings) -> Rule:
    limit_d = around.settings.alert_restore_test_d
    return Rule(
        uid="rainbow-restore-untested",
        title=_("Restore not tested"),
        query=last(BACKUP, BACKUP.test_age_s, by=("city",)),
        limit=above(limit_d * DAY_S),
        window_s=recent_slow_s(around),
        wait="0s",
        severity="warning",
        summary=_("No backup of {city} was restored in {limit} days").format(city=label("city"), limit=f"{limit_d:g}"),
        description=_("A backup nobody restored is a hope: rainbow backup test FILE --city CITY."),
        seen_on=(Uid.COLLECTOR, "backup_test_age_s"),
    )
