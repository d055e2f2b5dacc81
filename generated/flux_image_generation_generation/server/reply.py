# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the servers need of a reply of the upstream, whatever transport it came over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol


class Reply(Protocol):
    """A reply of the upstream; its body is read at most once."""

    status: int

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in any case."""
        ...

    async def read(self, limit: int | None = None) -> bytes:
        """The whole body; raises ``TransportError``, ``ReplyTooLarge`` above ``limit`` bytes."""
        ...

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """The body as it arrives; raises ``TransportError``."""
        ...

    async def close(self) -> None:
        """End the call."""

    def when_done(self, done: Callable[[], None]) -> None:
        """Call ``done`` once nothing more is to come of the upstream; at once when that is so already."""
