"""Settings of the table ``[page]`` in city.toml."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from rainbow.kernel.texts import _


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """Where the planner's page listens. Loopback only: whoever reaches it reads the city's plant.

    ``tokens_file`` is for a page behind a proxy: see :mod:`planner.access`.
    """

    host: str = "127.0.0.1"
    port: int = 8021
    tokens_file: str = ""
    """Tokens of the API, relative to the city folder; empty: everybody at this machine may use it."""

    def __post_init__(self) -> None:
        try:
            local = self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            local = False
        if not local:
            raise ValueError(
                _("host {value!r} is not a loopback address; put a proxy with TLS and sign-in before the page").format(
                    value=self.host
                )
            )
        if not 1 <= self.port <= 65535:  # noqa: PLR2004 - ports of TCP
            raise ValueError(_("port {value} is not between 1 and 65535").format(value=self.port))
