"""What a capability of 1,158 operations costs against one of 116: to build, to judge, and per MCP tools/call."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.load import Load, http_request
from bench.measure import Row, alternate, command_cpu, compare, process_cpu
from bench.processes import WORK, environment, free_port, pin, running, upstream
from bench.tools import VERSION

SIZES = (116, 1158)
LIMIT = 1.1
"""How much more than in proportion to its operations the large one may cost."""

REQUESTS = 4000
HEAD = """\
naftiko: 1.0.0-alpha2
info: {label: Sized, description: Many operations.}
binds: [{namespace: env, keys: {SIZED_TOKEN: SIZED_TOKEN}}]
capability:
  consumes:
  - type: http
    namespace: sized
    baseUri: https://sized.example.com/v1
    authentication: {type: bearer, token: '{{SIZED_TOKEN}}'}
    resources:
"""
RESOURCE = """\
    - name: things-{n}
      path: /groups-{n}/{{{{group}}}}/things
      operations:
      - name: list-things-{n}
        method: GET
        inputParameters: [{{name: group, in: path}}, {{name: limit, in: query}}]
      - name: make-thing-{n}
        method: POST
        inputParameters: [{{name: group, in: path}}]
        body: '{{"name": {{{{name}}}}, "tags": {{{{tags}}}}}}'
"""
ROUTES = """\
    - path: /groups-{n}/{{{{group}}}}/things
      name: things-{n}
      description: Things.
      operations:
      - method: GET
        name: list-things-{n}
        description: All things of a group.
        call: sized.list-things-{n}
        inputParameters: [{{name: group, in: path, type: string, description: The group.}}]
        outputParameters:
        - type: array
          mapping: $.items
          items:
            type: object
            properties: {{id: {{type: string, mapping: $.id}}, name: {{type: string, mapping: $.name}}}}
      - method: POST
        name: make-thing-{n}
        description: One more thing.
        call: sized.make-thing-{n}
        inputParameters:
        - {{name: group, in: path, type: string, description: The group.}}
        - {{name: name, in: body, type: string, description: Its name.}}
        - {{name: tags, in: body, type: array, description: Its tags.}}
"""
TOOLS = """\
    - name: list-things-{n}
      description: All things of a group.
      call: sized.list-things-{n}
      inputParameters:
      - {{name: group, type: string, description: The group.}}
      - {{name: limit, type: integer, description: How many., required: false}}
    - name: make-thing-{n}
      description: One more thing.
      call: sized.make-thing-{n}
      inputParameters:
      - {{name: group, type: string, description: The group.}}
      - {{name: name, type: string, description: Its name.}}
      - {{name: tags, type: array, description: Its tags.}}
"""


def document(size: int) -> Path:
    """A capability of ``size`` operations, each a route and a tool, written below `bench/.work`."""
    numbers = range(size // 2)
    parts = (
        HEAD,
        *(RESOURCE.format(n=n) for n in numbers),
        "  exposes:\n  - type: rest\n    namespace: sized-rest\n    port: 8080\n    resources:\n",
        *(ROUTES.format(n=n) for n in numbers),
        "  - type: mcp\n    namespace: sized-mcp\n    port: 9090\n    tools:\n",
        *(TOOLS.format(n=n) for n in numbers),
    )
    target = WORK / f"scaling-{size}" / "sized.yaml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(parts), encoding="utf-8")
    return target


def command(verb: str, size: int) -> float:
    """CPU seconds of a cold ``build``, or of ``validate``, of the document of ``size``."""
    source = document(size)
    words = [sys.executable, "-m", "naftiko_codegen", verb, str(source), "-q"]
    if verb == "build":
        output = source.parent / "generated"
        shutil.rmtree(output, ignore_errors=True)
        words += ["-o", str(output)]
    return command_cpu(words, env=environment())


def call(port: int) -> bytes:
    """A tools/call of the newest protocol version as bytes."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    }
    arguments = {"group": "a", "name": "b", "tags": ["c"]}
    params = {"name": "make-thing-57", "arguments": arguments, "_meta": meta}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return http_request(
        "/mcp",
        json.dumps(body).encode(),
        port,
        "Accept: application/json, text/event-stream",
        f"MCP-Protocol-Version: {VERSION}",
        "Mcp-Method: tools/call",
        "Mcp-Name: make-thing-57",
    )


def cost(pid: int, port: int, requests: int) -> float:
    """µs of the server's CPU per call."""
    before = process_cpu(pid)
    Load(call(port), b"Once upon a time", requests).drive(port, connections=4)
    return (process_cpu(pid) - before) / requests * 1e6


def calls(scale: float) -> dict[int, list[float]]:
    """µs per call with the tools of each size, from ``5 * scale`` rounds; the builds have left the servers."""
    with ExitStack() as stack:
        origin = stack.enter_context(upstream())
        actions: dict[str, Callable[[], float]] = {}
        for size in SIZES:
            folder, port = document(size).parent / "generated", free_port()
            env = environment(PYTHONPATH=str(folder), SIZED_TOKEN="t")
            words = [sys.executable, "-m", "sized", "mcp", f"--port={port}"]
            pid = stack.enter_context(
                running([*words, f"--upstream={origin}"], port, env)
            )
            requests = max(10, round(REQUESTS * min(1.0, scale)))
            actions[str(size)] = lambda pid=pid, port=port, n=requests: cost(pid, port, n)  # type: ignore[misc]
        found = alternate(actions, max(1, round(5 * scale)))
        return {int(size): values for size, values in found.items()}


def measure(scale: float) -> list[Row]:
    """Ratios of the large to the small one; those of commands may grow with the operations."""
    small, large = SIZES
    rows = []
    for verb in ("build", "validate"):
        actions = {str(s): lambda v=verb, s=s: command(v, s) for s in SIZES}  # type: ignore[misc]
        found = alternate(actions, max(1, round(5 * scale)))
        what, peer = f"{verb}, {large:,} operations", f"{small} operations"
        limit = LIMIT * large / small
        rows.append(
            compare(
                what,
                found[str(large)],
                peer,
                found[str(small)],
                unit="s",
                limit=round(limit, 2),
            )
        )
    pin(1)
    by_size = calls(scale)
    what, peer = f"MCP tools/call, {large:,} tools", f"ours, {small} tools"
    rows.append(
        compare(what, by_size[large], peer, by_size[small], unit="µs", limit=LIMIT)
    )
    return rows
