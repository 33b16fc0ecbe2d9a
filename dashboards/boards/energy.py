"""Energy: what devices draw and give, the thirstiest first, and who runs on a battery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import panels
from dashboards.board import Board
from dashboards.boards import pieces
from dashboards.influxql import matches, newest
from dashboards.layout import Section, Tile
from dashboards.links import Uid
from dashboards.panels import Column
from dashboards.variables import Choice
from rainbow.kernel.metrics import ENERGY
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings

MOST = 50


def board(around: Surroundings) -> Board:
    """The dashboard of power, by the newest survey in the time range."""
    return Board(
        uid=Uid.ENERGY,
        title=_("RAINBOW energy"),
        description=_("What devices draw and give as they measure it themselves, and who runs on a battery."),
        choices=(Choice(metric=ENERGY, tag="site", several=True),),
        sections=(Section(title="", tiles=(Tile(key="devices", panel=_devices(around), width=24, height=18),)),),
        time_from="now-24h",
    )


def _devices(around: Surroundings) -> dashboard.Panel:
    fields = [ENERGY.drawn_w, ENERGY.poe_w, ENERGY.on_battery, ENERGY.ups_runtime_min]
    titles = [_("Drawn"), _("Given (PoE)"), _("UPS runs on"), _("Battery time")]
    return panels.rows(
        around,
        title=_("Devices that draw most"),
        description=_("The newest survey in the time range, fifty devices; a site shows all that was measured there."),
        query=newest(ENERGY, fields, where=[matches(ENERGY, "site", "site")], by=("site", "device")),
        columns=[
            Column(name="device", title=_("Device")),
            Column(name="site", title=_("Site"), links=pieces.site_links(around)),
            *(Column(name=field.name, title=title, field=field) for field, title in zip(fields, titles, strict=True)),
        ],
        sort=f"-{ENERGY.drawn_w.name}",
        most=MOST,
        now=False,
    )
