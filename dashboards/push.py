"""Bring a Grafana up to date over HTTP: read what it holds, write what differs, begin anew where it went away."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboards.alerts import GROUP
from dashboards.board import TAG
from dashboards.lint.plain import text
from dashboards.steps import Held, steps
from dashboards.wanted import FOLDER_UID
from rainbow.kernel.errors import GrafanaAway, GrafanaError
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboards.grafana import Grafana
    from dashboards.lint.plain import Json
    from dashboards.steps import Step
    from dashboards.wanted import Wanted

log = logging.getLogger("dashboards.push")

PAUSES_S = (1.0, 3.0, 9.0)
"""Between tries: a restart of Grafana takes about ten seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push wrote, in order, and how many objects were as they should be."""

    written: tuple[str, ...]
    unchanged: int


def plan(grafana: Grafana, wanted: Wanted, *, renew_secret: bool = False) -> list[Step]:
    """What a push would write. Reads only.

    Raises:
        GrafanaError: Grafana is away or refuses us, or reads our objects from files.
    """
    return steps(wanted, _held(grafana, wanted), renew_secret=renew_secret)


def push(grafana: Grafana, wanted: Wanted, *, pause: Callable[[float], None], renew_secret: bool = False) -> Pushed:
    """Bring Grafana up to date. Each object is written as a whole; a second push finds nothing to do.

    Where Grafana goes away it is read anew after a while: what was written before is not written again.

    Raises:
        GrafanaError: it stays away, refuses us, or does not take something. The message says what was done.
    """
    done: list[str] = []
    for pause_s in (*PAUSES_S, None):
        try:
            ahead = plan(grafana, wanted, renew_secret=renew_secret)
            for step in ahead:
                grafana.write(step)
                done.append(step.what)
        except GrafanaAway as error:
            if pause_s is None:
                raise _with_account(error, done) from None
            log.warning(_("%s; tried again in %g s"), error.message, pause_s)
            pause(pause_s)
        except GrafanaError as error:
            raise _with_account(error, done) from None
        else:
            written = tuple(dict.fromkeys(done))
            return Pushed(written=written, unchanged=max(0, _objects(wanted) - len(written)))
    raise AssertionError  # the last pause is None: the loop has returned or raised


def _with_account(error: GrafanaError, done: list[str]) -> GrafanaError:
    if not done:
        return error
    account = _("written before: {names}; the next push does the rest").format(names=", ".join(done))
    return type(error)(f"{error.message} ({account})", cure=error.cure)


def _objects(wanted: Wanted) -> int:
    """Folder, data source and group of rules are one each."""
    return 3 + len(wanted.boards) + len(wanted.contact_points) + len(wanted.mute_timings)


def _held(grafana: Grafana, wanted: Wanted) -> Held:
    """What is there: ours by their identifiers, and what we made earlier by tag and prefix."""
    found = _records(grafana.read(f"/search?type=dash-db&tag={TAG}&limit=5000"))
    uids = {text(board, "uid"): None for board in wanted.boards} | {text(item, "uid"): None for item in found}
    source = quote(text(wanted.data_source, "uid"), safe="")
    boards = {uid: _record(grafana.read(f"/dashboards/uid/{quote(uid, safe='')}")) for uid in uids if uid}
    return Held(
        folder=_record(grafana.read(f"/folders/{FOLDER_UID}")),
        data_source=_record(grafana.read(f"/datasources/uid/{source}")),
        boards={uid: board for uid, board in boards.items() if board is not None},
        contact_points=_records(grafana.read("/v1/provisioning/contact-points")),
        mute_timings=_records(grafana.read("/v1/provisioning/mute-timings")),
        rule_group=_record(grafana.read(f"/v1/provisioning/folder/{FOLDER_UID}/rule-groups/{GROUP}")),
    )


def _record(value: object) -> Json | None:
    return value if isinstance(value, Mapping) else None


def _records(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
