"""Names of tools and their arguments: as the document writes them, where MCP and its clients allow that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

LONGEST = 64
_ALLOWED = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def tool_names(names: list[str]) -> list[str]:
    """A tool name for each operation name: as written where MCP allows it, else cleaned; unique without case."""
    made = [clean_name(name) for name in names]
    counts = Counter(name.casefold() for name in made)
    return [
        (
            name
            if counts[name.casefold()] == 1
            else _cut(f"{name}_{_digest(original)}", original)
        )
        for name, original in zip(made, names, strict=True)
    ]


def argument_names(keys: Iterable[str]) -> list[str]:
    """Names that every client accepts (letters, digits, ``_ . -``, at most 64); the key where it is one already."""
    made: list[str] = []
    for key in keys:
        name = clean_name(key)
        made.append(name if name not in made else _cut(f"{name}_{_digest(key)}", key))
    return made


def clean_name(name: str) -> str:
    """``name`` in at most 64 letters, digits, ``_``, ``.`` and ``-``."""
    if _ALLOWED.fullmatch(name):
        return name
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.-")
    return _cut(plain or f"x_{_digest(name)}", name)


def folded(name: str) -> str:
    """``name`` without case and separators: two arguments alike in this would be mistaken for each other."""
    return re.sub(r"[\W_]+", "", name).casefold() or name


def _cut(name: str, original: str) -> str:
    """``name`` in 64 characters; a longer one ends in a digest of the whole."""
    return (
        name if len(name) <= LONGEST else f"{name[: LONGEST - 9]}_{_digest(original)}"
    )


def _digest(text: str) -> str:
    from hashlib import sha256  # only unusual names pay for it

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
