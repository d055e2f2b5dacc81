"""The callers: connections that send a request at a time, each with a number, and check what comes back."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httptools

from bench.soak import asking, plan

LONGEST = 30.0
"""Seconds within which every request must have been answered."""
_MOST_WRONG = 20


class Run:
    """``total`` requests, odd numbers to the REST and even ones to the MCP server."""

    def __init__(self, total: int, ports: dict[str, int]) -> None:
        self.ports = ports
        self.answered = bytearray(total + 1)
        self.statuses: dict[str, Counter[int]] = {name: Counter() for name in ports}
        self.wrong: list[str] = []
        self.wrongs = 0
        self.done = 0
        self._next = {"rest": 1, "mcp": 2}
        self.last = total
        """The last number for now."""

    def more(self, server: str) -> bool:
        """Whether there is something left to ask."""
        return self._next[server] <= self.last

    def next(self, server: str) -> int:
        """The number of the next request; 0 when there is none."""
        if not self.more(server):
            return 0
        self._next[server] += 2
        return self._next[server] - 2

    def bad(self, n: int, words: str) -> None:
        """Note what must not be."""
        self.wrongs += 1
        if len(self.wrong) < _MOST_WRONG:
            said = f"{plan.kind(n)}, {plan.fault(n) or 'no fault'}"
            self.wrong.append(f"request {n} ({said}): {words}")

    def got(self, server: str, n: int, answer: asking.Answer) -> None:
        """Check an answer."""
        self.done += 1
        self.answered[n] += 1
        self.statuses[server][answer.status] += 1
        try:
            words = asking.wrong(n, answer)
        except (ValueError, KeyError, TypeError) as error:
            words = repr(error)
        if words:
            shown = answer.body[:300]
            self.bad(n, f"{words}: {answer.status} {shown!r}, whole: {answer.whole}")


class Caller(asyncio.Protocol):
    """One connection; another takes its place when it ends."""

    def __init__(self, run: Run, server: str, ended: asyncio.Future[None]) -> None:
        self.run, self.server, self.ended = run, server, ended
        self.n = 0
        self.loop = asyncio.get_running_loop()
        self.since = self.loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport: Any = transport
        self._next()

    def _next(self) -> None:
        self.n = self.run.next(self.server)
        if not self.n:
            self.transport.close()
            return
        self.parser = httptools.HttpResponseParser(self)
        self.headers: dict[str, str] = {}
        self.pieces: list[bytes] = []
        self.begun = False
        self.since = self.loop.time()
        self.transport.write(asking.request(self.n, self.run.ports[self.server]))

    def data_received(self, data: bytes) -> None:
        """Parse; bytes that nobody asked for are a second answer."""
        if not self.n:
            self.run.bad(0, f"more than was asked for: {data[:100]!r}")
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.run.bad(self.n, f"no HTTP: {error}")
            self.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self.headers[name.decode().lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The head has come."""
        self.begun = True

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self.pieces.append(body)

    def on_message_complete(self) -> None:
        """The answer has come."""
        n, self.n = self.n, 0
        self.run.got(self.server, n, self._answer(True))
        if self.parser.should_keep_alive():
            self.loop.call_soon(self._next)
        else:
            self.transport.close()

    def _answer(self, whole: bool) -> asking.Answer:
        status = self.parser.get_status_code()
        return asking.Answer(status, self.headers, b"".join(self.pieces), whole)

    def connection_lost(self, _error: Exception | None) -> None:
        """The server has ended it, or this side, when there is no more to ask."""
        if self.n and self.begun:
            self.run.got(self.server, self.n, self._answer(False))
        elif self.n:
            self.run.bad(self.n, "the connection ended without an answer")
        self.n = 0
        if not self.ended.done():
            self.ended.set_result(None)


async def _calls(run: Run, server: str, callers: set[Caller]) -> None:
    """Keep one connection open until there is nothing more to ask."""
    loop = asyncio.get_running_loop()
    while run.more(server):
        ended: asyncio.Future[None] = loop.create_future()
        port = run.ports[server]
        _, caller = await loop.create_connection(
            lambda ended=ended: Caller(run, server, ended), "127.0.0.1", port  # type: ignore[misc]
        )
        callers.add(caller)
        await ended
        callers.remove(caller)


async def call_all(run: Run, connections: int, seconds: float) -> None:
    """Send everything over so many connections, half to each server; raises ``TimeoutError`` when it takes longer."""
    callers: set[Caller] = set()
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_calls(run, tuple(run.ports)[number % 2], callers))
            for number in range(connections)
        ]
        while not all(task.done() for task in tasks):
            await asyncio.sleep(0.5)
            for caller in [c for c in callers if c.n and loop.time() - c.since > LONGEST]:  # fmt: skip
                run.bad(caller.n, f"no answer within {LONGEST:g} s")
                caller.transport.abort()
