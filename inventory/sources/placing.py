"""Positions for the nodes of a foreign graph: those of the file, and invented ones where it has none."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inventory.entities import LonLat
    from inventory.sources.foreign_graph import ForeignGraph

SPAN_DEGREES = 1.0
"""A drawing, or a graph without any position, is spread over so much around longitude 0, latitude 0."""
BESIDE_DEGREES = 0.02
"""How far beside the middle of its neighbours a node without position is put."""
DECIMALS = 7
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_NEAR_POLE = 89.0


def positions(graph: ForeignGraph) -> dict[str, LonLat]:
    """A place for every node, the same for the same graph.

    A node without coordinates is put beside its placed neighbours' middle, wave by wave; what is joined to nothing
    placed stands on a circle around the middle of all.
    """
    placed = {node.id: node.point for node in graph.nodes if node.point is not None} or _drawing(graph)
    neighbours: dict[str, list[str]] = {node.id: [] for node in graph.nodes}
    for edge in graph.edges:
        neighbours[edge.a].append(edge.b)
        neighbours[edge.b].append(edge.a)
    waiting = [node.id for node in graph.nodes if node.id not in placed]
    while wave := {
        node: _middle(around)
        for node in waiting
        if (around := [placed[other] for other in neighbours[node] if other in placed])
    }:
        for node, middle in wave.items():
            placed[node] = _beside(middle, len(placed), BESIDE_DEGREES)
        waiting = [node for node in waiting if node not in placed]
    middle = _middle(list(placed.values())) if placed else (0.0, 0.0)
    for node in waiting:
        placed[node] = _beside(middle, len(placed), SPAN_DEGREES / 2)
    return {node: (round(lon, DECIMALS), round(lat, DECIMALS)) for node, (lon, lat) in placed.items()}


def _drawing(graph: ForeignGraph) -> dict[str, LonLat]:
    """Pixels of a drawing scaled to degrees, its shape kept."""
    pixels = {node.id: node.pixel for node in graph.nodes if node.pixel is not None}
    if not pixels:
        return {}
    left, bottom = (min(pixel[axis] for pixel in pixels.values()) for axis in (0, 1))
    right, top = (max(pixel[axis] for pixel in pixels.values()) for axis in (0, 1))
    scale = SPAN_DEGREES / (max(right - left, top - bottom) or 1.0)
    return {
        node: ((x - (left + right) / 2) * scale, (y - (bottom + top) / 2) * scale) for node, (x, y) in pixels.items()
    }


def _middle(points: Sequence[LonLat]) -> LonLat:
    return fmean(point[0] for point in points), fmean(point[1] for point in points)


def _beside(middle: LonLat, turn: int, radius: float) -> LonLat:
    """A point beside ``middle``; successive turns by the golden angle never meet."""
    lon = middle[0] + radius * math.cos(turn * _GOLDEN_ANGLE)
    lat = middle[1] + radius * math.sin(turn * _GOLDEN_ANGLE)
    return (lon + 180) % 360 - 180, max(-_NEAR_POLE, min(_NEAR_POLE, lat))
