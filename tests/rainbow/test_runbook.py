"""Whoever is woken finds the alert in the runbook, and the commands in it exist."""

from __future__ import annotations

import re

from conftest import ROOT

from rainbow.cli import COMMANDS

RUNBOOK = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ALERTS = (ROOT / "deploy" / "grafana" / "provisioning" / "alerting" / "rainbow.yaml").read_text(encoding="utf-8")


def test_every_alert_has_an_entry() -> None:
    titles = set(re.findall(r'^\s+title: "(.+)"$', ALERTS, re.MULTILINE))
    assert titles
    assert titles == set(re.findall(r"^\| \*\*(.+?)\*\* \|", RUNBOOK, re.MULTILINE))


def test_every_command_in_it_is_one() -> None:
    named = set(re.findall(r"\brainbow ([a-z][a-z-]+)", RUNBOOK))
    assert {"doctor", "outbox", "collect", "incidents"} <= named
    assert named <= set(COMMANDS)
