"""Versions of the servers beside us, asked of themselves, held against the least that is safe.

The least versions are those that mend the holes named in ``why``; a newer one may have holes of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rainbow.supply.asking import asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """The oldest safe version of one line of a server (``line``: what its version begins with)."""

    server: str
    line: tuple[int, ...]
    version: tuple[int, ...]
    why: str


LEAST = (
    Least(server="grafana", line=(12,), version=(12, 4, 2), why="CVE-2026-27876"),
    Least(server="influxdb", line=(2,), version=(2, 8, 0), why="CVE-2024-30896"),
    Least(server="influxdb", line=(1,), version=(1, 8, 10), why="last of its line"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerVersion:
    """What one server says of itself; ``version`` is empty where it says nothing, ``is_safe`` None then."""

    server: str
    url: str
    version: str
    least: str = ""
    is_safe: bool | None = None
    words: str = ""


def versions(settings: Settings) -> Iterator[ServerVersion]:
    """Each server of the settings, asked now."""
    if settings.influx is not None:
        yield _influx(settings.influx.url.rstrip("/"), settings.influx.ca_file)
    if settings.dashboards.grafana_url:
        yield _grafana(settings.dashboards.grafana_url.rstrip("/"), settings.dashboards.ca_file)


def _influx(url: str, ca_file: str) -> ServerVersion:
    answer = asked(f"{url}/ping", ca_file)
    return judged("influxdb", url, answer.headers.get("x-influxdb-version", ""), answer.words)


def _grafana(url: str, ca_file: str) -> ServerVersion:
    answer = asked(f"{url}/api/health", ca_file)
    return judged("grafana", url, str(answer.fields.get("version", "")), answer.words)


def judged(server: str, url: str, said: str, words: str) -> ServerVersion:
    """What a version is worth: of a line nobody has judged, nothing is known."""
    numbers = tuple(map(int, re.findall(r"\d+", said)[:3]))
    least = next((item for item in LEAST if item.server == server and numbers[: len(item.line)] == item.line), None)
    if not numbers or least is None:
        newest = max(item.line for item in LEAST if item.server == server)
        is_safe = None if not numbers else False if numbers[:1] < newest else None
        return ServerVersion(server=server, url=url, version=said, is_safe=is_safe, words=words)
    return ServerVersion(
        server=server,
        url=url,
        version=said,
        least=".".join(map(str, least.version)),
        is_safe=numbers >= least.version,
        words=least.why,
    )
