# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What a caller may choose for one call, and learn about its reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .._runtime.errors import request_id
from .._runtime.request import Timeouts
from .._runtime.retry import Retry


class ReplyInfo:
    """The outside of a reply: ``status`` and ``headers`` (names in any case)."""

    __slots__ = ("headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = headers

    @property
    def request_id(self) -> str | None:
        """The server's name for this call, to quote in a question to its support."""
        return request_id(self.headers)

    def __repr__(self) -> str:
        return f"ReplyInfo(status={self.status}, request_id={self.request_id!r})"


class RequestOptions:
    """Choices for one call; what is ``None`` is as the client has it.

    ``timeout`` is in seconds; ``retries`` is a number of repetitions or a policy;
    ``retry_unsafe`` allows repeating a call that the server may have processed;
    ``headers`` are sent besides, or instead of, the usual ones; ``strict`` reports
    replies that do not fit their type; ``on_reply`` is called with the status and the
    headers of a successful reply: ``seen = []; RequestOptions(on_reply=seen.append)``.
    """

    __slots__ = (
        "headers",
        "on_reply",
        "retries",
        "retry_unsafe",
        "strict",
        "timeout",
    )

    def __init__(
        self,
        *,
        timeout: Timeouts | float | None = None,
        retries: Retry | int | None = None,
        retry_unsafe: bool = False,
        headers: Mapping[str, str] | None = None,
        strict: bool | None = None,
        on_reply: Callable[[ReplyInfo], object] | None = None,
    ) -> None:
        self.timeout = timeout
        self.retries = retries
        self.retry_unsafe = retry_unsafe
        self.headers = headers
        self.strict = strict
        self.on_reply = on_reply
