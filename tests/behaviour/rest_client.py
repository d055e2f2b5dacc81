"""A generated server as a process, and the plainest clients: ``http.client`` and a socket."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .rest_package import NAME, TOKEN


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    """A running server process."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        self.process = process
        self._log = log
        self.port = self._port()

    @property
    def log(self) -> str:
        """What the server wrote to standard error so far."""
        return os.pread(self._log.fileno(), 1 << 20, 0).decode()

    def _port(self) -> int:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"^serving on http://\S+:(\d+)(?:/mcp)?$", self.log, re.M)
            if found:
                return int(found[1])
            time.sleep(0.02)
        raise RuntimeError(f"the server did not start: {self.log}")

    @contextmanager
    def connection(self) -> Iterator[http.client.HTTPConnection]:
        """One connection, kept alive."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            yield connection
        finally:
            connection.close()

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request over a connection of its own."""
        with self.connection() as connection:
            encoded = {
                name: value.encode("latin-1") for name, value in (headers or {}).items()
            }
            connection.request(method, path, body, encoded)
            reply = connection.getresponse()
            pairs = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, pairs, reply.read())

    def raw(self, data: bytes, until: bytes = b"\r\n\r\n") -> bytes:
        """Send bytes as they are; what comes back up to ``until``, the end of the connection, or ten seconds."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as client:
            try:
                client.sendall(data)
                while until not in answer:
                    piece = client.recv(65536)
                    if not piece:
                        break
                    answer += piece
            except ConnectionError:
                pass
        return answer

    def memory(self) -> int:
        """The most bytes of memory the process has held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]


@contextmanager
def running(
    folder: Path,
    upstream: str,
    *options: str,
    program: Sequence[str] = ("-m", NAME),
    kind: str = "rest",
    **extra: str,
) -> Iterator[Server]:
    """Run the package in ``folder`` with a free port until the block ends; ``program`` is what Python runs."""
    environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    environment |= {"PYTHONPATH": str(folder), **extra}
    command = [
        sys.executable,
        *program,
        kind,
        "--port=0",
        f"--upstream={upstream}",
        *options,
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stderr=log, cwd=folder)
        try:
            server = Server(process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        assert "Traceback" not in server.log, server.log
        assert "never retrieved" not in server.log, server.log
        assert "was destroyed" not in server.log, server.log
        ends = ("_KEY", "_TOKEN")
        secrets = (v for k, v in extra.items() if k.endswith(ends) and len(v) > 4)
        assert not any(secret in server.log for secret in (TOKEN, *secrets))
