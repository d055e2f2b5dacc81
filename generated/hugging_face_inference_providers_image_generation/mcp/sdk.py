# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The official SDK's server over a toolbox: protocol edge cases over HTTP, and everything over stdio."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from typing import Any

import mcp_types as types

from mcp import MCPError
from mcp.server import Server
from mcp.server.caching import CacheHint
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from ..server.tracecontext import PARENT, STATE, given
from .toolbox import ONWARD, Identity, Library, Onward, Refused, Toolbox
from .wire import CACHE, TTL_MS

_CLOSE_SECONDS = 5.0


def server(
    toolbox: Toolbox, identity: Identity, library: Library | None = None
) -> Server[Any]:
    """The low-level server; its answers equal those of the fast path."""
    schemas = {tool["name"]: tool["inputSchema"] for tool in toolbox.tools}
    listed = types.ListToolsResult.model_validate(
        {"tools": list(toolbox.tools), **CACHE}, by_name=False
    )

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return listed

    async def call_tool(
        context: Any, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name not in schemas:
            shown = params.name[:200]
            raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown tool: {shown}")
        result = await toolbox.call(
            params.name, params.arguments or {}, _onward(context)
        )
        return types.CallToolResult.model_validate(result, by_name=False)

    return Server(
        identity.name,
        version=identity.version,
        title=identity.title or None,
        instructions=identity.instructions or None,
        cache_hints={"server/discover": CacheHint(TTL_MS, "public")},
        get_tool_input_schema=schemas.get,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        **(_reading(library) if library is not None and library.has_resources else {}),
        **(_prompting(library) if library is not None and library.prompts else {}),
    )


def _reading(library: Library) -> dict[str, Any]:
    """The handlers of resources."""
    templates = types.ListResourceTemplatesResult.model_validate(
        {"resourceTemplates": list(library.templates), **CACHE}, by_name=False
    )

    async def list_resources(context: Any, params: Any) -> types.ListResourcesResult:
        found = list(await library.resources())
        return types.ListResourcesResult.model_validate(
            {"resources": found}, by_name=False
        )

    async def list_templates(
        context: Any, params: Any
    ) -> types.ListResourceTemplatesResult:
        return templates

    async def read(
        context: Any, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        try:
            contents = list(await library.read(str(params.uri), _onward(context)))
        except Refused as refused:
            raise _error(refused) from None
        return types.ReadResourceResult.model_validate(
            {"contents": contents}, by_name=False
        )

    return {
        "on_list_resources": list_resources,
        "on_list_resource_templates": list_templates,
        "on_read_resource": read,
    }


def _prompting(library: Library) -> dict[str, Any]:
    """The handlers of prompts."""
    listed = types.ListPromptsResult.model_validate(
        {"prompts": list(library.prompts), **CACHE}, by_name=False
    )

    async def list_prompts(context: Any, params: Any) -> types.ListPromptsResult:
        return listed

    async def get_prompt(
        context: Any, params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        try:
            found = list(await library.prompt(params.name, params.arguments or {}))
        except Refused as refused:
            raise _error(refused) from None
        return types.GetPromptResult.model_validate({"messages": found}, by_name=False)

    return {"on_list_prompts": list_prompts, "on_get_prompt": get_prompt}


def _onward(context: Any) -> Onward:
    """What goes with upstream calls: over HTTP what the application has left, else the trace that the caller names."""
    meta = context.meta or {}
    traced = given(meta.get(PARENT), meta.get(STATE))
    if context.request is None:
        return traced
    found: dict[str, str] = context.request.scope.get(ONWARD, {})
    return found if PARENT in found else {**traced, **found}


def _error(refused: Refused) -> MCPError:
    code = types.INTERNAL_ERROR if refused.failed else types.INVALID_PARAMS
    return MCPError(code=code, message=str(refused))


def http_app(
    toolbox: Toolbox, identity: Identity, max_body: int, library: Library | None = None
) -> Any:
    """The SDK's ASGI application for ``/mcp``.

    Host and Origin have been checked before (``server/guard.py``), so its own check,
    which knows fewer settings, is off.
    """
    logging.getLogger("mcp").setLevel(logging.WARNING)
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server(toolbox, identity, library).streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        json_response=False,
        max_request_body_size=max_body,
        transport_security=unchecked,
    )


def serve_stdio(
    toolbox: Toolbox, identity: Identity, library: Library | None = None
) -> int:
    """Serve standard input and output until they end or a stop signal comes."""
    asyncio.run(_stdio(toolbox, identity, library))
    return 0


async def _stdio(toolbox: Toolbox, identity: Identity, library: Library | None) -> None:
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()

    def stop() -> None:
        if not stopping:
            stopping.add(loop.create_task(_exit(toolbox)))

    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
    app = server(toolbox, identity, library)
    try:
        async with stdio_server() as (reader, writer):
            await app.run(reader, writer, app.create_initialization_options())
    finally:
        await toolbox.close()
        if library is not None:
            await library.close()


async def _exit(toolbox: Toolbox) -> None:
    """Leave at once: a thread that waits for standard input would keep the process."""
    try:
        await asyncio.wait_for(toolbox.close(), _CLOSE_SECONDS)
    finally:
        sys.stderr.flush()
        os._exit(0)
