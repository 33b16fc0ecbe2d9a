"""What the API takes and gives, as OpenAPI shows it. Times are UNIX seconds or ISO 8601 in UTC; names hold units."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from planner.picture import LinkCondition, NodeState, SectionState  # noqa: TC001 - same

CODE_LENGTH = 200
MOST_CODES = 100
CodeText = Annotated[str, Field(min_length=1, max_length=CODE_LENGTH)]
PointIn = Annotated[list[Annotated[float, Field(ge=-180, le=180)]], Field(min_length=2, max_length=2)]


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


class In(BaseModel):
    """A question; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NamedOut(Out):
    """A thing by code and name."""

    code: str
    name: str


class SuspectOut(Out):
    """One cut at one of ``sections`` would explain ``links``; ``reported``: the simulation says so itself."""

    sections: list[str]
    links: list[str]
    reported: bool


class LossOut(Out):
    """What no longer reaches the hub."""

    sites: list[NamedOut]
    structures: list[NamedOut]
    sirens: list[str]
    user_groups: list[NamedOut]
    services: list[NamedOut]
    links: list[str]
    weight: int


class GroupOut(Out):
    """A user group; ``display`` is its CSS colour on maps, never a wavelength."""

    code: str
    name: str
    display: str


class LayerColumnsOut(Out):
    """A row a trench: strands and those used, weight that its cut takes, year of the record, user groups by place."""

    code: list[str]
    strands: list[int]
    used: list[int]
    takes: list[int]
    year: list[int | None]
    groups: list[list[int]]


class LayersOut(Out):
    """What trenches can be coloured by."""

    user_groups: list[GroupOut]
    sections: LayerColumnsOut


class LogicalNodeOut(Out):
    """A node with a switch. ``steps``: links to the nearest hub, null without a way; ``at``: longitude, latitude."""

    code: str
    name: str
    kind: str
    site: bool
    hub: bool
    steps: int | None
    at: list[float]
    state: NodeState


class LogicalLinkOut(Out):
    """All links between two nodes. ``spur``: something hangs on them alone; else they lie in a ring."""

    near: str
    far: str
    links: list[str]
    spur: bool
    condition: LinkCondition


class LinkGroupOut(Out):
    """Links that one protocol governs, as it stands now. ``blocked``: links that are up and carry nothing."""

    code: str
    name: str
    protocol: Literal["erps", "stp", "lag", "ospf"]
    state: Literal["whole", "protecting", "broken"]
    links: list[str]
    down: list[str]
    blocked: list[str]


class LogicalOut(Out):
    """The network without its ground. ``groups`` is empty where the plant documents no protocol."""

    nodes: list[LogicalNodeOut]
    links: list[LogicalLinkOut]
    groups: list[LinkGroupOut]


class OpenIncidentOut(Out):
    """An open incident in short: its number, what it says is broken, the trenches of that, and when it changed last."""

    number: int
    status: str
    codes: list[str]
    sections: list[str]
    changed: datetime
    acknowledged_by: str


class StatusOut(Out):
    """The network in numbers. ``revision`` changes when any state of the map does; ``stale``: believe none of it.

    ``incidents`` are the open ones, the most critical first.
    """

    city: str
    revision: str
    taken: datetime
    newest: datetime | None
    age_s: float | None
    stale: bool
    trouble: str
    links_up: int
    links_down: int
    links_unknown: int
    sites_dark: int
    suspects: list[SuspectOut]
    unexplained_links: list[str]
    incidents: list[OpenIncidentOut]
    lost: LossOut


class StatesOut(Out):
    """States that are not ``fine`` (trenches: nor ``empty``), by code."""

    revision: str
    stale: bool
    sections: dict[str, SectionState]
    nodes: dict[str, NodeState]


class DeviceOut(Out):
    """A switch. ``answers`` is null when no fresh reading says."""

    code: str
    name: str
    node: str
    address: str
    vendor: str
    model: str
    answers: bool | None
    stale: bool
    last_read: datetime | None


