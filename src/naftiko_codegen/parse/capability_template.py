"""Texts with placeholders: ``{{x}}``, ``{x}`` in paths, and the many ways to write a reference in ``with``."""

from __future__ import annotations

import re
from typing import TypeAlias

from naftiko_codegen.frozen import frozen

_MUSTACHE = re.compile(r"\{\{\{\s*([^{}]*?)\s*\}\}\}|\{\{\s*&?\s*([^{}]*?)\s*\}\}")
_ANY_BRACES = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}|\{\s*([^{}]*?)\s*\}")
_THIS = "$this."
OWN_INPUTS = frozenset({"rest", "tools", "mcp"})
"""The words that people put before the inputs of a route or tool, besides the namespace of its adapter."""
_NAME = re.compile(r"[A-Za-z0-9_.$\[\]*+:@!~,-]{1,100}\Z", re.ASCII)


@frozen
class Reference:
    """A placeholder: the name it holds, as it is written."""

    name: str


Text: TypeAlias = tuple[str | Reference, ...]
"""Literal pieces and references, in order; literal pieces are never empty."""


def template(text: str) -> Text:
    """``text`` split at its ``{{x}}``; ``()`` for the empty text."""
    return _split(text, _MUSTACHE)


def path_template(text: str) -> Text:
    """``text`` split at its ``{x}`` and ``{{x}}``."""
    return _split(text, _ANY_BRACES)


def _split(text: str, pattern: re.Pattern[str]) -> Text:
    pieces: list[str | Reference] = []
    end = 0
    for match in pattern.finditer(text):
        name = next((group for group in match.groups() if group is not None), "")
        pieces += [text[end : match.start()], Reference(name)]
        end = match.end()
    pieces.append(text[end:])
    return tuple(piece for piece in pieces if piece)


def literal(text: Text) -> str | None:
    """The text itself when nothing in it is a reference."""
    return (
        "".join(str(piece) for piece in text)
        if not any(isinstance(p, Reference) for p in text)
        else None
    )


def only_reference(text: Text) -> Reference | None:
    """The reference when it is all there is."""
    return text[0] if len(text) == 1 and isinstance(text[0], Reference) else None


def references(text: Text) -> tuple[str, ...]:
    """The names in ``text``, in order."""
    return tuple(piece.name for piece in text if isinstance(piece, Reference))


def input_name(name: str, namespaces: frozenset[str]) -> str:
    """The input ``x`` of ``tools.x``, ``rest.x``, ``<namespace>.x``, ``$this.<namespace>.x``, ``$.x`` and ``x``."""
    name = name.removeprefix(_THIS)
    name = name.removeprefix("$.")
    owner, dot, rest = name.partition(".")
    return rest if dot and rest and owner in namespaces else name


def is_name(text: str) -> bool:
    """Whether ``text`` can be the name of a path placeholder."""
    return _NAME.match(text) is not None


def respelled(name: str) -> str:
    """``name`` without case and separators: two spellings of one word are equal then."""
    return re.sub(r"[\W_]+", "", name).lower() or name
