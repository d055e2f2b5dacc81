# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What every generated client and resource has besides its operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from .._runtime.credentials import Given
from .._runtime.request import Timeouts
from .._runtime.retry import Retry
from .._runtime.service import BaseUrl, Service
from .._runtime.sync import SyncTransport
from ._core import Core
from ._engine import AsyncEngine, Engine

if TYPE_CHECKING:
    from .._runtime import aio, sync

C = TypeVar("C", bound="Client")
A = TypeVar("A", bound="AsyncClient")


class Resource:
    """The operations of one tag."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine


class AsyncResource:
    """The operations of one tag, to be awaited."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine


class Client:
    """Settings, opening and closing of a client."""

    def __init__(
        self,
        service: Service,
        credentials: Mapping[str, Given],
        *,
        base_url: BaseUrl,
        timeout: Timeouts | float | None,
        retries: Retry | int | None,
        transport: sync.Injected | None,
        strict: bool,
        user_agent: str,
        server: str = "",
    ) -> None:
        core = Core(
            service,
            credentials,
            base_url=base_url,
            timeout=timeout,
            retries=retries,
            strict=strict,
            user_agent=user_agent,
            server=server,
        )
        self._engine = Engine(core, SyncTransport(transport))

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        self._engine.transport.close()

    def __enter__(self: C) -> C:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._engine.core.base_url!r})"


class AsyncClient:
    """Settings, opening and closing of an asynchronous client."""

    def __init__(
        self,
        service: Service,
        credentials: Mapping[str, Given],
        *,
        base_url: BaseUrl,
        timeout: Timeouts | float | None,
        retries: Retry | int | None,
        transport: aio.Injected | None,
        strict: bool,
        user_agent: str,
        server: str = "",
    ) -> None:
        from .._runtime.aio import AsyncTransport

        core = Core(
            service,
            credentials,
            base_url=base_url,
            timeout=timeout,
            retries=retries,
            strict=strict,
            user_agent=user_agent,
            server=server,
        )
        self._engine = AsyncEngine(core, AsyncTransport(transport))

    async def close(self) -> None:
        """Close all connections; a second call does nothing."""
        await self._engine.transport.close()

    async def __aenter__(self: A) -> A:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._engine.core.base_url!r})"
