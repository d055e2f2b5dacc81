# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Serving an ASGI application with uvicorn: bounded heads, bounded shutdown, loopback unless told otherwise."""

from __future__ import annotations

import logging
import socket
import sys
from typing import Any

from .guard import is_loopback
from .settings import Settings, caller_variable

KEEP_ALIVE_SECONDS = 75
BACKLOG = 2048

logger = logging.getLogger(__name__)


def run(app: Any, settings: Settings, path: str = "") -> int:
    """Serve the ASGI application ``app`` until a stop signal; returns the exit status.

    The address is printed on standard error once the port is open; ``path`` is appended to it.
    """
    import uvicorn

    logging.basicConfig(
        level=logging.INFO,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        listener = listen(settings.host, settings.port)
    except (OSError, OverflowError) as error:
        words = getattr(error, "strerror", None) or error
        logger.error(
            "cannot listen on %s port %d: %s",
            settings.host,
            settings.port,
            words,
        )
        return 1
    host, port = listener.getsockname()[:2]
    if not is_loopback(settings.host) and not app.asks_callers:
        logger.warning(
            "%s is not a loopback address: whoever reaches this port uses your credentials; %s asks them for a token",
            settings.host,
            caller_variable(settings.package, "token"),
        )
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"serving on http://{shown}:{port}{path}\n")
    sys.stderr.flush()
    if settings.allow_origins:
        from .cors import Cors

        app = Cors(app, settings.allow_origins)
    server = uvicorn.Server(_config(app, settings))
    server.run(sockets=[listener])
    return 0


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


def _config(app: Any, settings: Settings) -> Any:
    import uvicorn

    from .protocol import BoundedProtocol

    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_timeout)),
    )
