# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Bodies of requests: media type, size, JSON and schema checked, then passed on as they came where that is possible."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from ..server.problems import Problem
from ..server.watch import Watch
from ..web.exchange import Exchange
from .validation import Check

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TEXT_KINDS = ("application/json", "application/problem+json")

_decode = msgspec.json.Decoder().decode


class MediaTypes:
    """The media types a route accepts, with a check for each JSON one."""

    def __init__(self, checks: Mapping[str, Check | None]) -> None:
        """Keys are media types or ranges (``image/*``) as documented."""
        self.names = tuple(checks)
        self._checks = {
            name.partition(";")[0].strip().lower(): check
            for name, check in checks.items()
        }

    def has(self, bare: str) -> bool:
        """Whether a bare media type is one of these."""
        ranges = (bare, bare.partition("/")[0] + "/*", "*/*")
        return any(name in self._checks for name in ranges)

    def match(self, header: bytes) -> tuple[str, Check | None]:
        """The bare media type of a ``Content-Type`` header and its check; raises ``Problem`` 415."""
        text = header.decode("latin-1")
        bare, _, rest = text.partition(";")
        bare = bare.strip().lower()
        for name in (bare, bare.partition("/")[0] + "/*", "*/*"):
            if name in self._checks and bare:
                if (
                    is_json(bare)
                    and "charset" in rest.lower()
                    and "utf-8" not in rest.lower()
                ):
                    raise Problem(415, "JSON must be UTF-8.")
                return bare, self._checks[name]
        accepted = ", ".join(self.names)
        raise Problem(
            415,
            f"The body must be of type {accepted}.",
            headers=[("accept-post", accepted)],
        )


def is_json(media_type: str) -> bool:
    """Whether a bare media type is JSON."""
    return media_type == "application/json" or media_type.endswith("+json")


def content_length(exchange: Exchange) -> int | None:
    """The announced length, ``None`` when the body comes in chunks of unknown number; 0 for no body."""
    headers = exchange.headers
    if b"transfer-encoding" in headers:
        return None
    text = headers.get(b"content-length", b"0")
    if not text.isdigit():
        raise Problem(400, "Content-Length must be a number.")
    return int(text)


def check_head(exchange: Exchange, limit: int) -> int | None:
    """The announced length; raises ``Problem`` 413 or 415 before anything of the body is read."""
    length = content_length(exchange)
    if length is not None and length > limit:
        raise too_large(limit)
    coding = exchange.headers.get(b"content-encoding", b"identity")
    if coding.lower() != b"identity":
        raise Problem(
            415,
            "Compressed bodies are not accepted.",
            headers=[("accept-encoding", "identity")],
        )
    return length


def too_large(limit: int) -> Problem:
    """The problem of a body above ``limit`` bytes."""
    return Problem(413, f"The body may have {limit} bytes at most.")


async def read_body(
    exchange: Exchange, watch: Watch, limit: int, silence: float
) -> bytes:
    """The whole body; raises ``Problem`` 413 when it is above ``limit`` bytes."""
    watch.limit(silence, "body")
    body, more = await _piece(exchange)
    if not more:
        if len(body) > limit:
            raise too_large(limit)
        return body
    chunks, size = [body], len(body)
    while more:
        watch.limit(silence, "body")
        chunk, more = await _piece(exchange)
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


async def read_beginning(
    exchange: Exchange, watch: Watch, most: int, silence: float
) -> tuple[bytes, bool]:
    """The body, or its beginning once that has ``most`` bytes, and whether more follows."""
    chunks, size, more = [], 0, True
    while more and size < most:
        watch.limit(silence, "body")
        chunk, more = await _piece(exchange)
        size += len(chunk)
        chunks.append(chunk)
    return b"".join(chunks), more


async def _piece(exchange: Exchange) -> tuple[bytes, bool]:
    """The next piece of the body, and whether more follows; raises ``Gone``."""
    piece = await exchange.receive_body()
    if piece is None:
        raise Gone
    return piece


class Gone(Exception):  # noqa: N818
    """The caller has left; there is nobody to answer."""


class Stream:
    """A body passed on while it arrives; ``failure`` is what ended it early."""

    def __init__(
        self,
        exchange: Exchange,
        watch: Watch,
        limit: int,
        silence: float,
        begun: bytes = b"",
    ) -> None:
        """Of at most ``limit`` bytes, with pauses of at most ``silence`` seconds; ``begun`` has been read already."""
        self._begun = begun
        self._exchange = exchange
        self._watch = watch
        self._limit = limit
        self._silence = silence
        self.failure: Exception | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The chunks, as fast as they are taken. Raises ``Problem`` 408 or 413, or ``Gone``."""
        size, more = len(self._begun), True
        try:
            if self._begun:
                yield self._begun
            while more:
                chunk, more = await self._next()
                size += len(chunk)
                if size > self._limit:
                    raise too_large(self._limit)
                if chunk:
                    yield chunk
            self._watch.caller()
        except Exception as error:
            self.failure = error
            raise

    async def _next(self) -> tuple[bytes, bool]:
        try:
            async with asyncio.timeout(self._silence):
                return await _piece(self._exchange)
        except TimeoutError:
            raise late() from None


def late() -> Problem:
    """The problem of a body that does not arrive."""
    return Problem(408, "The body did not arrive in time.")


def parse(body: bytes) -> Any:
    """``body`` as JSON; raises ``Problem`` 400."""
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, f"The body is not JSON: {error}") from None
    except RecursionError:
        raise Problem(400, "The body is nested too deeply.") from None


def pick(value: Any, pointer: Sequence[str | int]) -> Any:
    """The part of ``value`` at ``pointer``, or ``UNSET``."""
    for key in pointer:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return msgspec.UNSET
    return value
