# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""A table of routes and ``openapi.json`` → the application."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from .._runtime.service import Service
from ..server.guard import Callers
from ..server.run import run
from ..server.settings import Settings
from ..server.upstream import Upstream
from ..web.application import Served
from .application import RestApp
from .endpoint import Endpoint
from .pages import local
from .routes import Route
from .validation import Place, Schemas

More: TypeAlias = Callable[[Upstream, Settings], Iterable[Served]]


def application(
    service: Service,
    routes: Sequence[Route],
    settings: Settings,
    callers: Callers | None = None,
    document: str = "openapi.json",
    more: More | None = None,
) -> RestApp:
    """The ASGI application of ``routes``, which the file ``document`` describes; ``more`` makes further endpoints.

    Raises ``ArgumentError`` when there is no usable base URL.
    """
    content = local(document)
    described = json.loads(content)
    schemas = Schemas(described)
    upstream = Upstream(service, settings)
    paths = described.get("paths", {})
    endpoints: list[Served] = [
        Endpoint(route, upstream, settings, schemas, *_described(route, paths))
        for route in routes
    ]
    if more is not None:
        endpoints += more(upstream, settings)
    close = (upstream.close,)
    return RestApp(endpoints, content, settings, close, callers, (upstream.counts,))


def _described(route: Route, paths: dict[str, Any]) -> tuple[dict[str, Any], Place]:
    """The operation object of ``route`` and its place; OpenAPI 3.2 keeps unusual methods apart."""
    item = paths.get(route.path, {})
    method = route.method.lower()
    if method in item:
        return item[method], ("paths", route.path, method)
    place = ("paths", route.path, "additionalOperations", route.method)
    return item.get("additionalOperations", {}).get(route.method, {}), place


def serve_application(app: RestApp, settings: Settings) -> int:
    """Serve ``app`` until a stop signal; returns the exit status."""
    return run(app, settings)
