"""The named types of a service, looked up by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from naftiko_codegen.ir.model import Alias, Field, Model
from naftiko_codegen.ir.types import (
    Literals,
    ModelRef,
    Nullable,
    Scalar,
    Type,
    UnionOf,
)

_DEEPEST = 20
"""Aliases of aliases that are followed."""


class TypeTable:
    """Looks through the names of types; made once for a package, since a large one has thousands."""

    def __init__(self, models: Iterable[Model], aliases: Iterable[Alias]) -> None:
        self.models = {model.key: model for model in models}
        self._aliases = {alias.key: alias.type for alias in aliases}

    def plain(self, type_: Type) -> Type:
        """``type_`` without null and without the names of aliases."""
        for _ in range(_DEEPEST):
            if isinstance(type_, Nullable):
                type_ = type_.inner
            elif isinstance(type_, ModelRef) and type_.model in self._aliases:
                type_ = self._aliases[type_.model]
        return type_

    def variants(self, type_: Type) -> tuple[Type, ...]:
        """The types that a value may have, none of them a union or an alias."""
        return tuple(self._variants(type_, 0))

    def _variants(self, type_: Type, depth: int) -> Iterator[Type]:
        match type_:
            case ModelRef(key) if key in self._aliases and depth < _DEEPEST:
                yield from self._variants(self._aliases[key], depth + 1)
            case Nullable(inner):
                yield from self._variants(inner, depth)
            case UnionOf(variants):
                for variant in variants:
                    yield from self._variants(variant, depth)
            case _:
                yield type_

    def names(self, type_: Type) -> frozenset[str]:
        """The properties of a model; ``*`` for anything else."""
        model = self.models.get(type_.model) if isinstance(type_, ModelRef) else None
        return frozenset(f.name for f in model.fields) if model else frozenset("*")

    def field(self, type_: Type, name: str) -> Field | None:
        """A property of a model."""
        model = self.models.get(type_.model) if isinstance(type_, ModelRef) else None
        fields = model.fields if model else ()
        return next((f for f in fields if f.name == name), None)

    def is_scalar(self, type_: Type, kind: str) -> bool:
        """Whether all variants of ``type_`` are this scalar, or values of it."""
        return all(_kind(variant) == kind for variant in self.variants(type_))

    def model(self, type_: Type) -> Model | None:
        """The model that a value of ``type_`` has, or ``null``; ``None`` when it may have others or none."""
        plain = self.plain(type_)
        return self.models.get(plain.model) if isinstance(plain, ModelRef) else None

    def holds_model(self, type_: Type) -> bool:
        """Whether a value of ``type_`` may be that of a model."""
        return any(isinstance(it, ModelRef) for it in self.variants(type_))


def _kind(type_: Type) -> str:
    """The kind of a scalar; empty for anything else."""
    if isinstance(type_, Scalar):
        return type_.kind
    values = type_.values if isinstance(type_, Literals) else ()
    if values and all(isinstance(value, bool) for value in values):
        return "boolean"
    return "string" if values and all(isinstance(v, str) for v in values) else ""
