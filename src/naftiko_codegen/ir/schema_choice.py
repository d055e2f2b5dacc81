"""Choices: lists of values, unions of types, and words that tell the unnamed objects of a union apart."""

from __future__ import annotations

import re
from collections import Counter
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

_LONGEST_WORD = 60


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
    """The type of ``enum`` or ``const``; ``None`` when it holds other than strings, whole numbers, flags and null."""
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    if not all(isinstance(value, str | int | bool | None) for value in values):
        return None
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


def distinguished(choices: Sequence[Json]) -> list[str]:
    """A word for each choice that holds something to be named; ``""`` for one that needs none or cannot be told apart.

    For an unnamed object: its title, the one value of a tag, or a property that no other has; never a number.
    """
    objects = [choice for choice in choices if is_unnamed(choice)]
    words = {id(objects[0]): "object"} if len(objects) == 1 else {}
    counts = Counter(key for choice in objects for key in choice["properties"])
    for form in (_title, _tag_value, _own_properties, _all_properties):
        taken = set(words.values())
        made = {
            id(choice): form(choice, counts)
            for choice in objects
            if id(choice) not in words
        }
        times = Counter(made.values())
        words |= {
            key: word
            for key, word in made.items()
            if word and word not in taken and times[word] == 1
        }
    return [
        words.get(id(choice), "") if is_unnamed(choice) else _shape_word(choice)
        for choice in choices
    ]


def is_unnamed(choice: Json) -> bool:
    """Whether a choice is an object with properties and without a name."""
    return (
        isinstance(choice, dict)
        and bool(choice.get("properties"))
        and "$ref" not in choice
    )


def _shape_word(choice: Json) -> str:
    """A word for what is nested in a list, a map or a further choice."""
    keys = choice.keys() if isinstance(choice, dict) else ()
    return (
        "list"
        if "items" in keys
        else "map" if "additionalProperties" in keys else "choice"
    )


def _title(choice: dict[str, Json], _: Counter[str]) -> str:
    title = choice.get("title", "")
    return " ".join(re.findall(r"\w+", title)) if len(title) <= _LONGEST_WORD else ""


def _tag_value(choice: dict[str, Json], _: Counter[str]) -> str:
    """The value of a property that may only have one."""
    for schema in choice["properties"].values():
        values = (
            [schema["const"]] if isinstance(schema, dict) and "const" in schema else []
        )
        values = values or (schema.get("enum", []) if isinstance(schema, dict) else [])
        if len(values) == 1 and isinstance(values[0], str):
            return " ".join(re.findall(r"\w+", values[0]))[:_LONGEST_WORD]
    return ""


def _own_properties(choice: dict[str, Json], counts: Counter[str]) -> str:
    """The first property, required if possible, that no other object has."""
    required = choice.get("required", ())
    own = [key for key in choice["properties"] if counts[key] == 1]
    return next((key for key in own if key in required), own[0] if own else "")


def _all_properties(choice: dict[str, Json], _: Counter[str]) -> str:
    return " ".join(choice["properties"])[:_LONGEST_WORD]
