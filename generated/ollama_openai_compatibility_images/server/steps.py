# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What flows of several calls are written in: a call, a search in a list, an answer put together."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from .._runtime.body import content
from .._runtime.errors import (
    ArgumentError,
    DecodingError,
    ReplyTooLarge,
    TransportError,
    reason,
)
from .._runtime.operation import Operation
from .plain import LARGEST_REPLY, decompressed
from .problems import Problem
from .upstream import Upstream

NOTHING: Any = object()
"""What a search gives that finds nothing, and a path that leads nowhere."""

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Caller:
    """Calls operations of one upstream and gives their JSON."""

    def __init__(
        self,
        upstream: Upstream,
        onward: Mapping[str, str] | None = None,
        tell: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """``onward`` are headers that go with every call; ``tell`` is told the name of each that is done."""
        self._upstream = upstream
        self._tell = tell
        self._headers = onward or {}
        self.last: Any = NOTHING
        """The last reply, and its status."""
        self.status = 200

    async def __call__(
        self, operation: Operation, values: Mapping[str, Any], body: Any = NOTHING
    ) -> Any:
        """The reply of ``operation``; ``null`` and ``NOTHING`` count as absent among ``values``.

        Raises ``Problem``: 502 also for a reply that reports no success, or is no JSON.
        """
        headers = dict(self._headers)
        data: bytes | None = None
        if body is not NOTHING:
            data = self._body(operation, body, headers)
        given = {k: v for k, v in values.items() if v is not None and v is not NOTHING}
        reply = await self._upstream.open(
            operation, given, body=data, headers=headers or None
        )
        try:
            if not 200 <= reply.status < 300:
                words = f"The upstream service answered {reason(reply.status)} to {operation.name}."
                raise Problem(502, words)
            raw = decompressed(reply.headers, await reply.read(LARGEST_REPLY))
            if operation.reads is not None:
                kind = reply.headers.get("content-type", "")
                raw = await to_thread(operation.reads, raw, kind)
            self.last, self.status = _decode(raw or b"null"), reply.status
            if self._tell is not None:
                await self._tell(operation.name)
            return self.last
        except DecodingError as error:
            raise Problem(502, f"{operation.name}: {error}") from None
        except ReplyTooLarge:
            raise Problem(502, "The upstream service answered with too much.") from None
        except TransportError as error:
            raise self._upstream.failure(error) from None
        except (msgspec.MsgspecError, ValueError, RecursionError):
            words = f"The upstream service answered {operation.name} with something that is no JSON."
            raise Problem(502, words) from None
        finally:
            await reply.close()

    @staticmethod
    def _body(operation: Operation, body: Any, headers: dict[str, str]) -> bytes:
        try:
            made = content(operation, body, None)
        except ArgumentError as error:
            raise Problem(400, str(error)) from None
        headers["Content-Type"] = made.media_type
        if not isinstance(made.body, bytes):
            raise Problem(400, "The body of a step cannot be sent.")
        return made.body


Flow: TypeAlias = Callable[[Any, Caller], Any]
"""An asynchronous function of the inputs by name."""


def declared(reply: Any, make: Callable[[Any], dict[str, Any]]) -> Any:
    """The fields that ``make`` makes of ``reply``; elements of a list keep their own beside them."""
    if not isinstance(reply, list):
        return make(reply)
    return [
        {**item, **make(item)} if isinstance(item, dict) else make(item)
        for item in reply
    ]


def lookup(index: Any, match: str, sought: Any, picked: tuple[str, ...]) -> Any:
    """The first object of ``index`` whose member ``match`` is ``sought``, with its members ``picked``.

    Of a list of ``sought`` a list of those that are found; ``NOTHING`` when there is none. Numbers equal their text.
    """
    rows = [row for row in _rows(index) if isinstance(row, dict)]
    found = []
    for key in sought if isinstance(sought, list) else [sought]:
        for row in rows:
            if (
                key not in (None, NOTHING)
                and match in row
                and _text(row[match]) == _text(key)
            ):
                found.append({name: row.get(name) for name in picked})
                break
    if not found:
        return NOTHING
    return found if isinstance(sought, list) else found[0]


def _rows(index: Any) -> list[Any]:
    return index if isinstance(index, list) else [index]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _encode(value).decode()


def part(value: Any, *names: str | int) -> Any:
    """The member or item below ``names``, one after the other, or ``NOTHING``."""
    for name in names:
        if isinstance(name, str):
            value = value.get(name, NOTHING) if isinstance(value, dict) else NOTHING
        elif isinstance(value, list) and -len(value) <= name < len(value):
            value = value[name]
        else:
            return NOTHING
    return value


def composed(last: Any, *members: tuple[tuple[str, ...], Any]) -> Any:
    """An object with each member at its path, unless it is ``NOTHING``; ``last`` when there is none at all."""
    made: dict[str, Any] = {}
    for path, value in members:
        if value is NOTHING:
            continue
        owner = made
        for name in path[:-1]:
            if not isinstance(owner.get(name), dict):
                owner[name] = {}
            owner = owner[name]
        owner[path[-1]] = value
    return made or (None if last is NOTHING else last)
