"""Several processes behind one port: one count, none lost when they are replaced, killed or stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from .capability_package import build, recorder
from .harness import Process, environment, free_port
from .load import SPEC, answer, load
from .processes import children, until

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package ``load``."""
    root = tmp_path_factory.mktemp("workers")
    assert build(root, SPEC, name="load") == "load"
    return root


@contextmanager
def served(
    folder: Path, kind: str, upstream: str, *more: str
) -> Iterator[tuple[Process, int]]:
    """A server with two workers, and its port."""
    port = free_port()
    command = [sys.executable, "-m", "load", kind, f"--port={port}", "--workers=2"]
    env = {**environment(), "PYTHONPATH": str(folder)}
    process = Process([*command, f"--upstream={upstream}", *more], env=env)
    try:
        process.wait_for_port(port)
        until(lambda: len(children(process)) == 2)
        yield process, port
    finally:
        process.stop()
    assert "Traceback" not in process.log(), process.log()


def count(port: int, name: str) -> float:
    """The sum of a metric."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
        families = text_string_to_metric_families(page.read().decode())
        wanted = name.removesuffix("_total")
        return sum(
            sample.value
            for family in families
            if family.name == wanted
            for sample in family.samples
            if sample.name == name
            and "/metrics" not in sample.labels.get("operation", "")
        )


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_a_restart_loses_no_request_and_no_count(folder: Path, kind: str) -> None:
    wait = "--drain-timeout=0.5"
    with recorder(answer) as upstream, served(folder, kind, upstream.url, wait) as run:
        process, port = run
        before = children(process)
        with load(port, kind) as first, load(port, kind, keep=True) as second:
            until(lambda: first.sent > 50)
            process.child.send_signal(signal.SIGHUP)
            until(lambda: len(now := children(process)) == 2 and not now & before)
            reached = first.sent
            until(lambda: first.sent > reached + 50)
        assert not first.failed
        assert not second.failed
        assert len(upstream.seen) == first.sent + second.sent
        until(lambda: count(port, "naftiko_http_client_total") == len(upstream.seen))
        assert count(port, "naftiko_request_total") == len(upstream.seen)
        started = count(port, "process_start_time_seconds")
        assert abs(started - time.time()) < 600
        assert process.stop() == 0


def test_a_worker_that_is_killed_is_replaced(folder: Path) -> None:
    with recorder(answer) as upstream, served(folder, "rest", upstream.url) as run:
        process, port = run
        with load(port, "rest") as first:
            until(lambda: first.sent > 20)
        until(lambda: count(port, "naftiko_request_total") == first.sent)
        killed = min(children(process))
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(now := children(process)) == 2 and killed not in now)
        with load(port, "rest") as again:
            until(lambda: again.sent > 20)
        assert not again.failed
        every = first.sent + again.sent
        until(lambda: count(port, "naftiko_request_total") == every)
        assert "a worker ended with status -9" in process.log()


def test_workers_end_with_their_supervisor(folder: Path) -> None:
    with served(folder, "rest", "http://127.0.0.1:9") as run:
        process, _ = run
        started = children(process)
        process.child.kill()
        process.child.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))


def test_a_port_that_is_taken_and_too_many_workers(folder: Path) -> None:
    with served(folder, "rest", "http://127.0.0.1:9") as run:
        _, port = run
        for more, words in (
            ([f"--port={port}"], "cannot listen"),
            (["--port=0", "--workers=1000"], "256 workers at most"),
        ):
            said = subprocess.run(
                [sys.executable, "-m", "load", "rest", "--workers=2", *more],
                env={**environment(), "PYTHONPATH": str(folder)},
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
            assert said.returncode
            assert words in said.stderr
