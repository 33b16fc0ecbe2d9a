"""``rainbow collect once`` and what it says of answers that came and were no good."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner
from hostile_agent import HostileAgent, failing
from polled_city import Polled, PolledCity
from test_hostile_volume import answer

from rainbow.cli.collect import once

if TYPE_CHECKING:
    from pathlib import Path


def test_bad_answers_are_counted_by_kind_in_text_and_json(tmp_path: Path) -> None:
    asked = 0

    def lying(request: bytes) -> list[bytes]:
        nonlocal asked
        asked += 1
        if asked % 5 == 2:
            return [b"\x30\x80 no SNMP at all"]
        return [failing(request, 5)] if asked % 5 == 4 else [answer(request)]

    with HostileAgent(lying) as agent:
        city = PolledCity(
            folder=tmp_path / "city", devices=[Polled(code="SW-A", port=agent.port, community="x")]
        ).write()
        runner = CliRunner(env={"RAINBOW_LANG": "en"})
        machine = runner.invoke(once, [str(city.folder), "--format", "json"])
        people = runner.invoke(once, [str(city.folder)])
    (device,) = json.loads(machine.stdout)["devices"]
    assert device["answered"]
    assert device["bad_answers"].keys() == {"short", "unreadable"}
    assert min(device["bad_answers"].values()) >= 1
    assert "no good: not to be read as SNMP" in people.stdout
    assert "no good: values are missing in it" in people.stdout
