"""What people and other programs hand over, given damaged to the code that reads it: an error of ours, or a result."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import json
import re
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from fake_client import FakeClient, FakeClock
from polled_city import Polled, polled_plant
from switch_tables import switch

from collectors.cleaning import MOST_CHARACTERS, mac, text
from collectors.lldp_identifiers import address_text, chassis_text, plain_mac, port_text
from collectors.poll import DevicePoll
from collectors.settings import CollectSettings
from incidents.engine import State
from incidents.memory import from_json, to_json
from inventory.sources.city_folder import inspect, write_plant
from inventory.sources.netbox.client import NetBoxClient
from inventory.sources.netbox.held import POINTS
from inventory.sources.netbox.pages import ends, objects
from inventory.sources.netbox.settings import NetBoxSettings
from rainbow.kernel.errors import DeviceError, InputError, NetBoxError, StoreError
from rainbow.kernel.secret import Secret, SecretRef
from rainbow.settings import read_settings
from simulator.replay import parse
from store.line_protocol import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LINE = re.compile(r"(?:[^\\ ,\n]|\\.)+(?:,(?:[^\\ ,=\n]|\\.)+=(?:[^\\ ,=\n]|\\.|\\(?=[^ ,=]))+)* [^\n]+ -?\d+")
"""A line of InfluxDB's line protocol: measurement, tags, fields, time."""


@contextlib.contextmanager
def words() -> Iterator[Callable[[bytes], None]]:
    """Texts of devices: clean, short, and clean again is the same."""

    def one(data: bytes) -> None:
        said = text(data)
        assert len(said) <= MOST_CHARACTERS
        assert said.isprintable(), repr(said)
        assert text(said) == said
        said.encode()
        mac(data)
        for subtype in range(8):
            chassis_text(subtype, data)
            port_text(subtype, data)
        address_text(data)
        plain_mac(data.decode("latin-1"))

    yield one


def _lies(data: bytes) -> Iterator[tuple[int, object]]:
    """Which objects of a device lie, and what they say: three bytes each, then what they point at."""
    for at in range(0, min(len(data), 60) - 2, 3):
        place, kind, size = data[at : at + 3]
        said = data[at : at + size]
        yield place, (said, said.decode("latin-1"), int.from_bytes(said[:9], "big"), -size, 2**63 + size)[kind % 5]


@contextlib.contextmanager
def poll() -> Iterator[Callable[[bytes], None]]:
    """A switch that lies in some objects, polled twice, down to the lines that InfluxDB is sent."""
    (device,) = (plant := polled_plant([Polled(code="SW", port=161, community="public", ports=("ge1", "ge2"))])).devices
    loop, settings = asyncio.new_event_loop(), CollectSettings()

    def one(data: bytes) -> None:
        lying, polled, clock = switch(), DevicePoll(plant, device, settings), FakeClock()
        oids = sorted(lying.objects)
        for _round in range(2):
            with contextlib.suppress(DeviceError):
                reading = loop.run_until_complete(polled.poll(FakeClient(lying), clock))
                for line in lines(reading.samples):
                    assert _LINE.fullmatch(line), line
            clock.go(30.0)
            for place, said in _lies(data):
                lying.objects[oids[place % len(oids)]] = said  # type: ignore[assignment] # lies of all types

    try:
        yield one
    finally:
        loop.close()


@contextlib.contextmanager
def plant() -> Iterator[Callable[[bytes], None]]:
    """A file of a city's plant, chosen by the first byte; the others are good."""
    with tempfile.TemporaryDirectory(dir=_memory()) as where:
        folder = Path(where)
        write_plant(polled_plant([Polled(code="SW", port=161, ports=("ge1",))]), folder)
        files = sorted((folder / "plant").iterdir())
        good = {file: file.read_bytes() for file in files}

        def one(data: bytes) -> None:
            file = files[(data[0] if data else 0) % len(files)]
            file.write_bytes(data[1:])
            with contextlib.suppress(InputError):
                inspect(folder)
            file.write_bytes(good[file])

        yield one


