"""One story on one real NetBox 4.7.3: filling it takes most of the time, so everything is shown on the same one.

By default a city of five switches is pushed; with ``RAINBOW_SLOW=1`` all of ``cities/lautern``, many times as much.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from conftest import ROOT, shared_data
from real_netbox import RealNetBox

from inventory.entities import Code, Direction, RouteKnown
from inventory.glass import RiskGroup, RiskKind
from inventory.history import differences
from inventory.lightpath.links import strands_on, way_of
from inventory.sources.city_folder import read_plant, write_plant
from inventory.sources.netbox.apply import apply_plan
from inventory.sources.netbox.client import NetBoxClient
from inventory.sources.netbox.cords import shaped
from inventory.sources.netbox.plan import plan_push
from inventory.sources.netbox.reading import read_estate, read_netbox
from inventory.sources.netbox.settings import NetBoxSettings
from rainbow.cli import main
from rainbow.kernel.errors import NetBoxAway
from rainbow.kernel.secret import Secret, SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from inventory.glass import StrandEnd
    from inventory.sources.netbox.held import Held, Seen
    from inventory.sources.netbox.plan import NetBoxPlan

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

LAUTERN = ROOT / "cities" / "lautern"
SWITCHES = 5
DIRECTIONS = '\n[netbox.direction]\ncables = "pull"\nsites = "pull"\n'
TRACED_LINKS = 6


class Story:
    """A city folder beside a NetBox; ``rainbow`` runs a command of the group and gives its exit code and words."""

    def __init__(self, netbox: RealNetBox, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.netbox = netbox
        self.folder = folder
        self.capsys = capsys
        self.source = LAUTERN
        if os.environ.get("RAINBOW_SLOW") != "1":
            self.source = folder / "source"
            assert main(["simulate", "new-city", str(self.source), "--seed", "2021", "--switches", str(SWITCHES)]) == 0
            capsys.readouterr()
        self.city = self.make("city", plant=True)
        self.plant = read_plant(self.city)

    def make(self, name: str, *, plant: bool, more: str = "") -> Path:
        city = self.folder / name
        city.mkdir()
        if plant:
            shutil.copytree(self.source / "plant", city / "plant")
        token = self.folder / "token"
        token.write_text(self.netbox.token, encoding="utf-8")
        settings = (
            f'[city]\nname = "Lautern"\n\n[netbox]\nurl = "{self.netbox.url}"\ntoken_file = "{token}"\nchunk = 50\n'
        )
        (city / "city.toml").write_text(settings + more, encoding="utf-8")
        return city

    def rainbow(self, command: str, city: Path, *options: str) -> tuple[int, str]:
        code = main(["inventory", "netbox", command, str(city), *options])
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def changes(self) -> int:
        """Entries of NetBox's change log: what was really written."""
        return self.netbox.count("/api/core/object-changes/")

    def client(self) -> tuple[NetBoxClient, NetBoxSettings]:
        settings = NetBoxSettings(url=self.netbox.url, token=SecretRef(env="X"), chunk=50, retries=0)
        return NetBoxClient(settings, Secret(self.netbox.token), run="stopped"), settings

    def plan(self) -> NetBoxPlan:
        client, settings = self.client()
        return plan_push(shaped(self.plant), read_estate(client), settings.direction)


