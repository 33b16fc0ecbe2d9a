"""The files of a city's plant: which record stands in which file, under which columns. One literal table.

Columns are named as the record's fields; the provenance is spread over ``source``, ``as_of`` and ``accuracy_m``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory import entities as e
from inventory import glass as g
from inventory import protection as p
from inventory.sources import glass_values as gv
from inventory.sources import values as v

if TYPE_CHECKING:
    from collections.abc import Callable

    from inventory.sources.values import Parser

LONGEST_M = 40_000_000.0
"""Once round the earth: imported networks have sea cables; a bigger number is a unit or typing error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``required``: an empty cell is a mistake; otherwise the record's default holds.

    ``empty`` is what an empty cell means where the record has no default. A ``rare`` column is written only where
    some record has a value in it.
    """

    name: str
    parse: Parser
    required: bool = False
    empty: tuple[()] | None = None
    rare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One file. ``attribute`` is the Plant's collection; ``geometry`` the field a GeoJSON geometry fills.

    An ``optional`` file may be absent, and is written only where there is something in it.
    """

    attribute: str
    file: str
    make: Callable[..., e.Record]
    columns: tuple[Column, ...]
    geometry: str = ""
    optional: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All column names, in the order they are written."""
        return tuple(column.name for column in self.columns)

    @property
    def empty_file(self) -> str:
        """What the file holds with nothing to describe."""
        return '{"type": "FeatureCollection", "features": []}' if self.geometry else ",".join(self.names)


def _must(name: str, parse: Parser) -> Column:
    return Column(name=name, parse=parse, required=True)


def _may(name: str, parse: Parser = v.text, *, rare: bool = False) -> Column:
    return Column(name=name, parse=parse, rare=rare)


_BEGIN = (_must("id", v.code), _must("code", v.code), _may("name"), _may("status", v.choice(e.Status)))
_END = (_may("source"), _may("as_of"), _may("accuracy_m", v.number(0, 100_000)))
PROVENANCE = tuple(column.name for column in _END)
_CRITICALITY = _may("criticality", v.grade(e.Criticality))
_METRES = v.number(0, LONGEST_M)
_MILLIMETRES = v.number(0, 10_000)
_DB = v.number(0, 100)
_DBM = v.number(-100, 100)
_NM = v.whole(1, 100_000)
_RATE = v.number(0, 1_000_000)

LAYERS: tuple[Layer, ...] = (
    Layer(
        attribute="sites",
        file="sites.geojson",
        make=e.Site,
        geometry="point",
        columns=(
            *_BEGIN,
            _must("kind", v.choice(e.SiteKind)),
            _may("address"),
            _may("is_hub", v.flag),
            _CRITICALITY,
            *_END,
        ),
    ),
    Layer(
        attribute="structures",
        file="structures.geojson",
        make=e.Structure,
        geometry="point",
        columns=(
            *_BEGIN,
            _must("kind", v.choice(e.StructureKind)),
            _may("has_siren", v.flag),
            _CRITICALITY,
            *_END,
        ),
    ),
    Layer(
        attribute="route_nodes",
        file="route_nodes.geojson",
        make=e.RouteNode,
        geometry="point",
        columns=(*_BEGIN, *_END),
    ),
    Layer(
        attribute="sections",
        file="trench_sections.geojson",
        make=e.TrenchSection,
        geometry="line",
        columns=(
            *_BEGIN,
            _must("from_node", v.code),
            _must("to_node", v.code),
            _may("length_m", _METRES),
            _may("method"),
            _may("surface"),
            _may("depth_m", v.number(0, 1_000)),
            _may("owner"),
            _may("cut_rate", _RATE),
            *_END,
        ),
    ),
    Layer(
        attribute="cables",
        file="cables.csv",
        make=e.Cable,
        columns=(
            *_BEGIN,
            _must("from_node", v.code),
            _must("to_node", v.code),
            _must("strand_count", v.whole(1, 10_000)),
            _may("route", v.codes),
            _may("route_known", v.choice(e.RouteKnown)),
            _may("fibre_type"),
            _may("sheath_m", _METRES),
            _may("optical_m", _METRES),
            _may("outer_mm", _MILLIMETRES, rare=True),
            _may("containers", v.codes, rare=True),
            _may("slack", gv.slack, rare=True),
            *_END,
        ),
    ),
    Layer(
        attribute="user_groups",
        file="user_groups.csv",
        make=e.UserGroup,
        columns=(*_BEGIN, _may("display"), _CRITICALITY, *_END),
    ),
    Layer(
        attribute="devices",
        file="devices.csv",
        make=e.Device,
        columns=(
            *_BEGIN,
            _must("node", v.code),
            _must("address", v.address),
            _may("port", v.whole(1, 65_535)),
            _may("role"),
            _may("vendor"),
            _may("model"),
            _may("snmp"),
            *_END,
        ),
    ),
    Layer(
        attribute="interfaces",
        file="interfaces.csv",
        make=e.Interface,
        columns=(
            *_BEGIN,
            _must("device", v.code),
            _must("if_name", v.text),
            _may("speed_mbps", v.whole(1, 10_000_000)),
            _may("optics"),
            *_END,
        ),
    ),
    Layer(
        attribute="links",
        file="links.csv",
        make=e.Link,
        columns=(
            *_BEGIN,
            _must("a", v.code),
            _must("b", v.code),
            Column(name="strands", parse=v.strands, empty=()),
            _may("return_strands", v.strands),
            _may("user_group", v.code),
            *_END,
        ),
    ),
    Layer(
        attribute="channels",
        file="channels.csv",
        make=e.Channel,
        columns=(
            *_BEGIN,
            _must("link", v.code),
            _must("wavelength_nm", v.whole(1, 100_000)),
            _must("user_group", v.code),
            _may("direction", v.choice(e.Direction)),
            _may("frequency_ghz", gv.frequency, rare=True),
            *_END,
        ),
    ),
    Layer(
        attribute="services",
        file="services.csv",
        make=e.Service,
        columns=(
            *_BEGIN,
            _must("user_group", v.code),
            _must("sites", v.codes),
            _CRITICALITY,
            _may("required_diversity", v.choice(e.Diversity)),
            *_END,
        ),
    ),
    Layer(
        attribute="ducts",
        file="ducts.csv",
        make=e.Duct,
        optional=True,
        columns=(
            *_BEGIN,
            _must("from_node", v.code),
            _must("to_node", v.code),
            _may("kind", v.choice(e.DuctKind)),
            _may("make"),
            _may("colour"),
            _may("inner_mm", _MILLIMETRES),
            _may("outer_mm", _MILLIMETRES),
            _may("parent", v.code),
            _may("route", v.codes),
            _may("reserve", v.flag),
            *_END,
        ),
    ),
    Layer(
        attribute="closures",
        file="closures.csv",
        make=g.Closure,
        optional=True,
        columns=(
            *_BEGIN,
            _must("node", v.code),
            _may("kind", v.choice(g.ClosureKind)),
            _may("trays", v.whole(1, 1_000)),
            _may("tray_slots", v.whole(1, 1_000)),
            *_END,
        ),
    ),
    Layer(
        attribute="splices",
        file="splices.csv",
        make=g.Splice,
        optional=True,
        columns=(
            *_BEGIN,
            _must("closure", v.code),
            _must("a", gv.strand_end),
            _must("b", gv.strand_end),
            _may("tray", v.whole(1, 1_000)),
            _may("slot", v.whole(1, 10_000)),
            _may("count", v.whole(1, 10_000)),
            _may("loss_db", _DB),
            _may("kind", v.choice(g.SpliceKind)),
            *_END,
        ),
    ),
    Layer(
        attribute="panels",
        file="panels.csv",
        make=g.Panel,
        optional=True,
        columns=(
            *_BEGIN,
            _must("node", v.code),
            _must("ports", v.whole(1, 100_000)),
            _may("connector"),
            _may("rack"),
            *_END,
        ),
    ),
    Layer(
        attribute="terminations",
        file="terminations.csv",
        make=g.Termination,
        optional=True,
        columns=(
            *_BEGIN,
            _must("port", v.code),
            _must("strand", gv.strand_end),
            _may("count", v.whole(1, 10_000)),
            _may("loss_db", _DB),
            *_END,
        ),
    ),
    Layer(
        attribute="passives",
        file="passives.csv",
        make=g.Passive,
        optional=True,
        columns=(
            *_BEGIN,
            _must("kind", v.choice(g.PassiveKind)),
            _must("node", v.code),
            _may("colours", gv.colours),
            _may("legs", v.whole(0, 1_024)),
            _may("loss_db", _DB),
            _may("express", v.flag),
            _may("express_db", _DB),
            *_END,
        ),
    ),
    Layer(
        attribute="patches",
        file="patches.csv",
        make=g.Patch,
        optional=True,
        columns=(*_BEGIN, _must("a", v.code), _must("b", v.code), _may("length_m", _METRES), *_END),
    ),
    Layer(
        attribute="transceivers",
        file="transceivers.csv",
        make=g.Transceiver,
        optional=True,
        columns=(
            *_BEGIN,
            _must("interface", v.code),
            _may("optics"),
            _may("wavelength_nm", _NM),
            _may("frequency_ghz", gv.frequency, rare=True),
            _may("expects_nm", _NM),
            _may("tx_min_dbm", _DBM),
            _may("tx_max_dbm", _DBM),
            _may("sensitivity_dbm", _DBM),
            _may("overload_dbm", _DBM),
            _may("vendor"),
            _may("part"),
            _may("serial"),
            *_END,
        ),
    ),
    Layer(
        attribute="strand_states",
        file="strand_states.csv",
        make=g.StrandState,
        optional=True,
        columns=(
            *_BEGIN,
            _must("strand", gv.strand),
            _may("condition", v.choice(g.StrandCondition)),
            _may("user_group", v.code),
            _may("loss_db", _DB),
            _may("loss_nm", _NM),
            _may("optical_m", _METRES),
            *_END,
        ),
    ),
    Layer(
        attribute="risk_groups",
        file="risk_groups.csv",
        make=g.RiskGroup,
        optional=True,
        columns=(*_BEGIN, _must("kind", v.choice(g.RiskKind)), _must("members", v.codes), _may("rate", _RATE), *_END),
    ),
    Layer(
        attribute="link_groups",
        file="link_groups.csv",
        make=e.LinkGroup,
        optional=True,
        columns=(
            *_BEGIN,
            _must("protocol", v.choice(e.Protocol)),
            _must("links", v.codes),
            _may("blocked", v.code),
            _may("root", v.code),
            _may("max_hops", v.whole(1, 1_000)),
            _may("min_links", v.whole(1, 1_000)),
            *_END,
        ),
    ),
    Layer(
        attribute="protections",
        file="protection.csv",
        make=p.ProtectionCase,
        optional=True,
        columns=(
            *_BEGIN,
            _must("object", v.code),
            _must("protection", v.grade(p.Protection)),
            _may("ground", v.whole(1, 4)),
            _may("facts"),
            _may("evidence"),
            _may("author"),
            _may("decided"),
            _may("decision", v.choice(p.Decision)),
            *_END,
        ),
    ),
)
"""In this order they are read, written and checked."""
