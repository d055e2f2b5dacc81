# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Routes and pages as an ASGI application: guards, finds the route, logs."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any, Protocol

from ..callers.chosen import chosen
from ..server.guard import Callers, Guard
from ..server.meter import Counts
from ..server.observer import HEALTH, METRICS, READY, Observer
from ..server.problems import Problem
from ..server.rate import rate
from ..server.requestid import RequestIds
from ..server.settings import Settings
from .exchange import Exchange, Message, Receive, Send
from .pages import metrics, ready
from .router import Router

_JSON = ((b"content-type", b"application/json"),)

logger = logging.getLogger(__name__)


class Served(Protocol):
    """What answers at a path: an endpoint of this package or of another one, or a page."""

    method: str
    path: str
    multi: tuple[str, ...]

    def __call__(self, exchange: Any, path_values: tuple[str, ...]) -> Awaitable[None]:
        """Answer the exchange."""
        ...


class Member(Protocol):
    """The application of one package, as a gateway sees it."""

    @property
    def endpoints(self) -> Sequence[Served]:
        """What it serves besides its own pages."""
        ...

    @property
    def close(self) -> Sequence[Callable[[], Awaitable[None]]]:
        """What ends its connections."""
        ...

    @property
    def callers(self) -> Callers | None:
        """Who may call it by its document."""
        ...

    @property
    def counts(self) -> Sequence[Counts]:
        """What its upstreams count."""
        ...


class Application:
    """Serves ``endpoints`` and the server's own pages; a path of an endpoint wins over a page's.

    ``endpoints`` are open to a gateway, which serves those of several packages in one application of its own. When
    ``stopping`` is set, the server wants no more requests, and answers those that come.
    """

    def __init__(
        self,
        endpoints: Sequence[Served],
        pages: Iterable[Served],
        settings: Settings,
        close: Sequence[Callable[[], Awaitable[None]]] = (),
        callers: Callers | None = None,
        counts: Sequence[Counts] = (),
        *,
        adapter: str,
        openly: Collection[str] = (HEALTH, READY),
    ) -> None:
        """``pages`` are the server's own; ``close`` is awaited at the end; ``callers`` may call.

        ``counts`` are those of the upstreams; ``adapter`` is the kind of the server in its metrics and in its log,
        ``openly`` are the paths of the pages that answer every caller, whatever its Host header.
        """
        self.endpoints = tuple(endpoints)
        self.close = tuple(close)
        self.counts = tuple(counts)
        self.started = False
        self.stopping = False
        self.observer = Observer(adapter, settings, lambda: self._running)
        self.callers = callers
        callers = callers or chosen(settings)
        self._callers = callers
        self.asks_callers = bool(callers or settings.token)
        self._rate = rate(settings, asks_callers=self.asks_callers)
        self._guard = Guard(
            settings.host,
            settings.allow_hosts,
            settings.allow_origins,
            "" if callers else settings.token,
        )
        self._ids = RequestIds()
        self._most = settings.max_concurrency
        self._running = 0
        self._router: Router[Served] = Router()
        self._openly = openly
        self._open: set[str] = set()
        self._scraped = ""
        self._fill(endpoints, (*pages, *self._watched()))

    def _watched(self) -> Iterable[Served]:
        """The pages for those who watch the server."""
        yield ready(self.state)
        if self.observer.meter is not None:
            yield metrics(lambda: self.observer.page(self.counts))

    def state(self) -> str:
        """Why no more requests are wanted; empty when they are."""
        if self.stopping:
            return "stopping"
        return "busy" if self._running > self._most else ""

    def _fill(self, endpoints: Iterable[Served], own: Iterable[Served]) -> None:
        for endpoint in endpoints:
            self._router.add(endpoint.method, endpoint.path, endpoint, endpoint.multi)
        for page in [page for page in own if not self._router.has(page.path)]:
            self._router.add(page.method, page.path, page)
            if page.path in self._openly:
                self._open.add(page.path)
            elif page.path == METRICS:
                self._scraped = METRICS

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """The ASGI entry."""
        if scope["type"] == "http":
            await self._answer(Exchange(scope, receive, send, self._ids))
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _answer(self, exchange: Exchange) -> None:
        """Answer one request, whatever happens."""
        seen = self.observer.begin(exchange.headers, exchange.request_id)
        exchange.onward = seen.onward
        self._running += 1
        try:
            self.observer.trace(seen)
            await self._dispatch(exchange)
        except Problem as problem:
            await exchange.problem(problem)
        except Exception:
            logger.exception("request %s failed", exchange.request_id)
            if not exchange.status:
                await exchange.problem(Problem(500, "This server failed."))
        finally:
            self._running -= 1
            if exchange.path not in self._open:
                method, route = exchange.method, exchange.route
                operation = f"{method} {route}" if route != "-" else route
                self.observer.end(seen, method, route, operation, exchange.status)

    async def _dispatch(self, exchange: Exchange) -> None:
        if exchange.path not in self._open:
            is_scrape = exchange.path == self._scraped
            self._guard.check(exchange.headers, by_address=is_scrape)
            if self._running > self._most and not is_scrape:
                self.observer.shed()
                busy = [("retry-after", "1")]
                raise Problem(503, "This server is busy.", headers=busy)
            if self._callers is not None:
                page = self._callers.page(exchange.path)
                if page is not None and exchange.method == "GET":
                    await exchange.answer(200, page, _JSON)
                    return
                await self._callers.check(
                    exchange.headers, exchange.method, exchange.path, exchange.query
                )
            if self._rate is not None and not is_scrape:
                self._rate.check(exchange.headers, exchange.client)
        try:
            served, values = self._router.find(exchange.method, exchange.path)
        except Problem as problem:
            served, values = self._other(exchange, problem)
        exchange.route = served.path
        await served(exchange, values)

    def _other(
        self, exchange: Exchange, problem: Problem
    ) -> tuple[Served, tuple[str, ...]]:
        """HEAD is GET without the body, OPTIONS lists the methods; else raise ``problem``."""
        if problem.status == 405 and exchange.method == "HEAD":
            return self._router.find("GET", exchange.path)
        if problem.status == 405 and exchange.method == "OPTIONS":
            return Methods(dict(problem.headers)["allow"]), ()
        raise problem

    async def _live(self, receive: Receive, send: Send) -> None:
        """The lifespan: nothing to start, connections to close."""
        while True:
            message = await receive()
            self.started = message["type"] == "lifespan.startup"
            if self.started:
                await send({"type": "lifespan.startup.complete"})
            else:
                for close in self.close:
                    await close()
                self.observer.log.flush()
                await send({"type": "lifespan.shutdown.complete"})
                return


class Methods:
    """The answer to OPTIONS."""

    method = "OPTIONS"
    path = "-"
    multi: tuple[str, ...] = ()

    def __init__(self, allow: str) -> None:
        """``allow`` is the header to send."""
        self._headers = ((b"allow", allow.encode("ascii")),)

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer 204."""
        exchange.body_read = not exchange.expects_body()
        await exchange.answer(204, b"", self._headers)
