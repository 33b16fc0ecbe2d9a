from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from rainbow.kernel import errors
from rainbow.kernel.findings import Finding, Severity
from rainbow.kernel.metrics import BY_NAME, CATALOGUE, DEVICE, INTERFACE, Kind, Metric
from rainbow.kernel.samples import Sample, UnixNs
from rainbow.kernel.secret import Secret, SecretRef

NAME = re.compile(r"[a-z][a-z0-9_]*")
UNIT_SUFFIXES = {
    "bit/s": "_bps",
    "1/s": "_p",
    "dBm": "_dbm",
    "dB": "_db",
    "s": "_s",
    "mA": "_ma",
    "°C": "_c",
    "W": "_w",
}
each_metric = pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)


def test_metric_names_are_one_of_a_kind() -> None:
    assert set(BY_NAME.values()) == set(CATALOGUE)
    assert len(BY_NAME) == len(CATALOGUE)


@each_metric
def test_names_suit_every_influxdb(metric: Metric) -> None:
    """InfluxDB 3 refuses a tag and a field of one name; ``time`` is its own word."""
    names = Counter([*metric.tags, *(item.name for item in metric.fields)])
    assert max(names.values()) == 1
    assert "time" not in names
    assert all(NAME.fullmatch(name) for name in (metric.name, *names))


@each_metric
def test_every_field_has_its_meaning_and_its_unit_in_its_name(metric: Metric) -> None:
    for item in metric.fields:
        assert item.help
        assert (item.kind is Kind.STATE) == bool(item.states)
        numbers = [number for number, _name in item.states]
        assert numbers == sorted(set(numbers))
        if suffix := UNIT_SUFFIXES.get(item.unit):
            assert suffix in item.name, f"{metric.name}.{item.name} is in {item.unit}"


def test_a_series_knows_its_tags_only() -> None:
    series = DEVICE.series(device="SW1", site="")
    assert series.tags == (("device", "SW1"),)
    assert series.tag("site") == ""
    assert series == DEVICE.series(device="SW1")
    assert len({series, DEVICE.series(device="SW1"), INTERFACE.series(device="SW1")}) == 2
    with pytest.raises(ValueError, match="metric device has no tag"):
        DEVICE.series(port="1")


def test_a_sample_holds_what_was_read() -> None:
    sample = Sample(DEVICE.series(device="SW1"), UnixNs(1), {DEVICE.up: 1})
    assert DEVICE.uptime_s not in sample.values


def test_the_error_tree_is_drawn_as_it_is() -> None:
    drawn = re.findall(r"(?:── )(\w+)", errors.__doc__ or "")
    made = [
        name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, errors.RainbowError)
    ]
    assert sorted(drawn) == sorted(name for name in made if name != "RainbowError")


def test_an_error_says_its_cure_and_all_findings() -> None:
    finding = Finding(
        code="RB-X001", severity=Severity.ERROR, where="cables.csv", record="C1", message="is odd", cure="mend it"
    )
    error = errors.InputError("the plant has 1 mistake", findings=[finding], cure="see below")
    assert str(error).splitlines() == [
        "the plant has 1 mistake",
        "  -> see below",
        "  error RB-X001 cables.csv: C1: is odd -> mend it",
    ]
    assert json.loads(json.dumps(finding.to_json()))["record"] == "C1"


def test_a_secret_never_prints_itself() -> None:
    secret = Secret("hunter2")
    assert secret.reveal() == "hunter2"
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}" + str({"a": secret})
    assert secret == Secret("hunter2")
    assert secret != Secret("other")
    assert not SecretRef()
    assert SecretRef(env="X")
