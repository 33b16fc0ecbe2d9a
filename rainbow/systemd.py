"""What the service manager is told (``sd_notify``): ready, alive, stopping. Nothing where there is none.

Only standard library: the protocol is one datagram to the socket that ``NOTIFY_SOCKET`` names.
"""

from __future__ import annotations

import os
import socket

USUAL_S = 30.0
"""How often "alive" is said where no watchdog asks for it."""


def tell(what: str) -> None:
    """Send a state: ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1``. A manager that does not listen is no error."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.settimeout(0)
        try:
            channel.sendto(what.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
        except OSError:
            return


def alive() -> None:
    """Tell that this process works: called from where only a working one comes by."""
    tell("WATCHDOG=1")


def alive_every_s() -> float:
    """A third of the time after which the manager would restart this process."""
    wanted = os.environ.get("WATCHDOG_USEC", "")
    mine = os.environ.get("WATCHDOG_PID", "") in {"", str(os.getpid())}
    return int(wanted) / 3e6 if wanted.isdigit() and int(wanted) and mine else USUAL_S
