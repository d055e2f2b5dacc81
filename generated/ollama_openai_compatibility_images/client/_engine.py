# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Making a call: the loop of tries, once over httpx2 and once over aiohttp."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .._runtime.codec import UNSET
from .._runtime.errors import TransportError
from .._runtime.request import LARGEST_REPLY, LARGEST_TOKEN
from .._runtime.sync import SyncTransport
from ._attempt import Attempt
from ._call import Call
from ._core import Core
from ._options import ReplyInfo, RequestOptions
from ._reply import AsyncBinaryReply, BinaryReply

if TYPE_CHECKING:
    from .._runtime.aio import AsyncReply, AsyncTransport
    from .._runtime.sync import SyncReply

T = TypeVar("T")


class Engine:
    """Makes the calls of a synchronous client."""

    def __init__(self, core: Core, transport: SyncTransport) -> None:
        self.core = core
        self.transport = transport

    def call(
        self,
        call: Call[T],
        values: Mapping[str, object],
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Make a call whose reply is read and decoded at once."""
        attempt = self.core.begin(call, values, body, content_type, options)
        reply, data = self._exchange(attempt, keep=False)
        value: T = self.core.finish(attempt, reply.status, reply.headers, data)
        return value

    def fetch(self, attempt: Attempt) -> tuple[Any, Mapping[str, str]]:
        """The decoded reply of a call that was begun, and its headers."""
        reply, data = self._exchange(attempt, keep=False)
        value = self.core.finish(attempt, reply.status, reply.headers, data)
        return value, reply.headers

    def download(
        self,
        call: Call[Any],
        values: Mapping[str, object],
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> BinaryReply:
        """Make a call whose reply is bytes, still to be read."""
        attempt = self.core.begin(call, values, body, content_type, options)
        reply, data = self._exchange(attempt, keep=True)
        if not 200 <= reply.status < 300:
            self.core.finish(attempt, reply.status, reply.headers, data)
        if attempt.options.on_reply is not None:
            attempt.options.on_reply(ReplyInfo(reply.status, reply.headers))
        return BinaryReply(reply)

    def _exchange(self, attempt: Attempt, *, keep: bool) -> tuple[SyncReply, bytes]:
        """Try until a reply stands; ``keep`` leaves a successful one unread."""
        while True:
            try:
                reply = self._open(attempt)
                wait = attempt.after_reply(reply.status, reply.headers)
                if wait is None:
                    unread = keep and 200 <= reply.status < 300
                    if unread:
                        return reply, b""
                    return reply, reply.read(LARGEST_REPLY)
                reply.close()
            except TransportError as error:
                wait = attempt.after_error(error)
            if wait:
                time.sleep(wait)

    def _open(self, attempt: Attempt) -> SyncReply:
        """Send the request, with what its credential needs before and after."""
        handshake, request = attempt.handshake, attempt.request
        if handshake is None:
            return self.transport.open(request, attempt.timeouts())
        for last in (False, True):
            if asked := handshake.prepare(request):
                told = self.transport.open(asked, attempt.timeouts())
                handshake.learn(told.status, told.read(LARGEST_TOKEN))
                handshake.prepare(request)
            reply = self.transport.open(request, attempt.timeouts())
            if last or reply.status != 401 or not request.replayable:
                break
            if not handshake.again(request, reply.headers):
                break
            reply.close()
        return reply


class AsyncEngine:
    """Makes the calls of an asynchronous client."""

    def __init__(self, core: Core, transport: AsyncTransport) -> None:
        self.core = core
        self.transport = transport

    async def call(
        self,
        call: Call[T],
        values: Mapping[str, object],
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> T:
        """Make a call whose reply is read and decoded at once."""
        attempt = self.core.begin(call, values, body, content_type, options)
        reply, data = await self._exchange(attempt, keep=False)
        value: T = self.core.finish(attempt, reply.status, reply.headers, data)
        return value

    async def fetch(self, attempt: Attempt) -> tuple[Any, Mapping[str, str]]:
        """The decoded reply of a call that was begun, and its headers."""
        reply, data = await self._exchange(attempt, keep=False)
        value = self.core.finish(attempt, reply.status, reply.headers, data)
        return value, reply.headers

    async def download(
        self,
        call: Call[Any],
        values: Mapping[str, object],
        body: object = UNSET,
        content_type: str | None = None,
        options: RequestOptions | None = None,
    ) -> AsyncBinaryReply:
        """Make a call whose reply is bytes, still to be read."""
        attempt = self.core.begin(call, values, body, content_type, options)
        reply, data = await self._exchange(attempt, keep=True)
        if not 200 <= reply.status < 300:
            self.core.finish(attempt, reply.status, reply.headers, data)
        if attempt.options.on_reply is not None:
            attempt.options.on_reply(ReplyInfo(reply.status, reply.headers))
        return AsyncBinaryReply(reply)

    async def _exchange(
        self, attempt: Attempt, *, keep: bool
    ) -> tuple[AsyncReply, bytes]:
        """Try until a reply stands; ``keep`` leaves a successful one unread."""
        while True:
            try:
                reply = await self._open(attempt)
                wait = attempt.after_reply(reply.status, reply.headers)
                if wait is None:
                    unread = keep and 200 <= reply.status < 300
                    if unread:
                        return reply, b""
                    return reply, await reply.read(LARGEST_REPLY)
                await reply.close()
            except TransportError as error:
                wait = attempt.after_error(error)
            if wait:
                from asyncio import sleep

                await sleep(wait)

    async def _open(self, attempt: Attempt) -> AsyncReply:
        """Send the request, with what its credential needs before and after."""
        handshake, request = attempt.handshake, attempt.request
        if handshake is None:
            return await self.transport.open(request, attempt.timeouts())
        for last in (False, True):
            if asked := handshake.prepare(request):
                told = await self.transport.open(asked, attempt.timeouts())
                handshake.learn(told.status, await told.read(LARGEST_TOKEN))
                handshake.prepare(request)
            reply = await self.transport.open(request, attempt.timeouts())
            if last or reply.status != 401 or not request.replayable:
                break
            if not handshake.again(request, reply.headers):
                break
            await reply.close()
        return reply
