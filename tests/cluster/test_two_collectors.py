"""Two collectors on one city: the leader is killed, frozen, cut off from the coordinator; the other one takes over.

Opt-in (``RAINBOW_SLOW=1``): each case starts six servers and programs and takes about 40 s.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from conftest import require_real
from running import rainbow, wait_until
from two_collectors import INTERVAL_S, TAKEOVER_S, TwoCollectors

from benchmarks.cluster.network import Network, can_be_made

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(240),
    pytest.mark.skipif(os.environ.get("RAINBOW_SLOW") != "1", reason="RAINBOW_SLOW=1 stops leaders for minutes"),
]


@pytest.mark.parametrize("kind", ["etcd", "redis"])
@pytest.mark.parametrize("how", ["killed", "frozen", "pulled", "lost"])
def test_the_other_takes_over_and_nobody_is_told_twice(tmp_path: Path, kind: str, how: str) -> None:
    require_real("etcd" if kind == "etcd" else "redis-server")
    network = Network(2) if how in {"pulled", "lost"} else None
    if network is not None and not can_be_made():
        pytest.skip("NOT TESTED: network namespaces need root (CAP_SYS_ADMIN)")
    with network or nullcontext(), TwoCollectors(tmp_path, kind, network) as city:
        city.cut()
        began_s = time.time()
        end(city, network, how)
        city.running["b"].wait_for("round in")
        city.running["b"].wait_for("round in", count=3)
        mend(city, network, how)
        rainbow("simulate", "repair", str(city.city("sim")))
        wait_until(lambda: len(city.phone.messages) > 1, "the end", city.running["b"])
        city.running["b"].wait_for("round in", count=8)
        titles = [message["title"] for message in city.phone.messages]
        assert [title.startswith("Over: ") for title in titles] == [False, True], titles
        assert city.live("b") == []
        ruled(city, began_s)


def end(city: TwoCollectors, network: Network | None, how: str) -> None:
    if how == "killed":
        city.signal("a", signal.SIGKILL)
    elif how == "frozen":
        city.signal("a", signal.SIGSTOP)
    elif network is not None:
        {"pulled": network.pull, "lost": network.lose}[how](0)


def mend(city: TwoCollectors, network: Network | None, how: str) -> None:
    if how == "killed":
        city.start("a")
    elif how == "frozen":
        city.signal("a", signal.SIGCONT)
    elif network is not None:
        {"pulled": network.plug, "lost": network.find}[how](0)
    city.running["a"].wait_for("standing by: b leads")


def ruled(city: TwoCollectors, began_s: float) -> None:
    """One leader after the other in what InfluxDB has, no more than two rounds between them."""
    rounds = city.rounds_by()
    names = [name for _at_s, name in rounds]
    assert names == sorted(names), "both wrote at the same time"
    first_s = min(at_s for at_s, name in rounds if name == "b")
    print(f"taken over after {first_s - began_s:.1f} s")  # noqa: T201 - a figure for who looks at it
    assert first_s - began_s <= TAKEOVER_S + INTERVAL_S / 2, "two rounds, and the round itself"
    (values,) = (row["values"] for row in city.influx.query("SELECT status FROM incident"))
    assert values
    assert len(city.influx.query("SHOW SERIES FROM incident")[0]["values"]) == 1, "the incident is there twice"  # type: ignore[arg-type]
