# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the two clients share: a call before it is sent, and after its reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from .._runtime.authenticator import Authenticator
from .._runtime.body import Content, content
from .._runtime.codec import UNSET, decode, encode
from .._runtime.credentials import Given
from .._runtime.errors import ArgumentError, DecodingError, reason, status_class
from .._runtime.operation import Operation
from .._runtime.request import Request, Timeouts, origin
from .._runtime.retry import Retry
from .._runtime.service import BaseUrl, Service, check_base_url
from .._runtime.style import header, token
from ._attempt import Attempt
from ._call import Call
from ._options import ReplyInfo, RequestOptions

T = TypeVar("T")

_FRAMING = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_NO_OPTIONS = RequestOptions()


class Core:
    """The settings of a client, and the parts of a call that need no network."""

    def __init__(
        self,
        service: Service,
        credentials: Mapping[str, Given],
        *,
        base_url: BaseUrl,
        timeout: Timeouts | float | None,
        retries: Retry | int | None,
        strict: bool,
        user_agent: str,
        server: str = "",
    ) -> None:
        self.base_urls = service.addresses(base_url or server or None)
        self.base_url = next(iter(self.base_urls.values()))
        self._fixed = base_url is not None
        self.timeouts = Timeouts.of(timeout)
        self.retry = Retry.of(retries)
        self.strict = strict
        self.user_agent = header("user_agent", user_agent)
        self.authenticator = Authenticator(service, credentials)

    def begin(
        self,
        call: Call[T],
        values: Mapping[str, object],
        body: object,
        content_type: str | None,
        options: RequestOptions | None,
    ) -> Attempt:
        """The request of a call, ready to be sent.

        Raises ``ArgumentError`` or ``MissingCredential``.
        """
        operation = call.operation
        values = self.authenticator.filled(operation, values)
        target = operation.prepare(values)
        base_url = self.base_urls[operation.upstream]
        if operation.base_url and not self._fixed:
            base_url = check_base_url(operation.base_url)
        own = self.base_urls[operation.upstream]
        if base_url == own or origin(base_url) == origin(own):
            self.authenticator.apply(operation, target)
            handshake = self.authenticator.handshake(operation)
        else:
            handshake = None
        headers = target.headers
        headers["Accept-Encoding"] = "gzip, deflate"
        if not any(name.lower() == "user-agent" for name in headers):
            headers["User-Agent"] = self.user_agent
        request = Request(operation.method, "", headers)
        if body is not UNSET and body is not None:
            if call.json_type and content_type is None:
                headers["Content-Type"] = call.json_type
                request.body = encode(body)
            else:
                _attach(request, operation, body, content_type)
        elif operation.body is not None:
            _send(request, operation.body(values))
        elif operation.body_required:
            raise ArgumentError("body is required")
        request.url = base_url + target.path
        if options is None:
            options = _NO_OPTIONS
        elif options.headers:
            _override(headers, options.headers)
        return Attempt(call, request, options, self.timeouts, self.retry, handshake)

    def finish(
        self, attempt: Attempt, status: int, headers: Mapping[str, str], data: bytes
    ) -> Any:
        """The value of a reply. Raises ``StatusError`` or ``DecodingError``."""
        call = attempt.call
        if not 200 <= status < 300:
            self._raise(attempt, status, headers, data)
        if attempt.options.on_reply is not None:
            attempt.options.on_reply(ReplyInfo(status, headers))
        type_ = call.reply_type(status)
        if type_ is None or (type_ is Any and not data):
            return None
        if call.text:
            return data.decode(_charset(headers), "replace")
        strict = attempt.options.strict
        try:
            return decode(type_, data, self.strict if strict is None else strict)
        except DecodingError as error:
            error.status, error.headers = status, headers
            request = attempt.request
            error.args = (f"{request.method} {urlsplit(request.url).path}: {error}",)
            raise

    def _raise(
        self, attempt: Attempt, status: int, headers: Mapping[str, str], data: bytes
    ) -> None:
        """Raise the exception of a status, with its body decoded."""
        request = attempt.request
        body: Any = None
        if data:
            try:
                body = decode(attempt.call.error_type(status), data)
            except DecodingError:
                body = None
        path = urlsplit(request.url).path
        words = f"{request.method} {path}: {reason(status)}"
        if said := _said(data):
            words += f": {said}"
        raise status_class(status)(
            self.authenticator.redact(words),
            status=status,
            headers=headers,
            raw=data,
            body=body,
            method=request.method,
            path=path,
        )


def _attach(
    request: Request, operation: Operation, body: object, content_type: str | None
) -> None:
    """Put a body of any kind into ``request``."""
    _send(request, content(operation, body, content_type))


def _send(request: Request, encoded: Content) -> None:
    """Put an encoded body into ``request``."""
    request.body = encoded.body
    request.replayable = encoded.replayable
    request.headers["Content-Type"] = encoded.media_type
    if encoded.length is not None and not isinstance(encoded.body, bytes):
        request.headers["Content-Length"] = str(encoded.length)


def _override(headers: dict[str, str], given: Mapping[str, str]) -> None:
    """Put a caller's headers in place of those of the same name."""
    present = {name.lower(): name for name in headers}
    for name, value in given.items():
        if token(name).lower() in _FRAMING:
            raise ArgumentError(f"the header {name} cannot be chosen")
        headers.pop(present.get(name.lower(), ""), None)
        headers[name] = header(name, value)


def _charset(headers: Mapping[str, str]) -> str:
    """The character set a reply names; UTF-8 when it names none that exists."""
    _, _, rest = headers.get("content-type", "").partition("charset=")
    name = rest.partition(";")[0].strip(" \"'") or "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def _said(data: bytes) -> str:
    """A short, printable excerpt of a failure's own words, if it has any."""
    try:
        body = decode(Any, data)
    except DecodingError:
        return ""
    for key in ("error", "message", "detail", "title", "error_description"):
        if not isinstance(body, dict):
            break
        if key in body:
            body = body[key]
    if not isinstance(body, str):
        return ""
    words = "".join(char if char.isprintable() else " " for char in body[:1000])
    words = " ".join(words.split())
    return words if len(words) <= 200 else words[:199] + "…"
