"""What an operator is told when a device gives no answer, or a bad one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.snmp_usm import Complaint
from rainbow.kernel.errors import AccessDenied, BadReply, DeviceSilent
from rainbow.kernel.texts import _

if TYPE_CHECKING:
    from collectors.settings import CollectSettings


def silent(target: str, settings: CollectSettings, why: str) -> DeviceSilent:
    """Nothing came; ``why`` is what the system says, if anything."""
    said = f" ({why})" if why else ""
    return DeviceSilent(
        _("no answer from {target} in {tries} tries of {timeout:g} s{said}").format(
            target=target, tries=settings.retries + 1, timeout=settings.timeout_s, said=said
        ),
        cure=_("check power, cable, address and firewall; a wrong community or privacy key looks the same"),
    )


def denied(target: str, user: str = "", complaint: Complaint | None = None) -> AccessDenied:
    """The device answers, but not to us; SNMPv3 says why."""
    words = {
        Complaint.USER: (
            _("{target} does not know the user {user}"),
            _("make the user at the device, or correct its name in the profile"),
        ),
        Complaint.DIGEST: (
            _("{target} refuses the authentication of the user {user}"),
            _("compare the authentication's pass phrase and protocol with the device"),
        ),
        Complaint.LEVEL: (
            _("{target} does not let the user {user} in with authentication and privacy"),
            _("give the user the level authPriv at the device"),
        ),
        Complaint.DECRYPTION: (_wrong_privacy(), _compare_privacy()),
    }
    general = (
        _("{target} refused the credentials"),
        _("compare user, protocols and pass phrases of the profile with the device"),
    )
    said, cure = words.get(complaint, general) if complaint is not None else general
    return AccessDenied(said.format(target=target, user=user), cure=cure)


def unheard(target: str, user: str) -> AccessDenied:
    """The device answers, but nothing that is encrypted."""
    return AccessDenied(_wrong_privacy().format(target=target, user=user), cure=_compare_privacy())


def _wrong_privacy() -> str:
    return _("{target} answers, but cannot read what the user {user} encrypts")


def _compare_privacy() -> str:
    return _("compare the privacy's pass phrase and protocol with the device")


def bad(target: str, why: str) -> BadReply:
    """What came cannot be used."""
    return BadReply(
        _("{target} breaks the protocol: {why}").format(target=target, why=why),
        cure=_("report it to the vendor with the software version"),
    )
