"""Replies in parts, written the same way by both sides."""

from __future__ import annotations

import json
from typing import Any

STREAMS = (
    "text/event-stream",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    "application/x-jsonl",
)
EVENT = frozenset(("data", "event", "id", "retry"))


def in_parts(form: str, items: list[Any]) -> bytes:
    """A reply of ``items``, in the one way that both sides write it."""
    if form == "lines":
        return b"".join(_json(item) + b"\n" for item in items)
    if form in ("data", "text"):
        items = [{"data": item} for item in items]
    whole = b""
    for item in items:
        for name in ("event", "id", "retry", "data"):
            if name in item:
                coded = name == "data" and form in ("data", "event")
                text = isinstance(item[name], str) and not coded
                data = item[name].encode() if text else _json(item[name])
                whole += b"".join(b"%b: %b\n" % (name.encode(), line) for line in data.split(b"\n"))  # fmt: skip
        whole += b"\n"
    return whole


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
