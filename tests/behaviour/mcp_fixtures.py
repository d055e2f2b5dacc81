"""The running zoo for the tests of MCP servers: upstream, built package, and a server over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from behaviour import mcp_package
from behaviour.harness import Process, environment, free_port
from behaviour.mcp_package import SECRET, Zoo


class Server(Process):
    """``python -m zoo mcp``, or ``script``, on a free port."""

    def __init__(self, built: Path, zoo: Zoo, *more: str, script: str = "") -> None:
        self.port = free_port()
        start = [script] if script else ["-m", "zoo"]
        command = [
            sys.executable,
            *start,
            "mcp",
            f"--port={self.port}",
            f"--upstream={zoo.url}",
            *more,
        ]
        super().__init__(command, env=zoo_environment(built))
        self.wait_for_port(self.port)


def zoo_environment(built: Path) -> dict[str, str]:
    """The environment in which the built package can be imported and has its credential."""
    return {**environment(), "PYTHONPATH": str(built), "ZOO_KEY": SECRET}


@pytest.fixture(scope="module")
def zoo() -> Iterator[Zoo]:
    """The upstream."""
    with mcp_package.upstream() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the package."""
    root = tmp_path_factory.mktemp("zoo")
    mcp_package.build(root)
    return root


@pytest.fixture(scope="module")
def server(zoo: Zoo, built: Path) -> Iterator[Server]:
    """The server; its log must hold no traceback and no secret in the end."""
    process = Server(built, zoo)
    yield process
    process.stop()
    assert "Traceback" not in process.log(), process.log()
    assert SECRET not in process.log()
