# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The SDK's server, imported and started when the first request needs it: most processes never pay for it."""

from __future__ import annotations

import asyncio
import logging
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ..server.problems import Problem
from .heartbeat import Message, Receive, Send
from .toolbox import Identity, Library, Toolbox

logger = logging.getLogger(__name__)


def require(*modules: str) -> None:
    """Raise ``ModuleNotFoundError`` now for what would be missed at the first request."""
    for name in modules:
        if find_spec(name) is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class LazySdk:
    """The SDK's ASGI application, made on first use."""

    def __init__(
        self,
        toolbox: Toolbox,
        identity: Identity,
        max_body: int,
        library: Library | None = None,
        sessions: bool = False,
    ) -> None:
        """``max_body`` limits requests, in bytes; ``sessions`` are for clients of the handshake era."""
        self._arguments = (toolbox, identity, max_body, library, sessions)
        self._app: Any = None
        self._host: asyncio.Task[None] | None = None
        self._started = asyncio.Event()
        self._stop = asyncio.Event()

    async def answer(
        self, scope: Message, body: bytes, receive: Receive, send: Send
    ) -> int:
        """Handle a request whose body has been read; the status of the answer. Raises ``Problem`` before any."""
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
            await self._ready()
            await self._app({**scope, "headers": headers}, replay, watched)
        except Exception:
            logger.exception("%s failed", scope["path"])
            if not status:
                raise Problem(500, "The server failed; its log says why.") from None
        return status

    async def _ready(self) -> None:
        """Start the SDK, if it does not run. Raises ``RuntimeError`` when it cannot."""
        if self._app is None:
            if self._host is None:
                self._host = asyncio.create_task(self._run())
            await self._started.wait()
            if self._app is None:
                raise RuntimeError("the MCP SDK did not start")

    def end_news(self) -> None:
        """End the streams of news in order, and let none be opened."""
        if self._app is not None and self._app.state.news is not None:
            self._app.state.news.close()

    async def close(self) -> None:
        """Stop the SDK's tasks, if there are any."""
        self._stop.set()
        if self._host is not None:
            await self._host

    async def _run(self) -> None:
        """Import in a thread, so that other requests go on; start and stop in one task."""
        try:
            module = await asyncio.to_thread(import_module, f"{__package__}.sdk")
            app = module.http_app(*self._arguments)
            async with app.router.lifespan_context(app):
                self._app = app
                self._started.set()
                await self._stop.wait()
        except Exception:
            logger.exception("the MCP SDK cannot run")
        finally:
            self._app = None
            self._started.set()
