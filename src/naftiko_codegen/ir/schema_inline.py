"""Normal schemas → schemas that stand alone: strict ones for inputs, loose ones for replies.

References are replaced by what they name; recursive ones, and all of a very large schema, become ``$defs``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from naftiko_codegen.check.text import clean
from naftiko_codegen.ir.schema_graph import recursive
from naftiko_codegen.read.document import Json

LARGEST = 1500
"""Parts of a schema up to which references are replaced by what they name."""

LONGEST = 400
"""Characters of a description inside a schema."""

_DROPPED = frozenset(("discriminator", "deprecated", "readOnly", "writeOnly", "title", "x-naftiko-name"))
_MAPS = frozenset(("properties", "patternProperties", "dependentSchemas"))
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_SINGLES = frozenset(
    ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
     "unevaluatedProperties")
)  # fmt: skip


class Inliner:
    """Makes schemas stand alone; ``schemas`` are the named ones by reference."""

    __slots__ = ("_cyclic", "_defs", "_left", "_names", "_whole", "schemas")

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self.schemas = schemas
        self._cyclic = recursive(schemas)
        self._names = _definition_names(schemas)
        self._defs: dict[str, Json] = {}
        self._left = 0
        self._whole = False

    def strict(self, schema: Json) -> Json:
        """What an input must be: every limit kept, properties that only a reply has left out."""
        return self._standing(schema, loose=False)

    def loose(self, schema: Json) -> Json:
        """What a reply may be: types (null always allowed) and descriptions, so that no real reply is refused."""
        made = self._standing(schema, loose=True)
        if made.get("type") == ["object", "null"]:
            made["type"] = "object"
        return made

    def _standing(self, schema: Json, *, loose: bool) -> dict[str, Json]:
        for whole in (False, True):
            self._defs, self._left, self._whole = {}, LARGEST * (4 if whole else 1), whole
            made = self._made(schema, loose)
            if self._left > 0:
                break
        if not isinstance(made, dict):
            made = {} if made else {"not": {}}
        return {**made, "$defs": {n: d for n, d in self._defs.items()}} if self._defs else made

    def _made(self, schema: Json, loose: bool) -> Json:
        self._left -= 1
        if self._left <= 0:
            return {}
        if not isinstance(schema, dict):
            return {} if loose else schema
        if "$ref" not in schema:
            return self._loosened(schema) if loose else self._strict(schema)
        ref = schema["$ref"]
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        beside = (self._loosened(rest) if loose else self._strict(rest)) if rest else {}
        if loose:
            beside = {key: value for key, value in beside.items() if key == "description"}
        if self._whole or ref in self._cyclic:
            return {"$ref": self._definition(ref, loose), **beside}
        target = self._made(self.schemas.get(ref, {}), loose)
        if not isinstance(target, dict) or not beside:
            return target
        return {**target, **beside} if not beside.keys() & target.keys() - {"description", "default"} else {"allOf": [target, beside]}

    def _definition(self, ref: str, loose: bool) -> str:
        """The place of ``ref`` below ``$defs``, made when first needed."""
        name = self._names.get(ref, "Any")
        if name not in self._defs:
            self._defs[name] = {}
            self._defs[name] = self._made(self.schemas.get(ref, {}), loose)
        return f"#/$defs/{name}"

    def _strict(self, schema: dict[str, Json]) -> dict[str, Json]:
        made: dict[str, Json] = {}
        for key, value in schema.items():
            if key in _DROPPED:
                continue
            if key == "properties":
                made[key] = {k: self._made(v, False) for k, v in value.items() if not _only_in_replies(v)}
            elif key in _MAPS:
                made[key] = {k: self._made(v, False) for k, v in value.items()}
            elif key in _LISTS:
                made[key] = [self._made(v, False) for v in value]
            elif key in _SINGLES:
                made[key] = self._made(value, False)
            else:
                made[key] = bounded(value, LONGEST) if key == "description" else value
        if "required" in made and "properties" in made:
            hidden = schema["properties"].keys() - made["properties"].keys()
            made["required"] = [name for name in made["required"] if name not in hidden]
        return made

    def _loosened(self, schema: dict[str, Json]) -> dict[str, Json]:
        made: dict[str, Json] = {}
        types = _types(schema)
        if types:
            listed = [*dict.fromkeys("number" if t == "integer" else t for t in types if t != "null")]
            made["type"] = [*listed, "null"]
        if schema.get("description"):
            made["description"] = bounded(schema["description"], LONGEST)
        if "properties" in schema:
            made["properties"] = {k: self._made(v, True) for k, v in schema["properties"].items()}
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict) and schema[key]:
                made[key] = self._made(schema[key], True)
        if "allOf" in schema:
            made["allOf"] = [self._made(part, True) for part in schema["allOf"]]
        for key in ("oneOf", "anyOf"):
            if key in schema:
                choices = [self._made(part, True) for part in schema[key]]
                if all(choices):
                    made["anyOf"] = [*choices, *([] if any(map(_takes_null, choices)) else [{"type": "null"}])]
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
    return ["object"] if schema.get("properties") else ["array"] if schema.get("items") else []


def _only_in_replies(schema: Json) -> bool:
    return isinstance(schema, dict) and bool(schema.get("readOnly"))


def _definition_names(schemas: Mapping[str, Json]) -> dict[str, str]:
    """A plain name for each reference: its own words, and its neighbours' words too when two would be alike."""
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for ref in schemas:
        word = re.sub(r"[^A-Za-z0-9._-]+", "_", ref.rpartition("/components/schemas/")[2]).strip("_") or "Any"
        if word in taken:
            word = re.sub(r"[^A-Za-z0-9._-]", lambda m: f"_{ord(m[0]):x}_", ref)
        taken[word] = ref
        found[ref] = word
    return found
