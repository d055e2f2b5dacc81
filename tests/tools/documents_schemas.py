"""Schemas as real documents have them, at their worst: made from a seed, the same ones each time."""

from __future__ import annotations

from random import Random

from naftiko_codegen.read.document import Json

PROPERTIES = (
    "id", "name", "class", "class_", "Class", "self", "cls", "def", "None", "True", "async", "__init__", "__dict__",
    "__struct_fields__", "extra_fields", "_id", "__", "_", "", " ", "2fa", "123", "größe", "名前", "ſ", "user-id",
    "user_id", "userId", "UserID", "@odata.type", "$filter", "odata.nextLink", "x.y", "a/b", "a~b", "%41", "#", "type",
    "list", "dict", "str", "int", "float", "bool", "bytes", "Any", "Literal", "UNSET", "Model", "UnsetType", "models",
    "msgspec", "body", "options", "timeout", "content_type", "kwargs", "print", "super", "object", "property", "items",
    "a\"b", "a\\b", "a\nb", "é", "e\u0301", "ﬁ", "v1", "v-1", "V1", "data", "next_cursor", "match", "case", "field",
    "x" * 90, "x" * 89 + "y", "\u202e", "🚀", "-", "--", "+1", "-1", "{id}", "'", "`", "None_", "decode", "encode",
)  # fmt: skip
NAMES = (
    "Pet", "pet", "PET", "Pet_", "Error", "List", "Dict", "str", "int", "bool", "list", "dict", "None", "Any",
    "Literal", "Model", "UNSET", "UnsetType", "TypeAlias",
    "Client", "models", "Unset", "msgspec", "Enum", "object", "type",
    "Base.Item", "Base-Item", "Base_Item", "2Fast", "Exception", "annotations", "Self", "Optional", "Union", "ApiError",
    "AuthenticationToken", "File--Full", "File_Full", "v1.Pod", "Größe", "名前", "A", "a", "class", "Class", "def",
)  # fmt: skip
ODD_NAMES = ("io/k8s", "a b", "x~y", "x%20y", 'a"b', "«T»", "List[Pet]", "Pet{1}", "")
TEXTS = (
    "Plain words.", "With \"\"\" quotes\\", "Ends in a backslash \\", "<p>HTML &amp; <b>bold</b></p>\n\n- a\n- b", "",
    "{{template}} {% if x %} ${VAR} %(x)s {0}", "Tabs\tand\r\nlines\x07", "# hash\n    code\n```py\nx\n```",
    "ä 名 🚀 \u2028 \u202e",
    "long " * 200, "'''", "x" * 400, "Args:\n    a: b\n\nReturns:\n    c", "\\N{DASH} \\x00 \\u12", " lead and trail ",
)  # fmt: skip
SCALARS = ("string", "integer", "number", "boolean")
FORMATS = ("date-time", "date", "uuid", "byte", "binary", "decimal", "int64", "uint64", "float", "email",
    "snowflake", "")  # fmt: skip
PATTERNS = (
    r"^a+$",
    r"^\p{L}+$",
    r"(?<name>x)",
    r"[\w--\d]",
    r"(",
    r"^\d{1,3}$",
    r"\Z",
    "^[^\\/\\u0000]*$",
    r"(a+)+$",
)
ENUMS: tuple[list[Json], ...] = (
    ["a", "b"], ["a", "A", "a-", "a_"], ["", "x"], [None, "x"], ["x", None, 1, True], [1, 2, 3], [0, False, "0"],
    [1.5, 2], ["class", "None", "__init__"], ["ü", "名", "🚀", "\n", "\"", "\\"], ["x" * 300], ["on", "off", "yes"],
    [2**70, -(2**65)], ["a", "a"], [None], [{"a": 1}, [1]], ["2020-01-01", "1"], [True, False], ["%", "{x}", "{{x}}"],
)  # fmt: skip