@pytest.fixture
def story(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setenv("RAINBOW_LANG", "en")
    with RealNetBox(tmp_path, shared_data("netbox") / "netbox-4.7.3-empty.dump") as netbox:
        yield Story(netbox, tmp_path, capsys)


def test_a_city_and_its_netbox(story: Story) -> None:
    """One story, for a NetBox takes half a minute to start: each part asserts, and stands on those before it."""
    nothing_is_written_before_init(story)
    a_stopped_push_is_finished_by_the_next(story)
    a_second_push_writes_nothing(story)
    traces_are_netbox_s_own(story)
    a_pull_into_an_empty_city_is_equal(story)
    what_changed_is_all_that_is_read(story)
    a_risk_group_is_a_tag(story)
    a_position_that_moves_is_freed_first(story)
    one_changed_cable_is_one_write(story)
    what_people_change_in_netbox_comes_with_a_pull(story)
    what_people_made_in_netbox_comes_as_far_as_it_goes(story)
    a_mistyped_filter_is_refused(story)
    mass_deletes_are_refused(story)
    a_revoked_token_does_no_damage(story)
    a_stopped_netbox_is_said_to_be_away(story)


def nothing_is_written_before_init(story: Story) -> None:
    before = story.changes()
    code, said = story.rainbow("push", story.city)
    assert code == 2
    assert "nothing was written: NetBox lacks the custom fields and tags rainbow_id, rainbow_record" in said
    assert "rainbow inventory netbox init" in said
    assert "to make: 9 custom fields, 0 tags" in story.rainbow("init", story.city, "--dry-run")[1]
    assert story.changes() == before
    assert "made: 9 custom fields, 0 tags" in story.rainbow("init", story.city)[1]
    assert "made: 0 custom fields, 0 tags" in story.rainbow("init", story.city)[1]


def a_stopped_push_is_finished_by_the_next(story: Story) -> None:
    """NetBox's web server is killed in the middle of a push; half is there, and the next push writes the rest."""
    plan = story.plan()
    client, settings = story.client()
    written, half = 0, len(plan.steps) // 2

    def report(count: int) -> None:
        nonlocal written
        written += count
        if written >= half:
            story.netbox.stop_web()

    with pytest.raises(NetBoxAway, match="run it again: it goes on where it stopped"):
        apply_plan(client, plan, settings, report=report)
    story.netbox.start_web()
    rest = story.plan()
    assert 0 < len(rest.steps) <= len(plan.steps) - half
    assert rest.count("create") == len(rest.steps)
    code, said = story.rainbow("push", story.city)
    assert code == 0, said
    assert f"{len(rest.steps)} objects written" in said
    shape = shaped(story.plant)
    for point, path in (("devices", "dcim/devices"), ("cables", "dcim/cables"), ("interfaces", "dcim/interfaces")):
        wanted = sum(item.point == point for item in shape.wanted.values())
        assert story.netbox.count(f"/api/{path}/") == wanted


def a_second_push_writes_nothing(story: Story) -> None:
    before = story.changes()
    code, said = story.rainbow("push", story.city)
    assert (code, story.changes()) == (0, before), said
    assert "0 objects written" in said
    assert f"stays in RAINBOW, NetBox cannot hold it: {len(story.plant.sections)} sections" in said
    assert story.rainbow("plan", story.city)[0] == 0


def traces_are_netbox_s_own(story: Story) -> None:
    """Where every port's light ends, and for some links every cable on the way, as NetBox traces it."""
    page = story.netbox.get(
        "/api/dcim/interfaces/?limit=1000&cabled=true&fields=id,name,device,connected_endpoints,connected_endpoints_reachable"
    )
    numbers: dict[str, int] = {}
    ends: dict[str, list[str]] = {}
    for item in page["results"]:  # type: ignore[attr-defined] # NetBox's list
        code = name_of(item)
        numbers[code] = item["id"]
        ends[code] = [name_of(end) for end in item["connected_endpoints"] or []]
    links = story.plant.links
    assert ends == {link.a: [link.b] for link in links} | {link.b: [link.a] for link in links}
    for link in links[:: len(links) // TRACED_LINKS]:
        hops = story.netbox.get_list(f"/api/dcim/interfaces/{numbers[link.a]}/trace/")
        passed = [cable["label"] for _near, cable, _far in hops if cable["label"].startswith("KL-CA-")]
        way = way_of(story.plant.light, link, Direction.A_TO_B)
        assert way is not None
        assert passed == [strand.cable for strand in strands_on(story.plant.light, way)]


def name_of(item: dict[str, object]) -> str:
    device = item["device"]
    assert isinstance(device, dict)
    return f"{device['name']}:{item['name']}"


def a_pull_into_an_empty_city_is_equal(story: Story) -> None:
    empty = story.make("empty", plant=False)
    code, said = story.rainbow("pull", empty)
    assert code == 0, said
    assert f"{len(story.plant.cables)} cables lie in trenches this city does not have" in said
    pulled = read_plant(empty)
    assert {cable.route_known for cable in pulled.cables} == {RouteKnown.NONE}
    write_plant(story.plant, empty, kinds={"sections", "route_nodes", "ducts", "link_groups"})
    with (empty / "city.toml").open("a", encoding="utf-8") as settings:
        settings.write(ALL_PULLED)
    code, said = story.rainbow("pull", empty)
    assert code == 0, said
    assert differences(story.plant, read_plant(empty)) == ()


def what_changed_is_all_that_is_read(story: Story) -> None:
    """Whatever happens in NetBox, what is read of the changes is what is read whole; then RAINBOW mends it."""
    client, _settings = story.client()
    netbox = story.netbox
    before = read_netbox(client)
    site = netbox.first("/api/dcim/sites/?limit=1")["id"]
    other = netbox.first("/api/dcim/sites/?limit=1&offset=1")["id"]
    kind, role = (netbox.first(f"/api/dcim/device-{name}/?limit=1")["id"] for name in ("types", "roles"))
    rack = netbox.post("/api/dcim/racks/", {"name": "R1", "site": site})["id"]
    device = netbox.post(
        "/api/dcim/devices/", {"name": "racked", "site": site, "rack": rack, "device_type": kind, "role": role}
    )["id"]
    port = netbox.post("/api/dcim/interfaces/", {"device": device, "name": "mgmt0", "type": "1000base-t"})["id"]
    body = {"address": "192.0.2.1/24", "assigned_object_type": "dcim.interface", "assigned_object_id": port}
    address = netbox.post("/api/ipam/ip-addresses/", body)["id"]
    netbox.patch(f"/api/dcim/devices/{device}/", {"primary_ip4": address})
    before = same_as_whole(client, before)
    netbox.patch(f"/api/ipam/ip-addresses/{address}/", {"address": "192.0.2.9/24"})
    netbox.patch(f"/api/dcim/racks/{rack}/", {"site": other})
    after = same_as_whole(client, before)
    assert (after.objects["devices"][device].text("address"), after.objects["devices"][device].number("site")) == (
        "192.0.2.9",
        other,
    )
    netbox.delete(f"/api/dcim/devices/{device}/")
    netbox.delete(f"/api/dcim/racks/{rack}/")
    rears = [pk for _front, pk, _position in mapped(after.objects["front_ports"].values())]
    netbox.patch(f"/api/dcim/rear-ports/{rears[0]}/", {"front_ports": []})
    netbox.delete(f"/api/dcim/cables/{min(after.objects['cables'])}/")
    same_as_whole(client, after)
    code, said = story.rainbow("push", story.city)
    assert code == 0, said
    assert "0 objects written" in story.rainbow("push", story.city, "--whole")[1]


def same_as_whole(client: NetBoxClient, before: Seen) -> Seen:
    later = read_netbox(client, before=before, overlap=timedelta(0))
    whole = read_netbox(client)
    assert later.objects == whole.objects
    assert later.ends == whole.ends
    return whole


def mapped(ports: Iterable[Held]) -> list[tuple[int, int, int]]:
    found = [mapping for port in ports for mapping in port.values["rear_ports"]]  # type: ignore[union-attr] # mappings
    return [mapping for mapping in found if isinstance(mapping, tuple)]


def a_risk_group_is_a_tag(story: Story) -> None:
    plant = story.plant
    members = (plant.sites[0].code, plant.devices[0].code, plant.cables[1].code, plant.sections[0].code)
    group = RiskGroup(
        id="5b5ab5ff-77ed-5dfa-bc8c-18b07cd91111", code=Code("FEED-1"), kind=RiskKind.POWER, members=members, rate=0.1
    )
    story.plant = replace(plant, risk_groups=(group,))
    write_plant(story.plant, story.city)
    code, said = story.rainbow("push", story.city)
    assert (code, "NetBox lacks the custom fields and tags srlg:FEED-1" in said) == (2, True)
    assert "made: 0 custom fields, 1 tags" in story.rainbow("init", story.city)[1]
    assert "0 to create, 3 to update, 0 to delete" in story.rainbow("push", story.city)[1]
    cable = story.netbox.first("/api/dcim/cables/?tag=srlg-feed-1")
    assert cable["label"] == plant.cables[1].code
    assert "0 objects written" in story.rainbow("push", story.city, "--whole")[1]
    story.netbox.patch(f"/api/dcim/cables/{cable['id']}/", {"tags": [], "custom_fields": {"route_known": "partial"}})
    mine = story.make("tagged", plant=True, more=ALL_PULLED)
    code, said = story.rainbow("pull", mine)
    assert code == 0, said
    found = read_plant(mine)
    assert found.risk_groups[0].members == (*members[:2], members[3])
    assert (found.cables[1].route_known, found.cables[1].route) == (RouteKnown.PARTIAL, plant.cables[1].route)
    assert "0 to create, 1 to update, 0 to delete" in story.rainbow("push", story.city)[1]


def a_position_that_moves_is_freed_first(story: Story) -> None:
    """A pigtail goes to the next port of its panel, and its cord with it: NetBox maps no position twice."""
    plant = story.plant
    cords = {patch.b: patch for patch in plant.patches} | {patch.a: patch for patch in plant.patches}
    first = next(item for item in plant.terminations if item.count > 2 and item.port in cords)
    panel, _colon, number = first.port.rpartition(":")
    beside = Code(f"{panel}:{int(number) + 1}")
    moved = (
        replace(first, port=beside, count=1),
        replace(first, id=str(UUID(int=1)), code=Code("TE-1"), strand=further(first.strand, 1), count=1),
        replace(
            first,
            id=str(UUID(int=2)),
            code=Code("TE-2"),
            port=Code(f"{panel}:{int(number) + 2}"),
            strand=further(first.strand, 2),
            count=first.count - 2,
        ),
    )
    cord = cords[first.port]
    cord = replace(cord, a=beside if cord.a == first.port else cord.a, b=beside if cord.b == first.port else cord.b)
    terminations = (*moved, *(item for item in plant.terminations if item is not first))
    patches = tuple(cord if item.id == cord.id else item for item in plant.patches)
    city = story.make("turned", plant=True)
    write_plant(replace(plant, terminations=terminations, patches=patches), city)
    code, said = story.rainbow("push", city)
    assert code == 0, said
    assert re.search(rf"~ front_ports {number}\n    rear_ports: .* -> -\n", said), said
    assert f"+ front_ports {beside}\n" in said
    assert f"- front_ports {number}\n" in said
    port = story.netbox.first(f"/api/dcim/front-ports/?device={panel}&name={int(number) + 1}")
    assert [item["rear_port_position"] for item in port["rear_ports"]] == [first.strand.strand.number]  # type: ignore[attr-defined] # a list
    assert "0 objects written" in story.rainbow("push", city, "--whole")[1]
    traces_are_netbox_s_own(story)
    code, said = story.rainbow("push", story.city)
    assert code == 0, said
    assert "0 objects written" in story.rainbow("push", story.city, "--whole")[1]
    traces_are_netbox_s_own(story)


def further(end: StrandEnd, steps: int) -> StrandEnd:
    return replace(end, strand=replace(end.strand, number=end.strand.number + steps))


KINDS = (
    "sites",
    "structures",
    "user_groups",
    "devices",
    "interfaces",
    "cables",
    "glass",
    "links",
    "services",
    "risk_groups",
)
ALL_PULLED = "\n[netbox.direction]\n" + "".join(f'{kind} = "pull"\n' for kind in KINDS)


def one_changed_cable_is_one_write(story: Story) -> None:
    cables = story.city / "plant" / "cables.csv"
    text = cables.read_text(encoding="utf-8")
    cables.write_text(text.replace(",KL-CA-0003,,", ",KL-CA-0003,neu verlegt,"), encoding="utf-8")
    before = story.changes()
    code, said = story.rainbow("push", story.city)
    assert code == 0, said
    assert "0 to create, 1 to update, 0 to delete" in said
    assert "~ cables KL-CA-0003\n    description: - -> neu verlegt" in said
    assert story.changes() == before + 1
    assert "0 objects written" in story.rainbow("push", story.city)[1]
    story.plant = read_plant(story.city)


def what_people_change_in_netbox_comes_with_a_pull(story: Story) -> None:
    cable = story.netbox.get("/api/dcim/cables/?label=KL-CA-0005")["results"][0]  # type: ignore[index] # a list
    story.netbox.patch(f"/api/dcim/cables/{cable['id']}/", {"description": "von Hand", "length": 123.45})
    mine = story.make("mine", plant=True, more=DIRECTIONS)
    code, said = story.rainbow("pull", mine, "--dry-run")
    assert re.search(r"changed in NetBox: KL-CA-0005: sheath_m .* -> 123.45, name - -> von Hand", said)
    assert differences(read_plant(story.source), read_plant(mine)) == ()
    code, said = story.rainbow("pull", mine)
    assert code == 0, said
    found = next(item for item in read_plant(mine).cables if item.code == "KL-CA-0005")
    assert (found.name, found.sheath_m, found.route_known) == ("von Hand", 123.45, RouteKnown.FULL)
    code, said = story.rainbow("push", story.city)
    assert "description: von Hand -> -" in said


def what_people_made_in_netbox_comes_as_far_as_it_goes(story: Story) -> None:
    """A site with two switches and a cable, entered by hand: taken by a pull, left alone by a push."""
    made = story.netbox.post
    kind = story.netbox.get("/api/dcim/device-types/?limit=1")["results"][0]["id"]  # type: ignore[index] # a list
    role = story.netbox.get("/api/dcim/device-roles/?limit=1")["results"][0]["id"]  # type: ignore[index] # a list
    ports = []
    for name in ("Depot", "Klinik"):
        site = made("/api/dcim/sites/", {"name": name, "slug": name.lower()})["id"]
        device = made("/api/dcim/devices/", {"name": f"sw-{name}", "site": site, "device_type": kind, "role": role})
        body = {"device": device["id"], "name": "Te1", "type": "10gbase-x-sfpp"}
        ports.append(made("/api/dcim/interfaces/", body)["id"])
    ends = [[{"object_type": "dcim.interface", "object_id": port}] for port in ports]
    made("/api/dcim/cables/", {"a_terminations": ends[0], "b_terminations": ends[1], "label": "LWL-1"})
    city = story.make("theirs", plant=False)
    code, said = story.rainbow("pull", city, "--filter", "name=Depot")
    assert code == 0, said
    assert [site.code for site in read_plant(city).sites] == ["Depot"]
    shutil.rmtree(city / "plant")
    code, said = story.rainbow("pull", city)
    assert code == 0, said
    assert "2 sites have no coordinates in NetBox" in said
    plant = read_plant(city)
    link = next(item for item in plant.links if item.a == "sw-Depot:Te1")
    assert (link.b, plant.interface[link.b].speed_mbps) == ("sw-Klinik:Te1", 10_000)
    assert [(item.code, item.route_known) for item in plant.cables if item.code == "LWL-1"] == [("LWL-1", "none")]
    assert "0 objects written" in story.rainbow("push", story.city)[1]


def a_mistyped_filter_is_refused(story: Story) -> None:
    city = story.make("filtered", plant=False)
    code, said = story.rainbow("pull", city, "--filter", "regoin=kl")
    assert (code, (city / "plant").exists()) == (2, False)
    assert "there is no filter regoin\n  -> did you mean region?" in said
    code, said = story.rainbow("pull", city, "--filter", "region=nowhere")
    assert (code, (city / "plant").exists()) == (2, False)
    assert "the filter region=nowhere leaves no site" in said


def mass_deletes_are_refused(story: Story) -> None:
    city = story.make("half", plant=True)
    half = replace(story.plant, patches=(), links=(), link_groups=(), channels=(), transceivers=(), passives=())
    write_plant(half, city)
    before = story.changes()
    code, said = story.rainbow("push", city)
    assert (code, story.changes()) == (2, before)
    assert "nothing was written: " in said
    assert "would be deleted from NetBox" in said


def a_revoked_token_does_no_damage(story: Story) -> None:
    before = story.changes()
    story.netbox.revoke_all()
    for command in ("push", "pull", "init"):
        code, said = story.rainbow(command, story.make(f"revoked-{command}", plant=command == "push"))
        assert code == 2
        assert "refuses the token" in said
        assert "the token was revoked, has run out, or its user lacks this right" in said
        assert story.netbox.token not in said
    story.netbox.token = ""
    story.netbox.token = story.netbox.provision()
    assert story.changes() == before


def a_stopped_netbox_is_said_to_be_away(story: Story) -> None:
    story.netbox.stop_web()
    city = story.make("away", plant=True, more="retries = 0\n")
    code, said = story.rainbow("push", city)
    assert code == 2
    assert "cannot be reached" in said
    assert "see whether NetBox runs, then run it again" in said
