"""The same questions asked of an InfluxDB 2.x, where one is here: InfluxQL over its mapping answers as 1.x does."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest
import yaml
from filled_influx import END_MS
from grafana_like import HOUR_MS, Range, asked, boards, panels_of, yaml_files
from real_influx2 import BUCKET, ORG, RealInflux2
from small_city import CHOSEN, samples

from store.line_protocol import lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real

WITHIN = Range(END_MS - HOUR_MS, END_MS)


@pytest.fixture(scope="module")
def influx2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealInflux2]:
    folder: Path = tmp_path_factory.mktemp("grafana2")
    influx = RealInflux2(folder)
    influx.start()
    try:
        connection = http.client.HTTPConnection("127.0.0.1", influx.port, timeout=60)
        text = "\n".join(lines(samples(END_MS * 1_000_000, 1.0)))
        way = f"/api/v2/write?org={ORG}&bucket={BUCKET}&precision=ns"
        connection.request("POST", way, text.encode(), {"Authorization": f"Token {influx.token}"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (204, b"")
        connection.close()
        yield influx
    finally:
        influx.stop()


def test_every_panel_variable_annotation_and_rule_gets_an_answer(influx2: RealInflux2) -> None:
    queries: list[str] = []
    for board in boards():
        queries += [asked(item["query"], WITHIN, CHOSEN) for item in board["templating"]["list"]]
        queries += [asked(item["target"]["query"], WITHIN, CHOSEN) for item in board["annotations"]["list"]]
        for panel in panels_of(board):
            own = WITHIN.last(panel["timeFrom"]) if "timeFrom" in panel else WITHIN
            least = panel.get("interval", "1s")
            queries += [asked(target["query"], own, CHOSEN, least) for target in panel["targets"]]
    for rule in yaml.safe_load(yaml_files()["provisioning/alerting/rainbow.yaml"])["groups"][0]["rules"]:
        queries.append(asked(rule["data"][0]["model"]["query"], WITHIN, {}))
    silent = [query for query in queries if not influx2.rows(query)]
    assert silent == []
