"""A small Grafana on loopback: what its published HTTP API takes, gives back and refuses. It takes nothing else.

It adds what a real one adds (identifiers, versions, provenance, defaults in the steps of rules) and keeps secrets to
itself, so that a push that compares carelessly writes again and again.
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Answer = tuple[int, Any]

DURATION = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")
UID = re.compile(r"[\w-]{1,40}", re.ASCII)
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
RULE_KEYS = {
    "uid", "title", "condition", "data", "noDataState", "execErrState", "for", "annotations", "labels", "isPaused",
    "notification_settings", "orgID", "ruleGroup", "folderUID",
}  # fmt: skip
RULE_NEEDS = RULE_KEYS - {"notification_settings", "isPaused", "labels"}
SOURCE_KEYS = {
    "name", "uid", "type", "access", "url", "user", "database", "basicAuth", "isDefault", "jsonData", "secureJsonData",
}  # fmt: skip


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """An answer that is no success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def need(condition: object, status: int, message: str) -> None:
    if not condition:
        raise Refused(status, message)


def only(body: Json, known: set[str]) -> None:
    need(set(body) <= known, 400, f"bad request data: unknown {sorted(set(body) - known)}")


class FakeGrafana:
    """State, and what was asked. ``writes`` lists method and path of each write that was taken."""

    def __init__(self) -> None:
        self.token = "glsa_first"  # noqa: S105 - of a server that lives for one test
        self.folders: dict[str, Json] = {}
        self.sources: dict[str, Json] = {}
        self.secrets: dict[str, Json] = {}
        self.boards: dict[str, Json] = {}
        self.points: dict[str, Json] = {}
        self.timings: dict[str, Json] = {}
        self.group: Json | None = None
        self.writes: list[str] = []
        self.reads = 0
        self.before_write: Callable[[FakeGrafana], Answer | None] = lambda _fake: None
        self.before_read: Callable[[FakeGrafana], Answer | None] = lambda _fake: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Json) -> Answer:
        special = self.before_read(self) if method == "GET" else self.before_write(self)
        if special is not None:
            return special
        for pattern, handlers in self._routes().items():
            if (found := re.fullmatch(pattern, path)) and method in handlers:
                arguments: list[Any] = [unquote(part) for part in found.groups()]
                arguments += [query] if "search" in path else []
                arguments += [body] if method in {"POST", "PUT"} else []
                taken = handlers[method](*arguments)
                if method == "GET":
                    self.reads += 1
                else:
                    self.writes.append(f"{method} {path}")
                return taken
        raise Refused(404, "Not found")

    def _routes(self) -> dict[str, dict[str, Callable[..., Answer]]]:
        alerting = "/api/v1/provisioning"
        return {
            "/api/search": {"GET": self._search},
            "/api/folders": {"POST": self._new_folder},
            "/api/folders/([^/]+)": {"GET": lambda uid: found(self.folders, uid), "PUT": self._rename_folder},
            "/api/datasources": {"POST": self._new_source},
            "/api/datasources/uid/([^/]+)": {"GET": self._source, "PUT": self._change_source},
            "/api/dashboards/db": {"POST": self._save_board},
            "/api/dashboards/uid/([^/]+)": {"GET": lambda uid: found(self.boards, uid), "DELETE": self._drop_board},
            f"{alerting}/mute-timings": {"GET": lambda: (200, list(self.timings.values())), "POST": self._new_timing},
            f"{alerting}/mute-timings/([^/]+)": {"PUT": self._change_timing, "DELETE": self._drop_timing},
            f"{alerting}/contact-points": {"GET": lambda: (200, list(self.points.values())), "POST": self._new_point},
            f"{alerting}/contact-points/([^/]+)": {"PUT": self._change_point, "DELETE": self._drop_point},
            f"{alerting}/folder/([^/]+)/rule-groups/([^/]+)": {"GET": self._rule_group, "PUT": self._save_rules},
        }

    def _search(self, query: dict[str, list[str]]) -> Answer:
        assert query["type"] == ["dash-db"]
        hits = [
            {"uid": uid, "title": board["dashboard"]["title"], "type": "dash-db", "tags": board["dashboard"]["tags"]}
            for uid, board in self.boards.items()
            if set(query["tag"]) <= set(board["dashboard"].get("tags", []))
        ]
        return 200, hits[: int(query["limit"][0])]

    def _new_folder(self, body: Json) -> Answer:
        only(body, {"uid", "title", "parentUid", "description"})
        need(body.get("title"), 400, "folder title cannot be empty")
        need(UID.fullmatch(body["uid"]), 400, "uid contains illegal characters")
        need(body["uid"] not in self.folders, 409, "the folder has been changed by someone else")
        self.folders[body["uid"]] = {"id": 1, "version": 1, "hasAcl": False, **body}
        return 200, self.folders[body["uid"]]

    def _rename_folder(self, uid: str, body: Json) -> Answer:
        only(body, {"title", "version", "overwrite", "description"})
        folder = found(self.folders, uid)[1]
        need(body.get("overwrite") or body.get("version") == folder["version"], 412, "version mismatch")
        folder |= {"title": body["title"], "version": folder["version"] + 1}
        return 200, folder

    def _source(self, uid: str) -> Answer:
        source = found(self.sources, uid)[1]
        return 200, {**source, "secureJsonFields": dict.fromkeys(self.secrets.get(uid, {}), True)}

    def _new_source(self, body: Json) -> Answer:
        only(body, SOURCE_KEYS)
        need({"name", "type", "access", "uid"} <= set(body), 400, "bad request data")
        taken = {source["name"] for source in self.sources.values()}
        need(
            body["name"] not in taken and body["uid"] not in self.sources, 409, "data source with the same name exists"
        )
        return self._keep_source(body)

    def _change_source(self, uid: str, body: Json) -> Answer:
        only(body, SOURCE_KEYS)
        need(not found(self.sources, uid)[1]["readOnly"], 403, "Cannot update read-only data source")
        return self._keep_source(body)

    def _keep_source(self, body: Json) -> Answer:
        uid = body["uid"]
        self.secrets[uid] = {**self.secrets.get(uid, {}), **body.get("secureJsonData", {})}
        plain = {key: value for key, value in body.items() if key != "secureJsonData"}
        self.sources[uid] = {"id": 3, "orgId": 7, "readOnly": False, "basicAuth": False, "version": 1, **plain}
        return 200, {"id": 3, "message": "Datasource added", "name": body["name"], "datasource": self._source(uid)[1]}

    def _save_board(self, body: Json) -> Answer:
        only(body, {"dashboard", "folderUid", "overwrite", "message"})
        board = body["dashboard"]
        need(board.get("title"), 400, "Dashboard title cannot be empty")
        need(UID.fullmatch(board["uid"]), 400, "uid contains illegal characters")
        need(body["folderUid"] in self.folders, 400, "folder not found")
        there = self.boards.get(board["uid"])
        need(there is None or not there["meta"].get("provisioned"), 400, "Cannot save provisioned dashboard")
        need(there is None or body.get("overwrite"), 412, "The dashboard has been changed by someone else")
        version = (there["dashboard"]["version"] if there else 0) + 1
        kept = {**board, "id": 40 + len(self.boards), "version": version}
        self.boards[board["uid"]] = {
            "meta": {"folderUid": body["folderUid"], "provisioned": False, "version": version, "canSave": True},
            "dashboard": kept,
        }
        return 200, {"id": kept["id"], "uid": board["uid"], "status": "success", "version": version}

    def _drop_board(self, uid: str) -> Answer:
        found(self.boards, uid)
        del self.boards[uid]
        return 200, {"message": f"Dashboard {uid} deleted", "title": uid}

    def _new_timing(self, body: Json) -> Answer:
        need(body["name"] not in self.timings, 409, "mute timing exists")
        return 201, self._keep_timing(body)

    def _change_timing(self, name: str, body: Json) -> Answer:
        found(self.timings, name)
        need(body["name"] == name, 400, "name mismatch")
        return 202, self._keep_timing(body)

    def _keep_timing(self, body: Json) -> Json:
        only(body, {"name", "time_intervals"})
        for interval in body["time_intervals"]:
            only(interval, {"times", "weekdays", "location"})
            for span in interval["times"]:
                only(span, {"start_time", "end_time"})
                need(CLOCK.fullmatch(span["start_time"]) and CLOCK.fullmatch(span["end_time"]), 400, "bad time")
                need(span["start_time"] < span["end_time"], 400, "start time cannot be equal or greater than end time")
        self.timings[body["name"]] = {**body, "version": "d41d8cd9", "provenance": "api"}
        return self.timings[body["name"]]

    def _drop_timing(self, name: str) -> Answer:
        found(self.timings, name)
        told = [rule.get("notification_settings", {}) for rule in self._rules()]
        need(not any(name in (item.get("mute_time_intervals") or ()) for item in told), 409, "mute timing is used")
        del self.timings[name]
        return 204, None

    def _new_point(self, body: Json) -> Answer:
        need(body["uid"] not in self.points, 409, "contact point exists")
        return self._keep_point(body)

    def _change_point(self, uid: str, body: Json) -> Answer:
        found(self.points, uid)
        return self._keep_point(body)

    def _keep_point(self, body: Json) -> Answer:
        only(body, {"uid", "name", "type", "settings", "disableResolveMessage"})
        need(UID.fullmatch(body["uid"]), 400, "bad uid")
        wanted = {"webhook": "url", "email": "addresses"}[body["type"]]
        need(body["settings"].get(wanted), 400, f"could not find {wanted} in settings")
        self.points[body["uid"]] = {**body, "provenance": "api"}
        return 202, {"message": "contactpoint created"}

    def _drop_point(self, uid: str) -> Answer:
        name = found(self.points, uid)[1]["name"]
        last = [other for other in self.points.values() if other["name"] == name] == [self.points[uid]]
        used = {rule.get("notification_settings", {}).get("receiver") for rule in self._rules()}
        need(not (last and name in used), 409, "contact point is used")
        del self.points[uid]
        return 202, {"message": "contactpoint deleted"}

    def _rules(self) -> list[Json]:
        return self.group["rules"] if self.group else []

    def _rule_group(self, folder: str, group: str) -> Answer:
        need(self.group and (self.group["folderUid"], self.group["title"]) == (folder, group), 404, "not found")
        return 200, self.group

    def _save_rules(self, folder: str, group: str, body: Json) -> Answer:
        only(body, {"title", "folderUid", "interval", "rules"})
        need((body["folderUid"], body["title"]) == (folder, group), 400, "group and path differ")
        need(folder in self.folders, 400, "folder does not exist")
        need(body["interval"] > 0 and body["interval"] % 10 == 0, 400, "interval has to be a multiple of 10 s")
        uids = [rule["uid"] for rule in body["rules"]]
        need(len(set(uids)) == len(uids), 409, "rule uid stands twice")
        for rule in body["rules"]:
            self._check_rule(rule, folder, group)
        self.group = {**body, "rules": [_as_kept(rule, index) for index, rule in enumerate(body["rules"])]}
        return 200, self.group

    def _check_rule(self, rule: Json, folder: str, group: str) -> None:
        only(rule, RULE_KEYS)
        need(set(rule) >= RULE_NEEDS, 400, f"rule lacks {sorted(RULE_NEEDS - set(rule))}")
        need(UID.fullmatch(rule["uid"]), 400, "bad uid")
        need((rule["folderUID"], rule["ruleGroup"]) == (folder, group), 400, "rule belongs elsewhere")
        need(DURATION.fullmatch(rule["for"]), 400, "not a valid duration string")
        need(rule["noDataState"] in {"Alerting", "NoData", "OK", "KeepLast"}, 400, "unknown noDataState")
        need(rule["execErrState"] in {"Alerting", "Error", "OK", "KeepLast"}, 400, "unknown execErrState")
        need(rule["condition"] in {step["refId"] for step in rule["data"]}, 400, "condition is no step")
        need(all(isinstance(value, str) for value in (rule["annotations"] | rule["labels"]).values()), 400, "no text")
        pointed = self.boards.get(rule["annotations"]["__dashboardUid__"], {"dashboard": {"panels": []}})
        panels = {str(panel["id"]) for panel in pointed["dashboard"]["panels"]}
        need(rule["annotations"]["__panelId__"] in panels, 400, "no such panel")
        for step in rule["data"]:
            only(step, {"refId", "relativeTimeRange", "datasourceUid", "model"})
            need(step["datasourceUid"] in {*self.sources, "__expr__"}, 400, "data source not found")
        self._check_told(rule.get("notification_settings"))

    def _check_told(self, told: Json | None) -> None:
        if told is None:
            return
        only(told, {"receiver", "repeat_interval", "group_by", "mute_time_intervals"})
        need(told["receiver"] in {point["name"] for point in self.points.values()}, 400, "receiver does not exist")
        need(DURATION.fullmatch(told["repeat_interval"]), 400, "bad repeat_interval")
        need(set(told.get("mute_time_intervals", [])) <= set(self.timings), 400, "mute timing does not exist")


