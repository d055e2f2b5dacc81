"""An IR type → the annotation that says it in Python, and its layout when it is long."""

from __future__ import annotations

import re
from collections.abc import Mapping

from naftiko_codegen.ir.types import (
    AnyType,
    ArrayOf,
    Literals,
    MapOf,
    ModelRef,
    Nullable,
    Scalar,
    Type,
    UnionOf,
)
from naftiko_codegen.python.layout import STEP, WIDTH, columns, literal
from naftiko_codegen.python.text import Code

_SCALARS = {
    "string": Code("str"),
    "integer": Code("int"),
    "number": Code("float"),
    "boolean": Code("bool"),
    "null": Code("None"),
    "binary": Code("bytes"),
}
_MARK = re.compile(
    r"""[\[\]()]| \| |, |"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", re.DOTALL
)
"""A bracket, a separator, or a string, in which neither counts."""


def annotation(type_: Type, models: Mapping[str, str], prefix: str = "") -> Code:
    """The annotation of ``type_`` on one line; ``models`` gives class names by key, ``prefix`` goes before each."""
    if type_.__class__ is Scalar:
        return _SCALARS[type_.kind]
    return Code(" | ".join(_alternatives(type_, models, prefix)))


def _alternatives(type_: Type, models: Mapping[str, str], prefix: str) -> list[str]:
    """The members of ``type_`` as a union, without repeats, in the author's order, ``None`` last."""
    match type_:
        case Nullable(inner):
            found = _alternatives(inner, models, prefix)
            return found if found[-1] in ("None", "Any") else [*found, "None"]
        case UnionOf(variants):
            members = [
                name
                for variant in variants
                for name in _alternatives(variant, models, prefix)
            ]
            return ["Any"] if "Any" in members else list(dict.fromkeys(members))
    return [_single(type_, models, prefix)]


def _single(type_: Type, models: Mapping[str, str], prefix: str) -> str:
    match type_:
        case Scalar(kind):
            return _SCALARS[kind]
        case Literals(values):
            return f"Literal[{', '.join(literal(value) for value in values)}]"
        case ArrayOf(items):
            return f"list[{annotation(items, models, prefix)}]"
        case MapOf(values):
            return f"dict[str, {annotation(values, models, prefix)}]"
        case ModelRef(model):
            return prefix + models[model]
        case AnyType():
            return "Any"
    raise TypeError(f"no annotation for {type_!r}")


def laid_out(annotation_: str, *, indent: int, before: int, after: int = 0) -> Code:
    """``annotation_`` as black lays it out after ``name: `` on a line of ``indent`` (``before`` characters so far).

    A long ``Literal`` has its values one a line, a long union its members one a line in parentheses.
    """
    if before + columns(annotation_) + after <= WIDTH:
        return Code(annotation_)
    inner = " " * (indent + STEP)
    members = _split(annotation_, " | ")
    if len(members) > 1:
        if len(inner) + columns(annotation_) <= WIDTH:
            return Code(f"(\n{inner}{annotation_}\n{' ' * indent})")
        lines = [
            _member(member, indent + STEP, bool(i)) for i, member in enumerate(members)
        ]
        return Code(
            "(\n" + "".join(f"{inner}{line}\n" for line in lines) + " " * indent + ")"
        )
    return Code(_subscript(annotation_, indent))


def _subscript(annotation_: str, indent: int) -> str:
    """``name[…]`` with its arguments one a line; a single one gets no comma. A value has no arguments."""
    name, _, rest = annotation_.partition("[")
    if not rest or annotation_[0] in "\"'":
        return annotation_
    items = _split(rest.removesuffix("]"), ", ")
    comma = "," if len(items) > 1 else ""
    inner = " " * (indent + STEP)
    lines = [f"{inner}{_inside(i, indent + STEP, len(comma))}{comma}\n" for i in items]
    return f"{name}[\n{''.join(lines)}{' ' * indent}]"


def _inside(annotation_: str, indent: int, after: int) -> str:
    """``annotation_`` on a line of its own between brackets, where a union needs no parentheses."""
    if indent + columns(annotation_) + after <= WIDTH:
        return annotation_
    members = _split(annotation_, " | ")
    if len(members) == 1:
        return _subscript(annotation_, indent)
    *firsts, last = members
    lines = [_member(member, indent, bool(i)) for i, member in enumerate(firsts)]
    lines.append(_member(last, indent, True, after))
    return f"\n{' ' * indent}".join(lines)


def _member(member: str, indent: int, joined: bool, after: int = 0) -> str:
    """One member of a union on its own line, with the ``|`` that joins it to the one before."""
    start = "| " if joined else ""
    before = indent + len(start)
    return start + laid_out(member, indent=indent, before=before, after=after)


def _split(text: str, separator: str) -> list[str]:
    """``text`` split at ``separator`` outside brackets and quotes."""
    parts, depth, start = [], 0, 0
    for found in _MARK.finditer(text):
        mark = found[0]
        if mark in ("[", "("):
            depth += 1
        elif mark in ("]", ")"):
            depth -= 1
        elif mark == separator and not depth:
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]
