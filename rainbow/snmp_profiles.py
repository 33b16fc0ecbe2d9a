"""The SNMP profiles of a city as an audit looks at them: whole or not, with what secrets there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.audit import AuditedProfile
from rainbow.city import secret
from rainbow.kernel.errors import SettingsError

if TYPE_CHECKING:
    from rainbow.city import City
    from rainbow.kernel.secret import Secret, SecretRef


def audited_profiles(city: City) -> list[AuditedProfile]:
    """All of ``[snmp]``."""
    return [
        AuditedProfile(
            name=name,
            version=profile.version,
            community=_known(city, profile.community),
            auth=profile.auth,
            auth_key=_known(city, profile.auth_key),
            priv=profile.priv,
            priv_key=_known(city, profile.priv_key),
        )
        for name, profile in city.settings.snmp.items()
    ]


def _known(city: City, ref: SecretRef) -> Secret | None:
    """A secret that is not there is no reason to stop: the audit may run where secrets are not."""
    try:
        return secret(city, ref, what="snmp") if ref else None
    except SettingsError:
        return None
