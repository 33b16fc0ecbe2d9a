"""``python -m rainbow.supply sbom|advisories``: the gate of a build, for the Makefile."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rainbow.city import clock
from rainbow.supply.advisories import Asked, Verdict, ask
from rainbow.supply.sbom import sbom

LOCK = Path("requirements.txt")
CODES = {Verdict.CLEAN: 0, Verdict.VULNERABLE: 1, Verdict.NO_EVIDENCE: 3}
"""3: nobody could be asked. A build that must not go on without an answer stops there too."""


def main(arguments: list[str]) -> int:
    """Print the bill of materials, or what is known against the locked packages."""
    if arguments[:1] == ["sbom"]:
        creator = arguments[1] if len(arguments) > 1 else "The contributors of RAINBOW"
        sys.stdout.write(json.dumps(sbom(clock(), creator), indent=2, ensure_ascii=False) + "\n")
        return 0
    if arguments == ["advisories"]:
        asked = ask(LOCK)
        sys.stdout.write(said(asked))
        return CODES[asked.verdict]
    sys.stderr.write("python -m rainbow.supply sbom [CREATOR] | advisories\n")
    return 2


def said(asked: Asked) -> str:
    """The answer in lines."""
    lines = [f"{asked.verdict}: {asked.judged} packages judged, {len(asked.skipped)} not. {asked.words}".rstrip()]
    lines += [f"  {item.package} {item.version}: {item.id}, fixed in {item.fixed_in}" for item in asked.advisories]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
