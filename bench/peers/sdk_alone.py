"""The MCP peer to start as fast as: the official SDK's low-level server, one tool by hand.

Over HTTP (``app``) and, run as a program, over standard input and output. With UPSTREAM the tool calls it by aiohttp,
without it answers a constant, and aiohttp is not imported: the SDK alone.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any
from urllib.parse import quote

import mcp_types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

UPSTREAM = os.environ.get("UPSTREAM", "")
NAME = "textGeneration"
SCHEMA = {
    "type": "object",
    "properties": {"model_id": {"type": "string"}, "inputs": {"type": "string"}},
    "required": ["model_id", "inputs"],
}
_sessions: list[Any] = []


async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
    """The one tool."""
    tool = {"name": NAME, "description": "Generate text.", "inputSchema": SCHEMA}
    return types.ListToolsResult.model_validate({"tools": [tool]}, by_name=False)


async def call_tool(context: Any, params: Any) -> types.CallToolResult:
    """Call it."""
    text = await _generate(params.arguments) if UPSTREAM else "Once upon a time"
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)])


async def _generate(arguments: dict[str, Any]) -> str:
    import aiohttp

    if not _sessions:
        headers = {"Authorization": f"Bearer {os.environ['HF_TOKEN']}"}
        connector = aiohttp.TCPConnector(limit=0)
        _sessions.append(aiohttp.ClientSession(connector=connector, headers=headers))
    model = quote(arguments["model_id"], safe="")
    url = f"{UPSTREAM}/models/{model}/text-generation"
    async with _sessions[0].post(url, json={"inputs": arguments["inputs"]}) as reply:
        found: str = await reply.text()
        return found


server: Server[Any] = Server(
    "peer",
    on_list_tools=list_tools,
    on_call_tool=call_tool,
    get_tool_input_schema={NAME: SCHEMA}.get,
)
app = server.streamable_http_app(
    streamable_http_path="/mcp", stateless_http=True, json_response=True
)


async def main() -> None:
    """Serve standard input and output."""
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())
    for session in _sessions:
        await session.close()


if __name__ == "__main__":
    asyncio.run(main())
