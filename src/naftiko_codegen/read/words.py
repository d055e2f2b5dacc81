"""Characters that may not be anywhere are taken out of the words of a document that are for people."""

from __future__ import annotations

from typing import Any

from naftiko_codegen.read.document import Json

_WORDS = frozenset(("description", "summary", "title"))
_DATA = frozenset(("example", "examples"))


def drop_from_words(root: Json, character: str) -> bool:
    """Take ``character`` out of descriptions and examples, in place; whether it stands nowhere else.

    Nothing is known of ``root`` when it does.
    """
    seen: set[int] = set()
    open_: list[tuple[Json, bool]] = [(root, False)]
    while open_:
        holder, free = open_.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        for key, value in _steps(holder):
            step = getattr(key, "name", key)
            fine = free or step in _DATA or (step in _WORDS and isinstance(value, str))
            if isinstance(step, str) and character in step:
                return False
            if isinstance(value, dict | list):
                open_.append((value, fine))
            elif isinstance(value, str) and character in value:
                if not fine:
                    return False
                holder[key] = value.replace(character, "")
    return True


def _steps(holder: Any) -> list[tuple[Any, Json]]:
    """The steps into a mapping or list, nothing for a scalar; a repeated key goes by its name."""
    if isinstance(holder, dict):
        return list(holder.items())
    return list(enumerate(holder)) if isinstance(holder, list) else []
