"""Answers of the control server in JSON, made anew for every request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from ..server.problems import Problem
from ..web.exchange import SANDBOX, Exchange
from ..web.router import decoded

LARGEST = 64 * 1024
"""Bytes of a body."""

Answer: TypeAlias = tuple[int, Any]
"""Status and JSON value."""

_HEADERS = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    SANDBOX,
)


class Get:
    """Answers GET (and HEAD) at ``path`` with what ``make`` makes of the path's values and the query."""

    method = "GET"
    multi: tuple[str, ...] = ()

    def __init__(
        self, path: str, make: Callable[[tuple[str, ...], Mapping[str, str]], Answer]
    ) -> None:
        """``path`` may hold ``{name}``."""
        self.path = path
        self._make = make

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer."""
        exchange.body_read = not exchange.expects_body()
        pairs = parse_qsl(exchange.query.decode("latin-1"), max_num_fields=20)
        await _answer(
            exchange, self._make(tuple(map(decoded, path_values)), dict(pairs))
        )


class Put:
    """Answers PUT at ``path`` with what ``make`` makes of the members of its body."""

    method = "PUT"
    multi: tuple[str, ...] = ()

    def __init__(self, path: str, make: Callable[[dict[str, Any]], Answer]) -> None:
        """``make`` sees an object; anything else is refused before."""
        self.path = path
        self._make = make

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer, 400 for a body that is no JSON object."""
        body = await _body(exchange)
        if body is None:
            return
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            given = None
        if isinstance(given, dict):
            await _answer(exchange, self._make(given))
        else:
            await _answer(exchange, (400, {"error": "the body must be a JSON object"}))


async def _answer(exchange: Exchange, answer: Answer) -> None:
    status, value = answer
    await exchange.answer(status, json.dumps(value).encode("ascii"), _HEADERS)


async def _body(exchange: Exchange) -> bytes | None:
    """The whole body; ``None`` when the caller has left. Raises ``Problem`` 413."""
    found = b""
    while (piece := await exchange.receive_body()) is not None:
        found += piece[0]
        if len(found) > LARGEST:
            raise Problem(413, f"The request has more than {LARGEST} bytes.")
        if not piece[1]:
            return found
    return None
