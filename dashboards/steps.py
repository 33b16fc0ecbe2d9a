"""The steps from what a Grafana holds to what it should hold. Pure: what is there comes in, steps come out.

Of two equal states no step comes out, though Grafana adds things of its own: at the top of a dashboard, in the steps
of a rule, around a contact point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from dashboards.alerts import GROUP
from dashboards.board import TAG
from dashboards.lint.plain import part, text
from dashboards.notify import PREFIX
from dashboards.wanted import FOLDER_UID, RULE_INTERVAL_S
from rainbow.kernel.errors import GrafanaRefused
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashboards.lint.plain import Json
    from dashboards.wanted import Wanted

UID_PREFIX = "rainbow-"
"""Of every dashboard, contact point and rule of ours; nothing else is ever removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One write. ``what`` names it to a person; the body is no part of its ``repr``: it may carry a secret."""

    method: str
    path: str
    what: str
    body: Json | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a Grafana holds of ours. ``boards`` are whole answers: meta and dashboard, by uid."""

    folder: Json | None
    data_source: Json | None
    boards: Mapping[str, Json]
    contact_points: Sequence[Json]
    mute_timings: Sequence[Json]
    rule_group: Json | None


def holds(there: object, asked: object) -> bool:
    """Whether what is there has everything asked, with equal values; lists have to be equally long."""
    if isinstance(asked, Mapping):
        return isinstance(there, Mapping) and all(key in there and holds(there[key], asked[key]) for key in asked)
    if isinstance(asked, list | tuple):
        return (
            isinstance(there, list)
            and len(there) == len(asked)
            and all(holds(*pair) for pair in zip(there, asked, strict=True))
        )
    return bool(there == asked)


def _is_board(there: Json, asked: Json) -> bool:
    """Equal but for what Grafana adds at the top. Below it nothing may be left that is no longer asked for."""
    return all(key in there and there[key] == value for key, value in asked.items())


def _is_rule(there: Json, asked: Json) -> bool:
    """The organisation is Grafana's to say; whom it tells has to be the same, not only more."""
    compared = {key: value for key, value in asked.items() if key != "orgID"}
    told = "notification_settings"
    return holds(there, compared) and _full(there.get(told)) == _full(asked.get(told))


def _is_timing(there: Json, asked: Json) -> bool:
    return _full(there.get("time_intervals")) == _full(asked.get("time_intervals"))


def _full(value: object) -> object:
    """Without what is empty: Grafana writes it out, we do not."""
    if isinstance(value, Mapping):
        return {key: _full(item) for key, item in value.items() if item} or None
    if isinstance(value, list | tuple):
        return [_full(item) for item in value] or None
    return value


def steps(wanted: Wanted, held: Held, *, renew_secret: bool = False) -> list[Step]:
    """What to write, in an order in which nothing points to what is not there yet; removals come last.

    Raises:
        GrafanaRefused: what should be written belongs to provisioning files of that Grafana.
    """
    _refuse_files(held)
    return [
        *_folder(wanted, held),
        *_data_source(wanted, held, renew_secret=renew_secret),
        *_boards(wanted, held),
        *_mute_timings(wanted, held),
        *_contact_points(wanted, held),
        *_rules(wanted, held),
        *_removals(wanted, held),
    ]


def _refuse_files(held: Held) -> None:
    """Grafana refuses such writes one by one; better none is begun."""
    rules = held.rule_group.get("rules") if held.rule_group else ()
    from_files = [
        *(uid for uid, found in held.boards.items() if part(found, "meta").get("provisioned") is True),
        *(text(item, "uid") for item in _records(rules) if text(item, "provenance") == "file"),
        *(text(item, "name") for item in held.contact_points if text(item, "provenance") == "file"),
        *(text(item, "name") for item in held.mute_timings if text(item, "provenance") == "file"),
    ]
    if from_files:
        raise GrafanaRefused(
            _("this Grafana reads {names} from provisioning files; they cannot be pushed too").format(
                names=", ".join(from_files)
            ),
            cure=_("keep the files up to date by rainbow dashboards build, or remove them and restart Grafana first"),
        )


def _folder(wanted: Wanted, held: Held) -> Iterator[Step]:
    what = _("folder {name}").format(name=wanted.folder)
    if held.folder is None:
        yield Step(method="POST", path="/folders", what=what, body={"uid": FOLDER_UID, "title": wanted.folder})
    elif text(held.folder, "title") != wanted.folder:
        body = {"title": wanted.folder, "overwrite": True}
        yield Step(method="PUT", path=f"/folders/{FOLDER_UID}", what=what, body=body)


