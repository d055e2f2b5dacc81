"""One operation of an OpenAPI document → what is consumed, and the inputs of the route and the tool that call it."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from naftiko_codegen.check.capability_names import CONNECTION_HEADERS
from naftiko_codegen.check.capability_shapes import METHODS, MORE_METHODS
from naftiko_codegen.check.text import clean
from naftiko_codegen.importing.bodies import Input, sent
from naftiko_codegen.importing.types import Kinds
from naftiko_codegen.ir.model import Operation, Parameter, Service
from naftiko_codegen.ir.schema_inline import bounded
from naftiko_codegen.parse.capability_address import path_problem
from naftiko_codegen.read.document import Json

LONGEST = 1000
"""Characters of a description."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,100}\Z", re.ASCII)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z", re.ASCII)
_LONGEST_NAME = 200
_LONE = re.compile(r"%(?![0-9A-Fa-f]{2})")
"""A percent sign that begins no octet."""
_FORMATS = {
    "application/xml": "xml", "text/xml": "xml", "text/csv": "csv", "text/tab-separated-values": "tsv",
    "application/yaml": "yaml", "text/html": "html", "text/markdown": "markdown",
}  # fmt: skip


class Imported(NamedTuple):
    """An operation in words of the language; ``paths`` are its path as it is consumed and as a route has it.

    ``inputs`` are by the name that routes and tools give them, ``fed`` by that name what they fill, where it differs.
    """

    operation: Operation
    name: str
    paths: tuple[str, str]
    consumed: dict[str, Json]
    inputs: dict[str, Input]
    fed: dict[str, str]


def unsaid(operation: Operation) -> str:
    """Why the language has no words for ``operation``; empty when it has."""
    if operation.method not in (*METHODS, *MORE_METHODS):
        return f"it knows no method {operation.method}"
    if problem := path_problem(_templated(operation.path, _renamed(operation, frozenset()))):  # fmt: skip
        return f"its path {problem}"
    wrong = [it for it in operation.parameters if it.required and not _legal(it)]
    return f"the {wrong[0].place} parameter cannot be named so" if wrong else ""


def imported(
    operation: Operation,
    route_path: str,
    name: str,
    service: Service,
    variables: frozenset[str],
) -> Imported:
    """``operation`` called ``name``; ``variables`` are names that templates give to secrets."""
    kinds = Kinds(service)
    renamed = _renamed(operation, variables)
    parameters = [it for it in operation.parameters if _legal(it)]
    fixed = {(it.place, it.name) for it in parameters if not it.given}
    given = [_input(it, renamed, kinds) for it in parameters
             if it.given and (it.place, it.name) not in fixed]  # fmt: skip
    body = sent(operation, service, {it.name for it in given})
    consumed = _consumed(operation, name)
    listed = [_declared(it) for it in (*given, *body.inputs)]
    listed += [_constant(it.name, it.place, it.constant) for it in parameters if not it.given]  # fmt: skip
    listed += [_constant(key, "header", value) for key, value in body.headers]
    if listed:
        consumed["inputParameters"] = listed
    if body.block:
        consumed["body"] = body.block
    consumed |= _replies(operation, kinds)
    inputs, fed = _named(given, body.inputs)
    paths = _templated(operation.path, renamed), _templated(route_path, renamed)
    return Imported(operation, name, paths, consumed, inputs, fed)


def _consumed(operation: Operation, name: str) -> dict[str, Json]:
    made: dict[str, Json] = {"name": name, "method": operation.method}
    if operation.summary:
        made["label"] = bounded(clean(operation.summary), 120)
    return {**made, "description": described(operation)}


def described(operation: Operation) -> str:
    """The words of an operation, never empty."""
    text = operation.description.strip() or operation.summary.strip()
    text = text or f"{operation.method} {operation.path}"
    return bounded(clean(f"Deprecated. {text}" if operation.deprecated else text), LONGEST)  # fmt: skip


