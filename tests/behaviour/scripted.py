"""An upstream on a real socket that does exactly what a test says, and remembers every byte it was sent."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Seen:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    chunks: int = 0

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name]

    def header(self, name: str) -> str | None:
        """The value of a header that may come once at most."""
        values = self.all(name)
        assert len(values) < 2, f"{name} came {len(values)} times"
        return values[0] if values else None

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


Step = Callable[[socket.socket, "Scripted"], bool]
"""What to do after a request; whether the connection stays open."""


def reply(
    status: int = 200,
    body: object = b"",
    media_type: str = "application/json",
    **headers: str,
) -> Step:
    """A whole reply; anything but bytes is sent as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(data)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]

    def send(connection: socket.socket, server: Scripted) -> bool:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + data)
        return True

    return send


def parts(*pieces: bytes | float, length: int | None = None) -> Step:
    """A 200 of bytes sent piece by piece; a number is a pause in seconds, and the end closes the connection."""

    def send(connection: socket.socket, server: Scripted) -> bool:
        head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
        if length is not None:
            head += f"Content-Length: {length}\r\n"
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
        for piece in pieces:
            if isinstance(piece, bytes):
                connection.sendall(piece)
            else:
                server.closing.wait(piece)
        return False

    return send


def reset(connection: socket.socket, server: Scripted) -> bool:
    """Break the connection without a word."""
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    return False


def hang(connection: socket.socket, server: Scripted) -> bool:
    """Say nothing until the test ends."""
    server.closing.wait(10)
    return False


@dataclass(slots=True)
class Scripted:
    """The upstream: ``script`` is used up step by step, then ``otherwise`` is answered."""

    port: int
    script: list[Step] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    otherwise: Step = field(default_factory=lambda: reply(200, {}))
    closing: threading.Event = field(default_factory=threading.Event)
    connections: int = 0
    reading: threading.Event = field(default_factory=threading.Event)
    greeting: Step | None = None
    """What is said before anything was read."""

    @property
    def url(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """Read requests and follow the script until either side ends."""
        with connection, suppress(OSError), connection.makefile("rb") as file:
            if self.greeting:
                connection.recv(1000)
                self.greeting(connection, self)
                self.closing.wait(0.3)
                return
            while not self.closing.is_set():
                self.reading.wait(10)
                seen = _read(file)
                if seen is None:
                    return
                self.seen.append(seen)
                step = self.script.pop(0) if self.script else self.otherwise
                if not step(connection, self):
                    return


def _read(file: Any) -> Seen | None:
    line = file.readline()
    if not line:
        return None
    method, target, _ = line.decode("latin-1").split(" ", 2)
    headers: list[tuple[str, str]] = []
    while (line := file.readline()) not in (b"\r\n", b""):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name, value.strip()))
    seen = Seen(method, target, headers, b"")
    if seen.header("transfer-encoding") == "chunked":
        while size := int(file.readline() or b"0", 16):
            seen.body += file.read(size)
            seen.chunks += 1
            file.readline()
        file.readline()
    else:
        seen.body = file.read(int(seen.header("content-length") or 0))
    return seen


@contextmanager
def scripted(*script: Step, reading: bool = True) -> Iterator[Scripted]:
    """Run an upstream; with ``reading=False`` it accepts connections and reads nothing before ``reading`` is set."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        server = Scripted(listener.getsockname()[1], list(script))
        if reading:
            server.reading.set()

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                server.connections += 1
                threading.Thread(
                    target=server.serve, args=(connection,), daemon=True
                ).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server
        finally:
            server.closing.set()
            server.reading.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def refused() -> str:
    """The origin of a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
