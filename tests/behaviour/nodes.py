"""Runs the Node programs of `tests/node` (Prism, the MCP Inspector, the conformance suite, …) with their Node 22."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .harness import ROOT, Process, free_port

MODULES = ROOT / "tests" / "node" / "node_modules"
PRISM = MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"
INSPECTOR = (
    MODULES
    / "@modelcontextprotocol"
    / "inspector"
    / "clients"
    / "launcher"
    / "build"
    / "index.js"
)
CONFORMANCE = MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
CONFORMANCE_OLD = MODULES / "conformance-handshake" / "dist" / "index.js"
"""The suite as of 0.1.16, which knows the revisions up to 2025-11-25 only."""


def node_environment(node: str, **extra: str) -> dict[str, str]:
    """The environment in which ``node`` is first on the path and no keychain is asked."""
    path = os.pathsep.join((str(Path(node).parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "MCP_INSPECTOR_SECRET_STORE": "memory", **extra}


def run_node(
    node: str, script: Path, *args: str, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run a script to its end, at most two minutes, and return it with its output."""
    return subprocess.run(
        [node, str(script), *args],
        env=node_environment(node, **extra),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def prism(node: str, document: Path) -> Iterator[str]:
    """A Prism mock of an OpenAPI document; yields its origin."""
    port = free_port()
    command = [
        node,
        str(PRISM),
        "mock",
        str(document),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    process = Process([*command, "--errors"], env=node_environment(node))
    try:
        process.wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()
