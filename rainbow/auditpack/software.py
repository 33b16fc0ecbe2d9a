"""Part 11: what this program is made of, what is known against it, and the servers beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rainbow.auditpack.pieces import Document, Table
from rainbow.kernel.errors import SettingsError
from rainbow.kernel.texts import _
from rainbow.supply.advisories import Asked, Verdict, ask
from rainbow.supply.sbom import sbom
from rainbow.supply.server_settings import BY_DEFAULT, DOOR_TITLES, doors
from rainbow.supply.servers import versions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rainbow.auditpack.ground import Ground
    from rainbow.auditpack.pieces import Piece, Row

SBOM, ADVISORIES, SERVERS = "11_software.json", "11_advisories.json", "11_servers.csv"
NOT_ASKED = Asked(verdict=Verdict.NO_EVIDENCE, words="--offline")
_LOCK = Path(__file__).resolve().parents[2] / "requirements.txt"


def pieces(ground: Ground) -> list[Piece]:
    """Bill of materials, advisories, servers."""
    evidence = ground.city.settings.evidence
    creator = evidence.security_contact or ground.city.settings.city.title or ground.city.plant.city
    asked = ask(_LOCK if _LOCK.is_file() else None) if ground.asks else NOT_ASKED
    advisories = {
        "verdict": str(asked.verdict),
        "asked_of": "pip-audit",
        "packages_judged": asked.judged,
        "packages_not_judged": list(asked.skipped),
        "words": asked.words,
        "advisories": [
            {"package": item.package, "version": item.version, "id": item.id, "fixed_in": list(item.fixed_in)}
            for item in asked.advisories
        ],
    }
    columns = ("server", "url", "question", "version", "least_safe", "safe", "words")
    return [
        Document(name=SBOM, title=_("Bill of materials (CycloneDX 1.6)"), value=sbom(ground.now_ns, creator)),
        Document(name=ADVISORIES, title=_("Known vulnerabilities"), value=advisories),
        Table.of(SERVERS, _("Servers beside RAINBOW"), columns, _servers(ground), note=_("no server is set up")),
    ]


def _servers(ground: Ground) -> Iterator[Row]:
    """Versions first, then each door that could be told to be shut or open."""
    if not ground.asks:
        return
    for item in versions(ground.city.settings):
        yield {
            "server": item.server,
            "url": item.url,
            "question": "version",
            "version": item.version or None,
            "least_safe": item.least or None,
            "safe": item.is_safe,
            "words": item.words or None,
        }
    try:
        found = list(doors(ground.city.folder, ground.city.settings))
    except SettingsError as error:
        yield {"server": None, "url": None, "question": "doors", "safe": None, "words": error.message}
        return
    for door in found:
        words = _(DOOR_TITLES[door.door]) if door.is_shut is False else None
        yield {
            "server": door.server,
            "url": door.url,
            "question": str(door.door),
            "safe": None if door.door in BY_DEFAULT and not door.is_shut else door.is_shut,
            "words": words,
        }
