# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Looks after all that is being answered, in rounds: what is quick pays for no timer of its own."""

from __future__ import annotations

import asyncio
from threading import get_ident
from typing import Protocol

ROUND = 0.05
"""Seconds between two rounds."""


class Armed(Protocol):
    """Something that is looked after."""

    def arm(self) -> None:
        """It lasts."""


class Patrol:
    """Arms, once, each item that has been there for a whole round, so after one to two rounds."""

    __slots__ = ("_items", "_known", "_walking", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """For items of one event loop."""
        self.loop = loop
        self._items: set[Armed] = set()
        self._known: set[Armed] = set()
        self._walking = False

    def add(self, item: Armed) -> None:
        """Look after ``item``."""
        self._items.add(item)
        if not self._walking:
            self._walking = True
            self.loop.call_later(ROUND, self._walk)

    def remove(self, item: Armed) -> None:
        """Let it go, whether it has been armed or not."""
        self._items.discard(item)

    def _walk(self) -> None:
        lasting = self._items & self._known
        self._items -= lasting
        self._known = set(self._items)
        self._walking = bool(self._items)
        if self._walking:
            self.loop.call_later(ROUND, self._walk)
        for item in lasting:
            item.arm()


_of_thread: dict[int, Patrol] = {}


def patrol() -> Patrol:
    """The one of the running loop, of which a thread has one. To ask for the loop itself costs a system call."""
    found = _of_thread.get(get_ident())
    if found is None or not found.loop.is_running():
        found = _of_thread[get_ident()] = Patrol(asyncio.get_running_loop())
    return found
