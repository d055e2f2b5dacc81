"""Servers that are measured side by side: started together, loaded in turns, and what each costs, takes and holds."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.load import Load
from bench.measure import alternate, process_cpu
from bench.processes import free_port, running

CONNECTIONS = 64
"""Of the rounds that latency is taken from."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running server, the request it is loaded with, and what each reply must contain."""

    pid: int
    port: int
    request: bytes
    wanted: bytes

    def cpu(self, requests: int, connections: int) -> float:
        """µs of its CPU per request."""
        before = process_cpu(self.pid)
        Load(self.request, self.wanted, requests).drive(self.port, connections)
        return (process_cpu(self.pid) - before) / requests * 1e6

    def latencies(self, requests: int) -> list[float]:
        """The ms that each of so many requests took, in order of size."""
        load = Load(self.request, self.wanted, requests)
        load.drive(self.port, CONNECTIONS)
        return sorted(1000 * seconds for seconds in load.seconds)

    def memory(self) -> float:
        """Resident MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def serve(
    stack: ExitStack,
    commands: Mapping[str, Callable[[int], Sequence[str]]],
    env: Mapping[str, str],
    request: Callable[[int], bytes],
    wanted: bytes,
) -> dict[str, Served]:
    """Start a server of each command, which is made for a port, as is the request."""
    found = {}
    for name, command in commands.items():
        port = free_port()
        pid = stack.enter_context(running(command(port), port, env))
        found[name] = Served(pid, port, request(port), wanted)
    return found


def cpu_of(
    servers: Mapping[str, Served], requests: Mapping[str, int], rounds: int, connections: int
) -> dict[str, list[float]]:  # fmt: skip
    """µs of CPU per request of each server in alternated rounds."""
    actions = {
        name: partial(server.cpu, requests[name], connections)
        for name, server in servers.items()
    }
    return alternate(actions, rounds)


def percentiles_of(
    servers: Mapping[str, Served], requests: int, rounds: int
) -> dict[str, dict[str, list[float]]]:
    """The ms within which half, and 99 of a hundred, are answered at 64 connections: by percentile and server."""
    found: dict[str, dict[str, list[float]]] = {"p50": {}, "p99": {}}

    def middle(name: str) -> float:
        taken = servers[name].latencies(requests)
        for word, share in (("p50", 0.5), ("p99", 0.99)):
            found[word].setdefault(name, []).append(taken[int(len(taken) * share)])
        return 0.0

    alternate({name: partial(middle, name) for name in servers}, rounds)
    return {
        word: {name: values[1:] for name, values in taken.items()}
        for word, taken in found.items()
    }
