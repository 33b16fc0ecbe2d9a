"""The rules by code, and the finding that names a record with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.texts import N_

if TYPE_CHECKING:
    from inventory.entities import Record
    from inventory.plant import Plant

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

PLANT_RULES: dict[str, tuple[Severity, str]] = {
    "RB-2001": (ERROR, N_("a reference leads nowhere")),
    "RB-2002": (ERROR, N_("a code stands for two records")),
    "RB-2003": (ERROR, N_("an id stands for two records")),
    "RB-2004": (WARNING, N_("an id is no UUID")),
    "RB-2005": (ERROR, N_("two devices answer at one address and port")),
    "RB-2006": (ERROR, N_("an interface's code is not DEVICE:if_name")),
    "RB-2007": (WARNING, N_("a code stands for records of two kinds")),
    "RB-3001": (ERROR, N_("a coordinate lies outside WGS84")),
    "RB-3002": (WARNING, N_("longitude and latitude are swapped")),
    "RB-3003": (WARNING, N_("a place is far from all others")),
    "RB-3004": (WARNING, N_("a trench section's line does not end at its nodes")),
    "RB-3005": (WARNING, N_("a trench section's length is not that of its line")),
    "RB-3006": (INFO, N_("a trench section has no length")),
    "RB-4001": (ERROR, N_("a cable's route has a gap")),
    "RB-4002": (ERROR, N_("a cable's route ends elsewhere than the cable")),
    "RB-4003": (ERROR, N_("a route is called fully known and is empty")),
    "RB-4004": (WARNING, N_("a route is called unknown and is given")),
    "RB-4005": (WARNING, N_("a cable's sheath is shorter than its route")),
    "RB-4006": (WARNING, N_("a cable's optical length is shorter than its route")),
    "RB-4007": (WARNING, N_("a cable passes a trench section twice")),
    "RB-4008": (WARNING, N_("a cable ends where nothing stands")),
    "RB-4009": (WARNING, N_("a thing in service rests on one that is not")),
    "RB-5001": (ERROR, N_("a strand's number is not in its cable")),
    "RB-5002": (ERROR, N_("a link uses a strand twice")),
    "RB-5003": (ERROR, N_("links share a strand without colours of their own")),
    "RB-5004": (ERROR, N_("a colour is used twice on a strand")),
    "RB-5005": (ERROR, N_("a user group is on another's colour")),
    "RB-5006": (WARNING, N_("a colour's user group is not its link's")),
    "RB-5007": (WARNING, N_("a wavelength is no known channel")),
    "RB-5008": (ERROR, N_("a port carries two links")),
    "RB-5009": (ERROR, N_("a link ends at the port it begins at")),
    "RB-5010": (ERROR, N_("a link's strands do not lead from end to end")),
    "RB-5011": (ERROR, N_("a link between two places has no strands")),
    "RB-5012": (WARNING, N_("the modules of a single-strand link do not match")),
    "RB-5013": (WARNING, N_("modules for a pair of strands have only one")),
    "RB-5014": (WARNING, N_("modules for one strand have a pair")),
    "RB-5015": (WARNING, N_("a coloured link's directions do not fit its strands")),
    "RB-5016": (WARNING, N_("a module does not send the colour documented")),
    "RB-5017": (WARNING, N_("a link's ends run at different speeds")),
    "RB-5018": (WARNING, N_("an optics class is unknown")),
    "RB-5021": (WARNING, N_("a link's light budget is too small")),
    "RB-5022": (WARNING, N_("a link's receiver may be overloaded")),
    "RB-6001": (WARNING, N_("the plant has no hub")),
    "RB-6002": (WARNING, N_("a site has no device")),
    "RB-6003": (WARNING, N_("a device has no link")),
    "RB-6004": (WARNING, N_("a service reaches a place without device")),
}

GLASS_RULES: dict[str, tuple[Severity, str]] = {
    "RB-2008": (WARNING, N_("a date is not written as YYYY-MM-DD")),
    "RB-4010": (ERROR, N_("a cable's containers do not fit its route")),
    "RB-4011": (ERROR, N_("a cable lies in a duct that does not pass there")),
    "RB-4012": (WARNING, N_("slack is coiled where the cable does not pass")),
    "RB-4013": (WARNING, N_("a cable is shorter than its route and slack")),
    "RB-4014": (WARNING, N_("a cable is much longer than its route and slack")),
    "RB-4015": (WARNING, N_("a cable's glass is shorter than its sheath")),
    "RB-4020": (ERROR, N_("a duct's route has a gap")),
    "RB-4021": (ERROR, N_("a duct lies in itself")),
    "RB-4022": (WARNING, N_("a duct leaves the one it lies in")),
    "RB-4023": (WARNING, N_("a duct is too full")),
    "RB-4024": (WARNING, N_("a reserve duct is in use")),
    "RB-4025": (WARNING, N_("a microduct holds several cables")),
    "RB-4026": (WARNING, N_("a duct's way is unknown")),
    "RB-6005": (WARNING, N_("a service's diversity cannot be proven")),
    "RB-7001": (ERROR, N_("a strand's end or a port is joined twice")),
    "RB-7002": (ERROR, N_("a joint names a strand that is not there")),
    "RB-7003": (ERROR, N_("a joint names a port that is not there")),
    "RB-7004": (ERROR, N_("a strand is joined where its cable does not end")),
    "RB-7005": (ERROR, N_("a joint does not say which end of a strand")),
    "RB-7006": (ERROR, N_("a strand or port is joined to itself")),
    "RB-7007": (WARNING, N_("light runs in a circle")),
    "RB-7008": (WARNING, N_("a port's light arrives nowhere")),
    "RB-7009": (WARNING, N_("two splices lie in one slot")),
    "RB-7010": (WARNING, N_("a splice lies in a slot its closure does not have")),
    "RB-7011": (WARNING, N_("a link's light runs over other strands")),
    "RB-7012": (WARNING, N_("a link's light does not arrive")),
    "RB-7013": (WARNING, N_("a link uses a strand it should not")),
    "RB-7014": (WARNING, N_("a splice loses too much")),
    "RB-7015": (WARNING, N_("a module is patched to another colour's port")),
    "RB-7016": (ERROR, N_("a port holds two modules")),
    "RB-7017": (ERROR, N_("a strand is described twice")),
    "RB-7019": (ERROR, N_("a filter or splitter has no ports of its own")),
    "RB-7021": (WARNING, N_("a patch cord leads to another place")),
    "RB-7022": (WARNING, N_("a colour does not get through its filters")),
}

LINK_GROUP_RULES: dict[str, tuple[Severity, str]] = {
    "RB-5030": (ERROR, N_("a link is in two link groups")),
    "RB-5031": (ERROR, N_("the links of a ring form no ring")),
    "RB-5032": (ERROR, N_("a ring does not name one of its links as blocked")),
    "RB-5033": (ERROR, N_("aggregated links join different devices")),
    "RB-5034": (ERROR, N_("an aggregation wants more links than it has")),
    "RB-5035": (WARNING, N_("a spanning tree's root is none of its devices")),
    "RB-5036": (ERROR, N_("a link group is empty")),
}

VALUE_RULES: dict[str, tuple[Severity, str]] = {
    "RB-2009": (WARNING, N_("two codes differ in upper and lower case only")),
    "RB-2010": (WARNING, N_("an address is none of a device")),
    "RB-2011": (WARNING, N_("a colour for maps is none")),
    "RB-3007": (WARNING, N_("a trench section is too deep")),
    "RB-3008": (WARNING, N_("a trench section is drawn twice")),
    "RB-3009": (WARNING, N_("no trench section ends at a route node")),
    "RB-4016": (WARNING, N_("a fibre type is unknown")),
    "RB-4017": (WARNING, N_("a cable's glass is much longer than its sheath")),
    "RB-4027": (WARNING, N_("a duct is wider inside than outside")),
    "RB-5019": (WARNING, N_("a port is slower than its module")),
    "RB-5023": (WARNING, N_("a channel's frequency and wavelength are two")),
    "RB-6006": (WARNING, N_("a service names a place twice")),
    "RB-7023": (WARNING, N_("a link's light passes a closure without a splice")),
    "RB-7024": (WARNING, N_("a splice leads back into its cable")),
    "RB-7025": (WARNING, N_("a patch cord is too long")),
    "RB-7026": (WARNING, N_("a filter's or splitter's loss cannot be")),
    "RB-7027": (WARNING, N_("a module's levels contradict each other")),
    "RB-7028": (WARNING, N_("two modules have one serial number")),
    "RB-7029": (WARNING, N_("a module's wavelength is not its class's")),
    "RB-7030": (WARNING, N_("a filter's colour is on no grid")),
}

PROTECTION_RULES: dict[str, tuple[Severity, str]] = {
    "RB-8001": (ERROR, N_("an object has two protection classes")),
    "RB-8002": (WARNING, N_("a protection class or an exemption lacks its reasons")),
    "RB-8003": (WARNING, N_("a protection class is below that of its kind")),
}

RULES = PLANT_RULES | GLASS_RULES | LINK_GROUP_RULES | VALUE_RULES | PROTECTION_RULES
"""Stable: a code is never given to another rule. The 1000s are the file reader's own."""

