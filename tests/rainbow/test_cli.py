from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from rainbow.cli import COMMANDS, SUMMARIES, cli, main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None, inner
            yield from walk(found, f"{name} {inner}")


def test_every_command_exists_and_is_summed_up() -> None:
    assert SUMMARIES.keys() == COMMANDS.keys()
    names = {name for name, _command in walk(cli, "rainbow")}
    assert {f"rainbow {name}" for name in COMMANDS} < names


def test_every_command_and_option_says_what_it_does() -> None:
    silent = []
    for name, command in walk(cli, "rainbow"):
        silent += [] if command.help else [name]
        options = (item for item in command.params if isinstance(item, click.Option))
        silent += [f"{name} {item.opts[0]}" for item in options if not item.help]
    assert not silent


def test_help_imports_no_room() -> None:
    script = (
        "import sys; from rainbow.cli import main; main(['--help']); "
        "print(sorted({'numpy', 'scipy', 'networkx', 'fastapi', 'gufo', 'pyproj', 'rich'} & set(sys.modules)))"
    )
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert asked.stdout.splitlines()[-1] == "[]"


def test_german_help_is_german() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "rainbow", "--help"],
        env={**os.environ, "RAINBOW_LANG": "de"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Befehle:" in asked.stdout
    assert "Was ein Schnitt ausfallen lässt" in asked.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [(["--version"], 0), (["--help"], 0), (["nonsense"], 2), (["config", "show"], 2), (["config", "show", "/none"], 2)],
)
def test_exit_codes(words: list[str], code: int) -> None:
    assert main(words) == code


def test_errors_go_to_stderr_with_their_cure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "is no city folder" in said.err
    assert "-> name a folder that holds city.toml" in said.err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """``rainbow ... | head -1`` ends quietly."""
    ended = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m rainbow --help | true; echo $?'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Traceback" not in ended.stderr
