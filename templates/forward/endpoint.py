"""Resources that pass requests on: one endpoint for every method, at a path and below it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from .._runtime.operation import Operation
from ..rest.endpoint import Endpoint
from ..rest.routes import Route
from ..rest.validation import Schemas
from ..server.settings import Settings
from ..server.upstream import Upstream
from .request import Address, Body, Through

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Forward:
    """A path below which everything goes to an upstream; empty for the whole server.

    ``operation`` holds what the document sends with every request. ``trusted`` are the headers of callers that go
    along, ``withheld`` the query parameters that do not.
    """

    __slots__ = ("operation", "path", "trusted", "withheld")

    def __init__(
        self,
        path: str,
        operation: Operation,
        *,
        trusted: tuple[str, ...] = (),
        withheld: tuple[str, ...] = (),
    ) -> None:
        self.path = path
        self.operation = operation
        self.trusted = trusted
        self.withheld = withheld


class Forwards:
    """The forwarding resources of a server."""

    def __init__(self, *forwards: Forward) -> None:
        """In the order of the document."""
        self._forwards = forwards

    def __call__(self, upstream: Upstream, settings: Settings) -> Iterator[Endpoint]:
        """Their endpoints."""
        for forward in self._forwards:
            for method in METHODS:
                for path in (forward.path or "/", f"{forward.path}/{{path}}"):
                    yield Forwarder(forward, method, path, upstream, settings)


class Forwarder(Endpoint):
    """Passes requests of one method on, and the replies back."""

    def __init__(
        self,
        forward: Forward,
        method: str,
        path: str,
        upstream: Upstream,
        settings: Settings,
    ) -> None:
        base = urlsplit(upstream.address(forward.operation))
        through = Through(forward.operation, method, needs_slash=not base.path)
        route = Route(method, path, through)
        super().__init__(route, upstream, settings, Schemas({}), {}, ())
        self.multi = ("path",)
        self._parameters = Address(forward.path.count("/"), forward.withheld)
        self._payload = Body(settings, forward.trusted)
