"""Own checks of Grafana's files: what a schema cannot say and nobody sees before the panel stays empty."""

from __future__ import annotations

from dashboards.lint.alerting import lint_rules
from dashboards.lint.boards import lint_boards

__all__ = ["lint_boards", "lint_rules"]
