"""A call that an API makes to its users, as its receiver sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from .._runtime.codec import decode, encode

T = TypeVar("T")
R = TypeVar("R")


class Webhook(Generic[T, R]):
    """A webhook or callback: ``decode`` its body, and ``encode`` your reply to it.

    ``method`` is that of the call, ``headers`` the names of those that come along, and
    ``expression`` says where a callback goes. A reply has ``status`` and
    ``reply_media_type``, which is empty when there is nothing to send. Whether a call
    comes from whom it says is yours to check, with the bytes as they came.
    """

    __slots__ = (
        "_body",
        "_reply",
        "expression",
        "headers",
        "media_type",
        "method",
        "name",
        "reply_media_type",
        "status",
    )

    def __init__(
        self,
        name: str,
        method: str,
        *,
        body: Callable[[], Any] | None = None,
        reply: Callable[[], Any] | None = None,
        media_type: str = "application/json",
        reply_media_type: str = "application/json",
        status: int = 200,
        headers: tuple[str, ...] = (),
        expression: str = "",
    ) -> None:
        self.name = name
        self.method = method
        self._body = body
        self._reply = reply
        self.media_type = media_type if body else ""
        self.reply_media_type = reply_media_type if reply else ""
        self.status = status
        self.headers = headers
        self.expression = expression

    @property
    def type(self) -> Any:
        """The type of the body; ``None`` when there is none."""
        return self._body() if self._body else None

    @property
    def reply(self) -> Any:
        """The type of the reply; ``None`` when there is none."""
        return self._reply() if self._reply else None

    def decode(self, data: bytes, *, strict: bool = False) -> T:
        """The body of a call.

        Raises ``DecodingError`` for one that is no JSON or, with ``strict``, does not
        fit its type; see ``errors``.
        """
        type_ = self.type
        found: Any = None
        if type_ is bytes or self.media_type[:5] == "text/":
            found = data if type_ is bytes else data.decode("utf-8", "replace")
        elif type_ is not None:
            found = decode(type_, data, strict)
        value: T = found
        return value

    def encode(self, reply: R) -> bytes:
        """The body of your reply, to be sent as ``reply_media_type`` with ``status``."""
        if reply is None and self._reply is None:
            return b""
        if isinstance(reply, bytes):
            return reply
        if isinstance(reply, str) and "json" not in self.reply_media_type:
            return reply.encode()
        return encode(reply)

    def __repr__(self) -> str:
        return f"Webhook({self.name!r}, {self.method!r})"
