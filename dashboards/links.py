"""Ways from panel to panel, from dashboard to dashboard, and to the planner's page. All keep the time range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards.addresses import Uid
from dashboards.sdk import dashboard
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class DataLink:
    """A link on a value. ``url`` may hold Grafana's placeholders."""

    title: str
    url: str

    def to_json(self) -> dict[str, object]:
        """As Grafana's field option ``links`` holds it."""
        return {"title": self.title, "url": self.url}


def of_row(column: str) -> str:
    """The value of a column in the row that was clicked."""
    return f"${{__data.fields.{column}:percentencode}}"


def of_series(tag: str) -> str:
    """The value of a tag of the line that was clicked."""
    return f"${{__field.labels.{tag}:percentencode}}"


def to_dashboard(uid: Uid, title: str, variables: Mapping[str, str]) -> DataLink:
    """A link that opens a dashboard at the same time range with variables set to placeholders or fixed values."""
    chosen = "".join(f"&var-{name}={value}" for name, value in variables.items())
    return DataLink(title=title, url=f"/d/{uid.value}?${{__url_time_range}}{chosen}")


def site_on_page(page_url: str, placeholder: str) -> DataLink:
    """A link to a site on the planner's map."""
    return DataLink(title=_("Show on the map"), url=f"{page_url.rstrip('/')}/?site={placeholder}")


def incident_on_page(page_url: str, placeholder: str) -> DataLink:
    """A link to an incident on the planner's page, with its trench on the map and whom it harms."""
    return DataLink(title=_("Show on the map"), url=f"{page_url.rstrip('/')}/?incident={placeholder}")


def port_on_page(page_url: str, device: str, if_name: str) -> DataLink:
    """A link to a port on the planner's page, with its way through the ground."""
    return DataLink(title=_("Open on the planner's page"), url=f"{page_url.rstrip('/')}/port/{device}/{if_name}")


def menu(page_url: str, own: Uid) -> list[dashboard.DashboardLink]:
    """The links at the top of every dashboard: the others, with time and variables kept, and the map."""
    names = {
        Uid.NETWORK: _("Network"),
        Uid.SITE: _("Site"),
        Uid.SWITCH: _("Switch"),
        Uid.PORT: _("Port"),
        Uid.OPTICS: _("Optics"),
        Uid.USERS: _("Colours and user groups"),
        Uid.SIRENS: _("Sirens and lamps"),
        Uid.REDUNDANCY: _("Redundancy"),
        Uid.ENERGY: _("Energy"),
        Uid.DRIFT: _("Drift"),
        Uid.COLLECTOR: _("Collector"),
    }
    ways = [
        dashboard.DashboardLink(
            title=title,
            type_val=dashboard.DashboardLinkType.LINK,
            icon="dashboard",
            tooltip=_("Open the dashboard {title}").format(title=title),
            url=f"/d/{uid.value}",
            include_vars=True,
            keep_time=True,
        )
        for uid, title in names.items()
        if uid is not own
    ]
    page = dashboard.DashboardLink(
        title=_("Map"),
        type_val=dashboard.DashboardLinkType.LINK,
        icon="external link",
        tooltip=_("Open the planner's page with the map of trenches and sites"),
        url=page_url.rstrip("/") + "/",
        target_blank=True,
    )
    return [*ways, page]
