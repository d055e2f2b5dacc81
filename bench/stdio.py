"""MCP over standard input and output: calls one after the other, and the start, against the SDK by hand and FastMCP."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from bench import tools
from bench.measure import Row, alternate, compare
from bench.processes import CORES, ROOT, WORK, peer, pin, upstream
from bench.starting import cpu

HANDSHAKE = "2025-11-25"
CALLS = 200


class Client:
    """A server that runs as this program's child, and has been greeted."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        begun = time.perf_counter()
        with (WORK / "servers.log").open("ab") as log:
            self.child = subprocess.Popen(
                ["taskset", "-c", str(CORES[0]), *command],
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        who = {"name": "bench", "version": "1"}
        given = {"protocolVersion": HANDSHAKE, "capabilities": {}, "clientInfo": who}
        self.ask("initialize", given)
        self.seconds = time.perf_counter() - begun
        self.start_cpu = cpu(self.child.pid)
        self._say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def ask(self, method: str, params: Any) -> Any:
        """The result of a request; what else the server says meanwhile is left out."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        self._say(request)
        assert self.child.stdout
        while line := self.child.stdout.readline():
            answer = json.loads(line)
            if answer.get("id") == 1:
                return answer["result"]
        raise RuntimeError(f"{self.child.args!r} ended; see bench/.work/servers.log")

    def _say(self, message: Any) -> None:
        assert self.child.stdin
        self.child.stdin.write(json.dumps(message).encode() + b"\n")
        self.child.stdin.flush()

    def calls(self, count: int) -> tuple[float, float]:
        """µs until half of the calls are answered, and of CPU per call."""
        arguments = {"model_id": "gpt2", "inputs": "Once"}
        params = {"name": tools.TOOL, "arguments": arguments}
        taken = []
        before = cpu(self.child.pid)
        for _ in range(count):
            begun = time.perf_counter()
            result = self.ask("tools/call", params)
            taken.append(time.perf_counter() - begun)
            if "Once upon a time" not in result["content"][0]["text"]:
                raise RuntimeError(f"wrong answer: {result}")
        spent = (cpu(self.child.pid) - before) / count
        return statistics.median(taken) * 1e6, spent * 1e6

    def close(self) -> None:
        """End it."""
        self.child.kill()
        self.child.communicate()


@contextmanager
def client(command: Sequence[str], env: Mapping[str, str]) -> Iterator[Client]:
    """A client until the end of the block."""
    found = Client(command, env)
    try:
        yield found
    finally:
        found.close()


def measure(scale: float) -> list[Row]:
    """Rows of calls and of starts, from ``7 * scale`` alternated rounds."""
    output = tools.build(tools.SIZES[0])
    pin(1)
    peers = ROOT / "bench" / "peers"
    with ExitStack() as stack:
        origin = stack.enter_context(upstream())
        env = tools.settings(origin, tools.SIZES[0], output)
        ours = ["-m", tools.PACKAGE, "mcp", "--transport=stdio", f"--upstream={origin}"]
        commands = {
            "ours": [sys.executable, *ours],
            tools.SDK: [sys.executable, str(peers / "sdk_alone.py")],
            tools.FASTMCP: [peer("python"), str(peers / "fastmcp_openapi.py")],
        }
        found: dict[str, dict[str, list[float]]] = {
            what: {name: [] for name in commands} for what in LIMITS
        }
        clients = {
            name: stack.enter_context(client(command, env))
            for name, command in commands.items()
        }

        def once(name: str) -> float:
            middle, spent = clients[name].calls(max(10, round(CALLS * min(1.0, scale))))
            with client(commands[name], env) as started:
                values = (middle, spent, started.seconds, started.start_cpu)
            for (_, kept), value in zip(found.items(), values, strict=True):
                kept[name].append(value)
            return 0.0

        alternate(
            {name: lambda name=name: once(name) for name in commands},  # type: ignore[misc]
            max(1, round(7 * scale)),
        )
    return [
        compare(what, kept["ours"][1:], name, kept[name][1:], unit=unit, limit=limit)
        for what, kept in found.items()
        for unit, limits in [LIMITS[what]]
        for name, limit in limits.items()
    ]


LIMITS = {
    "stdio call, p50": ("µs", {tools.SDK: 1.0, tools.FASTMCP: 0.5}),
    "stdio call, CPU": ("µs", {tools.SDK: 1.0, tools.FASTMCP: 0.5}),
    "stdio start to `initialize`": ("s", {tools.SDK: 1.0, tools.FASTMCP: 0.35}),
    "stdio start, CPU": ("s", {tools.SDK: 1.0, tools.FASTMCP: 0.35}),
}
"""Per row its unit, and the limit of each peer."""
