"""Component schemas of a service → those of its REST document: legal names, only what is referred to."""

from __future__ import annotations

import re
from urllib.parse import unquote

from naftiko_codegen.ir.model import Service
from naftiko_codegen.ir.schema_keywords import KEYWORDS, MAP, SCHEMA, SCHEMAS
from naftiko_codegen.ir.schema_normal import PREFIX
from naftiko_codegen.read.document import Json

_LEGAL = re.compile(r"[A-Za-z0-9._-]+")
_BITS = {"int32": 32, "int64": 64}
_TEXT: dict[str, Json] = {"type": "string"}

_PROBLEM: dict[str, Json] = {
    "type": "object",
    "description": "An error of this server itself (RFC 9457).",
    "properties": {
        "type": {
            "type": "string",
            "description": "A URI reference that names the kind of problem.",
        },
        "title": {"type": "string", "description": "The kind of problem in words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What is wrong with this request."},
        "request_id": {
            "type": "string",
            "description": "The id of the request, as in the header X-Request-ID.",
        },
        "errors": {
            "type": "array",
            "description": "Each single fault of the request.",
            "items": {
                "type": "object",
                "properties": {
                    "detail": _TEXT,
                    "pointer": {
                        "type": "string",
                        "description": "A JSON pointer into the body.",
                    },
                    "parameter": _TEXT,
                },
            },
        },
    },
}


class Components:
    """The schemas of one document; ``schema`` prepares one that stands in an operation."""

    __slots__ = ("_needed", "_schemas", "names", "problem")

    def __init__(self, service: Service) -> None:
        self._schemas = dict(service.schemas)
        self.names = _names(tuple(self._schemas))
        self._needed: dict[str, Json] = {}
        taken = set(self.names.values())
        self.problem = next(
            n
            for n in ("Problem", "ServerProblem", "ServerProblemDocument", "_Problem")
            if n not in taken
        )
        """The name of the schema of the server's own errors."""

    def schema(self, schema: Json) -> Json:
        """``schema`` with references to the names of this document; what they name becomes a component."""
        if isinstance(schema, bool):
            return schema
        made: dict[str, Json] = {}
        for key, value in schema.items() if isinstance(schema, dict) else ():
            kind = KEYWORDS.get(key)
            if key == "$ref":
                made[key] = self._reference(value)
            elif key == "discriminator":
                mapping = {
                    tag: self._reference(ref)
                    for tag, ref in value.get("mapping", {}).items()
                }
                made[key] = {**value, **({"mapping": mapping} if mapping else {})}
            elif kind == SCHEMA:
                made[key] = self.schema(value)
            elif kind == MAP:
                made[key] = {name: self.schema(part) for name, part in value.items()}
            elif kind == SCHEMAS:
                made[key] = [self.schema(part) for part in value]
            elif kind is not None:
                made[key] = value
        return self._accepting(_bounded(made), schema)

    def _accepting(self, made: dict[str, Json], schema: Json) -> dict[str, Json]:
        """``made`` without the demand for properties that only replies have, which no request can meet."""
        if "required" not in made:
            return made
        read_only = {
            name
            for name, part in schema.get("properties", {}).items()
            if self._is_read_only(part)
        }
        required = [
            name
            for name in dict.fromkeys(made.pop("required"))
            if name not in read_only
        ]
        return {**made, "required": required} if required else made

    def _is_read_only(self, part: Json) -> bool:
        if not isinstance(part, dict):
            return False
        target = self._schemas.get(_named(part["$ref"])) if "$ref" in part else None
        return bool(
            part.get("readOnly")
            or (isinstance(target, dict) and target.get("readOnly"))
        )

    def _reference(self, ref: str) -> str:
        name = _named(ref)
        legal = self.names.get(name, self.problem)
        if name in self._schemas and name not in self._needed:
            self._needed[name] = None
        return PREFIX + legal

    def objects(self) -> dict[str, Json]:
        """The ``components`` object; to be asked for when all operations are made."""
        open_ = list(self._needed)
        while open_:
            for name in open_:
                self._needed[name] = self.schema(self._schemas[name])
            open_ = [name for name, made in self._needed.items() if made is None]
        schemas = {
            self.names[name]: self._needed[name]
            for name in self._schemas
            if name in self._needed
        }
        return {"schemas": {**schemas, self.problem: _PROBLEM}}


def _bounded(made: dict[str, Json]) -> dict[str, Json]:
    """``made`` with the bounds that its format means for whole numbers."""
    bits = _BITS.get(made["format"]) if isinstance(made.get("format"), str) else None
    if bits is None or made.get("type") not in ("integer", ["integer", "null"]):
        return made
    least = {"exclusiveMinimum", "minimum"} & made.keys()
    most = {"exclusiveMaximum", "maximum"} & made.keys()
    low = {} if least else {"minimum": -(2 ** (bits - 1))}
    high = {} if most else {"maximum": 2 ** (bits - 1) - 1}
    return {**made, **low, **high}


def _named(ref: str) -> str:
    """The name of the component that a normal reference names."""
    return unquote(ref.removeprefix(PREFIX)).replace("~1", "/").replace("~0", "~")


def _names(names: tuple[str, ...]) -> dict[str, str]:
    """A legal name for each component; what is illegal is written as its code point, so no two become one."""
    legal = {name for name in names if _LEGAL.fullmatch(name)}
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_")
        coded = (
            "".join(c if _LEGAL.fullmatch(c) else f"_{ord(c):x}_" for c in name)
            or "_empty_"
        )
        wanted = (
            name if name in legal else plain if plain and plain not in legal else coded
        )
        while wanted in found.values() or (name not in legal and wanted in legal):
            wanted = coded if wanted == plain else f"{coded}_"
        found[name] = wanted
    return found
