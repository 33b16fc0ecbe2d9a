"""Settings of the table ``[evidence]`` in city.toml: what the operator is by law, what deviates, whom to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from rainbow.kernel.texts import _

INTERNAL, PUBLIC_OPERATOR, KRITIS = "internal_network", "public_tk_operator", "kritis"
OPERATOR_ROLES = (INTERNAL, PUBLIC_OPERATOR, KRITIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionSettings:
    """A deviation somebody accepted: ``[evidence.exceptions.NAME]``; past ``until`` (ISO date) it holds no longer.

    ``control`` is the id of the requirement (NET.1.2.A10), ``about`` what deviates: a profile, device or connection.
    """

    control: str
    about: str
    reason: str
    owner: str
    approved_by: str
    until: str

    def __post_init__(self) -> None:
        for name in ("control", "about", "reason", "owner", "approved_by"):
            if not getattr(self, name).strip():
                raise ValueError(_("{name} is empty").format(name=name))
        try:
            date.fromisoformat(self.until)
        except ValueError:
            raise ValueError(_("until {value!r} is no day like 2027-03-31").format(value=self.until)) from None

    def holds(self, day: date) -> bool:
        """Whether it still holds on a day."""
        return day <= date.fromisoformat(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """``operator_role``: internal_network (the city's own), public_tk_operator (section 168 TKG), kritis.

    The duties to report and their clocks appear for the last two only; who is what is for a lawyer to say.
    ``security_contact`` (mailto: or https:) and ``security_expires`` (a day) fill ``/.well-known/security.txt``.
    """

    operator_role: str = INTERNAL
    security_contact: str = ""
    security_expires: str = ""
    exceptions: dict[str, ExceptionSettings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.operator_role not in OPERATOR_ROLES:
            raise ValueError(
                _("{name}: {value!r} is not one of {known}").format(
                    name="operator_role", value=self.operator_role, known=", ".join(OPERATOR_ROLES)
                )
            )
        if self.security_contact and not self.security_contact.startswith(("mailto:", "https://")):
            raise ValueError(_("security_contact begins with mailto: or https://"))
        if bool(self.security_contact) != bool(self.security_expires):
            raise ValueError(_("security_contact and security_expires go together (RFC 9116)"))
        if self.security_expires:
            try:
                date.fromisoformat(self.security_expires)
            except ValueError:
                raise ValueError(
                    _("until {value!r} is no day like 2027-03-31").format(value=self.security_expires)
                ) from None

    @property
    def security_txt(self) -> str:
        """Whom to tell of a weakness, as RFC 9116 writes it; empty where nobody is named."""
        if not self.security_contact:
            return ""
        until = f"{self.security_expires}T23:59:59Z"
        return f"Contact: {self.security_contact}\nExpires: {until}\nPreferred-Languages: de, en\n"

    @property
    def must_report(self) -> bool:
        """Whether the law asks this operator to report incidents."""
        return self.operator_role != INTERNAL
