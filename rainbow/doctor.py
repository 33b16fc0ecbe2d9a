"""Is this installation well? Looks at everything one city needs to run, changes nothing, and says the cure.

Each examination is a question with a name; it finds nothing, or what is wrong. None stops another.
"""

from __future__ import annotations

import errno
import re
import resource
import socket
import sqlite3
import ssl
import stat
import sys
from contextlib import closing
from importlib import metadata
from tempfile import TemporaryFile
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from rainbow.archive import prove_archive
from rainbow.backup.record import backup_samples
from rainbow.city import City, clock, open_city
from rainbow.city_check import check as check_settings
from rainbow.city_check import free_bytes
from rainbow.doctor_collector import collects, works
from rainbow.doctor_trust import audit_log_is_sound, servers_are_safe, servers_are_shut
from rainbow.examined import Examined, finding
from rainbow.kernel.errors import InputError, RainbowError, StoreError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.metrics import BACKUP, DEVICE
from rainbow.kernel.texts import N_, _, ngettext
from rainbow.settings import FILE, secret_references
from rainbow.wiring import store_reader
from store import schema
from store.quarantine import put_aside_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import Value

DISTRIBUTION = "rainbow-fibre"
SQLITE = (3, 35, 0)
"""The store deletes with RETURNING."""
OUTBOX_AGE_S = 3600.0
BACKUP_AGE_S, TEST_AGE_S = 7 * 86400.0, 90 * 86400.0
"""Older than a week, or not tested in a quarter, is worth a word."""
FREE_SHARE = 0.1
DOWN = 0
"""Of ``DEVICE.up``."""
ANSWER_S = 5.0
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(folder: Path) -> list[Examined]:
    """Look at an installation and one of its cities. Where the city cannot be opened, the rest is left out."""
    done = [Examined(name=N_("Python and libraries"), findings=tuple(_python()))]
    try:
        city = open_city(folder)
    except InputError as error:
        bad = error.findings or (finding("RB-D002", Severity.ERROR, str(folder), "city", error.message, error.cure),)
        return [*done, Examined(name=N_("city folder"), findings=tuple(bad))]
    done.append(Examined(name=N_("city folder"), findings=()))
    for name, question in QUESTIONS:
        done.append(Examined(name=name, findings=tuple(question(city))))
    return done


def _python() -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < SQLITE:
        yield finding(
            "RB-D001",
            Severity.ERROR,
            sys.executable,
            "sqlite3",
            _("SQLite {found} is too old, {wanted} is needed").format(
                found=sqlite3.sqlite_version, wanted=".".join(map(str, SQLITE))
            ),
            _("use a Python with a newer SQLite"),
        )
    for wanted in metadata.requires(DISTRIBUTION) or ():
        name = re.split(r"[^\w.-]", wanted, maxsplit=1)[0]
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            yield finding(
                "RB-D001",
                Severity.ERROR,
                sys.prefix,
                name,
                _("this library is not installed"),
                _("install again: make install, or pip install with requirements.txt"),
            )


def _settings(city: City) -> Iterator[Finding]:
    yield from check_settings(city, free=free_bytes(city))


def _secrets(city: City) -> Iterator[Finding]:
    for key, ref in secret_references(city.settings):
        path = city.folder / ref.file
        if ref.file and path.is_file() and path.stat().st_mode & OTHERS:
            yield finding(
                "RB-D003",
                Severity.WARNING,
                ref.file,
                key,
                _("others on this machine may read this secret"),
                _("chmod 600 {path}").format(path=path),
            )


def _limits(city: City) -> Iterator[Finding]:
    most, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    collect = city.settings.collect
    needed = 2 * collect.max_in_flight + collect.max_kept_sessions
    if most != resource.RLIM_INFINITY and most < needed:
        yield finding(
            "RB-D004",
            Severity.WARNING,
            "ulimit -n",
            "collect.max_in_flight",
            _("{most} open files are allowed, the collector may need {needed}").format(most=most, needed=needed),
            _("raise it (LimitNOFILE of the unit), or lower collect.max_in_flight or max_kept_sessions"),
        )


