"""Who works out the chunks of a study. What comes out is the same, byte for byte, whoever does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from studies.work import Job

MOST_TRIES = 3
"""A chunk that killed so many workers is not tried again: it is the chunk, not the machine."""


class StudyExecutor(Protocol):
    """Works out chunks."""

    def run(self, job: Job, chunks: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        """The results as they come, in any order. Closing the iterator ends the work.

        Raises:
            StudyError: a chunk cannot be worked out: it failed, or killed ``MOST_TRIES`` workers.
        """
