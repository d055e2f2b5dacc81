"""Words that tell the unnamed members of a choice apart, taken from the document; never a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import unquote

from naftiko_codegen.frozen import frozen
from naftiko_codegen.read.document import Json

_LONGEST = 60
_DEEPEST = 8


@frozen
class _Facts:
    """What names can be made of: the shape around the object, its title, the schemas it includes, its properties."""

    shape: str
    title: str
    bases: tuple[str, ...]
    properties: dict[str, Json]
    required: frozenset[str]


def distinguished(choices: Sequence[Json]) -> list[str]:
    """A word for each choice that holds something to be named; ``""`` for others, and where nothing tells it apart.

    The title, the one value of a tag, the schema it extends, or a property that no other has.
    """
    facts = {
        index: _facts(choice)
        for index, choice in enumerate(choices)
        if holds_objects(choice)
    }
    words = {next(iter(facts)): "object"} if len(facts) == 1 else {}
    counts = Counter(name for fact in facts.values() for name in fact.properties)
    for form in (_title, _tag_value, _base, _own_property, _all_properties):
        made = {
            index: f"{word} {fact.shape}".strip()
            for index, fact in facts.items()
            if index not in words and (word := form(fact, counts))
        }
        times = Counter([*made.values(), *words.values()])
        words |= {index: word for index, word in made.items() if times[word] == 1}
    return [words.get(index, "") for index in range(len(choices))]


def holds_objects(schema: Json, depth: int = 0) -> bool:
    """Whether an unnamed object with properties is made of ``schema`` or stands in it."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return False
    parts = [
        *schema.get("allOf", ()),
        *schema.get("oneOf", ()),
        *schema.get("anyOf", ()),
    ]
    included = sum(
        "$ref" in part for part in schema.get("allOf", ()) if isinstance(part, dict)
    )
    inner = [
        *parts,
        schema.get("items"),
        schema.get("additionalProperties"),
        *schema.get("prefixItems", ()),
    ]
    return (
        bool(schema.get("properties"))
        or included > 1
        or any(holds_objects(part, depth + 1) for part in inner)
    )


def _facts(choice: Json) -> _Facts:
    """The facts of a choice, or of what a list or a map holds."""
    shape = ""
    while "properties" not in choice and "allOf" not in choice:
        key = next(
            (
                k
                for k in ("items", "additionalProperties")
                if isinstance(choice.get(k), dict)
            ),
            "",
        )
        if not key:
            break
        shape = f"{shape} {'list' if key == 'items' else 'map'}".strip()
        choice = choice[key]
    parts = [
        choice,
        *(part for part in choice.get("allOf", ()) if isinstance(part, dict)),
    ]
    refs = [part["$ref"] for part in parts if "$ref" in part]
    title = choice.get("title", "")
    return _Facts(
        shape=shape,
        title=_plain(title) if len(title) <= _LONGEST else "",
        bases=tuple(_plain(unquote(ref.rpartition("/")[2])) for ref in refs),
        properties={
            name: value
            for part in parts
            for name, value in part.get("properties", {}).items()
        },
        required=frozenset(name for part in parts for name in part.get("required", ())),
    )


def _plain(text: str) -> str:
    """The words of ``text``."""
    return " ".join(re.findall(r"\w+", text))[:_LONGEST]


def _title(fact: _Facts, _: Counter[str]) -> str:
    return fact.title


def _tag_value(fact: _Facts, _: Counter[str]) -> str:
    """The value of a property that may only have one."""
    for schema in fact.properties.values():
        if isinstance(schema, dict):
            values = [schema["const"]] if "const" in schema else schema.get("enum", [])
            if len(values) == 1 and isinstance(values[0], str):
                return _plain(values[0])
    return ""


def _base(fact: _Facts, _: Counter[str]) -> str:
    return " ".join(fact.bases)[:_LONGEST]


def _own_property(fact: _Facts, counts: Counter[str]) -> str:
    """The first property, required if possible, that no other choice has."""
    own = [name for name in fact.properties if counts[name] == 1]
    return next((name for name in own if name in fact.required), own[0] if own else "")


def _all_properties(fact: _Facts, _: Counter[str]) -> str:
    return " ".join(fact.properties)[:_LONGEST]