def plant_seeds() -> list[bytes]:
    """Each file of a small plant."""
    with tempfile.TemporaryDirectory(dir=_memory()) as where:
        folder = Path(where)
        write_plant(polled_plant([Polled(code="SW", port=161, ports=("ge1",))]), folder)
        return [
            bytes((number,)) + file.read_bytes() for number, file in enumerate(sorted((folder / "plant").iterdir()))
        ]


@contextlib.contextmanager
def settings() -> Iterator[Callable[[bytes], None]]:
    """city.toml."""
    with tempfile.TemporaryDirectory(dir=_memory()) as where:
        folder = Path(where)

        def one(data: bytes) -> None:
            (folder / "city.toml").write_bytes(data)
            with contextlib.suppress(InputError):
                read_settings(folder)

        yield one


def settings_seeds() -> list[bytes]:
    """Those of the cities that come with the project."""
    return [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "cities").glob("*/city.toml"))]


@contextlib.contextmanager
def recording() -> Iterator[Callable[[bytes], None]]:
    """A recorded device, line by line; a bad line costs no other."""

    def one(data: bytes) -> None:
        found = list(parse(data.split(b"\n"), "walk.snmprec"))
        assert len(found) <= data.count(b"\n") + 1

    yield one


@contextlib.contextmanager
def memory() -> Iterator[Callable[[bytes], None]]:
    """The incidents' saved state."""

    def one(data: bytes) -> None:
        with contextlib.suppress(StoreError):
            state = from_json(State, data.decode("utf-8", "surrogateescape"))
            assert from_json(State, to_json(state)) == state

    yield one


@contextlib.contextmanager
def netbox() -> Iterator[Callable[[bytes], None]]:
    """What NetBox answers, through the real client: the first byte chooses the question."""
    said = [b""]

    class Answers(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said[0])))
            self.end_headers()
            self.wfile.write(said[0])
            self.wfile.flush()
            said[0] = b'{"data":{}}'  # a page that is full is asked for its next one

        do_GET = do_POST  # noqa: N815 - the library's names

        def log_message(self, *_said: object) -> None:
            """Nothing: thousands a minute."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        where = NetBoxSettings(
            url=f"http://127.0.0.1:{server.server_address[1]}", token=SecretRef(env="RAINBOW_NETBOX_TOKEN")
        )
        client = NetBoxClient(where, Secret("nbt_token"), run="fuzz", pause=lambda _s: None)
        names = list(POINTS)

        def one(data: bytes) -> None:
            said[0] = data[1:]
            choice = (data[0] if data else 0) % (len(names) + 3)
            with contextlib.suppress(NetBoxError):
                if choice < len(names):
                    for page in objects(client, POINTS[names[choice]]):
                        assert all(isinstance(held.pk, int) for held in page)
                elif choice == len(names):
                    list(ends(client))
                elif choice == len(names) + 1:
                    client.version()
                else:
                    client.custom_fields()

        yield one
        server.shutdown()


def netbox_seeds() -> list[bytes]:
    """A page of each kind as NetBox gives it."""
    found = []
    for number, point in enumerate(POINTS.values()):
        item: dict[str, object] = dict.fromkeys(point.fields, "x") | {name: {"id": "7"} for name in point.relations}
        item |= {"id": "12", "last_updated": "2026-01-01T00:00:00Z", "custom_field_data": {"rainbow_id": "x"}}
        item["mappings"] = [{"front_port_position": 1, "rear_port_position": 1, "rear_port": {"id": "3"}}]
        found.append(bytes((number,)) + json.dumps({"data": {point.listed: [item]}}).encode())
    end = {"id": 1, "cable": 2, "cable_end": "A", "termination_type": "dcim.interface", "termination_id": 3}
    found.append(bytes((len(POINTS),)) + json.dumps({"count": 1, "results": [end]}).encode())
    found.append(bytes((len(POINTS) + 1,)) + b'{"netbox-version":"4.7.3"}')
    found.append(bytes((len(POINTS) + 2,)) + b'{"results":[{"id":1,"name":"rainbow_id","object_types":["dcim.site"]}]}')
    return found


def _memory() -> str | None:
    """A folder without a disk under it, where there is one."""
    place = "/dev/shm"  # noqa: S108 - a folder of our own is made below it
    return place if Path(place).is_dir() else None
