"""``--target deploy``: what is written fits the tools that read it, and says no more than the package has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import promql_parser
import pytest
import yaml

from naftiko_codegen import pipeline
from naftiko_codegen.commands.request import Asked, settled
from naftiko_codegen.deploy.names import cluster_name
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options
from naftiko_codegen.python.settings import metric_kinds

ROOT = Path(__file__).parent.parent
SPECS = (ROOT / "tests/cases/deploy/several-servers/spec.yaml", ROOT / "specs")
PACKAGE = "harbour_home_quoted"
FOLDERS = (PACKAGE, "hugging_face_inference", "gateway")


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Every file of the folders ``deploy``, by its path."""
    options = Options(paths=SPECS, targets=("rest", "mcp", "deploy"), allowed=(ROOT,))
    diagnostics = Diagnostics()
    _, compiled = pipeline.compile_all(options, diagnostics, lambda words: None)
    assert compiled is not None
    return {
        file.path: file.content.decode()
        for file in compiled.files
        if "/deploy/" in file.path
    }


def objects(text: str) -> list[Any]:
    return [it for it in yaml.safe_load_all(text) if it]


@pytest.mark.parametrize("folder", FOLDERS)
def test_kubernetes_takes_the_manifests(files: dict[str, str], folder: str) -> None:
    found = objects(files[f"{folder}/deploy/kubernetes.yaml"])
    kinds = {it["kind"] for it in found}
    assert kinds == {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"}  # fmt: skip
    for each in found:
        kubernetes_validate.validate(each, "1.30", strict=True)
        assert len(each["metadata"]["name"]) <= 63
    names = [(it["kind"], it["metadata"]["name"]) for it in found]
    assert len(names) == len(set(names))


def test_a_pod_has_no_rights_and_its_secrets_by_reference(
    files: dict[str, str],
) -> None:
    for each in objects(files[f"{PACKAGE}/deploy/kubernetes.yaml"]):
        if each["kind"] != "Deployment":
            continue
        pod = each["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert not pod["automountServiceAccountToken"]
        assert not pod["enableServiceLinks"]  # they would be read as settings
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
        assert set(container["resources"]) == {"requests", "limits"}
        written = [it["name"] for it in container["env"] if "value" in it]
        assert written == [f"{PACKAGE.upper()}_ALLOW_HOST"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_variable_is_in_the_example(files: dict[str, str], folder: str) -> None:
    text = files[f"{folder}/deploy/env.example"]
    known = {line.strip("# ").removesuffix("=") for line in text.splitlines()}
    composed = re.findall(r"\$\{(\w+)", files[f"{folder}/deploy/compose.yaml"])
    pods = re.findall(r"key: (\w+)", files[f"{folder}/deploy/kubernetes.yaml"])
    assert set(composed) == known
    assert set(pods) == known - {"GRAFANA_PASSWORD"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_compose_and_prometheus_name_the_same_servers(
    files: dict[str, str], folder: str
) -> None:
    composed = yaml.safe_load(files[f"{folder}/deploy/compose.yaml"])
    scraped = yaml.safe_load(files[f"{folder}/deploy/prometheus.yml"])
    services = composed["services"]
    targets = [
        target
        for job in scraped["scrape_configs"]
        for static in job["static_configs"]
        for target in static["targets"]
    ]
    servers = set(services) - {"prometheus", "grafana"}
    assert set(targets) == {f"{name}:8080" for name in servers}
    ports = [it for service in services.values() for it in service["ports"]]
    assert all(it.startswith("127.0.0.1:") for it in ports)
    assert len(ports) == len({it.rpartition(":")[0] for it in ports})
    for name in servers:
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]
    files_named = set(re.findall(r"/run/secrets/(\w+)", json.dumps(scraped)))
    assert files_named == set(services["prometheus"]["secrets"])
    assert files_named == set(composed["secrets"])


def expressions(value: Any) -> Iterator[str]:
    """Every query of a dashboard, as Grafana sends it."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "expr":
                yield item.replace("$__rate_interval", "1m").replace("$job", "any")
            else:
                yield from expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from expressions(item)


def selectors(node: Any) -> Iterator[Any]:
    """The selectors of a parsed query."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "param", "args", "vector_selector"):
        below = getattr(node, name, None)
        for each in below if isinstance(below, list) else [below]:
            if each is not None and not isinstance(each, (str, int, float)):
                yield from selectors(each)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_dashboard_asks_for_all_metrics_and_no_other(
    files: dict[str, str], folder: str
) -> None:
    board = json.loads(files[f"{folder}/deploy/grafana/dashboard.json"])
    kinds = metric_kinds()
    allowed = {name for name, kind in kinds.items() if kind != "histogram"}
    allowed |= {f"{name}_bucket" for name, kind in kinds.items() if kind == "histogram"}
    asked = {
        selector.name
        for text in expressions(board)
        for selector in selectors(promql_parser.parse(text))
    }
    assert asked == allowed


def test_the_dashboard_knows_every_operation_by_its_label(
    files: dict[str, str],
) -> None:
    board = json.loads(files[f"{PACKAGE}/deploy/grafana/dashboard.json"])
    found = {
        match[1]
        for text in expressions(board)
        for selector in selectors(promql_parser.parse(text))
        for match in re.finditer(r'operation="([^"]*)"', str(selector.matchers))
    }
    assert found == {
        "GET /ships",
        "GET /ships$job",
        "GET /fleet",
        "tools/call list-ships",
    }
    assert len(list(ids(board))) == len(set(ids(board)))


def ids(board: Any) -> Iterator[int]:
    for panel in board["panels"]:
        yield panel["id"]
        yield from (it["id"] for it in panel.get("panels", ()))


def test_names_of_a_cluster_are_short_and_differ() -> None:
    long = "a_very_long_name_of_a_package_that_goes_on_and_on"
    names = {cluster_name(long, kind) for kind in ("rest", "mcp", "skill")}
    assert len(names) == 3
    assert all(re.fullmatch(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?", it) for it in names)
    assert cluster_name("_3d", "rest") == "s-3d-rest"


def test_deploy_alone_builds_the_servers_too() -> None:
    paths = (SPECS[0],)
    alone = settled(Asked(paths=paths, targets=("deploy",)), Diagnostics()).targets
    assert set(alone) == {"rest", "mcp", "skill", "deploy"}
    one = settled(Asked(paths=paths, targets=("mcp", "deploy")), Diagnostics()).targets
    assert set(one) == {"mcp", "deploy"}
    assert "deploy" not in settled(Asked(paths=paths), Diagnostics()).targets
