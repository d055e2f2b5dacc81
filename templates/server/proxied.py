"""A reply that came through a proxy, over aiohttp."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

from .._runtime.aio import AsyncReply


class ProxiedReply:
    """See ``Reply``."""

    def __init__(self, reply: AsyncReply) -> None:
        """``reply`` is the transport's."""
        self._reply = reply
        self._done: Callable[[], None] | None = None
        self.status = reply.status
        self.headers: Mapping[str, str] = reply.headers

    async def read(self, limit: int | None = None) -> bytes:
        """See ``Reply``."""
        try:
            return await self._reply.read(limit)
        finally:
            await self.close()

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """See ``Reply``."""
        try:
            async for chunk in self._reply.iter_bytes():
                yield chunk
        finally:
            await self.close()

    async def close(self) -> None:
        """See ``Reply``."""
        done, self._done = self._done, None
        if done is not None:
            done()
        await self._reply.close()

    def when_done(self, done: Callable[[], None]) -> None:
        """See ``Reply``."""
        self._done = done
