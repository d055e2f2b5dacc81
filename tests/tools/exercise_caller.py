"""Runs beside a generated package: calls its client as told, one JSON line in, one out."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from typing import Any


def respelled(name: str) -> str:
    """``name`` without case and separators, marks and spelled-out capitals as the compiler names them."""
    for mark, word in {">": " greater", "<": " less", "+": " plus"}.items():
        name = name.replace(mark, word)
    name = re.sub(r"capital_(\w)_", r"\1", name)
    return re.sub(r"[\W_]+", "", name).lower() or name


def main() -> None:
    """Until standard input ends."""
    package = importlib.import_module(sys.argv[1])
    for part in ("operations", "service", "client", "rest.app", "mcp.server"):
        try:
            importlib.import_module(f"{sys.argv[1]}.{part}")
        except ModuleNotFoundError as error:
            if not str(error.name).startswith(sys.argv[1]):
                raise
    classes = [
        n for n in package.__all__ if n.endswith("Client") and not n.startswith("Async")
    ]
    client = getattr(package, classes[0])(base_url=json.loads(sys.argv[2]))
    print(json.dumps(methods(client)), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps(call(client, job)), flush=True)


def methods(client: Any) -> dict[str, list[str]]:
    """Keyword names by method."""
    found = {}
    for name, method in inspect.getmembers(client, inspect.ismethod):
        if not name.startswith("_") and name != "close":
            found[name] = list(inspect.signature(method).parameters)
    return found


def call(client: Any, job: dict[str, Any]) -> str:
    """What went wrong, or nothing."""
    try:
        method = getattr(client, job["method"])
        by_word = {respelled(p): p for p in inspect.signature(method).parameters}
        values = {}
        given = job["values"]
        if job["gaps"] is not None and "body" not in by_word:
            given = {k: v for k, v in given.items() if k != "body"} | job["gaps"]
        for name, value in given.items():
            word = respelled(name)
            words = (word, f"n{word}", f"{word}header", respelled(name.rstrip("+")))
            values[next((by_word[w] for w in words if w in by_word), name)] = value
        method(**values)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:300]
    return ""


main()
