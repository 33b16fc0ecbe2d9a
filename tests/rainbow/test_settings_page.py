"""The reference of ``city.toml`` has what the reader takes, and says what it is."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest
from conftest import ROOT

from rainbow.settings import Settings, read_settings, show
from rainbow.settings_page import settings_page


@pytest.fixture(scope="module")
def tables() -> dict[str, str]:
    """Each table's text by its key."""
    parts = re.split(r"^## \[(.+)\]$", settings_page(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_table_of_the_file_is_there_with_words(tables: dict[str, str]) -> None:
    hints = get_type_hints(Settings)
    for item in fields(Settings):
        assert item.name in tables or f"{item.name}.NAME" in tables, hints[item.name]
    for key, text in tables.items():
        assert len(text.strip().split("\n")[0]) > 20, key


@pytest.mark.parametrize("city", sorted((ROOT / "cities").glob("*/city.toml")), ids=lambda path: path.parent.name)
def test_every_key_that_a_city_shows_is_there(tables: dict[str, str], city) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - a path
    def look(shown: dict[str, object], key: str) -> None:
        for name, value in shown.items():
            below = f"{key}.{name}" if key else name
            if isinstance(value, dict) and (below in tables or f"{below}.NAME" in tables):
                for entry in value.values() if below not in tables else [value]:
                    if isinstance(entry, dict):
                        look(entry, below if below in tables else f"{below}.NAME")
            elif key and value is not None:
                assert f"| `{name}` |" in tables[key], below

    look(show(read_settings(city.parent)), "")


def test_kinds_and_defaults_are_those_of_the_code(tables: dict[str, str]) -> None:
    assert '| `version` | text | `"3"` |' in tables["snmp.NAME"]
    assert "| `auth_key` | *secret* |  |" in tables["snmp.NAME"]
    assert "| `url` | text | **needed** |" in tables["influx"]
    assert "| `ca_file` | *file* |  | Private certificate authority" in tables["influx"]
    assert "| `box` | list of numbers |  |" in tables["access.scopes.NAME"]
    assert "| `roles` | table: NAME = text |  |" in tables["access"]
    assert "Cut and repair show within one interval" in tables["collect"]
    assert "Only where the city has one." in tables["cluster"]


def test_no_markup_of_the_code_is_left() -> None:
    page = settings_page()
    assert "``" not in page
    assert not re.search(r":\w+:`", page)
    assert is_dataclass(Settings)
