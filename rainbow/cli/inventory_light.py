"""``rainbow inventory trace, strands, otdr``: where light runs, where it could, and where on the map it breaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from inventory.dwdm import colour_text, is_dense
from inventory.entities import Code
from inventory.glass import StrandCondition
from inventory.lightpath.budget import HopKind, budget, hops, light_over, node_at, path_light
from inventory.lightpath.free import free_routes
from inventory.lightpath.graph import Stop
from inventory.lightpath.links import lit_ways
from inventory.lightpath.names import paths_named, strand_named, unknown
from inventory.lightpath.otdr import locate, optical_length_m
from inventory.optics_classes import CLASSES
from inventory.sources.city_folder import read_plant
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.errors import InputError, UsageError
from rainbow.kernel.texts import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from inventory.lightpath.budget import Hop, PathLight
    from inventory.lightpath.free import FreeRoute
    from inventory.lightpath.graph import LightGraph, LightPath
    from inventory.lightpath.otdr import OtdrPlace
    from inventory.plant import Plant

FORMAT = text_or_json(_("For people, or for machines."))
_STOPS = {
    Stop.JACK: N_("a transceiver"),
    Stop.OPEN: N_("open: nothing is joined here"),
    Stop.BLOCKED: N_("the filter does not pass this colour"),
    Stop.LOOP: N_("a loop: the light comes back to where it was"),
}


@click.command(
    name="trace",
    help=_(
        "Follow the light of WHAT both ways: a port (SW-01:ge-0/0/1, OD-01:7, MX-01:1531), a strand (KL-CA-0007/3) or "
        "a splice. Shows all it passes, the loss, and the light to expect. Exit code 1 if a path is a loop or blocked."
    ),
)
@CITY
@click.argument("what")
@click.option("--optics", metavar="CLASS", help=_("Reckon with modules of this class at both ends, for a dark path."))
@FORMAT
def trace_command(city: Path, what: str, optics: str | None, form: str) -> int:
    """Print the light paths through a thing."""
    if optics is not None and optics not in CLASSES:
        raise UsageError(
            _("the optics class {name} is unknown").format(name=optics),
            cure=_("known are {names}").format(names=", ".join(CLASSES)),
        )
    graph = read_plant(city).light
    paths = paths_named(graph, what)
    if form == "json":
        click.echo(json.dumps([_path_json(graph, path, optics) for path in paths], indent=2, ensure_ascii=False))
    else:
        for line in _trace_text(graph, what, paths, optics):
            click.echo(line)
    return int(any(stop in {Stop.LOOP, Stop.BLOCKED} for path in paths for stop in (path.begin, path.end)))


def _lights(graph: LightGraph, path: LightPath, optics: str | None) -> list[tuple[str, PathLight]]:
    """The light at the path's ends that can be reckoned with: by documented modules, or by those asked for."""
    ways = lit_ways(graph, path)
    if optics is not None:
        module = CLASSES[optics]
        loss_db = budget(hops(graph, path, path.wavelength_nm or module.nominal_nm)).total_db
        return [(_end_name(graph, way.terminals[-1]), light_over(loss_db, module, module)) for way in ways]
    found = [(_end_name(graph, way.terminals[-1]), path_light(graph, way)) for way in ways]
    return [(name, light) for name, light in found if light is not None]


def _end_name(graph: LightGraph, terminal: int) -> str:
    terminals = graph.terminals
    if terminals.is_strand(terminal):
        return str(terminals.strand(terminal))
    if terminal < terminals.linear:
        panel, number = terminals.panel(terminal)
        return f"{panel.code}:{number}"
    return graph.port_names.get(terminal, "")


def _trace_text(graph: LightGraph, what: str, paths: Sequence[LightPath], optics: str | None) -> Iterator[str]:
    yield ngettext("{what}: {count} light path", "{what}: {count} light paths", len(paths)).format(
        what=what, count=len(paths)
    )
    for path in paths:
        passed = hops(graph, path)
        first, last = (_end_name(graph, item) for item in (path.terminals[0], path.terminals[-1]))
        colour = f" {colour_text(path.colour)}" if path.colour else ""
        yield ""
        yield _("{first} - {last}{colour}: {metres:,.0f} m, {loss:.2f} dB").format(
            first=first,
            last=last,
            colour=colour,
            metres=sum(hop.length_m for hop in passed),
            loss=budget(passed).total_db,
        )
        yield from _hop_lines(graph.plant, passed)
        for stop, terminal in ((path.begin, path.terminals[0]), (path.end, path.terminals[-1])):
            if stop is not Stop.JACK:
                place = graph.plant.nodes[node_at(graph, terminal)].label
                yield f"  {_end_name(graph, terminal)} ({place}): {_(_STOPS[stop])}"
        for name, light in _lights(graph, path, optics):
            yield _light_line(name, light)


