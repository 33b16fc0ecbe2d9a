"""The metric catalogue: each metric and field once, with unit and meaning.

Collectors make samples only through it, the store lays its tables out by it, dashboards, alert rules and
``docs/metrics.md`` are generated from it. Code refers to ``INTERFACE.in_bps``, never to the text ``"in_bps"``:
rename one here and it is renamed everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from rainbow.kernel.samples import Series
from rainbow.kernel.texts import N_


class Kind(StrEnum):
    """How a field is stored: STATE is an integer whose numbers have names (``Field.states``)."""

    INT = "int"
    FLOAT = "float"
    STATE = "state"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One field of a metric. ``unit`` is the plain unit (``bit/s``); ``grafana_unit`` Grafana's id for it.

    Compared by identity: a field exists once, in this file.
    """

    name: str
    kind: Kind
    unit: str = ""
    grafana_unit: str = "short"
    help: str
    states: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Metric:
    """One metric (InfluxDB measurement). Subclasses declare its fields as attributes."""

    name: str
    tags: tuple[str, ...]
    help: str

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order of the catalogue."""
        values = (getattr(self, item.name) for item in fields(self))
        return tuple(value for value in values if isinstance(value, Field))

    def series(self, **tags: str) -> Series:
        """The series with these tags; empty ones are left out.

        Raises:
            ValueError: a tag the catalogue does not know.
        """
        if unknown := set(tags) - set(self.tags):
            raise ValueError(f"metric {self.name} has no tag {sorted(unknown)}; it has {list(self.tags)}")
        return Series(self, tuple(sorted((name, value) for name, value in tags.items() if value)))


_UP_DOWN = ((0, N_("down")), (1, N_("up")))
_IF_STATES = (
    (1, N_("up")),
    (2, N_("down")),
    (3, N_("testing")),
    (4, N_("unknown")),
    (5, N_("dormant")),
    (6, N_("not present")),
    (7, N_("lower layer down")),
)
_LINK_STATES = ((-1, N_("unknown")), (0, N_("down")), (1, N_("up")))


def _counter(name: str, text: str, unit: str = "") -> Field:
    return Field(name=name, kind=Kind.INT, unit=unit, grafana_unit="short", help=text)


def _rate(name: str, unit: str, grafana_unit: str, text: str) -> Field:
    return Field(name=name, kind=Kind.FLOAT, unit=unit, grafana_unit=grafana_unit, help=text)


def _level(name: str, text: str) -> Field:
    return Field(name=name, kind=Kind.FLOAT, unit="dBm", grafana_unit="dBm", help=text)


def _loss(name: str, text: str) -> Field:
    return Field(name=name, kind=Kind.FLOAT, unit="dB", grafana_unit="dB", help=text)


def _watts(name: str, text: str) -> Field:
    return Field(name=name, kind=Kind.FLOAT, unit="W", grafana_unit="watt", help=text)


def _per_day(name: str, unit: str, grafana_unit: str, text: str) -> Field:
    return Field(name=name, kind=Kind.FLOAT, unit=f"{unit}/d", grafana_unit=grafana_unit, help=text)


def _percent(name: str, text: str) -> Field:
    return Field(name=name, kind=Kind.FLOAT, unit="%", grafana_unit="percent", help=text)


def _count(name: str, text: str) -> Field:
    return Field(name=name, kind=Kind.INT, unit="", grafana_unit="short", help=text)


def _label(text: str) -> Field:
    return Field(name="label", kind=Kind.TEXT, help=text)


def _seconds(name: str, text: str) -> Field:
    return Field(name=name, kind=Kind.FLOAT, unit="s", grafana_unit="s", help=text)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InterfaceMetric(Metric):
    """A switch port, from IF-MIB (RFC 2863)."""

    admin_state: Field = Field(
        name="admin_state",
        kind=Kind.STATE,
        help=N_("ifAdminStatus: what was configured"),
        states=_IF_STATES[:3],
    )
    oper_state: Field = Field(name="oper_state", kind=Kind.STATE, help=N_("ifOperStatus: what is"), states=_IF_STATES)
    speed_bps: Field = Field(
        name="speed_bps",
        kind=Kind.INT,
        unit="bit/s",
        grafana_unit="bps",
        help=N_("Nominal speed (ifHighSpeed)"),
    )
    in_bps: Field = _rate("in_bps", "bit/s", "bps", N_("Received traffic"))
    out_bps: Field = _rate("out_bps", "bit/s", "bps", N_("Sent traffic"))
    in_pps: Field = _rate("in_pps", "1/s", "pps", N_("Received unicast packets"))
    out_pps: Field = _rate("out_pps", "1/s", "pps", N_("Sent unicast packets"))
    in_errors_ps: Field = _rate("in_errors_ps", "1/s", "pps", N_("Received packets with errors"))
    out_errors_ps: Field = _rate("out_errors_ps", "1/s", "pps", N_("Packets that could not be sent because of errors"))
    in_discards_ps: Field = _rate("in_discards_ps", "1/s", "pps", N_("Received packets discarded"))
    out_discards_ps: Field = _rate("out_discards_ps", "1/s", "pps", N_("Packets to send discarded"))
    in_octets: Field = _counter("in_octets", N_("Counter ifHCInOctets as read"), "B")
    out_octets: Field = _counter("out_octets", N_("Counter ifHCOutOctets as read"), "B")
    in_ucast_pkts: Field = _counter("in_ucast_pkts", N_("Counter ifHCInUcastPkts as read"))
    out_ucast_pkts: Field = _counter("out_ucast_pkts", N_("Counter ifHCOutUcastPkts as read"))
    in_errors: Field = _counter("in_errors", N_("Counter ifInErrors as read"))
    out_errors: Field = _counter("out_errors", N_("Counter ifOutErrors as read"))
    in_discards: Field = _counter("in_discards", N_("Counter ifInDiscards as read"))
    out_discards: Field = _counter("out_discards", N_("Counter ifOutDiscards as read"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpticsMetric(Metric):
    """A transceiver lane as the module itself measures it (DDM/DOM, SFF-8472: +-3 dB absolute)."""

    rx_dbm: Field = _level("rx_dbm", N_("Light received; absent where there is none"))
    tx_dbm: Field = _level("tx_dbm", N_("Light sent; absent where there is none"))
    bias_ma: Field = Field(
        name="bias_ma", kind=Kind.FLOAT, unit="mA", grafana_unit="mamp", help=N_("Laser bias current")
    )
    temperature_c: Field = Field(
        name="temperature_c",
        kind=Kind.FLOAT,
        unit="°C",
        grafana_unit="celsius",
        help=N_("Module temperature"),
    )
    light: Field = Field(
        name="light",
        kind=Kind.STATE,
        help=N_("Whether the receiver sees light"),
        states=((0, N_("no reading")), (1, N_("light"))),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkMetric(Metric):
    """A link of the plant as its two ends see it: the join of ground and switches."""

    state: Field = Field(
        name="state",
        kind=Kind.STATE,
        help=N_("Up when both ends are up; unknown when no end could be asked"),
        states=_LINK_STATES,
    )
    rx_a_dbm: Field = _level("rx_a_dbm", N_("Light received at end A"))
    rx_b_dbm: Field = _level("rx_b_dbm", N_("Light received at end B"))
    expected_rx_a_dbm: Field = _level("expected_rx_a_dbm", N_("Light end A should receive by the plant's loss"))
    expected_rx_b_dbm: Field = _level("expected_rx_b_dbm", N_("Light end B should receive by the plant's loss"))
    expected_loss_db: Field = _loss(
        "expected_loss_db", N_("Loss of the light path by fibre, splices, connectors and filters")
    )
    least_rx_a_dbm: Field = _level("least_rx_a_dbm", N_("Least light the receiver at end A needs (its sensitivity)"))
    least_rx_b_dbm: Field = _level("least_rx_b_dbm", N_("Least light the receiver at end B needs (its sensitivity)"))
    margin_db: Field = _loss("margin_db", N_("Worse end's light above its receiver's sensitivity"))
    missing_db: Field = _loss("missing_db", N_("Light missing at the worse end against what the plant lets expect"))
    criticality: Field = Field(
        name="criticality",
        kind=Kind.STATE,
        help=N_("How much the link matters: as its user group, without one as the lesser of its ends"),
        states=((1, N_("low")), (2, N_("normal")), (3, N_("high")), (4, N_("vital"))),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeviceMetric(Metric):
    """A device as the collector meets it."""

    up: Field = Field(name="up", kind=Kind.STATE, help=N_("Whether the device answered this round"), states=_UP_DOWN)
    uptime_s: Field = _seconds("uptime_s", N_("Time since the device's SNMP agent started (sysUpTime)"))
    poll_s: Field = _seconds("poll_s", N_("Time the poll of this device took"))
    requests: Field = _count("requests", N_("SNMP requests of this poll, repeats included"))
    retries: Field = _count("retries", N_("SNMP requests that had to be repeated"))
    errors: Field = _count("errors", N_("Polls of this device that failed since the collector started"))
    breaker_open: Field = Field(
        name="breaker_open",
        kind=Kind.STATE,
        help=N_("Whether polls are spaced out after repeated failures"),
        states=((0, N_("polled")), (1, N_("spaced out"))),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PortMetric(Metric):
    """What is written at a port in its switch's configuration, read with each discovery."""

    description: Field = Field(
        name="description", kind=Kind.TEXT, help=N_("ifAlias: the port's description in the switch, empty without one")
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeighbourMetric(Metric):
    """What a port's neighbour says of itself (LLDP, IEEE 802.1AB)."""

    remote_device: Field = Field(
        name="remote_device", kind=Kind.TEXT, help=N_("Neighbour's system name, or its chassis identifier")
    )
    remote_port: Field = Field(name="remote_port", kind=Kind.TEXT, help=N_("Neighbour's port"))
    matches: Field = Field(
        name="matches",
        kind=Kind.STATE,
        help=N_("Whether the neighbour is the one the plant documents"),
        states=((-1, N_("not documented")), (0, N_("another")), (1, N_("as documented"))),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EnergyMetric(Metric):
    """What a device draws and gives, as it measures itself (UPS-MIB, POWER-ETHERNET-MIB, vendors' meters)."""

    drawn_w: Field = _watts("drawn_w", N_("Power the device draws"))
    poe_w: Field = _watts("poe_w", N_("Power the device gives to others over its ports (PoE)"))
    poe_budget_w: Field = _watts("poe_budget_w", N_("Power the device could give over its ports"))
    ups_output_w: Field = _watts("ups_output_w", N_("Power the UPS gives"))
    ups_load_percent: Field = _percent("ups_load_percent", N_("Load of the UPS, its busiest phase"))
    ups_charge_percent: Field = _percent("ups_charge_percent", N_("Charge of the UPS's battery"))
    ups_runtime_min: Field = Field(
        name="ups_runtime_min",
        kind=Kind.FLOAT,
        unit="min",
        grafana_unit="m",
        help=N_("Time the UPS could run on its battery"),
    )
    on_battery: Field = Field(
        name="on_battery",
        kind=Kind.STATE,
        help=N_("Whether the UPS runs on its battery"),
        states=((0, N_("mains")), (1, N_("battery"))),
    )
    idle_lit: Field = _count("idle_lit", N_("Ports that are enabled and send light to nobody"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PortPowerMetric(Metric):
    """Power a port gives to what hangs on it."""

    poe_w: Field = _watts("poe_w", N_("Power given over the port (PoE)"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteEnergyMetric(Metric):
    """What the devices of one site draw, of those that measure it."""

    drawn_w: Field = _watts("drawn_w", N_("Power the site's devices draw"))
    kwh_per_day: Field = _per_day("kwh_per_day", "kWh", "kwatth", N_("Energy of a day at that power"))
    co2_kg_per_day: Field = _per_day(
        "co2_kg_per_day", "kg", "masskg", N_("CO2 of a day at that power, by the city's factor")
    )
    poe_w: Field = _watts("poe_w", N_("Power they give to others over their ports (PoE)"))
    measured: Field = _count("measured", N_("Devices that measure what they draw"))
    idle_lit: Field = _count("idle_lit", N_("Ports that are enabled and send light to nobody"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CityEnergyMetric(Metric):
    """What all devices of the city draw, of those that measure it."""

    drawn_w: Field = _watts("drawn_w", N_("Power the city's devices draw"))
    kwh_per_day: Field = _per_day("kwh_per_day", "kWh", "kwatth", N_("Energy of a day at that power"))
    co2_kg_per_day: Field = _per_day(
        "co2_kg_per_day", "kg", "masskg", N_("CO2 of a day at that power, by the city's factor")
    )
    poe_w: Field = _watts("poe_w", N_("Power they give to others over their ports (PoE)"))
    measured: Field = _count("measured", N_("Devices that measure what they draw"))
    idle_lit: Field = _count("idle_lit", N_("Ports that are enabled and send light to nobody"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteTotalMetric(Metric):
    """Totals of one site, written by the collector so that no panel has to add up series."""

    in_bps: Field = _rate("in_bps", "bit/s", "bps", N_("Traffic received by all ports of the site"))
    out_bps: Field = _rate("out_bps", "bit/s", "bps", N_("Traffic sent by all ports of the site"))
    ports_up: Field = _count("ports_up", N_("Ports that are up"))
    ports_down: Field = _count("ports_down", N_("Ports that should be up and are not"))
    devices_up: Field = _count("devices_up", N_("Devices that answered"))
    devices_down: Field = _count("devices_down", N_("Devices that did not answer"))
    links_up: Field = _count("links_up", N_("Links of the site that are up"))
    links_down: Field = _count("links_down", N_("Links of the site that are down"))
    label: Field = _label(N_("What people call the site"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UserGroupTotalMetric(Metric):
    """Totals of those who share links or colours, written by the collector."""

    links_up: Field = _count("links_up", N_("Links of the user group that are up"))
    links_down: Field = _count("links_down", N_("Links of the user group that are down"))
    links_unknown: Field = _count("links_unknown", N_("Links of the user group of which no end could be asked"))
    traffic_bps: Field = _rate(
        "traffic_bps", "bit/s", "bps", N_("Traffic over the user group's links, both directions")
    )
    label: Field = _label(N_("What people call the user group"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColourTotalMetric(Metric):
    """Totals of one colour of one user group, wherever in the city it shines, written by the collector."""

    links_up: Field = _count("links_up", N_("Links with the colour that are up"))
    links_down: Field = _count("links_down", N_("Links with the colour that are down"))
    links_unknown: Field = _count("links_unknown", N_("Links with the colour of which no end could be asked"))
    traffic_bps: Field = _rate("traffic_bps", "bit/s", "bps", N_("Traffic the colour carries, each link its direction"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RingMetric(Metric):
    """A ring of the switches' configuration as its links stand."""

    state: Field = Field(
        name="state",
        kind=Kind.STATE,
        help=N_("Whether a ring is whole; open, one more broken link cuts somebody off"),
        states=((-1, N_("unknown")), (0, N_("broken")), (1, N_("open")), (2, N_("whole"))),
    )
    links_down: Field = _count("links_down", N_("Links of the ring that are down"))
    links: Field = _count("links", N_("Links the ring is made of"))
    label: Field = _label(N_("What people call the ring"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StructureMetric(Metric):
    """A lamp, mast or cabinet with a device, as the collector meets it."""

    reached: Field = Field(
        name="reached", kind=Kind.STATE, help=N_("Whether a device of the structure answers"), states=_UP_DOWN
    )
    siren: Field = Field(
        name="siren",
        kind=Kind.STATE,
        help=N_("Whether a warning siren stands there"),
        states=((0, N_("no siren")), (1, N_("siren"))),
    )
    label: Field = _label(N_("What people call the structure"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RedundancyMetric(Metric):
    """How a site stands while links are down; written for sites that do not stand as built, once more when they do."""

    standing: Field = Field(
        name="standing",
        kind=Kind.STATE,
        help=N_("Whether one more cut would take the site down"),
        states=((0, N_("cut off")), (1, N_("on its last path")), (2, N_("as built"))),
    )
    label: Field = _label(N_("What people call the site"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RedundancyTotalMetric(Metric):
    """How many sites do not stand as built."""

    last_path: Field = _count("last_path", N_("Sites that one more cut would take down and that had another way"))
    cut_off: Field = _count("cut_off", N_("Sites no way of links leads to"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriftMetric(Metric):
    """Documented against discovered: differences of one kind at one device; written with 0 once they are gone."""

    count: Field = _count("count", N_("Differences of this kind at this device, as rainbow inventory drift tells them"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriftTotalMetric(Metric):
    """All differences of a city, written even when there are none."""

    warnings: Field = _count("warnings", N_("Differences between plant and switches that somebody has to clear up"))
    hints: Field = _count("hints", N_("Neighbours not heard, descriptions that name another link"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkTotalMetric(Metric):
    """Totals of the whole network."""

    in_bps: Field = _rate("in_bps", "bit/s", "bps", N_("Traffic received by all ports"))
    out_bps: Field = _rate("out_bps", "bit/s", "bps", N_("Traffic sent by all ports"))
    ports_up: Field = _count("ports_up", N_("Ports that are up"))
    ports_down: Field = _count("ports_down", N_("Ports that should be up and are not"))
    devices_up: Field = _count("devices_up", N_("Devices that answered"))
    devices_down: Field = _count("devices_down", N_("Devices that did not answer"))
    links_up: Field = _count("links_up", N_("Links that are up"))
    links_down: Field = _count("links_down", N_("Links that are down"))
    links_unknown: Field = _count("links_unknown", N_("Links of which no end could be asked"))
    sites_dark: Field = _count("sites_dark", N_("Sites of which no device answers"))
    sirens_up: Field = _count("sirens_up", N_("Sirens whose structure answers"))
    sirens_down: Field = _count("sirens_down", N_("Sirens whose structure does not answer"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CollectorRoundMetric(Metric):
    """One poll round of a collector."""

    duration_s: Field = _seconds("duration_s", N_("Time the round took"))
    devices: Field = _count("devices", N_("Devices asked"))
    failed: Field = _count("failed", N_("Devices that gave no complete answer"))
    requests: Field = _count("requests", N_("SNMP requests sent"))
    timeouts: Field = _count("timeouts", N_("SNMP requests without an answer in time"))
    samples: Field = _count("samples", N_("Samples made"))
    late_s: Field = _seconds("late_s", N_("How late the round began"))
    cpu_s: Field = _seconds("cpu_s", N_("CPU time of the collector process in this round"))
    links_held: Field = _count("links_held", N_("Links that flap and are not told of until they are calm"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaskMetric(Metric):
    """One piece of work of a collector: how it does since the collector started."""

    state: Field = Field(
        name="state",
        kind=Kind.STATE,
        help=N_("Whether it goes on; what hangs is started anew by the service manager"),
        states=((0, N_("hangs")), (1, N_("failed last time")), (2, N_("well"))),
    )
    runs: Field = _count("runs", N_("Times it ended well"))
    failures: Field = _count("failures", N_("Times it failed and was started again"))
    busy_s: Field = _seconds("busy_s", N_("How long it has been at it, or without a sign of life"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrapsMetric(Metric):
    """What came to a collector's trap listener since it started."""

    link_down: Field = _count("link_down", N_("Traps: a port went down"))
    link_up: Field = _count("link_up", N_("Traps: a port came up"))
    restart: Field = _count("restart", N_("Traps: a device restarted"))
    optics: Field = _count("optics", N_("Traps: an alarm of light"))
    other: Field = _count("other", N_("Other traps"))
    damped: Field = _count("damped", N_("Traps of a storm, dropped unread"))
    refused: Field = _count("refused", N_("Traps not let in or not understood"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutboxMetric(Metric):
    """The outbox of one sink."""

    points: Field = _count("points", N_("Points that wait to be delivered"))
    bytes: Field = Field(
        name="bytes", kind=Kind.INT, unit="B", grafana_unit="bytes", help=N_("Space the waiting points take")
    )
    age_s: Field = _seconds("age_s", N_("Age of the oldest point that waits"))
    sent: Field = _count("sent", N_("Points delivered since the collector started"))
    dropped: Field = _count("dropped", N_("Points dropped because the outbox was full, since the store was made"))
    dead_letters: Field = _count("dead_letters", N_("Batches the server refused for good"))
    blocked: Field = Field(
        name="blocked",
        kind=Kind.STATE,
        help=N_("Whether the server refuses us (token, database, URL)"),
        states=((0, N_("no")), (1, N_("refused"))),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BackupMetric(Metric):
    """Backups of the city, and the proof that they can be restored."""

    age_s: Field = _seconds("age_s", N_("Age of the last backup"))
    bytes: Field = Field(name="bytes", kind=Kind.INT, unit="B", grafana_unit="bytes", help=N_("Its size"))
    test_age_s: Field = _seconds("test_age_s", N_("Age of the last restore test that went well"))
    restore_s: Field = _seconds("restore_s", N_("How long that restore took"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventMetric(Metric):
    """Something that happened: shown as annotation."""

    text: Field = Field(name="text", kind=Kind.TEXT, help=N_("What happened, in one sentence"))
    severity: Field = Field(
        name="severity",
        kind=Kind.STATE,
        help=N_("How bad it is"),
        states=((0, N_("information")), (1, N_("warning")), (2, N_("error"))),
    )
    until_ms: Field = Field(
        name="until_ms",
        kind=Kind.INT,
        unit="ms",
        grafana_unit="dateTimeAsIso",
        help=N_("When planned work ends, in milliseconds since 1970; absent for what happened at one moment"),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidentMetric(Metric):
    """One incident: what happened once, however many links and devices tell of it."""

    status: Field = Field(
        name="status",
        kind=Kind.STATE,
        help=N_("Life of the incident"),
        states=((0, N_("over")), (1, N_("all well, not yet for long")), (2, N_("open"))),
    )
    links_down: Field = _count("links_down", N_("Links that are down by it"))
    devices_silent: Field = _count("devices_silent", N_("Devices that do not answer by it, those behind it included"))
    sites_lost: Field = _count("sites_lost", N_("Sites without service by it"))
    sirens_lost: Field = _count("sirens_lost", N_("Sirens out of reach by it"))
    last_path: Field = _count("last_path", N_("Sites that one more cut would take down"))
    harm: Field = Field(
        name="harm",
        kind=Kind.STATE,
        help=N_("Whom it harms now, by the weightiest without service; none for planned work and what rises slowly"),
        states=(
            (0, N_("nobody")),
            (1, N_("nobody yet")),
            (2, N_("sites on their last path")),
            (3, N_("low: without service")),
            (4, N_("normal: without service")),
            (5, N_("high: without service")),
            (6, N_("vital: without service")),
        ),
    )
    what: Field = Field(name="what", kind=Kind.TEXT, help=N_("What happened and where, in one line"))


_PORT = ("site", "device", "if_name", "link")

INTERFACE = InterfaceMetric(name="interface", tags=_PORT, help=N_("Traffic, errors and state of a port"))
OPTICS = OpticsMetric(name="optics", tags=(*_PORT, "lane"), help=N_("Light levels of a transceiver"))
LINK = LinkMetric(
    name="link",
    tags=("link", "site_a", "site_b", "user_group"),
    help=N_("A link between two ports, with the light the plant lets expect"),
)
DEVICE = DeviceMetric(name="device", tags=("site", "device"), help=N_("Reachability of a device"))
PORT = PortMetric(name="port", tags=_PORT, help=N_("A port's description in its switch"))
NEIGHBOUR = NeighbourMetric(name="neighbour", tags=_PORT, help=N_("Neighbour heard on a port"))
ENERGY = EnergyMetric(name="energy", tags=("site", "device"), help=N_("Power a device draws and gives"))
PORT_POWER = PortPowerMetric(name="port_power", tags=_PORT, help=N_("Power given over a port"))
SITE_ENERGY = SiteEnergyMetric(name="site_energy", tags=("site",), help=N_("Energy of a site"))
CITY_ENERGY = CityEnergyMetric(name="city_energy", tags=("city",), help=N_("Energy of the city"))
SITE_TOTAL = SiteTotalMetric(name="site_total", tags=("site",), help=N_("Totals of a site"))
USER_GROUP_TOTAL = UserGroupTotalMetric(
    name="user_group_total", tags=("user_group",), help=N_("Totals of a user group")
)
COLOUR_TOTAL = ColourTotalMetric(
    name="colour_total", tags=("colour", "user_group"), help=N_("Totals of a colour of a user group")
)
RING = RingMetric(name="ring", tags=("ring", "protocol"), help=N_("A ring and whether it is whole"))
STRUCTURE = StructureMetric(
    name="structure", tags=("structure",), help=N_("A lamp, mast or cabinet with a device, and its siren")
)
REDUNDANCY = RedundancyMetric(name="redundancy", tags=("site",), help=N_("Sites that do not stand as built"))
REDUNDANCY_TOTAL = RedundancyTotalMetric(
    name="redundancy_total", tags=("city",), help=N_("Sites on their last path or cut off")
)
DRIFT = DriftMetric(
    name="drift",
    tags=("kind", "severity", "site", "device"),
    help=N_(
        "Documented against discovered. kind: other_neighbour, unknown_neighbour, silent_neighbour, missing_port, "
        "speed, loss, unknown_light, wavelength, module, description; severity: warning, info"
    ),
)
DRIFT_TOTAL = DriftTotalMetric(
    name="drift_total", tags=("city",), help=N_("Documented against discovered, of the whole city")
)
NETWORK_TOTAL = NetworkTotalMetric(name="network_total", tags=("city",), help=N_("Totals of the network"))
COLLECTOR_ROUND = CollectorRoundMetric(name="collector_round", tags=("collector",), help=N_("Work of a collector"))
TASK = TaskMetric(name="task", tags=("collector", "task"), help=N_("Pieces of work of a collector"))
TRAPS = TrapsMetric(name="traps", tags=("collector",), help=N_("Traps a collector was sent"))
OUTBOX = OutboxMetric(name="outbox", tags=("sink",), help=N_("Points on their way to a sink"))
BACKUP = BackupMetric(name="backup", tags=("city",), help=N_("Backups and their restore tests"))
EVENT = EventMetric(name="event", tags=("kind", "object"), help=N_("Cuts, maintenance and other events"))
INCIDENT = IncidentMetric(name="incident", tags=("incident",), help=N_("Incidents: one for one cause"))

CATALOGUE: tuple[Metric, ...] = (
    INTERFACE,
    OPTICS,
    LINK,
    DEVICE,
    PORT,
    NEIGHBOUR,
    ENERGY,
    PORT_POWER,
    SITE_ENERGY,
    CITY_ENERGY,
    SITE_TOTAL,
    USER_GROUP_TOTAL,
    COLOUR_TOTAL,
    RING,
    STRUCTURE,
    REDUNDANCY,
    REDUNDANCY_TOTAL,
    DRIFT,
    DRIFT_TOTAL,
    NETWORK_TOTAL,
    COLLECTOR_ROUND,
    TASK,
    TRAPS,
    OUTBOX,
    BACKUP,
    EVENT,
    INCIDENT,
)
BY_NAME = {metric.name: metric for metric in CATALOGUE}
