"""Choices: lists of values and unions of types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from naftiko_codegen.ir.types import (
    AnyType,
    Literals,
    Nullable,
    Scalar,
    Type,
    UnionOf,
)
from naftiko_codegen.read.document import Json

_WIDE = 2**63


def nullable_type(type_: Type, null: bool) -> Type:
    """``type_`` with null allowed when ``null``."""
    if not null or isinstance(type_, AnyType | Nullable) or type_ == Scalar("null"):
        return type_
    return Nullable(type_)


def union(types: Iterable[Type]) -> Type:
    """One of ``types``: nested untagged unions are opened, repeats dropped, lists of values joined."""
    found: dict[Type, None] = {}
    null = False
    for type_ in types:
        inner = type_.inner if isinstance(type_, Nullable) else type_
        null = null or inner is not type_ or inner == Scalar("null")
        if inner != Scalar("null"):
            found |= dict.fromkeys(
                inner.variants
                if isinstance(inner, UnionOf) and not inner.tag
                else (inner,)
            )
    variants = list(found)
    if any(isinstance(variant, AnyType) for variant in variants) or not (
        variants or null
    ):
        return AnyType()
    joined = _joined_literals(variants)
    if not joined:
        return Scalar("null")
    return nullable_type(
        joined[0] if len(joined) == 1 else UnionOf(tuple(joined)), null
    )


def _joined_literals(variants: list[Type]) -> list[Type]:
    """``variants`` with all lists of values made one, where the first stood."""
    values = [
        value
        for variant in variants
        if isinstance(variant, Literals)
        for value in variant.values
    ]
    found: list[Type] = []
    for variant in variants:
        if not isinstance(variant, Literals):
            found.append(variant)
        elif values:
            found.append(Literals(tuple(_distinct(values))))
            values = []
    return found


def literals(schema: dict[str, Json]) -> Type | None:
    """The type of ``enum`` or ``const``; ``None`` when it holds other than strings, whole numbers, flags and null.

    With a whole number of more than 64 bits, which no type checker reads in a list, they are of any whole number.
    """
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    if not all(isinstance(value, str | int | bool | None) for value in values):
        return None
    if any(isinstance(value, int) and not -_WIDE <= value < _WIDE for value in values):
        whole = {type(value) for value in values if value is not None} == {int}
        return nullable_type(Scalar("integer"), None in values) if whole else None
    some = tuple(_distinct([value for value in values if value is not None]))
    return nullable_type(Literals(some), None in values) if some else Scalar("null")


def _distinct(values: Iterable[Json]) -> list[Json]:
    """``values`` without repeats; ``true`` and ``1`` are two values."""
    return [
        value for _, value in dict.fromkeys((type(value), value) for value in values)
    ]


def null_first(choices: Sequence[Json]) -> tuple[list[tuple[int, Json]], bool]:
    """The choices that are not ``null``, with their indices, and whether ``null`` was among them."""
    rest = [
        (index, choice)
        for index, choice in enumerate(choices)
        if choice != {"type": "null"}
    ]
    return rest, len(rest) < len(choices)
