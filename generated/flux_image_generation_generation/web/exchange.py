# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""One request and its answer, as the REST server sees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from ..server.problems import MEDIA_TYPE, Problem
from ..server.requestid import RequestIds

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_ONCE = frozenset(
    {
        b"host",
        b"origin",
        b"content-type",
        b"content-length",
        b"authorization",
        b"x-request-id",
    }
)
NO_SNIFFING = (b"x-content-type-options", b"nosniff")
SANDBOX = (b"content-security-policy", b"default-src 'none'; sandbox")
_DRAINED = 64 * 1024 * 1024
"""Bytes of an unwanted body that are read rather than ending the connection."""


class Exchange:
    """A request with its head read, and the way to answer it; ``status`` is 0 until an answer has begun.

    ``onward`` are the headers that go with every call of the upstream.
    """

    __slots__ = (
        "_send",
        "body_read",
        "client",
        "headers",
        "method",
        "onward",
        "path",
        "query",
        "receive",
        "request_id",
        "route",
        "status",
    )

    def __init__(
        self, scope: Message, receive: Receive, send: Send, ids: RequestIds
    ) -> None:
        """From an ASGI scope of type ``http``."""
        pairs = scope["headers"]
        self.headers: dict[bytes, bytes] = dict(pairs)
        self.method: str = scope["method"]
        self.path: str = scope["raw_path"].decode("latin-1")
        self.query: bytes = scope["query_string"]
        self.client: tuple[str, int] | None = scope.get("client")
        self.receive = receive
        self._send = send
        self.body_read = False
        self.status = 0
        self.route = "-"
        self.request_id = ids.of(self.headers)
        self.onward: dict[str, str] = {}
        if len(self.headers) != len(pairs):
            self._join(pairs)

    def _join(self, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Join repeated headers; keep in mind which may not be repeated (see ``check``)."""
        joined: dict[bytes, bytes] = {}
        for name, value in pairs:
            if name in joined:
                separator = b"; " if name == b"cookie" else b", "
                joined[name] = (
                    b"" if name in _ONCE else joined[name] + separator + value
                )
            else:
                joined[name] = value
        self.headers = joined

    def expects_body(self) -> bool:
        """Whether the caller announced a body."""
        return (
            b"transfer-encoding" in self.headers
            or self.headers.get(b"content-length", b"0") != b"0"
        )

    async def receive_body(self) -> tuple[bytes, bool] | None:
        """The next piece of the body, and whether more follows; ``None`` when the caller has left."""
        message = await self.receive()
        if message["type"] == "http.disconnect":
            return None
        more = bool(message.get("more_body"))
        self.body_read = not more
        return message.get("body", b""), more

    async def start(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Send status and headers."""
        sent = [
            *headers,
            (b"x-request-id", self.request_id.encode("ascii")),
            NO_SNIFFING,
        ]
        if not self.body_read and self._has_long_body():
            sent.append((b"connection", b"close"))
        self.status = status
        await self._send(
            {"type": "http.response.start", "status": status, "headers": sent}
        )

    async def send(self, body: bytes, more: bool = False) -> None:
        """Send a piece of the answer's body."""
        await self._send(
            {"type": "http.response.body", "body": body, "more_body": more}
        )

    async def answer(
        self,
        status: int,
        body: bytes,
        headers: Iterable[tuple[bytes, bytes]],
    ) -> None:
        """Send a whole answer; the body is left out for HEAD."""
        length = (b"content-length", str(len(body)).encode("ascii"))
        await self.start(
            status, headers if status in (204, 304) else [*headers, length]
        )
        await self.send(b"" if self.method == "HEAD" else body)

    async def problem(self, problem: Problem) -> None:
        """Answer with a problem document."""
        headers = [(b"content-type", MEDIA_TYPE.encode("ascii"))]
        headers += [
            (name.encode("ascii"), value.encode("latin-1"))
            for name, value in problem.headers
        ]
        await self.answer(problem.status, problem.document(self.request_id), headers)

    def _has_long_body(self) -> bool:
        """Whether more of the body is to come than is worth reading to keep the connection."""
        length = self.headers.get(b"content-length", b"0")
        return not length.isdigit() or int(length) > _DRAINED
