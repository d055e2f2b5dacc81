"""Who reads standard error slowly, or never, holds up no request and no stop; who reads it gets every line."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from .capability_package import build
from .harness import environment, free_port
from .load import SPEC
from .processes import until

FLOOD = """
from load.server.logwriter import LOG
for n in range(8):
    LOG.write(f"{n}" * 1_000_000 + "\\n")
print(LOG.dropped, flush=True)
input()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package ``load``."""
    root = tmp_path_factory.mktemp("log")
    assert build(root, SPEC, name="load") == "load"
    return root


def started(
    folder: Path, port: int, log: int, more: Sequence[str]
) -> subprocess.Popen[bytes]:
    """A REST server with the descriptor ``log`` as its standard error."""
    command = [sys.executable, "-m", "load", "rest", f"--port={port}", *more]
    env = {**environment(), "PYTHONPATH": str(folder)}
    child = subprocess.Popen(command, env=env, stderr=log)
    until(lambda: is_open(port))
    return child


def is_open(port: int) -> bool:
    """Whether ``port`` takes connections."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, numbers: range) -> None:
    """Requests of one connection, each of them answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for number in numbers:
        headers = {"X-Request-ID": f"request-{number}"}
        connection.request("GET", "/nothing", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 404
    connection.close()


@pytest.mark.parametrize("more", [[], ["--workers=2"]])
def test_a_log_that_nobody_reads_holds_up_nothing(
    folder: Path, more: list[str]
) -> None:
    port = free_port()
    unread, log = os.pipe()
    child = started(folder, port, log, more)
    try:
        while select.select([], [log], [], 0)[1]:
            ask(port, range(200))
        for _ in range(3):
            ask(port, range(200))
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    finally:
        child.kill()
        child.wait()
        os.close(unread)
        os.close(log)


def test_a_log_is_whole_and_in_order_after_a_stop(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    path = tmp_path / "log"
    with path.open("wb") as file:
        child = started(folder, port, file.fileno(), [])
        try:
            ask(port, range(500))
        finally:
            child.terminate()
            assert child.wait(20) == 0
    lines = [line for line in path.read_text().splitlines() if line.startswith("{")]
    ids = [json.loads(line)["request_id"] for line in lines]
    assert ids == [f"request-{number}" for number in range(500)]


def test_lines_that_do_not_fit_are_counted(folder: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", FLOOD],
        env={**environment(), "PYTHONPATH": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    dropped = int(child.stdout.readline())
    _, log = child.communicate("\n", timeout=20)
    lines = log.splitlines()
    told = [line for line in lines if line.startswith("{")]
    kept = [line[0] for line in lines if not line.startswith("{")]
    assert 0 < dropped < 8
    assert kept == [str(number) for number in range(8 - dropped)]
    counts = [int(json.loads(line)["message"].partition(" ")[0]) for line in told]
    assert sum(counts) == dropped
