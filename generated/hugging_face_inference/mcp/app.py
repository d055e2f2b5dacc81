# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The MCP server over HTTP: who may call, bounds, and the fast path in front of the SDK."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from ..callers.chosen import chosen
from ..server.accesslog import AccessLog
from ..server.guard import Callers, Guard
from ..server.problems import MEDIA_TYPE, Problem
from ..server.settings import Settings
from ..server.watch import Watch
from .heartbeat import Heartbeat, Message, Receive, Send, answer_json
from .lazy import LazySdk, require
from .plain import Call, Discover, Initialize, Initialized, ListTools, Plain, Reader
from .toolbox import Identity, Library, Toolbox, capabilities, printable
from .wire import Answers, framed

PATH = "/mcp"
HEALTH = "/healthz"

logger = logging.getLogger(__name__)


class App:
    """An ASGI application for ``/mcp`` and ``/healthz``."""

    def __init__(
        self,
        toolbox: Toolbox,
        identity: Identity,
        settings: Settings,
        callers: Callers | None = None,
        library: Library | None = None,
    ) -> None:
        """Closes ``toolbox`` and ``library`` when it is shut down; ``callers`` may call.

        Raises ``ModuleNotFoundError`` for a dependency that is imported later.
        """
        require("jsonschema_rs", "mcp")
        self._toolbox = toolbox
        self._library = library
        self._identity = identity
        self._settings = settings
        self._answers = Answers(identity, toolbox.tools, capabilities(library))
        names = [tool["name"] for tool in toolbox.tools]
        self._routes = {name: f"tools/call {printable(name)}" for name in names}
        self._reader = Reader()
        self._log = AccessLog(settings.access_log)
        callers = callers or chosen(settings)
        self._callers = callers
        self.asks_callers = bool(callers or settings.token)
        self._guard = Guard(
            settings.host,
            settings.allow_hosts,
            settings.allow_origins,
            "" if callers else settings.token,
        )
        self._sdk = LazySdk(toolbox, identity, settings.max_body, library)
        self._active = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one HTTP request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["path"] == HEALTH:
            await answer_json(send, b'{"status":"ok"}')
            return
        started = time.perf_counter()
        self._active += 1
        route, status = "-", 0
        try:
            route, status = await self._handle(scope, receive, send)
        except Problem as problem:
            status = problem.status
            await _refuse(send, problem)
        finally:
            self._active -= 1
            if self._log.enabled:
                seconds = time.perf_counter() - started
                self._log.add(scope["method"], route, status, seconds, "-")

    async def _handle(
        self, scope: Message, receive: Receive, send: Send
    ) -> tuple[str, int]:
        """Answer a request; what is logged of it. Raises ``Problem`` before any answer."""
        headers = scope["headers"]
        single = _single(headers)
        self._guard.check(single)
        if self._callers is not None:
            page = self._callers.page(scope["path"])
            if page is not None and scope["method"] == "GET":
                await answer_json(send, page)
                return scope["path"], 200
            path = scope["raw_path"].decode("latin-1")
            query = scope["query_string"]
            await self._callers.check(single, scope["method"], path, query)
        if scope["path"] != PATH:
            raise Problem(404, "There is nothing here; MCP is served at /mcp.")
        if self._active > self._settings.max_concurrency:
            busy = [("retry-after", "1")]
            raise Problem(503, "The server is busy.", headers=busy)
        if scope["method"] != "POST":
            # Without sessions there is nothing a stream could bring or a DELETE could end.
            raise Problem(405, "Only POST is served.", headers=[("allow", "POST")])
        body = await self._body(headers, receive)
        if body is None:
            return PATH, 0
        plain = self._reader.read(headers, body)
        if plain is None:
            return await self._replay(scope, body, receive, send)
        request, modern = plain
        if not isinstance(request, Call):
            return await self._answer(request, modern, send)
        route = self._routes.get(request.params.name)
        if route is None:
            return await self._replay(scope, body, receive, send)
        return route, await self._call(request, modern, receive, send)

    async def _answer(
        self, request: Plain, modern: bool, send: Send
    ) -> tuple[str, int]:
        """Answer what needs no upstream call."""
        if isinstance(request, Initialized):
            await answer_json(send, b"", 202)
            return "notifications/initialized", 202
        if isinstance(request, Initialize):
            result = self._answers.initialized(request.params.version)
        elif isinstance(request, ListTools):
            result = self._answers.modern_tools if modern else self._answers.tools
        else:
            discover = isinstance(request, Discover)
            result = self._answers.discovered if discover else b"{}"
        await answer_json(send, framed(request.id, result))
        return str(request.__struct_config__.tag), 200

    async def _call(
        self, call: Call, modern: bool, receive: Receive, send: Send
    ) -> int:
        """Call a tool; a caller who goes away cancels the call."""
        watch = Watch(receive)
        watch.caller()
        beat = Heartbeat(send)
        params = call.params
        try:
            result = await self._toolbox.call(params.name, params.arguments or {})
            answer = framed(call.id, self._answers.called(result, modern))
            await beat.answer(answer)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if watch.reason != "gone" or task is None:
                raise
            task.uncancel()
            return 0
        finally:
            beat.stop()
            watch.stop()
        return 200

    async def _replay(
        self, scope: Message, body: bytes, receive: Receive, send: Send
    ) -> tuple[str, int]:
        """Leave a request to the SDK, its body as read."""
        status = 0
        pending = True

        async def replay() -> Message:
            nonlocal pending
            if pending:
                pending = False
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        # Servers differ in whether they strip the blanks around values; the SDK compares them.
        headers = [(name, value.strip(b" \t")) for name, value in scope["headers"]]
        try:
            await self._sdk({**scope, "headers": headers}, replay, watched)
        except Exception:
            logger.exception("%s failed", PATH)
            if not status:
                raise Problem(500, "The server failed; its log says why.") from None
        return PATH, status

    async def _body(
        self, headers: list[tuple[bytes, bytes]], receive: Receive
    ) -> bytes | None:
        """The whole body; ``None`` when the caller has left. Raises ``Problem`` 408 or 413."""
        limit = self._settings.max_body
        for name, value in headers:
            if name == b"content-length" and value.isdigit() and int(value) > limit:
                raise _too_large(limit)
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            first: bytes = message.get("body", b"")
            if len(first) > limit:
                raise _too_large(limit)
            return first
        return await self._pieces(message, receive)

    async def _pieces(self, message: Message, receive: Receive) -> bytes | None:
        """A body that comes in pieces, each in time."""
        limit, found = self._settings.max_body, bytearray()
        while message["type"] == "http.request":
            found += message.get("body", b"")
            if len(found) > limit:
                raise _too_large(limit)
            if not message.get("more_body"):
                return bytes(found)
            try:
                async with asyncio.timeout(self._settings.body_timeout):
                    message = await receive()
            except TimeoutError:
                raise Problem(408, "The request's body did not arrive.") from None
        return None

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start, and close everything in the end."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def close(self) -> None:
        """Stop the SDK and close the upstream connections; bounded in time."""
        steps = [self._sdk.close, self._toolbox.close]
        if self._library is not None:
            steps.append(self._library.close)
        for close in steps:
            await _bounded(close, self._settings.shutdown_timeout)
        self._log.flush()


async def _bounded(close: Callable[[], Awaitable[None]], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await close()
    except Exception:
        logger.exception("not everything was closed")


def _single(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; a repeated one that decides who may call is made invalid."""
    found = dict(headers)
    if len(found) != len(headers):
        for name in (b"host", b"origin", b"authorization"):
            if sum(key == name for key, _ in headers) > 1:
                found[name] = b"\x00"
    return found


def _too_large(limit: int) -> Problem:
    return Problem(413, f"The request has more than {limit} bytes.")


async def _refuse(send: Send, problem: Problem) -> None:
    """Answer with a problem document, and read no more from this connection."""
    body = problem.document()
    headers = [
        (b"content-type", MEDIA_TYPE.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"connection", b"close"),
        *((name.encode("ascii"), value.encode()) for name, value in problem.headers),
    ]
    start = {"type": "http.response.start", "status": problem.status}
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})
