"""The statement on accessibility: what the operator named, and what it says while nobody did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from planner_scene import Scene
from starlette.testclient import TestClient

from planner.app import create_app
from planner.settings import AccessibilitySettings, PageSettings

if TYPE_CHECKING:
    from pathlib import Path

    from inventory.plant import Plant

NAMED = AccessibilitySettings(
    operator="City of Lautern",
    contact="barriers@lautern.example",
    assessed="2026-11-25",
    enforcement="Ombudsman <of the state>, Main Street 1",
)


def test_an_unfinished_statement_says_so(quiet_client: TestClient) -> None:
    page = quiet_client.get("/accessibility").text
    assert "The operator has not completed this statement" in page
    assert "mailto:" not in page
    assert '<a href="/accessibility">' in quiet_client.get("/logical").text


def test_a_finished_one_names_whom_to_tell(tmp_path: Path, plant: Plant) -> None:
    services = replace(Scene(tmp_path, plant).services(), settings=PageSettings(accessibility=NAMED))
    with TestClient(create_app(services), base_url="http://127.0.0.1") as client:
        page = client.get("/accessibility").text
        assert "has not completed" not in page
        assert 'href="mailto:barriers@lautern.example"' in page
        assert "Ombudsman &lt;of the state&gt;" in page
        assert "25 November 2026" in page
        german = client.get("/accessibility?lang=de").text
        assert "25. November 2026" in german
        assert "Erklärung zur Barrierefreiheit" in german


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"contact": "javascript:alert(1)"}, "neither a mail address nor https://"),
        ({"contact": "a@b?subject=x"}, "neither a mail address nor https://"),
        ({"assessed": "last week"}, "is no day like 2026-11-25"),
    ],
)
def test_what_cannot_be_a_contact_or_a_day_is_refused(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AccessibilitySettings(**wrong)
    assert AccessibilitySettings(contact="https://lautern.example/tell").contact_link == "https://lautern.example/tell"
