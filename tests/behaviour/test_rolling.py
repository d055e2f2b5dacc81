"""Two processes behind nginx, restarted one after the other: no request is lost, and none is sent twice."""

from __future__ import annotations

import http.client
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .capability_package import build, recorder
from .harness import Process, environment, free_port
from .load import SPEC, answer, load
from .processes import children, until

CONFIGURATION = """
daemon off;
user root root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream numbers {{
{servers}
    keepalive 8;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://numbers;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host localhost;
    }}
  }}
}}
"""


class Balancer:
    """A running nginx before the servers at ``ports``."""

    def __init__(self, binary: str, folder: Path, ports: tuple[int, ...]) -> None:
        self.port = free_port()
        self._folder = folder
        self._ports = ports
        self._write(0)
        command = [binary, "-p", str(folder), "-e", str(folder / "error.log")]
        command += ["-c", str(folder / "nginx.conf")]
        self.process = Process(command, env=environment())
        self.process.wait_for_port(self.port)

    def without(self, port: int) -> None:
        """Send nothing to ``port`` any more, 0: to all; return when what was sent has been answered."""
        before = children(self.process)
        self._write(port)
        self.process.child.send_signal(signal.SIGHUP)
        until(lambda: bool(now := children(self.process)) and not now & before)

    def _write(self, port: int) -> None:
        servers = "\n".join(
            f"    server 127.0.0.1:{each}{' down' * (each == port)};"
            for each in self._ports
        )
        text = CONFIGURATION.format(
            folder=self._folder, servers=servers, port=self.port
        )
        (self._folder / "nginx.conf").write_text(text)


@contextmanager
def balanced(binary: str, folder: Path, ports: tuple[int, ...]) -> Iterator[Balancer]:
    balancer = Balancer(binary, folder, ports)
    try:
        yield balancer
    finally:
        balancer.process.stop()


def started(folder: Path, kind: str, port: int, upstream: str) -> Process:
    """A server that takes requests for half a minute after a stop signal, or until the next one."""
    command = [sys.executable, "-m", "load", kind, f"--port={port}"]
    command += [f"--upstream={upstream}", "--drain-timeout=30"]
    process = Process(command, env={**environment(), "PYTHONPATH": str(folder)})
    process.wait_for_port(port)
    return process


def ready(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/readyz")
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("kind", ["rest", "mcp"])
def test_a_rolling_restart_loses_nothing(nginx: str, tmp_path: Path, kind: str) -> None:
    build(tmp_path, SPEC, name="load")
    ports = free_port(), free_port()
    with recorder(answer) as upstream:
        running = [started(tmp_path, kind, port, upstream.url) for port in ports]
        try:
            with (
                balanced(nginx, tmp_path, ports) as balancer,
                load(balancer.port, kind) as found,
            ):
                for index, port in enumerate(ports):
                    until(lambda: found.sent > 30)
                    old = running[index]
                    old.child.send_signal(signal.SIGTERM)
                    until(lambda at=port: ready(at) == 503)  # type: ignore[misc]
                    balancer.without(port)
                    old.child.send_signal(signal.SIGTERM)
                    assert old.child.wait(30) == 0
                    running[index] = started(tmp_path, kind, port, upstream.url)
                    balancer.without(0)
                    reached = found.sent
                    until(lambda to=reached: found.sent > to + 30)  # type: ignore[misc]
            found.check(upstream)
            agents = {seen.headers["x-request-id"][:16] for seen in upstream.seen}
            assert len(agents) == 4  # both processes answered, before and after
        finally:
            for process in running:
                process.child.kill()
                process.stop()
                assert "Traceback" not in process.log()
