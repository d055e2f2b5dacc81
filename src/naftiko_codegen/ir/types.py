"""Language-neutral types: what a value may be, with no Python in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from naftiko_codegen.frozen import frozen
from naftiko_codegen.read.document import Json

ScalarKind: TypeAlias = Literal[
    "string", "integer", "number", "boolean", "null", "binary"
]


@frozen
class AnyType:
    """Any JSON value: the schema says nothing, or nothing that can be said in types."""


@frozen
class Scalar:
    """A JSON scalar; ``binary`` is raw bytes outside JSON, ``format`` is the schema's own word (``date-time``)."""

    kind: ScalarKind
    format: str = ""


@frozen
class Literals:
    """One of a closed list of scalar values (``enum``, ``const``); never empty, in the author's order."""

    values: tuple[Json, ...]


@frozen
class ArrayOf:
    """A JSON array."""

    items: Type


@frozen
class MapOf:
    """A JSON object with free keys; ``MapOf(AnyType())`` is any object."""

    values: Type


@frozen
class ModelRef:
    """A named object type: the key of an ``ir.Model`` in ``Service.models``."""

    model: str


@frozen
class UnionOf:
    """One of several types, in the author's order; ``null`` is never a variant (see ``Nullable``).

    ``tag`` is the wire name of the discriminating property and ``tags`` the (value, model key) pairs, when given.
    """

    variants: tuple[Type, ...]
    tag: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@frozen
class Nullable:
    """``inner`` or ``null``; absent is another matter (``Field.required``)."""

    inner: Type


Type: TypeAlias = (
    AnyType | Scalar | Literals | ArrayOf | MapOf | ModelRef | UnionOf | Nullable
)


def named(type_: Type) -> Iterator[str]:
    """The keys of the models and aliases that ``type_`` names, in the author's order, repeats included."""
    match type_:
        case ModelRef(key):
            yield key
        case ArrayOf(inner) | MapOf(inner) | Nullable(inner):
            yield from named(inner)
        case UnionOf(variants):
            for variant in variants:
                yield from named(variant)
