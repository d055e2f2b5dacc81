# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""One of several processes behind one port: what its supervisor gave it, and what it tells."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from . import meter
from .board import Board, without_start

VARIABLE = "NAFTIKO_WORKER"
"""The environment variable that a supervisor starts its workers with."""
PUBLISH_SECONDS = 1.0


class Worker:
    """Listens where its siblings listen, and ends when the supervisor does."""

    def __init__(self, said: str) -> None:
        """``said`` is the variable's value."""
        given = json.loads(said)
        self.listener = socket.socket(fileno=given["listener"])
        self.announces: bool = given["announces"]
        self._line = socket.socket(fileno=given["line"])
        self._number: int = given["number"]
        self._slot: int = given["slot"]
        self._board = Board(given["board"], given["slots"])
        self._counts: list[meter.Counts] = []
        self._timer: asyncio.TimerHandle | None = None
        meter.started_at(given["started"])

    def begin(self, apps: Iterable[Any], stop: Callable[[], None]) -> None:
        """Count together with the siblings; ``stop`` is called when the supervisor is gone."""
        for app in apps:
            own = app.observer.meter
            if own is not None:
                self._counts += [own.samples, *app.counts]
                app.observer.beside = (self._beside,)
        self._stop = stop
        asyncio.get_running_loop().add_reader(self._line, self._heard)
        self._publish()

    def ready(self) -> None:
        """Requests are taken."""
        with suppress(BrokenPipeError):  # it is gone, which ``begin`` hears of
            self._line.send(b"1")

    def end(self) -> None:
        """No more is counted."""
        if self._timer is not None:
            self._timer.cancel()
        self._write()
        asyncio.get_running_loop().remove_reader(self._line)
        self._line.close()

    def _heard(self) -> None:
        if not self._line.recv(1):
            asyncio.get_running_loop().remove_reader(self._line)
            self._stop()

    def _publish(self) -> None:
        self._write()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(PUBLISH_SECONDS, self._publish)

    def _beside(self) -> meter.Samples:
        """What the siblings have counted. They are told what this page shows, so that no later page has less."""
        self._write()
        return self._board.others(self._slot)

    def _write(self) -> None:
        if self._counts:
            counts = [count() for count in self._counts]
            samples = without_start([*counts, meter.process()])
            self._board.write(self._slot, self._number, samples)


@cache
def current() -> Worker | None:
    """What this process is among others; ``None`` when it is a server by itself."""
    said = os.environ.get(VARIABLE, "")
    return Worker(said) if said else None
