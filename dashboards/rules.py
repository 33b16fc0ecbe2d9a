"""The alert rules of the network. Uids never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.addresses import Uid
from dashboards.influxql import at_least, average, below, last
from dashboards.rule import DAY_S, HOUR_S, Rule, above, label, recent_s, states, under
from dashboards.self_rules import self_rules
from rainbow.kernel.metrics import DEVICE, ENERGY, INCIDENT, LINK, OPTICS, REDUNDANCY
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from dashboards.rule import Limit
    from dashboards.surroundings import Surroundings

MONTH_S = 30 * DAY_S
NOBODY, LAST_PATH = 1, 2
"""Of ``INCIDENT.harm``; the criticality of who is without service stands above them, the lowest next."""
VITAL = LAST_PATH + LINK.criticality.states[-1][0]


def rules(around: Surroundings) -> list[Rule]:
    """All rules, in the order of how much they matter.

    Where incidents are looked for, each cause is one alert, of the rule that fits whom it harms; the links, switches
    and sites it takes along tell nothing of themselves.
    """
    return [
        *(_by_cause(around) if around.incidents else _by_symptom(around)),
        _on_battery(),
        _low_margin(around),
        _drift(around),
        _temperature(around),
        *self_rules(around),
    ]


def _by_cause(around: Surroundings) -> list[Rule]:
    """No two of them hold of one incident: they share out the numbers of ``INCIDENT.harm``."""
    critical = LAST_PATH + around.settings.critical_from
    described = _(
        "One cause, however many links and switches tell of it. Where it is and whom it cuts off stands in the list of "
        "incidents and in: rainbow incidents show CITY {incident}."
    ).format(incident=label("incident"))
    lesser = _incident(
        uid="rainbow-incident-lesser",
        title=_("Incident of less weight"),
        limit=states(LAST_PATH + 1, critical - 1),
        summary=_("Incident {incident}: sites of less weight are without service"),
        description=described,
    )
    return [
        _incident(
            uid="rainbow-incident",
            title=_("Incident"),
            limit=states(critical, VITAL),
            severity="critical",
            summary=_("Incident {incident}: important sites are without service"),
            description=described,
        ),
        *([lesser] if critical > LAST_PATH + 1 else []),
        _incident(
            uid="rainbow-last-path",
            title=_("Site on its last path"),
            limit=states(LAST_PATH, LAST_PATH),
            summary=_("Incident {incident}: one more cut takes sites down"),
            description=described
            + " "
            + _("Nobody digs near the way that is left before it is repaired: the planner's page says which that is."),
        ),
        _incident(
            uid="rainbow-incident-harmless",
            title=_("Incident that harms nobody yet"),
            limit=states(NOBODY, NOBODY),
            summary=_("Incident {incident}: something broke, everybody has service"),
            description=described,
        ),
    ]


def _incident(*, uid: str, title: str, limit: Limit, summary: str, description: str, severity: str = "warning") -> Rule:
    return Rule(
        uid=uid,
        title=title,
        query=last(INCIDENT, INCIDENT.harm, by=("incident",)),
        limit=limit,
        window_s=DAY_S,
        wait="0s",
        severity=severity,
        summary=summary.format(incident=label("incident")),
        description=description,
        seen_on=(Uid.NETWORK, "incidents"),
        placed_by="incident",
    )


def _by_symptom(around: Surroundings) -> list[Rule]:
    critical = around.settings.critical_from
    return [
        _link_down(
            around, uid="rainbow-link-down", severity="critical", matter=at_least(LINK, LINK.criticality, critical)
        ),
        _link_down(
            around, uid="rainbow-link-down-lesser", severity="warning", matter=below(LINK, LINK.criticality, critical)
        ),
        _device_silent(around),
        _last_path(around),
    ]


def _link_down(around: Surroundings, *, uid: str, severity: str, matter: str) -> Rule:
    titles = {"critical": _("Link down"), "warning": _("Link of less weight down")}
    return Rule(
        uid=uid,
        title=titles[severity],
        query=last(LINK, LINK.state, by=("link", "site_a", "site_b", "user_group"), where=[matter]),
        limit=states(0, 0),
        window_s=recent_s(around),
        wait="2m",
        severity=severity,
        summary=_("Link {link} is down: {site_a} - {site_b}").format(
            link=label("link"), site_a=label("site_a"), site_b=label("site_b")
        ),
        description=_(
            "At least one end reports the port as not up. Look at the light of both ends: none at both is a cut, none "
            "at one is a strand or a module. User group: {user_group}."
        ).format(user_group=label("user_group")),
        seen_on=(Uid.OPTICS, "state"),
        placed_by="site_a",
    )


def _device_silent(around: Surroundings) -> Rule:
    return Rule(
        uid="rainbow-device-silent",
        title=_("Switch silent"),
        query=last(DEVICE, DEVICE.up, by=("site", "device")),
        limit=under(0.5),
        window_s=recent_s(around),
        wait="3m",
        severity="critical",
        summary=_("Switch {device} at {site} does not answer").format(device=label("device"), site=label("site")),
        description=_("No answer by SNMP. Is its power on, is its link up, are address and credentials right?"),
        seen_on=(Uid.SWITCH, "up"),
        placed_by="site",
    )


def _last_path(around: Surroundings) -> Rule:
    return Rule(
        uid="rainbow-last-path",
        title=_("Site on its last path"),
        query=last(REDUNDANCY, REDUNDANCY.standing, by=("site",)),
        limit=states(1, 1),
        window_s=recent_s(around),
        wait="5m",
        severity="warning",
        summary=_("Site {site} lost its other way").format(site=label("site")),
        description=_("One more cut takes it down. Repair what is down before anybody digs near the way that is left."),
        seen_on=(Uid.REDUNDANCY, "sites"),
        placed_by="site",
    )


def _on_battery() -> Rule:
    return Rule(
        uid="rainbow-on-battery",
        title=_("UPS on battery"),
        query=last(ENERGY, ENERGY.on_battery, by=("site", "device")),
        limit=above(0.5),
        window_s=HOUR_S,
        wait="0s",
        severity="critical",
        summary=_("{device} at {site} runs on its battery").format(device=label("device"), site=label("site")),
        description=_("Mains is away there. How long the battery lasts stands in the table of energy."),
        seen_on=(Uid.ENERGY, "devices"),
        placed_by="site",
    )


def _low_margin(around: Surroundings) -> Rule:
    limit_db = around.settings.alert_margin_db
    return Rule(
        uid="rainbow-low-margin",
        title=_("Light margin low"),
        query=last(LINK, LINK.margin_db, by=("link", "site_a", "site_b")),
        limit=under(limit_db),
        window_s=recent_s(around),
        wait="15m",
        severity="warning",
        summary=_("Link {link} has less than {limit} dB of light to spare").format(
            link=label("link"), limit=f"{limit_db:g}"
        ),
        description=_("Clean connectors and look for a bend between {site_a} and {site_b} before it goes down.").format(
            site_a=label("site_a"), site_b=label("site_b")
        ),
        seen_on=(Uid.OPTICS, "margin"),
        placed_by="site_a",
    )


def _drift(around: Surroundings) -> Rule:
    """Half an hour now against the same one a month ago: temperature moves light with the time of day."""
    limit_db = around.settings.alert_drift_db_per_month
    return Rule(
        uid="rainbow-drift",
        title=_("Light drifts"),
        query=average(LINK, LINK.margin_db, by=("link", "site_a", "site_b")),
        limit=above(limit_db),
        window_s=HOUR_S // 2,
        earlier_s=MONTH_S,
        wait="1h",
        severity="warning",
        summary=_("Link {link} lost more than {limit} dB of margin in a month").format(
            link=label("link"), limit=f"{limit_db:g}"
        ),
        description=_(
            "Dirt, a bend that tightens or an ageing laser between {site_a} and {site_b}: plan a visit before it fails."
        ).format(site_a=label("site_a"), site_b=label("site_b")),
        seen_on=(Uid.OPTICS, "months"),
        placed_by="site_a",
    )


def _temperature(around: Surroundings) -> Rule:
    limit_c = around.settings.alert_temperature_c
    return Rule(
        uid="rainbow-temperature",
        title=_("Module hot"),
        query=last(OPTICS, OPTICS.temperature_c, by=("site", "device", "if_name")),
        limit=above(limit_c),
        window_s=recent_s(around),
        wait="15m",
        severity="warning",
        summary=_("Module {if_name} of {device} is hotter than {limit} °C").format(
            if_name=label("if_name"), device=label("device"), limit=f"{limit_c:g}"
        ),
        description=_("Look at fans, filters and the cabinet at {site}; heat ages lasers.").format(site=label("site")),
        seen_on=(Uid.PORT, "temperature"),
        placed_by="site",
    )
