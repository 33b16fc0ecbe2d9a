"""The store's layout, made from the metric catalogue.

One wide table per metric and resolution: a missing reading is NULL and takes one byte, and a person with ``sqlite3``
can read it. Tables are named ``raw_NAME``, ``five_minutes_NAME``, ``hours_NAME`` and ``latest_NAME``.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StoreDamaged, StoreError
from rainbow.kernel.metrics import CATALOGUE, Field, Kind, Metric
from rainbow.kernel.texts import _
from store import sheets
from store.quarantine import is_damage

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 2
NS = 1_000_000_000
MOST_WAL_BYTES = 64 << 20
"""What the write-ahead log keeps once it is written back: else a backlog's peak stays on the disk for good."""
RESOLUTIONS = {"five_minutes": 300 * NS, "hours": 3600 * NS}
_TYPES = {Kind.INT: "INTEGER", Kind.STATE: "INTEGER", Kind.FLOAT: "REAL", Kind.TEXT: "TEXT"}

_FIXED = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, metric TEXT, tags TEXT, UNIQUE (metric, tags));
CREATE TABLE IF NOT EXISTS dirty (
  resolution TEXT, metric TEXT, time_ns INTEGER, PRIMARY KEY (resolution, metric, time_ns)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT, created_ns INTEGER, points INTEGER, payload BLOB);
CREATE INDEX IF NOT EXISTS outbox_by_sink ON outbox (sink, id);
CREATE TABLE IF NOT EXISTS dead_letter (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT, time_ns INTEGER, points INTEGER, payload BLOB, words TEXT);
CREATE TABLE IF NOT EXISTS sink (
  name TEXT PRIMARY KEY, sent INTEGER DEFAULT 0, dropped INTEGER DEFAULT 0, blocked INTEGER DEFAULT 0,
  words TEXT DEFAULT '') WITHOUT ROWID;
"""


def plain_columns(metric: Metric) -> list[tuple[str, str]]:
    """Columns of the raw and latest tables: name and type."""
    return [(field.name, _TYPES[field.kind]) for field in metric.fields]


def rolled_columns(metric: Metric) -> list[tuple[str, str]]:
    """Columns of the rolled-up tables: count, mean, least and greatest of a FLOAT; the last of all else."""
    columns: list[tuple[str, str]] = []
    for field in metric.fields:
        if field.kind is Kind.FLOAT:
            columns.append((f"{field.name}_n", "INTEGER"))
            columns += [(f"{field.name}_{part}", "REAL") for part in ("mean", "min", "max")]
        else:
            columns.append((f"{field.name}_last", _TYPES[field.kind]))
    return columns


def history_column(field: Field) -> str:
    """The column of a rolled-up table that stands for the field in a chart."""
    return f"{field.name}_mean" if field.kind is Kind.FLOAT else f"{field.name}_last"


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode; transactions are begun by hand.

    Raises:
        StoreError: there is no such file (read only), or it cannot be opened.
        StoreDamaged: it is no database, or a damaged one.
    """
    mode = "ro" if read_only else "rwc"
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            timeout=30,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute(f"PRAGMA journal_size_limit = {MOST_WAL_BYTES}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise (StoreDamaged if is_damage(error) else StoreError)(
            _("store {path} cannot be opened: {error}").format(path=path, error=error),
            cure=_("start the collector once to make it; look at the disk and the folder's rights"),
        ) from None
    return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make or bring up the layout.

    Raises:
        StoreError: the file was written by a newer version.
    """
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(_FIXED + sheets.LAYOUT)
    row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    if row is not None and int(row[0]) > VERSION:
        raise StoreError(
            _("store {path} was written by a newer version (layout {found}, this one knows {known})").format(
                path=path, found=row[0], known=VERSION
            ),
            cure=_("update RAINBOW, or name another store"),
        )
    connection.execute("BEGIN IMMEDIATE")
    for metric in CATALOGUE:
        _table(connection, f"raw_{metric.name}", plain_columns(metric), key="series, time_ns")
        _table(connection, f"latest_{metric.name}", plain_columns(metric), key="series")
        for resolution in RESOLUTIONS:
            _table(connection, f"{resolution}_{metric.name}", rolled_columns(metric), key="series, time_ns")
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('version', ?)", (str(VERSION),))
    connection.execute("COMMIT")


def _table(connection: sqlite3.Connection, name: str, columns: list[tuple[str, str]], *, key: str) -> None:
    """Make a table, or add the columns that the catalogue has gained."""
    declared = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    connection.execute(
        f'CREATE TABLE IF NOT EXISTS "{name}" (series INTEGER, time_ns INTEGER, {declared}, '
        f"PRIMARY KEY ({key})) WITHOUT ROWID"
    )
    there = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
    for column, kind in columns:
        if column not in there:
            connection.execute(f'ALTER TABLE "{name}" ADD COLUMN "{column}" {kind}')
