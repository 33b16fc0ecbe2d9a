"""City folders made by tests: a site per device, no trenches, whatever agents the test has running."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.entities import Code, Device, Interface, Link, Site, SiteKind
from inventory.plant import Plant
from inventory.sources.city_folder import write_plant

if TYPE_CHECKING:
    from pathlib import Path

FAST = {"timeout_s": 0.3, "retries": 1, "device_deadline_s": 5.0}
"""Settings of ``[collect]`` for agents on loopback."""


def uid(code: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, code))


@dataclass(frozen=True, kw_only=True)
class Polled:
    """A device to be polled; ``community`` or, for SNMPv3, ``user`` and ``key`` make its profile."""

    code: str
    port: int
    community: str = ""
    user: str = ""
    key: str = ""
    address: str = "127.0.0.1"
    ports: tuple[str, ...] = ()

    @property
    def profile(self) -> str:
        return f"p-{self.code}"


def polled_plant(devices: tuple[Polled, ...] | list[Polled], links: tuple[tuple[str, str], ...] = ()) -> Plant:
    """``links`` joins ports by their codes (``DEVICE:if_name``) over fibre nobody documented."""
    return Plant(
        city="Teststadt",
        sites=tuple(
            Site(
                id=uid(f"ST-{item.code}"),
                code=Code(f"ST-{item.code}"),
                kind=SiteKind.SCHOOL if number else SiteKind.TOWN_HALL,
                point=(7.70 + number / 1000, 49.44),
                is_hub=not number,
            )
            for number, item in enumerate(devices)
        ),
        devices=tuple(
            Device(
                id=uid(item.code),
                code=Code(item.code),
                node=Code(f"ST-{item.code}"),
                address=item.address,
                port=item.port,
                snmp=item.profile,
            )
            for item in devices
        ),
        interfaces=tuple(
            Interface(
                id=uid(f"{item.code}:{name}"), code=Code(f"{item.code}:{name}"), device=Code(item.code), if_name=name
            )
            for item in devices
            for name in item.ports
        ),
        links=tuple(
            Link(id=uid(f"{a}-{b}"), code=Code(f"LI-{number}"), a=Code(a), b=Code(b), strands=())
            for number, (a, b) in enumerate(links, 1)
        ),
    )


@dataclass(kw_only=True)
class PolledCity:
    """Writes a city folder with its secrets in files and says where things are in it."""

    folder: Path
    devices: list[Polled]
    collect: dict[str, float | int | str] = field(default_factory=dict)
    influx: dict[str, object] | None = None
    links: tuple[tuple[str, str], ...] = ()

    @property
    def database(self) -> Path:
        return self.folder / "state" / "rainbow.sqlite"

    def write(self) -> PolledCity:
        write_plant(polled_plant(self.devices, self.links), self.folder)
        secrets = self.folder / "state" / "secrets"
        secrets.mkdir(parents=True, exist_ok=True)
        lines = ["[city]", 'name = "Teststadt"', "[collect]", *_toml({**FAST, **self.collect})]
        if self.influx is not None:
            lines += ["[influx]", *_toml(self.influx)]
        for item in self.devices:
            (secrets / item.profile).write_text(item.community or item.key, encoding="utf-8")
            where = f"state/secrets/{item.profile}"
            lines += [f'[snmp."{item.profile}"]']
            if item.community:
                lines += _toml({"version": "2c", "community_file": where})
            else:
                keys = {"auth_key_file": where, "priv_key_file": where}
                lines += _toml({"version": "3", "user": item.user, "auth": "SHA-256", "priv": "AES", **keys})
        (self.folder / "city.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self


def _toml(values: dict[str, float | int | str] | dict[str, object]) -> list[str]:
    return [f"{name} = {json.dumps(value)}" for name, value in values.items()]
