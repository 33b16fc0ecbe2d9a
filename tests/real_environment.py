"""Virtual environments of foreign programs that need a Python of their own: made once, kept, and used from then on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def skip(reason: str) -> None:
    """Skip loudly; fail instead when RAINBOW_REQUIRE_REAL=1."""
    if os.environ.get("RAINBOW_REQUIRE_REAL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def python312() -> Path | None:
    """A Python 3.12 that runs: pyenv puts names on the path behind which there is nothing."""
    named = shutil.which("python3.12")
    kept = sorted(Path("~/.pyenv/versions").expanduser().glob("3.12.*/bin/python"), reverse=True)
    for python in [*([Path(named)] if named else []), *kept, Path(sys.executable)]:
        asked = [str(python), "-c", "import sys, venv; print(*sys.version_info[:2])"]
        if subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip() == "3 12":
            return python
    return None


def environment(title: str, *, variable: str, name: str, fill: Callable[[Path], None]) -> Path:
    """The folder of an environment of Python 3.12: the one ``variable`` names, else ``name`` in the user's cache.

    Where it is not complete yet, it is made and handed to ``fill``, but only when RAINBOW_REQUIRE_REAL=1 asks for
    everything: it takes minutes.
    """
    kept = os.environ.get(variable)
    folder = Path(kept) if kept else Path("~/.cache/rainbow-tests").expanduser() / name
    if (folder / ".complete").exists():
        return folder
    if os.environ.get("RAINBOW_REQUIRE_REAL") != "1":
        pytest.skip(f"NOT TESTED: {title} is not installed yet; RAINBOW_REQUIRE_REAL=1 installs it, in two minutes")
    python = python312()
    if python is None:
        pytest.skip(f"NOT TESTED: {title} needs Python 3.12, and there is none")
    subprocess.run([str(python), "-m", "venv", "--clear", str(folder)], check=True)
    fill(folder)
    (folder / ".complete").touch()
    return folder
