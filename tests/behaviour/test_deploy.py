"""The commands of ``deploy/Dockerfile``, run without Docker: the server starts with them, the health check finds it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

from .harness import ROOT, Process, environment, free_port

PACKAGE = "harbour_home_quoted"
TOKEN = "watch me 1"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built package."""
    root = tmp_path_factory.mktemp("deployed")
    spec = ROOT / "tests/cases/deploy/several-servers/spec.yaml"
    options = Options(paths=(spec,), targets=("rest", "mcp", "deploy"))
    _, compiled = pipeline.compile_all(options, Diagnostics(), lambda words: None)
    assert compiled is not None
    for file in compiled.files:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return root


def instructions(out: Path) -> list[tuple[str, str]]:
    text = (out / PACKAGE / "deploy/Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def given(out: Path) -> dict[str, str]:
    """The settings of the image and of one container, with an unusual port."""
    env = [rest.partition("=") for word, rest in instructions(out) if word == "ENV"]
    found = {name: value for name, _, value in env if name.startswith(PACKAGE.upper())}
    example = (out / PACKAGE / "deploy/env.example").read_text().splitlines()
    return found | {line.removesuffix("="): TOKEN for line in example}


@pytest.mark.parametrize("key", ["rest", "rest-back-office", "mcp"])
def test_a_container_serves_and_is_watched(out: Path, key: str) -> None:
    said = dict(instructions(out))
    composed = yaml.safe_load((out / PACKAGE / "deploy/compose.yaml").read_text())
    program = json.loads(said["ENTRYPOINT"]) + composed["services"][key]["command"]
    port = free_port()
    env = environment(PYTHONPATH=str(out)) | given(out)
    env[f"{PACKAGE.upper()}_PORT"] = str(port)
    env[f"{PACKAGE.upper()}_HOST"] = "127.0.0.1"
    env[f"{PACKAGE.upper()}_ALLOW_HOST"] = key
    process = Process([sys.executable, *program[1:]], env=env)
    try:
        process.wait_for_port(port)
        check = json.loads(said["HEALTHCHECK"].partition("CMD ")[2])
        probe = check[2].replace("8080", str(port))
        assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # fmt: skip
        assert b"naftiko_request_active" in scraped(key, port, out)
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)
    finally:
        process.stop()


def scraped(key: str, port: int, out: Path) -> bytes:
    """What Prometheus gets with the Host and the credential of its file."""
    jobs = yaml.safe_load((out / PACKAGE / "deploy/prometheus.yml").read_text())
    (job,) = (
        it
        for it in jobs["scrape_configs"]
        if it["static_configs"][0]["targets"] == [f"{key}:8080"]
    )
    request = urllib.request.Request(f"http://127.0.0.1:{port}{job['metrics_path']}")
    request.add_header("Host", f"{key}:8080")
    if "basic_auth" in job:
        import base64

        pair = base64.b64encode(f"{TOKEN}:{TOKEN}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
    else:
        request.add_header("Authorization", f"Bearer {TOKEN}")
    with urllib.request.urlopen(request, timeout=5) as reply:
        return bytes(reply.read())
