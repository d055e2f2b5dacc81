# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""uvicorn with several applications in one event loop, and one end for all of them."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from .run import Site

if TYPE_CHECKING:
    from .worker import Worker


_CLOSE = (b"connection", b"close")
_TURN_SECONDS = 0.02
_NEW_TURNS = 50
"""How often it is looked whether new connections have sent something: a second in all."""


class _Server(uvicorn.Server):
    """A server that leaves signals to ``serve``, and tells the supervisor when it takes requests."""

    worker: Worker | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start."""
        await super().startup(sockets)
        if self.worker is not None:
            self.worker.ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, let those that have just come send their request, then end."""
        for server in self.servers:
            server.close()
        for _ in range(_NEW_TURNS):
            await asyncio.sleep(_TURN_SECONDS)
            if self.force_exit or not any(map(_is_new, self.server_state.connections)):
                break
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _is_new(connection: object) -> bool:
    """Whether no request has come yet on ``connection``, which would be lost if it were closed now."""
    return getattr(connection, "cycle", None) is None


class _Serving:
    """All servers of a process; a first stop signal ends them in order, a second one at once."""

    def __init__(
        self, sites: Sequence[tuple[Site, uvicorn.Config]], worker: Worker | None
    ) -> None:
        self._worker = worker
        self._sites = [site for site, _ in sites]
        self._servers = [_Server(config) for _, config in sites]
        for server in self._servers:
            server.worker = worker
        self._drain = max(site.settings.drain_timeout for site in self._sites)

    async def run(self, listeners: Sequence[socket.socket]) -> None:
        """Serve until all have ended."""
        loop = asyncio.get_running_loop()

        def stop(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._stop)

        before = {
            number: signal.signal(number, stop)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        if self._worker is not None:
            self._worker.begin([site.app for site in self._sites], self._stop)
        try:
            async with asyncio.TaskGroup() as group:
                for server, listener in zip(self._servers, listeners, strict=True):
                    group.create_task(server.serve(sockets=[listener]))
        finally:
            if self._worker is not None:
                self._worker.end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self) -> None:
        """Say that no more work is wanted, go on for a while, then end."""
        again = any(site.app.stopping for site in self._sites)
        for site in self._sites:
            site.app.stopping = True
        for server in self._servers if not again else ():
            # Connections end with an answer, so that nobody sends a request down one that is just being closed.
            server.config.encoded_headers.append(_CLOSE)
            server.server_state.default_headers.append(_CLOSE)
        if again or not self._drain:
            self._end()
        else:
            asyncio.get_running_loop().call_later(self._drain, self._end)

    def _end(self) -> None:
        for server in self._servers:
            server.force_exit = server.should_exit
            server.should_exit = True


def serve(
    sites: Sequence[tuple[Site, uvicorn.Config]],
    listeners: Sequence[socket.socket],
    worker: Worker | None = None,
) -> None:
    """Serve each of ``sites`` on its listener until a stop signal, at most its time for shutting down longer."""
    with asyncio.Runner(loop_factory=sites[0][1].get_loop_factory()) as runner:
        runner.run(_Serving(sites, worker).run(listeners))
