# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the MCP server over HTTP reads and says besides JSON-RPC: headers, bodies, refusals, pages."""

from __future__ import annotations

import asyncio

from ..server.problems import MEDIA_TYPE, Problem
from .heartbeat import Receive, Send


def single(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by name; a repeated one that decides who may call is made invalid."""
    found = dict(headers)
    if len(found) != len(headers):
        for name in (b"host", b"origin", b"authorization"):
            if sum(key == name for key, _ in headers) > 1:
                found[name] = b"\x00"
    return found


async def whole(
    headers: list[tuple[bytes, bytes]], receive: Receive, limit: int, seconds: float
) -> bytes | None:
    """A body of at most ``limit`` bytes, no silence longer than ``seconds``; ``None`` when the caller has left.

    Raises ``Problem`` 408 or 413.
    """
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise too_large(limit)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        first: bytes = message.get("body", b"")
        if len(first) > limit:
            raise too_large(limit)
        return first
    found = bytearray()
    while message["type"] == "http.request":
        found += message.get("body", b"")
        if len(found) > limit:
            raise too_large(limit)
        if not message.get("more_body"):
            return bytes(found)
        try:
            async with asyncio.timeout(seconds):
                message = await receive()
        except TimeoutError:
            raise Problem(408, "The request's body did not arrive.") from None
    return None


def too_large(limit: int) -> Problem:
    """413."""
    return Problem(413, f"The request has more than {limit} bytes.")


async def answer_plain(send: Send, media_type: str, body: bytes) -> None:
    """Answer with a page that is made anew each time."""
    headers = [
        (b"content-type", media_type.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, problem: Problem, request_id: str) -> None:
    """Answer with a problem document, and read no more from this connection."""
    body = problem.document(request_id)
    headers = [
        (b"content-type", MEDIA_TYPE.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"connection", b"close"),
        *((name.encode("ascii"), value.encode()) for name, value in problem.headers),
    ]
    start = {"type": "http.response.start", "status": problem.status}
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": body})
