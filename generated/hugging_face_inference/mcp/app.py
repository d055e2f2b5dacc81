# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The MCP server over HTTP: who may call, bounds, and the fast path in front of the SDK."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import TypeAlias

from ..callers.chosen import chosen
from ..server.guard import Callers, Guard
from ..server.meter import MEDIA_TYPE as METRICS_TYPE
from ..server.observer import HEALTH, METRICS, READY, Observer, Seen
from ..server.problems import Problem
from ..server.rate import rate
from ..server.requestid import HEADER, RequestIds
from ..server.settings import Settings
from ..server.watch import Watch
from .heartbeat import Heartbeat, Message, Progress, Receive, Send, answer_json
from .lazy import LazySdk, require
from .listening import LARGEST_LISTEN, LISTEN, is_listen, until
from .pages import answer_plain, refuse, single, whole
from .plain import (
    Call,
    Discover,
    Initialize,
    Initialized,
    ListTools,
    Plain,
    Reader,
    is_foreign,
    plain_tools,
    token,
    traced,
)
from .sessions import Sessions
from .toolbox import (
    NOTED,
    ONWARD,
    Identity,
    Library,
    Tell,
    Toolbox,
    capabilities,
    printable,
)
from .wire import FOREIGN, Answers, framed

PATH = "/mcp"

Handled: TypeAlias = tuple[str, int, bool]
"""What is noted of a request: its route, its status, and whether its answer is an error all the same."""

logger = logging.getLogger(__name__)


