"""The text of an ``.avsc`` → its JSON, checked: what readers trip over, or could be overrun by, is refused."""

from __future__ import annotations

import json

from naftiko_codegen.read.document import Json

_PRIMITIVES = frozenset(("null", "boolean", "int", "long", "float", "double", "bytes", "string"))  # fmt: skip
_DEEPEST = 60


class SchemaError(ValueError):
    """A schema that cannot be used, in words for a finding."""


def avro_schema(text: str) -> Json:
    """The schema as JSON. Raises ``SchemaError``."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise SchemaError("it is no JSON") from None
    _Check().type(value, "", 0)
    return value


class _Check:
    """One walk over a schema; each method says whether values of a type can take no byte at all."""

    def __init__(self) -> None:
        self._named: dict[str, bool | None] = {}

    def type(self, value: Json, space: str, depth: int) -> bool:
        """Any type, in the namespace ``space``."""
        if depth > _DEEPEST:
            raise SchemaError("it is nested too deeply")
        if isinstance(value, str):
            return value == "null" if value in _PRIMITIVES else self._known(value, space)  # fmt: skip
        if isinstance(value, list):
            for one in value:
                self.type(one, space, depth + 1)
            return False
        if not isinstance(value, dict) or "type" not in value:
            raise SchemaError("a type is neither a name nor an object with `type`")
        return self._object(value, space, depth + 1)

    def _object(self, value: dict[str, Json], space: str, depth: int) -> bool:
        kind = value["type"]
        if kind == "array":
            if self.type(value.get("items"), space, depth):
                raise SchemaError("the items of an array take no bytes")
            return False
        if kind == "map":
            self.type(value.get("values"), space, depth)
            return False
        if kind in ("record", "error", "enum", "fixed"):
            return self._name(value, kind, space, depth)
        return self.type(kind, space, depth)

    def _name(self, value: dict[str, Json], kind: str, space: str, depth: int) -> bool:
        """A type with a name, which is not known by it before its end."""
        name, own = value.get("name"), value.get("namespace", space)
        if not isinstance(name, str) or not name or not isinstance(own, str):
            raise SchemaError(f"a type {kind} has no name")
        whole = name if "." in name or not own else f"{own}.{name}"
        if whole in self._named:
            raise SchemaError(f"the name {whole} is there twice")
        self._named[whole] = None
        empty = self._sized(value, kind, whole.rpartition(".")[0], depth)
        self._named[whole] = empty
        return empty

    def _sized(self, value: dict[str, Json], kind: str, space: str, depth: int) -> bool:
        if kind == "enum":
            symbols = value.get("symbols")
            if not isinstance(symbols, list) or not symbols:
                raise SchemaError("an enum has no symbols")
            return False
        if kind == "fixed":
            size = value.get("size")
            if not isinstance(size, int) or isinstance(size, bool) or size < 0:
                raise SchemaError("a fixed has no size")
            return size == 0
        fields = value.get("fields")
        if not isinstance(fields, list):
            raise SchemaError("a record has no fields")
        empty = [self._field(field, space, depth) for field in fields]
        return all(empty)

    def _field(self, field: Json, space: str, depth: int) -> bool:
        if not isinstance(field, dict) or not isinstance(field.get("name"), str):
            raise SchemaError("a field has no name")
        if "type" not in field:
            raise SchemaError(f"the field {field['name']} has no type")
        return self.type(field["type"], space, depth)

    def _known(self, name: str, space: str) -> bool:
        """A type called by its name."""
        for whole in (f"{space}.{name}", name) if space else (name,):
            if whole in self._named:
                empty = self._named[whole]
                if empty is None:
                    raise SchemaError(f"{whole} holds itself")
                return empty
        raise SchemaError(f"nothing is called {name}")
