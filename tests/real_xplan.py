"""The leading office's own reader of XTrasse (xplan-tools), in an environment of its own: the judge of what we write.

It needs Python 3.12 and GDAL's Python binding, which has to be built for the GDAL that is installed (``libgdal-dev``
and a compiler). The environment is made once and kept: in the folder ``RAINBOW_TEST_XPLAN_VENV`` names, else below the
user's cache.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import require_real

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = "1.20.0"
_REQUIRES = """
import importlib.metadata as m
print("\\n".join(r.replace(" (", "").rstrip(")") for r in m.requires("xplan-tools") if not r.startswith("gdal")))
"""
_READ = """
import json, sys
from collections import Counter
from xplan_tools.interface.jsonfg import JsonFGRepository

def read(file):
    try:
        found = JsonFGRepository(file).get_all()
    except Exception as error:
        return {"error": str(error)}
    kinds = Counter(item.get_name() for item in found.features.values())
    return {"schema": found.appschema, "version": found.version, "srid": found.srid, "kinds": kinds}

print(json.dumps([read(file) for file in sys.argv[1:]]))
"""


def _skip(reason: str) -> None:
    if os.environ.get("RAINBOW_REQUIRE_REAL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _run(*command: str | Path) -> str:
    done = subprocess.run([str(item) for item in command], check=False, capture_output=True, text=True)
    if done.returncode:
        _skip(f"NOT TESTED: xplan-tools could not be installed: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout


def _python312() -> Path | None:
    """A Python 3.12 that runs: pyenv puts names on the path behind which there is nothing."""
    named = shutil.which("python3.12")
    kept = sorted(Path("~/.pyenv/versions").expanduser().glob("3.12.*/bin/python"), reverse=True)
    for python in [*([Path(named)] if named else []), *kept, Path(sys.executable)]:
        asked = [str(python), "-c", "import sys, venv; print(*sys.version_info[:2])"]
        if subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip() == "3 12":
            return python
    return None


def xplan_python() -> Path:
    """The interpreter that has xplan-tools; its environment is made on first use (two minutes)."""
    require_real("gdal-config", "g++")
    kept = os.environ.get("RAINBOW_TEST_XPLAN_VENV")
    folder = Path(kept) if kept else Path("~/.cache/rainbow-tests").expanduser() / f"xplan-tools-{VERSION}"
    python = folder / "bin/python"
    if (folder / ".complete").exists():
        return python
    if os.environ.get("RAINBOW_REQUIRE_REAL") != "1":
        pytest.skip("NOT TESTED: xplan-tools is not installed yet; RAINBOW_REQUIRE_REAL=1 installs it, in two minutes")
    base = _python312()
    if base is None:
        pytest.skip("NOT TESTED: xplan-tools needs Python 3.12, and there is none")
    _run(str(base), "-m", "venv", "--clear", folder)
    pip: Sequence[str | Path] = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    gdal = _run("gdal-config", "--version").strip()
    _run(*pip, "setuptools<70", "wheel", "numpy<2")
    _run(*pip, "--no-build-isolation", f"gdal=={gdal}")
    _run(*pip, "--no-deps", f"xplan-tools=={VERSION}")
    _run(*pip, *_run(python, "-c", _REQUIRES).split("\n")[:-1], "numpy<2")
    (folder / ".complete").touch()
    return python


def read_by_xplan(*files: Path) -> list[dict[str, object]]:
    """What xplan-tools says of each file: schema, version and features by kind, or an error."""
    answer = _run(xplan_python(), "-c", _READ, *files)
    found = json.loads(answer.strip().splitlines()[-1])
    assert isinstance(found, list)
    return found
