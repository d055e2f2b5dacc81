"""The body of an operation → its ``body:`` block and the inputs that fill it.

JSON and text are one input, ``body``; a form has an input for each field. Files and multipart forms have no words in
the language: ``body`` alone stands for them, and the document beside the capability says what it is.
"""

from __future__ import annotations

from typing import NamedTuple

from naftiko_codegen.importing.types import Kinds
from naftiko_codegen.ir.model import Content, Operation, Service
from naftiko_codegen.parse.capability_template import respelled
from naftiko_codegen.read.document import Json

_JSON = "application/json"
_BEST = ("json", "form", "text", "multipart", "binary")
LENT = ("multipart", "binary")
"""The kinds of body that only the document says."""


class Input(NamedTuple):
    """One value that a caller gives: ``place`` is where it goes, ``types`` a word or words of the language."""

    name: str
    place: str
    types: Json
    description: str
    required: bool
    more: dict[str, Json]
    """Further words of the language about its values."""


class Sent(NamedTuple):
    """A body: its block (``None`` where the language has none), its inputs, and headers that go along."""

    block: Json
    inputs: tuple[Input, ...]
    headers: tuple[tuple[str, str], ...] = ()


def chosen(operation: Operation) -> Content | None:
    """The content of the body that the language can say best; ``None`` without any."""
    contents = operation.body.contents if operation.body else ()
    found = sorted(
        contents,
        key=lambda it: (_BEST.index(it.kind), it.media_type != _JSON),
    )
    return next(iter(found), None)


def sent(operation: Operation, service: Service, taken: set[str]) -> Sent:
    """The body of ``operation``; ``taken`` are the names of its parameters. Empty without words for it."""
    content, body = chosen(operation), operation.body
    if content is None or body is None:
        return Sent(None, ())
    kinds = Kinds(service)
    words = body.description or "The body of the request."
    if content.kind == "form":
        return _form(content, kinds, body.required, taken)
    raw = content.kind in ("text", "binary")
    types = "string" if raw else kinds.words(content.schema)
    alone = content.kind in LENT or "body" not in map(respelled, taken)
    name = "body" if alone else "request-body"
    whole = Input(name, "body", types, words, body.required, {})
    if content.kind in LENT:
        return Sent(None, (whole,))
    plain = content.media_type == _JSON
    headers = () if plain else (("Content-Type", content.media_type),)
    kind = "json" if content.kind == "json" else "text"
    return Sent({"type": kind, "data": f"{{{{{name}}}}}"}, (whole,), headers)


def _form(content: Content, kinds: Kinds, needed: bool, taken: set[str]) -> Sent:
    """One input for each field, called otherwise where a parameter has its name."""
    schema = kinds.whole(content.schema)
    properties = schema.get("properties", {})
    required = schema.get("required", ()) if needed else ()
    known = {respelled(name) for name in taken}
    data: dict[str, Json] = {}
    inputs: list[Input] = []
    for name, item in properties.items():
        called = f"body-{name}" if respelled(name) in known else name
        known.add(respelled(called))
        data[name] = f"{{{{{called}}}}}"
        inputs.append(Input(called, "body", kinds.words(item), kinds.description(item),
                            name in required, kinds.more(item)))  # fmt: skip
    return Sent({"type": "formUrlEncoded", "data": data}, tuple(inputs))
