"""The dense grid: channels as the trade numbers them, a port per channel, no clash unseen, dense in coarse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from inventory.checks import check
from inventory.colour_picture import picture
from inventory.colours import colour_plan
from inventory.dwdm import DWDM_GHZ, channel_name, channel_named, clash, colour_text, exact_nm
from inventory.entities import Code, Direction
from inventory.lightpath.graph import Stop
from inventory.lightpath.links import way_of
from inventory.lightpath.names import paths_named
from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.geopackage import write_geopackage

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.entities import Record
    from inventory.plant import Plant

COLOURS = {1471: 193_100, 1491: 193_200, 1511: 193_300, 1531: 193_350}
"""The glass plant's CWDM colours, and what stands for them here."""

NEW = "5b0c1f60-6a5c-4b8e-9f0e-0000000000"


def port(code: str) -> Code:
    owner, _colon, name = code.rpartition(":")
    dense = COLOURS.get(int(name)) if name.isdigit() else None
    return Code(f"{owner}:{channel_name(dense)}") if dense and owner.startswith("MX") else Code(code)


@pytest.fixture(scope="module")
def dense(glass_plant: Plant) -> Plant:
    """The glass plant in dense colours: C31, C32, C33 and H33."""
    return replace(
        glass_plant,
        passives=tuple(replace(item, colours=tuple(COLOURS.values())) for item in glass_plant.passives),
        patches=tuple(replace(item, a=port(item.a), b=port(item.b)) for item in glass_plant.patches),
        interfaces=tuple(
            replace(item, optics="DWDM-10G-40", speed_mbps=10_000) if item.optics == "CWDM-1G-40" else item
            for item in glass_plant.interfaces
        ),
        channels=tuple(
            replace(item, frequency_ghz=ghz, wavelength_nm=round(exact_nm(ghz)))
            for item in glass_plant.channels
            for ghz in (COLOURS[item.wavelength_nm],)
        ),
    )


def put(plant: Plant, kind: str, code: str, /, **change: object) -> Plant:
    records: tuple[Record, ...] = getattr(plant, kind)
    changed = tuple(replace(record, **change) if record.code == code else record for record in records)  # type: ignore[arg-type] # a case names fields
    return replace(plant, **{kind: changed})  # type: ignore[arg-type] # and its collection


@pytest.mark.parametrize(
    ("ghz", "name", "nm"),
    [(193_100, "C31", 1552.52), (193_150, "H31", 1552.12), (191_300, "C13", 1567.13), (196_100, "C61", 1528.77)],
)
def test_channels_are_called_as_the_trade_does(ghz: int, name: str, nm: float) -> None:
    assert channel_name(ghz) == name
    assert channel_named(name.lower()) == ghz
    assert exact_nm(ghz) == pytest.approx(nm, abs=0.005)


def test_names_and_frequencies_are_one_to_one_and_nothing_else_is_a_name() -> None:
    assert [channel_named(channel_name(ghz)) for ghz in DWDM_GHZ] == list(DWDM_GHZ)
    assert len(DWDM_GHZ) == 97
    assert [channel_named(text) for text in ("C12", "C62", "H61", "C3", "31", "")] == [None] * 6
    assert colour_text(193_100) == "C31 193.10 THz 1552.52 nm"
    assert colour_text(1471) == "1471 nm"


def test_a_coarse_colour_meets_the_dense_ones_in_its_band() -> None:
    assert clash(1551, 193_100)
    assert clash(195_900, 1531)
    assert not clash(1531, 193_100)
    assert not clash(193_100, 193_150)
    assert clash(1470, 1471)


def test_a_dense_plant_is_in_order_and_light_takes_its_channels_ports(dense: Plant) -> None:
    assert [str(item) for item in check(dense)] == []
    path = way_of(dense.light, dense.link[Code("L2")], Direction.A_TO_B)
    assert path is not None
    assert (path.colour, path.wavelength_nm, path.begin, path.end) == (193_300, 1551, Stop.JACK, Stop.JACK)
    names = [dense.light.port_names.get(item) for item in path.terminals]
    assert {"MX-H:C33", "MX-S:C33"} <= set(names)


