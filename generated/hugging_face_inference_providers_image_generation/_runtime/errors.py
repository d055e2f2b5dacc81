# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Every exception of this package, as one tree.

ApiError
  ArgumentError (also a ValueError)   a value that cannot be sent
  MissingCredential                   no token, key or password
  TransportError                      no complete reply
    ConnectionFailed
      ClientClosed                    the client was closed before the call
    TimedOut
    ReplyTooLarge
  StatusError                         a reply that reports a failure
    Redirected 3xx
    BadRequest 400, Unauthorized 401, Forbidden 403, NotFound 404,
    Conflict 409, UnprocessableEntity 422, TooManyRequests 429
    ServerError 5xx
      ServiceUnavailable 503
  DecodingError                       a reply that does not fit its type
  PagingError                         no next page, though there should be one
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any


class ApiError(Exception):
    """Whatever goes wrong in a call; what is known of a reply is the same in every exception.

    ``status`` is 0 and ``headers``, ``raw`` and ``body`` are empty when no reply came.
    """

    status: int = 0
    headers: Mapping[str, str] = MappingProxyType({})
    raw: bytes = b""
    body: Any = None

    @property
    def request_id(self) -> str | None:
        """The server's name for this call, to quote in a question to its support."""
        return request_id(self.headers)


class ArgumentError(ApiError, ValueError):
    """A value that cannot be sent; nothing has been sent."""


class PathError(ArgumentError):
    """A value that stands in a path and that no path can hold."""


class MissingCredential(ApiError):
    """A call needs a credential that was not given; nothing has been sent."""


class TransportError(ApiError):
    """No complete reply arrived.

    ``sent`` is false when no byte of the request can have reached the server.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class ConnectionFailed(TransportError):
    """The connection was refused, reset or lost."""


class ClientClosed(ConnectionFailed):
    """The client was closed before the call; nothing has been sent, and trying again is no use."""

    def __init__(self) -> None:
        super().__init__("the client has been closed", sent=False)


class TimedOut(TransportError):
    """A phase of the call took longer than its limit (see ``Timeouts``)."""


class ReplyTooLarge(TransportError):
    """The reply has more bytes than the caller allows."""


class StatusError(ApiError):
    """A reply whose status reports a failure.

    ``body`` is the reply decoded to its documented type (plain JSON when none is
    documented, ``None`` when it is not JSON); ``raw`` is the reply as received.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        headers: Mapping[str, str],
        raw: bytes = b"",
        body: Any = None,
        method: str = "",
        path: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.raw = raw
        self.body = body
        self.method = method
        self.path = path


class Redirected(StatusError):
    """3xx: a redirect that is not followed (another origin, or not a safe method)."""

    @property
    def location(self) -> str | None:
        """Where the server points to."""
        return self.headers.get("location")


class BadRequest(StatusError):
    """400: the server does not understand the request."""


class Unauthorized(StatusError):
    """401: the credential is missing, wrong or expired."""


class Forbidden(StatusError):
    """403: the credential does not allow this call."""


class NotFound(StatusError):
    """404: there is no such thing."""


class Conflict(StatusError):
    """409: the request does not fit the present state."""


class UnprocessableEntity(StatusError):
    """422: the request is understood, its values are not accepted."""


class TooManyRequests(StatusError):
    """429: the rate limit is reached."""


class ServerError(StatusError):
    """5xx: the server failed."""


class ServiceUnavailable(ServerError):
    """503: the server cannot answer now."""


class DecodingError(ApiError):
    """A reply that does not fit its documented type; ``issues`` says where."""

    def __init__(
        self,
        message: str,
        *,
        raw: bytes = b"",
        issues: tuple[str, ...] = (),
        status: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.raw = raw
        self.issues = issues
        self.status = status
        self.headers = headers or {}


class PagingError(ApiError):
    """A list that has no next page, though its reply says so; or more pages than were asked for."""


_BY_STATUS: dict[int, type[StatusError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: UnprocessableEntity,
    429: TooManyRequests,
    503: ServiceUnavailable,
}

_REQUEST_IDS = ("x-request-id", "request-id", "x-amzn-requestid", "x-correlation-id")


def status_class(status: int) -> type[StatusError]:
    """The exception class of a status."""
    if status >= 500:
        return _BY_STATUS.get(status, ServerError)
    if 300 <= status < 400:
        return Redirected
    return _BY_STATUS.get(status, StatusError)


def reason(status: int) -> str:
    """``503 Service Unavailable``; just the number for an unknown status."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def request_id(headers: Mapping[str, str]) -> str | None:
    """The request id a server put into its reply, under any usual name."""
    for name in _REQUEST_IDS:
        if name in headers:
            return headers[name]
    return None
