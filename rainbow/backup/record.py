"""What backups were made and tested, beside the store: a line of JSON each, and their ages as a metric."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from rainbow.kernel.errors import BackupError
from rainbow.kernel.metrics import BACKUP
from rainbow.kernel.samples import Sample
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from pathlib import Path

    from rainbow.kernel.metrics import Field
    from rainbow.kernel.samples import UnixNs, Value

FILE = "backups.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made: when it began, how long it took, where it went."""

    at_ns: int
    seconds: float
    file: str
    bytes: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A backup that was restored for a test and found sound; ``made_ns`` is when that backup was made."""

    at_ns: int
    seconds: float
    file: str
    made_ns: int
    objects: int
    counts: dict[str, int] = field(default_factory=dict)


_KINDS = {"made": Made, "tested": Proved}


def note(state: Path, what: Made | Proved) -> None:
    """Add a line.

    Raises:
        BackupError: it cannot be written; the backup itself stands.
    """
    kind = "made" if isinstance(what, Made) else "tested"
    try:
        state.mkdir(parents=True, exist_ok=True)
        with (state / FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **asdict(what)}, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BackupError(
            _("{path} cannot be written: {error}").format(path=state / FILE, error=error.strerror or error),
            cure=_("give this user the right to write there; the backup itself is sound"),
        ) from None


def noted(state: Path) -> list[Made | Proved]:
    """All lines, the oldest first; one that a crash cut short is left out."""
    try:
        lines = (state / FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found: list[Made | Proved] = []
    for line in lines:
        try:
            values = json.loads(line)
            found.append(_KINDS[values.pop("kind")](**values))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def backup_samples(city: str, state: Path, now_ns: UnixNs) -> list[Sample]:
    """Age and size of the last backup, and age of the last restore test: nothing where there was none."""
    found = noted(state)
    made = max((item for item in found if isinstance(item, Made)), key=lambda item: item.at_ns, default=None)
    tested = max((item for item in found if isinstance(item, Proved)), key=lambda item: item.at_ns, default=None)
    values: dict[Field, Value] = {}
    if made is not None:
        values |= {BACKUP.age_s: (now_ns - made.at_ns) / 1e9, BACKUP.bytes: made.bytes}
    if tested is not None:
        values |= {BACKUP.test_age_s: (now_ns - tested.at_ns) / 1e9, BACKUP.restore_s: tested.seconds}
    return [Sample(BACKUP.series(city=city), now_ns, values)] if values else []