def test_files_and_geopackage_give_it_back(dense: Plant, tmp_path: Path) -> None:
    write_plant(dense, tmp_path / "text")
    assert read_plant(tmp_path / "text") == dense
    (tmp_path / "gis").mkdir()
    write_geopackage(dense, tmp_path / "gis" / "plant.gpkg")
    assert read_plant(tmp_path / "gis") == dense


def test_channels_may_be_written_by_name(dense: Plant, tmp_path: Path) -> None:
    write_plant(dense, tmp_path)
    for file, before, after in (("channels.csv", "193100", "C31"), ("passives.csv", "193350", "H33")):
        target = tmp_path / "plant" / file
        target.write_text(target.read_text().replace(before, after))
    assert read_plant(tmp_path) == dense


@pytest.mark.parametrize(
    ("rule", "record", "change"),
    [
        ("RB-5007", "K1", {"frequency_ghz": 193_125}),
        ("RB-5023", "K1", {"wavelength_nm": 1531}),
        ("RB-5005", "K3", {"frequency_ghz": 193_100, "wavelength_nm": 1553}),
        ("RB-5005", "K3", {"frequency_ghz": None, "wavelength_nm": 1551}),
    ],
)
def test_what_is_wrong_with_a_channel_is_named(dense: Plant, rule: str, record: str, change: dict[str, object]) -> None:
    findings = check(put(dense, "channels", record, **change))
    assert (rule, record) in {(item.code, item.record) for item in findings}, [str(item) for item in findings]


def test_a_module_tuned_to_another_channel_is_named(dense: Plant) -> None:
    module = replace(dense.transceivers[0], interface=Code("SW1:1/1"), optics="DWDM-10G-40", wavelength_nm=1552)
    tuned = replace(dense, transceivers=(replace(module, frequency_ghz=193_150),))
    found = {(item.code, item.record) for item in check(tuned)}
    assert found == {("RB-5016", "K1"), ("RB-7015", "PC-3")}
    assert check(replace(dense, transceivers=(replace(module, wavelength_nm=1553, frequency_ghz=193_100),))) == []


def test_a_colour_on_no_grid_is_named(dense: Plant) -> None:
    stray = put(dense, "passives", "MX-H", colours=(*COLOURS.values(), 193_425))
    assert [(item.code, item.record) for item in check(stray)] == [("RB-7030", "MX-H")]


def test_dense_light_passes_the_band_of_a_coarse_filter(dense: Plant) -> None:
    """A DWDM filter behind the 1551 port of a CWDM filter at either end, as a full strand is widened."""
    coarse = tuple(
        replace(item, id=f"{NEW}0{number}", code=Code(f"W{item.code}"), colours=(1531, 1551))
        for number, item in enumerate(dense.passives)
    )
    behind = tuple(
        replace(
            cord, id=f"{NEW}1{number}", code=Code(f"X-{side}"), a=Code(f"MX-{side}:com"), b=Code(f"WMX-{side}:1551")
        )
        for number, (cord, side) in enumerate(zip(dense.patches, "HS", strict=False))
    )
    patches = (
        *(replace(item, a=Code(f"W{item.a}")) if item.a.endswith(":com") else item for item in dense.patches),
        *behind,
    )
    wide = replace(dense, passives=(*dense.passives, *coarse), patches=patches)
    assert [str(item) for item in check(wide)] == []
    path = way_of(wide.light, wide.link[Code("L1")], Direction.B_TO_A)
    assert path is not None
    assert path.colour == 193_200
    arrived = {item.colour for item in paths_named(wide.light, "A/1") if item.begin is item.end is Stop.JACK}
    assert arrived == set(COLOURS.values())


def test_the_plan_and_its_picture_show_both_grids(dense: Plant) -> None:
    (strand,) = [item for item in colour_plan(dense) if str(item.strand) == "A/1"]
    assert [use.colour for use in strand.uses] == sorted(COLOURS.values())
    drawn = ET.fromstring(picture(dense, strand))  # noqa: S314 - our own picture
    texts = {item.text for item in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"1271", "C31", "C33", "H33"} <= texts
    titles = [item.text for item in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert any("C31 193.10 THz" in str(title) for title in titles)
