"""Where the dashboards are found: light to import, for the planner's page links to them."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import quote


class Uid(StrEnum):
    """Identifiers of the dashboards. They stand in bookmarks and alert messages: never change one."""

    NETWORK = "rainbow-network"
    SITE = "rainbow-site"
    SWITCH = "rainbow-switch"
    PORT = "rainbow-port"
    OPTICS = "rainbow-optics"
    USERS = "rainbow-users"
    SIRENS = "rainbow-sirens"
    REDUNDANCY = "rainbow-redundancy"
    ENERGY = "rainbow-energy"
    DRIFT = "rainbow-drift"
    COLLECTOR = "rainbow-collector"


def board_address(grafana_url: str, board: str, **variables: str) -> str:
    """The address of a dashboard with its variables set, for a page outside Grafana; empty where there is no Grafana.

    Raises:
        ValueError: there is no such dashboard.
    """
    uid = Uid(f"rainbow-{board}")
    if not grafana_url:
        return ""
    chosen = "&".join(f"var-{name}={quote(value, safe='')}" for name, value in variables.items())
    return f"{grafana_url.rstrip('/')}/d/{uid.value}" + (f"?{chosen}" if chosen else "")