def _legal(parameter: Parameter) -> bool:
    """Whether the language takes the name of ``parameter`` where it goes."""
    name, place = parameter.name, parameter.place
    if place == "path":
        return True  # a placeholder may be called anything
    fine = name.isprintable() and name == name.strip() and len(name) <= _LONGEST_NAME
    if place not in ("header", "cookie"):
        return fine
    mine = place == "header" and name.lower() in CONNECTION_HEADERS
    return fine and bool(_TOKEN.match(name)) and not mine


def _renamed(operation: Operation, variables: frozenset[str]) -> dict[str, str]:
    """Placeholders by their names in the document; other names where those would mean something else."""
    names = [it.name for it in operation.parameters if it.place == "path"]
    found: dict[str, str] = {}
    for index, name in enumerate(names):
        plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")
        fine = _PLAIN.match(name) and name not in variables
        wanted = name if fine else f"{plain or 'value'}_in_path"
        clash = wanted in found.values()
        found[name] = f"{wanted}_{index}" if clash else wanted
    return found


def _templated(path: str, renamed: dict[str, str]) -> str:
    """``path`` with the placeholders of the language, percent-encoded between them."""
    parts = _PLACEHOLDER.split(path)
    return "".join(
        f"{{{{{renamed.get(part, part)}}}}}" if index % 2 else _encoded(part)
        for index, part in enumerate(parts)
    )


def _encoded(text: str) -> str:
    return quote(_LONE.sub("%25", text), safe="/._~!$&'()*+,;=:@[]-%")


def _input(it: Parameter, renamed: dict[str, str], kinds: Kinds) -> Input:
    name = renamed[it.name] if it.place == "path" else it.name
    words = it.description or kinds.description(it.schema)
    return Input(name, it.place, kinds.words(it.schema), words, it.required, kinds.more(it.schema))  # fmt: skip


def _declared(it: Input) -> dict[str, Json]:
    """An input as the consumed operation has it."""
    made: dict[str, Json] = {"name": it.name, "in": it.place}
    if it.types:
        made["type"] = it.types
    if it.description:
        made["description"] = bounded(clean(it.description), LONGEST)
    if it.required:
        made["required"] = True
    return made | it.more


def _constant(name: str, place: str, value: Json) -> dict[str, Json]:
    """What is sent with every request."""
    said = value if isinstance(value, str) else str(value).lower()
    return {"name": name, "in": place, "value": said}


def _replies(operation: Operation, kinds: Kinds) -> dict[str, Json]:
    """How success is read: JSON as the whole of it, else as what it is."""
    replies = [it for it in operation.replies if it.status.startswith("2")]
    contents = [content for reply in replies for content in reply.contents]
    json = [it for it in contents if it.kind == "json"]
    if contents and not json:
        first = contents[0].media_type.partition(";")[0].strip().lower()
        other = "text" if contents[0].kind == "text" else "binary"
        return {"outputRawFormat": _FORMATS.get(first, other)}
    word = kinds.words(json[0].schema) if json else None
    whole = {"name": "result", "type": "array" if word == "array" else "object", "value": "$."}  # fmt: skip
    known = word in ("array", "object")
    outputs = {"outputParameters": [whole]} if known else {}
    return {"outputRawFormat": "json", **outputs}


def _named(
    given: list[Input], body: tuple[Input, ...]
) -> tuple[dict[str, Input], dict[str, str]]:
    """The inputs by the names that a route or tool gives them; two alike get their place added."""
    every = [*given, *body]
    names = [it.name for it in every]
    inputs: dict[str, Input] = {}
    fed: dict[str, str] = {}
    for it in every:
        again = names.count(it.name) > 1
        name = f"{it.name}-{it.place}" if again and it.place != "path" else it.name
        inputs[name] = it
        if again:
            fed[name] = f"{it.name} {it.place}"
    return inputs, fed
