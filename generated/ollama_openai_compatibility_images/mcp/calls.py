# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The tools of this package: arguments checked, the upstream service called, its reply made a result."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from functools import partial

from .._runtime.errors import (
    ArgumentError,
    DecodingError,
    ReplyTooLarge,
    TransportError,
)
from .._runtime.service import Service
from ..server.meter import Samples
from ..server.plain import LARGEST_REPLY, decompressed
from ..server.problems import Problem
from ..server.reply import Reply
from ..server.settings import Settings
from ..server.steps import Caller
from ..server.upstream import Upstream
from ..server.watch import Watch
from .binding import Tool
from .check import Check
from .content import answered, blob, failure, result, shaped, told
from .toolbox import Onward, Tell, Wire, printable, text_result

_FAILED_BYTES = 65536
"""Bytes read of a reply that reports a failure."""

logger = logging.getLogger(__name__)


class PackageTools:
    """A ``Toolbox`` of one package. Raises ``ArgumentError`` when there is no usable base URL."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        tools: Iterable[Tool],
        wire: Sequence[Wire],
    ) -> None:
        """``wire`` are the tools as clients see them, ``tools`` how each is called."""
        self.tools = wire
        self._upstream = Upstream(service, settings)
        self._seconds = settings.total_timeout
        bound = {tool.name: tool for tool in tools}
        self._bound = {item["name"]: _Bound(bound[item["name"]], item) for item in wire}

    async def call(
        self, name: str, arguments: Wire, onward: Onward, tell: Tell | None = None
    ) -> Wire:
        """See ``Toolbox``."""
        bound = self._bound[name]
        problems = bound.arguments.problems(arguments)
        if problems:
            lines = [f"The arguments of {name} are not accepted:", *problems]
            return text_result("\n- ".join(lines), error=True)
        watch = Watch()
        watch.limit(self._seconds, "total")
        try:
            return await self._call(bound, arguments, onward, tell)
        except ArgumentError as error:
            words = f"The arguments of {name} are not accepted: {error}"
        except Problem as problem:
            words = problem.detail
        except ReplyTooLarge:
            words = "The reply of the upstream service is too large."
        except (TransportError, DecodingError) as error:
            logger.warning("%s: %s", printable(name), self._upstream.redact(str(error)))
            words = "The upstream service broke off its reply."
        except asyncio.CancelledError:
            if not watch.over():
                raise
            words = f"The call took longer than {self._seconds:g} seconds."
        except Exception as error:
            # What is said to a client must not depend on an exception nobody foresaw.
            logger.exception("%s failed: %s", printable(name), type(error).__name__)
            words = "The call failed inside this server; its log says why."
        finally:
            watch.stop()
        return text_result(words, error=True)

    def counts(self) -> Samples:
        """See ``Toolbox``."""
        return self._upstream.counts()

    async def close(self) -> None:
        """Close the connections."""
        await self._upstream.close()

    async def _call(
        self, bound: _Bound, arguments: Wire, onward: Onward, tell: Tell | None
    ) -> Wire:
        tool = bound.tool
        if tool.flow is not None:
            caller = Caller(self._upstream, onward, tell)
            made = await tool.flow(tool.values(arguments), caller)
            return told(tool, bound.reply, made)
        if tool.operation is None:
            return answered(tool, bound.reply, arguments)
        content = tool.content(arguments)
        headers = dict(onward)
        body = None
        if content is not None:
            headers["Content-Type"] = content.media_type
            body = content.body
        values = tool.values(arguments)
        reply = await self._upstream.open(
            tool.operation, values, body=_bytes(body), headers=headers
        )
        if not 200 <= reply.status < 300:
            raw = await _beginning(reply)
            return failure(reply.status, reply.headers, raw, self._upstream.redact)
        try:
            raw = await reply.read(tool.largest or LARGEST_REPLY)
        except ReplyTooLarge:
            if not tool.largest:
                raise
            await reply.close()
            limit = f"(limit={tool.largest} bytes)"
            words = f"Upstream response exceeded maxBinarySize {limit}"
            return text_result(words, error=True)
        try:
            raw = decompressed(reply.headers, raw)
        except ValueError as error:
            words = f"The reply of the upstream service cannot be read: {error}."
            return text_result(words, error=True)
        if tool.shape is not None and tool.operation.reads is not None:
            kind = reply.headers.get("content-type", "")
            try:
                raw = await asyncio.to_thread(tool.operation.reads, raw, kind)
            except DecodingError as error:
                return text_result(str(error), error=True)
        if tool.shape is not None:
            shape = tool.shape
            if tool.sees_inputs:
                shape = partial(shape, inputs={**arguments, **values})
            return shaped(tool.name, raw, shape, bound.reply, tool.wrapped)
        if tool.binary:
            return blob(tool.name, reply.headers, raw)
        return result(
            tool.name,
            reply.status,
            reply.headers,
            raw,
            declared=bound.reply,
            wrapped=tool.wrapped,
        )


class _Bound:
    """A tool with its schemas."""

    __slots__ = ("arguments", "reply", "tool")

    def __init__(self, tool: Tool, wire: Wire) -> None:
        self.tool = tool
        self.arguments = Check(
            f"arguments of {printable(tool.name)}", wire["inputSchema"]
        )
        schema = wire.get("outputSchema")
        self.reply = (
            Check(f"reply of {printable(tool.name)}", schema) if schema else None
        )


def _bytes(body: object) -> bytes | None:
    """A body in one piece: what comes with a tool call is in memory already."""
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, Iterable):
        return b"".join(body)
    raise ArgumentError("the body cannot be sent")


async def _beginning(reply: Reply) -> bytes:
    """The first bytes of a reply that reports a failure; the rest is not waited for."""
    found = bytearray()
    try:
        async for chunk in reply.iter_bytes():
            found += chunk
            if len(found) >= _FAILED_BYTES:
                break
    except (TransportError, DecodingError):
        logger.info("a reply of status %d broke off", reply.status)
    finally:
        await reply.close()
    try:
        return decompressed(reply.headers, bytes(found[:_FAILED_BYTES]))
    except ValueError:
        return b""
