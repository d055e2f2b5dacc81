"""The REST peer to beat: the images proxy on FastAPI, pydantic models and httpx, as tutorials write it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict


class ImageRequest(BaseModel):
    """The request body; unknown fields are kept."""

    model_config = ConfigDict(extra="allow")

    prompt: str
    model: str | None = None
    n: int | None = None
    size: str | None = None


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold one client with our bearer."""
    headers = {"Authorization": f"Bearer {os.environ['OLLAMA_API_KEY']}"}
    base_url = os.environ["UPSTREAM"]
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=base_url, headers=headers, limits=limits
    ) as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/v1/images/generations")
async def images(body: ImageRequest, request: Request) -> Any:
    """Forward one request."""
    payload = body.model_dump(exclude_unset=True)
    reply = await request.app.state.client.post("/images/generations", json=payload)
    media_type = reply.headers["content-type"]
    return Response(reply.content, reply.status_code, media_type=media_type)
