"""``rainbow outbox``: what a person on call sees and does about refused points."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rainbow.cli import main
from rainbow.kernel.errors import SinkRefused, SinkRejected
from rainbow.kernel.metrics import LINK
from rainbow.kernel.samples import Sample, UnixNs
from store.settings import StoreSettings
from store.shipper import Shipper
from store.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path


class Server:
    """Refuses first the points, then us."""

    name = "influxdb"

    def __init__(self) -> None:
        self.asked = 0

    def send(self, payload: bytes) -> None:
        self.asked += 1
        if self.asked == 1:
            raise SinkRejected(f"{len(payload)} bytes: field type conflict")
        raise SinkRefused("401 no such token")


@pytest.fixture
def refused(three: Path) -> Path:
    """A city with one dead letter and a point that waits, whose server refuses us."""
    with SqliteStore(three / "state" / "rainbow.sqlite", StoreSettings(), sinks=["influxdb"]) as store:
        shipper = Shipper(store, Server(), clock=lambda: UnixNs(10))
        for number, link in enumerate(["one", "two"]):
            store.write([Sample(LINK.series(link=link), UnixNs(number + 1), {LINK.state: 1})])
            if number:
                with pytest.raises(SinkRefused):
                    shipper.drain()
            else:
                shipper.drain()
    return three


def test_it_is_listed_shown_sent_again_and_dropped(refused: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = str(refused)
    assert main(["outbox", "list", city]) == 1
    text = capsys.readouterr().out
    assert "influxdb: 1 points wait" in text
    assert "refuses us: 401 no such token" in text
    assert "field type conflict" in text
    assert main(["outbox", "list", city, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (letter,) = document["dead_letters"]
    assert document["sinks"][0]["blocked"] is True
    assert letter["payload"].startswith("link,link=one ")
    assert main(["outbox", "show", city, str(letter["number"])]) == 0
    assert capsys.readouterr().out == letter["payload"] + "\n"
    assert main(["outbox", "retry", city]) == 2
    assert "--all" in capsys.readouterr().err
    assert main(["outbox", "retry", city, str(letter["number"])]) == 0
    assert "1 point is sent again" in capsys.readouterr().out
    assert main(["outbox", "drop", city, "--all"]) == 0
    assert "0 points are gone" in capsys.readouterr().out
    assert main(["outbox", "show", city, "7"]) == 2
    assert "no dead letter 7" in capsys.readouterr().err


def test_before_the_first_round_it_says_what_to_do(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "list", str(three)]) == 2
    assert "start the collector once" in capsys.readouterr().err
