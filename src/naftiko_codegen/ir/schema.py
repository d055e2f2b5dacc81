"""Normal schemas → types, models and aliases; each schema is lowered once, wherever it is used.

Before: ``{type: [array, "null"], items: {$ref: Pet}}``; after: ``Nullable(ArrayOf(ModelRef("Pet")))``.
"""

from __future__ import annotations

from collections.abc import Sequence

from naftiko_codegen.ir.model import Alias, Model
from naftiko_codegen.ir.schema_choice import (
    literals,
    null_first,
    nullable_type,
    union,
)
from naftiko_codegen.ir.schema_fields import field_of, origin, undescribed
from naftiko_codegen.ir.schema_merge import Merger, Owner, Property
from naftiko_codegen.ir.schema_named import NamedTypes
from naftiko_codegen.ir.schema_normal import DEEPEST, Schemas
from naftiko_codegen.ir.schema_scalars import SCALARS, plain, scalar
from naftiko_codegen.ir.schema_shape import (
    STRUCTURE,
    is_bare,
    is_map,
    is_object,
    one_part,
    unwrap,
)
from naftiko_codegen.ir.schema_words import distinguished, holds_objects
from naftiko_codegen.ir.types import (
    AnyType,
    ArrayOf,
    MapOf,
    ModelRef,
    Scalar,
    Type,
    UnionOf,
)
from naftiko_codegen.read.document import Json, Pointer


