"""A fast loopback upstream: answers every request with a fixed JSON reply for its path, on uvloop and httptools."""

from __future__ import annotations

import asyncio

import httptools
import uvloop

TEXT = b'[{"generated_text": "Once upon a time, there was a compiler."}]'
IMAGES = b'{"created": 1763700000, "data": [{"url": "https://images.example/1.png"}]}'


def _reply(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


REPLIES = {True: _reply(IMAGES), False: _reply(TEXT)}


class Fast(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport and start a parser."""
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls back below."""
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        """A new request starts."""
        self.url = b""

    def on_url(self, url: bytes) -> None:
        """A piece of the request target."""
        self.url += url

    def on_message_complete(self) -> None:
        """The body has arrived."""
        self.transport.write(REPLIES[self.url.endswith(b"/images/generations")])  # type: ignore[attr-defined]


async def main() -> None:
    """Listen on a free loopback port and print it."""
    server = await asyncio.get_running_loop().create_server(Fast, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
