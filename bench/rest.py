"""CPU per proxied request of the generated REST server against the same proxy by hand and on FastAPI with httpx."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from bench.load import Load, http_request
from bench.measure import Row, alternate, compare, process_cpu
from bench.processes import (
    environment,
    free_port,
    peer,
    pin,
    running,
    upstream,
    uvicorn,
)

PACKAGE = "ollama_openai_compatibility_images"
BODY = b'{"model":"m","prompt":"a lighthouse at dawn","n":1,"size":"256x256"}'
REQUESTS = 4000


def measure(scale: float) -> list[Row]:
    """Two rows, from ``7 * scale`` alternated rounds over 16 connections."""
    pin(1)
    with ExitStack() as stack:
        origin = stack.enter_context(upstream())
        env = environment(UPSTREAM=origin, OLLAMA_API_KEY="secret")
        ports = {name: free_port() for name in ("ours", "hand", "fastapi")}
        commands = {
            "ours": _ours(origin, ports["ours"]),
            "hand": uvicorn(sys.executable, "starlette_aiohttp:app", ports["hand"]),
            "fastapi": uvicorn(peer("python"), "fastapi_httpx:app", ports["fastapi"]),
        }
        pids = {
            name: stack.enter_context(running(command, ports[name], env))
            for name, command in commands.items()
        }
        requests = max(400, round(REQUESTS * min(1.0, scale)))
        values = alternate(
            {
                name: lambda name=name: cost(pids[name], ports[name], requests)  # type: ignore[misc]
                for name in commands
            },
            max(1, round(7 * scale)),
        )
    what = "REST request"
    return [
        compare(
            what,
            values["ours"],
            "Starlette + aiohttp by hand",
            values["hand"],
            unit="µs",
            limit=1.15,
        ),
        compare(
            what,
            values["ours"],
            "FastAPI + httpx",
            values["fastapi"],
            unit="µs",
            limit=0.15,
        ),
    ]


def _ours(origin: str, port: int) -> list[str]:
    options = [f"--port={port}", f"--upstream={origin}"]
    return [sys.executable, "-m", PACKAGE, "rest", *options]


def cost(pid: int, port: int, requests: int) -> float:
    """µs of the server's CPU per request."""
    before = process_cpu(pid)
    request = http_request("/v1/images/generations", BODY, port)
    Load(request, b"images.example", requests).drive(port)
    return (process_cpu(pid) - before) / requests * 1e6
