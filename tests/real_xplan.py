"""The leading office's own reader of XTrasse (xplan-tools), in an environment of its own: the judge of what we write.

It needs Python 3.12 and GDAL's Python binding, which has to be built for the GDAL that is installed (``libgdal-dev``
and a compiler). The environment is made once and kept: in the folder ``RAINBOW_TEST_XPLAN_VENV`` names, else below the
user's cache.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from conftest import require_real
from real_environment import environment, skip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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


def _run(*command: str | Path) -> str:
    done = subprocess.run([str(item) for item in command], check=False, capture_output=True, text=True)
    if done.returncode:
        skip(f"NOT TESTED: xplan-tools could not be installed: {(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout


def xplan_python() -> Path:
    """The interpreter that has xplan-tools; its environment is made on first use (two minutes)."""
    require_real("gdal-config", "g++")
    name = f"xplan-tools-{VERSION}"
    return environment("xplan-tools", variable="RAINBOW_TEST_XPLAN_VENV", name=name, fill=_install) / "bin/python"


def _install(folder: Path) -> None:
    python = folder / "bin/python"
    pip: Sequence[str | Path] = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    gdal = _run("gdal-config", "--version").strip()
    _run(*pip, "setuptools<70", "wheel", "numpy<2")
    _run(*pip, "--no-build-isolation", f"gdal=={gdal}")
    _run(*pip, "--no-deps", f"xplan-tools=={VERSION}")
    _run(*pip, *_run(python, "-c", _REQUIRES).split("\n")[:-1], "numpy<2")


def read_by_xplan(*files: Path) -> list[dict[str, object]]:
    """What xplan-tools says of each file: schema, version and features by kind, or an error."""
    answer = _run(xplan_python(), "-c", _READ, *files)
    found = json.loads(answer.strip().splitlines()[-1])
    assert isinstance(found, list)
    return found
