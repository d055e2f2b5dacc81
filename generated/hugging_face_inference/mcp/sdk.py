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

from ..server.tracecontext import PARENT, STATE, given
from .news import News
from .telling import Logs, session_of
from .toolbox import (
    ONWARD,
    Identity,
    Library,
    Onward,
    Refused,
    Toolbox,
    Wire,
    capabilities,
)
from .wire import MODERN

MOST_SESSIONS = 1000
"""Sessions at a time; the SDK ends those of half an hour of silence."""

_MOST_VALUES = 100


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
        return listed

    async def call_tool(
        context: Any, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        if params.name not in schemas:
            shown = params.name[:200]
            raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown tool: {shown}")
        arguments, onward = params.arguments or {}, _onward(context)
        tell = logs.telling(context, params.name)
        try:
            result = await toolbox.call(params.name, arguments, onward, tell)
            if tell is not None:
                await tell.end(bool(result.get("isError")))
        finally:
            if tell is not None:
                tell.stop()
        return types.CallToolResult.model_validate(result, by_name=False)

    news = News(library) if library is not None and library.watches else None
    made = SdkServer(
        identity.name,
        version=identity.version,
        title=identity.title or None,
        instructions=identity.instructions or None,
        cache_hints={"server/discover": CacheHint(*identity.cache.values())},
        get_tool_input_schema=schemas.get,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        **logs.handlers(),
        on_subscriptions_listen=news,
        **(_offering(library, identity.cache, sessions) if library is not None else {}),
    )
    made.news = news
    made.able = capabilities(library, sessions=sessions, modern=True)
    made.greeting = capabilities(library, sessions=sessions)
    if sessions and library is not None and library.watches:
        made.add_notification_handler(
            "notifications/initialized", types.NotificationParams, _listing(library)
        )
    return made


def _offering(library: Library, cache: Wire, sessions: bool) -> dict[str, Any]:
    """The handlers of what there is besides tools."""
    return {
        **(_reading(library, cache) if library.has_resources else {}),
        **(_watching(library) if sessions and library.watches else {}),
        **(_prompting(library, cache) if library.prompts else {}),
        **(_completing(library) if library.completes else {}),
    }


def _reading(library: Library, cache: Wire) -> dict[str, Any]:
    """The handlers of resources."""
    templates = types.ListResourceTemplatesResult.model_validate(
        {"resourceTemplates": list(library.templates), **cache}, by_name=False
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
            raise _error(refused, uri=str(params.uri)) from None
        return types.ReadResourceResult.model_validate(
            {"contents": contents}, by_name=False
        )

    return {
        "on_list_resources": list_resources,
        "on_list_resource_templates": list_templates,
        "on_read_resource": read,
    }


def _prompting(library: Library, cache: Wire) -> dict[str, Any]:
    """The handlers of prompts."""
    listed = types.ListPromptsResult.model_validate(
        {"prompts": list(library.prompts), **cache}, by_name=False
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


def _completing(library: Library) -> dict[str, Any]:
    """The handler of completions."""

    async def complete(
        context: Any, params: types.CompleteRequestParams
    ) -> types.CompleteResult:
        about, argument = params.ref, params.argument
        name = about.name if about.type == "ref/prompt" else about.uri
        try:
            found = library.complete(about.type, name, argument.name, argument.value)
        except Refused as refused:
            raise _error(refused) from None
        return types.CompleteResult(
            completion=types.Completion(
                values=list(found[:_MOST_VALUES]),
                total=len(found),
                has_more=len(found) > _MOST_VALUES,
            )
        )

    return {"on_completion": complete}


def _watching(library: Library) -> dict[str, Any]:
    """The handlers of subscriptions to files."""

    async def subscribe(
        context: Any, params: types.SubscribeRequestParams
    ) -> types.EmptyResult:
        uri = str(params.uri)
        try:
            tell = context.session.send_resource_updated
            await library.watch(session_of(context), uri, tell)
        except Refused as refused:
            raise _error(refused, uri=uri) from None
        return types.EmptyResult()

    async def unsubscribe(
        context: Any, params: types.UnsubscribeRequestParams
    ) -> types.EmptyResult:
        library.unwatch(session_of(context), str(params.uri))
        return types.EmptyResult()

    return {
        "on_subscribe_resource": subscribe,
        "on_unsubscribe_resource": unsubscribe,
    }


def _listing(library: Library) -> Any:
    """What is done once a session has begun: it is told when the list of files changes."""

    async def begin(context: Any, params: Any) -> None:
        async def tell(uri: str) -> None:
            await context.session.send_resource_list_changed()

        await library.watch(session_of(context), "", tell)

    return begin


def _onward(context: Any) -> Onward:
    """What goes with upstream calls: over HTTP what the application has left, else the trace that the caller names."""
    meta = context.meta or {}
    traced = given(meta.get(PARENT), meta.get(STATE))
    if context.request is None:
        return traced
    found: dict[str, str] = context.request.scope.get(ONWARD, {})
    return found if PARENT in found else {**traced, **found}


def _error(refused: Refused, **data: str) -> MCPError:
    code = types.INTERNAL_ERROR if refused.failed else types.INVALID_PARAMS
    return MCPError(code=code, message=str(refused), data=data or None)


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
