"""One way to call the synchronous and the asynchronous client, so that every test runs on both."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from client_fixture import zoo

from .scripted import Scripted

MODES = ("sync", "async")
TOKEN = "zoo-s3cr3t-token"


def client_class(mode: str) -> Any:
    """The client of the mode."""
    return getattr(zoo(), "ZooClient" if mode == "sync" else "AsyncZooClient")


def use(
    mode: str, server: Scripted | str, work: Callable[[Any], Any], **settings: Any
) -> Any:
    """``work(client)``, awaited where the mode asks for it, with a client that is closed afterwards."""
    url = server if isinstance(server, str) else server.url
    settings = {"base_url": url, "token": TOKEN, **settings}
    if mode == "sync":
        with client_class(mode)(**settings) as client:
            return work(client)

    async def run() -> Any:
        async with client_class(mode)(**settings) as client:
            found = work(client)
            return await found if inspect.isawaitable(found) else found

    return asyncio.run(run())


def call(
    mode: str, server: Scripted | str, name: str, settings: Any = None, **arguments: Any
) -> Any:
    """Call the method ``name`` (``images.draw``); bytes that are still on their way are read."""

    def work(client: Any) -> Any:
        method = client
        for part in name.split("."):
            method = getattr(method, part)
        if mode == "sync":
            found = method(**arguments)
            return found.read() if hasattr(found, "read") else found

        async def run() -> Any:
            found = await method(**arguments)
            return await found.read() if hasattr(found, "read") else found

        return run()

    return use(mode, server, work, **(settings or {}))
