"""CPU per MCP tools/call of the generated server against FastMCP.from_openapi, with 15, 60 and 240 tools."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from bench.load import Load, http_request
from bench.measure import Row, alternate, compare, process_cpu
from bench.processes import (
    DOCUMENT,
    WORK,
    environment,
    free_port,
    peer,
    pin,
    running,
    upstream,
    uvicorn,
)

PACKAGE = "hugging_face_inference"
SIZES = (15, 60, 240)
VERSION = "2026-07-28"
REQUESTS = {"ours": 4000, "peer": 250}
TOOL = "textGeneration"


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


def call(port: int) -> bytes:
    """A tools/call of the newest protocol version as bytes."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    }
    arguments = {"model_id": "gpt2", "inputs": "Once"}
    params = {"name": TOOL, "arguments": arguments, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return http_request(
        "/mcp",
        json.dumps(body).encode(),
        port,
        "Accept: application/json, text/event-stream",
        f"MCP-Protocol-Version: {VERSION}",
        "Mcp-Method: tools/call",
        f"Mcp-Name: {TOOL}",
    )


def cost(pid: int, port: int, requests: int) -> float:
    """µs of the server's CPU per call."""
    before = process_cpu(pid)
    Load(call(port), b"Once upon a time", requests).drive(port, connections=4)
    return (process_cpu(pid) - before) / requests * 1e6


def costs(size: int, scale: float) -> dict[str, list[float]]:
    """µs per call of both servers with ``size`` tools, from ``5 * scale`` alternated rounds."""
    source = document(size)
    output = source.parent / "generated"
    command = [
        sys.executable,
        "-m",
        "naftiko_codegen",
        "build",
        str(source),
        "-q",
        "-o",
        str(output),
    ]
    subprocess.run(command, check=True, env=environment())
    with ExitStack() as stack:
        origin = stack.enter_context(upstream())
        env = environment(
            PYTHONPATH=str(output),
            UPSTREAM=origin,
            DOCUMENT=str(source),
            HF_TOKEN="t",
            HUGGING_FACE_INFERENCE_TOKEN="t",
        )
        ports = {"ours": free_port(), "peer": free_port()}
        ours = [
            sys.executable,
            "-m",
            PACKAGE,
            "mcp",
            f"--port={ports['ours']}",
            f"--upstream={origin}",
        ]
        commands = {
            "ours": ours,
            "peer": uvicorn(peer("python"), "fastmcp_openapi:app", ports["peer"]),
        }
        pids = {
            name: stack.enter_context(running(command, ports[name], env))
            for name, command in commands.items()
        }
        factor = min(1.0, scale)
        counts = {"ours": REQUESTS["ours"], "peer": REQUESTS["peer"] * 15 // size}
        return alternate(
            {
                name: lambda name=name: cost(pids[name], ports[name], max(10, round(counts[name] * factor)))  # type: ignore[misc]
                for name in commands
            },
            max(1, round(5 * scale)),
        )


def measure(scale: float) -> list[Row]:
    """A row per size, and ours with 240 tools against ours with 15."""
    pin(1)
    by_size = {size: costs(size, scale) for size in SIZES}
    rows = [
        compare(
            f"MCP tools/call, {size} tools",
            values["ours"],
            "FastMCP.from_openapi",
            values["peer"],
            unit="µs",
            limit=0.06,
        )
        for size, values in by_size.items()
    ]
    first, last = by_size[SIZES[0]]["ours"], by_size[SIZES[-1]]["ours"]
    return [
        *rows,
        compare(
            "MCP tools/call, 240 tools",
            last,
            "ours, 15 tools",
            first,
            unit="µs",
            limit=1.1,
        ),
    ]