class SchemaWriter:
    """Writes schemas that refer to ``names``; ``version`` is that of OpenAPI."""

    def __init__(self, rng: Random, version: str, names: tuple[str, ...]) -> None:
        self.rng, self.version, self.names = rng, version, names
        self.modern = version >= "3.1"
        self.places: list[str] = []
        """References into odd places of the document."""

    def chance(self, part: float) -> bool:
        return self.rng.random() < part

    def text(self) -> str:
        return self.rng.choice(TEXTS)

    def reference(self, _: int = 0) -> dict[str, Json]:
        """A ``$ref``, at times with something beside it."""
        home = "definitions" if self.version == "2.0" else "components/schemas"
        if self.places and self.chance(0.05):
            return {"$ref": self.rng.choice(self.places)}
        name = self.rng.choice(self.names).replace("~", "~0").replace("/", "~1")
        made: dict[str, Json] = {"$ref": f"#/{home}/{name.replace('%', '%25')}"}
        if self.chance(0.15):
            made["description"] = self.text()
        if self.chance(0.05):
            made |= {"nullable": True} if not self.modern else {"deprecated": True}
        return made

    def schema(self, depth: int = 0) -> Json:
        """Any schema."""
        kinds = ["reference"] * 5 + ["scalar"] * 6 + ["enum"] * 3 + ["bare"]
        if depth < 3:
            kinds += ["model"] * 5 + ["array"] * 4 + ["choice"] * 4 + ["all_of"] * 3
            kinds += ["free"] * 2 + ["odd"]
        made: Json = getattr(self, self.rng.choice(kinds))(depth)
        return self._around(made) if isinstance(made, dict) else made

    def _around(self, made: dict[str, Json]) -> dict[str, Json]:
        """What may stand in any schema."""
        rng = self.rng
        if "$ref" in made:
            return made
        if self.chance(0.15):
            made["title"] = rng.choice((*NAMES, *TEXTS, "File (Base)", "File"))
        if self.chance(0.2):
            made["description"] = self.text()
        if self.chance(0.1):
            if not self.modern:
                made["nullable"] = True
            elif isinstance(made.get("type"), str):
                made["type"] = [made["type"], "null"]
        if self.chance(0.06):
            made["default"] = rng.choice((None, 1, "x", [], {}, 1.5, True, {"a": [1]}))
        if self.chance(0.04):
            made[rng.choice(("readOnly", "writeOnly", "deprecated"))] = True
        if self.chance(0.05):
            made["example"] = rng.choice((1, "x", None, {"a": 2}))
        return made

    def bare(self, _: int) -> Json:
        return self.rng.choice((True if self.modern else {}, {}, {"description": "Anything."}))  # fmt: skip

    def scalar(self, _: int) -> dict[str, Json]:
        rng = self.rng
        type_ = rng.choice(SCALARS)
        made: dict[str, Json] = {"type": type_}
        if self.chance(0.4):
            made["format"] = rng.choice(FORMATS)
        if type_ == "string" and self.chance(0.3):
            made["pattern"] = rng.choice(PATTERNS)
        if type_ == "string" and self.chance(0.3):
            made |= {"minLength": 1, "maxLength": rng.choice((1, 5000, 2**40))}
        if type_ in ("integer", "number") and self.chance(0.3):
            made |= {"minimum": rng.choice((0, -5, -(2**70))), "maximum": rng.choice((9, 2**70, 1e300))}  # fmt: skip
        if self.modern and self.chance(0.1):
            made["type"] = [type_, rng.choice(("null", "array", "object", "string"))]
            made["type"] = list(dict.fromkeys(made["type"]))
        return made

    def enum(self, _: int) -> dict[str, Json]:
        values = self.rng.choice(ENUMS)
        if self.modern and self.chance(0.3):
            return {"const": self.rng.choice(values)}
        if all(isinstance(it, str) for it in values):
            return {"type": "string", "enum": list(values)}
        return {"enum": list(values)}

    def array(self, depth: int) -> dict[str, Json]:
        made: dict[str, Json] = {"type": "array", "items": self.schema(depth + 1)}
        if self.chance(0.15):
            made |= {"minItems": 1, "uniqueItems": True}
        if self.modern and self.chance(0.15):
            made["prefixItems"] = [self.schema(depth + 1), self.schema(depth + 1)]
            made["items"] = self.rng.choice((False, True, {"type": "string"}))
        return made

    def free(self, depth: int) -> dict[str, Json]:
        """A map, or an object that says little."""
        made: dict[str, Json] = {"type": "object"}
        if self.chance(0.8):
            made["additionalProperties"] = self.rng.choice((True, False, {}, self.schema(depth + 1)))  # fmt: skip
        if self.modern and self.chance(0.2):
            made["patternProperties"] = {"^x-": self.schema(depth + 1)}
        return made

    def model(self, depth: int) -> dict[str, Json]:
        """An object with properties."""
        rng = self.rng
        keys = rng.sample(PROPERTIES, rng.choice((1, 2, 3, 5)))
        made: dict[str, Json] = {"properties": {key: self.schema(depth + 1) for key in keys}}  # fmt: skip
        if self.chance(0.9):
            made["type"] = "object"
        if self.chance(0.6):
            absent = ["not there"] if self.chance(0.05) else []
            made["required"] = [key for key in keys if self.chance(0.5)] + absent
            if not made["required"]:
                del made["required"]
        if self.chance(0.25):
            made["additionalProperties"] = rng.choice((True, False, {"type": "string"},
                self.schema(depth + 1)))  # fmt: skip
        if self.modern and self.chance(0.08):
            made["dependentRequired"] = {keys[0]: [keys[-1]]}
        return made

    def all_of(self, depth: int) -> dict[str, Json]:
        parts = [self.rng.choice((self.reference,
            lambda: self.schema(depth + 1)))() for _ in range(self.rng.choice((1, 1, 2, 3)))]  # fmt: skip
        made: dict[str, Json] = {"allOf": parts}
        if self.chance(0.4):
            made |= self.model(depth + 1)
        return made

    def choice(self, depth: int) -> dict[str, Json]:
        """``oneOf`` or ``anyOf``, at times with a discriminator or ``null``."""
        rng = self.rng
        key = rng.choice(("oneOf", "anyOf"))
        parts: list[Json] = [
            self.schema(depth + 1) for _ in range(rng.choice((1, 2, 2, 3, 4)))
        ]
        if self.modern and self.chance(0.3):
            parts.insert(rng.randrange(len(parts) + 1), {"type": "null"})
        made: dict[str, Json] = {key: parts}
        if self.chance(0.3):
            refs = [self.reference() for _ in range(rng.choice((1, 2, 3)))]
            made = {key: refs, "discriminator": {"propertyName": rng.choice(("type", "kind", "@odata.type",
                "class"))}}  # fmt: skip
            if self.chance(0.6):
                made["discriminator"]["mapping"] = {
                    f"t{i}": ref["$ref"] if self.chance(0.7) else rng.choice(self.names)
                    for i, ref in enumerate(refs)
                }
        if self.chance(0.15):
            made |= self.model(depth + 1)
        return made

    def odd(self, depth: int) -> Json:
        """Keywords that few documents use, and faults."""
        found: list[Json] = [
            {"not": self.schema(depth + 1)},
            {"type": "object", "minProperties": 1, "maxProperties": 3},
            {"type": "null"} if self.modern else {"nullable": True},
            {"type": "string", "enum": []},
            {"type": "text"},
            {"type": "array"},
            {"$ref": "#/nowhere"},
            {"properties": []},
            {"required": ["a"]},
            {"type": "file"},
            {"allOf": []},
            {"type": "integer", "enum": ["a", 1]},
            {"type": "string", "x-extensible-enum": ["a"]},
        ]
        if self.modern:
            found += [
                {"if": self.schema(depth + 1), "then": self.schema(depth + 1), "else": False},
                {"$dynamicRef": "#node"},
                {"$defs": {"X": self.model(depth + 1)}, "type": "object"},
                {"type": "object", "propertyNames": {"pattern": "^a"}, "unevaluatedProperties": False},
                {"type": "array", "contains": {"type": "string"}, "minContains": 2},
                {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
                {"type": ["string", "integer", "object", "null"], "properties": {"a": {"type": "string"}}},
                False,
            ]  # fmt: skip
        return self.rng.choice(found)
