# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What a caller may choose for one call, and learn about its reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from msgspec import ValidationError, convert

from .._runtime.errors import DecodingError, request_id
from .._runtime.request import Timeouts
from .._runtime.retry import Retry

if TYPE_CHECKING:
    from typing_extensions import TypeForm


T = TypeVar("T")


def typed_header(headers: Mapping[str, str], name: str, type_: TypeForm[T]) -> T | None:
    """The header ``name`` read as ``type_``; the items of a list have commas between them.

    Raises ``DecodingError``.
    """
    text = headers.get(name)
    if text is None:
        return None
    wanted: Any = type_
    kind: Any = get_origin(wanted) or wanted
    value = [it.strip() for it in text.split(",")] if kind is list else text.strip()
    try:
        found: T = convert(value, wanted, strict=False)
    except ValidationError as error:
        raise DecodingError(f"the header {name} does not fit: {error}") from None
    return found


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

    def header(self, name: str, type_: TypeForm[T]) -> T | None:
        """A header as a number, a date, a list of texts …; ``None`` when it is not there.

        Raises ``DecodingError`` when its text is none of that type.
        """
        return typed_header(self.headers, name, type_)

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
