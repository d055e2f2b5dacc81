"""`python -m bench soak`: very many checked requests of a REST and an MCP server whose upstream misbehaves.

Nothing may be wrong: each request answered once, with what its number and its fault demand; the upstream asked as often
as repetitions allow; counters that agree; in the end no request in flight, no task and no descriptor more than at the
beginning, one line of log each, and memory that does not grow (see ``watching.Slope``).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.processes import CORES, ROOT, WORK, environment, free_port, pin, running
from bench.soak import plan
from bench.soak.callers import Run, call_all
from bench.soak.checking import check
from bench.soak.watching import Watched, slope

SERVERS = ("rest", "mcp")
OPTIONS = (
    "--read-timeout=2",
    "--retries=2",
    "--retry-patience=1",
    "--breaker-failures=20",
)
"""Twenty failures in a row do not happen when one in a hundred fails: a breaker that opens is an error."""
BURST, BURST_CONNECTIONS = 20_000, 256
"""Requests that go before, over more connections: pools and peaks are then as large as they get."""
POINTS = 200
LEAST_FOR_SLOPE = 50_000
"""Requests below which growth is not judged: caches and pools are still being filled."""


def main(words: list[str]) -> int:
    """Exit code 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=1800.0, help="longest time")
    given = parser.parse_args(words)
    folder = WORK / "soak"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    problems = soak(folder, given.requests, given.connections, given.seconds)
    for words_of_one in problems:
        print(f"WRONG: {words_of_one}")
    print("the soak found something" if problems else "nothing is wrong")
    return int(bool(problems))


def soak(folder: Path, requests: int, connections: int, seconds: float) -> list[str]:
    """Everything that is wrong."""
    build(folder)
    burst = min(BURST, requests // 5)
    requests += burst
    with ExitStack() as stack:
        origin = stack.enter_context(upstream(requests))
        watched = {
            name: stack.enter_context(serving(folder, name, origin)) for name in SERVERS
        }
        for name, server in watched.items():
            _warm(name, server)
        before = {name: _state(server) for name, server in watched.items()}
        pin(1)
        run = Run(requests, {name: server.port for name, server in watched.items()})
        started = time.monotonic()
        points = uvloop.run(_sampled(run, burst, watched, connections, seconds))
        took = time.monotonic() - started
        faulty = sum(
            1 for n in range(1, requests + 1) if plan.calls(n) and plan.fault(n)
        )
        print(
            f"{burst:,} requests over {BURST_CONNECTIONS} connections, then {requests - burst:,} over {connections},"
            f" in {took:.0f} s; {faulty:,} with a fault"
        )
        problems = [*run.wrong]
        if run.wrongs > len(run.wrong):
            problems.append(f"… and {run.wrongs - len(run.wrong)} more")
        problems += check(run, requests, watched, before, lambda: book(origin))
        for name, found in points.items():
            problems += _judged(name, found, requests - burst)
        return problems


def _judged(name: str, points: list[tuple[int, int]], requests: int) -> list[str]:
    """What is wrong with the memory of a server."""
    grown = slope(points)
    line = (
        f"{name}: memory {points[0][1] / 1e6:.1f} MB at first, {points[len(points) // 4][1] / 1e6:.1f} after a quarter,"
        f" {points[-1][1] / 1e6:.1f} at the end; slope {grown.per_request:+.2f} ± {grown.error:.2f} bytes per request"
    )
    print(line + ("" if requests >= LEAST_FOR_SLOPE else " (too few to be judged)"))
    judged = requests >= LEAST_FOR_SLOPE and not grown.is_flat
    return [f"memory grows: {line}"] if judged else []


def build(folder: Path) -> None:
    """Compile the capability."""
    spec = Path(__file__).with_name("soak.yaml")
    words = [sys.executable, "-m", "naftiko_codegen", "build", str(spec), "-q"]
    subprocess.run([*words, "-o", str(folder)], check=True, env=environment())


@contextmanager
def upstream(requests: int) -> Iterator[str]:
    """The upstream's origin, while the block runs."""
    command = [sys.executable, "-m", "bench.soak.upstream", str(requests)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(child.pid, {CORES[1 % len(CORES)]})
    assert child.stdout
    try:
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.terminate()
        child.wait()
        child.stdout.close()


def book(origin: str) -> dict[str, Any]:
    """What the upstream has noted; ``times`` by number."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{origin}/__book", timeout=10) as reply:
        found: dict[str, Any] = json.loads(reply.read())
    found["times"] = base64.b64decode(found["times"])
    return found


@contextmanager
def serving(folder: Path, name: str, origin: str) -> Iterator[Watched]:
    """A running server of the package in ``folder``."""
    port = free_port()
    log = folder / f"{name}.log"
    command = [sys.executable, "-m", "bench.soak.counted", "soaked", name]
    command += [f"--port={port}", f"--upstream={origin}", *OPTIONS]
    path = os.pathsep.join((str(folder), str(ROOT)))
    env = environment(PYTHONPATH=path, SOAKED_TOKEN="soaked-secret")
    with running(command, port, env, log=log) as pid:
        yield Watched(pid, port, log)


def _warm(name: str, server: Watched) -> None:
    """One request of each way to answer, so that what is loaded later is loaded."""
    server.metrics()
    if name == "mcp":
        message = {"jsonrpc": "2.0", "id": 0, "method": "resources/list"}
        headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}  # fmt: skip
        request = urllib.request.Request(
            f"http://127.0.0.1:{server.port}/mcp", json.dumps(message).encode(), headers
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=30).close()


def _state(server: Watched) -> dict[str, Any]:
    time.sleep(0.2)
    return {
        "descriptors": server.descriptors(),
        "tasks": server.tasks(),
        "metrics": server.metrics(),
        "scrapes": server.scrapes,
    }


async def _sampled(
    run: Run, burst: int, watched: dict[str, Watched], connections: int, seconds: float
) -> dict[str, list[tuple[int, int]]]:  # fmt: skip
    """Send everything; after the burst, the memory of each server by requests that it has answered."""
    last, run.last = run.last, burst
    await call_all(run, BURST_CONNECTIONS, seconds)
    run.last = last
    points: dict[str, list[tuple[int, int]]] = {name: [] for name in watched}
    step = max(1, len(run.answered) // POINTS)

    async def sample() -> None:
        due = run.done
        while True:
            if run.done >= due:
                due = run.done + step
                for name, server in watched.items():
                    done = run.statuses[name].total()
                    points[name].append((done, server.memory()))
            await asyncio.sleep(0.01)

    sampler = asyncio.create_task(sample())
    try:
        await call_all(run, connections, seconds)
    finally:
        sampler.cancel()
    return points
