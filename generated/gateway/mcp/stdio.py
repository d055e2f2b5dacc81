# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Serves standard input and output: plain requests as over HTTP, all others by the SDK, started for the first one."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from importlib import import_module
from typing import Any

import msgspec

from ..server.logwriter import LOG
from ..server.settings import Settings
from ..server.tracecontext import given
from .lazy import require
from .pipe import Pipe
from .plain import Call, Discover, Initialize, Initialized, ListTools, Plain, Reader, traced  # fmt: skip
from .toolbox import Identity, Library, Toolbox, capabilities
from .wire import Answers, framed

_CLOSE_SECONDS = 5.0

logger = logging.getLogger(__name__)


class _Params(msgspec.Struct):
    request: Any = msgspec.field(default=None, name="requestId")


class _Message(msgspec.Struct):
    jsonrpc: Any = None
    method: Any = None
    params: msgspec.Raw = msgspec.Raw(b"{}")


_decode = msgspec.json.Decoder(_Message).decode
_decode_params = msgspec.json.Decoder(_Params).decode


def _error(code: int, words: str) -> bytes:
    return msgspec.json.encode(
        {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": words}}
    )


_BROKEN = _error(-32700, "Parse error")
_FOREIGN = _error(-32600, "Not a message of JSON-RPC 2.0")
_LARGE = _error(-32600, "The message is too large")


def serve_stdio(
    toolbox: Toolbox,
    identity: Identity,
    settings: Settings,
    library: Library | None = None,
) -> int:
    """Serve until the input ends or a stop signal comes.

    Raises ``ModuleNotFoundError`` for a dependency that is imported later.
    """
    require("jsonschema_rs", "mcp")
    asyncio.run(_Serving(toolbox, identity, settings, library).run())
    return 0


class _Serving:
    """One connection."""

    def __init__(
        self,
        toolbox: Toolbox,
        identity: Identity,
        settings: Settings,
        library: Library | None,
    ) -> None:
        self._toolbox = toolbox
        self._library = library
        self._settings = settings
        able = capabilities(library, sessions=True, modern=True)
        greeting = capabilities(library, sessions=True)
        self._answers = Answers(identity, toolbox.tools, able, greeting)
        self._sdk = _Sdk(toolbox, identity, library)
        self._names = {tool["name"] for tool in toolbox.tools}
        self._reader = Reader()
        self._running: dict[int | str, asyncio.Task[None]] = {}
        self._watching: asyncio.Task[None] | None = None
        self._logged = False

    async def run(self) -> None:
        """Serve, then close everything."""
        self._loop = asyncio.get_running_loop()
        largest, most = self._settings.max_body, self._settings.max_concurrency
        self._pipe = self._sdk.pipe = Pipe(self._heard, largest, most)
        stopping: set[asyncio.Task[None]] = set()

        def stop() -> None:
            if not stopping:
                stopping.add(self._loop.create_task(self._exit()))

        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(number, stop)
        try:
            await self._pipe.ended.wait()
            if self._running:
                seconds = self._settings.shutdown_timeout
                await asyncio.wait(self._running.values(), timeout=seconds)
            await self._sdk.close()
            await self._pipe.flush()
        finally:
            await self._toolbox.close()
            if self._library is not None:
                await self._library.close()

    def _heard(self, line: bytes | None) -> None:
        """Answer a message, or begin to."""
        if line is None:
            self._pipe.write(_LARGE)
            return
        line = line.strip()
        if not line:
            return
        found = self._reader.read_alone(line)
        if found is None:
            self._unusual(line)
            return
        request, modern = found
        greeted = modern or bool(self._sdk.hello) or isinstance(request, Initialize)
        if not greeted:
            self._sdk.put(line)
        elif isinstance(request, Call):
            self._begin(request, modern, line)
        elif isinstance(request, Initialized):
            self._sdk.put(line, waking=False)
            if self._library is not None and self._library.watches:
                self._watching = self._loop.create_task(self._watch(self._library))
        else:
            if isinstance(request, Initialize):
                self._sdk.hello = line
            self._pipe.write(framed(request.id, self._result(request, modern)))

    def _begin(self, call: Call, modern: bool, line: bytes) -> None:
        """Call a tool, unless the SDK has to."""
        unknown = call.params.name not in self._names or call.id in self._running
        if unknown or (self._logged and not modern):
            self._sdk.put(line)
            return
        self._pipe.hold(1)
        task = self._loop.create_task(self._call(call, modern))
        self._running[call.id] = task
        task.add_done_callback(lambda _: self._done(call.id))

    def _done(self, request: int | str) -> None:
        self._pipe.hold(-1)
        del self._running[request]

    async def _call(self, call: Call, modern: bool) -> None:
        """Call a tool; who cancels the call gets no answer."""
        params = call.params
        onward = given(*traced(params.meta))
        result = await self._toolbox.call(params.name, params.arguments or {}, onward)
        self._pipe.write(framed(call.id, self._answers.called(result, modern)))

    def _result(self, request: Plain, modern: bool) -> bytes:
        """The answer to what needs no upstream call."""
        if isinstance(request, Initialize):
            return self._answers.initialized(request.params.version)
        if isinstance(request, ListTools):
            return self._answers.modern_tools if modern else self._answers.tools
        return self._answers.discovered if isinstance(request, Discover) else b"{}"

    def _unusual(self, line: bytes) -> None:
        """Cancel a call, refuse what is no message, and leave all others to the SDK."""
        try:
            message = _decode(line)
            params = bytes(message.params)
            about = _decode_params(params if params != b"null" else b"{}")
        except msgspec.ValidationError:
            self._pipe.write(_FOREIGN)
            return
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self._pipe.write(_BROKEN)
            return
        if message.jsonrpc != "2.0":
            self._pipe.write(_FOREIGN)
            return
        if message.method == "notifications/cancelled":
            known = isinstance(about.request, int | str)
            task = self._running.get(about.request) if known else None
            if task is not None:
                task.cancel()
                return
        self._logged |= message.method == "logging/setLevel"
        self._sdk.put(line)

    async def _watch(self, library: Library) -> None:
        """Tell a client of the handshake era when the list of files changes, as the SDK does once it runs."""

        async def tell(uri: str) -> None:
            self._pipe.write(_CHANGED)

        await library.watch("", "", tell)

    async def _exit(self) -> None:
        """Leave at once: a thread that waits for standard input would keep the process."""
        try:
            await asyncio.wait_for(self._toolbox.close(), _CLOSE_SECONDS)
        finally:
            LOG.drain()
            os._exit(0)


class _Sdk:
    """The SDK's server, which reads and writes lines here; imported when the first message needs it.

    ``hello`` is the ``initialize`` of the client, which the SDK is told too; its answer is not sent again.
    """

    def __init__(
        self, toolbox: Toolbox, identity: Identity, library: Library | None
    ) -> None:
        self._arguments = (toolbox, identity, library)
        self._incoming: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._silent = False
        self.hello = b""
        self.pipe: Pipe

    def put(self, line: bytes, waking: bool = True) -> None:
        """Give it a message; without ``waking`` only if it runs."""
        if self._task is None and waking:
            self._task = asyncio.create_task(self._run())
            if self.hello:
                self._silent = True
                self._incoming.put_nowait(self.hello)
                self._incoming.put_nowait(_INITIALIZED)
        if self._task is not None:
            self._incoming.put_nowait(line)

    async def close(self) -> None:
        """Let it end."""
        self._incoming.put_nowait(None)
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        try:
            module = await asyncio.to_thread(import_module, f"{__package__}.sdk")
            await module.serve_lines(self, *self._arguments)
        except Exception:
            logger.exception("the MCP SDK cannot run")

    def __aiter__(self) -> _Sdk:
        return self

    async def __anext__(self) -> str:
        line = await self._incoming.get()
        if line is None:
            raise StopAsyncIteration
        return line.decode("utf-8", "replace")

    async def write(self, text: str) -> None:
        """Send what the SDK says."""
        if self._silent:
            self._silent = False
        else:
            self.pipe.write(text.rstrip("\n").encode())

    async def flush(self) -> None:
        """Nothing is kept back."""


_CHANGED = b'{"jsonrpc":"2.0","method":"notifications/resources/list_changed"}'
_INITIALIZED = b'{"jsonrpc":"2.0","method":"notifications/initialized"}'
