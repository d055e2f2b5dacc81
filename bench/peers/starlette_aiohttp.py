"""The REST peer to be near: the images proxy as one writes it by hand on Starlette and aiohttp.

Parses the JSON, sends it on with our bearer, passes status, media type and body back. Nothing else: no validation.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

UPSTREAM = os.environ["UPSTREAM"] + "/images/generations"
HEADERS = {
    "Authorization": f"Bearer {os.environ['OLLAMA_API_KEY']}",
    "Content-Type": "application/json",
}


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Hold one session, without cookies or a limit of its own on connections."""
    jar = aiohttp.DummyCookieJar()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as session:
        app.state.session = session
        yield


async def images(request: Request) -> Response:
    """Forward one request."""
    payload = msgspec.json.decode(await request.body())
    data = msgspec.json.encode(payload)
    session = request.app.state.session
    async with session.post(UPSTREAM, data=data, headers=HEADERS) as reply:
        return Response(
            await reply.read(), reply.status, media_type=reply.headers["Content-Type"]
        )


app = Starlette(
    routes=[Route("/v1/images/generations", images, methods=["POST"])],
    lifespan=lifespan,
)
