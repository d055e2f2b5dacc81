"""The upstream of the soak, a process of its own: answers by the plan, and notes what it was asked."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import struct
import sys
from typing import Any

import httptools
import uvloop

from bench.soak import plan

_HEAD = b"HTTP/1.1 %d Said\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%b\r\n"
_NO_LINGER = struct.pack("ii", 1, 0)
_KNOWN = frozenset(
    (
        "accept",
        "accept-encoding",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-request-id",
    )
)
_MOST_PROBLEMS = 20


class Book:
    """What has been seen: how often each number was asked for, and what was wrong with a request."""

    def __init__(self, total: int) -> None:
        self.times = bytearray(total + 1)
        self.problems: list[str] = []
        self.open = 0

    def page(self) -> bytes:
        """All of it, as JSON; the connection that asks is not counted."""
        times = base64.b64encode(self.times).decode()
        found = {"times": times, "problems": self.problems, "open": self.open - 1}
        return json.dumps(found).encode()

    def wrong(self, words: str) -> None:
        """Note a request that should not have come so."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(words)


class Asked(asyncio.Protocol):
    """One connection."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.loop = asyncio.get_running_loop()
        self.waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start a parser."""
        self.transport: Any = transport
        self.parser = httptools.HttpRequestParser(self)
        self.book.open += 1

    def connection_lost(self, _error: Exception | None) -> None:
        """It is no longer open."""
        self.book.open -= 1
        if self.waiting is not None:
            self.waiting.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse; what is no HTTP is the server's fault."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.book.wrong(f"no HTTP: {error}")
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        self.url, self.body = b"", b""
        self.headers: list[tuple[str, str]] = []

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self.headers.append((name.decode().lower(), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self.body += body

    def on_message_complete(self) -> None:
        """The request has come."""
        if self.url == b"/__book":
            self._send(200, self.book.page())
            return
        try:
            n = self._number()
        except (ValueError, KeyError, TypeError) as error:
            self.book.wrong(f"{self.url!r}: {error!r}")
            self._send(400, b"{}")
            return
        self.book.times[n] += 1
        name = plan.fault(n)
        if name and (plan.lasts(n) or self.book.times[n] == 1):
            self._misbehave(n, name)
        else:
            self._send(200, self._right(n))

    def _number(self) -> int:
        """The number of the item; raises for a request that is not as it should be."""
        method = self.parser.get_method()
        if method == b"GET":
            n = int(self.url.rpartition(b"/")[2])
            good = self.url == b"/items/%d" % n and not self.body and plan.reads(n)
        else:
            sent = json.loads(self.body)
            n = int(sent["id"])
            good = method == b"POST" and self.url == b"/items" and not plan.reads(n)
            good &= sent == {"id": str(n), "note": plan.note(n)}
        names = [name for name, _ in self.headers]
        given = dict(self.headers)
        good &= len(given) == len(names) and _KNOWN.issuperset(names)
        good &= given["authorization"] == "Bearer soaked-secret"
        good &= given["x-request-id"] == f"soak-{n}"
        if not good or not plan.calls(n):
            raise ValueError(f"not as it should be: {names}")
        return n

    @staticmethod
    def _right(n: int) -> bytes:
        return plan.item(n) if plan.reads(n) else plan.made(n)

    def _misbehave(self, n: int, name: str) -> None:
        body = self._right(n)
        if name in ("reset", "reset-inside"):
            if name == "reset-inside":
                self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-ty")
            self._reset()
        elif name == "junk":
            self.transport.write(b"\0\1\2 this is no HTTP\r\n\r\n")
        elif name.startswith("status"):
            self._send(int(name[-3:]), plan.refused(n))
        elif name == "soon-503":
            self._send(503, plan.refused(n), b"retry-after: 0\r\n")
        elif name == "late":
            self._later(plan.LATE_SECONDS, self._send, 200, body)
        elif name == "slow":
            self._later(plan.SLOW_SECONDS, self._send, 200, body)
        elif name == "json":
            self._send(200, plan.broken(n))
        elif name == "short":
            self.transport.write(_HEAD % (200, len(body) - 5, b"") + body)
        elif name == "cut":
            self.transport.write(_HEAD % (200, len(body), b"") + body[:-9])
            self.transport.close()
        else:
            self._drip(_HEAD % (200, len(body), b"") + body)

    def _send(self, status: int, body: bytes, more: bytes = b"") -> None:
        self.transport.write(_HEAD % (status, len(body), more) + body)

    def _later(self, seconds: float, call: Any, *given: Any) -> None:
        self.waiting = self.loop.call_later(seconds, call, *given)

    def _drip(self, data: bytes) -> None:
        step = len(data) // 3 + 1
        self.transport.write(data[:step])
        if len(data) > step:
            self._later(plan.SLOW_SECONDS / 4, self._drip, data[step:])

    def _reset(self) -> None:
        """End with RST rather than FIN."""
        found = self.transport.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()


async def main(total: int) -> None:
    """Listen on a free loopback port and print it."""
    book = Book(total)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Asked(book), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
