"""Runs the compiler under an audit hook: `guard.py SPECS OUTPUT ARGUMENTS…`; a forbidden act ends it with exit code 99.

Forbidden: any socket or process, writing anywhere but at or beside OUTPUT, reading user data outside SPECS.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

SPECS, OUTPUT = (os.path.realpath(argument) for argument in sys.argv[1:3])
PROJECT = Path(__file__).parents[2]
READABLE = (
    SPECS,
    str(Path(OUTPUT).parent),
    str(PROJECT / "src"),
    str(PROJECT / "templates"),
    os.path.realpath(sys.base_prefix),
    sys.base_prefix,
    sys.prefix,
    *sysconfig.get_paths().values(),
)
SYSTEM = (
    "/usr/",
    "/lib",
    "/dev/null",
    "/dev/tty",
    "/proc/self/",
    "/proc/cpuinfo",
    "/sys/",
)
SETTINGS = ("pyproject.toml", "naftiko-codegen.yaml")
FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
)
PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")
WRITES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link")


def refuse(event: str, what: object) -> None:
    """Say what was tried and stop at once."""
    os.write(2, f"FORBIDDEN {event}: {what!r}\n".encode("utf-8", "replace"))
    os._exit(99)


def inside(path: str, roots: tuple[str, ...]) -> bool:
    """Whether a path is one of the roots or below one."""
    real = os.path.realpath(path)
    return any(
        real == root or real.startswith(root.rstrip("/") + "/") for root in roots
    )


def readable(path: str) -> bool:
    """Our own files, the system's, the specs, and the settings of a folder above the specs."""
    settings = os.path.basename(path) in SETTINGS
    return settings or path.startswith(SYSTEM) or inside(path, READABLE)


def hook(event: str, args: tuple[Any, ...]) -> None:
    """Judge one audit event."""
    if event in FORBIDDEN or event in PROCESSES:
        refuse(event, args)
    if event in WRITES and isinstance(args[0], str):
        check_write(event, args[0])
    if event == "open" and isinstance(args[0], str):
        path, _, flags = args
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            check_write(event, path)
        elif not readable(path):
            refuse(event, path)


def check_write(event: str, path: str) -> None:
    """Writing is for the output and its staging neighbour only (and byte code caches, which are switched off)."""
    parent, name = os.path.split(OUTPUT)
    real = os.path.realpath(path)
    first = (
        real[len(parent) + 1 :].partition("/")[0]
        if real.startswith(parent + "/")
        else ""
    )
    if path not in ("/dev/null", parent) and name not in first:
        refuse(event, path)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.argv[:] = ["naftiko-codegen", *sys.argv[3:]]
    from naftiko_codegen.cli import main

    sys.addaudithook(hook)
    main()
