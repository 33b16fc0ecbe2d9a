"""Who found a weakness is told where to tell it; nobody is invented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from planner_scene import Scene, small_plant
from starlette.testclient import TestClient

from planner.app import create_app
from planner.security_txt import PATH
from trust.evidence_settings import EvidenceSettings

if TYPE_CHECKING:
    from pathlib import Path


def asked(tmp_path: Path, settings: EvidenceSettings) -> tuple[int, str]:
    services = replace(Scene(tmp_path, small_plant()).services(), security_txt=settings.security_txt)
    with TestClient(create_app(services), base_url="http://127.0.0.1:8021") as client:
        answer = client.get(PATH)
        return answer.status_code, answer.text


def test_the_contact_of_the_settings_is_told(tmp_path: Path) -> None:
    named = EvidenceSettings(security_contact="mailto:security@example.org", security_expires="2027-06-30")
    code, text = asked(tmp_path, named)
    assert code == 200
    assert text.splitlines()[:2] == ["Contact: mailto:security@example.org", "Expires: 2027-06-30T23:59:59Z"]


def test_without_a_contact_there_is_none(tmp_path: Path) -> None:
    assert asked(tmp_path, EvidenceSettings())[0] == 404


@pytest.mark.parametrize(
    "values",
    [
        {"security_contact": "security@example.org", "security_expires": "2027-06-30"},
        {"security_contact": "mailto:security@example.org"},
        {"security_contact": "mailto:security@example.org", "security_expires": "soon"},
        {"operator_role": "boss"},
    ],
)
def test_settings_that_make_no_such_file_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        EvidenceSettings(**values)  # type: ignore[arg-type] # a table of its fields
