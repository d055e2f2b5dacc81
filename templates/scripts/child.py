"""A program of its own, no part of the server: limits itself, then runs one script, or becomes another program.

``child.py CPU MEMORY [PROGRAM ARGUMENT…]``; the script comes as JSON on standard input, its result goes as JSON to
standard output: ``{"result": …}``, ``{}`` when it leaves none, or ``{"error": type, "line": number}``.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import resource
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

MODULES = frozenset(
    (
        *("array", "base64", "binascii", "bisect", "calendar", "collections", "copy"),
        *("csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions"),
        *("functools", "hashlib", "heapq", "html", "itertools", "json", "math"),
        *("numbers", "operator", "random", "re", "statistics", "string", "textwrap"),
        *("time", "typing", "unicodedata", "urllib.parse"),
    )
)
"""What scripts may import: nothing that reaches files, the network or other processes."""
_REFUSED = (
    *("_winapi.", "code.__new__", "cpython.", "ctypes.", "fcntl.", "ftplib.", "gc."),
    *("glob.", "http.", "import", "marshal.", "mmap.", "open", "os.", "pathlib."),
    *("pickle.", "pty.", "resource.", "shutil.", "signal.", "socket.", "sqlite3."),
    *("subprocess.", "syslog.", "tempfile.", "urllib."),
)
"""What the interpreter reports of itself before it does it, and scripts may not do."""


class Refused(Exception):  # noqa: N818
    """A script reached for something outside of it."""


class _Nowhere:
    """Takes what a script prints."""

    def write(self, text: str) -> int:
        """Forget ``text``."""
        return len(text)

    def flush(self) -> None:
        """There is nothing to write."""


def main(arguments: list[str]) -> None:
    """Set the limits, then run what is asked for."""
    cpu, memory, *program = arguments
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if program:
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
        os.execv(program[0], program)  # noqa: S606 - no shell is wanted
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    job = json.load(sys.stdin.buffer)
    os.close(0)
    out = sys.stdout.buffer
    sys.stdout = sys.stderr = _Nowhere()
    out.write(json.dumps(_answer(job), allow_nan=False).encode())
    out.flush()


def _answer(job: dict[str, Any]) -> dict[str, Any]:
    names = {name for name, _ in job["files"]}
    try:
        result = _run(job["files"], job["context"])
        json.dumps(result, allow_nan=False)
    except BaseException as error:
        line = max(_lines(error.__traceback__, names), default=(0, 0))[1]
        return {"error": type(error).__name__, "line": line}
    return result


def _run(files: list[tuple[str, str]], context: dict[str, Any]) -> dict[str, Any]:
    """``{"result": …}``, or nothing when the script leaves none."""
    compiled = []
    for name, text in files:
        tree = ast.parse(text, name)
        for module in _imported(tree):
            if module in MODULES:
                importlib.import_module(module)
        compiled.append(compile(tree, name, "exec"))
    _close()
    scope: dict[str, Any] = {"__name__": "script", "context": context}
    for code in compiled:
        exec(code, scope)  # noqa: S102 - that is what this program is for
    return {"result": scope["result"]} if "result" in scope else {}


def _close() -> None:
    """From here on no file, socket or process is opened."""
    for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
        resource.setrlimit(kind, (0, 0))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_REFUSED):
            raise Refused

    sys.addaudithook(hook)


def _imported(tree: ast.AST) -> Iterator[str]:
    """The modules that a script imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _lines(trace: TracebackType | None, names: set[str]) -> Iterator[tuple[int, int]]:
    """How deep in the calls, and the line, for each line of a script on the way to an error."""
    depth = 0
    while trace is not None:
        depth += 1
        if trace.tb_frame.f_code.co_filename in names:
            yield depth, trace.tb_lineno
        trace = trace.tb_next


if __name__ == "__main__":
    main(sys.argv[1:])
