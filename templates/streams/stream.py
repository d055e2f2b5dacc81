"""Calls whose replies come in parts, as iterators."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Generator,
    Iterator,
    Mapping,
)
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

from .._runtime.codec import UNSET, decode, encode, plain
from .._runtime.errors import DecodingError
from .._runtime.operation import Operation
from ..client._call import Call
from ..client._options import RequestOptions
from .parts import Event, Events, Lines

if TYPE_CHECKING:
    from typing_extensions import TypeForm

    from ..client._engine import AsyncEngine, Engine
    from ..client._reply import AsyncBinaryReply, BinaryReply

T = TypeVar("T")

Form: TypeAlias = Literal["lines", "data", "text", "event", "text event"]
"""What an item is: a line, the data of an event, that as text, or a whole event with data of JSON or text."""

_DONE = b"[DONE]"
_EVENTS = "text/event-stream"


class StreamCall(Call[T]):
    """An operation with a reply in parts of one type. With ``asked`` the body says ``stream: true``."""

    __slots__ = ("accept", "asked", "form")

    def __init__(
        self,
        operation: Operation,
        item: TypeForm[T],
        form: Form,
        accept: str,
        *,
        errors: Mapping[str, Any] | None = None,
        asked: bool = False,
    ) -> None:
        super().__init__(operation, item, errors=errors)
        self.form: Form = form
        self.accept = accept
        self.asked = asked

    def body(self, body: object) -> object:
        """``body``, asking for parts."""
        if not self.asked:
            return body
        given = {} if body is UNSET else plain(body)
        return {**given, "stream": True} if isinstance(given, dict) else given

    def options(self, options: RequestOptions | None) -> RequestOptions:
        """``options``, asking for parts."""
        given = options or RequestOptions()
        headers = {"Accept": self.accept, **(given.headers or {})}
        return RequestOptions(
            timeout=given.timeout,
            retries=given.retries,
            retry_unsafe=given.retry_unsafe,
            headers=headers,
            strict=given.strict,
            on_reply=given.on_reply,
        )


class _Parser(Generic[T]):
    """Bytes → items."""

    def __init__(self, call: StreamCall[T], media_type: str, strict: bool) -> None:
        self._call = call
        self._strict = strict
        self._lines = Lines()
        self._events = Events()
        self.done = False
        is_events = call.form != "lines"
        if is_events and media_type.lower() not in ("", _EVENTS):
            raise DecodingError(f"the reply is {media_type}, no stream of events")

    def feed(self, chunk: bytes) -> Iterator[T]:
        """The items that ``chunk`` completes; none after the last one."""
        lines = self._lines.feed(chunk)
        if self._call.form == "lines":
            yield from map(self._decoded, filter(bytes.strip, lines))
            return
        for event in self._events.feed(lines):
            if event.data.strip() == _DONE:
                self.done = True
                return
            yield self._item(event)

    def rest(self) -> Iterator[T]:
        """The item that the end of the reply completes; an event without its end is none."""
        line = self._lines.rest()
        if self._call.form == "lines" and line.strip():
            yield self._decoded(line)

    def _item(self, event: Event) -> T:
        form = self._call.form
        if form == "data":
            return self._decoded(event.data)
        data: Any = event.data.decode("utf-8", "replace")
        if form == "event":
            data = decode(Any, event.data)
        if form != "text":
            data = {"data": data} | {
                name: _number(value) if name == "retry" else value.decode("utf-8", "replace")
                for name, value in event.fields.items()
            }  # fmt: skip
        return self._decoded(encode(data))

    def _decoded(self, data: bytes) -> T:
        item: T = decode(self._call.reply, data, self._strict)
        return item


def _number(value: bytes) -> int | None:
    return int(value) if value.isdigit() and len(value) < 10 else None


class ItemStream(Iterator[T]):
    """The items of a reply, as they arrive.

    Reading to the end frees the connection; so do ``close()`` and leaving a ``with`` block.
    """

    def __init__(self, reply: BinaryReply, call: StreamCall[T], strict: bool) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self._reply = reply
        self._items = self._read(call, strict)

    @classmethod
    def of(
        cls, engine: Engine, call: StreamCall[T], values: Mapping[str, object], body: object = UNSET,
        content_type: str | None = None, options: RequestOptions | None = None,
    ) -> ItemStream[T]:  # fmt: skip
        """Make a call whose reply comes in parts."""
        chosen = call.options(options)
        asked = call.body(body)
        reply = engine.download(call, values, asked, content_type, chosen)
        strict = engine.core.strict if chosen.strict is None else chosen.strict
        return cls(reply, call, strict)

    def __next__(self) -> T:
        return next(self._items)

    def close(self) -> None:
        """Free the connection without reading the rest; a second call does nothing."""
        self._items.close()
        self._reply.close()

    def __enter__(self) -> ItemStream[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, call: StreamCall[T], strict: bool) -> Generator[T, None, None]:
        try:
            parser = _Parser(call, self._reply.media_type, strict)
            for chunk in self._reply.iter_bytes():
                yield from parser.feed(chunk)
                if parser.done:
                    return
            yield from parser.rest()
        finally:
            self._reply.close()


class AsyncItemStream(AsyncIterator[T]):
    """The items of a reply, as they arrive.

    Reading to the end frees the connection; so do ``close()`` and leaving an ``async with`` block.
    """

    def __init__(
        self, reply: AsyncBinaryReply, call: StreamCall[T], strict: bool
    ) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self._reply = reply
        self._items = self._read(call, strict)

    @classmethod
    async def of(
        cls, engine: AsyncEngine, call: StreamCall[T], values: Mapping[str, object], body: object = UNSET,
        content_type: str | None = None, options: RequestOptions | None = None,
    ) -> AsyncItemStream[T]:  # fmt: skip
        """Make a call whose reply comes in parts."""
        chosen = call.options(options)
        asked = call.body(body)
        reply = await engine.download(call, values, asked, content_type, chosen)
        strict = engine.core.strict if chosen.strict is None else chosen.strict
        return cls(reply, call, strict)

    async def __anext__(self) -> T:
        return await anext(self._items)

    async def close(self) -> None:
        """Free the connection without reading the rest; a second call does nothing."""
        await self._items.aclose()
        await self._reply.close()

    async def __aenter__(self) -> AsyncItemStream[T]:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _read(self, call: StreamCall[T], strict: bool) -> AsyncGenerator[T, None]:
        try:
            parser = _Parser(call, self._reply.media_type, strict)
            async for chunk in self._reply.iter_bytes():
                for item in parser.feed(chunk):
                    yield item
                if parser.done:
                    return
            for item in parser.rest():
                yield item
        finally:
            await self._reply.close()