class Types:
    """Lowers the schemas of one document; ``models`` and ``aliases`` fill up as they are met."""

    __slots__ = (
        "_depth",
        "_kept",
        "_models",
        "_nests",
        "_types",
        "merger",
        "names",
        "report",
        "schemas",
    )

    def __init__(self, schemas: Schemas, binary: frozenset[str] = frozenset()) -> None:
        self.schemas = schemas
        self.report = schemas.report
        self.merger = Merger(schemas, binary)
        self.names = NamedTypes(self.merger, self.type_of)
        self._types: dict[int, Type] = {}
        self._models: dict[str, Model | None] = {}
        self._kept: list[Json] = []
        self._nests = 0
        self._depth = 0

    @property
    def models(self) -> tuple[Model, ...]:
        """Models made so far: components in the author's order, each followed by what is nested in it."""
        return tuple(model for model in self._models.values() if model is not None)

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """Aliases made so far; each refers only to models and to aliases before it."""
        return tuple(self.names.aliases.values())

    def components(self) -> None:
        """Lower every named schema."""
        self.names.prepare()
        for name, named in self.schemas.named.items():
            if not self.names.is_model(name):
                self.names.reference(name, self._nests)
            elif name not in self._models:
                inner, place, _ = unwrap(named.schema, named.pointer)
                self._model(inner, place, self.merger.owner(name))

    def type_of(self, schema: Json, pointer: Pointer, owner: Owner) -> Type:
        """The type of a normal schema standing at ``pointer``; models nested in it are named after ``owner``."""
        if not isinstance(schema, dict) or is_bare(schema):
            return AnyType()
        if (found := plain(schema, owner.binary)) is not None:
            return found
        if id(schema) not in self._types:
            if self._depth > DEEPEST:
                self.report.warning(
                    "N460",
                    f"a type nested deeper than {DEEPEST} levels is any value",
                    pointer,
                )
                return AnyType()
            self._depth += 1
            self._types[id(schema)] = self._type(schema, pointer, owner)
            self._depth -= 1
        return self._types[id(schema)]

    def _type(self, schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Type:
        if "$ref" in schema and not schema.keys() & STRUCTURE - {
            "$ref",
            "type",
            "format",
        }:
            return self.names.reference(
                self.schemas.target[schema["$ref"]], self._nests
            )
        if "enum" in schema or "const" in schema:
            found = literals(schema)
            if found is not None:
                return found
        inner, place, null = unwrap(schema, pointer)
        if inner is not schema:
            return nullable_type(self.type_of(inner, place, owner), null)
        if (part := one_part(schema)) is not None:
            return nullable_type(
                self.type_of(schema["allOf"][part], (*pointer, "allOf", part), owner),
                null,
            )
        if is_object(schema) and self.merger.merged(schema, pointer, owner).properties:
            return nullable_type(self._model(schema, pointer, owner), null)
        return nullable_type(self._loose(schema, pointer, owner), null)

    def _loose(self, schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Type:
        """The type of a schema that is no single object with properties."""
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return self._choice(schema, key, pointer, owner)
        if "allOf" in schema:
            return self._all_of(schema, pointer, owner)
        types = schema.get("type", ...)
        if types is ...:
            types = (
                "object"
                if is_map(schema)
                else "array" if schema.keys() & {"items", "prefixItems"} else ""
            )
        if types == "null":
            return Scalar("null")
        listed = types if isinstance(types, list) else [types]
        return union(
            [
                self._by_name(name, schema, pointer, owner)
                for name in listed
                if name != "null"
            ]
        )

    def _by_name(
        self, name: str, schema: dict[str, Json], pointer: Pointer, owner: Owner
    ) -> Type:
        """The type of ``schema`` as far as its values have the JSON type ``name``."""
        if name in SCALARS:
            return scalar(schema, name, owner.binary)
        if name == "null":
            return Scalar("null")
        if name not in ("array", "object"):
            return AnyType()
        self._nests += 1
        found = (
            self._array(schema, pointer, owner)
            if name == "array"
            else self._map(schema, pointer, owner)
        )
        self._nests -= 1
        return found

    def _array(self, schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Type:
        parts: list[tuple[Pointer, Json]] = [
            ((*pointer, "prefixItems", i), part)
            for i, part in enumerate(schema.get("prefixItems", ()))
        ]
        if schema.get("items", not parts) is not False:
            parts.append(((*pointer, "items"), schema.get("items", True)))
        return ArrayOf(self._one_of(parts, owner.child("[]", "item")))

    def _map(self, schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Type:
        if self.merger.merged(schema, pointer, owner).properties:
            return self._model(schema, pointer, owner.child("|object", "object"))
        parts: list[tuple[Pointer, Json]] = [
            ((*pointer, "patternProperties", key), part)
            for key, part in schema.get("patternProperties", {}).items()
        ]
        extra = schema.get("additionalProperties", not parts)
        if extra is not False or not parts:
            parts.append(((*pointer, "additionalProperties"), extra))
        return MapOf(self._one_of(parts, owner.child("{}", "value")))

    def _one_of(self, parts: Sequence[tuple[Pointer, Json]], owner: Owner) -> Type:
        """The type of an item or value that each of ``parts`` may describe."""
        if len(parts) == 1:
            return self.type_of(parts[0][1], parts[0][0], owner)
        return union(self._variants(parts, owner))

    def _choice(
        self, schema: dict[str, Json], key: str, pointer: Pointer, owner: Owner
    ) -> Type:
        """``oneOf`` or ``anyOf``; ``null`` among the choices makes the whole nullable."""
        choices, null = null_first(schema[key])
        parts = [((*pointer, key, index), choice) for index, choice in choices]
        type_ = union(self._variants(parts, owner))
        if isinstance(type_, UnionOf) and "discriminator" in schema:
            type_ = self._tagged(type_, schema["discriminator"])
        return nullable_type(type_, null)

    def _variants(
        self, parts: Sequence[tuple[Pointer, Json]], owner: Owner
    ) -> list[Type]:
        """The types that a value may have, each told by its place; those named by ``owner`` by words of their own."""
        words = distinguished([part for _, part in parts])
        found: list[Type] = []
        for (place, part), word in zip(parts, words, strict=True):
            if word or not holds_objects(part):
                inner = owner.child(f"|{place[-1]}", word or "choice")
                found.append(self.type_of(part, place, inner))
            else:
                found.append(
                    ArrayOf(AnyType()) if "items" in part else MapOf(AnyType())
                )
        return found

    def _tagged(self, type_: UnionOf, discriminator: dict[str, Json]) -> UnionOf:
        """The union with its discriminator: tags of the mapping, and the names of the variants it leaves out."""
        mapping = discriminator.get("mapping", {})
        tags = [(tag, self.schemas.target[ref]) for tag, ref in mapping.items()]
        models = [
            variant.model for variant in type_.variants if isinstance(variant, ModelRef)
        ]
        tags = [(tag, model) for tag, model in tags if model in models]
        tags += [
            (m, m)
            for m in models
            if m in self.schemas.named and m not in {model for _, model in tags}
        ]
        return UnionOf(type_.variants, discriminator["propertyName"], tuple(tags))

    def _all_of(self, schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Type:
        """``allOf`` of things that are no objects with properties: the first that says something."""
        own = {key: value for key, value in schema.items() if key != "allOf"}
        self._kept.append(own)
        if "type" in own and own["type"] != "object":
            return self._loose(own, pointer, owner)
        for index, part in enumerate(schema["allOf"]):
            if not is_bare(part) and part.get("type") != "object":
                return self.type_of(part, (*pointer, "allOf", index), owner)
        return self._by_name("object", own, pointer, owner)

    def _model(self, schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Type:
        """Make the model of an object with properties, once."""
        if owner.key in self._models:
            return ModelRef(owner.key)
        self._models[owner.key] = None
        merged = self.merger.merged(schema, pointer, owner)
        nests, self._nests = self._nests, self._nests + 1
        fields = [
            field_of(
                name,
                given,
                self._property(name, given),
                name in merged.required,
                self.schemas,
            )
            for name, given in merged.properties.items()
        ]
        fields += undescribed(merged, self._extra(merged.extra), self.report)
        wanted = self.schemas.wanted.get(id(schema), "")
        self._models[owner.key] = Model(
            key=owner.key,
            words=(wanted, *owner.words) if wanted else owner.words,
            fields=tuple(fields),
            description=schema.get("description", ""),
            extra=self._extra(merged.extra),
            origin=origin(self.report.document, pointer),
        )
        self._nests = nests
        return ModelRef(owner.key)

    def _property(self, name: str, given: Property) -> Type:
        if (found := plain(given.schema, given.owner.binary)) is not None:
            return found
        return self.type_of(given.schema, given.pointer, given.owner.child(name, name))

    def _extra(self, given: Property | None) -> Type | None:
        """The type of properties that are not listed; ``None`` when there may be none."""
        if given is None:
            return AnyType()
        if given.schema is False:
            return None
        return self.type_of(
            given.schema, given.pointer, given.owner.child("{}", "value")
        )
