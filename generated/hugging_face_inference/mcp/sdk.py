# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The official SDK's server over a toolbox: what is not plain, over HTTP and stdio."""

from __future__ import annotations

import logging
from typing import Any

import mcp_types as types

from mcp import MCPError
from mcp.server import Server
from mcp.server.caching import CacheHint
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from .handlers import first_page, listing, note, noted, offering, onward
from .news import News
from .telling import Logs
from .toolbox import Identity, Library, Toolbox, Wire, capabilities, printable
from .wire import MODERN

MOST_SESSIONS = 1000
"""Sessions at a time; the SDK ends those of half an hour of silence."""


class SdkServer(Server[Any]):
    """The SDK's low-level server, which says of itself what the fast path says."""

    news: News | None = None
    """The streams of the modern era, if there is anything to tell."""

    able: Wire
    greeting: Wire
    """What it can do, in the modern era and before."""

    def get_capabilities(
        self, *args: Any, protocol_version: str | None = None, **more: Any
    ) -> types.ServerCapabilities:
        """What the server can do, at a version of the protocol."""
        said = self.able if protocol_version == MODERN else self.greeting
        return types.ServerCapabilities.model_validate(said, by_name=False)


def server(
    toolbox: Toolbox,
    identity: Identity,
    library: Library | None = None,
    sessions: bool = False,
) -> SdkServer:
    """The low-level server; its answers equal those of the fast path.

    With ``sessions``, which last, it also serves what needs them: log messages, and news of files.
    """
    schemas = {tool["name"]: tool["inputSchema"] for tool in toolbox.tools}
    listed = types.ListToolsResult.model_validate(
        {"tools": list(toolbox.tools), **identity.cache}, by_name=False
    )

    logs = Logs(sessions)

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        first_page(params)
        return listed

    async def call_tool(
        context: Any, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name not in schemas:
            shown = params.name[:200]
            raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown tool: {shown}")
        route = f"tools/call {printable(params.name)}"
        note(context, route)
        arguments, headers = params.arguments or {}, onward(context)
        tell = logs.telling(context, params.name)
        try:
            result = await toolbox.call(params.name, arguments, headers, tell)
            if tell is not None:
                await tell.end(bool(result.get("isError")))
        finally:
            if tell is not None:
                tell.stop()
        note(context, route, bool(result.get("isError")))
        return types.CallToolResult.model_validate(result, by_name=False)

    news = News(library) if library is not None and library.watches else None
    made = SdkServer(
        identity.name,
        version=identity.version,
        title=identity.title or None,
        instructions=identity.instructions or None,
        cache_hints={"server/discover": CacheHint(*identity.cache.values())},
        get_tool_input_schema=schemas.get,
        on_list_tools=noted(list_tools),
        on_call_tool=call_tool,
        **logs.handlers(),
        on_subscriptions_listen=news,
        **(offering(library, identity.cache, sessions) if library is not None else {}),
    )
    made.news = news
    made.able = capabilities(library, sessions=sessions, modern=True)
    made.greeting = capabilities(library, sessions=sessions)
    if sessions and library is not None and library.watches:
        made.add_notification_handler(
            "notifications/initialized", types.NotificationParams, listing(library)
        )
    return made


def http_app(
    toolbox: Toolbox,
    identity: Identity,
    max_body: int,
    library: Library | None = None,
    sessions: bool = False,
) -> Any:
    """The SDK's ASGI application for ``/mcp``; with ``sessions`` for clients of the handshake era.

    Host and Origin have been checked before (``server/guard.py``), so its own check,
    which knows fewer settings, is off.
    """
    logging.getLogger("mcp").setLevel(logging.WARNING)
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    made = server(toolbox, identity, library, sessions)
    app = made.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=not sessions,
        max_sessions=MOST_SESSIONS,
        json_response=False,
        max_request_body_size=max_body,
        transport_security=unchecked,
    )
    app.state.news = made.news
    return app


async def serve_lines(
    lines: Any, toolbox: Toolbox, identity: Identity, library: Library | None
) -> None:
    """Serve one connection: ``lines`` is read like a text file, and written to."""
    app = server(toolbox, identity, library, sessions=True)
    async with stdio_server(lines, lines) as (reader, writer):
        await app.run(reader, writer, app.create_initialization_options())
