"""The generated MCP server against one tool in bare ASGI, the SDK by hand, and FastMCP.from_openapi.

CPU per tools/call with 15, 60 and 240 tools, latency at 64 connections, and memory after the load.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from bench.load import http_request
from bench.measure import Row, compare
from bench.processes import (
    DOCUMENT,
    WORK,
    environment,
    peer,
    pin,
    upstream,
    uvicorn,
)
from bench.served import CONNECTIONS, cpu_of, percentiles_of, serve

PACKAGE = "hugging_face_inference"
SIZES = (15, 60, 240)
VERSION = "2026-07-28"
TOOL = "textGeneration"
BARE, SDK, FASTMCP = (
    "bare ASGI + aiohttp, one tool",
    "the SDK + aiohttp, one tool",
    "FastMCP.from_openapi",
)
REQUESTS = {"ours": 4000, BARE: 4000, SDK: 1000, FASTMCP: 150}
LIMIT = 0.04
"""Of what FastMCP costs."""


def document(size: int) -> Path:
    """The Hugging Face document repeated until it has ``size`` operations, written below `bench/.work`."""
    loaded = yaml.load(DOCUMENT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    paths: dict[str, Any] = dict(loaded["paths"])
    for number in range(2, size // 15 + 1):
        for path, item in loaded["paths"].items():
            twin = copy.deepcopy(item)
            twin["post"]["operationId"] += f"Copy{number}"
            paths[f"/copy-{number}{path}"] = twin
    target = WORK / f"sized-{size}" / "inference.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({**loaded, "paths": paths}), encoding="utf-8")
    return target


def build(size: int) -> Path:
    """The folder of the package with ``size`` tools."""
    source = document(size)
    output = source.parent / "generated"
    words = [sys.executable, "-m", "naftiko_codegen", "build", str(source), "-q"]
    subprocess.run([*words, "-o", str(output)], check=True, env=environment())
    return output


def message(method: str, more: dict[str, Any], **params: Any) -> bytes:
    """A JSON-RPC message of the newest protocol version, with ``more`` in its envelope."""
    meta = {
        **more,
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": method}
    return json.dumps({**body, "params": {**params, "_meta": meta}}).encode()


def unusual(port: int) -> bytes:
    """A tools/call that asks for messages of the log, which is left to the SDK."""
    return call(port, {"io.modelcontextprotocol/logLevel": "error"})


def call(port: int, more: dict[str, Any] | None = None) -> bytes:
    """A tools/call of the newest protocol version over HTTP."""
    arguments = {"model_id": "gpt2", "inputs": "Once"}
    return http_request(
        "/mcp",
        message("tools/call", more or {}, name=TOOL, arguments=arguments),
        port,
        "Accept: application/json, text/event-stream",
        f"MCP-Protocol-Version: {VERSION}",
        "Mcp-Method: tools/call",
        f"Mcp-Name: {TOOL}",
    )


def settings(origin: str, size: int, output: Path) -> dict[str, str]:
    """The environment of all servers."""
    return environment(
        PYTHONPATH=str(output),
        UPSTREAM=origin,
        DOCUMENT=str(document(size)),
        HF_TOKEN="t",
        HUGGING_FACE_INFERENCE_TOKEN="t",
    )


def commands(origin: str) -> dict[str, Callable[[int], Sequence[str]]]:
    """What runs each server on a port."""
    ours = [sys.executable, "-m", PACKAGE, "mcp", f"--upstream={origin}"]
    return {
        "ours": lambda port: [*ours, f"--port={port}"],
        BARE: partial(uvicorn, sys.executable, "bare_aiohttp:app"),
        SDK: partial(uvicorn, sys.executable, "sdk_alone:app"),
        FASTMCP: partial(uvicorn, peer("python"), "fastmcp_openapi:app"),
    }


def costs(size: int, scale: float) -> dict[str, list[float]]:
    """µs per call of ours and FastMCP with ``size`` tools, from ``5 * scale`` alternated rounds."""
    output = build(size)
    with ExitStack() as stack:
        origin = stack.enter_context(upstream())
        env = settings(origin, size, output)
        both = {n: c for n, c in commands(origin).items() if n in ("ours", FASTMCP)}
        servers = serve(stack, both, env, call, b"Once upon a time")
        share = min(1.0, scale)
        counts = {"ours": REQUESTS["ours"], FASTMCP: REQUESTS[FASTMCP] * 15 // size}
        counts = {name: max(10, round(n * share)) for name, n in counts.items()}
        return cpu_of(servers, counts, max(1, round(5 * scale)), 4)


def closely(scale: float) -> list[Row]:
    """The rows against all peers, with 15 tools."""
    size = SIZES[0]
    output = build(size)
    with ExitStack() as stack:
        origin = stack.enter_context(upstream())
        env = settings(origin, size, output)
        servers = serve(stack, commands(origin), env, call, b"Once upon a time")
        share, rounds = min(1.0, scale), max(1, round(7 * scale))
        counts = {n: max(10, round(share * REQUESTS[n])) for n in servers}
        cpu = cpu_of(servers, counts, rounds, 16)
        quick = {name: servers[name] for name in ("ours", BARE)}
        taken = percentiles_of(quick, max(640, round(6000 * share)), rounds)
        memory = {name: [server.memory()] for name, server in servers.items()}
    limits = {BARE: 1.1, SDK: None, FASTMCP: LIMIT}
    what = "MCP tools/call"
    rows = [
        compare(what, cpu["ours"], name, cpu[name], unit="µs", limit=limit)
        for name, limit in limits.items()
    ]
    for word, values in taken.items():
        what = f"MCP {word}, {CONNECTIONS} connections"
        rows.append(
            compare(what, values["ours"], BARE, values[BARE], unit="ms", limit=1.0)
        )
    what = "MCP memory after the load"
    rows += [
        compare(what, memory["ours"], name, memory[name], unit="MB", limit=1.0)
        for name in limits
    ]
    return rows


def measure(scale: float) -> list[Row]:
    """A row per peer and size."""
    pin(1)
    rows = closely(scale)
    by_size = {size: costs(size, scale) for size in SIZES[1:]}
    for size, values in by_size.items():
        what = f"MCP tools/call, {size} tools, 4 connections"
        ours, theirs = values["ours"], values[FASTMCP]
        rows.append(compare(what, ours, FASTMCP, theirs, unit="µs", limit=LIMIT))
    return rows
