"""The generated REST server against the same proxy by hand, on FastAPI with httpx, and by nginx.

CPU per request, latency at 64 connections, and memory after all of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial

from bench import nginx
from bench.load import http_request
from bench.measure import Row, compare
from bench.processes import environment, peer, pin, upstream, uvicorn
from bench.served import CONNECTIONS, cpu_of, percentiles_of, serve

PACKAGE = "ollama_openai_compatibility_images"
BODY = b'{"model":"m","prompt":"a lighthouse at dawn","n":1,"size":"256x256"}'

HAND, FASTAPI, NGINX = (
    "Starlette + aiohttp by hand",
    "FastAPI + httpx",
    "nginx `proxy_pass`",
)
REQUESTS = {"ours": 4000, HAND: 4000, FASTAPI: 500, NGINX: 4000}


def measure(scale: float) -> list[Row]:
    """The rows, from ``7 * scale`` alternated rounds over 16 connections and as many over 64."""
    pin(1)
    with ExitStack() as stack:
        origin = stack.enter_context(upstream())
        env = settings(origin)
        commands = _commands(origin)
        servers = serve(stack, commands, env, request, b"images.example")
        rounds = max(1, round(7 * scale))
        share = min(1.0, scale)
        counts = {name: max(200, round(REQUESTS[name] * share)) for name in servers}
        cpu = cpu_of(servers, counts, rounds, 16)
        quick = {name: server for name, server in servers.items() if name != FASTAPI}
        taken = percentiles_of(quick, max(640, round(6000 * share)), rounds)
        memory = {name: [server.memory()] for name, server in servers.items()}
    return [*_cpu(cpu), *_latency(taken), *_memory(memory)]


def settings(origin: str) -> dict[str, str]:
    """The environment of all servers."""
    return environment(UPSTREAM=origin, OLLAMA_API_KEY="secret")


def _commands(origin: str) -> dict[str, Callable[[int], Sequence[str]]]:
    found: dict[str, Callable[[int], Sequence[str]]] = {
        "ours": lambda port: ours(origin, port),
        HAND: partial(uvicorn, sys.executable, "starlette_aiohttp:app"),
        FASTAPI: partial(uvicorn, peer("python"), "fastapi_httpx:app"),
    }
    program = nginx.nginx()
    if program is None:
        print("no row for nginx: it is not installed (apt-get install nginx)")
    else:
        found[NGINX] = partial(nginx.command, program, origin)
    return found


def ours(origin: str, port: int) -> list[str]:
    """What runs the generated server."""
    options = [f"--port={port}", f"--upstream={origin}"]
    return [sys.executable, "-m", PACKAGE, "rest", *options]


def request(port: int) -> bytes:
    """A request for an image."""
    return http_request("/v1/images/generations", BODY, port)


def _cpu(cpu: dict[str, list[float]]) -> list[Row]:
    limits = {HAND: 1.1, FASTAPI: 0.12, NGINX: None}
    return [
        compare("REST request", cpu["ours"], name, cpu[name], unit="µs", limit=limit)
        for name, limit in limits.items()
        if name in cpu
    ]


def _latency(taken: dict[str, dict[str, list[float]]]) -> list[Row]:
    """No percentile may be worse than by hand."""
    return [
        compare(
            f"REST {word}, {CONNECTIONS} connections",
            values["ours"],
            name,
            values[name],
            unit="ms",
            limit=1.0 if name == HAND else None,
        )
        for word, values in taken.items()
        for name in (HAND, NGINX)
        if name in values
    ]


def _memory(memory: dict[str, list[float]]) -> list[Row]:
    what = "REST memory after the load"
    return [
        compare(what, memory["ours"], name, memory[name], unit="MB", limit=1.0)
        for name in (HAND, FASTAPI)
    ]
