"""What people entered into NetBox themselves, as records: as far as it goes, every route unknown. Pure.

A site is a site; a device with interfaces is a device, one with front ports alone a panel. A cable between rear ports
is a cable whose strands end at the front ports; one between interfaces of two sites a cable of two strands; everything
shorter is a patch cord. Links follow from tracing all that. Names that stand twice get the number NetBox knows them by.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inventory.entities import Code, Device, Interface, Record, Site, SiteKind, UserGroup
from inventory.glass import Closure, Panel
from inventory.sources.netbox.foreign_cables import CableReader, native_of
from inventory.sources.netbox.left_out import LeftOut
from inventory.sources.netbox.matching import made_id
from inventory.sources.netbox.wanted import DEVICE_STATUS, SITE_STATUS, counted, derived, status_of
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from inventory.entities import LonLat, Status
    from inventory.sources.netbox.held import Estate, Held

NOT_GLASS = frozenset({"virtual", "lag", "bridge"})
KBPS_PER_MBPS = 1000
LONGEST_CODE = 120
_CONCERNED = {
    "devices": {"devices", "glass"},
    "interfaces": {"interfaces"},
    "front_ports": {"glass"},
    "cables": {"cables", "glass", "links"},
    "circuits": {"services"},
}
"""Kinds that lack something where an object of an end point was left out."""
_UNPRINTABLE = re.compile(r"[;\x00-\x1f\x7f]")
_BESIDE_DEGREES = 0.002
_ROW = 40


@dataclass(slots=True)
class Foreign:
    """Records by collection, and what is to be said about them."""

    records: dict[str, list[Record]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)

    def add(self, kind: str, record: Record) -> None:
        """Keep a record."""
        self.records.setdefault(kind, []).append(record)


def foreign_records(estate: Estate, city: str, kinds: Collection[str], kept: Mapping[str, Code]) -> Foreign:
    """Records of all objects that no RAINBOW wrote; objects RAINBOW keeps for this city serve as their places.

    Said is what concerns ``kinds``; ``kept`` are codes by the identity of records that stay as the city has them.
    """
    return _Reader(estate, city, kinds, kept, taken=set(kept.values())).read()


@dataclass(slots=True)
class _Reader:
    estate: Estate
    city: str
    kinds: Collection[str]
    kept: Mapping[str, Code]
    found: Foreign = field(default_factory=Foreign)
    taken: set[str] = field(default_factory=set)
    nodes: dict[int, Code] = field(default_factory=dict)
    devices: dict[int, Code] = field(default_factory=dict)
    ports: dict[tuple[str, int], Code] = field(default_factory=dict)
    closures: dict[int, Code] = field(default_factory=dict)
    addresses: dict[str, Code] = field(default_factory=dict)
    strange: dict[str, int] = field(default_factory=dict)
    nowhere: int = 0
    silent: int = 0

    def read(self) -> Foreign:
        self._known()
        self._sites()
        for tenant in self._new("tenants"):
            group = UserGroup(
                id=self._id(tenant),
                code=self._code(tenant.text("name"), tenant),
                name=tenant.text("description"),
                provenance=native_of(tenant),
            )
            self.found.add("user_groups", group)
        self._devices()
        self._interfaces()
        self._panels()
        self._cables()
        for circuit in self._new("circuits"):
            self._leave(circuit, circuit.text("cid"), _("RAINBOW has services, and NetBox does not say whose sites"))
        self._say()
        self.found.left = [item for item in self.found.left if not _CONCERNED[item.kind].isdisjoint(self.kinds)]
        return self.found

    def _leave(self, held: Held, name: str, why: str) -> None:
        self.found.left.append(LeftOut(kind=held.point, pk=held.pk, name=name, why=why))

    def _status(self, held: Held, words: Mapping[Status, str]) -> Status:
        """A status of NetBox's; one that somebody added to its choices is no word here, and counted."""
        word = held.text("status")
        if word not in words.values():
            self.strange[word] = self.strange.get(word, 0) + 1
        return status_of(word, words)

    def _known(self) -> None:
        """Codes of what RAINBOW keeps itself."""
        for held in self.estate.all():
            if held.city != self.city:
                continue
            for kind, rows in held.rows.items():
                self.taken.update(str(row.get("code")) for row in rows)
                own = [row for row in rows if row.get("id") == held.rainbow_id]
                for row in own:
                    code = Code(str(row["code"]))
                    if kind == "sites":
                        self.nodes[held.pk] = code
                    elif kind == "devices":
                        self.devices[held.pk] = code
                    elif kind == "interfaces":
                        self.ports["interfaces", held.pk] = code

    def _new(self, point: str) -> list[Held]:
        return [held for held in self.estate.of(point).values() if not held.city]

    def _id(self, held: Held) -> str:
        return held.rainbow_id or made_id(self.estate.url, held)

    def _code(self, name: str, held: Held) -> Code:
        """A name as a code that nothing else has."""
        if (known := self.kept.get(self._id(held))) is not None:
            return known
        plain = _plain(name)[:LONGEST_CODE] or f"{held.point}-{held.pk}"
        if plain in self.taken:
            plain = f"{plain} #{held.pk}"
        self.taken.add(plain)
        return Code(plain)

    def _sites(self) -> None:
        new = self._new("sites")
        points = [point for held in self.estate.of("sites").values() if (point := _point(held)) is not None]
        middle = points[len(points) // 2] if points else (0.0, 0.0)
        for held in new:
            code = self.nodes[held.pk] = self._code(held.text("name"), held)
            self.found.add(
                "sites",
                Site(
                    id=self._id(held),
                    code=code,
                    name=held.text("description"),
                    kind=SiteKind.OTHER,
                    status=self._status(held, SITE_STATUS),
                    point=_point(held) or self._invented(middle),
                    address=held.text("physical_address"),
                    provenance=native_of(held),
                ),
            )

    def _invented(self, middle: LonLat) -> LonLat:
        """A place in a grid beside the others: a site without coordinates must stand somewhere."""
        row, column = divmod(self.nowhere, _ROW)
        self.nowhere += 1
        return round(middle[0] + column * _BESIDE_DEGREES, 6), round(middle[1] - (row + 1) * _BESIDE_DEGREES, 6)

    def _devices(self) -> None:
        gear = {held.number("device") for held in self.estate.of("interfaces").values()}
        panels = {held.number("device") for held in self.estate.of("front_ports").values()}
        for held in self._new("devices"):
            node = self.nodes.get(held.number("site"))
            if node is None:
                self._leave(held, held.text("name"), _("it stands at no site that was taken"))
            elif held.pk not in gear | panels:
                self._leave(held, held.text("name"), _("it has no port"))
            if held.pk not in gear or node is None:
                continue
            code = self.devices[held.pk] = self._code(held.text("name"), held)
            role = self.estate.of("roles").get(held.number("role"))
            model = self.estate.of("device_types").get(held.number("device_type"))
            maker = self.estate.of("manufacturers").get(model.number("manufacturer")) if model else None
            self.found.add(
                "devices",
                Device(
                    id=self._id(held),
                    code=code,
                    name=held.text("description"),
                    status=self._status(held, DEVICE_STATUS),
                    node=node,
                    address=self._address(held, code),
                    role=role.text("name") if role else "",
                    vendor=maker.text("name") if maker else "",
                    model=model.text("model") if model else "",
                    provenance=native_of(held),
                ),
            )

    def _address(self, held: Held, code: Code) -> str:
        address = held.text("address")
        other = self.addresses.setdefault(address, code)
        if address and other == code:
            return address
        if address and "devices" in self.kinds:
            said = _(
                "{device}: its address {address} is that of {other} too: it cannot be polled before it gets its own"
            )
            self.found.notes.append(said.format(device=code, address=address, other=other))
        return self._discarded(held)

    def _discarded(self, held: Held) -> str:
        """An address of the prefix nothing ever answers in (RFC 6666): NetBox has none for the device."""
        self.silent += 1
        return f"100::{held.pk >> 16:x}:{held.pk & 0xFFFF:x}" if held.pk >> 16 else f"100::{held.pk:x}"

    def _interfaces(self) -> None:
        for held in self._new("interfaces"):
            device = self.devices.get(held.number("device"))
            name = held.text("name")
            if device is None or held.text("type") in NOT_GLASS or name != _plain(name):
                self._leave(held, f"{device or '?'}:{name}", self._no_port(held, device))
                continue
            code = self.ports["interfaces", held.pk] = Code(f"{device}:{name}")
            speed = held.number("speed") // KBPS_PER_MBPS or _speed_of(held.text("type"))
            self.found.add(
                "interfaces",
                Interface(
                    id=self._id(held),
                    code=code,
                    name=held.text("description"),
                    device=device,
                    if_name=name,
                    speed_mbps=speed,
                    provenance=native_of(held),
                ),
            )

    def _no_port(self, held: Held, device: Code | None) -> str:
        if device is None:
            return _("its device was not taken")
        if held.text("type") in NOT_GLASS:
            return _("it is no port that light goes through: {kind}").format(kind=held.text("type"))
        return _("its name has characters that a code cannot have")

    def _panels(self) -> None:
        fronts: dict[int, list[Held]] = {}
        for held in self._new("front_ports"):
            fronts.setdefault(held.number("device"), []).append(held)
        for pk, ports in fronts.items():
            device = self.estate.of("devices").get(pk)
            node = self.nodes.get(device.number("site")) if device else None
            if device is None or device.city or node is None:
                for port in ports:
                    self._leave(port, port.text("name"), _("its device was not taken, or is RAINBOW's own"))
                continue
            own = pk in self.devices
            if any(port.number("positions") > 1 for port in ports):
                self.closures[pk] = self._beside(device, "closure", own=own)
                continue
            code = self._beside(device, "ports", own=own)
            panel = Panel(
                id=derived(self._id(device), "panel") if own else self._id(device),
                code=code,
                name=device.text("description"),
                status=self._status(device, DEVICE_STATUS),
                node=node,
                ports=len(ports),
                provenance=native_of(device),
            )
            self.found.add("panels", panel)
            for number, held in enumerate(sorted(ports, key=lambda port: counted(port.text("name"))), 1):
                self.ports["front_ports", held.pk] = Code(f"{code}:{number}")

    def _beside(self, device: Held, what: str, *, own: bool) -> Code:
        """The code of what a device is, or holds besides its interfaces."""
        if not own:
            return self._code(device.text("name"), device)
        code = f"{self.devices[device.pk]} {what}"
        self.taken.add(code)
        return Code(code)

    def _cables(self) -> None:
        reader = CableReader(self.estate, self.nodes, self.ports)
        for held in self._new("cables"):
            label = held.text("label") or f"NB-{held.pk}"
            for kind, record in reader.records(held, self._id(held), self._code(label, held)):
                self.found.add(kind, record)
        self._closures(reader)
        self.found.left.extend(reader.left)

    def _closures(self, reader: CableReader) -> None:
        """Devices whose ports hold whole cables; kept where they join some."""
        keys = {pk: self._id(self.estate.of("devices")[pk]) for pk in self.closures}
        keys |= {pk: derived(key, "closure") for pk, key in keys.items() if pk in self.devices}
        splices = list(reader.splices(self.closures, keys))
        count = Counter(splice.closure for splice in splices)
        for pk, code in self.closures.items():
            device = self.estate.of("devices")[pk]
            self.found.add(
                "closures",
                Closure(
                    id=keys[pk],
                    code=code,
                    name=device.text("description"),
                    status=self._status(device, DEVICE_STATUS),
                    node=self.nodes[device.number("site")],
                    tray_slots=max(12, count[code]),
                    provenance=native_of(device),
                ),
            )
        for splice in splices:
            self.found.add("splices", splice)

    def _say(self) -> None:
        for word, count in self.strange.items():
            self.found.notes.append(
                ngettext(
                    "{count} object has the status {word}, which is not known here: taken as in service",
                    "{count} objects have the status {word}, which is not known here: taken as in service",
                    count,
                ).format(count=count, word=word or "-")
            )
        if self.nowhere and "sites" in self.kinds:
            self.found.notes.append(
                ngettext(
                    "{count} site has no coordinates in NetBox: its position is invented",
                    "{count} sites have no coordinates in NetBox: their positions are invented",
                    self.nowhere,
                ).format(count=self.nowhere)
            )
        if self.silent and "devices" in self.kinds:
            self.found.notes.append(
                ngettext(
                    "{count} device has no address in NetBox: it cannot be polled before it gets one",
                    "{count} devices have no address in NetBox: they cannot be polled before they get one",
                    self.silent,
                ).format(count=self.silent)
            )


def _plain(name: str) -> str:
    """A name without what lists and files cannot hold."""
    return " ".join(_UNPRINTABLE.sub(" ", name).split())


def _point(held: Held) -> LonLat | None:
    lat, lon = held.values.get("latitude"), held.values.get("longitude")
    return (lon, lat) if isinstance(lat, float) and isinstance(lon, float) else None


def _speed_of(kind: str) -> int:
    """Mbit/s of NetBox's type of a port: ``10gbase-x-sfpp`` has 10,000; 1,000 where it does not tell."""
    found = re.match(r"(\d+(?:\.\d+)?)(g?)base", kind)
    if found is None:
        return KBPS_PER_MBPS
    return round(float(found[1]) * (KBPS_PER_MBPS if found[2] else 1))
