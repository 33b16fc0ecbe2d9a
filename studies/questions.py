"""All studies there are, and how a kept one is read again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rainbow.kernel.errors import StudyError
from rainbow.kernel.texts import _
from studies.availability import Availability
from studies.digs import Digs
from studies.failures import Failures
from studies.year import Year

if TYPE_CHECKING:
    from collections.abc import Mapping

    from studies.question import Question

QUESTIONS: dict[str, type[Failures | Availability | Digs | Year]] = {
    kind.name: kind for kind in (Failures, Availability, Digs, Year)
}


def parameters_of(question: Question) -> dict[str, object]:
    """What a question asks, as what JSON holds."""
    return asdict(question)  # type: ignore[call-overload, no-any-return] # questions are dataclasses


def question_of(name: str, parameters: Mapping[str, object]) -> Question:
    """The question that was written down.

    Raises:
        StudyError: this version knows none of that name or with these parameters.
    """
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in parameters.items()}
    try:
        return QUESTIONS[name](**plain)  # type: ignore[arg-type] # its own constructor checks what JSON held
    except (KeyError, TypeError):
        raise StudyError(
            _("this version cannot ask the study {name} again").format(name=name),
            cure=_("run it anew: rainbow study run {name} CITY").format(name=name),
        ) from None
