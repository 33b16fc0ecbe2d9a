"""Is a collector alive? ``healthy.py STORE SECONDS`` ends with 1 when the store's newest round is older than that."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path

from rainbow.kernel.metrics import COLLECTOR_ROUND

NS = 1e9


def age_s(store: Path, now_s: float) -> float:
    """Age of the newest round.

    Raises:
        sqlite3.Error: there is no store, or it cannot be read.
        LookupError: no round has ended yet.
    """
    connection = sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        newest = connection.execute(f'SELECT max(time_ns) FROM "latest_{COLLECTOR_ROUND.name}"').fetchone()[0]  # noqa: S608 - a name of the catalogue
    finally:
        connection.close()
    if newest is None:
        raise LookupError("no round has ended yet")
    return now_s - float(newest) / NS


def main(arguments: list[str]) -> int:
    """Print the age and judge it."""
    store, limit_s = Path(arguments[0]), float(arguments[1])
    try:
        age = age_s(store, time.time())
    except (sqlite3.Error, LookupError) as error:
        print(f"{store}: {error}")
        return 1
    print(f"newest round {age:.0f} s ago")
    return 0 if age <= limit_s else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
