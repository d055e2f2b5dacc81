"""Normal schemas → schemas that stand alone: strict ones for inputs, loose ones for replies.

References are replaced by what they name; recursive ones, and all of a very large schema, become ``$defs``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from naftiko_codegen.check.text import clean
from naftiko_codegen.ir.schema_graph import recursive
from naftiko_codegen.read.document import Json

LARGEST_INPUT = 600
"""Parts of an input schema up to which references are replaced; a larger one keeps them, in ``$defs``."""

LARGEST_REPLY = 300
"""Parts of a reply schema; a larger one says less about its deeper levels."""

LONGEST = 300
"""Characters of a description inside a schema."""

_DROPPED = frozenset(
    ("discriminator", "deprecated", "readOnly", "writeOnly", "title", "x-naftiko-name")
)
_ANNOTATIONS = _DROPPED | {"$ref", "description", "default"}
_MAPS = frozenset(("properties", "patternProperties", "dependentSchemas"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_SINGLES = frozenset(
    ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
     "unevaluatedProperties")
)  # fmt: skip


class _Limits(NamedTuple):
    """How a schema is made: how many parts at most, how many levels of a reply, and whether references stay."""

    parts: int
    levels: int
    references: bool = False


_DEEPEST = 80
_INPUT = (_Limits(LARGEST_INPUT, _DEEPEST), _Limits(8 * LARGEST_INPUT, _DEEPEST, True))
_REPLY = tuple(_Limits(LARGEST_REPLY, levels) for levels in (_DEEPEST, 5, 4, 3, 2, 1))


class Inliner:
    """Makes schemas stand alone; ``schemas`` are the named ones by reference. What is made is never changed."""

    __slots__ = (
        "_cyclic",
        "_deep",
        "_defs",
        "_done",
        "_left",
        "_limits",
        "_names",
        "schemas",
    )

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self.schemas = schemas
        self._cyclic = recursive(schemas)
        self._names = _definition_names(schemas)
        self._defs: dict[str, Json] = {}
        self._done: dict[tuple[str, bool], tuple[Json, int]] = {}
        self._left = 0
        self._deep = 0
        self._limits = _INPUT[0]

    def strict(self, schema: Json) -> dict[str, Json]:
        """What an input must be: every limit kept, properties that only a reply has left out."""
        return self._standing(schema, _INPUT, loose=False)

    def loose(self, schema: Json) -> dict[str, Json]:
        """What a reply may be: types (null always allowed) and descriptions, so that no real reply is refused."""
        made = self._standing(schema, _REPLY, loose=True)
        return (
            {**made, "type": "object"}
            if made.get("type") == ["object", "null"]
            else made
        )

    def _standing(
        self, schema: Json, attempts: tuple[_Limits, ...], *, loose: bool
    ) -> dict[str, Json]:
        made: Json = {}
        for self._limits in attempts:
            self._defs, self._left = {}, self._limits.parts
            made = self._made(schema, loose, self._limits.levels)
            if self._left > 0:
                break
        if not isinstance(made, dict):
            made = {} if made else {"not": {}}
        return {**made, "$defs": dict(self._defs)} if self._defs else made

    def _made(self, schema: Json, loose: bool, levels: int) -> Json:
        self._left -= 1
        if self._left <= 0 or levels < 0 or self._deep > _DEEPEST:
            return {}
        if not isinstance(schema, dict):
            return {} if loose else schema
        self._deep += 1
        made = (
            self._referring(schema, loose, levels)
            if "$ref" in schema
            else self._plain(schema, loose, levels)
        )
        self._deep -= 1
        return made

    def _plain(
        self, schema: dict[str, Json], loose: bool, levels: int
    ) -> dict[str, Json]:
        return self._loosened(schema, levels) if loose else self._strict(schema, levels)

    def _referring(self, schema: dict[str, Json], loose: bool, levels: int) -> Json:
        """A schema with a reference: what that names, with the description and default given beside it."""
        beside = {
            key: value
            for key, value in schema.items()
            if key in ("description", "default")
        }
        if loose:
            beside.pop("default", None)
        elif schema.keys() - _ANNOTATIONS:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return {
                "allOf": [
                    self._named(schema["$ref"], loose, levels),
                    self._strict(rest, levels),
                ]
            }
        target = self._named(schema["$ref"], loose, levels)
        if "description" in beside:
            beside["description"] = bounded(beside["description"], LONGEST)
        return {**target, **beside} if beside and isinstance(target, dict) else target

    def _named(self, ref: str, loose: bool, levels: int) -> Json:
        """What ``ref`` names, in place or as a reference to ``$defs``."""
        cut = self._limits.levels < _DEEPEST
        if self._limits.references or (ref in self._cyclic and not cut):
            return {"$ref": self._definition(ref, loose, levels)}
        if cut:
            return (
                {}
                if ref in self._cyclic
                else self._made(self.schemas.get(ref, {}), loose, levels)
            )
        if (ref, loose) not in self._done:
            before, count = self._left, len(self._defs)
            made = self._made(self.schemas.get(ref, {}), loose, levels)
            if self._left <= 0 or count or self._defs:
                return made
            self._done[ref, loose] = made, before - self._left
            return made
        made, cost = self._done[ref, loose]
        self._left -= cost
        return made

    def _definition(self, ref: str, loose: bool, levels: int) -> str:
        """The place of ``ref`` below ``$defs``, made when first needed."""
        name = self._names.get(ref, "Any")
        if name not in self._defs:
            self._defs[name] = {}
            self._defs[name] = self._made(self.schemas.get(ref, {}), loose, levels)
        return f"#/$defs/{name}"

    def _strict(self, schema: dict[str, Json], levels: int) -> dict[str, Json]:
        made: dict[str, Json] = {}
        for key, value in schema.items():
            if key in _DROPPED:
                continue
            if key == "properties":
                made[key] = {
                    k: self._made(v, False, levels)
                    for k, v in value.items()
                    if not _only_in_replies(v)
                }
            elif key in _MAPS:
                made[key] = {k: self._made(v, False, levels) for k, v in value.items()}
            elif key in _LISTS:
                made[key] = [self._made(v, False, levels) for v in value]
            elif key in _SINGLES:
                made[key] = self._made(value, False, levels)
            else:
                made[key] = bounded(value, LONGEST) if key == "description" else value
        if "required" in made and "properties" in made:
            hidden = schema["properties"].keys() - made["properties"].keys()
            made["required"] = [name for name in made["required"] if name not in hidden]
        return made

    def _loosened(self, schema: dict[str, Json], levels: int) -> dict[str, Json]:
        made: dict[str, Json] = {}
        types = _types(schema)
        if types:
            listed = [
                *dict.fromkeys(
                    "number" if t == "integer" else t for t in types if t != "null"
                )
            ]
            made["type"] = [*listed, "null"]
        if schema.get("description"):
            made["description"] = bounded(schema["description"], LONGEST)
        if "properties" in schema:
            made["properties"] = {
                k: self._made(v, True, levels - 1)
                for k, v in schema["properties"].items()
            }
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict) and schema[key]:
                made[key] = self._made(schema[key], True, levels - 1)
        if "allOf" in schema:
            made["allOf"] = [self._made(part, True, levels) for part in schema["allOf"]]
        for key in ("oneOf", "anyOf"):
            if key in schema:
                choices = [self._made(part, True, levels) for part in schema[key]]
                if all(choices):
                    made["anyOf"] = [
                        *choices,
                        *([] if any(map(_takes_null, choices)) else [{"type": "null"}]),
                    ]
        return made


def bounded(text: str, longest: int) -> str:
    """``text`` without invisible characters, cut at a word when it is longer than ``longest``."""
    shown = clean(text).strip()
    if len(shown) <= longest:
        return shown
    head = shown[: longest - 1]
    return f"{head.rsplit(None, 1)[0] if ' ' in head else head}…"


def _takes_null(schema: Json) -> bool:
    return isinstance(schema, dict) and "null" in schema.get("type", ())


def _types(schema: dict[str, Json]) -> list[str]:
    """The JSON types of a schema, guessed from its parts when it names none."""
    types = schema.get("type")
    if isinstance(types, str):
        return [types]
    if types:
        return list(types)
    return (
        ["object"]
        if schema.get("properties")
        else ["array"] if schema.get("items") else []
    )


def _only_in_replies(schema: Json) -> bool:
    return isinstance(schema, dict) and bool(schema.get("readOnly"))


def _definition_names(schemas: Mapping[str, Json]) -> dict[str, str]:
    """A plain name for each reference: its own words, and its neighbours' words too when two would be alike."""
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for ref in schemas:
        word = (
            re.sub(
                r"[^A-Za-z0-9._-]+", "_", ref.rpartition("/components/schemas/")[2]
            ).strip("_")
            or "Any"
        )
        if word in taken:
            word = re.sub(r"[^A-Za-z0-9._-]", lambda m: f"_{ord(m[0]):x}_", ref)
        taken[word] = ref
        found[ref] = word
    return found
