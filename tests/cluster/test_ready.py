"""Who stands by has loaded and worked out what leading takes: a takeover is no time to read 500 modules."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TAKEOVER = """
import sys
from functools import cache, partial
from pathlib import Path
from rainbow import clustered, service, wiring
from rainbow.city import open_city

city = open_city(Path(sys.argv[1]))
office = wiring.Office(permit=lambda: True, deputies=None, ground=cache(partial(wiring.ground, city)))
clustered._prepare(city, office)
ready = set(sys.modules)
with wiring.store(city) as store:
    watch = service.watching(city, store, office=office)
    wiring.collector(city, watch.feed, office=office)
print(*sorted(set(sys.modules) - ready))
"""
MOST = 20


def test_a_takeover_loads_next_to_nothing(tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(ROOT / "cities/lautern", city, ignore=shutil.ignore_patterns("state"))
    secrets = city / "state/secrets"
    secrets.mkdir(parents=True)
    (secrets / "snmp_community").write_text("lautern", encoding="utf-8")
    (secrets / "night").write_text("json://127.0.0.1:9/", encoding="utf-8")
    with (city / "city.toml").open("a", encoding="utf-8") as file:
        file.write('[notify.channels.night]\nurl_file = "state/secrets/night"\n')
    done = subprocess.run(
        [sys.executable, "-c", TAKEOVER, str(city)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.split()
    assert len(loaded) < MOST, loaded