def _hop_lines(plant: Plant, passed: Sequence[Hop]) -> Iterator[str]:
    rows = []
    sum_db = 0.0
    for hop in passed:
        sum_db += hop.loss_db
        name = f"{hop.name} *" if hop.measured else hop.name
        metres = f"{hop.length_m:,.0f} m" if hop.kind is HopKind.STRAND else ""
        rows.append(
            (_(str(hop.kind)), name, plant.nodes[hop.node].label, metres, f"{hop.loss_db:.2f}", f"{sum_db:.2f}")
        )
    head = (_("passes"), _("name"), _("at, or towards"), _("length"), _("dB"), _("sum"))
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        left = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
        yield "  " + "  ".join([*left, *right])
    if any(hop.measured for hop in passed):
        yield "  " + _("* measured; the others are planning values")


def _light_line(name: str, light: PathLight) -> str:
    line = _(
        "  expected at {port}: {rx:.1f} dBm, margin {margin:.1f} dB ({worst:.1f} dB from the weakest sender)"
    ).format(port=name, rx=light.rx_dbm, margin=light.margin_db, worst=light.worst_db)
    if light.overload_db > 0:
        line += ", " + _("overloaded by up to {over:.1f} dB: add an attenuator").format(over=light.overload_db)
    return line


def _path_json(graph: LightGraph, path: LightPath, optics: str | None) -> dict[str, object]:
    passed = hops(graph, path)
    return {
        "wavelength_nm": path.wavelength_nm,
        "frequency_ghz": path.colour if path.colour and is_dense(path.colour) else None,
        "begin": str(path.begin),
        "end": str(path.end),
        "loss_db": round(budget(passed).total_db, 3),
        "length_m": round(sum(hop.length_m for hop in passed), 1),
        "hops": [
            {
                "kind": str(hop.kind),
                "name": hop.name,
                "node": hop.node,
                "length_m": round(hop.length_m, 1),
                "loss_db": round(hop.loss_db, 3),
                "measured": hop.measured,
            }
            for hop in passed
        ],
        "expected": [
            {
                "port": name,
                "rx_dbm": round(light.rx_dbm, 2),
                "margin_db": round(light.margin_db, 2),
                "worst_margin_db": round(light.worst_db, 2),
                "overload_db": round(light.overload_db, 2),
            }
            for name, light in _lights(graph, path, optics)
        ],
    }


@click.command(
    name="strands",
    help=_(
        "Free strands from A to B (codes of sites or structures): what is continuous already, with its splices, and "
        "what a splice or patch on the way would join. Exit code 1 if there is no way."
    ),
)
@CITY
@click.argument("a")
@click.argument("b")
@FORMAT
def strands_command(city: Path, a: str, b: str, form: str) -> int:
    """Print routes of free glass."""
    plant = read_plant(city)
    for code in (a, b):
        if Code(code) not in plant.nodes:
            raise InputError(
                _("{city} has no site or structure {code}").format(city=plant.city, code=code),
                cure=_("name one by its code; the plant files list them"),
            )
    routes = free_routes(plant.light, Code(a), Code(b))
    if form == "json":
        click.echo(json.dumps([_route_json(route) for route in routes], indent=2, ensure_ascii=False))
    elif not routes:
        click.echo(_("no free glass leads from {a} to {b}").format(a=plant.nodes[Code(a)].label, b=b))
    else:
        for line in _routes_text(plant, routes):
            click.echo(line)
    return 0 if routes else 1


def _routes_text(plant: Plant, routes: Sequence[FreeRoute]) -> Iterator[str]:
    for number, route in enumerate(routes, start=1):
        yield ngettext(
            "{number}. {count} free strand, {metres:,.0f} m, {loss:.1f} dB at 1550 nm, splices on the way: {splices}",
            "{number}. {count} free strands, {metres:,.0f} m, {loss:.1f} dB at 1550 nm, splices on the way: {splices}",
            route.free,
        ).format(
            number=number,
            count=route.free,
            metres=route.length_m,
            loss=sum(bundle.loss_db for bundle in route.bundles),
            splices=route.splices,
        )
        for bundle in route.bundles:
            yield f"   {bundle.a} - {bundle.b}: {_numbers(bundle.pieces)}"
        for node in route.to_splice:
            yield "   " + _("to be spliced at {node}").format(node=plant.nodes[node].label)
        for node in route.to_patch:
            yield "   " + _("to be patched at {node}").format(node=plant.nodes[node].label)


