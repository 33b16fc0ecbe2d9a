"""What goes wrong with a plant's files: a damage is one slip in one file of a city in order."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable
    from pathlib import Path

    Feature = dict[str, dict[str, object]]
    Row = dict[str, str]

SITES, STRUCTURES, SECTIONS = "sites.geojson", "structures.geojson", "trench_sections.geojson"
NEW_ID = "5b0c1f60-6a5c-4b8e-9f0e-0000000000aa"


@dataclass
class Hurt:
    """A city being damaged: files opened as tables or collections, one random row changed, everything written back."""

    folder: Path
    rng: random.Random

    def row(
        self,
        file: str,
        column: str,
        change: Callable[[str], str],
        *,
        called: str = "code",
        where: Callable[[Row], bool] = lambda _row: True,
    ) -> str:
        """Change a column of a random row; what the row is called by."""
        head, rows = self.table(file)
        row = self.rng.choice([item for item in rows if where(item)])
        row[column] = change(row.get(column, ""))
        self.write(file, dict.fromkeys([*head, column]), rows)
        return row[called]

    def double(self, file: str, **change: str) -> str:
        head, rows = self.table(file)
        rows.append({**self.rng.choice(rows), **change})
        self.write(file, head, rows)
        return rows[-1]["code"]

    def table(self, file: str) -> tuple[list[str], list[Row]]:
        with (self.folder / "plant" / file).open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            return list(reader.fieldnames or ()), list(reader)

    def write(self, file: str, head: Iterable[str], rows: list[Row]) -> None:
        with (self.folder / "plant" / file).open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(head), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def bytes(self, file: str, change: Callable[[bytes], bytes]) -> str:
        """Change a file as a whole; what its findings call it."""
        path = self.folder / "plant" / file
        path.write_bytes(change(path.read_bytes()))
        return file

    def feature(self, file: str, change: Callable[[Feature], object]) -> str:
        path = self.folder / "plant" / file
        collection = json.loads(path.read_text(encoding="utf-8"))
        feature = self.rng.choice(collection["features"])
        change(feature)
        path.write_text(json.dumps(collection), encoding="utf-8")
        return str(feature["properties"].get("code", "?"))

    def codes(self, file: str) -> list[str]:
        """What may stand for a damage that shows elsewhere: the records of a file, or the name itself."""
        return [row["code"] for row in self.table(file)[1]] if file.endswith(".csv") else [file]

    def drop(self, file: str, code: str) -> str:
        head, rows = self.table(file)
        self.write(file, head, [row for row in rows if row["code"] != code])
        return code

    def again(self, file: str) -> str:
        """A feature a second time, with id and code of its own."""
        path = self.folder / "plant" / file
        collection = json.loads(path.read_text(encoding="utf-8"))
        first = self.rng.choice(collection["features"])
        collection["features"].append({**first, "properties": {**first["properties"], "id": NEW_ID, "code": "X-1"}})
        path.write_text(json.dumps(collection), encoding="utf-8")
        return "X-1"


@dataclass(frozen=True)
class Damage:
    """``hurt`` returns the record it was done to; where others show it, ``shows_in`` is their file."""

    what: str
    hurt: Callable[[Hurt], str]
    city: str = "lautern"
    shows_in: str = ""


def set_to(value: str) -> Callable[[str], str]:
    return lambda _before: value


def projected(feature: Feature) -> None:
    """Metres of EPSG:25832, as an export in the wrong system has them."""
    geometry = feature["geometry"]
    pair = geometry["coordinates"]
    assert isinstance(pair, list)
    geometry["coordinates"] = [411_000 + pair[0] * 1000, 5_477_000 + pair[1] * 10]


def swapped(feature: Feature) -> None:
    pair = feature["geometry"]["coordinates"]
    assert isinstance(pair, list)
    feature["geometry"]["coordinates"] = pair[::-1]


def turned(feature: Feature) -> None:
    line = feature["geometry"]["coordinates"]
    assert isinstance(line, list)
    feature["geometry"]["coordinates"] = line[::-1]


def properties(**change: object) -> Callable[[Feature], object]:
    return lambda feature: feature["properties"].update(change)


def point(lon: float, lat: float) -> Callable[[Feature], object]:
    return lambda feature: feature["geometry"].update(coordinates=[lon, lat])


def line(change: Callable[[list[list[float]]], object]) -> Callable[[Feature], object]:
    return lambda feature: feature["geometry"].update(coordinates=change(feature["geometry"]["coordinates"]))  # type: ignore[arg-type] # a line


def gap(route: str) -> str:
    sections = route.split(";")
    return ";".join([sections[0], *sections[2:], sections[1]]) if len(sections) > 2 else ";".join(sections[:1] * 3)


def turned_list(text: str) -> str:
    return ";".join(text.split(";")[::-1])


def long(row: Row) -> bool:
    """A cable or duct over three sections or more."""
    return row["route"].count(";") > 1


def code(wanted: str) -> Callable[[Row], bool]:
    return lambda row: row["code"] == wanted


def not_code(other: str) -> Callable[[Row], bool]:
    return lambda row: row["code"] != other


def has(column: str) -> Callable[[Row], bool]:
    return lambda row: bool(row[column])


def group(wanted: str) -> Callable[[Row], bool]:
    return lambda row: row["user_group"] == wanted


def c_id(city: Hurt, file: str) -> str:
    """The id of the first record of another file."""
    return city.table("cables.csv" if file != "cables.csv" else "links.csv")[1][0]["id"]


FIRST = [
    Damage("wrong reference", lambda c: c.row("cables.csv", "from_node", set_to("KL-HH-9999"))),
    Damage("reference to another kind", lambda c: c.row("devices.csv", "node", set_to("KL-CA-0001"))),
    Damage("duplicate record", lambda c: c.double("cables.csv")),
    Damage("duplicate id", lambda c: c.row("links.csv", "id", set_to(c_id(c, "links.csv")))),
    Damage("no code", lambda c: c.row("links.csv", "code", set_to(""), called="id")),
    Damage("strand 13 of 12", lambda c: c.row("links.csv", "strands", lambda s: s.split("/")[0] + "/999")),
    Damage("not a strand", lambda c: c.row("links.csv", "strands", set_to("KL-CA-0001-1"))),
    Damage("wrong system of coordinates", lambda c: c.feature(SITES, projected)),
    Damage("swapped coordinates", lambda c: c.feature(STRUCTURES, swapped)),
    Damage("no geometry", lambda c: c.feature(STRUCTURES, lambda f: f.pop("geometry"))),
    Damage("line turned", lambda c: c.feature(SECTIONS, turned)),
    Damage("length on a plane", lambda c: c.feature(SECTIONS, properties(length_m=99_999))),
    Damage("broken route", lambda c: c.row("cables.csv", "route", gap)),
    Damage("no strands in a cable", lambda c: c.row("cables.csv", "strand_count", set_to("0"))),
    Damage("a decimal comma", lambda c: c.row("cables.csv", "sheath_m", set_to("12;5"))),
    Damage("cable shorter than its way", lambda c: c.row("cables.csv", "sheath_m", set_to("1"))),
    Damage("unknown word", lambda c: c.row("cables.csv", "status", set_to("running"))),
    Damage("an address that is a name", lambda c: c.row("devices.csv", "address", set_to("switch7"))),
    Damage("colour that is none", lambda c: c.row("channels.csv", "wavelength_nm", set_to("1540"))),
    Damage("channel of nobody", lambda c: c.row("channels.csv", "user_group", set_to("KL-UG-NIL"))),
    Damage("a port that is another's", lambda c: c.row("links.csv", "a", set_to("KL-SW-01:ge-9/9/9"))),
    Damage(
        "planned trench below live light",
        lambda c: c.feature(SECTIONS, properties(status="planned")),
        shows_in="cables.csv",
    ),
    Damage("colour twice", lambda c: c.row("channels.csv", "wavelength_nm", set_to("1491")), city="glass"),
    Damage("splice to nowhere", lambda c: c.row("splices.csv", "a", set_to("D/9:to")), city="glass"),
    Damage("splice beyond the cable", lambda c: c.row("splices.csv", "count", set_to("24")), city="glass"),
    Damage("splice with itself", lambda c: c.row("splices.csv", "b", set_to("A/1")), city="glass"),
    Damage("slot that is not there", lambda c: c.row("splices.csv", "slot", set_to("40")), city="glass"),
    Damage(
        "termination of a cable from elsewhere",
        lambda c: c.row("terminations.csv", "port", set_to("OD-X:1")),
        city="glass",
    ),
    Damage(
        "port that is not there",
        lambda c: c.row("terminations.csv", "port", lambda p: p.split(":")[0] + ":99"),
        city="glass",
    ),
    Damage("patched to what is taken", lambda c: c.row("patches.csv", "b", set_to("MX-H:com")), city="glass"),
    Damage(
        "filter without colours",
        lambda c: c.row("passives.csv", "colours", set_to("")),
        city="glass",
        shows_in="patches.csv",
    ),
    Damage("duct in itself", lambda c: c.row("ducts.csv", "parent", set_to("M1")), city="glass"),
    Damage("module in no port", lambda c: c.row("transceivers.csv", "interface", set_to("SW1:9/9")), city="glass"),
    Damage(
        "strand state beyond the cable", lambda c: c.row("strand_states.csv", "strand", set_to("B/13")), city="glass"
    ),
]

MORE = [
    Damage("a letter too many", lambda c: c.row("cables.csv", "to_node", lambda s: s + "x")),
    Damage("lower case", lambda c: c.row("cables.csv", "route", str.lower)),
    Damage("commas in a list", lambda c: c.row("cables.csv", "route", lambda s: s.replace(";", ","), where=long)),
    Damage("no route", lambda c: c.row("cables.csv", "route", set_to(""))),
    Damage("route from its end", lambda c: c.row("cables.csv", "route", turned_list, where=long)),
    Damage("route too short", lambda c: c.row("cables.csv", "route", lambda s: s.rpartition(";")[0], where=long)),
    Damage("section twice", lambda c: c.row("cables.csv", "route", lambda s: f"{s};{s.split(';')[-1]}")),
    Damage("strands in words", lambda c: c.row("cables.csv", "strand_count", set_to("twelve"))),
    Damage("half a strand", lambda c: c.row("cables.csv", "strand_count", set_to("12.5"))),
    Damage(
        "fewer strands than are spliced",
        lambda c: c.row("cables.csv", "strand_count", set_to("2")),
        shows_in="splices.csv",
    ),
    Damage("no number", lambda c: c.row("cables.csv", "sheath_m", set_to("nan"))),
    Damage("kilometres", lambda c: c.row("cables.csv", "sheath_m", lambda s: str(float(s) / 1000))),
    Damage("centimetres", lambda c: c.row("cables.csv", "sheath_m", lambda s: str(float(s) * 100))),
    Damage("glass longer than any winding", lambda c: c.row("cables.csv", "optical_m", set_to("50000"))),
    Damage("route of which nothing is known", lambda c: c.row("cables.csv", "route_known", set_to("none"))),
    Damage("digits swapped in the fibre type", lambda c: c.row("cables.csv", "fibre_type", set_to("G.562.D"))),
    Damage("duct that is not there", lambda c: c.row("cables.csv", "containers", set_to("KL-DU-9999"))),
    Damage(
        "a container missing", lambda c: c.row("cables.csv", "containers", lambda s: s.rpartition(";")[0], where=long)
    ),
    Damage("slack without metres", lambda c: c.row("cables.csv", "slack", set_to("KL-HH-0001:20"))),
    Damage(
        "planned cable below live light",
        lambda c: c.row("cables.csv", "status", set_to("planned")),
        shows_in="links.csv",
    ),
    Damage("no UUID", lambda c: c.row("cables.csv", "id", set_to("17"))),
    Damage("a German date", lambda c: c.row("cables.csv", "as_of", set_to("31.12.2025"))),
    Damage("codes alike but for their case", lambda c: c.double("cables.csv", id=NEW_ID, code="kl-ca-0001")),
    Damage("two codes in one", lambda c: c.row("cables.csv", "code", lambda s: s + ";B")),
    Damage("closure that is not there", lambda c: c.row("splices.csv", "closure", set_to("KL-CL-9999"))),
    Damage("strand 0", lambda c: c.row("splices.csv", "a", lambda s: s.split("/")[0] + "/0")),
    Damage("no end of a strand", lambda c: c.row("splices.csv", "a", lambda s: s + ":middle")),
    Damage(
        "splice back into its cable",
        lambda c: c.row("splices.csv", "b", set_to("A/9"), where=code("S-AB")),
        city="glass",
    ),
    Damage("tray 99", lambda c: c.row("splices.csv", "tray", set_to("99"))),
    Damage("a splice of 5 dB", lambda c: c.row("splices.csv", "loss_db", set_to("5"))),
    Damage("light that grows", lambda c: c.row("splices.csv", "loss_db", set_to("-0.1"))),
    Damage("the same splice again", lambda c: c.double("splices.csv", id=NEW_ID, code="X-1")),
    Damage("splice taken out", lambda c: c.drop("splices.csv", "S-AD"), city="glass", shows_in="links.csv"),
    Damage(
        "closed closure", lambda c: c.row("closures.csv", "status", set_to("decommissioned")), shows_in="splices.csv"
    ),
    Damage("closure without slots", lambda c: c.row("closures.csv", "tray_slots", set_to("1")), shows_in="splices.csv"),
    Damage("closure elsewhere", lambda c: c.row("closures.csv", "node", set_to("KL-LA-01")), shows_in="splices.csv"),
    Damage("panel without ports", lambda c: c.row("panels.csv", "ports", set_to("1")), shows_in="terminations.csv"),
    Damage("panel nowhere", lambda c: c.row("panels.csv", "node", set_to("KL-RN-0001"))),
    Damage("port without number", lambda c: c.row("terminations.csv", "port", lambda s: s.split(":")[0])),
    Damage("more pigtails than ports", lambda c: c.row("terminations.csv", "count", set_to("900"))),
    Damage("a pigtail of 9 dB", lambda c: c.row("terminations.csv", "loss_db", set_to("9"))),
    Damage("colour twice in a filter", lambda c: c.row("passives.csv", "colours", lambda s: s + ";1470")),
    Damage("filter with legs", lambda c: c.row("passives.csv", "legs", set_to("8"))),
    Damage("filter of 40 dB", lambda c: c.row("passives.csv", "loss_db", set_to("40"))),
    Damage(
        "colour a filter does not have",
        lambda c: c.row("passives.csv", "colours", set_to("1471"), where=code("MX-S")),
        city="glass",
        shows_in="patches.csv",
    ),
    Damage(
        "filter not fitted yet",
        lambda c: c.row("passives.csv", "status", set_to("planned")),
        city="glass",
        shows_in="links.csv",
    ),
    Damage("cord from nowhere", lambda c: c.row("patches.csv", "b", set_to(""))),
    Damage(
        "cord back into its port",
        lambda c: c.row("patches.csv", "b", set_to("MX-H:com"), where=code("PC-1")),
        city="glass",
    ),
    Damage("a cord of 3 km", lambda c: c.row("patches.csv", "length_m", set_to("3000"))),
    Damage(
        "sender and receiver swapped",
        lambda c: c.row("patches.csv", "b", set_to("OD-H:7"), where=code("PC-11")),
        city="glass",
        shows_in="links.csv",
    ),
    Damage("an address out of bounds", lambda c: c.row("devices.csv", "address", set_to("10.0.0.300"))),
    Damage("an address of many", lambda c: c.row("devices.csv", "address", set_to("224.0.0.5"))),
    Damage(
        "an address twice", lambda c: c.row("devices.csv", "address", set_to("127.21.0.2"), where=not_code("KL-SW-01"))
    ),
    Damage("switch not built yet", lambda c: c.row("devices.csv", "status", set_to("planned")), shows_in="links.csv"),
    Damage(
        "switch carried elsewhere", lambda c: c.row("devices.csv", "node", set_to("KL-LA-30")), shows_in="links.csv"
    ),
    Damage("another name of a port", lambda c: c.row("interfaces.csv", "if_name", set_to("xe-0/0/9"))),
    Damage("a speed with its unit", lambda c: c.row("interfaces.csv", "speed_mbps", set_to("1G"))),
    Damage(
        "slower than its module", lambda c: c.row("interfaces.csv", "speed_mbps", set_to("100"), where=has("optics"))
    ),
    Damage("optics of no maker", lambda c: c.row("interfaces.csv", "optics", set_to("1000BASE-LX11"))),
    Damage(
        "both ends one port", lambda c: c.row("links.csv", "b", set_to("KL-SW-01:ge-0/0/1"), where=code("KL-LI-0001"))
    ),
    Damage("no strands", lambda c: c.row("links.csv", "strands", set_to(""), where=has("strands"))),
    Damage(
        "another strand",
        lambda c: c.row(
            "links.csv",
            "strands",
            lambda s: ";".join(f"{x.split('/')[0]}/7" for x in s.split(";")),
            where=has("strands"),
        ),
    ),
    Damage("user group that is not there", lambda c: c.row("links.csv", "user_group", set_to("KL-UG-GONE"))),
    Damage(
        "link not lit yet",
        lambda c: c.row("links.csv", "status", set_to("planned"), where=code("KL-LI-0001")),
        shows_in="channels.csv",
    ),
    Damage("a wavelength in THz", lambda c: c.row("channels.csv", "wavelength_nm", set_to("193.1"))),
    Damage("light to the left", lambda c: c.row("channels.csv", "direction", set_to("left"))),
    Damage(
        "one strand, one colour, both ways",
        lambda c: c.row("channels.csv", "direction", set_to("both")),
        shows_in="links.csv",
    ),
    Damage(
        "another's colour", lambda c: c.row("channels.csv", "user_group", set_to("KL-UG-SMC"), where=group("KL-UG-SCH"))
    ),
    Damage("promise to a trench", lambda c: c.row("services.csv", "sites", set_to("KL-TR-0001"))),
    Damage("promise made twice", lambda c: c.row("services.csv", "sites", lambda s: f"{s};{s}")),
    Damage("a colour no map draws", lambda c: c.row("user_groups.csv", "display", set_to("rainbow"))),
    Damage("gap in a duct", lambda c: c.row("ducts.csv", "route", gap, where=long)),
    Damage("duct that nobody finds", lambda c: c.row("ducts.csv", "route", set_to(""))),
    Damage("duct wider inside than outside", lambda c: c.row("ducts.csv", "inner_mm", set_to("20"))),
    Damage("duct too thin", lambda c: c.row("ducts.csv", "inner_mm", set_to("1"))),
    Damage("reserve that is in use", lambda c: c.row("ducts.csv", "reserve", set_to("true"))),
    Damage(
        "module of another wavelength",
        lambda c: c.row("transceivers.csv", "wavelength_nm", set_to("1550")),
        city="glass",
    ),
    Damage("least above most", lambda c: c.row("transceivers.csv", "tx_min_dbm", set_to("9"))),
    Damage("milliwatts", lambda c: c.row("transceivers.csv", "tx_max_dbm", set_to("1000"))),
    Damage(
        "serial number twice",
        lambda c: c.row("transceivers.csv", "serial", set_to("S00001"), where=not_code("KL-XC-00001")),
    ),
    Damage("ring over another's link", lambda c: c.row("link_groups.csv", "blocked", set_to("KL-LI-0069"))),
    Damage("at sea", lambda c: c.feature(SITES, point(0.0, 0.0))),
    Damage("beyond the pole", lambda c: c.feature(SITES, point(7.77, 149.0))),
    Damage("Web Mercator", lambda c: c.feature(STRUCTURES, point(864_000.0, 6_350_000.0))),
    Damage("Gauss-Krueger", lambda c: c.feature(SITES, point(3_411_000.0, 5_477_000.0))),
    Damage("no coordinates", lambda c: c.feature(SITES, lambda f: f["geometry"].update(coordinates=[]))),
    Damage("a house as an area", lambda c: c.feature(SITES, lambda f: f["geometry"].update(type="Polygon"))),
    Damage("site closed", lambda c: c.feature(SITES, properties(status="decommissioned")), shows_in="devices.csv"),
    Damage("no building of a city", lambda c: c.feature(SITES, properties(kind="castle"))),
    Damage("a list for a word", lambda c: c.feature(SITES, properties(status=[]))),
    Damage("one point of a line", lambda c: c.feature(SECTIONS, line(lambda points: points[:1]))),
    Damage("line elsewhere", lambda c: c.feature(SECTIONS, line(lambda points: [[x + 0.0007, y] for x, y in points]))),
    Damage(
        "a spike of 30 km", lambda c: c.feature(SECTIONS, line(lambda points: [points[0], [8.1, 49.7], points[-1]]))
    ),
    Damage(
        "not a number in a line", lambda c: c.feature(SECTIONS, line(lambda points: [[float("nan"), 49.0], *points]))
    ),
    Damage("line swapped", lambda c: c.feature(SECTIONS, line(lambda points: [pair[::-1] for pair in points]))),
    Damage("60 cm as metres", lambda c: c.feature(SECTIONS, properties(depth_m=60))),
    Damage("length below nothing", lambda c: c.feature(SECTIONS, properties(length_m=-5))),
    Damage("a column nobody knows", lambda c: c.feature(SECTIONS, properties(lenght_m=5))),
    Damage("the same trench again", lambda c: c.again(SECTIONS)),
    Damage(
        "another character set", lambda c: c.bytes("user_groups.csv", lambda b: b.replace(b"Schulen", b"Sch\xfcler"))
    ),
    Damage("semicolons for commas", lambda c: c.bytes("user_groups.csv", lambda b: b.replace(b",", b";"))),
    Damage("half a file", lambda c: c.bytes("sites.geojson", lambda b: b[: len(b) // 2])),
    Damage("an empty file", lambda c: c.bytes("cables.csv", lambda _b: b"")),
    Damage(
        "two changes that met",
        lambda c: c.bytes("cables.csv", lambda b: b.replace(b"\n", b"\n<<<<<<< ours\n", 1)),
        shows_in="<<<<<<< ours",
    ),
    Damage("a column renamed", lambda c: c.bytes("cables.csv", lambda b: b.replace(b"strand_count", b"strands", 1))),
    Damage(
        "the coordinate system of the file",
        lambda c: c.bytes(
            "sites.geojson",
            lambda b: b.replace(b'"features"', b'"crs": {"properties": {"name": "EPSG:25832"}}, "features"', 1),
        ),
    ),
]

DAMAGES = (*FIRST, *MORE)
