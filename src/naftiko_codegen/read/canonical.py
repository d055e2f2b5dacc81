"""The meaning of a tree as canonical JSON, its digest, and what no JSON can hold."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator

from naftiko_codegen.read.document import KEY, Json, Pointer
from naftiko_codegen.read.places import Places, locate
from naftiko_codegen.read.report import Report

_CANONICAL = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
)


def digest(root: Json) -> str:
    """sha256 (hex) of ``root`` as JSON with sorted keys.

    Raises ValueError (UnicodeEncodeError is one) when it holds a number or a string
    that JSON in UTF-8 cannot say.
    """
    made = hashlib.sha256()
    for piece in _pieces(root, 2):
        made.update(piece.encode())
    return made.hexdigest()


def _pieces(value: Json, levels: int) -> Iterator[str]:
    """``value`` as JSON with sorted keys, in pieces: a large document is never one text."""
    if not levels or not isinstance(value, dict) or not value:
        yield _CANONICAL.encode(value)
        return
    before = "{"
    for key in sorted(value):
        yield f"{before}{_CANONICAL.encode(key)}:"
        yield from _pieces(value[key], levels - 1)
        before = ","
    yield "}"


def check_depth(root: Json, places: Places, report: Report, depth: int) -> None:
    """Report a tree with more than ``depth`` levels; raises RefusedError."""
    if deeper(root, depth):
        span = locate(places, root, _deep_pointer(root, depth))
        raise report.refuse(
            "N111",
            f"nested more than {depth} levels deep",
            span,
            "flatten the document",
        )


def report_unusable(root: Json, places: Places, report: Report) -> None:
    """Report every number and every text below ``root`` that JSON in UTF-8 cannot say."""
    for pointer, value in _scalars(root, (), set()):
        span = locate(places, root, pointer)
        if isinstance(value, float) and not math.isfinite(value):
            report.error(
                "N110",
                "not a number that JSON can hold: too large, infinite or not a number",
                span,
                "write a finite number, or quote it when it is text",
            )
        elif isinstance(value, str) and not _encodes(value):
            report.error(
                "N114",
                "the text holds half of a surrogate pair, which is no character",
                span,
                "write the whole character",
            )


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _scalars(
    value: Json, pointer: Pointer, seen: set[int]
) -> Iterator[tuple[Pointer, Json]]:
    """Every key and scalar of ``value`` with its pointer; each container once."""
    if not isinstance(value, dict | list):
        yield pointer, value
    elif id(value) not in seen:
        seen.add(id(value))
        for step, item in _items(value):
            yield (*pointer, step, KEY), step
            yield from _scalars(item, (*pointer, step), seen)


def _items(holder: Json) -> Iterator[tuple[str | int, Json]]:
    """The steps into a container and the values they lead to."""
    return iter(holder.items() if isinstance(holder, dict) else enumerate(holder))


def deeper(root: Json, limit: int) -> bool:
    """Whether ``root`` has more than ``limit`` levels of mappings and lists."""
    level = [root] if isinstance(root, dict | list) else []
    for _ in range(limit):
        level = [
            item
            for value in level
            for item in (value.values() if value.__class__ is dict else value)
            if item.__class__ is dict or item.__class__ is list
        ]
        if not level:
            return False
    return True


def _deep_pointer(root: Json, limit: int) -> Pointer:
    """The pointer of some container below ``root`` that lies deeper than ``limit``."""
    todo: list[tuple[Pointer, Json]] = [((), root)]
    while todo:
        pointer, value = todo.pop()
        if not isinstance(value, dict | list):
            continue
        if len(pointer) >= limit:
            return pointer
        todo.extend(((*pointer, step), item) for step, item in _items(value))
    return ()
