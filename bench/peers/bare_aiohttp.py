"""The MCP peer to be near: one tool in bare ASGI and aiohttp, the least that answers a ``tools/call`` rightly.

It parses the JSON-RPC message, looks the tool up, puts its URL and body together, calls the upstream with our bearer,
parses the reply, and answers with its text and its structured content. It leaves out what a server that is exposed
needs: no check of arguments, headers, Host, Origin or media type, no bound on any size or time, no cancellation when
the caller leaves, no retries or breaker, no request ids, metrics, log or traces, and one protocol version only.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

UPSTREAM = os.environ["UPSTREAM"]
HEADERS = {
    "Authorization": f"Bearer {os.environ['HF_TOKEN']}",
    "Content-Type": "application/json",
}
INFO = {"io.modelcontextprotocol/serverInfo": {"name": "bare", "version": "1"}}
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class App:
    """The application."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession
        self._tools = {"textGeneration": self.text_generation}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a request, or open and close the session."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        message = await receive()
        body: bytes = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        call = _decode(body)
        params = call["params"]
        answer = {
            "jsonrpc": "2.0",
            "id": call["id"],
            "result": await self._tools[params["name"]](params["arguments"]),
        }
        encoded = _encode(answer)
        length = str(len(encoded)).encode("ascii")
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": encoded})

    async def text_generation(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The one tool."""
        model = quote(arguments.pop("model_id"), safe="")
        url = f"{UPSTREAM}/models/{model}/text-generation"
        data = _encode(arguments)
        async with self._session.post(url, data=data, headers=HEADERS) as reply:
            raw = await reply.read()
            failed = reply.status >= 300
        result: dict[str, Any] = {
            "_meta": INFO,
            "resultType": "complete",
            "content": [{"type": "text", "text": raw.decode()}],
            "isError": failed,
        }
        if not failed:
            result["structuredContent"] = {"result": _decode(raw)}
        return result

    async def _live(
        self,
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        await receive()
        connector = aiohttp.TCPConnector(limit=0)
        jar = aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=jar)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._session.close()
        await send({"type": "lifespan.shutdown.complete"})


app = App()
