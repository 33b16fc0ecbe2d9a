"""The project's own rules, as tests: what docs/architecture.md and CONTRIBUTING.md promise about the tree itself."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pytest
from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOMS = (
    "studies",
    "rainbow",
    "planner",
    "incidents",
    "dashboards",
    "topology",
    "collectors",
    "simulator",
    "store",
    "inventory",
    "trust",
    "cluster",
)
NOT_ROOMS = {"LICENSES", "tests", "docs", "benchmarks", "cities", "deploy"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

THIRD_PARTY = {
    # What a room, or one module of it, may import besides the standard library and what lies below it.
    # The longest fitting path counts; a room that is not named may import nothing.
    "rainbow/cli": {"click", "rich"},
    "rainbow/cli/serve.py": {"click", "uvicorn"},
    "rainbow/auditpack/render.py": {"jinja2", "typst"},
    "rainbow/auditpack/transport.py": {"cryptography"},
    "rainbow/backup/archive.py": {"pyrage"},
    "rainbow/supply/sbom.py": {"packaging"},
    "rainbow/sealed.py": {"pyrage"},
    "rainbow/wiring.py": {"fastapi"},
    "rainbow/generate.py": {"click"},
    "rainbow/text_catalogue.py": {"babel"},
    "inventory/around.py": {"shapely"},
    "inventory/corridor.py": {"pyproj", "shapely"},
    "inventory/geodesy.py": {"pyproj"},
    "inventory/lightpath": {"networkx"},
    "inventory/sources": {"defusedxml", "numpy", "pyogrio", "pyproj", "shapely"},
    "inventory/sources/netbox/client.py": {"pynetbox", "requests"},
    "collectors/snmp.py": {"gufo"},
    "collectors/snmp_answers.py": {"gufo"},
    "collectors/snmp_usm.py": {"gufo"},
    "collectors/traps/listener.py": {"pyasn1", "pysnmp"},
    "store/rollup.py": {"numpy"},
    "store/sheets.py": {"numpy"},
    "store/sinks": {"influxdb_client", "urllib3"},
    "simulator/usm.py": {"cryptography"},
    "cluster/tooz_membership.py": {"tooz", "redis"},
    "incidents/sending.py": {"apprise"},
    "trust/anchors.py": {"cryptography"},
    "trust/break_glass.py": {"argon2", "pyotp"},
    "trust/openid.py": {"authlib", "joserfc"},
    "trust/throttle.py": {"limits"},
    "topology": {"networkx", "numpy", "scipy"},
    "topology/report_page.py": {"jinja2", "markupsafe", "typst"},
    "studies": {"numpy"},
    "studies/dask_cluster.py": {"dask", "distributed"},
    "dashboards": {"grafana_foundation_sdk"},
    "dashboards/grafana.py": {"grafana_client"},
    "planner": {"babel", "fastapi", "starlette", "pydantic", "jinja2"},
    "planner/paper.py": {"typst"},
}

PURE = {
    # Modules that touch nothing outside themselves, and the exceptions with their reason.
    "rainbow/kernel": {"rainbow/kernel/texts.py": "reads the compiled texts and the language of the environment"},
    "inventory/checks": {},
    "inventory/entities.py": {},
    "inventory/plant.py": {},
    "inventory/loss.py": {},
    "inventory/glass.py": {},
    "inventory/lightpath": {},
    "inventory/colours.py": {},
    "inventory/colour_picture.py": {},
    "inventory/drift.py": {},
    "inventory/fixes.py": {},
    "inventory/history.py": {},
    "inventory/protection.py": {},
    "inventory/redaction.py": {},
    "inventory/risk.py": {},
    "inventory/visibility.py": {},
    "trust/audit_messages.py": {},
    "trust/identity.py": {},
    "trust/roles.py": {},
    "trust/audit_record.py": {},
    "topology": {},
    **{
        f"studies/{name}.py": {}
        for name in ("availability", "digs", "failures", "hazards", "intervals", "model", "words", "year", "zones")
    },
    "cluster/lease.py": {},
    "cluster/membership.py": {},
    "cluster/shard.py": {},
    **{
        f"incidents/{name}.py": {}
        for name in (
            "beliefs",
            "diagnosis",
            "engine",
            "evidence",
            "fade_words",
            "ground",
            "harm",
            "hypotheses",
            "incident",
            "lifecycle",
            "memory",
            "readings",
            "rising",
        )
    },
    "incidents/fading": {},
    "collectors/optics": {},
    "collectors/rates.py": {},
    "collectors/totals.py": {},
}
IMPURE_MODULES = {
    "os",
    "io",
    "socket",
    "ssl",
    "http",
    "urllib",
    "subprocess",
    "asyncio",
    "sqlite3",
    "shutil",
    "tempfile",
}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval"}
CLOCKS = {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter"}

DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "managers", "misc", "tools"}
LONG_MODULES = {
    "rainbow/kernel/metrics.py": "a table: every metric once",
    "inventory/sources/layers.py": "a table: every file of a plant and its columns",
    **dict.fromkeys(
        [path.relative_to(ROOT).as_posix() for path in (ROOT / "collectors/vendors").glob("*.py")],
        "tables: a row for each value of a maker's MIB",
    ),
}
LONG_FUNCTIONS = {
    "tests/inventory/conftest.py::build_small_plant": "a table: one small plant, record by record",
    "tests/inventory/conftest.py::build_glass_plant": "a table: one plant with all its glass, record by record",
}
MAX_MODULE, MAX_FUNCTION, MAX_TEST_MODULE, MAX_TABLE = 400, 40, 500, 70

FOREIGN_WORDS = {
    # Pattern: why it has no place here. Each is written so that this file does not find itself.
    r"\b[f]iber\b": "one spelling: fibre",
    r"(?<![\w.])/(work|root|home|Users)(?=/)": "a path of one machine",
    r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b": "work to do is not kept in files",
    r"\b(issue|ticket) #?\d": "the tree explains itself without a tracker",
    r"py[p]i\.org|python[h]osted|registry\.npm[j]s|index-[u]rl\s*=|deb\.[d]ebian": "a registry's host",
    r"-{5}BEGIN [A-Z ]*PRIVATE KEY": "a secret",
}
TEXT_FILES = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".txt",
    ".sh",
    ".cfg",
    ".ini",
    ".po",
    ".html",
    ".css",
    ".json",
} | {""}
VENDORED = ("planner/static/vendor/", "planner/vendor/")


@cache
def tracked() -> tuple[str, ...]:
    """Every file that is, or is about to be, part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.split("\n") if listed.returncode == 0 else [_relative(path) for path in ROOT.rglob("*")]
    return tuple(name for name in names if name and (ROOT / name).is_file() and not name.startswith(".venv/"))


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_of(*roots: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and name.split("/")[0] in roots]


