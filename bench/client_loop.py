"""The process that `bench.clients` starts: the same call through the client and raw, in turns, µs of CPU as JSON.

Both send the same JSON with the same bearer, check the status and decode the reply.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from bench.processes import pin

PATH = "/models/gpt2/text-generation"
BODY = {"inputs": "Once", "parameters": {"max_new_tokens": 5}}
HEADERS = {"Authorization": "Bearer token"}
AT_ONCE = 16


def blocks(count: int) -> Iterator[str]:
    """Who comes next: both in turns, the first of a pair changing, after one uncounted pair."""
    for number in range(count + 1):
        yield from (("ours", "raw") if number % 2 else ("raw", "ours"))


def run_sync(origin: str, count: int, calls: int) -> dict[str, list[float]]:
    """Blocks of calls one after the other."""
    import httpx2
    from hugging_face_inference import HuggingFaceInferenceClient

    values: dict[str, list[float]] = {"ours": [], "raw": []}
    with (
        HuggingFaceInferenceClient(base_url=origin) as client,
        httpx2.Client(base_url=origin, headers=HEADERS, trust_env=False) as raw,
    ):
        texts = client.natural_language_processing

        def ours() -> object:
            return texts.text_generation(model_id="gpt2", body=BODY)

        def theirs() -> object:
            reply = raw.post(PATH, json=BODY)
            reply.raise_for_status()
            return reply.json()

        for name in blocks(count):
            call: Callable[[], object] = ours if name == "ours" else theirs
            start = time.process_time()
            for _ in range(calls):
                call()
            values[name].append((time.process_time() - start) / calls * 1e6)
    return values


async def run_async(origin: str, count: int, calls: int) -> dict[str, list[float]]:
    """Blocks of calls, ``AT_ONCE`` of them under way at any moment."""
    import aiohttp
    from hugging_face_inference import AsyncHuggingFaceInferenceClient

    values: dict[str, list[float]] = {"ours": [], "raw": []}
    jar = aiohttp.DummyCookieJar()
    async with (
        AsyncHuggingFaceInferenceClient(base_url=origin) as client,
        aiohttp.ClientSession(origin, headers=HEADERS, cookie_jar=jar) as raw,
    ):
        texts = client.natural_language_processing

        async def ours() -> object:
            return await texts.text_generation(model_id="gpt2", body=BODY)

        async def theirs() -> object:
            async with raw.post(PATH, json=BODY) as reply:
                reply.raise_for_status()
                return await reply.json()

        for name in blocks(count):
            call: Callable[[], Awaitable[object]] = ours if name == "ours" else theirs
            start = time.process_time()
            await asyncio.gather(
                *(_repeat(call, calls // AT_ONCE + 1) for _ in range(AT_ONCE))
            )
            done = (calls // AT_ONCE + 1) * AT_ONCE
            values[name].append((time.process_time() - start) / done * 1e6)
    return values


async def _repeat(call: Callable[[], Awaitable[object]], times: int) -> None:
    for _ in range(times):
        await call()


def main(mode: str, origin: str, count: str, calls: str) -> None:
    """Print ``{"ours": […], "raw": […]}`` without the first, warming pair."""
    pin(0)
    numbers: Any = origin, int(count), int(calls)
    values = run_sync(*numbers) if mode == "sync" else asyncio.run(run_async(*numbers))
    print(json.dumps({name: found[1:] for name, found in values.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
