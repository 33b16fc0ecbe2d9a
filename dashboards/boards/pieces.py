"""Panels more than one dashboard shows, and the links between them, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import palette, panels
from dashboards.addresses import Uid
from dashboards.influxql import latest_rows, newest, over_time
from dashboards.links import incident_on_page, of_row, of_series, port_on_page, site_on_page, to_dashboard
from dashboards.panels import Column, Line
from rainbow.kernel.metrics import EVENT, INCIDENT, INTERFACE, LINK, SITE_TOTAL
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.links import DataLink
    from dashboards.sdk import dashboard
    from dashboards.surroundings import Surroundings
    from rainbow.kernel.metrics import Field, Metric

SITE, DEVICE_TAG, IF_NAME, LINK_TAG = "site", "device", "if_name", "link"

LOW_MARGIN_DB, SCARCE_MARGIN_DB = 3.0, 6.0
"""Light above the receiver's limit: below 3 dB ageing and a bent patch cord may end the link, below 6 dB plan ahead."""


MISSING_DB, BADLY_MISSING_DB = 3.0, 6.0
"""Light missing against the plant: two good modules differ by up to 3 dB, 6 dB are a fault."""


def zero_is_good() -> dashboard.ThresholdsConfig:
    """Colours of a count of faults."""
    return palette.limits(palette.GOOD, (1, palette.BAD))


def zero_is_calm() -> dashboard.ThresholdsConfig:
    """Colours of a count of what may become a fault."""
    return palette.limits(palette.GOOD, (1, palette.WARNING))


def margin_limits() -> dashboard.ThresholdsConfig:
    """Colours of a light margin in dB."""
    return palette.limits(palette.BAD, (LOW_MARGIN_DB, palette.WARNING), (SCARCE_MARGIN_DB, palette.GOOD))


def missing_limits() -> dashboard.ThresholdsConfig:
    """Colours of the light that is missing in dB."""
    return palette.limits("text", (MISSING_DB, palette.WARNING), (BADLY_MISSING_DB, palette.BAD))


def site_links(around: Surroundings, column: str = SITE) -> tuple[DataLink, ...]:
    """From a site's code in a table to its dashboard and to the map."""
    value = of_row(column)
    return (
        to_dashboard(Uid.SITE, _("Open site"), {SITE: value}),
        site_on_page(around.settings.page_url, value),
    )


def switch_link() -> DataLink:
    """From a row with site and switch to the switch."""
    return to_dashboard(Uid.SWITCH, _("Open switch"), {SITE: of_row(SITE), DEVICE_TAG: of_row(DEVICE_TAG)})


def port_links(around: Surroundings) -> tuple[DataLink, ...]:
    """From a row with site, switch and port to the port, in Grafana and on the planner's page."""
    values = {key: of_row(key) for key in (SITE, DEVICE_TAG, IF_NAME)}
    return (
        to_dashboard(Uid.PORT, _("Open port"), values),
        port_on_page(around.settings.page_url, values[DEVICE_TAG], values[IF_NAME]),
    )


def port_of_line() -> DataLink:
    """From a line with site, switch and port to the port."""
    values = {key: of_series(key) for key in (SITE, DEVICE_TAG, IF_NAME)}
    return to_dashboard(Uid.PORT, _("Open port"), values)


def link_link() -> DataLink:
    """From a link's code in a table to its light."""
    return to_dashboard(Uid.OPTICS, _("Light of this link"), {LINK_TAG: of_row(LINK_TAG)})


def traffic(
    around: Surroundings,
    metric: Metric,
    received: Field,
    sent: Field,
    *,
    description: str,
    where: Sequence[str] = (),
    by: Sequence[str] = (),
    links: Sequence[DataLink] = (),
) -> dashboard.Panel:
    """Both directions in one panel: received upwards, sent downwards. ``by``: a pair of lines for each tag value."""
    prefix = f"$tag_{IF_NAME}" if IF_NAME in by else ""
    lone = not by
    return panels.time_series(
        around,
        title=_("Traffic: received up, sent down"),
        description=description,
        lines=[
            Line(
                field=received,
                query=over_time(metric, received, where=where, by=by),
                alias=" ".join((prefix, _("received"))).strip(),
                colour=palette.BLUE if lone else "",
            ),
            Line(
                field=sent,
                query=over_time(metric, sent, where=where, by=by),
                alias=" ".join((prefix, _("sent"))).strip(),
                colour=palette.ORANGE if lone else "",
                below=True,
            ),
        ],
        links=links,
        many=not lone,
    )


