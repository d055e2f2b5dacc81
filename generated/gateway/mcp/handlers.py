# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the SDK's server does for resources, prompts, completions and news of files, and what it notes of that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import mcp_types as types

from mcp import MCPError

from ..server.tracecontext import PARENT, STATE, given
from .telling import session_of
from .toolbox import NOTED, ONWARD, Library, Onward, Refused, Wire

Handler: TypeAlias = Callable[[Any, Any], Awaitable[Any]]

_MOST_VALUES = 100
"""Completions of one answer."""


def offering(library: Library, cache: Wire, sessions: bool) -> dict[str, Any]:
    """The handlers of what there is besides tools."""
    found = {
        **(_reading(library, cache) if library.has_resources else {}),
        **(_watching(library) if sessions and library.watches else {}),
        **(_prompting(library, cache) if library.prompts else {}),
        **(_completing(library) if library.completes else {}),
    }
    return {name: noted(handler) for name, handler in found.items()}


def noted(handler: Handler) -> Handler:
    """``handler``, which tells the application the name of its method."""

    async def handle(context: Any, params: Any) -> Any:
        note(context, context.method)
        try:
            return await handler(context, params)
        except MCPError:
            note(context, context.method, failed=True)
            raise

    return handle


def note(context: Any, route: str, failed: bool = False) -> None:
    """Tell the application, over HTTP, where a request has gone."""
    if context.request is not None:
        context.request.scope.get(NOTED, [])[:] = [(route, failed)]


def first_page(params: Any) -> None:
    """Refuse to go on from a cursor, of which there is none: lists are whole."""
    if params is not None and params.cursor:
        raise MCPError(code=types.INVALID_PARAMS, message="Unknown cursor")


def _reading(library: Library, cache: Wire) -> dict[str, Any]:
    """The handlers of resources."""
    templates = types.ListResourceTemplatesResult.model_validate(
        {"resourceTemplates": list(library.templates), **cache}, by_name=False
    )

    kept = {} if library.watches else cache

    async def list_resources(context: Any, params: Any) -> types.ListResourcesResult:
        first_page(params)
        found = list(await library.resources())
        return types.ListResourcesResult.model_validate(
            {"resources": found, **kept}, by_name=False
        )

    async def list_templates(
        context: Any, params: Any
    ) -> types.ListResourceTemplatesResult:
        first_page(params)
        return templates

    async def read(
        context: Any, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        try:
            contents = list(await library.read(str(params.uri), onward(context)))
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
        first_page(params)
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


def listing(library: Library) -> Any:
    """What is done once a session has begun: it is told when the list of files changes."""

    async def begin(context: Any, params: Any) -> None:
        async def tell(uri: str) -> None:
            await context.session.send_resource_list_changed()

        await library.watch(session_of(context), "", tell)

    return begin


def onward(context: Any) -> Onward:
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
