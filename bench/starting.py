"""How long a server takes from its start to its first answer, and what CPU until then."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection

from bench import rest, tools
from bench.measure import Row, alternate, compare
from bench.processes import CORES, WORK, free_port, peer, pin, upstream, uvicorn

LIMIT = 60.0
ALONE = "the SDK alone, one tool"


@dataclass(frozen=True, slots=True)
class Starting:
    """A server that is started to answer ``request``, which as its port is made for each start."""

    command: Callable[[int], Sequence[str]]
    request: Callable[[int], bytes]
    env: Mapping[str, str]
    wanted: bytes

    def start(self) -> tuple[float, float]:
        """Seconds by the clock and of its CPU until the first answer."""
        port = free_port()
        command, request = self.command(port), self.request(port)
        with (WORK / "servers.log").open("ab") as log:
            begun = time.perf_counter()
            # taskset: on its core from the beginning, where a change would come too late for short ones.
            child = subprocess.Popen(
                ["taskset", "-c", str(CORES[0]), *command],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            self._first(child, port, request)
            return time.perf_counter() - begun, cpu(child.pid)
        finally:
            child.kill()
            child.wait()

    def _first(self, child: subprocess.Popen[bytes], port: int, request: bytes) -> None:
        """Ask until there is an answer, which must be the right one."""
        end = time.perf_counter() + LIMIT
        while time.perf_counter() < end and child.poll() is None:
            try:
                with create_connection(("127.0.0.1", port), LIMIT) as connection:
                    connection.sendall(request)
                    found = b""
                    while self.wanted not in found:
                        piece = connection.recv(65536)
                        if not piece:
                            raise RuntimeError(f"wrong answer: {found[:300]!r}")
                        found += piece
                    return
            except ConnectionRefusedError:
                time.sleep(0.002)
        raise RuntimeError(f"{child.args!r} does not start; see bench/.work/servers.log")  # fmt: skip


def cpu(pid: int) -> float:
    """Seconds of CPU that all threads of a process have used, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def measure(scale: float) -> list[Row]:
    """Rows of time and CPU for REST and for MCP, from ``9 * scale`` alternated rounds."""
    output = tools.build(tools.SIZES[0])
    pin(1)
    with upstream() as origin:
        servers = _servers(origin, output)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in servers}

        def once(name: str) -> float:
            found[name].append(servers[name].start())
            return 0.0

        alternate(
            {name: lambda name=name: once(name) for name in servers},  # type: ignore[misc]
            max(1, round(9 * scale)),
        )
    rows = []
    for what, ours, theirs, limit in (
        ("REST", "rest", tools.FASTMCP, 0.35),
        ("MCP", "mcp", ALONE, 1.0),
        ("MCP", "mcp", tools.FASTMCP, 0.35),
        ("MCP, over the SDK", "sdk", ALONE, None),
    ):
        for unit, index in (("s", 0), ("s of CPU", 1)):
            pairs = [
                [1.0 * values[index] for values in found[name][1:]]
                for name in (ours, theirs)
            ]
            words = f"{what}: start to the first answer"
            rows.append(
                compare(words, pairs[0], theirs, pairs[1], unit=unit, limit=limit)
            )
    return rows


def _servers(origin: str, output: Path) -> dict[str, Starting]:
    env = tools.settings(origin, tools.SIZES[0], output)
    alone = {k: v for k, v in env.items() if k != "UPSTREAM"}
    images = rest.settings(origin)
    text, mcp = b"Once upon a time", tools.commands(origin)
    return {
        "rest": Starting(
            lambda port: rest.ours(origin, port),
            rest.request,
            images,
            b"images.example",
        ),
        "mcp": Starting(mcp["ours"], tools.call, env, text),
        "sdk": Starting(mcp["ours"], tools.unusual, env, text),
        ALONE: Starting(
            lambda port: uvicorn(sys.executable, "sdk_alone:app", port),
            tools.call,
            alone,
            text,
        ),
        tools.FASTMCP: Starting(
            lambda port: uvicorn(peer("python"), "fastmcp_openapi:app", port),
            tools.call,
            env,
            text,
        ),
    }