def _numbers(pieces: Sequence[Sequence[object]], most: int = 4) -> str:
    shown = [" + ".join(str(strand) for strand in piece) for piece in pieces[:most]]
    return ", ".join(shown) + (" ..." if len(pieces) > most else "")


def _route_json(route: FreeRoute) -> dict[str, object]:
    return {
        "free": route.free,
        "splices": route.splices,
        "to_splice": list(route.to_splice),
        "to_patch": list(route.to_patch),
        "length_m": round(route.length_m, 1),
        "loss_1550_db": round(sum(bundle.loss_db for bundle in route.bundles), 2),
        "bundles": [
            {
                "a": bundle.a,
                "b": bundle.b,
                "splices": bundle.splices,
                "pieces": [[str(strand) for strand in piece] for piece in bundle.pieces],
            }
            for bundle in route.bundles
        ],
    }


@click.command(
    name="otdr",
    help=_(
        "Where on the map an event is that an OTDR shows after METRES on STRAND. The trace begins where the strand's "
        "light path begins, at its cable's first end, or at the node named with --from."
    ),
)
@CITY
@click.argument("strand")
@click.argument("metres", type=click.FloatRange(min=0))
@click.option("--from", "begin", metavar="NODE", help=_("The node where the OTDR stands."))
@FORMAT
def otdr_command(city: Path, strand: str, metres: float, begin: str | None, form: str) -> int:
    """Print the place of an event."""
    graph = read_plant(city).light
    ref = strand_named(graph, strand)
    if ref is None:
        raise unknown(graph, strand)
    path = _seen_from(graph, graph.through(ref)[0], begin)
    place = locate(graph, path, metres)
    if place is None:
        raise InputError(
            _("{metres:,.0f} m is beyond the end: the path has {length:,.0f} m of glass").format(
                metres=metres, length=optical_length_m(graph, path)
            ),
            cure=_("see where the OTDR stands (--from NODE), or whether the cable is longer than documented"),
        )
    if form == "json":
        click.echo(json.dumps(_place_json(place), indent=2, ensure_ascii=False))
    else:
        for line in _place_text(graph, place):
            click.echo(line)
    return 0


def _seen_from(graph: LightGraph, path: LightPath, begin: str | None) -> LightPath:
    ends = [node_at(graph, terminal) for terminal in (path.terminals[0], path.terminals[-1])]
    if begin is None or begin == ends[0]:
        return path
    if begin == ends[1]:
        return path.turned()
    raise InputError(
        _("the light path does not end at {node}").format(node=begin),
        cure=_("it runs from {a} to {b}").format(a=ends[0], b=ends[1]),
    )


def _place_text(graph: LightGraph, place: OtdrPlace) -> Iterator[str]:
    plant = graph.plant
    yield _("{strand}, {metres:,.0f} m into the cable").format(strand=place.strand, metres=place.in_cable_m)
    label = plant.nodes[place.node].label
    if place.coil is not None:
        yield _("in the coiled slack at {node}").format(node=label)
    elif place.section is not None:
        begin = plant.section[place.section].from_node
        there = _("trench {section}, {along:,.0f} m from {begin}")
        yield there.format(section=place.section, along=place.in_section_m, begin=plant.nodes[begin].label)
        if place.node != begin:
            yield _("{metres:,.0f} m of trench to {node}").format(metres=place.node_m, node=label)
    else:
        yield _("the cable's route is not documented; {metres:,.0f} m of glass to {node}").format(
            metres=place.node_m, node=label
        )
    if place.point is not None:
        lon, lat = place.point
        yield _("at {lat:.6f}, {lon:.6f} (latitude, longitude), give or take {metres:,.0f} m").format(
            lat=lat, lon=lon, metres=place.uncertain_m
        )
    state = next((item for item in plant.strand_states if str(item.strand) == place.strand), None)
    if state is not None and state.condition is StrandCondition.BROKEN:
        yield _("the strand is known to be broken")


def _place_json(place: OtdrPlace) -> dict[str, object]:
    return {
        "strand": place.strand,
        "cable": place.cable,
        "in_cable_m": round(place.in_cable_m, 1),
        "lon": place.point[0] if place.point else None,
        "lat": place.point[1] if place.point else None,
        "section": place.section,
        "in_section_m": round(place.in_section_m, 1),
        "coil": place.coil,
        "nearest_node": place.node,
        "to_node_m": round(place.node_m, 1),
        "uncertain_m": round(place.uncertain_m, 1),
    }
