"""JSON Schema → the few words that the language has for types."""

from __future__ import annotations

from naftiko_codegen.check.capability_shapes import TYPES
from naftiko_codegen.ir.model import Service
from naftiko_codegen.ir.schema_kinds import kinds
from naftiko_codegen.parse.capability_schema import fits
from naftiko_codegen.read.document import Json

_PREFIX = "#/components/schemas/"
_DEEPEST = 12


class Kinds:
    """Reads the schemas of one service."""

    def __init__(self, service: Service) -> None:
        """References are those of ``service.schemas``."""
        self._named = {f"{_PREFIX}{name}": it for name, it in service.schemas}

    def words(self, schema: Json) -> Json:
        """A type word, or a list of them where there are several; ``None`` when anything may come."""
        found = kinds(schema, self._named)
        known = [word for word in TYPES if word in found]
        if "number" in known and "integer" in known:
            known.remove("integer")
        if len(found) >= len(TYPES) or not known:
            return None
        return known[0] if len(known) == 1 else known

    def whole(self, schema: Json, depth: int = 0) -> dict[str, Json]:
        """``schema`` with its references followed and its ``allOf`` merged, one level deep."""
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return {}
        if "$ref" in schema:
            named = self._named.get(schema["$ref"], {})
            return self.whole(named, depth + 1)
        made = dict(schema)
        for part in made.pop("allOf", ()):
            other = self.whole(part, depth + 1)
            properties = {**other.get("properties", {}), **made.get("properties", {})}
            required = [*made.get("required", ()), *other.get("required", ())]
            made = {**other, **made, "properties": properties, "required": required}
        return made

    def description(self, schema: Json) -> str:
        """What the schema says of itself in words."""
        said = self.whole(schema).get("description", "")
        return said if isinstance(said, str) else ""

    def more(self, schema: Json) -> dict[str, Json]:
        """``default``, ``enum``, ``minimum`` and ``maximum``, where the language takes them as they are."""
        whole, types = self.whole(schema), self.words(schema)
        if not isinstance(types, str):
            return {}
        made: dict[str, Json] = {}
        if "default" in whole and fits(whole["default"], (types,)):
            made["default"] = whole["default"]
        choices = [it for it in whole.get("enum", ()) if it is not None]
        if choices and all(fits(it, (types,)) for it in choices):
            made["enum"] = choices
        for key in ("minimum", "maximum"):
            value = whole.get(key)
            if isinstance(value, int | float) and not isinstance(value, bool):
                made[key] = value
        return made