class LightOut(Out):
    """Light at a port: as read, as the plant lets expect, and what the receiver needs and bears."""

    measured_dbm: float | None
    expected_dbm: float | None
    sensitivity_dbm: float | None
    overload_dbm: float | None


class PortOut(Out):
    """A port as last read, with the link it ends."""

    code: str
    device: str
    if_name: str
    up: bool | None
    in_bps: float | None
    out_bps: float | None
    link: str | None
    condition: LinkCondition | None
    far_port: str | None
    light: LightOut | None


class DevicesOut(Out):
    """One page of switches."""

    total: int
    offset: int
    items: list[DeviceOut]


class HistoryOut(Out):
    """A port's course: lists of one length each for traffic and for light, null where nothing was read."""

    device: str
    if_name: str
    start_s: float
    end_s: float
    traffic_time_s: list[float]
    in_bps: list[float | None]
    out_bps: list[float | None]
    light_time_s: list[float]
    rx_dbm: list[float | None]
    tx_dbm: list[float | None]
    lane: str
    expected_rx_dbm: float | None
    sensitivity_dbm: float | None
    overload_dbm: float | None


class CutIn(In):
    """Trenches, cables and nodes that would be cut together, on top of what is down now or as if all were well.

    ``planned``: as if everything that is planned stood.
    """

    codes: Annotated[list[CodeText], Field(min_length=1, max_length=MOST_CODES)]
    on_top_of: Literal["now", "all_well"] = "now"
    planned: bool = False


class RerouteOut(Out):
    """A link that is gone while both its ends keep service, and the nodes on the way that stands in for it."""

    ends: str
    way: str
    via: list[str]
    length_m: float
    weak: bool


class CutOut(Out):
    """What that would do. ``fewer_ways``: still reached, but more single cuts than before would now take them.

    ``lost``: no light leads there any more; ``isolated``: light does, and no protocol. What was without service before
    is in neither. ``reasons``: for what is lost, the cuts that are enough to take it down.
    """

    codes: list[str]
    places: list[str]
    lost: LossOut
    isolated: list[NamedOut]
    reasons: dict[str, list[str]]
    fewer_ways: list[NamedOut]
    lost_a_link: list[NamedOut]
    reroutes: list[RerouteOut]


class WithinIn(In):
    """A line on the map, or with one point a circle, that touches what comes within ``metres`` of it.

    Points are longitude and latitude in degrees (WGS84).
    """

    line: Annotated[list[PointIn], Field(min_length=1, max_length=200)]
    metres: Annotated[float, Field(gt=0, le=5000)]


class WithinOut(Out):
    """Trenches that come within reach, and sites and lamps with a switch that stand within it."""

    sections: list[str]
    nodes: list[str]


class ScenarioIn(CutIn):
    """A what-if to be saved."""

    name: Annotated[str, Field(min_length=1, max_length=120)]


class RenameIn(In):
    """Another name."""

    name: Annotated[str, Field(min_length=1, max_length=120)]


class ScenarioOut(Out):
    """A saved what-if. ``codes`` may name what the plant has no longer."""

    id: str
    name: str
    codes: list[str]
    on_top_of: Literal["now", "all_well"]
    planned: bool
    saved: datetime


class ScenariosOut(Out):
    """One page of saved what-ifs."""

    total: int
    offset: int
    items: list[ScenarioOut]


class ControlIn(In):
    """Cut or repair trenches of the simulated city, for real. Repairing without codes repairs all."""

    action: Literal["cut", "repair"]
    codes: Annotated[list[CodeText], Field(max_length=MOST_CODES)] = []


class ControlOut(Out):
    """Whether a simulated city listens, and what is cut in it."""

    available: bool
    cuts: list[str]


class LiveOut(Out):
    """The page answers."""

    status: Literal["ok"]


class HealthOut(Out):
    """The page can show readings. ``age_s`` is that of the newest reading, null before the first."""

    status: Literal["ok"]
    age_s: float | None
    stale: bool


class ProblemOut(Out):
    """An error (RFC 9457), with its cure where one is known."""

    type: str
    status: int
    title: str
    cure: str = ""
    errors: list[str] = []
