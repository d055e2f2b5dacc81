"""A table of routes and ``openapi.json`` → the application."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .._runtime.service import Service
from ..server.run import run
from ..server.settings import Settings
from ..server.upstream import Upstream
from .application import RestApp
from .endpoint import Endpoint
from .pages import local
from .routes import Route
from .validation import Schemas


def application(
    service: Service, routes: Sequence[Route], settings: Settings
) -> RestApp:
    """The ASGI application of ``routes``; raises ``ArgumentError`` when there is no usable base URL."""
    content = local("openapi.json")
    document = json.loads(content)
    schemas = Schemas(document)
    upstream = Upstream(service, settings)
    endpoints = [
        Endpoint(
            route,
            upstream,
            settings,
            schemas,
            document["paths"].get(route.path, {}).get(route.method.lower(), {}),
        )
        for route in routes
    ]
    return RestApp(endpoints, content, settings, (upstream.close,))


def serve_application(app: RestApp, settings: Settings) -> int:
    """Serve ``app`` until a stop signal; returns the exit status."""
    return run(app, settings)