_FILES = {
    "Site": "sites.geojson",
    "Structure": "structures.geojson",
    "RouteNode": "route_nodes.geojson",
    "TrenchSection": "trench_sections.geojson",
    "Cable": "cables.csv",
    "UserGroup": "user_groups.csv",
    "Device": "devices.csv",
    "Interface": "interfaces.csv",
    "Link": "links.csv",
    "Channel": "channels.csv",
    "Service": "services.csv",
    "Duct": "ducts.csv",
    "Closure": "closures.csv",
    "Splice": "splices.csv",
    "Panel": "panels.csv",
    "Termination": "terminations.csv",
    "Passive": "passives.csv",
    "Patch": "patches.csv",
    "Transceiver": "transceivers.csv",
    "StrandState": "strand_states.csv",
    "RiskGroup": "risk_groups.csv",
    "LinkGroup": "link_groups.csv",
    "ProtectionCase": "protection.csv",
}


def fault(plant: Plant, record: Record, rule: str, *, message: str, cure: str) -> Finding:
    """A finding on a record; its severity is the rule's."""
    return Finding(
        code=rule,
        severity=RULES[rule][0],
        where=plant.where.get(record.code) or f"plant/{_FILES[type(record).__name__]}",
        record=record.code,
        message=message,
        cure=cure,
    )