def events(around: Surroundings) -> dashboard.Panel:
    """What happened in the time range, newest first."""
    return panels.rows(
        around,
        title=_("Events"),
        description=_("Cuts, repairs, maintenance and other events in the time range, newest first."),
        query=latest_rows(EVENT, (EVENT.severity, EVENT.text), ("object",), most=100),
        columns=[
            Column(name=EVENT.severity.name, title=_("Severity"), field=EVENT.severity, width=110),
            Column(name="object", title=_("Object"), width=150),
            Column(name=EVENT.text.name, title=_("What happened"), field=EVENT.text),
        ],
        within=panels.WHOLE_RANGE,
    )


def incidents(around: Surroundings) -> dashboard.Panel:
    """One row an incident as it stood last, open ones first."""
    fields = [INCIDENT.status, INCIDENT.harm, INCIDENT.what, INCIDENT.sites_lost, INCIDENT.sirens_lost]
    counts = [(INCIDENT.sites_lost, _("Sites lost")), (INCIDENT.sirens_lost, _("Sirens lost"))]
    return panels.rows(
        around,
        title=_("Incidents"),
        description=_(
            "One row for one cause, however many links and switches tell of it: where to dig, who is without service, "
            "and what one more cut would take down."
        ),
        query=newest(INCIDENT, fields, by=("incident",)),
        columns=[
            Column(
                name="incident",
                title=_("Number"),
                links=(incident_on_page(around.settings.page_url, of_row("incident")),),
                width=90,
            ),
            Column(name=INCIDENT.status.name, title=_("State"), field=INCIDENT.status, width=170),
            Column(name=INCIDENT.harm.name, title=_("Harms now"), field=INCIDENT.harm, width=190),
            Column(name=INCIDENT.what.name, title=_("What happened"), field=INCIDENT.what),
            *(
                Column(name=field.name, title=title, field=field, limits=zero_is_good(), width=120)
                for field, title in counts
            ),
        ],
        sort=f"-{INCIDENT.status.name}",
        within=panels.WHOLE_RANGE,
    )


def incident_course(around: Surroundings) -> dashboard.Panel:
    """How far the worst incident reached."""
    lines = (
        (INCIDENT.links_down, _("links down"), palette.VERMILLION),
        (INCIDENT.devices_silent, _("switches silent"), palette.ORANGE),
        (INCIDENT.last_path, _("sites on their last path"), palette.BLUE),
    )
    return panels.time_series(
        around,
        title=_("Worst incident over time"),
        description=_("What the largest incident took down, and how many sites one more cut would take."),
        lines=[
            Line(field=field, query=over_time(INCIDENT, field, function="max"), alias=alias, colour=colour)
            for field, alias, colour in lines
        ],
    )


EXPECTED, LIMIT = (8, 6), (2, 6)
"""How lines are dashed that nobody measured."""
MARGIN = (LINK.state, LINK.margin_db)
LIGHT = (*MARGIN, LINK.missing_db)
LIGHT_AND_PLAN = (
    *LIGHT,
    LINK.criticality,
    LINK.rx_a_dbm,
    LINK.expected_rx_a_dbm,
    LINK.rx_b_dbm,
    LINK.expected_rx_b_dbm,
)
"""What a table of links shows. Each field costs InfluxDB as much as the first: few where all links are asked for."""


