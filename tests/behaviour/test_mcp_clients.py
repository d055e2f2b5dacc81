"""The official MCP client against every tool of every package: both protocol eras, over HTTP and stdio."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from .calls import JSON, SERVICES, Call, Service
from .harness import Upstream, environment, server_command
from .upstream import Plan

Origin = Callable[[str, str], str]

ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])
TRANSPORTS = pytest.mark.parametrize("transport", ["http", "stdio"])
PACKAGES = pytest.mark.parametrize(
    "package", [*(service.package for service in SERVICES), "gateway"]
)
TOOLS = {
    "createimagegeneration": "generate-images",
    "createimage": "ollama-create-image",
    "generatefluxdev": "generate-image-flux-1-dev",
    "generatefluxpro": "generate-image-flux-1-pro",
    "generatefluxpro11": "generate-image-flux-1-1-pro",
    "generatefluxpro11ultra": "generate-image-flux-1-1-pro-2",
    "generatefluxschnell": "generate-image-flux-1-schnell",
}

pytestmark = pytest.mark.xdist_group("servers")


def connect(
    package: str, transport: str, mode: Any, upstream: Upstream, origin: Origin
) -> AbstractAsyncContextManager[Client]:
    """A client of the package's MCP server."""
    if transport == "http":
        return Client(f"{origin(package, 'mcp')}/mcp", mode=mode)
    command, *args = server_command(package, "mcp", upstream, "--transport=stdio")
    parameters = StdioServerParameters(command=command, args=args, env=environment())
    return Client(stdio_client(parameters), mode=mode)


def arguments(call: Call) -> dict[str, Any]:
    """The example call as tool arguments: flat for JSON bodies of the OpenAPI tools, `body` otherwise."""
    if isinstance(call.body, bytes):
        binary = [name for name in call.body_types if name != JSON]
        types = {"content_type": binary[0]} if len(binary) > 1 else {}
        body = base64.b64encode(call.body).decode()
        return {**call.parameters, "body": body, **types}
    if call.operation in TOOLS:
        return {"body": call.body}
    return {**call.parameters, **call.body}


def services_of(package: str) -> list[Service]:
    """The services whose tools a server has."""
    return [item for item in SERVICES if package in (item.package, "gateway")]


def check(result: Any, call: Call) -> None:
    """The result must hold the reply: image content, or the JSON as structured content and as text."""
    assert not result.is_error, result.content
    if isinstance(call.reply, bytes):
        (image,) = result.content
        assert image.mime_type == call.reply_type
        assert base64.b64decode(image.data) == call.reply
        return
    assert (
        call.reply in (result.structured_content, result.structured_content["result"])
        if ("result" in (result.structured_content or {}))
        else result.structured_content == call.reply
    )
    assert json.loads(result.content[0].text) in (call.reply, {"result": call.reply})


@PACKAGES
@TRANSPORTS
@ERAS
def test_every_tool(
    upstream: Upstream, origin: Origin, package: str, transport: str, mode: str
) -> None:
    async def run() -> None:
        async with connect(package, transport, mode, upstream, origin) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            for service in services_of(package):
                for call in service.calls:
                    tool = TOOLS.get(call.operation, call.operation)
                    assert tool in names
                    names.discard(tool)
                    check(await client.call_tool(tool, arguments(call)), call)
                    seen = upstream.only()
                    assert seen["target"] == service.mount + call.target
                    if isinstance(call.body, bytes):
                        assert seen["body"] == call.body
                        assert (
                            dict(seen["headers"])["Content-Type"] == call.body_types[0]
                        )
                    else:
                        assert json.loads(seen["body"]) == call.body
                    upstream.clear()
            assert names == set(), "tools that no test called"

    asyncio.run(run())


@PACKAGES
@ERAS
def test_a_wrong_argument_never_reaches_the_upstream(
    upstream: Upstream, origin: Origin, package: str, mode: str
) -> None:
    call = services_of(package)[0].calls[0]
    tool = TOOLS.get(call.operation, call.operation)

    async def run() -> Any:
        async with connect(package, "http", mode, upstream, origin) as client:
            return await client.call_tool(tool, {"body": 7, "model_id": 5})

    assert asyncio.run(run()).is_error
    assert upstream.requests() == []


@PACKAGES
@ERAS
def test_an_upstream_failure_is_a_bounded_tool_error(
    upstream: Upstream, origin: Origin, package: str, mode: str
) -> None:
    call = services_of(package)[0].calls[0]
    tool = TOOLS.get(call.operation, call.operation)
    body = base64.b64encode(json.dumps({"error": "x" * 100_000}).encode()).decode()
    upstream.plan(Plan(status=503, headers={"content-type": JSON}, body=body))

    async def run() -> Any:
        async with connect(package, "http", mode, upstream, origin) as client:
            return await client.call_tool(tool, arguments(call))

    result = asyncio.run(run())
    assert result.is_error
    text = result.content[0].text
    assert "503" in text
    assert len(text) < 10_000
    assert not any(service.secret in text for service in SERVICES)