class App:
    """An ASGI application for ``/mcp`` and the pages for those who watch it.

    When ``stopping`` is set, the server wants no more requests, and answers those that come.
    """

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
        sessions = settings.sessions
        able = capabilities(library, sessions=sessions, modern=True)
        greeting = capabilities(library, sessions=sessions)
        self._answers = Answers(identity, toolbox.tools, able, greeting)
        self._routes = {
            tool["name"]: f"tools/call {printable(tool['name'])}"
            for tool in plain_tools(toolbox.tools, self._answers.tools)
        }
        self._reader = Reader()
        self.started = False
        self._stopped = asyncio.Event()
        self.observer = Observer("mcp", settings, lambda: self._active)
        counts = [toolbox.counts, *([library.counts] if library else [])]
        self.counts = tuple(counts)
        self._ids = RequestIds()
        callers = callers or chosen(settings)
        self._callers = callers
        self.asks_callers = bool(callers or settings.token)
        self._rate = rate(settings, asks_callers=self.asks_callers)
        self._guard = Guard(
            settings.host,
            settings.allow_hosts,
            settings.allow_origins,
            "" if callers else settings.token,
        )
        self._sessions = sessions
        self._sdk = LazySdk(toolbox, identity, settings.max_body, library, sessions)
        self._other = Sessions(self._sdk, library) if sessions else self._sdk
        self._active = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one HTTP request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["path"] in (HEALTH, READY):
            await self._watched(scope["path"], send)
            return
        headers = single(scope["headers"])
        request_id = self._ids.of(headers)
        stamp = (HEADER, request_id.encode("ascii"))

        def stamped(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                message["headers"].append(stamp)
            return send(message)

        seen = self.observer.begin(headers, request_id)
        self._active += 1
        route, status, failed = "-", 0, False
        try:
            handled = await self._handle(scope, headers, seen, receive, stamped)
            route, status, failed = handled
        except Problem as problem:
            status = problem.status
            await refuse(stamped, problem, request_id)
        finally:
            self._active -= 1
            self.observer.end(seen, scope["method"], route, route, status, failed)

    @property
    def stopping(self) -> bool:
        """Whether no more requests are wanted; streams of news end when it is set."""
        return self._stopped.is_set()

    @stopping.setter
    def stopping(self, value: bool) -> None:
        if value:
            self._stopped.set()
            self._sdk.end_news()

    def state(self) -> str:
        """Why no more requests are wanted; empty when they are."""
        if self.stopping:
            return "stopping"
        return "busy" if self._active > self._settings.max_concurrency else ""

    async def _watched(self, path: str, send: Send) -> Handled:
        """Answer those who watch the server."""
        if path == METRICS:
            await answer_plain(send, METRICS_TYPE, self.observer.page(self.counts))
            return path, 200, False
        word = self.state() if path == READY else ""
        said = word or ("ready" if path == READY else "ok")
        status = 503 if word else 200
        await answer_json(send, b'{"status":"%b"}' % said.encode("ascii"), status)
        return path, status, False

    async def _handle(
        self,
        scope: Message,
        named: dict[bytes, bytes],
        seen: Seen,
        receive: Receive,
        send: Send,
    ) -> Handled:
        """Answer a request; what is noted of it. Raises ``Problem`` before any answer."""
        headers = scope["headers"]
        is_scrape = scope["path"] == METRICS and self.observer.meter is not None
        self._guard.check(named, by_address=is_scrape)
        if self._callers is not None:
            page = self._callers.page(scope["path"])
            if page is not None and scope["method"] == "GET":
                await answer_json(send, page)
                return scope["path"], 200, False
            path = scope["raw_path"].decode("latin-1")
            query = scope["query_string"]
            await self._callers.check(named, scope["method"], path, query)
        if is_scrape:
            return await self._watched(METRICS, send)
        if self._rate is not None:
            self._rate.check(named, scope.get("client"))
        if scope["path"] != PATH:
            raise Problem(404, "There is nothing here; MCP is served at /mcp.")
        if scope["method"] != "POST":
            if self._sessions and scope["method"] in ("GET", "DELETE"):
                return await self._listen(scope, seen, receive, send)
            # Without sessions there is nothing a stream could bring or a DELETE could end.
            allowed = "GET, POST, DELETE" if self._sessions else "POST"
            words = f"Only {allowed} is served."
            raise Problem(405, words, headers=[("allow", allowed)])
        if is_listen(named):
            return await self._news(scope, seen, receive, send)
        if self._active > self._settings.max_concurrency:
            self.observer.shed()
            busy = [("retry-after", "1")]
            raise Problem(503, "The server is busy.", headers=busy)
        limit, seconds = self._settings.max_body, self._settings.body_timeout
        body = await whole(headers, receive, limit, seconds)
        if body is None:
            return PATH, 0, False
        plain = self._reader.read(headers, body)
        if plain is None and is_foreign(body):
            await answer_json(send, FOREIGN, 400)
            return PATH, 400, True
        if plain is None or (self._sessions and not plain[1]):
            return await self._replay(scope, body, seen, receive, send)
        request, modern = plain
        if not isinstance(request, Call):
            return await self._answer(request, modern, send)
        route = self._routes.get(request.params.name)
        if route is None:
            return await self._replay(scope, body, seen, receive, send)
        return route, *await self._call(request, modern, seen, receive, send)

    async def _answer(self, request: Plain, modern: bool, send: Send) -> Handled:
        """Answer what needs no upstream call."""
        if isinstance(request, Initialized):
            await answer_json(send, b"", 202)
            return "notifications/initialized", 202, False
        if isinstance(request, Initialize):
            result = self._answers.initialized(request.params.version)
        elif isinstance(request, ListTools):
            result = self._answers.modern_tools if modern else self._answers.tools
        else:
            discover = isinstance(request, Discover)
            result = self._answers.discovered if discover else b"{}"
        await answer_json(send, framed(request.id, result))
        return str(request.__struct_config__.tag), 200, False

    async def _call(
        self, call: Call, modern: bool, seen: Seen, receive: Receive, send: Send
    ) -> tuple[int, bool]:
        """Call a tool: the status, and whether the result is an error. A caller who goes away cancels the call."""
        watch = Watch(receive)
        watch.caller()
        params = call.params
        wanted = token(params.meta)
        beat: Heartbeat
        tell: Tell | None
        if wanted is None:
            beat, tell = Heartbeat(send), None
        else:
            beat = progress = Progress(send, wanted, params.name)
            tell = progress.tell
        self.observer.named(seen, *traced(params.meta))
        self.observer.trace(seen)
        try:
            result = await self._toolbox.call(
                params.name, params.arguments or {}, seen.onward, tell
            )
            answer = framed(call.id, self._answers.called(result, modern))
            await beat.answer(answer)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if watch.reason != "gone" or task is None:
                raise
            task.uncancel()
            return 0, False
        finally:
            beat.stop()
            watch.stop()
        return 200, bool(result.get("isError"))

    async def _replay(
        self, scope: Message, body: bytes, seen: Seen, receive: Receive, send: Send
    ) -> Handled:
        """Leave a request to the SDK; it finds what goes with upstream calls in the scope, and notes where it went."""
        noted: list[tuple[str, bool]] = []
        given = {**scope, ONWARD: seen.onward, NOTED: noted}
        status = await self._other.answer(given, body, receive, send)
        route, failed = noted[0] if noted else (PATH, False)
        return route, status, failed

    async def _stream(
        self,
        route: str,
        scope: Message,
        body: bytes,
        seen: Seen,
        receive: Receive,
        send: Send,
    ) -> Handled:
        """Leave a stream of news to the SDK: it takes no room, and as much time as it has taken to begin."""
        begun = 0.0

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or perf_counter()
            await send(message)

        self._active -= 1
        try:
            _, status, failed = await self._replay(scope, body, seen, receive, noting)
        finally:
            self._active += 1
            if begun:
                seen.started += perf_counter() - begun
        return route, status, failed

    async def _news(
        self, scope: Message, seen: Seen, receive: Receive, send: Send
    ) -> Handled:
        """Leave a stream of news of the modern era to the SDK, which checks that the body asks for one."""
        seconds = self._settings.body_timeout
        body = await whole(scope["headers"], receive, LARGEST_LISTEN, seconds)
        if body is None:
            return PATH, 0, False
        return await self._stream(LISTEN, scope, body, seen, receive, send)

    async def _listen(
        self, scope: Message, seen: Seen, receive: Receive, send: Send
    ) -> Handled:
        """Leave the stream of news of a session to the SDK, or the end of a session."""
        ending = until(self._stopped, receive)
        route = f"{scope['method']} {PATH}"
        handled = await self._stream(route, scope, b"", seen, ending, send)
        if self.stopping and handled[1] == 200 and scope["method"] == "GET":
            await send({"type": "http.response.body", "body": b""})
        return handled

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start, and close everything in the end."""
        while True:
            message = await receive()
            self.started = message["type"] == "lifespan.startup"
            if self.started:
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
        self.observer.log.flush()


async def _bounded(close: Callable[[], Awaitable[None]], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await close()
    except Exception:
        logger.exception("not everything was closed")
