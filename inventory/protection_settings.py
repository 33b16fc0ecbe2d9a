"""Settings of the table ``[protection]`` in city.toml: how far which class may go."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from inventory.protection import Protection
from rainbow.kernel.texts import _

ROLES = {
    "viewer": "internal",
    "planner": "sensitive",
    "operator": "sensitive",
    "engineer": "secret",
    "auditor": "internal",
    "admin": "secret",
}
"""The highest class a role may know, where the settings do not say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionSettings:
    """The highest class that goes into NetBox, into InfluxDB (and so into Grafana), and to each role of the page."""

    netbox: str = "sensitive"
    grafana: str = "sensitive"
    roles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = ", ".join(item.name.lower() for item in Protection)
        named = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "roles"}
        for name, value in (*named.items(), *self.roles.items()):
            if str(value).upper() not in Protection.__members__:
                raise ValueError(
                    _("{name}: {value!r} is not one of {known}").format(name=name, value=value, known=known)
                )
        for role in self.roles:
            if role not in ROLES:
                raise ValueError(
                    _("{name}: {value!r} is not one of {known}").format(
                        name="roles", value=role, known=", ".join(ROLES)
                    )
                )

    @property
    def to_netbox(self) -> Protection:
        """What goes into NetBox at most."""
        return Protection[self.netbox.upper()]

    @property
    def to_grafana(self) -> Protection:
        """What goes into InfluxDB and Grafana at most."""
        return Protection[self.grafana.upper()]

    def of_role(self, role: str) -> Protection:
        """What a role may know at most; who has several has the highest."""
        return Protection[(self.roles.get(role) or ROLES[role]).upper()]
