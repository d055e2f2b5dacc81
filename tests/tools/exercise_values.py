"""Values made from schemas, always the same ones: full, bare, or with every other choice."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError, ValidationError
from referencing.exceptions import Unresolvable

from tests.tools.exercise_document import Document
from tests.tools.exercise_patterns import matching

FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "duration": "P1DT2H",
    "uuid": "0f0e0d0c-0b0a-4908-8706-050403020100",
    "uri": "https://example.com/a?b=c&d",
    "url": "https://example.com/a?b=c&d",
    "uri-reference": "/a?b=c",
    "email": "a@example.com",
    "hostname": "a.example.com",
    "ipv4": "192.0.2.1",
    "ip": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "ZGF0YQ==",
    "json-pointer": "/a/0",
    "regex": "^a$",
}
_DEEPEST = 12
_MOST = 250
"""Values in one document from which on only what is required is made."""


class Unmakeable(Exception):
    """No value is known that the schema allows."""


def _checker(hidden: set[str]) -> Any:
    """A validator for which what goes the other way only may be missing."""

    def required(_: Any, names: Any, value: Any, schema: Any) -> Iterator[Any]:
        if isinstance(value, dict) and isinstance(names, list):
            for name in names:
                if name not in value and name not in hidden:
                    yield ValidationError(f"{name!r} is a required property")

    extend: Any = validators.extend
    return extend(Draft202012Validator, {"required": required})


class Maker:
    """Makes values for one direction: ``sending`` leaves out what is read-only, else what is write-only.

    ``bare`` makes required properties only; ``pick`` chooses among alternatives, and from 1 on what may be null is.
    """

    def __init__(
        self, document: Document, *, sending: bool, bare: bool = False, pick: int = 0
    ) -> None:
        self._document = document
        self._hidden = "readOnly" if sending else "writeOnly"
        self._bare, self._pick = bare, pick
        checkers = document.checkers
        if self._hidden not in checkers:
            checkers[self._hidden] = _checker(document.hidden[self._hidden])
        self._checker = checkers[self._hidden]
        self._made = 0
        self._odd, self._nulls = "", True

    def valid(self, schema: Any, name: str, odd: str = "") -> Any:
        """A value that a validator accepts; ``odd`` is what an ordinary text ends in. Raises ``Unmakeable``."""
        self._odd, self._nulls = odd, not odd
        own, problem = (self._pick, self._bare), ""
        for pick, bare in (own, (0, False), (0, True), (1, False), (1, True), (2, True), (3, True)):  # fmt: skip
            self._pick, self._bare = pick, bare
            try:
                made = self.make(schema, name)
                problem = self._unlike(schema, made)
            except Unmakeable as error:
                problem = str(error)
            finally:
                self._pick, self._bare = own
            if not problem:
                return made
        raise Unmakeable(problem)

    def _unlike(self, schema: Any, value: Any) -> str:
        """How ``value`` does not fit ``schema``; empty when it fits."""
        checker = self._checker(schema, registry=self._document.registry)
        try:
            error = next(checker.iter_errors(value), None)
        except (Unresolvable, re.error, RecursionError, SchemaError):
            return ""
        return f"{error.json_path}: {error.message[:200]}" if error else ""

    def make(self, schema: Any, name: str = "value", depth: int = 0) -> Any:
        """A value. Raises ``Unmakeable``."""
        if depth == 0:
            self._made = 0
        self._made += 1
        if depth > _DEEPEST + 12:
            raise Unmakeable(f"{name} is nested without end")
        flat = self.flat(schema)
        if "const" in flat:
            return flat["const"]
        kinds = self.kinds(flat)
        if flat.get("enum"):
            choices = [v for v in flat["enum"] if v is not None] or flat["enum"]
            return choices[self._pick % len(choices)]
        null = self._pick and self._nulls
        if "null" in kinds and (null or kinds == ["null"]) and depth:
            return None
        kind = next((k for k in kinds if k != "null"), "")
        if kind == "object":
            return self._object(flat, name, depth)
        if kind == "array":
            return self._array(flat, name, depth)
        if kind in ("integer", "number"):
            return _number(flat, kind)
        if kind == "boolean":
            return not self._pick
        if kind == "string":
            return text(flat, name, self._odd)
        return f"{name[:12]} any" if not depth or self._bare else {"any": [name, 1.5]}

    def kinds(self, flat: dict[str, Any]) -> list[str]:
        """The JSON types of a flat schema, ``null`` included; empty when it says nothing."""
        kind = flat.get("type")
        kinds = list(kind) if isinstance(kind, list) else [kind] if kind else []
        if not kinds:
            for word, means in _MEANS.items():
                if word in flat:
                    kinds = [means]
                    break
        if flat.get("nullable") is True and kinds and "null" not in kinds:
            kinds.append("null")
        return kinds

    def flat(self, schema: Any, depth: int = 0) -> dict[str, Any]:
        """``schema`` without ``$ref``, ``allOf``, ``oneOf`` and ``anyOf``: one of what it allows."""
        schema = self._document.follow(schema)
        if not isinstance(schema, dict):
            return {}
        if depth > 30:
            raise Unmakeable("alternatives without end")
        found = {
            k: v for k, v in schema.items() if k not in ("allOf", "oneOf", "anyOf")
        }
        for part in schema.get("allOf") or []:
            found = _merged(found, self.flat(part, depth + 1))
        for word in ("oneOf", "anyOf"):
            if choices := schema.get(word):
                found = _merged(found, self._choice(schema, choices, depth))
        return found

    def _choice(
        self, schema: dict[str, Any], choices: list[Any], depth: int
    ) -> dict[str, Any]:
        """One alternative, with the value of the discriminator that means it; the last one may be null."""
        null = any(
            self._document.follow(c).get("type") == "null"
            for c in choices
            if isinstance(c, dict)
        )
        real = [
            c
            for c in choices
            if not isinstance(c, dict) or self._document.follow(c).get("type") != "null"
        ]
        if not real:
            return {"type": "null"}
        picked = real[self._pick % len(real)]
        found = self.flat(picked, depth + 1)
        discriminator = schema.get("discriminator")
        if isinstance(discriminator, dict) and isinstance(picked, dict):
            found = _discriminated(found, discriminator, picked.get("$ref", ""))
        if null:
            kinds = self.kinds(found)
            found = {**found, "type": [*kinds, "null"]} if kinds else found
        return found

    def _object(self, flat: dict[str, Any], name: str, depth: int) -> dict[str, Any]:
        required = set(flat.get("required") or [])
        made: dict[str, Any] = {}
        properties = flat.get("properties")
        for key, schema in (properties if isinstance(properties, dict) else {}).items():
            own = self._document.follow(schema)
            needed = key in required
            hidden = (
                isinstance(own, dict) and self.flat_safe(own).get(self._hidden) is True
            )
            spare = self._bare or depth >= _DEEPEST // 2 or self._made > _MOST
            if hidden or (spare and not needed):
                continue
            try:
                made[key] = self.make(schema, str(key), depth + 1)
            except Unmakeable:
                if needed:
                    raise
        for key in required - made.keys():
            if key not in (properties or {}):
                made[key] = self._extra(flat, str(key), depth)
        if (
            not made
            and self._odd
            and not properties
            and flat.get("additionalProperties") is not False
        ):
            made["any"] = "any"  # an empty object is no parameter
        more = flat.get("additionalProperties")
        least = flat.get("minProperties") or 0
        if (isinstance(more, dict) and not self._bare and depth < _DEEPEST // 2) or len(
            made
        ) < least:
            for number in range(max(1, least - len(made))):
                made[f"extra {number}"] = self._extra(flat, "extra", depth)
        return made

    def flat_safe(self, schema: dict[str, Any]) -> dict[str, Any]:
        """``flat``, or nothing for what has no end."""
        try:
            return self.flat(schema)
        except Unmakeable:
            return {}

    def _extra(self, flat: dict[str, Any], name: str, depth: int) -> Any:
        more = flat.get("additionalProperties")
        return self.make(more if isinstance(more, dict) else {}, name, depth + 1)

    def _array(self, flat: dict[str, Any], name: str, depth: int) -> list[Any]:
        first = [self.make(s, name, depth + 1) for s in flat.get("prefixItems") or []]
        wanted = 1 if flat.get("uniqueItems") else 2
        if self._bare or depth >= _DEEPEST // 2 or self._made > _MOST:
            wanted = 0 if depth else 1
        number = max(flat.get("minItems") or 0, wanted)
        number = min(number, flat.get("maxItems", number))
        if flat.get("items") is False:
            return first
        made = first
        while len(made) < number:
            item = self.make(flat.get("items", {}), name, depth + 1)
            if flat.get("uniqueItems") and item in made:
                item = _another(item, len(made))
            made.append(item)
        return made


_MEANS = {
    "properties": "object", "additionalProperties": "object", "required": "object", "items": "array",
    "prefixItems": "array", "pattern": "string", "minLength": "string", "maxLength": "string", "format": "string",
    "minimum": "number", "maximum": "number",
}  # fmt: skip


def _another(item: Any, number: int) -> Any:
    """A value beside ``item`` that is not equal to it."""
    if isinstance(item, str):
        return f"{item}{number}"
    if isinstance(item, dict) and item:
        key = next((k for k, v in item.items() if isinstance(v, (str, int))), "")
        return {**item, key: _another(item[key], number)} if key else item
    return item + number if isinstance(item, (int, float)) else item


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What both schemas allow, as far as it is simple."""
    found = {**other, **one}
    for word in ("properties", "patternProperties"):
        if isinstance(one.get(word), dict) and isinstance(other.get(word), dict):
            both = {}
            for key in {**other[word], **one[word]}:
                parts = [w[word][key] for w in (one, other) if key in w[word]]
                both[key] = parts[0] if len(parts) == 1 else {"allOf": parts}
            found[word] = both
    if isinstance(one.get("items"), dict) and isinstance(other.get("items"), dict):
        found["items"] = {"allOf": [one["items"], other["items"]]}
    if one.get("required") or other.get("required"):
        found["required"] = [
            *(other.get("required") or []),
            *(one.get("required") or []),
        ]
    for listed, single in ((one, other), (other, one)):
        if (
            listed.get("enum")
            and single.get("const", listed["enum"][0]) not in listed["enum"]
        ):
            found.pop("const")
    if one.get("enum") and other.get("enum"):
        found["enum"] = [v for v in one["enum"] if v in other["enum"]]
    return found


