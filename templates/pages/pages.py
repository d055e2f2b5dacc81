"""The items of a list, page after page."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Generator,
    Iterator,
    Mapping,
)
from typing import TYPE_CHECKING, Any, TypeVar

from .._runtime.codec import UNSET
from .._runtime.errors import PagingError
from ..client._call import Call
from ..client._options import RequestOptions
from .ways import ByLink, Way, at, next_link, with_keys

if TYPE_CHECKING:
    from ..client._attempt import Attempt
    from ..client._core import Core
    from ..client._engine import AsyncEngine, Engine

T = TypeVar("T")


class _Walk:
    """From page to page: what is asked for next, and when that ends."""

    def __init__(
        self,
        core: Core,
        call: Call[Any],
        way: Way,
        values: Mapping[str, object],
        max_pages: int,
        options: RequestOptions | None,
    ) -> None:
        self._core = core
        self._call = call
        self._way = way
        self._values = values
        self._left = max_pages
        self._options = options
        self._seen: set[object] = set()
        self._url = ""
        self.ended = False

    def attempt(self) -> Attempt:
        """The call of the next page. Raises ``PagingError`` when there are too many."""
        if self._left <= 0:
            raise PagingError("there are more pages than max_pages allows")
        self._left -= 1
        attempt = self._core.begin(self._call, self._values, UNSET, None, self._options)
        if self._url:
            request = attempt.request
            keys = self._core.authenticator.query_names()
            request.url = with_keys(self._url, request.url, keys)
        return attempt

    def take(
        self, attempt: Attempt, page: Any, headers: Mapping[str, str]
    ) -> list[Any]:
        """The items of a page. Raises ``PagingError`` when it has no list, or leads nowhere new."""
        items = at(page, self._way.items)
        if not isinstance(items, (list, type(None))):
            raise PagingError("the reply has no list of items")
        items = items or []
        if isinstance(self._way, ByLink):
            self._url = next_link(headers, attempt.request.url)
            step: object = self._url
        else:
            given = self._way.after(page, items, self._values)
            step = tuple(given.values()) if given else None
            self._values = {**self._values, **(given or {})}
        self.ended = not step
        if step and step in self._seen:
            raise PagingError("the reply leads to a page that was read before")
        self._seen.add(step)
        return items


class PagedItems(Iterator[T]):
    """The items of all pages, each page asked for when its first item is."""

    def __init__(
        self,
        engine: Engine,
        call: Call[Any],
        way: Way,
        values: Mapping[str, object],
        max_pages: int,
        options: RequestOptions | None,
    ) -> None:
        walk = _Walk(engine.core, call, way, values, max_pages, options)
        self._items = self._read(engine, walk)

    def __next__(self) -> T:
        return next(self._items)

    @staticmethod
    def _read(engine: Engine, walk: _Walk) -> Generator[T, None, None]:
        while not walk.ended:
            attempt = walk.attempt()
            page, headers = engine.fetch(attempt)
            yield from walk.take(attempt, page, headers)


class AsyncPagedItems(AsyncIterator[T]):
    """The items of all pages, each page asked for when its first item is."""

    def __init__(
        self,
        engine: AsyncEngine,
        call: Call[Any],
        way: Way,
        values: Mapping[str, object],
        max_pages: int,
        options: RequestOptions | None,
    ) -> None:
        walk = _Walk(engine.core, call, way, values, max_pages, options)
        self._items = self._read(engine, walk)

    async def __anext__(self) -> T:
        return await anext(self._items)

    @staticmethod
    async def _read(engine: AsyncEngine, walk: _Walk) -> AsyncGenerator[T, None]:
        while not walk.ended:
            attempt = walk.attempt()
            page, headers = await engine.fetch(attempt)
            for item in walk.take(attempt, page, headers):
                yield item
