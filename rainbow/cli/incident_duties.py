"""``rainbow incidents duties``: what has to be reported until when, where the operator's role asks for it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from incidents.duties import clocks, facts, form_text, is_over
from incidents.incident import Status
from incidents.messages import Wording
from rainbow import wiring
from rainbow.audited import looked_at
from rainbow.city import clock, open_city
from rainbow.cli.options import CITY, text_or_json
from rainbow.kernel.texts import _, use

if TYPE_CHECKING:
    from pathlib import Path

_NS = 1_000_000_000


@click.command(
    "duties",
    help=_(
        "Clocks of the reports that incidents of CITY may ask for (24 hours, 72 hours, a month), and the facts for the "
        "form; only where operator_role in [evidence] of city.toml says that the law binds this operator. Exit code 1 "
        "while a clock runs."
    ),
)
@CITY
@click.argument("number", type=int, required=False)
@text_or_json(_("Text for people and forms, JSON for machines."))
def duties(city: Path, number: int | None, form: str) -> int:
    """Print them."""
    opened, now_s = open_city(city), clock() / _NS
    if not opened.settings.evidence.must_report:
        click.echo(
            _("operator_role is {role}: by these settings nothing has to be reported").format(
                role=opened.settings.evidence.operator_role
            )
        )
        return 0
    kept = wiring.journal(opened, read_only=True).incidents(most=1_000_000)
    found = [item for item in kept if item.status is not Status.MERGED and number in {None, item.number}]
    found = [item for item in found if number is not None or (item.worst.sites and not is_over(item, now_s))]
    looked_at(city, "incident.duties", "incident", number or "", incidents=len(found))
    with use(opened.settings.city.language):
        words = Wording(wiring.ground(opened))
        told = [(item, facts(item, opened.plant, words, now_s), clocks(item, now_s)) for item in found]
        if form == "json":
            document = [
                {"number": item.number, "facts": asdict(known), "clocks": [asdict(one) for one in running]}
                for item, known, running in told
            ]
            click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        else:
            texts = [form_text(item, known, words, now_s) for item, known, _running in told]
            click.echo("\n\n".join(texts) or _("No incident that took a site down has a clock that runs."))
    return 1 if any(one.left_s > 0 for _item, _known, running in told for one in running) else 0