def _discriminated(
    found: dict[str, Any], discriminator: dict[str, Any], reference: str
) -> dict[str, Any]:
    """``found`` with the value of the property that tells it from the other alternatives."""
    name = discriminator.get("propertyName")
    component = reference.rpartition("/")[2]
    said = [
        value
        for value, target in (discriminator.get("mapping") or {}).items()
        if str(target).rpartition("/")[2] == component
    ]
    if not name or not component:
        return found
    own = (found.get("properties") or {}).get(name) or {}
    if "const" in own or len(own.get("enum") or []) == 1:
        return found
    properties = {
        **(found.get("properties") or {}),
        name: {"const": said[0] if said else component},
    }
    return {
        **found,
        "properties": properties,
        "required": [*(found.get("required") or []), name],
    }


def _number(flat: dict[str, Any], kind: str) -> int | float:
    low, high = flat.get("minimum", -math.inf), flat.get("maximum", math.inf)
    step: float = flat.get("multipleOf") or (1 if kind == "integer" else 0.5)
    for word, sign in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
        edge = flat.get(word)
        if edge is True:
            edge = low if sign > 0 else high
        if isinstance(edge, (int, float)) and not isinstance(edge, bool):
            if sign > 0:
                low = max(low, edge + step)
            else:
                high = min(high, edge - step)
    value: float = 3 if kind == "integer" else 3.5
    if not low <= value <= high:
        value = low if low > -math.inf else high
    if flat.get("multipleOf") and value % step:
        value = math.ceil(value / step) * step
    return int(value) if kind == "integer" else float(value)


def text(flat: dict[str, Any], name: str, odd: str) -> str:
    """A text for ``flat``. Raises ``Unmakeable``."""
    least, most = flat.get("minLength") or 0, flat.get("maxLength", 5000)
    pattern, kind = flat.get("pattern"), flat.get("format")
    if kind in FORMATS and least <= len(FORMATS[kind]) <= most:
        tries = [FORMATS[kind]]
    else:
        plain = f"{name[:12]}{odd or ' ä'}"
        tries = [plain.ljust(least, "x")[:most]]
    if not isinstance(pattern, str):
        return tries[0]
    try:
        wanted = re.compile(pattern.replace(r"\/", "/"))
    except re.error:
        return "abc".ljust(least, "x")[:most]
    for one in (*tries, "abc", "ABC-123", "123", "1", *matching(wanted.pattern)):
        if wanted.search(one) and least <= len(one) <= most:
            return one
    raise Unmakeable(f"{name}: no text for the pattern {pattern[:60]}")
