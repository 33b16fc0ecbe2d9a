"""The dashboards, one module each. ``BOARDS`` is the table of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards.boards import collector, drift, energy, network, optics, port, redundancy, sirens, site, switch, users

if TYPE_CHECKING:
    from collections.abc import Callable

    from dashboards.board import Board
    from dashboards.surroundings import Surroundings

BOARDS: tuple[Callable[[Surroundings], Board], ...] = (
    network.board,
    site.board,
    switch.board,
    port.board,
    optics.board,
    users.board,
    sirens.board,
    redundancy.board,
    energy.board,
    drift.board,
    collector.board,
)
