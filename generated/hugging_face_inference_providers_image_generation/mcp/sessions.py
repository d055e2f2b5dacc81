# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The sessions of clients of the handshake era: those that have been silent for longest end when there are too many."""

from __future__ import annotations

from .heartbeat import Message, Receive, Send
from .lazy import LazySdk
from .toolbox import Library
from .wire import MODERN

MOST = 990
"""Sessions at a time, a few less than the SDK takes: several clients may begin at once."""

_NAME = b"mcp-session-id"
_VERSION = b"mcp-protocol-version"
_MODERN = MODERN.encode()


class Sessions:
    """Leaves requests to the SDK, and keeps in mind which sessions there are: many clients never end theirs."""

    def __init__(self, sdk: LazySdk, library: Library | None) -> None:
        """``library`` forgets what a session wanted to hear once it has ended."""
        self._sdk = sdk
        self._library = library
        self._open: dict[bytes, int] = {}

    async def answer(
        self, scope: Message, body: bytes, receive: Receive, send: Send
    ) -> int:
        """See ``LazySdk``."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if headers.get(_VERSION) == _MODERN:
            return await self._sdk.answer(scope, body, receive, send)
        name = headers.get(_NAME, b"").strip()
        if not name:
            await self._make_room(scope)
            return await self._sdk.answer(scope, body, receive, self._noting(send))
        if name not in self._open:
            return await self._sdk.answer(scope, body, receive, send)
        # The one that was used last stands last.
        self._open[name] = self._open.pop(name) + 1
        status = 0
        try:
            status = await self._sdk.answer(scope, body, receive, send)
        finally:
            if name in self._open:
                self._open[name] -= 1
        if status == 404 or (scope["method"] == "DELETE" and status == 200):
            self._forget(name)
        return status

    def _noting(self, send: Send) -> Send:
        """``send``, which notes the session that has begun."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                name = dict(message["headers"]).get(_NAME)
                if name is not None:
                    self._open[name] = 0
            await send(message)

        return sent

    async def _make_room(self, scope: Message) -> None:
        """End sessions nobody waits in, if there are too many."""
        while len(self._open) >= MOST:
            silent = (name for name, waiting in self._open.items() if not waiting)
            name = next(silent, None)
            if name is None:
                return
            self._forget(name)
            ending = {**scope, "method": "DELETE", "headers": [(_NAME, name)]}
            await self._sdk.answer(ending, b"", _leave, _drop)

    def _forget(self, name: bytes) -> None:
        known = self._open.pop(name, None)
        if known is not None and self._library is not None:
            self._library.forget(name.decode("latin-1"))


async def _leave() -> Message:
    return {"type": "http.disconnect"}


async def _drop(message: Message) -> None:
    """Nobody hears of it."""
