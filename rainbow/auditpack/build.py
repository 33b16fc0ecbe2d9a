"""All pieces of a pack, in order, and the pack itself."""

from __future__ import annotations

import platform
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from rainbow import __version__
from rainbow.audited import signer
from rainbow.auditpack import (
    accepted,
    access,
    backups,
    controls,
    hardening,
    network,
    privacy,
    snmp,
    software,
    transport,
    who,
)
from rainbow.auditpack.archive import write
from rainbow.auditpack.ground import ground_of, utc
from rainbow.auditpack.render import html, pdf
from rainbow.city import secret
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _
from rainbow.settings import secret_references

if TYPE_CHECKING:
    from rainbow.auditpack.ground import Ground, Period
    from rainbow.auditpack.pieces import Piece
    from rainbow.city import City
    from rainbow.kernel.samples import UnixNs
    from rainbow.kernel.secret import Secret

PAGE, PAPER = "report.html", "report.pdf"


def pieces_of(ground: Ground) -> dict[str, Piece]:
    """Every file of the pack but those for people, by name; the requirements, judged by the others, last."""
    found: list[Piece] = [
        *snmp.tables(ground),
        transport.table(ground),
        *access.tables(ground),
        *who.pieces(ground),
        backups.backups(ground),
        backups.clocks(ground),
        network.coverage(ground),
        network.availability(ground),
        network.incidents(ground),
        network.redundancy(ground),
        *software.pieces(ground),
        *hardening.pieces(ground),
        privacy.privacy(ground),
        accepted.table(ground),
        privacy.atlas(ground),
        privacy.accessibility(ground),
    ]
    by_name = {piece.name: piece for piece in found}
    return by_name | {controls.NAME: controls.table(by_name, ground)}


def make(city: City, wanted: Period, now_ns: UnixNs, target: Path, *, asks: bool = True) -> dict[str, Piece]:
    """Gather, judge, sign and write; in the language in force.

    Raises:
        AuditError: it cannot be written or signed, or a secret of the city would stand in it.
        StoreError: incidents cannot be read.
    """
    ground = ground_of(city, wanted, now_ns, asks=asks)
    pieces = pieces_of(ground)
    head = _head(ground)
    named = {
        "title": _("Evidence of {city}").format(city=city.settings.city.title or city.plant.city),
        "subtitle": _("Period {period}: {first} to {last}; made {made} by RAINBOW {version}").format(
            period=wanted.name, first=wanted.first, last=wanted.last, made=head["made"], version=__version__
        ),
    }
    files = {name: piece.content() for name, piece in pieces.items()}
    files |= {PAGE: html(named, pieces), PAPER: pdf(named, pieces)}
    write(target, files, head, signer(city.folder, city.settings.audit), _secrets(city))
    return pieces


def _head(ground: Ground) -> dict[str, object]:
    period = ground.period
    return {
        "format": 1,
        "city": ground.city.plant.city,
        "period": {"name": period.name, "first": period.first.isoformat(), "last": period.last.isoformat()},
        "made": utc(ground.now_ns),
        "rainbow": __version__,
        "commit": _commit(),
        "host": socket.gethostname(),
        "system": platform.platform(),
        "operator_role": ground.city.settings.evidence.operator_role,
    }


def _commit() -> str | None:
    """The revision of the checkout this runs from; None where it was installed from a package."""
    root, git = Path(__file__).resolve().parents[2], shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    done = subprocess.run(
        [git, "-C", str(root), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=False
    )
    return done.stdout.strip() or None


def _secrets(city: City) -> list[Secret]:
    """All secrets of the city that can be read here: none of them may stand in a pack."""
    found = []
    for key, ref in secret_references(city.settings):
        try:
            found.append(secret(city, ref, what=key))
        except SettingsError:
            continue
    return found
