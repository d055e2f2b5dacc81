"""The processes of a benchmark: the fast upstream, the servers on a core of their own, the peers' environment."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / "bench" / ".work"
GENERATED = ROOT / "generated"
DOCUMENT = ROOT / "specs" / "huggingface" / "inference-openapi.yml"
PEERS = (
    "fastapi",
    "fastmcp==4.1.2",
    "httpx",
    "openapi-python-client==0.29.1",
    "pyyaml",
    "uvicorn[standard]",
)
CORES = sorted(os.sched_getaffinity(0))


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without proxies, `generated/` importable, and ``extra``."""
    clean = {
        key: value for key, value in os.environ.items() if "proxy" not in key.lower()
    }
    return {**clean, "PYTHONPATH": str(GENERATED), **extra}


def peer(program: str) -> str:
    """The path of a program of the peers' environment, installed on first use."""
    home = WORK / "venv"
    if not (home / "installed").exists():
        print("installing the peers into bench/.work/venv …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, "--disable-pip-version-check", *PEERS], check=True)
        (home / "installed").touch()
    return str(home / "bin" / program)


def pin(core: int) -> None:
    """Keep this process on one core, counted from 0 among those it may use."""
    os.sched_setaffinity(0, {CORES[core % len(CORES)]})


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, env: Mapping[str, str], core: int = 0,
    log: Path = WORK / "servers.log",
) -> Iterator[int]:  # fmt: skip
    """Run a server until the block ends; yields its process id once it accepts connections."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    os.sched_setaffinity(child.pid, {CORES[core % len(CORES)]})
    try:
        _wait(child, port)
        yield child.pid
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait(child: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(3000):
        if child.poll() is not None:
            raise RuntimeError(f"{child.args!r} ended; see bench/.work/servers.log")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{child.args!r} does not listen; see bench/.work/servers.log")


@contextmanager
def upstream() -> Iterator[str]:
    """The fast upstream, on the core of the load generator; yields its origin."""
    command = [sys.executable, "-m", "bench.upstream"]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(child.pid, {CORES[1 % len(CORES)]})
    try:
        assert child.stdout
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.terminate()
        child.wait()
        assert child.stdout
        child.stdout.close()


def uvicorn(python: str, app: str, port: int) -> list[str]:
    """The command that serves a peer's ASGI app as our servers are served: uvloop, httptools, no access log."""
    options = [
        "--loop=uvloop",
        "--http=httptools",
        "--no-access-log",
        "--log-level=warning",
    ]
    location = ["--app-dir", str(ROOT / "bench" / "peers"), "--port", str(port)]
    return [python, "-m", "uvicorn", app, *location, *options]
