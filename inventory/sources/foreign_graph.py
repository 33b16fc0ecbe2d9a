"""A graph as foreign files hold it: Topology Zoo GraphML and SNDlib XML, read without entities, of bounded size."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from inventory.sources.values import number, shown
from rainbow.kernel.errors import InputError
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from inventory.entities import LonLat

MAX_FILE_BYTES = 64 * 2**20
"""The largest of both collections has 2 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignNode:
    """A node. ``point`` is None where the file has no usable coordinates, ``pixel`` a place on a drawing."""

    id: str
    label: str
    point: LonLat | None = None
    pixel: LonLat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEdge:
    """An edge between two nodes; parallel edges and loops are edges like others."""

    a: str
    b: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignGraph:
    """An undirected multigraph in file order."""

    name: str
    nodes: tuple[ForeignNode, ...]
    edges: tuple[ForeignEdge, ...]


def read_graph(file: Path) -> ForeignGraph:
    """The graph in a file; its root element tells the format.

    Raises:
        InputError: the file cannot be read, is no known format, or its edges name absent nodes.
    """
    root = _root(file)
    match _local(root):
        case "graphml":
            graph = _graphml(root, file.stem)
        case "network":
            graph = _sndlib(root, file.stem)
        case other:
            raise _refused(
                file,
                _("its root element is {name}").format(name=shown(other)),
                cure=_("RAINBOW reads Topology Zoo GraphML (graphml) and SNDlib XML (network)"),
            )
    _whole(file, graph)
    return graph


def _root(file: Path) -> Element:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
        if len(raw) > MAX_FILE_BYTES:
            raise _refused(
                file,
                _("it is larger than {limit} MiB").format(limit=MAX_FILE_BYTES // 2**20),
                cure=_("name a topology file"),
            )
        return fromstring(raw, forbid_dtd=True)
    except DefusedXmlException:
        raise _refused(
            file, _("it has a document type with entities"), cure=_("remove the <!DOCTYPE ...> block")
        ) from None
    except (ParseError, OSError, ValueError, LookupError) as error:
        raise _refused(file, str(error), cure=_("name a readable XML file")) from None


def _refused(file: Path, message: str, *, cure: str) -> InputError:
    return InputError(_("{file} cannot be imported: {message}").format(file=file, message=message), cure=cure)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [child for child in element if _local(child) == name]


def _child(element: Element | None, *names: str) -> Element | None:
    for name in names:
        element = next(iter(_children(element, name)), None)
    return element


def _words(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _graphml(root: Element, stem: str) -> ForeignGraph:
    names = {
        (key.get("for", "all"), key.get("id", "")): key.get("attr.name", "").lower() for key in _children(root, "key")
    }
    graph = _child(root, "graph")
    nodes = []
    for element in _children(graph, "node"):
        data = _data(element, "node", names)
        identity = element.get("id", "")
        label = data.get("label", "")
        point = _point(data.get("longitude", data.get("lon")), data.get("latitude", data.get("lat")))
        nodes.append(ForeignNode(id=identity, label="" if label == "None" else label, point=point))
    edges = [
        ForeignEdge(
            a=element.get("source", ""),
            b=element.get("target", ""),
            label=_data(element, "edge", names).get("linklabel", ""),
        )
        for element in _children(graph, "edge")
    ]
    return ForeignGraph(name=stem, nodes=tuple(nodes), edges=tuple(edges))


def _data(element: Element, kind: str, names: dict[tuple[str, str], str]) -> dict[str, str]:
    found = {}
    for data in _children(element, "data"):
        key = data.get("key", "")
        found[names.get((kind, key)) or names.get(("all", key)) or key.lower()] = _words(data)
    return found


def _sndlib(root: Element, stem: str) -> ForeignGraph:
    structure = _child(root, "networkStructure")
    holder = _child(structure, "nodes")
    drawn = holder is not None and holder.get("coordinatesType", "") != "geographical"
    nodes = []
    for element in _children(holder, "node"):
        place = _child(element, "coordinates")
        pair = _words(_child(place, "x")), _words(_child(place, "y"))
        identity = element.get("id", "")
        nodes.append(
            ForeignNode(id=identity, label=identity, pixel=_pixel(*pair))
            if drawn
            else ForeignNode(id=identity, label=identity, point=_point(*pair))
        )
    edges = [
        ForeignEdge(
            a=_words(_child(element, "source")), b=_words(_child(element, "target")), label=element.get("id", "")
        )
        for element in _children(_child(structure, "links"), "link")
    ]
    return ForeignGraph(name=stem, nodes=tuple(nodes), edges=tuple(edges))


_LONGITUDE, _LATITUDE, _ANY = number(-180, 180), number(-90, 90), number(-1e9, 1e9)


def _point(lon: str | None, lat: str | None) -> LonLat | None:
    east, north = _LONGITUDE(lon), _LATITUDE(lat)
    return (east, north) if isinstance(east, float) and isinstance(north, float) else None


def _pixel(x: str, y: str) -> LonLat | None:
    right, up = _ANY(x), _ANY(y)
    return (right, up) if isinstance(right, float) and isinstance(up, float) else None


def _whole(file: Path, graph: ForeignGraph) -> None:
    """Every node has an id of its own, every edge two nodes; all that is wrong at once."""
    count = Counter(node.id for node in graph.nodes)
    wrong = [
        _finding(
            file, "RB-1021", shown(name), _("the node's id is empty or given twice"), _("give it an id of its own")
        )
        for name, times in count.items()
        if times > 1 or not name
    ]
    wrong += [
        _finding(
            file,
            "RB-1022",
            _("edge {number}").format(number=place),
            _("it ends at {node}, which is no node").format(node=shown(end)),
            _("add the node or mend the edge"),
        )
        for place, edge in enumerate(graph.edges, start=1)
        for end in _absent((edge.a, edge.b), count)
    ]
    if not graph.nodes:
        wrong.append(_finding(file, "RB-1023", file.name, _("it has no nodes"), _("name a topology file")))
    if wrong:
        raise InputError(_("{file} cannot be imported").format(file=file), findings=wrong)


def _absent(ends: Iterable[str], known: Counter[str]) -> list[str]:
    return [end for end in ends if end not in known]


def _finding(file: Path, code: str, record: str, message: str, cure: str) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, where=file.name, record=record, message=message, cure=cure)
