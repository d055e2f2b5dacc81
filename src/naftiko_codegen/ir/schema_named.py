"""References to named schemas → models where they name objects, aliases where they name anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from naftiko_codegen.ir.model import Alias
from naftiko_codegen.ir.schema_choice import nullable_type
from naftiko_codegen.ir.schema_fields import origin
from naftiko_codegen.ir.schema_graph import components, references
from naftiko_codegen.ir.schema_merge import Merger, Owner
from naftiko_codegen.ir.schema_shape import is_object, one_part, unwrap
from naftiko_codegen.ir.types import AnyType, ModelRef, Scalar, Type
from naftiko_codegen.read.document import Json, Pointer

Lower: TypeAlias = Callable[[Json, Pointer, Owner], Type]


_STEPS = 8


class NamedTypes:
    """The types of named schemas; ``aliases`` fill up in such an order that each refers to earlier ones only."""

    __slots__ = ("_inside", "_lower", "aliases", "merger", "schemas")

    def __init__(self, merger: Merger, lower: Lower) -> None:
        self.merger = merger
        self.schemas = merger.schemas
        self.aliases: dict[str, Alias] = {}
        self._lower = lower
        self._inside: dict[str, int] = {}

    def prepare(self) -> None:
        """Lower what long chains of aliases end in, so that none is followed for more than ``_STEPS`` of them."""
        self.merger.prepare()
        named, target = self.schemas.named, self.schemas.target
        inner = [name for name in named if not self.is_model(name)]
        edges = {
            name: [target[ref] for ref in references(named[name].schema)]
            for name in inner
        }
        edges = {
            name: [it for it in found if it in edges] for name, found in edges.items()
        }
        height: dict[str, int] = {}
        for members in components(edges):
            below = [height[it] for name in members for it in edges[name] if it not in members]  # fmt: skip
            height |= dict.fromkeys(members, 1 + max(below, default=0))
            if height[min(members)] % _STEPS == 0:
                self.reference(min(members), 0)

    def reference(self, name: str, nests: int) -> Type:
        """The type that a reference to ``name`` stands for, inside ``nests`` lists, maps and models."""
        if self.is_model(name):
            named = self.schemas.named[name]
            return nullable_type(ModelRef(name), unwrap(named.schema, named.pointer)[2])
        if name in self._inside:
            return self._recursive(name, nests)
        if name not in self.aliases:
            self._inside[name] = nests
            self.aliases[name] = self._alias(name)
            del self._inside[name]
        null = self.aliases[name].type == Scalar("null")
        return Scalar("null") if null else ModelRef(name)

    def is_model(self, name: str) -> bool:
        """Whether ``name`` is an object with properties of its own, rather than a name for another type."""
        named = self.schemas.named[name]
        if not isinstance(named.schema, dict):
            return False
        inner, place, _ = unwrap(named.schema, named.pointer)
        if not is_object(inner) or one_part(inner) is not None:
            return False
        merged = self.merger.merged(inner, place, self.merger.owner(name))
        return bool(merged.properties)

    def _alias(self, name: str) -> Alias:
        schema, pointer = self.schemas.named[name]
        owner = self.merger.owner(name)
        type_ = self._lower(schema, pointer, owner)
        description = schema.get("description", "") if isinstance(schema, dict) else ""
        place = origin(self.schemas.report.document, pointer)
        return Alias(name, owner.words, type_, description, place)

    def _recursive(self, name: str, nests: int) -> Type:
        """A type that is no object and comes back to itself: any value, where it does."""
        pointer = self.schemas.named[name].pointer
        report = self.schemas.report
        if nests > self._inside[name]:
            message = "this type holds itself; from its second level on it is any value"
            report.note("N415", message, pointer)
        else:
            message = "this schema is defined by itself alone; it is any value"
            report.warning("N412", message, pointer)
        return AnyType()
