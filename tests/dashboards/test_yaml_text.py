"""What is written as YAML is read back as it was."""

from __future__ import annotations

import yaml
from grafana_like import DEFAULTS, yaml_files
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.yaml_text import Plain, to_yaml

KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).filter(
    lambda key: key.lower() not in {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6).map(lambda number: round(number, 3)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.sampled_from(
        ["", " x ", "- a", "a: b", "# no comment", "yes", "0123", "{{ $labels.link }}", "1e3", "~", '"', "\\"]
    ),
)
VALUES: st.SearchStrategy[Plain] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_plain_document_survives(document: dict[str, Plain]) -> None:
    assert yaml.safe_load(to_yaml(document)) == document


def test_our_own_files_are_yaml_of_version_one() -> None:
    for path, text in yaml_files(DEFAULTS).items():
        assert yaml.safe_load(text)["apiVersion"] == 1, path
