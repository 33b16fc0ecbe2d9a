"""Each defence taken away in turn: its attack must be noticed. Minutes long, so with ``RAINBOW_SLOW=1`` only."""

from __future__ import annotations

import os

import pytest
from weakened import notices
from weakenings import WEAKENINGS

pytestmark = [
    pytest.mark.skipif(os.environ.get("RAINBOW_SLOW") != "1", reason="a run of an attack for each: RAINBOW_SLOW=1"),
    pytest.mark.timeout(300),
]


@pytest.mark.parametrize("name", WEAKENINGS)
def test_a_weakened_build_is_noticed(name: str) -> None:
    assert notices(name, WEAKENINGS[name])
