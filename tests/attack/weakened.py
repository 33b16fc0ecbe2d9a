"""Show that the attacks bite: ``python tests/attack/weakened.py [NAME ...]``, each against a build without its defence.

Prints a line for each weakening; ends with 1 where an attack did not notice.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from weakenings import WEAKENINGS, Weakening

HERE = Path(__file__).parent
FAILED = 1
"""pytest's exit code where tests ran and some failed."""


def notices(name: str, weakening: Weakening) -> bool:
    """Whether the attack succeeds, so that its test fails."""
    files = [str(file) for file in sorted(HERE.glob(f"{weakening.attack}.py"))]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", *files]
    if weakening.only:
        command += ["-k", weakening.only]
    done = subprocess.run(
        command, cwd=HERE.parents[1], env={**os.environ, "RAINBOW_WEAKENED": name}, capture_output=True, check=False
    )
    return done.returncode == FAILED


def main() -> int:
    asked = sys.argv[1:] or list(WEAKENINGS)
    silent = 0
    for name in asked:
        noticed = notices(name, WEAKENINGS[name])
        silent += not noticed
        verdict = "noticed" if noticed else "NOT NOTICED"
        sys.stdout.write(f"{WEAKENINGS[name].attack[5:9].upper()}  {verdict:11}  {name}: {WEAKENINGS[name].what}\n")
        sys.stdout.flush()
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
