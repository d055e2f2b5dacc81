"""The official conformance suite against a compiled capability that has what its scenarios ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import everything
from .exposed import Registry, serve
from .nodes import CONFORMANCE, CONFORMANCE_OLD, run_node

pytestmark = pytest.mark.xdist_group("suite")


@pytest.fixture(scope="module")
def stub() -> Iterator[Registry]:
    with everything.stub() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("suite")
    everything.build(root)
    return root


@pytest.fixture(scope="module")
def plain(built: Path, stub: Registry) -> Iterator[str]:
    """A server without sessions."""
    with serve(built, "mcp", stub, name="everything") as port:
        yield f"http://127.0.0.1:{port}/mcp"


@pytest.mark.parametrize(
    ("script", "revision", "sessions", "known"),
    [
        (CONFORMANCE_OLD, "", "on", "handshake"),
        (CONFORMANCE, "2025-11-25", "on", "handshake"),
        (CONFORMANCE, "2026-07-28", "off", "2026-07-28"),
    ],
)
def test_the_suite_passes(
    node: str,
    stub: Registry,
    built: Path,
    tmp_path: Path,
    script: Path,
    revision: str,
    sessions: str,
    known: str,
) -> None:
    stub.seen.clear()
    with serve(built, "mcp", stub, f"--sessions={sessions}", name="everything") as port:
        options = ["--requirements", revision] if revision else []
        options += ["--expected-failures", str(everything.FOLDER / f"{known}.yaml")]
        address = ["--url", f"http://127.0.0.1:{port}/mcp", "-o", str(tmp_path)]
        done = run_node(node, script, "server", *address, *options)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    everything.check(stub)


@pytest.mark.parametrize(
    "scenario",
    [
        "json-schema-2020-12",
        "http-header-validation",
        "http-custom-header-server-validation",
    ],
)
def test_what_is_not_scored_passes_too(
    node: str, plain: str, tmp_path: Path, scenario: str
) -> None:
    options = ["--scenario", scenario, "--spec-version", "2026-07-28"]
    address = ["--url", plain, "-o", str(tmp_path)]
    done = run_node(node, CONFORMANCE, "server", *address, *options)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " 0 failed" in done.stdout + done.stderr
