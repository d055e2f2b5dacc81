# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""A connection to a caller that sends the head of an answer together with the first piece of its body."""

from __future__ import annotations

import asyncio
from typing import Any

_HEAD = b"HTTP/1.1 "
_COPIED = 64 * 1024


class Together:
    """A transport for one that writes heads and bodies apart: one system call, and one packet, for most answers.

    A head waits no longer than until the event loop comes round.
    """

    __slots__ = ("_head", "_loop", "_transport", "is_closing")

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop
    ) -> None:
        """In place of ``transport``."""
        self._transport = transport
        self._loop = loop
        self._head = b""
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Send ``data``, a head soon."""
        head = self._head
        if head:
            self._head = b""
            if len(data) <= _COPIED:
                self._transport.write(head + data)
            else:
                self._transport.writelines((head, data))
        elif data.startswith(_HEAD):
            self._head = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Close after what has been written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        head, self._head = self._head, b""
        if head and not self.is_closing():
            self._transport.write(head)

    def __getattr__(self, name: str) -> Any:
        """All else is the transport's."""
        return getattr(self._transport, name)
