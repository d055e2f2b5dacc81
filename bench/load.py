"""A closed-loop load generator: a bounded number of equal requests over a few keep-alive connections."""

from __future__ import annotations

import asyncio
from time import perf_counter

import httptools
import uvloop

SECONDS = 120.0


class _Connection(asyncio.Protocol):
    def __init__(self, run: Load) -> None:
        self.run = run
        self.parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._next()

    def _next(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body = b""
        if self.run.left <= 0:
            self.transport.close()
            return
        self.run.left -= 1
        self.begun = perf_counter()
        self.transport.write(self.run.request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_complete(self) -> None:
        self.run.seconds.append(perf_counter() - self.begun)
        good = self.parser.get_status_code() == 200 and self.run.wanted in self.body
        self.run.answered(None if good else self.body)
        asyncio.get_running_loop().call_soon(self._next)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.run.done.done() and self.run.left > 0:
            self.run.done.set_exception(
                ConnectionError("the server closed a connection")
            )


class Load:
    """``total`` requests; every reply must be a 200 that contains ``wanted``."""

    def __init__(self, request: bytes, wanted: bytes, total: int) -> None:
        self.request, self.wanted = request, wanted
        self.left = self.open = total
        self.seconds: list[float] = []
        """How long each took, from its sending to the end of its reply."""
        self.done: asyncio.Future[None]

    def answered(self, wrong: bytes | None) -> None:
        """Count one reply; a wrong one ends the run with an error."""
        self.open -= 1
        if self.done.done():
            return
        if wrong is not None:
            self.done.set_exception(RuntimeError(f"unexpected reply: {wrong[:500]!r}"))
        elif self.open == 0:
            self.done.set_result(None)

    async def _drive(self, port: int, connections: int) -> None:
        loop = asyncio.get_running_loop()
        self.done = loop.create_future()
        for _ in range(connections):
            await loop.create_connection(lambda: _Connection(self), "127.0.0.1", port)
        await asyncio.wait_for(self.done, SECONDS)

    def drive(self, port: int, connections: int = 16) -> None:
        """Send everything and return when the last reply has come."""
        uvloop.run(self._drive(port, connections))


def http_request(path: str, body: bytes, port: int, *headers: str) -> bytes:
    """A JSON POST as bytes."""
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode() + body
