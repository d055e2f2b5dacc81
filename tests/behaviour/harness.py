"""Starts and stops the upstream and the generated servers as processes, and talks to them as little as needed."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from .calls import BY_PACKAGE, SERVICES
from .upstream import Plan

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated"
READY_SECONDS = 30.0


def environment(**extra: str) -> dict[str, str]:
    """This process's environment with `generated/` importable, every secret set and proxies off."""
    secrets = {service.variable: service.secret for service in SERVICES}
    path = os.pathsep.join(filter(None, (str(GENERATED), os.environ.get("PYTHONPATH"))))
    return {
        **{
            key: value
            for key, value in os.environ.items()
            if "proxy" not in key.lower()
        },
        **secrets,
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
        **extra,
    }


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Failed(Exception):
    """A process ended or stayed silent instead of getting ready; the message holds what it wrote."""


class Process:
    """A running child whose stderr is kept in a file."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: dict[str, str],
        stdout: int = subprocess.DEVNULL,
        cwd: Path = ROOT,
    ) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        self.child = subprocess.Popen(
            command,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=self._log,
            cwd=cwd,
        )

    def log(self) -> str:
        """What the process wrote to stderr so far."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def stop(self) -> int:
        """Ask the process to end, insist after ten seconds, and return its exit code."""
        self.child.terminate()
        try:
            code = self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            code = self.child.wait()
        if self.child.stdout:
            self.child.stdout.close()
        return code

    def wait_for_port(self, port: int) -> None:
        """Return once something accepts connections on ``port``; raise `Failed` when the child ends before."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise Failed(f"exit code {self.child.returncode}: {self.log()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        self.stop()
        raise Failed(f"not ready after {READY_SECONDS} s: {self.log()}")


class Upstream:
    """A running upstream process; ``origin`` has no trailing slash."""

    def __init__(self) -> None:
        script = str(Path(__file__).with_name("upstream.py"))
        self.process = Process(
            [sys.executable, script], env=environment(), stdout=subprocess.PIPE
        )
        assert self.process.child.stdout
        line = self.process.child.stdout.readline()
        if not line:
            raise Failed(self.process.log())
        self.port: int = json.loads(line)["port"]
        self.origin = f"http://127.0.0.1:{self.port}"

    def url(self, package: str) -> str:
        """The base URL that stands for the package's own one."""
        return self.origin + BY_PACKAGE[package].mount

    def requests(self) -> list[dict[str, Any]]:
        """Every request since the last `clear`, in order of arrival; ``body`` is bytes."""
        records = self._control("GET", "/__requests")
        return [item | {"body": base64.b64decode(item["body"])} for item in records]

    def only(self) -> dict[str, Any]:
        """The single request since the last `clear`, which must have had no problem."""
        (record,) = self.requests()
        assert record["problems"] == []
        return record

    def clear(self) -> None:
        """Forget all requests and plans."""
        self._control("DELETE", "/__requests")

    def plan(self, *plans: Plan) -> None:
        """Make the next replies misbehave."""
        self._control("POST", "/__plan", json.dumps([asdict(plan) for plan in plans]))

    def _control(self, method: str, path: str, body: str | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


def server_command(
    package: str, kind: str, upstream: Upstream, *more: str
) -> list[str]:
    """``python -m <package> rest|mcp`` with every upstream replaced by ``upstream``."""
    packages = [service.package for service in SERVICES]
    urls = (
        [f"--upstream={name}={upstream.url(name)}" for name in packages]
        if package == "gateway"
        else [f"--upstream={upstream.url(package)}"]
    )
    return [sys.executable, "-m", package, kind, *urls, *more]


@contextmanager
def server(
    package: str, kind: str, upstream: Upstream, *more: str, **extra: str
) -> Iterator[str]:
    """Run a generated server (``kind`` is ``rest`` or ``mcp``) and yield its origin."""
    port = free_port()
    command = server_command(package, kind, upstream, f"--port={port}", *more)
    process = Process(command, env=environment(**extra))
    try:
        process.wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()
    log = process.log()
    assert "Traceback" not in log, log
    assert not any(item.secret in log for item in SERVICES), "a secret was logged"
