"""Language-neutral types: what a value may be, with no Python in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from naftiko_codegen.read.document import Json

ScalarKind: TypeAlias = Literal[
    "string", "integer", "number", "boolean", "null", "binary"
]


@dataclass(frozen=True, slots=True)
class AnyType:
    """Any JSON value: the schema says nothing, or nothing that can be said in types."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A JSON scalar; ``binary`` is raw bytes outside JSON, ``format`` is the schema's own word (``date-time``)."""

    kind: ScalarKind
    format: str = ""


@dataclass(frozen=True, slots=True)
class Literals:
    """One of a closed list of scalar values (``enum``, ``const``); never empty, in the author's order."""

    values: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """A JSON array."""

    items: Type


@dataclass(frozen=True, slots=True)
class MapOf:
    """A JSON object with free keys; ``MapOf(AnyType())`` is any object."""

    values: Type


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A named object type: the key of an ``ir.Model`` in ``Service.models``."""

    model: str


@dataclass(frozen=True, slots=True)
class UnionOf:
    """One of several types, in the author's order; ``null`` is never a variant (see ``Nullable``).

    ``tag`` is the wire name of the discriminating property and ``tags`` the (value, model key) pairs, when given.
    """

    variants: tuple[Type, ...]
    tag: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Nullable:
    """``inner`` or ``null``; absent is another matter (``Field.required``)."""

    inner: Type


Type: TypeAlias = (
    AnyType | Scalar | Literals | ArrayOf | MapOf | ModelRef | UnionOf | Nullable
)
