"""AT25: pickle, marshal, YAML tags, eval: nothing that is read can become code, for nothing here can read code."""

from __future__ import annotations

import ast
import pickle
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

from rainbow.kernel.errors import RainbowError
from rainbow.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOMS = ("rainbow", "planner", "incidents", "dashboards", "topology", "collectors", "simulator", "store", "inventory")
ROOMS += ("trust", "cluster", "studies")
MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "yaml", "code", "codeop"}
CALLS = {"eval", "exec", "compile", "__import__"}


def readers_of_code(source: str, name: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (f"{name}: {item.name}" for item in node.names if item.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            yield f"{name}: {node.module}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield f"{name}:{node.lineno} {node.func.id}"
        elif isinstance(node, ast.Attribute) and node.attr in {"read_gpickle", "allow_pickle"}:
            yield f"{name}:{node.lineno} {node.attr}"


def test_at25_nothing_here_reads_code() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 300
    found = [item for path in files for item in readers_of_code(path.read_text(encoding="utf-8"), path.name)]
    assert found == []


class _Bomb:
    def __init__(self, target: Path) -> None:
        self._target = target

    def __reduce__(self) -> tuple[object, ...]:
        return open, (str(self._target), "w")


@pytest.mark.parametrize("form", ["pickle", "yaml"])
def test_at25_a_file_of_code_is_refused_and_runs_nothing(tmp_path: Path, form: str) -> None:
    trace = tmp_path / "ran"
    yaml = f"!!python/object/apply:builtins.open ['{trace}', 'w']\n".encode()
    (tmp_path / "city.toml").write_bytes(pickle.dumps(_Bomb(trace)) if form == "pickle" else yaml)
    with pytest.raises(RainbowError):
        read_settings(tmp_path)
    assert not trace.exists()


@pytest.mark.parametrize("weak", ["import pickle", "from yaml import load", "eval(text)", "networkx.read_gpickle(f)"])
def test_at25_can_fail(weak: str) -> None:
    assert list(readers_of_code(weak, "weak.py"))
