# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Answers made by a shape: from replies of the upstream read as JSON, or from the inputs alone."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable

import msgspec

from .._runtime.errors import DecodingError, ReplyTooLarge, TransportError
from ..server.plain import LARGEST_REPLY, decompressed
from ..server.problems import Problem
from ..server.reply import Reply
from ..server.upstream import Upstream
from ..web.exchange import Exchange
from .replies import pass_on, passed_headers
from .routes import Shape

_BODY_HEADERS = frozenset(
    (
        b"accept-ranges",
        b"content-disposition",
        b"content-encoding",
        b"content-length",
        b"content-range",
        b"content-type",
        b"etag",
    )
)
"""Headers that speak of the body as the upstream sent it."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


async def shape_on(
    exchange: Exchange,
    reply: Reply,
    upstream: Upstream,
    shape: Shape,
    reads: Callable[[bytes, str], bytes] | None = None,
) -> None:
    """Answer ``exchange`` with what ``shape`` makes of ``reply``; with the reply itself when that is null.

    A reply that reports no success, or has no body, is passed on; ``reads`` makes JSON of one that is none. Raises
    ``Problem`` 502 or 504.
    """
    if not 200 <= reply.status < 300 or reply.status in (204, 205):
        await pass_on(exchange, reply, upstream)
        return
    raw = await _read(reply, upstream)
    headers, _ = passed_headers(reply, upstream)
    try:
        data = decompressed(reply.headers, raw)
        if reads is not None:
            kind = reply.headers.get("content-type", "")
            data = await to_thread(reads, data, kind)
        made = shape(_decode(data or b"null"))
    except DecodingError as error:
        raise Problem(502, str(error)) from None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        words = "The upstream service answered with something that is no JSON."
        raise Problem(502, words) from None
    if made is None:
        plain = [item for item in headers if item[0] != b"content-length"]
        await exchange.answer(reply.status, raw, plain)
        return
    kept = [item for item in headers if item[0] not in _BODY_HEADERS]
    kept.append((b"content-type", b"application/json"))
    await exchange.answer(reply.status, _encode(made), kept)


async def answer(
    exchange: Exchange, inputs: object, shape: Shape | None, status: int = 200
) -> None:
    """Answer ``exchange`` with what ``shape`` makes of its inputs, or with these themselves."""
    if status in (204, 205):
        await exchange.answer(status, b"", [])
        return
    made = _encode(shape(inputs) if shape else inputs)
    await exchange.answer(status, made, [(b"content-type", b"application/json")])


async def _read(reply: Reply, upstream: Upstream) -> bytes:
    try:
        return await reply.read(LARGEST_REPLY)
    except ReplyTooLarge:
        raise Problem(502, "The upstream service answered with too much.") from None
    except TransportError as error:
        raise upstream.failure(error) from None
    except DecodingError:
        raise Problem(502, "The upstream service broke off its reply.") from None
