"""What a value in ``with``, or the ``value`` of an input, means: an input, a part of the body, or itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from naftiko_codegen.frozen import frozen
from naftiko_codegen.parse.capability_template import (
    Reference,
    Text,
    input_name,
    literal,
    only_reference,
)
from naftiko_codegen.parse.capability_view import Constant
from naftiko_codegen.read.document import Json, Pointer

_STEP = re.compile(
    r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^'\\]*)'\]|\[\"([^\"\\]*)\"\]", re.ASCII
)


@frozen
class Meaning:
    """``kind`` is ``input`` or ``bare`` (``name`` is the input's), ``constant``, or ``mixed`` (with text)."""

    kind: Literal["input", "bare", "constant", "mixed"]
    name: str = ""
    constant: Json = ...


def meaning(
    value: Text | Constant, namespaces: frozenset[str], inputs: Collection[str]
) -> Meaning:
    """What a value of ``with`` means; ``inputs`` are the names of the inputs in sight.

    ``rest.x``, ``tools.x``, ``<namespace>.x``, ``$this.<namespace>.x``, ``$.x``, ``{{x}}``, ``{{rest.x}}`` and
    ``$this.<namespace>.{{x}}`` are the input ``x``; a bare word is an input if there is one of that name, else a
    constant like everything else.
    """
    if not isinstance(value, tuple):
        return Meaning("constant", constant=value)
    if reference := only_reference(value):
        return Meaning("input", input_name(reference.name, namespaces))
    text = literal(value)
    if text is None:
        name = _prefixed(value, namespaces)
        return Meaning("input", name) if name else Meaning("mixed")
    name = input_name(text, namespaces)
    if name != text and name:
        return Meaning("input", name)
    return (
        Meaning("bare", text) if text in inputs else Meaning("constant", constant=text)
    )


def _prefixed(value: Text, namespaces: frozenset[str]) -> str:
    """The name in ``$this.rest.{{x}}`` and ``$.{{x}}``, in which a placeholder stands for the end of a reference."""
    first, *rest = value
    if len(rest) != 1 or not isinstance(rest[0], Reference) or not isinstance(first, str):  # fmt: skip
        return ""
    return rest[0].name if input_name(f"{first}x", namespaces) == "x" else ""


@frozen
class Part:
    """What the ``value`` of a declared input says: a ``constant``, or a part of the body (``None``: not understood)."""

    constant: Json = ...
    pointer: Pointer | None = ()


def part(value: Text | Constant | None) -> Part:
    """``$`` and ``$.`` are the whole body, ``$.a[0]['b']`` a part of it; without ``$`` it is a constant."""
    if value is None:
        return Part()
    if not isinstance(value, tuple):
        return Part(constant=value)
    text = literal(value)
    if text is None:
        return Part(pointer=None)
    return (
        Part(pointer=_steps(text[1:])) if text.startswith("$") else Part(constant=text)
    )


def _steps(path: str) -> Pointer | None:
    if path in ("", "."):
        return ()
    found = list(_STEP.finditer(path))
    if "".join(match.group() for match in found) != path:
        return None
    return tuple(
        int(m[2]) if m[2] else next(g for g in (m[1], m[3], m[4]) if g is not None)
        for m in found
    )
