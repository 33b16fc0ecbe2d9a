"""Every visible text has its German: none missing, none doubtful, none with other placeholders."""

from __future__ import annotations

import ast
import re
import tomllib
from string import Formatter

import pytest
from conftest import ROOT

from rainbow.kernel.texts import LANGUAGES, _, catalogue, current, ngettext, supported, use
from rainbow.text_catalogue import ROOMS, compiled, extracted, po_file, read_catalogue, translated_languages

PERCENT = re.compile(r"%(?:\.\d+)?[sdfgr]")


def placeholders(text: str) -> list[tuple[str, str]]:
    """Names and conversions of the fields, then the %-marks of log lines in their order."""
    fields = sorted(
        {(name, f"!{conversion}" if conversion else "") for _t, name, _s, conversion in Formatter().parse(text) if name}
    )
    return [*fields, *((mark, "") for mark in PERCENT.findall(text))]


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (str(text),)


@pytest.mark.parametrize("language", translated_languages())
def test_every_text_is_translated(language: str) -> None:
    kept = read_catalogue(language)
    ids = {forms(message.id) for message in extracted() if message.id}
    have = {forms(message.id): message for message in kept if message.id}
    assert not sorted(ids - have.keys()), "make texts, then write the missing ones"
    assert not sorted(have.keys() - ids), "make texts removes what is not used"
    assert not [ident for ident, message in have.items() if not all(forms(message.string)) or message.fuzzy]


@pytest.mark.parametrize("language", translated_languages())
def test_translations_fill_the_same_placeholders(language: str) -> None:
    wrong = []
    for message in read_catalogue(language):
        wanted = [placeholders(form) for form in forms(message.id)]
        given = forms(message.string) if message.id else ()
        wrong += [(message.id, form) for form in given if placeholders(form) not in wanted]
    assert not wrong


@pytest.mark.parametrize("language", translated_languages())
def test_translations_keep_the_outer_spaces(language: str) -> None:
    for message in read_catalogue(language):
        for ident, form in zip(forms(message.id), forms(message.string), strict=False):
            if message.id:
                assert (ident[:1] == " ", ident[-1:] == " ") == (form[:1] == " ", form[-1:] == " "), ident


def test_compiled_texts_are_those_of_the_catalogue() -> None:
    for path, content in compiled().items():
        assert path.read_bytes() == content, "make generate"


def test_no_text_is_put_together_before_it_is_translated() -> None:
    wrong = []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in {"_", "N_", "ngettext"}
                ):
                    made = (
                        argument
                        for argument in node.args[:2]
                        if isinstance(argument, ast.JoinedStr | ast.BinOp | ast.Call)
                    )
                    wrong += [
                        f"{path.relative_to(ROOT)}:{argument.lineno}" for argument in made if not looked_up(argument)
                    ]
    assert not wrong


def looked_up(argument: ast.expr) -> bool:
    """A table's ``.get`` or a function's marked text is fine; ``"...".format`` and f-strings are not."""
    return isinstance(argument, ast.Call) and not (
        isinstance(argument.func, ast.Attribute) and argument.func.attr == "format"
    )


def test_language_in_force() -> None:
    with use("de_DE.UTF-8"):
        assert current() == "de"
        assert _("trench") == "Trasse"
        assert ngettext("{count} site", "{count} sites", 2).format(count=2) == "2 Standorte"
        with use("en"):
            assert _("trench") == "trench"
        assert _("trench") == "Trasse"


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_de.UTF-8", "de"),
        ("de.UTF-8", "de"),
        ("fr_FR", "en"),
        ("C", "en"),
        ("", "en"),
    ],
)
def test_nearest_language(asked: str, got: str) -> None:
    assert supported(asked) == got


def test_process_language_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RAINBOW_LANG", "de")
    assert _("trench") == "Trasse"
    monkeypatch.setenv("RAINBOW_LANG", "en")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert _("trench") == "trench"
    monkeypatch.delenv("RAINBOW_LANG")
    assert _("trench") == "Trasse"


def test_texts_of_every_room_are_collected() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(ROOMS) == set(project["tool"]["mypy"]["packages"])


def test_catalogues_are_there() -> None:
    for language in LANGUAGES:
        assert language == "en" or po_file(language).is_file()
        assert (type(catalogue(language)).__name__ == "NullTranslations") == (language == "en")
