"""Templates: escaped without exception, strict about what is missing, in the language of the request."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from dashboards.addresses import board_address
from planner import formats
from planner.asking import asking, may
from rainbow.kernel.texts import LANGUAGES, _, current, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "templates"


class Templates:
    """Renders a template to an answer."""

    def __init__(self, *, title: str, grafana_url: str = "") -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            {
                "_": _,
                "ngettext": ngettext,
                "title": title,
                "languages": LANGUAGES,
                "decimal": formats.decimal,
                "listed": formats.listed,
                "in_path": in_path,
                "may": may,
                "csrf": lambda: asking().identity.csrf,
                "signed_in": lambda: asking().identity.display if asking().identity.session else "",
                "request_number": lambda: asking().request,
                "grafana": partial(board_address, grafana_url),
            }
        )

    def answer(self, name: str, context: Mapping[str, object], *, status: int = 200) -> HTMLResponse:
        """A template as an answer."""
        html = self._environment.get_template(name).render({**context, "language": current()})
        return HTMLResponse(html, status_code=status)


def in_path(code: str) -> str:
    """A code as the last part of an address; its slashes stay."""
    return quote(code, safe="/")
