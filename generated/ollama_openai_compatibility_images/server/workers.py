# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The supervisor of several processes behind one port: starts them, replaces those that end, and ends with all of them.

SIGTERM and SIGINT end the workers as they end a server; SIGHUP starts new ones, with the code and the environment files
of now, and lets each old one finish once its successor takes requests.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .board import Board, shared
from .settings import Settings, SettingsError
from .worker import VARIABLE

MOST = 256
_AGAIN_SECONDS = 1.0
"""Between the ends of a worker that did not live and the start of the next."""
_GRACE = 5.0

logger = logging.getLogger(__name__)


class Running:
    """A worker: its process, the line to it, and the one that it takes the place of."""

    __slots__ = ("line", "process", "ready", "replaces", "retired", "slot")

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        line: socket.socket,
        slot: int,
        replaces: Running | None,
    ) -> None:
        self.process = process
        self.line = line
        self.slot = slot
        self.replaces = replaces
        self.ready = False
        self.retired = False

    def retire(self) -> None:
        """Let it finish; a second time, at once."""
        self.retired = True
        self.process.send_signal(signal.SIGTERM)


class Supervisor:
    """Keeps ``settings.workers`` workers alive on ``listener``."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        """No process is started yet."""
        self._count = settings.workers
        self._patience = settings.drain_timeout + settings.shutdown_timeout + _GRACE
        self._listener = listener
        self._slots = 2 * settings.workers
        self._memory = shared(self._slots)
        self._board = Board(self._memory, self._slots)
        self._started = time.time()
        self._number = 0
        self._alive: list[Running] = []
        self._old: list[Running] = []
        self._signals: list[int] = []
        self._status = 0
        self._served = False
        self._stopping = False
        self._due = 0.0
        """When the next worker may start, and, after a stop signal, when those that are left are killed."""

    def run(self) -> int:
        """Supervise until a stop signal; the exit status."""
        with self._heard() as wake:
            while self._alive or not self._stopping:
                self._fill()
                self._wait(wake)
                self._obey()
        return self._status

    @contextmanager
    def _heard(self) -> Iterator[socket.socket]:
        """Signals are collected, and wake who waits for the socket."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda got, frame: self._signals.append(got))
        with ours, theirs:
            yield ours
            signal.set_wakeup_fd(-1)

    def _fill(self) -> None:
        """Start those that are missing, unless it is too early."""
        if self._stopping or time.monotonic() < self._due:
            return
        for _ in range(self._count - sum(not it.retired for it in self._alive)):
            self._start(None)
        busy = any(it.replaces and not it.ready for it in self._alive)
        if self._old and not busy and len(self._alive) < self._slots:
            self._start(self._old.pop(0))

    def _wait(self, wake: socket.socket) -> None:
        """Until something happens."""
        left = self._due - time.monotonic()
        lines = {worker.line: worker for worker in self._alive}
        found, _, _ = select.select(
            [wake, *lines], [], [], max(0.0, left) if self._due else None
        )
        if not found and self._stopping:
            for worker in self._alive:
                worker.process.kill()
        if self._due and left <= 0 and not self._stopping:
            self._due = 0.0
        for line in found:
            if line is wake:
                wake.recv(4096)
            elif line.recv(16):
                self._up(lines[line])
            else:
                self._ended(lines[line])

    def _obey(self) -> None:
        """Do what signals ask for."""
        while self._signals:
            if self._signals.pop(0) != signal.SIGHUP:
                self._stop()
            elif not self._stopping:
                self._old = [it for it in self._alive if not it.retired]

    def _start(self, replaces: Running | None) -> None:
        ours, theirs = socket.socketpair()
        self._number += 1
        taken = {worker.slot for worker in self._alive}
        slot = next(n for n in range(1, self._slots + 1) if n not in taken)
        given = {
            "listener": self._listener.fileno(),
            "line": theirs.fileno(),
            "board": self._memory,
            "slots": self._slots,
            "slot": slot,
            "number": self._number,
            "announces": self._number == 1,
            "started": self._started,
        }
        process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, *sys.orig_argv[1:]],
            env={**os.environ, VARIABLE: json.dumps(given)},
            pass_fds=(self._listener.fileno(), theirs.fileno(), self._memory),
            process_group=0,  # the keys of a terminal are for the supervisor
        )
        theirs.close()
        self._alive.append(Running(process, ours, slot, replaces))

    def _up(self, worker: Running) -> None:
        """``worker`` takes requests."""
        worker.ready = self._served = True
        if worker.replaces in self._alive and not worker.replaces.retired:
            worker.replaces.retire()

    def _ended(self, worker: Running) -> None:
        """``worker`` has ended, or will at once."""
        try:
            status = worker.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            status = worker.process.wait()
        worker.line.close()
        self._alive.remove(worker)
        self._board.fold(worker.slot)
        if worker.retired or self._stopping:
            return
        logger.error("a worker ended with status %d", status)
        if not self._served:
            self._status = status if status > 0 else 1
            self._stop()
        elif not worker.ready:
            self._old.clear()  # what has started before goes on
            self._due = time.monotonic() + _AGAIN_SECONDS

    def _stop(self) -> None:
        """End all workers; the second time, at once."""
        if not self._stopping:
            self._listener.close()
            self._due = time.monotonic() + self._patience
        self._stopping = True
        for worker in self._alive:
            worker.retire()


def supervise(settings: Settings, listener: socket.socket) -> int:
    """Serve with several processes; the exit status."""
    return Supervisor(settings, listener).run()


def allowed(settings: Settings) -> None:
    """Raise ``SettingsError`` when there cannot be as many workers."""
    if settings.workers > MOST:
        raise SettingsError(f"there can be {MOST} workers at most")
    if os.name != "posix":
        raise SettingsError("several workers need a POSIX system")
