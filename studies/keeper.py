"""Studies on disk: what was asked, which chunks are done and what they found, and in the end the answer.

One SQLite file beside the store. A chunk is kept in a transaction of its own the moment it comes, so that a study goes
on where it was stopped, by Ctrl-C, by a budget or by ``kill -9``. A study is called by what was asked, of which city
and with which seed: asking the same again is going on with it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_LAYOUT = """
CREATE TABLE IF NOT EXISTS study (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, parameters TEXT NOT NULL, seed INTEGER NOT NULL, model TEXT NOT NULL,
  chunks INTEGER NOT NULL, asked_ns INTEGER NOT NULL, worked_s REAL NOT NULL DEFAULT 0,
  is_cancelled INTEGER NOT NULL DEFAULT 0, is_complete INTEGER NOT NULL DEFAULT 0, answer TEXT);
CREATE TABLE IF NOT EXISTS chunk (
  study TEXT NOT NULL REFERENCES study (id) ON DELETE CASCADE, number INTEGER NOT NULL, content BLOB NOT NULL,
  PRIMARY KEY (study, number)) WITHOUT ROWID;
"""
_KEPT = """
SELECT id, name, parameters, seed, model, chunks, asked_ns, worked_s, is_cancelled, is_complete, answer,
  (SELECT count(*) FROM chunk WHERE study = id) FROM study
"""
BUSY_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A study as it stands on disk. ``answer`` is of the first of the ``done`` chunks: of all, where it is complete."""

    id: str
    name: str
    parameters: Mapping[str, object]
    seed: int
    model: str
    chunks: int
    asked_ns: int
    worked_s: float
    is_cancelled: bool
    is_complete: bool
    answer: str | None
    done: int
    is_running: bool


class Keeper:
    """The studies of one city: ``studies.sqlite`` and the folder of models in its state folder."""

    def __init__(self, state: Path) -> None:
        self._path = state / "studies.sqlite"
        self.models = state / "studies"

    def add(
        self,
        study: str,
        *,
        name: str,
        parameters: Mapping[str, object],
        seed: int,
        model: str,
        chunks: int,
        now_ns: int,
    ) -> None:
        """Write down what is asked; what is known already goes on, also after it was cancelled."""
        with self._opened() as connection:
            connection.execute(
                "INSERT INTO study (id, name, parameters, seed, model, chunks, asked_ns) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET is_cancelled = 0",
                (study, name, json.dumps(parameters, sort_keys=True), seed, model, chunks, now_ns),
            )

    def put(self, study: str, number: int, content: bytes) -> bool:
        """Keep a chunk's result; whether the study may go on, because nobody has cancelled it."""
        with self._opened() as connection:
            connection.execute("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)", (study, number, content))
            row = connection.execute("SELECT is_cancelled FROM study WHERE id = ?", (study,)).fetchone()
        return row is not None and not row[0]

    def done(self, study: str) -> set[int]:
        """The numbers of the chunks that are kept."""
        with self._opened() as connection:
            return {row[0] for row in connection.execute("SELECT number FROM chunk WHERE study = ?", (study,))}

    def first(self, study: str) -> list[bytes]:
        """What the chunks from the first on have found, up to the first that is missing."""
        with self._opened() as connection:
            rows = connection.execute("SELECT number, content FROM chunk WHERE study = ? ORDER BY number", (study,))
            found: list[bytes] = []
            for number, content in rows:
                if number != len(found):
                    break
                found.append(content)
        return found

    def answered(self, study: str, answer: str | None, *, complete: bool, worked_s: float) -> None:
        """Keep the answer; chunks and model of a complete study have served."""
        with self._opened() as connection:
            connection.execute(
                "UPDATE study SET answer = ?, is_complete = ?, worked_s = worked_s + ? WHERE id = ?",
                (answer, complete, worked_s, study),
            )
            if complete:
                connection.execute("DELETE FROM chunk WHERE study = ?", (study,))
        if complete:
            self._forget_models()

    def cancel(self, study: str) -> None:
        """Let a study stop after the chunks that are under way; what is done is kept."""
        self.find(study)
        with self._opened() as connection:
            connection.execute("UPDATE study SET is_cancelled = 1 WHERE id = ?", (study,))

    def studies(self) -> list[Kept]:
        """All studies, the newest first; none where nothing was ever asked."""
        if not self._path.exists():
            return []
        with self._opened() as connection:
            return [self._kept(row) for row in connection.execute(f"{_KEPT} ORDER BY asked_ns DESC, id")]

    def find(self, study: str) -> Kept:
        """One study.

        Raises:
            StudyError: there is none of that name.
        """
        for kept in self.studies():
            if kept.id == study:
                return kept
        raise StudyError(_("there is no study {id}").format(id=study), cure=_("see: rainbow study list CITY"))

    @contextmanager
    def alone(self, study: str) -> Iterator[None]:
        """Hold a study: nobody else works on it meanwhile. Let go by the system when the process ends, however.

        Raises:
            StudyError: somebody works on it.
        """
        self.models.mkdir(parents=True, exist_ok=True)
        with self._lock(study).open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StudyError(
                    _("study {id} is running already").format(id=study), cure=_("wait for it, or cancel it")
                ) from None
            yield

    def _lock(self, study: str) -> Path:
        return self.models / f"{study}.lock"

    def _is_running(self, study: str) -> bool:
        try:
            with self._lock(study).open() as held:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def _forget_models(self) -> None:
        wanted = {kept.model for kept in self.studies() if not kept.is_complete}
        for folder in self.models.iterdir():
            if folder.is_dir() and folder.name not in wanted:
                shutil.rmtree(folder, ignore_errors=True)

    def _kept(self, row: tuple[str, str, str, int, str, int, int, float, int, int, str | None, int]) -> Kept:
        study, name, parameters, seed, model, chunks, asked_ns, worked_s, is_cancelled, is_complete, answer, done = row
        return Kept(
            id=study,
            name=name,
            parameters=json.loads(parameters),
            seed=seed,
            model=model,
            chunks=chunks,
            asked_ns=asked_ns,
            worked_s=worked_s,
            is_cancelled=bool(is_cancelled),
            is_complete=bool(is_complete),
            answer=answer,
            done=chunks if is_complete else done,
            is_running=self._is_running(study),
        )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The file, in one transaction."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self._path, timeout=BUSY_S)) as connection, connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.executescript(_LAYOUT)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise StudyError(
                _("studies {path}: {error}").format(path=self._path, error=error),
                cure=_("see that the state folder can be written, and the disk has room"),
            ) from None
