# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Serving ASGI applications with uvicorn: bounded heads, bounded shutdown, loopback unless told otherwise."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .guard import is_loopback
from .logs import configure
from .settings import Settings, caller_variable

if TYPE_CHECKING:
    from .worker import Worker

KEEP_ALIVE_SECONDS = 75
BACKLOG = 2048

logger = logging.getLogger(__name__)


class Site:
    """One application, where it listens (``settings``), and the path that its address is shown with.

    Its attribute ``stopping`` is set when a stop signal has come.
    """

    __slots__ = ("app", "path", "settings")

    def __init__(self, app: Any, settings: Settings, path: str = "") -> None:
        """See the class."""
        self.app = app
        self.settings = settings
        self.path = path


def run(app: Any, settings: Settings, path: str = "") -> int:
    """Serve the ASGI application ``app`` until a stop signal; returns the exit status.

    The address is printed on standard error once the port is open; ``path`` is appended to it.
    """
    return run_all([Site(app, settings, path)])


def run_all(sites: Sequence[Site], handlers: Sequence[logging.Handler] = ()) -> int:
    """Serve several applications in one process and one event loop, as ``run`` serves one; ``handlers`` get its log."""
    configure()
    for handler in handlers:
        logging.getLogger().addHandler(handler)
    worker = _worker()
    listeners: list[socket.socket] = []
    for site in sites:
        listener = worker.listener if worker else _listener(site.settings)
        if listener is None:
            for other in listeners:
                other.close()
            return 1
        listeners.append(listener)
    for site, listener in zip(sites, listeners, strict=True):
        if worker is None or worker.announces:
            _announce(site, listener)
    from .serving import serve

    serve([(site, _config(site)) for site in sites], listeners, worker)
    return 0


def run_workers(serve: Callable[[Settings], int | None], settings: Settings) -> int:
    """``serve`` in ``settings.workers`` processes behind one port; standard input and output have just one."""
    if settings.transport == "stdio" or _worker() is not None:
        return int(serve(settings) or 0)
    from .workers import allowed, supervise

    allowed(settings)
    listener = _listener(settings)
    return 1 if listener is None else supervise(settings, listener)


def _worker() -> Worker | None:
    """What this process is among several behind one port."""
    if "NAFTIKO_WORKER" not in os.environ:
        return None
    from .worker import current

    return current()


def _listener(settings: Settings) -> socket.socket | None:
    try:
        return listen(settings.host, settings.port)
    except (OSError, OverflowError) as error:
        words = getattr(error, "strerror", None) or error
        logger.error(
            "cannot listen on %s port %d: %s", settings.host, settings.port, words
        )
        return None


def _announce(site: Site, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    settings = site.settings
    if not is_loopback(settings.host) and not site.app.asks_callers:
        logger.warning(
            "%s is not a loopback address: whoever reaches this port uses your credentials; %s asks them for a token",
            settings.host,
            caller_variable(settings.package, "token"),
        )
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"serving on http://{shown}:{port}{site.path}\n")
    sys.stderr.flush()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises ``OSError``."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _config(site: Site) -> Any:
    import uvicorn

    from .protocol import protocol

    app, settings = site.app, site.settings
    if settings.allow_origins:
        from .cors import Cors

        app = Cors(app, settings.allow_origins)
    return uvicorn.Config(
        app,
        http=protocol(settings),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_timeout)),
    )
