"""The documentation page of the REST servers in a real browser: everything local, nothing broken, all operations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .calls import SERVICES
from .harness import ROOT
from .nodes import run_node

SCRIPT = ROOT / "tests" / "node" / "docs.mjs"
PATHS = {
    "hugging_face_inference": [
        call.path for service in SERVICES[:1] for call in service.calls
    ],
    "flux_image_generation_generation": ["/v1/flux-dev", "/v1/flux-pro-1-1-ultra"],
    "gateway": ["/v1/flux-dev", "/v1/v1/images/generations", "/v1/images/generations"],
}

pytestmark = pytest.mark.xdist_group("servers")


@pytest.mark.parametrize("package", PATHS)
def test_docs(
    node: str,
    chromium: str,
    origin: Callable[[str, str], str],
    tmp_path: Path,
    package: str,
) -> None:
    base = origin(package, "rest")
    shot = tmp_path / "docs.png"
    done = run_node(node, SCRIPT, chromium, f"{base}/docs", str(shot))
    assert done.returncode == 0, done.stderr
    page = json.loads(done.stdout)
    assert page["status"] == 200
    assert page["errors"] == []
    assert {
        url for url in page["requests"] if not url.startswith((base, "data:"))
    } == set()
    assert [path for path in PATHS[package] if path not in page["text"]] == []
    assert page["overflow"] <= 0, "the page scrolls sideways"
    assert shot.stat().st_size > 10_000