def found(kept: dict[str, Json], key: str) -> Answer:
    need(key in kept, 404, f"{key} not found")
    return 200, kept[key]


def _as_kept(rule: Json, index: int) -> Json:
    """As Grafana gives a rule back: defaults written out, its own organisation."""
    data = [
        {**step, "queryType": "", "model": {"intervalMs": 1000, "maxDataPoints": 43200, **step["model"]}}
        for step in rule["data"]
    ]
    told = rule.get("notification_settings")
    settings = {"notification_settings": {"group_by": None, "mute_time_intervals": None, **told}} if told else {}
    added = {"id": index + 1, "orgID": 7, "provenance": "api", "updated": "2026-01-01T12:00:00Z", "isPaused": False}
    return {**rule, **added, "data": data, **settings}


def _handler(fake: FakeGrafana) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: apart, each answer waits 40 ms for an acknowledgement

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            try:
                need(self.headers.get("Authorization") == f"Bearer {fake.token}", 401, "Invalid API key")
                is_json = self.headers.get("Content-Type") == "application/json"
                need(not raw or is_json, 415, "unsupported media type")
                asked = urlsplit(self.path)
                body = json.loads(raw) if raw else {}
                status, answer = fake.answer(self.command, asked.path, parse_qs(asked.query), body)
            except Refused as error:
                status, answer = error.status, {"message": str(error)}
            self._reply(status, answer)

        def _reply(self, status: int, answer: object) -> None:
            is_text = isinstance(answer, str)
            text = (answer if is_text else json.dumps(answer)).encode() if answer is not None else b""
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if is_text else "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 - the server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - signature of the server
            """Tests are quiet."""

    return Handler
