"""Seeded random damage to documents: to their bytes, and to the tree of their values."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**40,
    "",
    " ",
    "x",
    ".",
    "/",
    "{",
    "{{env.X}}",
    "$.",
    "$.a[0].b",
    "#/",
    "#/components/schemas/Error",
    "://",
    "application/json",
    "object",
    "array",
    "path",
    [],
    [None],
    ["a", "a"],
    {},
    {"": {}},
    {"$ref": "#/paths"},
    {"$ref": 5},
    {"type": "array"},
    {"oneOf": []},
)
BYTES = (
    b"\0",
    b"\t",
    b"\r",
    b"\n",
    b" ",
    b":",
    b"-",
    b"'",
    b'"',
    b"{",
    b"[",
    b"&a ",
    b"*a",
    b"!t ",
    b"\xff",
    b"|",
    b"%",
    b"#",
)


def damage_bytes(data: bytes, random: Random) -> bytes:
    """One to four small edits: cut, double, swap, insert."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(data) + 1)
        end = min(len(data), at + random.choice((1, 2, 10, 200)))
        kind = random.randrange(5)
        if kind == 0:
            data = data[:at] + data[end:]
        elif kind == 1:
            data = data[:end] + data[at:end] + data[end:]
        elif kind == 2:
            data = data[:at] + random.choice(BYTES) + data[at:]
        elif kind == 3:
            data = data[:at] + random.choice(BYTES) + data[end:]
        else:
            data = _swap_lines(data, random)
    return data


def _swap_lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def damage_tree(document: Any, random: Random) -> bytes:
    """One to three changes of values, keys or places, written as JSON."""
    document = copy.deepcopy(document)
    for _ in range(random.randint(1, 3)):
        _damage(document, random)
    return json.dumps(document).encode()


def _damage(document: Any, random: Random) -> None:
    nodes = list(_containers(document))
    parent = random.choice(nodes)
    if not parent:
        return
    key = random.choice(
        list(parent) if isinstance(parent, dict) else range(len(parent))
    )
    kind = random.randrange(5)
    if kind == 0:
        parent[key] = copy.deepcopy(random.choice(ODD))
    elif kind == 1:
        del parent[key]
    elif kind == 2:
        parent[key] = copy.deepcopy(random.choice(nodes))
    elif isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    elif kind == 3:
        parent[random.choice(["", "x", "$ref", "name", "type", "a b", *parent])] = (
            parent.pop(key)
        )
    else:
        parent[random.choice(["x", "$ref", "allOf", "items", "in", "value"])] = (
            copy.deepcopy(random.choice(ODD))
        )


def _containers(value: Any) -> list[Any]:
    found = [value] if isinstance(value, dict | list) else []
    for item in value.values() if isinstance(value, dict) else value if found else ():
        found += _containers(item)
    return found