@cache
def source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(source(name), name)


def imports(name: str) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every import, those for type checkers too."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.split(".")[0]


def under(name: str, place: str) -> bool:
    return name == place or name.startswith(place + "/")


@pytest.mark.parametrize("room", ROOMS)
def test_package_is_ours_from_anywhere(room: str, tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-P", "-c", f"import {room}; print({room}.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(asked.stdout.strip()).resolve() == ROOT / room / "__init__.py"


def test_every_folder_is_a_room_and_every_room_is_under_contract() -> None:
    folders = {name.split("/")[0] for name in tracked() if "/" in name and not name.startswith(".")}
    assert folders - NOT_ROOMS == set(ROOMS)
    linter = PROJECT["tool"]["importlinter"]
    assert set(linter["root_packages"]) == set(ROOMS)
    layers = next(contract for contract in linter["contracts"] if contract["type"] == "layers")["layers"]
    named = {part.strip().split(".")[0] for layer in layers for part in layer.split("|")}
    assert named == set(ROOMS)
    assert {name for name in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"] if "*" not in name} == set(
        ROOMS
    )
    assert set(PROJECT["tool"]["mypy"]["packages"]) == set(ROOMS)


def test_every_file_of_a_package_is_packed() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    packed = {path for room, found in patterns.items() for pattern in found for path in (ROOT / room).glob(pattern)}
    data = [name for name in tracked() if name.split("/")[0] in ROOMS and not name.endswith((".py", ".md"))]
    assert not [name for name in data if ROOT / name not in packed]
    assert all(any((ROOT / room).glob(pattern)) for room, found in patterns.items() for pattern in found)


def test_third_party_libraries_stay_in_their_rooms() -> None:
    wrong = []
    for name in code_of(*ROOMS):
        places = [place for place in THIRD_PARTY if under(name, place)]
        allowed = THIRD_PARTY[max(places, key=len)] if places else set()
        known = set(sys.stdlib_module_names) | set(ROOMS) | allowed
        wrong += [f"{name}:{line} imports {module}" for line, module in imports(name) if module not in known]
    assert not wrong


def test_allow_lists_name_only_what_is_used() -> None:
    used = {place: set() for place in THIRD_PARTY}
    for name in code_of(*ROOMS):
        for place in used:
            if under(name, place):
                used[place] |= {module for _line, module in imports(name)}
    unused = {place: sorted(allowed - used[place]) for place, allowed in THIRD_PARTY.items() if allowed - used[place]}
    assert not unused


def test_pure_modules_touch_nothing() -> None:
    wrong = []
    for place, exceptions in PURE.items():
        for name in (name for name in code_of(*ROOMS) if under(name, place) and name not in exceptions):
            wrong += [f"{name}:{line} imports {module}" for line, module in imports(name) if module in IMPURE_MODULES]
            wrong += [
                f"{name}:{line} calls {called}" for line, called in calls(name) if called in IMPURE_CALLS | CLOCKS
            ]
    assert not wrong


def calls(name: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.lineno, node.func.id
            elif isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                yield node.lineno, node.func.attr


def test_no_text_is_hidden_in_an_f_string() -> None:
    """Python 3.11 shows the extractor nothing of what is inside one: the text would never reach a translator."""
    hidden = [
        f"{name}:{call.lineno}: {ast.unparse(call)}"
        for name in code_of(*ROOMS)
        for string in ast.walk(tree(name))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"_", "N_", "ngettext"}
        if any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(call))
    ]
    assert not hidden


def test_no_drawer_modules() -> None:
    assert not [name for name in code_of(*ROOMS, "tests", "benchmarks") if PurePosixPath(name).stem in DRAWERS]
    assert not [name for name in tracked() if DRAWERS & set(PurePosixPath(name).parts[:-1]) and name.endswith(".py")]


def test_modules_and_functions_stay_short() -> None:
    assert not [found for name in code_of(*ROOMS, "tests", "benchmarks") for found in too_long(name)]


def too_long(name: str) -> Iterator[str]:
    test = name.startswith("tests/")
    lines = len(source(name).splitlines())
    if lines > (MAX_TEST_MODULE if test else MAX_MODULE) and name not in LONG_MODULES:
        yield f"{name} has {lines} lines"
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            most = MAX_TABLE if test or is_table(node) else MAX_FUNCTION
            if length_of(node) > most and f"{name}::{node.name}" not in LONG_FUNCTIONS:
                yield f"{name}:{node.lineno} {node.name} has {length_of(node)} lines"


def is_table(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A function that only gives records back: nothing in it is decided, so it may be as long as a screen."""
    return all(isinstance(item, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return) for item in node.body)


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines, without the docstring and without functions inside, which are measured by themselves."""
    inner = [
        item for item in ast.walk(node) if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and item is not node
    ]
    lines = set(range(node.lineno, (node.end_lineno or node.lineno) + 1)) - set(docstring_lines(node))
    return len(lines.difference(*(range(item.lineno, (item.end_lineno or item.lineno) + 1) for item in inner)))


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> range:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return range(first.lineno, (first.end_lineno or first.lineno) + 1)
    return range(0)


NOQA = re.compile(r"# noqa(?P<codes>: [A-Z0-9]+(, [A-Z0-9]+)*)?( - (?P<reason>.+))?")
IGNORED = re.compile(r"# type: ?ignore(?P<code>\[[\w, -]+\])?(?P<reason>.*)")


def test_every_silenced_rule_has_a_code_and_a_reason() -> None:
    wrong = []
    for name in code_of(*ROOMS, "benchmarks"):
        reasoned: set[str] = set()  # said once in a file, a reason holds for the rest of it
        for number, line in enumerate(source(name).splitlines(), 1):
            if found := NOQA.search(line):
                codes = set((found["codes"] or "").strip(": ").split(", "))
                reasoned |= codes if found["reason"] else set()
                wrong += [] if found["codes"] and codes <= reasoned else [f"{name}:{number} {line.strip()}"]
            if found := IGNORED.search(line):
                reason = found["reason"].strip(" #-")
                wrong += [] if found["code"] and reason else [f"{name}:{number} {line.strip()}"]
    assert not wrong


PATCHES = re.compile(r"unittest[.]mock|mock[.]p[a]tch|from unittest import m[o]ck|Magic[M]ock")
OUTSIDE = re.compile(r"mark\.real|require_real|subprocess|chromium|RealInflux")
"""A test of something that runs beside it may wait for it."""


def test_tests_fake_by_protocol_and_never_sleep() -> None:
    files = code_of("tests")
    assert not [name for name in files if PATCHES.search(source(name))]
    sleeps = re.compile(r"time\.sleep\([^)]*\)(?! *# )")  # beside it may stand who is slow, and why
    assert not [name for name in files if sleeps.search(source(name)) and not OUTSIDE.search(source(name))]


def test_no_foreign_words() -> None:
    wrong = []
    for name in tracked():
        if (
            PurePosixPath(name).suffix in TEXT_FILES
            and not name.startswith(VENDORED)
            and not name.startswith("LICENSE")
        ):
            text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
            for pattern, why in FOREIGN_WORDS.items():
                wrong += [f"{name}: {found[0]!r}: {why}" for found in re.finditer(pattern, text)]
    assert not wrong


def test_version_stands_twice_and_is_one() -> None:
    rainbow = importlib.import_module("rainbow")
    assert PROJECT["project"]["version"] == rainbow.__version__
    assert f"## {rainbow.__version__}" in source("CHANGELOG.md")


def test_locks_have_hashes_and_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = source(name)
        entries = re.findall(
            r"^([\w.-]+)==\S+(?: ; [^\\\n]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE
        )
        pinned = re.findall(r"^[\w.-]+==", text, re.MULTILINE)
        assert len(entries) == len(pinned) > 20
        assert "://" not in text
        assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links|-f)\b", text, re.MULTILINE)


def test_every_dependency_is_locked() -> None:
    runtime, dev = (
        set(re.findall(r"^([\w.-]+)==", source(name), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert names_of(PROJECT["project"]["dependencies"]) <= runtime <= dev
    assert names_of(PROJECT["dependency-groups"]["dev"]) <= dev


def names_of(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", item)[0].lower().replace("_", "-") for item in requirements}


def test_commands_of_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", source("Makefile"), re.MULTILINE))
    known = set(re.findall(r"^## rainbow (.+)$", source("docs/cli.md"), re.MULTILINE))
    wrong = []
    for name in (name for name in tracked() if name.endswith((".md", "docker-compose.yml")) and name != "docs/cli.md"):
        text = source(name)
        made = re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)
        wrong += [f"{name}: make {target}" for target in made if target not in targets]
        for first, second in re.findall(r"(?:^|^\$ |`)rainbow ([a-z]+)(?: ([a-z][a-z-]*)\b)?", text, re.MULTILINE):
            group = any(command.startswith(f"{first} ") for command in known)
            called = f"{first} {second}" if group and second else first
            wrong += [] if called in known else [f"{name}: rainbow {called}"]
    assert not wrong


def test_links_of_the_documents_lead_somewhere() -> None:
    wrong = []
    for name in (name for name in tracked() if name.endswith(".md")):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", source(name)):
            wrong += [] if (ROOT / name).parent.joinpath(target).exists() else [f"{name} -> {target}"]
    assert not wrong
