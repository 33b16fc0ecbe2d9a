"""The whole way on recordings of real devices: replayed by the simulator, read by the probe, held against an oracle."""

from __future__ import annotations

import pytest
from conftest import shared_data
from score_recordings import TARGETS, below_target, run

MOST_NOT_COUNTED = 30
"""The oracle is contradicted by its own recordings in 25 readings; more would be an excuse."""


@pytest.mark.timeout(110)
def test_recordings_are_read_to_the_targets() -> None:
    scores = run(shared_data("snmprec"))
    assert len(scores) >= 51
    assert sum(result.expected["dbm"] for result in scores) > 400
    assert not below_target(scores), "\n".join(miss for result in scores for miss in result.misses)
    assert not sum(result.shown_suspects for result in scores)
    assert sum(sum(result.contradicted.values()) for result in scores) <= MOST_NOT_COUNTED
    assert set(TARGETS) == {"interfaces", "dbm", "others", "neighbours"}