def _takes_files(place: Path) -> bool:
    """Whether a file can be made: a file system that failed gives every right and refuses; full is another matter."""
    try:
        with TemporaryFile(dir=place):
            return True
    except OSError as error:
        return error.errno == errno.ENOSPC


def _disk(city: City) -> Iterator[Finding]:
    from shutil import disk_usage  # noqa: PLC0415 - this question only

    place = city.state if city.state.is_dir() else city.folder
    if not _takes_files(place):
        said = _("this user cannot write here: nothing can be stored")
        cure = _("look at rights and owner, and whether the disk is mounted read-only (dmesg says why)")
        yield finding("RB-D017", Severity.ERROR, str(place), "disk", said, cure)
    usage = disk_usage(place)
    if usage.free < FREE_SHARE * usage.total:
        yield finding(
            "RB-D005",
            Severity.WARNING,
            str(place),
            "disk",
            _("{free:.1f} GB of {total:.1f} GB are free").format(free=usage.free / 1e9, total=usage.total / 1e9),
            _("make room before it is full: then nothing new is stored until there is some again"),
        )


def _store(city: City) -> Iterator[Finding]:
    if not city.database.is_file():
        yield finding(
            "RB-D006",
            Severity.WARNING,
            str(city.database),
            "store",
            _("there is no store yet: no collector has run for this city"),
            _("start one: rainbow collect run {city}").format(city=city.folder),
        )
        return
    try:
        with closing(schema.connect(city.database, read_only=True)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except (sqlite3.Error, StoreError) as error:
        said = str(error)
    if said != "ok":
        yield finding(
            "RB-D007",
            Severity.ERROR,
            str(city.database),
            "store",
            _("the store is damaged: {error}").format(error=said),
            _("the collector puts it aside and begins a new one; the last backup has what was in it"),
        )
    for aside in (*put_aside_files(city.database), *put_aside_files(city.incidents)):
        said = _("this file was damaged and put aside")
        cure = _("look at the disk; restore what is missed from a backup, or sqlite3 FILE .recover; then move it away")
        yield finding("RB-D016", Severity.WARNING, str(aside), "store", said, cure)


def _devices(city: City) -> Iterator[Finding]:
    with store_reader(city) as reader:
        silent = sorted(
            dict(sample.series.tags).get("device", "")
            for sample in reader.latest(DEVICE)
            if sample.values.get(DEVICE.up) == DOWN
        )
    if silent:
        yield finding(
            "RB-D010",
            Severity.WARNING,
            FILE,
            ", ".join(silent[:5]) + (" ..." if len(silent) > 5 else ""),  # noqa: PLR2004 - a line
            ngettext("{count} device does not answer", "{count} devices do not answer", len(silent)).format(
                count=len(silent)
            ),
            _("if an incident does not explain it: rainbow collect probe ADDRESS says why"),
        )


def _outbox(city: City) -> Iterator[Finding]:
    with store_reader(city) as reader:
        states = reader.outbox(clock())
    for state in states:
        said: list[tuple[Severity, str, str]] = []
        if state.blocked:
            said.append(
                (
                    Severity.ERROR,
                    _("the server refuses us: {words}").format(words=state.words),
                    _("mend token or password, database or bucket, URL; what waits is delivered by itself then"),
                )
            )
        elif state.age_s > OUTBOX_AGE_S:
            said.append(
                (
                    Severity.ERROR,
                    _("points have waited for {hours:.1f} h").format(hours=state.age_s / 3600),
                    _("look at the server; they are delivered by themselves when it is back"),
                )
            )
        if state.dead_letters:
            said.append(
                (
                    Severity.WARNING,
                    _("{count} batches were refused for good").format(count=state.dead_letters),
                    _("see them with: rainbow outbox list {city}").format(city=city.folder),
                )
            )
        for severity, message, cure in said:
            yield finding("RB-D011", severity, str(city.database), state.sink, message, cure)


def _influx(city: City) -> Iterator[Finding]:
    influx = city.settings.influx
    if influx is None:
        return
    try:
        trusted = ssl.create_default_context(cafile=influx.ca_file or None)
    except OSError as error:
        yield finding(
            "RB-D012",
            Severity.ERROR,
            FILE,
            "influx.ca_file",
            _("{path} is no certificate that can be read: {error}").format(path=influx.ca_file, error=error),
            _("put the authority's certificate there (PEM); till then InfluxDB is not asked"),
        )
        return
    try:
        with urlopen(influx.url.rstrip("/") + "/ping", timeout=ANSWER_S, context=trusted):  # noqa: S310 - settings take http and https only
            prove_archive(city, influx)
    except HTTPError:
        return  # it answers; whether it takes us is for the outbox to say
    except RainbowError as error:
        yield finding("RB-D012", Severity.ERROR, FILE, "influx", error.message, error.cure)
    except (URLError, OSError) as error:
        yield finding(
            "RB-D012",
            Severity.ERROR,
            FILE,
            "influx.url",
            _("InfluxDB at {url} does not answer: {error}").format(url=influx.url, error=error),
            _("start it, or mend the address; readings wait in the outbox meanwhile"),
        )


def _page(city: City) -> Iterator[Finding]:
    page = city.settings.page
    try:
        with socket.create_connection((page.host, page.port), timeout=ANSWER_S):
            return
    except OSError:
        yield finding(
            "RB-D013",
            Severity.INFO,
            FILE,
            "page.port",
            _("nobody serves the page at {host}:{port}").format(host=page.host, port=page.port),
            _("start it with rainbow serve {city}, if people need it here").format(city=city.folder),
        )


def _backup(city: City) -> Iterator[Finding]:
    found = backup_samples(city.plant.city, city.state, clock())
    values: dict[Field, Value | None] = dict(found[0].values) if found else {}
    yield from _aged(
        city,
        values.get(BACKUP.age_s),
        BACKUP_AGE_S,
        (_("no backup was ever made"), _("the last backup is {days:.0f} days old")),
        _("rainbow backup make CITY FILE, best by a timer"),
    )
    yield from _aged(
        city,
        values.get(BACKUP.test_age_s),
        TEST_AGE_S,
        (_("no backup was ever restored for a test"), _("the last restore test is {days:.0f} days old")),
        _("rainbow backup test FILE --key KEY --city CITY"),
    )


def _aged(city: City, age_s: Value | None, most_s: float, words: tuple[str, str], cure: str) -> Iterator[Finding]:
    never, old = words
    if not isinstance(age_s, float):
        yield finding("RB-D014", Severity.WARNING, str(city.state), "backup", never, cure)
    elif age_s > most_s:
        yield finding("RB-D014", Severity.WARNING, str(city.state), "backup", old.format(days=age_s / 86400), cure)


def _asking_the_store(question: Callable[[City], Iterator[Finding]]) -> Callable[[City], list[Finding]]:
    """Without a store, or with one that cannot be read, there is nothing to ask: that is said elsewhere."""

    def asked(city: City) -> list[Finding]:
        try:
            return list(question(city)) if city.database.is_file() else []
        except StoreError as error:
            where = str(city.database)
            return [finding("RB-D007", Severity.ERROR, where, "store", error.message, error.cure)]

    return asked


QUESTIONS: tuple[tuple[str, Callable[[City], Iterator[Finding] | list[Finding]]], ...] = (
    (N_("settings"), _settings),
    (N_("secrets are for this user only"), _secrets),
    (N_("limits of the system"), _limits),
    (N_("space on the disk"), _disk),
    (N_("the store is sound"), _store),
    (N_("the collector works"), _asking_the_store(collects)),
    (N_("all of the collector's work goes on"), works),
    (N_("devices answer"), _asking_the_store(_devices)),
    (N_("deliveries arrive"), _asking_the_store(_outbox)),
    (N_("InfluxDB answers, where there is one"), _influx),
    (N_("the page is served"), _page),
    (N_("backups"), _backup),
    (N_("the audit log is whole and signed"), audit_log_is_sound),
    (N_("servers beside it are safe versions"), servers_are_safe),
    (N_("servers beside it let in nobody they should not"), servers_are_shut),
)