def _data_source(wanted: Wanted, held: Held, *, renew_secret: bool) -> Iterator[Step]:
    there = held.data_source
    if there is not None and there.get("readOnly") is True:
        return  # from a provisioning file, and the file says what it is
    what = _("data source {name}").format(name=text(wanted.data_source, "name"))
    kept = part(there, "secureJsonFields")
    lacks_secret = any(kept.get(name) is not True for name in wanted.secrets)
    if there is not None and holds(there, wanted.data_source) and not lacks_secret and not renew_secret:
        return
    body: dict[str, object] = dict(wanted.data_source)
    if wanted.secrets:
        body["secureJsonData"] = wanted.secret_values
    if there is None:
        yield Step(method="POST", path="/datasources", what=what, body=body)
    else:
        yield Step(method="PUT", path=f"/datasources/uid/{_quoted(wanted.data_source, 'uid')}", what=what, body=body)


def _boards(wanted: Wanted, held: Held) -> Iterator[Step]:
    for board in wanted.boards:
        there = held.boards.get(text(board, "uid"))
        in_folder = there is not None and text(part(there, "meta"), "folderUid") == FOLDER_UID
        if in_folder and _is_board(part(there, "dashboard"), board):
            continue
        body = {"dashboard": {"id": None, **board}, "folderUid": FOLDER_UID, "overwrite": True, "message": "RAINBOW"}
        what = _("dashboard {name}").format(name=text(board, "uid"))
        yield Step(method="POST", path="/dashboards/db", what=what, body=body)


def _mute_timings(wanted: Wanted, held: Held) -> Iterator[Step]:
    there = {text(item, "name"): item for item in held.mute_timings}
    for timing in wanted.mute_timings:
        name = text(timing, "name")
        what = _("mute timing {name}").format(name=name)
        if name not in there:
            yield Step(method="POST", path="/v1/provisioning/mute-timings", what=what, body=timing)
        elif not _is_timing(there[name], timing):
            path = f"/v1/provisioning/mute-timings/{quote(name, safe='')}"
            yield Step(method="PUT", path=path, what=what, body=timing)


def _contact_points(wanted: Wanted, held: Held) -> Iterator[Step]:
    there = {text(item, "uid"): item for item in held.contact_points}
    for point in wanted.contact_points:
        uid = text(point, "uid")
        what = _("contact point {name}").format(name=uid)
        if uid not in there:
            yield Step(method="POST", path="/v1/provisioning/contact-points", what=what, body=point)
        elif not holds(there[uid], point):
            path = f"/v1/provisioning/contact-points/{_quoted(point, 'uid')}"
            yield Step(method="PUT", path=path, what=what, body=point)


def _rules(wanted: Wanted, held: Held) -> Iterator[Step]:
    """The group is replaced as a whole: rules that are no longer wanted go with it, and none is ever half written."""
    there = {text(rule, "uid"): rule for rule in _records(held.rule_group.get("rules") if held.rule_group else ())}
    asked = {text(rule, "uid"): {**rule, "folderUID": FOLDER_UID} for rule in wanted.rules}
    same = there.keys() == asked.keys() and all(_is_rule(there[uid], rule) for uid, rule in asked.items())
    if same and held.rule_group is not None and held.rule_group.get("interval") == RULE_INTERVAL_S:
        return
    body = {"title": GROUP, "folderUid": FOLDER_UID, "interval": RULE_INTERVAL_S, "rules": list(asked.values())}
    path = f"/v1/provisioning/folder/{FOLDER_UID}/rule-groups/{GROUP}"
    yield Step(method="PUT", path=path, what=_("alert rules"), body=body)


def _removals(wanted: Wanted, held: Held) -> Iterator[Step]:
    boards = {text(board, "uid") for board in wanted.boards}
    for uid, found in held.boards.items():
        tags = part(found, "dashboard").get("tags")
        ours = uid.startswith(UID_PREFIX) and isinstance(tags, list) and TAG in tags
        if ours and uid not in boards:
            what = _("dashboard {name}, no longer made").format(name=uid)
            yield Step(method="DELETE", path=f"/dashboards/uid/{quote(uid, safe='')}", what=what)
    points = {text(point, "uid") for point in wanted.contact_points}
    for point in held.contact_points:
        uid = text(point, "uid")
        if uid.startswith(UID_PREFIX) and text(point, "name").startswith(PREFIX) and uid not in points:
            what = _("contact point {name}, no longer wanted").format(name=uid)
            yield Step(method="DELETE", path=f"/v1/provisioning/contact-points/{quote(uid, safe='')}", what=what)
    timings = {text(timing, "name") for timing in wanted.mute_timings}
    for timing in held.mute_timings:
        name = text(timing, "name")
        if name.startswith(PREFIX) and name not in timings:
            what = _("mute timing {name}, no longer wanted").format(name=name)
            yield Step(method="DELETE", path=f"/v1/provisioning/mute-timings/{quote(name, safe='')}", what=what)


def _records(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _quoted(record: Json, key: str) -> str:
    return quote(text(record, key), safe="")
