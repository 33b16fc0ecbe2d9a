"""``rainbow inventory drift``: the plant against what the switches say."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory.drift import DRIFT_RULES, READ, ModuleSeen, Seen, drift
from inventory.entities import Code
from rainbow.cli.finding_reports import as_junit, as_sarif
from rainbow.cli.options import CITY
from rainbow.kernel.errors import InputError, StoreError, UsageError
from rainbow.kernel.findings import Severity
from rainbow.kernel.texts import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from inventory.plant import Plant
    from rainbow.kernel.findings import Finding

SECONDS_PER_HOUR = 3600


@click.command(
    name="drift",
    help=_(
        "Hold the plant of CITY against what its switches said last: neighbours, ports, speeds, light. Exit code 1 on "
        "findings; hints alone are 0."
    ),
)
@CITY
@click.option(
    "--hours",
    type=click.FloatRange(min=0, min_open=True),
    default=24.0,
    show_default=True,
    help=_("Readings older than this do not count."),
)
@click.option(
    "--probe",
    "probes",
    multiple=True,
    metavar="DEVICE=FILE",
    help=_("Modules too: the device's answer to rainbow collect probe ADDRESS --format json. May be given again."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "junit"]),
    default="text",
    show_default=True,
    help=_("For people, for machines, for code review, or for build servers."),
)
def drift_command(city: Path, hours: float, probes: tuple[str, ...], form: str) -> int:
    """Print what differs."""
    from rainbow import wiring  # noqa: PLC0415 - the store's room is loaded only here

    opened = wiring.open_city(city)
    since_ns = wiring.clock() - int(hours * SECONDS_PER_HOUR * 1_000_000_000)
    with wiring.store_reader(opened) as reader:
        samples = (sample for metric, fields in READ.items() for sample in reader.newest(metric, fields))
        modules = dict(_modules(opened.plant, probes))
        seen = Seen.of(opened.plant, samples, since_ns=since_ns, modules=modules)
    if not seen.devices:
        raise StoreError(
            _("no switch has said anything in the last {hours:g} hours").format(hours=hours),
            cure=_("collect first: rainbow collect once {city}").format(city=city),
        )
    findings = drift(opened.plant, seen)
    _print(opened.plant, seen, findings, form)
    return int(any(finding.severity is not Severity.INFO for finding in findings))


def _modules(plant: Plant, probes: tuple[str, ...]) -> Iterator[tuple[Code, ModuleSeen]]:
    for probe in probes:
        device, sign, file = probe.partition("=")
        if not sign or Code(device) not in plant.device:
            raise UsageError(
                _("--probe {probe}: {device} is no device of {city}").format(
                    probe=probe, device=device, city=plant.city
                ),
                cure=_("write DEVICE=FILE, with the device's code"),
            )
        for item in _probed(Path(file)):
            name, wavelength = item.get("ifName"), item.get("wavelength_nm")
            if isinstance(name, str) and name:
                yield (
                    Code(f"{device}:{name}"),
                    ModuleSeen(
                        serial=str(item.get("serial") or ""),
                        wavelength_nm=round(wavelength) if isinstance(wavelength, int | float) else None,
                    ),
                )


def _probed(file: Path) -> list[dict[str, object]]:
    try:
        answer = json.loads(file.read_text(encoding="utf-8"))
        modules = answer["transceivers"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            _("{file} is no answer to a probe: {error}").format(file=file, error=error),
            cure=_("make it: rainbow collect probe ADDRESS --format json > {file}").format(file=file),
        ) from None
    return [item for item in modules if isinstance(item, dict)] if isinstance(modules, list) else []


def _print(plant: Plant, seen: Seen, findings: Sequence[Finding], form: str) -> None:
    count = Counter(finding.severity for finding in findings)
    if form == "json":
        report = {
            "city": plant.city,
            "devices_heard": len(seen.devices),
            "counts": {str(severity): count[severity] for severity in Severity},
            "findings": [finding.to_json() for finding in findings],
        }
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    elif form == "sarif":
        click.echo(json.dumps(as_sarif(findings, DRIFT_RULES), indent=2, ensure_ascii=False))
    elif form == "junit":
        click.echo(as_junit(plant.city, findings), nl=False)
    else:
        _print_text(plant, seen, findings)


def _print_text(plant: Plant, seen: Seen, findings: Sequence[Finding]) -> None:
    for finding in findings:
        colour = "yellow" if finding.severity is Severity.WARNING else "blue"
        click.secho(str(finding.severity), fg=colour, nl=False)
        click.echo(f" {finding.code} {finding.record}: {finding.message}")
        click.echo(f"    -> {finding.cure}")
    said = ngettext(
        "{count} difference, {devices} of {all} switches heard",
        "{count} differences, {devices} of {all} switches heard",
        len(findings),
    )
    click.echo(said.format(count=len(findings), devices=len(seen.devices), all=len(plant.devices)))
