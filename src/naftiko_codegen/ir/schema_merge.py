"""``allOf`` and its kin → one set of properties, each schema merged once however often it is referred to.

Before: ``{allOf: [{$ref: Pet}, {properties: {age: …}}]}``; after: the properties of ``Pet`` and ``age``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from naftiko_codegen.ir.schema_graph import components, included
from naftiko_codegen.ir.schema_normal import DEEPEST, Schemas
from naftiko_codegen.ir.schema_shape import is_bare, unwrap
from naftiko_codegen.read.document import Json, Pointer


class Owner(NamedTuple):
    """To whom a nested schema belongs: the key and the name ladder that its models grow from.

    With ``binary`` a string of format binary is raw bytes, as it is in a multipart body.
    """

    key: str
    words: tuple[str, ...]
    binary: bool = False

    def child(self, step: str, word: str) -> Owner:
        """The owner of a part: its key grows by ``step``, its names by ``word``."""
        escaped = step.replace("~", "~0").replace("/", "~1")
        key = f"{self.key}/{escaped}" if "#" in self.key else f"{self.key}#{escaped}"
        words = [f"{mine} {word}" for mine in self.words[:2]]
        return self._replace(key=key, words=(*words, f"{words[-1]} object"))


class Property(NamedTuple):
    """A property as it stands in one schema, and the owner whose words name what is nested in it."""

    schema: Json
    pointer: Pointer
    owner: Owner


class Merged(NamedTuple):
    """The object that a schema describes: properties, which are required, and ``additionalProperties``."""

    properties: Mapping[str, Property] = MappingProxyType({})
    required: Mapping[str, Pointer] = MappingProxyType({})
    """The names, each with the place that says so."""
    extra: Property | None = None


_NOTHING = Merged()


class Merger:
    """Merges schemas into objects; remembers every one by identity, as normal schemas live as long as the document."""

    __slots__ = ("_done", "_made", "_open", "binary", "schemas")

    def __init__(self, schemas: Schemas, binary: frozenset[str] = frozenset()) -> None:
        """``binary`` names the components that are bodies of multipart requests."""
        self.schemas = schemas
        self.binary = binary
        self._done: dict[int, Merged] = {}
        self._open: set[int] = set()
        self._made: list[Json] = []

    def owner(self, name: str) -> Owner:
        """The owner of what is nested in the named schema ``name``."""
        return Owner(name, (name.replace("/", " "),), name in self.binary)

    def named(self, name: str) -> Merged:
        """The object that the named schema describes, ``null`` left aside."""
        schema, pointer = self.schemas.named[name]
        if isinstance(schema, dict):
            schema, pointer, _ = unwrap(schema, pointer)
        return self.merged(schema, pointer, self.owner(name))

    def prepare(self) -> None:
        """Merge all named schemas, each after those it includes, however many stand behind one another."""
        target = self.schemas.target
        edges = {
            name: [target[ref] for ref in included(named.schema)]
            for name, named in self.schemas.named.items()
        }
        for members in components(edges):
            for name in sorted(members):
                self.named(name)

    def merged(self, schema: Json, pointer: Pointer, owner: Owner) -> Merged:
        """The object that ``schema`` describes with all it includes; empty when it includes itself."""
        if not isinstance(schema, dict):
            return _NOTHING
        if id(schema) in self._done:
            return self._done[id(schema)]
        if id(schema) in self._open or len(self._open) > DEEPEST:
            message = "this schema includes itself; it is left out of itself"
            self.schemas.report.warning("N412", message, pointer)
            return _NOTHING
        self._open.add(id(schema))
        found = self._merge(schema, pointer, owner)
        self._open.discard(id(schema))
        self._done[id(schema)] = found
        return found

    def _merge(self, schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Merged:
        found = _NOTHING
        name = self.schemas.target.get(schema.get("$ref", ""))
        if name is not None:
            found = self.named(name)
        for index, part in enumerate(schema.get("allOf", ())):
            found = _joined(found, self.merged(part, (*pointer, "allOf", index), owner))
        found = _joined(found, _own(schema, pointer, owner))
        if found.properties:
            for part, place in self._choices(schema, pointer, set()):
                found = self._with_choices(found, part, place, owner)
        return found

    def _choices(
        self, schema: dict[str, Json], pointer: Pointer, seen: set[int]
    ) -> Iterator[tuple[dict[str, Json], Pointer]]:
        """The schemas whose variants an object has too: itself, and each part without properties of its own."""
        if id(schema) in seen or len(seen) > DEEPEST:
            return
        seen.add(id(schema))
        if schema.keys() & {"oneOf", "anyOf"}:
            yield schema, pointer
        for index, part in enumerate(schema.get("allOf", ())):
            place: Pointer = (*pointer, "allOf", index)
            name = self.schemas.target.get(_reference(part))
            if name is not None:
                part, place = self.schemas.named[name]
            if isinstance(part, dict) and not self._has_properties(part):
                yield from self._choices(part, place, seen)

    def _has_properties(self, part: dict[str, Json]) -> bool:
        """Whether ``part``, which has been merged, brought properties, and those of its variants with them."""
        return "properties" in part or bool(
            self._done.get(id(part), _NOTHING).properties
        )

    def _with_choices(
        self, found: Merged, schema: dict[str, Json], pointer: Pointer, owner: Owner
    ) -> Merged:
        """``found`` and the properties of its ``oneOf`` and ``anyOf`` variants, which are not required.

        What several variants say of one property is a choice again.
        """
        said: dict[str, list[Property]] = {}
        for key in ("oneOf", "anyOf"):
            for index, part in enumerate(schema.get(key, ())):
                if not is_bare(part):
                    more = self.merged(part, (*pointer, key, index), owner)
                    for name, given in more.properties.items():
                        said.setdefault(name, []).append(given)
        added = {
            name: self._either(given)
            for name, given in said.items()
            if name not in found.properties
        }
        return (
            found._replace(properties={**found.properties, **added}) if added else found
        )

    def _either(self, given: list[Property]) -> Property:
        """One property that may be any of ``given``."""
        distinct = {repr(item.schema): item.schema for item in given}
        if len(distinct) == 1:
            return given[0]
        choice = {"anyOf": list(distinct.values())}
        self._made.append(choice)
        return given[0]._replace(schema=choice)


def _reference(schema: Json) -> str:
    """The reference that ``schema`` is, empty when it is none."""
    return schema.get("$ref", "") if isinstance(schema, dict) else ""


def _own(schema: dict[str, Json], pointer: Pointer, owner: Owner) -> Merged:
    """What ``schema`` says itself."""
    properties = {
        key: Property(value, (*pointer, "properties", key), owner)
        for key, value in schema.get("properties", {}).items()
    }
    extra = None
    for key in ("unevaluatedProperties", "additionalProperties"):
        if key in schema:
            extra = Property(schema[key], (*pointer, key), owner)
    names = schema.get("required", ())
    return Merged(properties, dict.fromkeys(names, (*pointer, "required")), extra)


def _joined(base: Merged, more: Merged) -> Merged:
    """Both; what ``more`` says about a property of ``base`` counts, unless it says nothing about its type."""
    if base is _NOTHING or base is more:
        return more
    if more is _NOTHING:
        return base
    properties = dict(base.properties)
    for key, value in more.properties.items():
        if key not in properties or not is_bare(value.schema):
            properties[key] = value
    return Merged(
        properties, {**more.required, **base.required}, more.extra or base.extra
    )
