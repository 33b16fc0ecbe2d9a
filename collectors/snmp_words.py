"""What an operator is told when a device gives no answer, or a bad one."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def denied(target: str) -> AccessDenied:
    """The device answers, but not to us."""
    return AccessDenied(
        _("{target} refused the credentials").format(target=target),
        cure=_("compare user, protocols and pass phrases of the profile with the device"),
    )


def bad(target: str, why: str) -> BadReply:
    """What came cannot be used."""
    return BadReply(
        _("{target} breaks the protocol: {why}").format(target=target, why=why),
        cure=_("report it to the vendor with the software version"),
    )
