"""Packages compiled from a capability in a test's own words, their servers, and an upstream that keeps what it gets."""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from behaviour.harness import Failed, Process, environment, free_port
from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options
from naftiko_codegen.report import findings

HEAD = """\
naftiko: "1.0.0-alpha2"
info:
  label: Fleet
  description: Ships.
capability:
  consumes:
    - type: http
      namespace: registry
      description: The registry.
      baseUri: http://127.0.0.1:9/v1
      resources:
        - name: ships
          path: /ships
          operations:
            - name: list-ships
              method: GET
              inputParameters:
                - name: status
                  in: query
        - name: ship
          path: /ships/{{imo}}
          operations:
            - name: get-ship
              method: GET
              inputParameters:
                - name: imo
                  in: path
  exposes:
"""
"""A capability up to the servers that a test adds, each a block of YAML at four spaces."""


@dataclass
class Request:
    """What the upstream got."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Registry:
    """A running upstream; ``answers`` by path (status, media type, body) replace its own.

    What asks for ``silent`` gets no answer: ``waiting`` is set then, and ``gone`` once the caller has left.
    """

    url: str
    seen: list[Request] = field(default_factory=list)
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    silent: str = ""
    waiting: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)


@contextmanager
def registry() -> Iterator[Registry]:
    """The upstream on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            size = int(self.headers.get("content-length", 0))
            body = self.rfile.read(size) if size else self.chunks()
            headers = {name.lower(): value for name, value in self.headers.items()}
            running.seen.append(Request(self.command, self.path, headers, body))
            said = json.dumps({"path": self.path}).encode()
            path = self.path.partition("?")[0]
            if path == running.silent:
                running.waiting.set()
                self.connection.settimeout(20)
                if not self.connection.recv(1):
                    running.gone.set()
                self.close_connection = True
                return
            status, kind, reply = running.answers.get(
                path, (200, "application/json", said)
            )
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(reply)))
            self.send_header("set-cookie", "upstream=1")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply)

        def chunks(self) -> bytes:
            found = b""
            if self.headers.get("transfer-encoding") == "chunked":
                while size := int(self.rfile.readline(), 16):
                    found += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            return found

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Registry(f"http://127.0.0.1:{server.server_port}/v1")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def build(root: Path, servers: str, head: str = HEAD) -> str:
    """Compile ``head`` + ``servers`` into ``root``; the findings in words. The package is called ``fleet``."""
    spec = root / "spec.yaml"
    spec.write_text(head + servers)
    diagnostics = Diagnostics()
    options = Options(paths=(spec,), gateway=False, scripts=True)
    _, made = pipeline.compile_all(options, diagnostics, lambda words: None)
    said = "\n".join(findings.text(diagnostics))
    assert made is not None, said
    for file in made.files:
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(file.content)
    return said


@contextmanager
def serve(
    root: Path,
    kind: str,
    upstream: Registry,
    *more: str,
    name: str = "fleet",
    **extra: str,
) -> Iterator[int]:
    """``python -m name kind`` on a free port, which is yielded; its log must hold no traceback and no ``extra``."""
    port = free_port()
    command = [sys.executable, "-m", name, kind, f"--port={port}", *more]
    command.append(f"--upstream={upstream.url}")
    env = environment(**extra) | {"PYTHONPATH": str(root)}
    process = Process(command, env=env, cwd=root)
    try:
        process.wait_for_port(port)
        yield port
    finally:
        process.stop()
    log = process.log()
    assert "Traceback" not in log, log
    assert not any(secret in log for secret in extra.values()), log


def refused_start(
    root: Path, kind: str, upstream: Registry, more: tuple[str, ...] = ()
) -> str:
    """What a server says that does not start."""
    try:
        with serve(root, kind, upstream, *more):
            return ""
    except Failed as failed:
        return str(failed)


def ask(
    port: int,
    path: str,
    headers: dict[str, str] | None = None,
    method: str = "GET",
    body: str | bytes | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        found = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, found, reply.read()
    finally:
        connection.close()
