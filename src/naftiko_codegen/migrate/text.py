"""The text of a rewritten capability: that of the file with its comments and quotes, or else written anew."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.reader import read

_WIDE = 1 << 20
"""Columns of a line: nothing is folded that was not folded before."""

_LARGEST = 1 << 20
"""Characters of a file, or of what its aliases make of it, that ruamel.yaml rewrites in ten seconds."""

_INDENT = re.compile(r"^(?=[^\s#-])[^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)(?=[^\s#-])", re.MULTILINE)  # fmt: skip
_DASH = re.compile(r"^( *)(?=[^\s#-])[^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*\1( *)- ", re.MULTILINE)  # fmt: skip


def written(
    text: str, wanted: Json, rewrite: Callable[[dict[str, Any]], None]
) -> tuple[str, bool]:
    """``text`` after ``rewrite``, which makes ``wanted`` of its value; whether its comments could be kept."""
    if _is_json(text):
        return _as_json(wanted), True
    small = max(len(text), len(json.dumps(wanted))) <= _LARGEST
    made = _kept(text, rewrite) if small else ""
    if made and _means(made, wanted):
        return made.replace("\n", "\r\n") if "\r\n" in text else made, True
    return _anew(wanted), not _comments(text)


def _anew(wanted: Json) -> str:
    """Plain YAML; JSON, which is YAML, where PyYAML leaves texts bare that YAML 1.2 reads as numbers."""
    import yaml

    tool = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    made = str(
        yaml.dump(wanted, Dumper=tool, sort_keys=False, allow_unicode=True, width=_WIDE)
    )
    return made if _means(made, wanted) else _as_json(wanted)


def _as_json(wanted: Json) -> str:
    return json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"


def _is_json(text: str) -> bool:
    try:
        return bool(json.loads(text)) if text.lstrip()[:1] == "{" else False
    except ValueError:
        return False


def _kept(text: str, rewrite: Callable[[dict[str, Any]], None]) -> str:
    """``text`` rewritten with everything beside its values; empty when ruamel.yaml cannot do it."""
    from ruamel.yaml import YAML

    tool = YAML(typ="rt", pure=True)
    tool.preserve_quotes = True
    tool.width = _WIDE
    tool.explicit_start = text.startswith("---")
    tool.indent(**_indents(text))
    out = StringIO()
    try:
        root = tool.load(text.replace("\r\n", "\n"))
        _unshared(root, set())
        rewrite(root)
        tool.dump(root, out)
    except Exception:
        # Whatever its code trips over, what it cannot keep is only the form of the file.
        return ""
    return out.getvalue()


def _indents(text: str) -> dict[str, int]:
    """How far ``text`` indents: maps, and the dashes of lists."""
    inner, dash = _INDENT.search(text), _DASH.search(text)
    mapping = min(len(inner[1]), 8) if inner else 2
    offset = min(len(dash[2]), 8) if dash else 0
    return {"mapping": mapping, "sequence": offset + 2, "offset": offset}


def _unshared(node: Any, seen: set[int]) -> None:
    """Make copies of values that an alias repeats: each place is rewritten by itself."""
    pairs = node.items() if isinstance(node, dict) else ()
    for key, value in list(enumerate(node) if isinstance(node, list) else pairs):
        if isinstance(value, dict | list):
            if id(value) in seen:
                node[key] = value = copy.deepcopy(value)
            seen.add(id(value))
            _unshared(value, seen)


def _means(text: str, wanted: Json) -> bool:
    """Whether ``text`` is read as ``wanted``, with the same order everywhere."""
    found = read(text.encode(), "migrated", Diagnostics())
    return found is not None and json.dumps(found.root) == json.dumps(wanted)


def _comments(text: str) -> bool:
    return bool(re.search(r"(^|\s)#", text))
