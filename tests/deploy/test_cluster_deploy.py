"""The manifests and settings of several machines, as far as they can be judged without a cluster."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from conftest import ROOT

from rainbow.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = (ROOT / "deploy/kubernetes/rainbow.yaml").read_text(encoding="utf-8")
OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all(MANIFEST))
SETS = {item["metadata"]["name"]: item["spec"] for item in OBJECTS if item["kind"] == "StatefulSet"}
SETTINGS: dict[str, str] = next(item["data"] for item in OBJECTS if item["kind"] == "ConfigMap")
each_set = pytest.mark.parametrize("name", SETS)


def pod(name: str) -> dict[str, Any]:
    return SETS[name]["template"]["spec"]


def container(name: str) -> dict[str, Any]:
    (only,) = pod(name)["containers"]
    return only


def test_all_kinds_are_of_their_group() -> None:
    groups = {
        "ConfigMap": "v1",
        "Service": "v1",
        "StatefulSet": "apps/v1",
        "PodDisruptionBudget": "policy/v1",
        "NetworkPolicy": "networking.k8s.io/v1",
    }
    assert all(item["apiVersion"] == groups[item["kind"]] for item in OBJECTS)
    assert {item["kind"] for item in OBJECTS} == set(groups)


@each_set
def test_a_pod_has_no_more_rights_than_it_needs(name: str) -> None:
    whole, own = pod(name)["securityContext"], container(name)["securityContext"]
    assert (whole["runAsNonRoot"], whole["runAsUser"]) == (True, 10001)
    assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
    assert own == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert pod(name)["automountServiceAccountToken"] is False


@each_set
def test_an_image_is_one_version_from_wherever_nodes_pull(name: str) -> None:
    assert re.fullmatch(r"[a-z-]+:\d+\.\d+\.\d+", container(name)["image"]), "no registry, no moving tag"
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert container(name)["image"] == compose["services"]["centre"]["image"]


@each_set
def test_every_mount_has_its_volume_and_state_survives(name: str) -> None:
    templates = {item["metadata"]["name"] for item in SETS[name]["volumeClaimTemplates"]}
    volumes = {item["name"] for item in pod(name)["volumes"]} | templates
    mounts = {item["name"]: item for item in container(name)["volumeMounts"]}
    assert set(mounts) == volumes
    assert templates == {"state"}
    assert all(item.get("readOnly") or key in {"state", "tmp"} for key, item in mounts.items())
    assert mounts["settings"]["subPath"] in SETTINGS


@each_set
def test_a_set_finds_its_pods_and_its_service(name: str) -> None:
    wanted = SETS[name]["selector"]["matchLabels"]
    assert wanted.items() <= SETS[name]["template"]["metadata"]["labels"].items()
    service = next(
        item for item in OBJECTS if item["kind"] == "Service" and item["metadata"]["name"] == SETS[name]["serviceName"]
    )
    assert service["spec"]["selector"] == wanted
    assert container(name)["livenessProbe"]["exec"]["command"][1].endswith("healthy.py")
    assert "limits" in container(name)["resources"]


def test_devices_are_shared_out_by_names_that_stay() -> None:
    (env,) = container("rainbow-poller")["env"]
    assert (env["name"], env["valueFrom"]["fieldRef"]["fieldPath"]) == ("RAINBOW_MEMBER", "metadata.name")
    assert SETS["rainbow-poller"]["podManagementPolicy"] == "Parallel"
    assert SETS["rainbow-centre"]["replicas"] == 1, "a centre has one store"


def test_only_pollers_reach_the_centre() -> None:
    (policy,) = [item["spec"] for item in OBJECTS if item["kind"] == "NetworkPolicy"]
    assert policy["podSelector"]["matchLabels"] == SETS["rainbow-centre"]["selector"]["matchLabels"]
    (rule,) = policy["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": SETS["rainbow-poller"]["selector"]["matchLabels"]}}]


@pytest.mark.parametrize(
    "text",
    [
        *SETTINGS.values(),
        *((ROOT / f"deploy/cluster/{name}.toml").read_text(encoding="utf-8") for name in ("centre", "poller")),
    ],
    ids=["kubernetes-centre", "kubernetes-poller", "compose-centre", "compose-poller"],
)
def test_settings_are_understood(tmp_path: Path, text: str) -> None:
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    settings = read_settings(tmp_path).cluster
    assert settings is not None
    assert (settings.role == "poller") == bool(settings.centre)


def test_no_secret_stands_in_a_file() -> None:
    assert "kind: Secret" not in MANIFEST
    for text in SETTINGS.values():
        found = json.dumps(tomllib.loads(text))
        assert not re.search(r'"(password|token|key|auth_key|priv_key|community)":', found)
        assert all(path.startswith("/run/secrets/rainbow/") for path in re.findall(r'_file": "([^"]+)"', found))
    mounted = next(item for item in pod("rainbow-poller")["volumes"] if item["name"] == "secrets")
    assert mounted["secret"]["secretName"] == "rainbow"


def test_pollers_of_compose_are_the_shipped_city_and_their_part_of_it() -> None:
    composed = tomllib.loads((ROOT / "deploy/lautern.toml").read_text(encoding="utf-8"))
    for name in ("centre", "poller"):
        own = tomllib.loads((ROOT / f"deploy/cluster/{name}.toml").read_text(encoding="utf-8"))
        assert own.pop("cluster")["role"] == name
        assert {key for key in own if own[key] != composed.get(key)} <= {"snmp"}
        assert set(own) == set(composed)
