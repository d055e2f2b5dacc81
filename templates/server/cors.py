"""CORS: what a browser has to hear before it lets a page of an allowed origin call and read the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_LASTS = b"600"
"""Seconds for which a browser may remember the answer to its question."""


class Cors:
    """The ASGI application ``app`` for pages of ``origins`` too; ``*`` is every origin.

    A preflight request is answered here, as a browser sends it without a token; all else is up to ``app``. Cookies are
    never asked for.
    """

    def __init__(self, app: Any, origins: Iterable[str]) -> None:
        """``origins`` are compared as the guard does, without regard to case and a last slash."""
        self._app = app
        self._origins = frozenset(origin.lower().rstrip("/") for origin in origins)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """The ASGI entry."""
        given = dict(scope["headers"]) if scope["type"] == "http" else {}
        origin = given.get(b"origin", b"")
        if not origin or not self._allowed(origin):
            await self._app(scope, receive, send)
            return
        asked = given.get(b"access-control-request-method")
        if scope["method"] == "OPTIONS" and asked:
            names = given.get(b"access-control-request-headers", b"")
            await _preflight(send, _preflight_headers(origin, asked, names))
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(origin)]
            await send(message)

        await self._app(scope, receive, answer)

    def _allowed(self, origin: bytes) -> bool:
        return "*" in self._origins or origin.decode("latin-1").lower() in self._origins


def _headers(origin: bytes) -> Headers:
    """What lets the page read the answer and all of its headers."""
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", b"*"),
        (b"vary", b"Origin"),
    ]


def _preflight_headers(origin: bytes, method: bytes, names: bytes) -> Headers:
    """What lets the page send what it asked for; whether there is such a route is found out by the call itself."""
    found = [*_headers(origin), (b"access-control-allow-methods", method)]
    if names:
        found.append((b"access-control-allow-headers", names))
    return [*found, (b"access-control-max-age", _LASTS)]


async def _preflight(send: Send, headers: Headers) -> None:
    """Answer 204 with ``headers``."""
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
