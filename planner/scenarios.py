"""Saved what-ifs: a small file beside the store that a person can read, and that is replaced as a whole."""

from __future__ import annotations

import json
import os
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from planner.whatif import Base, Question
from rainbow.kernel.errors import InputError, StoreError, UsageError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MOST_SCENARIOS = 500
MOST_NAME = 120
ID_BYTES = 6
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A question with a name. ``id`` stands in links and never changes; ``saved`` is aware UTC."""

    id: str
    name: str
    question: Question
    saved: datetime


class Scenarios:
    """The saved what-ifs of one city, the newest first. For any thread; nothing is written before the first is saved.

    The file is read at each question: it is small, and another process may have written it.
    """

    def __init__(self, path: Path, *, can_see: Callable[[Question], bool] | None = None) -> None:
        """``can_see``: those whose question it refuses are not there for who asks; they stay in the file."""
        self._path = path
        self._can_see = can_see or (lambda _question: True)
        self._lock = threading.Lock()

    def all(self) -> tuple[Scenario, ...]:
        """All of them.

        Raises:
            StoreError: the file is there but cannot be read.
        """
        return tuple(scenario for scenario in self._kept() if self._can_see(scenario.question))

    def _kept(self) -> tuple[Scenario, ...]:
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            return tuple(map(_scenario, document["scenarios"]))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                _("saved what-ifs {path} cannot be read: {error}").format(path=self._path, error=error),
                cure=_("mend the file or move it away; nothing else depends on it"),
            ) from None

    def get(self, wanted: str) -> Scenario:
        """The one of this id.

        Raises:
            InputError: there is none.
            StoreError: the file cannot be read.
        """
        for scenario in self.all():
            if scenario.id == wanted:
                return scenario
        raise InputError(
            _("there is no saved what-if {id}").format(id=wanted), cure=_("see the list of saved what-ifs")
        )

    def save(self, name: str, question: Question, now_ns: int) -> Scenario:
        """Keep a question under a name; names need not differ, but the same one again replaces the older.

        Raises:
            UsageError: no name, a long one, nothing cut, or too many are kept.
            StoreError: the file cannot be read or written.
        """
        name = " ".join(name.split())
        _check(name, question)
        with self._lock:
            replaced = {scenario.id for scenario in self.all() if scenario.name == name}
            kept = [scenario for scenario in self._kept() if scenario.id not in replaced]
            if len(kept) >= MOST_SCENARIOS:
                raise UsageError(
                    _("{count} what-ifs are saved, and no more fit").format(count=len(kept)),
                    cure=_("delete some first"),
                )
            made = Scenario(
                id=secrets.token_hex(ID_BYTES),
                name=name,
                question=question,
                saved=datetime.fromtimestamp(now_ns // 1_000_000_000, UTC),
            )
            self._write([made, *kept])
        return made

    def rename(self, wanted: str, name: str) -> Scenario:
        """Give one another name; its links go on leading to it.

        Raises:
            InputError: there is none of this id.
            UsageError: no name, a long one, or another has it.
            StoreError: the file cannot be read or written.
        """
        name = " ".join(name.split())
        with self._lock:
            kept = self._kept()
            renamed = replace(self.get(wanted), name=name)
            _check(name, renamed.question)
            if any(scenario.name == name and scenario.id != wanted for scenario in self.all()):
                raise UsageError(
                    _("another what-if is called {name}").format(name=name), cure=_("take another name, or delete it")
                )
            self._write([renamed if scenario.id == wanted else scenario for scenario in kept])
        return renamed

    def delete(self, wanted: str) -> None:
        """Forget one.

        Raises:
            InputError: there is none.
            StoreError: the file cannot be read or written.
        """
        with self._lock:
            gone = self.get(wanted)
            self._write([scenario for scenario in self._kept() if scenario.id != gone.id])

    def _write(self, scenarios: list[Scenario]) -> None:
        document = {"version": VERSION, "scenarios": [_record(scenario) for scenario in scenarios]}
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("w", encoding="utf-8") as file:
                json.dump(document, file, ensure_ascii=False, indent=2)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            raise StoreError(
                _("saved what-ifs {path} cannot be written: {error}").format(path=self._path, error=error.strerror),
                cure=_("look at the disk and the folder's rights"),
            ) from None


def _check(name: str, question: Question) -> None:
    if not name or len(name) > MOST_NAME:
        raise UsageError(
            _("a saved what-if needs a name of at most {count} characters").format(count=MOST_NAME),
            cure=_("give it a short name"),
        )
    if not question.cuts:
        raise UsageError(_("nothing is cut in this what-if"), cure=_("choose a trench, cable or site first"))


def _record(scenario: Scenario) -> dict[str, object]:
    return {
        "id": scenario.id,
        "name": scenario.name,
        "cuts": list(scenario.question.cuts),
        "base": str(scenario.question.base),
        "planned": scenario.question.planned,
        "saved": scenario.saved.isoformat(),
    }


def _scenario(record: Mapping[str, object]) -> Scenario:
    cuts = record["cuts"]
    if not isinstance(cuts, list):
        raise TypeError(_("cuts are no list"))
    return Scenario(
        id=str(record["id"]),
        name=str(record["name"]),
        question=Question.of(map(str, cuts), Base(str(record["base"])), planned=bool(record["planned"])),
        saved=datetime.fromisoformat(str(record["saved"])),
    )
