"""From the page into Grafana: the same site or port there, or no link where there is no Grafana."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from dashboards.addresses import board_address
from planner.app import create_app

if TYPE_CHECKING:
    from planner_scene import Scene


def test_site_and_port_lead_into_grafana_where_there_is_one(scene: Scene) -> None:
    scene.poll()
    port = next(port for port in scene.plant.interfaces if port.code in scene.plant.link_at)
    node = scene.plant.device[port.device].node
    pages = (f"/parts/site/{node}", f"/port/{port.device}/{port.if_name}")
    with TestClient(scene.app(), base_url="http://127.0.0.1") as without:
        assert not [path for path in pages if "Grafana" in without.get(path).text]
    services = replace(scene.services(), grafana_url="https://grafana.example/netz/")
    with TestClient(create_app(services), base_url="http://127.0.0.1") as client:
        site, of_port = (unescape(client.get(path).text) for path in pages)
    assert f'"https://grafana.example/netz/d/rainbow-site?var-site={node}"' in site
    link = scene.plant.link_at[port.code].code
    wanted = f"&var-device={port.device}&var-if_name={quote(port.if_name, safe='')}&var-link={link}"
    assert f'"https://grafana.example/netz/d/rainbow-port?var-site={node}{wanted}"' in of_port


def test_an_address_names_a_board_there_is() -> None:
    assert board_address("https://g.example", "network") == "https://g.example/d/rainbow-network"
    assert board_address("https://g.example", "site", site="Ä & B/1") == (
        "https://g.example/d/rainbow-site?var-site=%C3%84%20%26%20B%2F1"
    )
    assert board_address("", "site", site="A") == ""
    with pytest.raises(ValueError, match="rainbow-sites"):
        board_address("https://g.example", "sites")
