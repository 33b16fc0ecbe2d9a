"""All that the engine heard, step by step, on disk; played again it decides the same. Compressed JSON lines.

A file begins with the engine's state, so it can be played from there; past its size it becomes the older of two.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidents.engine import State, Window
from incidents.fading.fade import Fade  # noqa: TC001 - recorded steps are read by their annotations
from incidents.memory import from_json, to_json
from incidents.readings import DeviceHeard  # noqa: TC001 - same
from incidents.rising import with_fades
from rainbow.kernel.errors import InputError, StoreError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from incidents.engine import Change, Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step of the engine was given; ``state`` is that before it, in a file's first step only."""

    now_s: float
    heard: tuple[DeviceHeard, ...]
    windows: tuple[Window, ...] = ()
    fades: tuple[Fade, ...] | None = None
    state: State | None = None


class Recording:
    """Writes steps to a file of at most so many bytes, and keeps the one before."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._is_begun = False

    def note(self, step: Step, before: State) -> None:
        """Add a step; ``before`` is the state it was taken in.

        Raises:
            StoreError: it cannot be written.
        """
        try:
            if not self._is_begun or self._path.stat().st_size > self._most_bytes:
                if self._path.exists():
                    self._path.replace(self._path.with_name(f"{self._path.name}.1"))
                step = Step(now_s=step.now_s, heard=step.heard, windows=step.windows, fades=step.fades, state=before)
                self._is_begun = True
            with self._path.open("ab") as file:
                file.write(gzip.compress(to_json(step).encode() + b"\n", 3))
        except OSError as error:
            raise StoreError(
                _("recording {path}: {error}").format(path=self._path, error=error),
                cure=_("look at free space and rights of the disk, or set record_mb = 0 in [incidents]"),
            ) from None


def steps(path: Path) -> Iterator[Step]:
    """The steps of a file; a last one that was cut short by a kill is left out.

    Raises:
        InputError: the file cannot be read, or is no recording.
    """
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):  # noqa: B007 - named in the error
                yield from_json(Step, line)
    except EOFError:
        return
    except StoreError as error:
        raise InputError(
            _("{path}, step {number}: {error}").format(path=path, number=number, error=error.message),
            cure=_("play it with the version that recorded it"),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            _("{path} cannot be read: {error}").format(path=path, error=error),
            cure=_("recordings are made where [incidents] has record_mb above 0"),
        ) from None


def replay(engine: Engine, recorded: Iterable[Step]) -> Iterator[tuple[float, tuple[Change, ...], State]]:
    """Time, changes and state of each step, judged anew by the engine given."""
    state = State()
    for step in recorded:
        state = step.state if step.state is not None else state
        state, changes = engine.step(state, step.heard, step.now_s, step.windows)
        if step.fades is not None:
            state, slow = with_fades(state, step.fades, step.now_s, engine.ground)
            changes += slow
        yield step.now_s, changes, state
