# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The REST server as an ASGI application: its routes, and the pages that describe them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from ..server.guard import Callers
from ..server.meter import Counts
from ..server.settings import Settings
from ..web.application import Application, Served
from .pages import pages


class RestApp(Application):
    """Serves ``endpoints`` and the pages about them."""

    def __init__(
        self,
        endpoints: Sequence[Served],
        document: bytes,
        settings: Settings,
        close: Sequence[Callable[[], Awaitable[None]]] = (),
        callers: Callers | None = None,
        counts: Sequence[Counts] = (),
    ) -> None:
        """``document`` is the OpenAPI document served; for all else see ``Application``."""
        super().__init__(
            endpoints,
            pages(document),
            settings,
            close,
            callers,
            counts,
            adapter="rest",
        )
