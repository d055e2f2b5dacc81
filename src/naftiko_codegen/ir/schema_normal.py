"""Raw schemas of any OpenAPI 3 dialect → JSON Schema 2020-12 with every fault found and left out.

Before: ``{type: string, nullable: true, example: 1, x-a: b, minimum: two}``; after: ``{type: [string, null]}``.
Every part that a ``$ref`` names gets a name, so the result refers to ``#/components/schemas/…`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote as percent

from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.ir.schema_cycles import cut_circles
from naftiko_codegen.ir.schema_keywords import (
    AS_THEY_ARE,
    KEYWORDS,
    MAP,
    SCHEMA,
    SCHEMAS,
    is_pattern,
    well_formed,
)
from naftiko_codegen.ir.schema_older import (
    is_nullable,
    nullable,
    report_newer,
    with_known_forms,
    with_names_once,
    with_plain_limits,
)
from naftiko_codegen.ir.schema_values import drop_defaults, drop_foreign
from naftiko_codegen.parse.openapi_names import wanted_name
from naftiko_codegen.parse.openapi_refs import FILES, Refs
from naftiko_codegen.read.document import Json, Pointer

DEEPEST = 64
"""Levels of nesting that are looked at; a deeper part is any value."""

PREFIX = "#/components/schemas/"
TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
_HOMES = ("schema", "schemas", "definitions", "$defs", "itemSchema", FILES)


PARENT = ("components", "schemas")
_SILENT = (*PARENT, "properties", "schema", "content", "definitions")


def ref_to(name: str) -> str:
    """The reference to the component schema ``name``."""
    return PREFIX + percent(
        name.replace("~", "~0").replace("/", "~1"), safe="~!$&'()*+,;=:@-._"
    )


def _ways(pointer: Pointer) -> Iterator[Pointer]:
    """The steps that may name the part at ``pointer``: the telling ones, then more, then all.

    A part of another file is told by its own steps there, or by the name of the file when it is all of it.
    """
    if pointer[0] == FILES:
        file = str(pointer[1]).rpartition("/")[2]
        inside = tuple(part for part in pointer[2:] if part not in _SILENT)
        yield inside or (file,)
        yield (file, *inside)
    else:
        way = pointer[2:] if pointer[:2] == PARENT else pointer
        yield tuple(part for part in way if part not in _SILENT[2:])
    yield pointer


class Named(NamedTuple):
    """A schema with a name: a component, or a part that something refers to."""

    schema: Json
    pointer: Pointer


class Schemas:
    """All schemas of a document in normal form; each is made once."""

    __slots__ = (
        "_defaults",
        "_names",
        "_older",
        "_open",
        "_patterns",
        "_refs_in",
        "by_ref",
        "named",
        "refs",
        "report",
        "target",
        "wanted",
    )

    def __init__(self, refs: Refs) -> None:
        self.refs = refs
        self.report = refs.report
        self.named: dict[str, Named] = {}
        self.target: dict[str, str] = {}
        """Name by normal reference."""
        self.by_ref: dict[str, Json] = {}
        """Normal schema by normal reference."""
        self.wanted: dict[int, str] = {}
        """``x-naftiko-name`` by the ``id`` of the normal schema it stands in."""
        self._defaults: list[tuple[dict[str, Json], Pointer]] = []
        self._patterns: dict[str, bool] = {}
        self._names: dict[Pointer, str] = {}
        self._older = str(refs.root.get("openapi")).startswith("3.0")
        self._open: list[tuple[str, Json, Pointer]] = []
        self._refs_in: dict[str, str | None] = {}

    def components(self, raw: dict[str, Json]) -> None:
        """Make every component schema, and what they refer to."""
        for name in raw:
            self._names[*PARENT, name] = name
            self.target[ref_to(name)] = name
        for name, schema in raw.items():
            self._keep(name, schema, (*PARENT, name))

    def finish(self) -> None:
        """Make the parts that were referred to since, then drop what only the whole shows to be wrong.

        To be called once, after the last ``normal``.
        """
        while self._open:
            name, schema, pointer = self._open.pop()
            self._keep(name, schema, pointer)
        cut_circles(
            {name: (named.schema, named.pointer) for name, named in self.named.items()},
            self.target.get,
            self.report,
        )
        drop_defaults(self._defaults, self.by_ref, self.report)

    def _keep(self, name: str, raw: Json, pointer: Pointer) -> None:
        schema = self.normal(raw, pointer)
        self.named[name] = Named(schema, pointer)
        self.by_ref[ref_to(name)] = schema

    def normal(self, raw: Json, pointer: Pointer, depth: int = 0) -> Json:
        """The normal form of ``raw``: an object, ``True`` or ``False``; ``{}`` where nothing can be made of it."""
        if isinstance(raw, bool):
            return raw
        if not isinstance(raw, dict):
            if raw is not ...:
                self.report.wrong(raw, "a schema", pointer, "any value is assumed")
            return {}
        if depth > DEEPEST:
            self.report.warning(
                "N460",
                f"a schema nested deeper than {DEEPEST} levels is any value",
                pointer,
            )
            return {}
        made: dict[str, Json] = {}
        for key, value in raw.items():
            if AS_THEY_ARE.get(key) is value.__class__ or (
                key == "type" and value.__class__ is str and value in TYPES
            ):
                made[key] = value
            elif (kind := KEYWORDS.get(key)) is not None:
                self._keyword(made, key, kind, value, (*pointer, key), depth)
        with_plain_limits(made)
        if "required" in made:
            with_names_once(made, pointer, self.report)
        if self._older and "type" in made:
            report_newer(made, pointer, self.report)
        if "format" in made or "contentEncoding" in made:
            with_known_forms(made)
        hinted = "nullable" in raw or "allOf" in raw
        if hinted and is_nullable(raw, pointer, self._older, self.report):
            made = nullable(made)
        if "enum" in made or "const" in made:
            drop_foreign(made, pointer, self.report)
        if "default" in made:
            self._defaults.append((made, pointer))
        if "x-naftiko-name" in raw and (name := wanted_name(raw, pointer, self.report)):
            self.wanted[id(made)] = name
        return made

    def _keyword(
        self,
        made: dict[str, Json],
        key: str,
        kind: str,
        value: Json,
        pointer: Pointer,
        depth: int,
    ) -> None:
        """Put the normal form of one keyword into ``made``, unless it is faulty."""
        if kind == SCHEMA:
            self._subschema(made, key, value, pointer, depth)
        elif kind == MAP:
            if isinstance(value, dict):
                made[key] = {
                    k: self.normal(v, (*pointer, k), depth + 1)
                    for k, v in value.items()
                }
            else:
                self.report.wrong(value, "an object of schemas", pointer)
        elif kind == SCHEMAS:
            if isinstance(value, list) and value:
                made[key] = [
                    self.normal(v, (*pointer, i), depth + 1)
                    for i, v in enumerate(value)
                ]
            else:
                self.report.wrong(value, "a list of at least one schema", pointer)
        elif key == "$ref":
            name = self._ref(value, pointer)
            if name is not None:
                made["$ref"] = ref_to(name)
        elif key == "type":
            self._types(made, value, pointer)
        elif key == "discriminator":
            self._discriminator(made, value, pointer)
        elif wanted := well_formed(key, kind, value):
            self.report.wrong(value, wanted, pointer)
        elif key == "$dynamicRef":
            self.report.warning(
                "N463", "$dynamicRef is not followed; any value is assumed", pointer
            )
        elif key != "pattern" or self._understood(value, pointer):
            made[key] = value

    def _understood(self, pattern: str, pointer: Pointer) -> bool:
        """Whether a pattern is a regular expression that a server can check; it is never run here."""
        if pattern not in self._patterns:
            self._patterns[pattern] = is_pattern(pattern)
        if not self._patterns[pattern]:
            self.report.note(
                "N464",
                f"the pattern {quote(pattern)} is not understood; it is not checked",
                pointer,
            )
        return self._patterns[pattern]

    def _subschema(
        self, made: dict[str, Json], key: str, value: Json, pointer: Pointer, depth: int
    ) -> None:
        """A keyword that holds one schema; ``items`` may be a list as in drafts before 2020-12."""
        if key == "items" and isinstance(value, list) and value:
            message = "items is one schema; a list of them is read as prefixItems"
            self.report.once("N467", message, pointer)
            made["prefixItems"] = [
                self.normal(v, (*pointer, i), depth + 1) for i, v in enumerate(value)
            ]
        elif isinstance(value, dict | bool):
            made[key] = self.normal(value, pointer, depth + 1)
        else:
            self.report.wrong(value, "a schema", pointer)

    def _types(self, made: dict[str, Json], value: Json, pointer: Pointer) -> None:
        given = value if isinstance(value, list) else [value]
        if given == ["file"]:
            made["type"], made["format"] = "string", "binary"
            return
        known = [item for item in given if item in TYPES]
        for item in given:
            if item not in TYPES:
                hint = (
                    did_you_mean(item, TYPES) if isinstance(item, str) else ""
                ) or f"one of {', '.join(TYPES)}"
                self.report.warning(
                    "N461", f"{quote(item)} is no type; it is left out", pointer, hint
                )
        if known:
            made["type"] = known[0] if len(known) == 1 else list(dict.fromkeys(known))

    def _discriminator(
        self, made: dict[str, Json], value: Json, pointer: Pointer
    ) -> None:
        """Property name and mapping to normal references; a bare name in the mapping is a component's."""
        if not isinstance(value, dict) or not isinstance(
            value.get("propertyName"), str
        ):
            self.report.wrong(value, "an object with a propertyName", pointer)
            return
        mapping: dict[str, str] = {}
        for tag, target in self.report.mapping(value, "mapping", pointer).items():
            known = isinstance(target, str) and (*PARENT, target) in self._names
            name = target if known else self._ref(target, (*pointer, "mapping", tag))
            if name is not None:
                mapping[tag] = ref_to(name)
        made["discriminator"] = {
            "propertyName": value["propertyName"],
            **({"mapping": mapping} if mapping else {}),
        }

    def _ref(self, ref: Json, pointer: Pointer) -> str | None:
        """The name of what ``ref`` refers to; ``None`` and a finding when that is no schema of this document."""
        if isinstance(ref, str) and self._refs_in.get(ref) is not None:
            return self._refs_in[ref]
        found = self.refs.target(ref, pointer)
        if found is None:
            return None
        if not isinstance(found.value, dict | bool) or not any(
            part in _HOMES for part in found.pointer
        ):
            message = f"$ref {quote(ref)} names no schema; any value is assumed"
            self.report.warning("N413", message, pointer)
            return None
        name = self._names.get(found.pointer)
        if name is None:
            name = self._name(found.value, found.pointer)
        self._refs_in[ref] = name
        return name

    def _name(self, schema: Json, pointer: Pointer) -> str:
        """A name for a part that is no component: the component's name and the way from there, or the whole way."""
        for way in _ways(pointer):
            name = "/".join(str(part) for part in way)
            if name and ref_to(name) not in self.target:
                break
        self._names[pointer] = name
        self.target[ref_to(name)] = name
        self._open.append((name, schema, pointer))
        return name
