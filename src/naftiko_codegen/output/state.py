"""What the last build saw and made, kept in the output folder so that an unchanged one is only hashed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from naftiko_codegen.templates_root import templates_root

FOLDER = ".naftiko-codegen"
_TOOL = Path(__file__).resolve().parents[1]


def tool_digest(*templates: Path) -> str:
    """The identity of this program: the sha256 of its code, data and templates, the user's included."""
    return sha256("".join([_own(), *map(_tree, templates)]).encode()).hexdigest()


@cache
def _own() -> str:
    return _tree(_TOOL) + _tree(templates_root())


def _tree(root: Path) -> str:
    total = sha256()
    for path in _files(str(root)):
        with open(path, "rb") as stream:
            content = stream.read()
        total.update(f"{path.removeprefix(str(root))}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def _files(root: str) -> list[str]:
    """Every file below ``root`` but caches and hidden ones, sorted."""
    found: list[str] = []
    for place, names, files in os.walk(root):
        names[:] = [name for name in names if name[0] != "." and name != "__pycache__"]
        found.extend(os.path.join(place, name) for name in files)
    return sorted(found)


def digest(path: str | Path) -> str:
    """The sha256 of a file's bytes; empty for what is not a readable file."""
    try:
        with open(path, "rb") as stream:
            return sha256(stream.read()).hexdigest()
    except OSError:
        return ""


def load(output: Path, key: str) -> Mapping[str, Any] | None:
    """What ``save`` kept under the same ``key``, if every file it lists is still as it was; else None."""
    try:
        kept = json.loads((output / FOLDER / "state.json").read_bytes())
        if kept["key"] != key:
            return None
        wanted = {**kept["inputs"], **kept["outputs"]}
        same = all(digest(f"{output}/{path}") == wanted[path] for path in wanted)
        return kept["result"] if same else None
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ):
        return None


def save(
    output: Path,
    key: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    result: Mapping[str, Any],
) -> None:
    """Keep ``result`` for the next build, with path relative to ``output`` and sha256 of all files in and out.

    A folder that cannot be written is no error: the next build starts afresh.
    """
    kept = {
        "key": key,
        "inputs": dict(inputs),
        "outputs": dict(outputs),
        "result": result,
    }
    content = json.dumps(kept, indent=0).encode()
    folder = output / FOLDER
    place = folder / "state.json"
    try:
        if place.is_file() and place.read_bytes() == content:
            return
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
        scratch = folder / f"state.{os.getpid()}"
        scratch.write_bytes(content)
        scratch.replace(place)
    except OSError:
        return
