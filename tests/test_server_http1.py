"""The HTTP transport of the servers: a unit test, because only a scripted peer closes at the worst moment."""

from __future__ import annotations

import asyncio

import pytest

from templates._runtime.errors import ConnectionFailed
from templates._runtime.request import Request, Timeouts
from templates.server.http1 import Http1Transport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Fickle:
    """Answers the first request of every connection, and hangs up on the second without a word."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.connections = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        for answer in (OK, b""):
            head = await reader.readuntil(b"\r\n\r\n")
            self.seen.append(head.split(b" ")[0].decode())
            writer.write(answer)
            await writer.drain()
        writer.close()


async def twice(method: str) -> tuple[Fickle, list[bytes]]:
    peer = Fickle()
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    transport = Http1Transport()
    try:
        bodies = []
        for _ in range(2):
            reply = await transport.open(Request(method, url, {}), Timeouts())
            bodies.append(await reply.read())
        return peer, bodies
    finally:
        await transport.close()
        server.close()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_idempotent_call_survives_a_connection_closed_meanwhile(method: str) -> None:
    peer, bodies = asyncio.run(twice(method))
    assert bodies == [b"ok", b"ok"]
    assert peer.seen == [method] * 3 and peer.connections == 2


def test_a_call_that_may_have_been_processed_is_not_sent_again() -> None:
    with pytest.raises(ConnectionFailed):
        asyncio.run(twice("POST"))
