"""The journal of one collector, copied to another that stands by for it.

A copy has all that is needed to go on: the engine's state, what was told, what is still to be told, who took what, and
incidents: all of them (``whole``), or only those that the step before can have changed. The collector that stands by
takes it in one transaction. Who took an incident may be noted at either; that is joined, never lost.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from incidents.journal import TABLES as KEPT
from rainbow.kernel.errors import StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Collection

    from incidents.journal import Journal

TABLES = {table: columns for table, columns in KEPT.items() if table != "light_day"}
"""What is copied. Days of light are not: who takes over begins to count its own."""
_REPLACED = ("state", "outbox")
"""Each copy has these as a whole."""


def copy_of(journal: Journal, changed: Collection[int] | None) -> bytes:
    """The journal as it is now; with all incidents where ``changed`` is None, else with these.

    Raises:
        StoreError: the file cannot be read.
    """
    rows: dict[str, list[tuple[object, ...]]] = {}
    with journal.opened() as connection:
        connection.execute("BEGIN")
        for table, columns in TABLES.items():
            only = _among(changed) if table == "incident" and changed is not None else ""
            asked = f"SELECT {', '.join(columns)} FROM {table} {only}"  # noqa: S608 - names from above, numbers
            rows[table] = connection.execute(asked).fetchall()
        connection.execute("COMMIT")
    return json.dumps({"whole": changed is None, **rows}).encode()


def _among(numbers: Collection[int]) -> str:
    return f"WHERE number IN ({', '.join(f'{number:d}' for number in numbers)})"


def adopt(journal: Journal, copy: bytes) -> bytes:
    """Take a copy in, all or nothing; the answer for the other side: who took what, as known here.

    Raises:
        StoreError: it is none, or the file cannot be written.
    """
    try:
        said = json.loads(copy)
        whole = bool(said["whole"])
        rows = {table: [tuple(row) for row in said[table]] for table in TABLES}
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            _("what came as a copy of the incidents is none"),
            cure=_("both collectors have to be of one version"),
        ) from None
    with journal.opened() as connection:
        connection.execute("BEGIN IMMEDIATE")
        for table in (*_REPLACED, *(("incident",) if whole else ())):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names from above
        for table, columns in TABLES.items():
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            how = "IGNORE" if table == "ack" else "REPLACE"
            connection.executemany(f"INSERT OR {how} INTO {table} ({names}) VALUES ({marks})", rows[table])  # noqa: S608 - same
        taken = connection.execute("SELECT number, name, at_s FROM ack").fetchall()
        connection.execute("COMMIT")
    return json.dumps(taken).encode()


def join_taken(journal: Journal, answer: bytes) -> None:
    """Note here who took what as the other side knows it.

    Raises:
        StoreError: the file cannot be written.
    """
    known = journal.acknowledgements()
    for number, name, at_s in json.loads(answer):
        if number not in known and journal.incident(number) is not None:
            journal.acknowledge(number, name, at_s)
