# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""uvicorn with several applications in one event loop, and one end for all of them."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import uvicorn

from .run import Site


class _Server(uvicorn.Server):
    """A server that leaves signals to ``serve``."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class _Serving:
    """All servers of a process; a first stop signal ends them in order, a second one at once."""

    def __init__(self, sites: Sequence[tuple[Site, uvicorn.Config]]) -> None:
        self._sites = [site for site, _ in sites]
        self._servers = [_Server(config) for _, config in sites]
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
        try:
            async with asyncio.TaskGroup() as group:
                for server, listener in zip(self._servers, listeners, strict=True):
                    group.create_task(server.serve(sockets=[listener]))
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self) -> None:
        """Say that no more work is wanted, go on for a while, then end."""
        again = any(site.app.stopping for site in self._sites)
        for site in self._sites:
            site.app.stopping = True
        if again or not self._drain:
            self._end()
        else:
            asyncio.get_running_loop().call_later(self._drain, self._end)

    def _end(self) -> None:
        for server in self._servers:
            server.force_exit = server.should_exit
            server.should_exit = True


def serve(
    sites: Sequence[tuple[Site, uvicorn.Config]], listeners: Sequence[socket.socket]
) -> None:
    """Serve each of ``sites`` on its listener until a stop signal, at most its time for shutting down longer."""
    with asyncio.Runner(loop_factory=sites[0][1].get_loop_factory()) as runner:
        runner.run(_Serving(sites).run(listeners))