def link_columns(around: Surroundings, fields: Sequence[Field]) -> list[Column]:
    """A link in a table: state, ends, margin, light of both ends beside what is expected."""
    known = [
        Column(name=LINK.state.name, title=_("State"), field=LINK.state, width=100),
        Column(name=LINK.margin_db.name, title=_("Margin"), field=LINK.margin_db, limits=margin_limits()),
        Column(name=LINK.missing_db.name, title=_("Missing"), field=LINK.missing_db, limits=missing_limits()),
        Column(name=LINK.criticality.name, title=_("Matters"), field=LINK.criticality, width=100),
        Column(name=LINK.rx_a_dbm.name, title=_("Light at A"), field=LINK.rx_a_dbm),
        Column(name=LINK.expected_rx_a_dbm.name, title=_("Expected at A"), field=LINK.expected_rx_a_dbm),
        Column(name=LINK.rx_b_dbm.name, title=_("Light at B"), field=LINK.rx_b_dbm),
        Column(name=LINK.expected_rx_b_dbm.name, title=_("Expected at B"), field=LINK.expected_rx_b_dbm),
    ]
    return [
        Column(name=LINK_TAG, title=_("Link"), links=(link_link(),)),
        Column(name="site_a", title=_("End A"), links=site_links(around, "site_a")),
        Column(name="site_b", title=_("End B"), links=site_links(around, "site_b")),
        *(column for column in known if column.field in fields),
    ]


def links_table(
    around: Surroundings,
    *,
    title: str,
    description: str,
    fields: Sequence[Field],
    where: Sequence[str] = (),
    most: int = 0,
) -> dashboard.Panel:
    """Links as they are now, the dark ones first, then those with the least light to spare.

    With ``most``, dark links are left out: what is down has a list of its own.
    """
    return panels.rows(
        around,
        title=title,
        description=description,
        query=newest(LINK, fields, where=where, by=("link", "site_a", "site_b")),
        columns=link_columns(around, fields),
        sort=LINK.margin_db.name,
        most=most,
        only_with=LINK.margin_db.name if most else "",
    )


def port_light(around: Surroundings, where: Sequence[str]) -> dashboard.Panel:
    """Light received at both ends of a link against what the plant lets expect and what the receivers need."""
    lines = (
        (LINK.rx_a_dbm, _("received at A"), palette.BLUE, ()),
        (LINK.expected_rx_a_dbm, _("expected at A"), palette.SKY, EXPECTED),
        (LINK.least_rx_a_dbm, _("limit at A"), palette.PURPLE, LIMIT),
        (LINK.rx_b_dbm, _("received at B"), palette.VERMILLION, ()),
        (LINK.expected_rx_b_dbm, _("expected at B"), palette.ORANGE, EXPECTED),
        (LINK.least_rx_b_dbm, _("limit at B"), palette.GREY, LIMIT),
    )
    return panels.time_series(
        around,
        title=_("Light received at both ends"),
        description=_(
            "Solid: light received. Dashed: light the plant's loss lets expect. Dotted: the least the receiver needs. "
            "A growing gap is dirt, a bend or a bad splice; a gap from the first day is a wrong drawing. No line: no "
            "light. Modules measure to +-3 dB."
        ),
        lines=[
            Line(
                field=field,
                query=over_time(LINK, field, where=where, by=("link",)),
                alias=f"$tag_link {alias}",
                colour=colour,
                dash=dash,
            )
            for field, alias, colour, dash in lines
        ],
    )


def error_lines(where: Sequence[str]) -> list[Line]:
    """Errors and discards of one port, both directions."""
    texts = (
        (INTERFACE.in_errors_ps, _("errors received"), palette.VERMILLION, False),
        (INTERFACE.in_discards_ps, _("discards received"), palette.ORANGE, False),
        (INTERFACE.out_errors_ps, _("errors sent"), palette.PURPLE, True),
        (INTERFACE.out_discards_ps, _("discards sent"), palette.SKY, True),
    )
    return [
        Line(field=field, query=over_time(INTERFACE, field, where=where), alias=alias, colour=colour, below=below)
        for field, alias, colour, below in texts
    ]


def errors_of_ports(where: Sequence[str], by: Sequence[str]) -> list[Line]:
    """Errors received by each port above zero, discards of what it should have sent below.

    What a port sent wrong, its neighbour receives wrong; what it discards on arrival is rare. The port shows all four.
    """
    return [
        Line(
            field=field,
            query=over_time(INTERFACE, field, where=where, by=by),
            alias=f"$tag_if_name {text}",
            below=below,
        )
        for field, text, below in (
            (INTERFACE.in_errors_ps, _("errors received"), False),
            (INTERFACE.out_discards_ps, _("discards sent"), True),
        )
    ]


def site_total_row(fields: Sequence[Field]) -> str:
    """The newest totals of every site."""
    return newest(SITE_TOTAL, fields, by=(SITE,))
