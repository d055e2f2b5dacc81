"""Bodies and parameters that are written with placeholders → values with gaps, and what fills the gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.lower_capability_types import lower_type
from naftiko_codegen.ir.model import Origin, Parameter
from naftiko_codegen.ir.template import (
    BodyTemplate,
    Escape,
    Fixed,
    Gap,
    Items,
    Members,
    Mixed,
    Node,
    Part,
)
from naftiko_codegen.link.spelling import Spelled
from naftiko_codegen.link.variables import Variables
from naftiko_codegen.parse.capability_json_text import Alone, Quoted, json_text
from naftiko_codegen.parse.capability_template import (
    Text,
    input_name,
    literal,
    only_reference,
    references,
    template,
)
from naftiko_codegen.parse.capability_view import (
    ConsumedParameter,
    RequestBody,
    Upstream,
)
from naftiko_codegen.read.document import Json, Pointer

_JSON = "application/json"
_MEDIA_TYPES = {
    "text": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "sparql": "application/sparql-query",
}
_OPENS = re.compile(
    r"\'\'\'|\"\"\"|[\"\']|<(?=[^\s<>=\"][^\s<>\"]*(?:>|\Z)|\Z)|#[^\n]*"
)
"""What begins a literal, an IRI or a comment of SPARQL."""


class Gaps:
    """Makes values with gaps for one operation, and keeps the inputs and variables that its gaps ask for."""

    def __init__(
        self,
        upstream: Upstream,
        variables: Variables,
        namespaces: frozenset[str],
        source: str,
        report: Report,
    ) -> None:
        self._upstream = upstream
        self._variables = variables
        self._namespaces = namespaces
        self._source = source
        self._report = report
        declared = [(p.name, p) for p in upstream.parameters]
        self._declared: Spelled[ConsumedParameter] = Spelled(declared)
        self._inputs: dict[str, Parameter] = {}
        self.variables: dict[str, Pointer] = {}
        """The environment variables that fill gaps, by name, and where each is named first."""

    def unfed(self, known: Iterable[Parameter]) -> tuple[Parameter, ...]:
        """The inputs that only gaps take, besides the parameters of the operation itself."""
        own = {p.key for p in known}
        return tuple(p for key, p in self._inputs.items() if key not in own)

    def mixed(self, text: Text, pointer: Pointer, escape: Escape = "") -> Mixed:
        """A text with gaps."""
        pieces: list[str | Gap] = []
        for piece in text:
            if isinstance(piece, str):
                pieces.append(piece)
                continue
            node = self._gap(piece.name, pointer, escape)
            pieces += [node] if isinstance(node, Gap) else self._inlined(node)
        return Mixed(tuple(pieces))

    def body(self, block: RequestBody) -> BodyTemplate:
        """The body that ``block`` describes."""
        pointer, data = block.pointer, block.data
        media_type = self._media_type()
        if block.kind == "multipartForm":
            parts = tuple(self._part(item, pointer) for item in data)
            return BodyTemplate("multipart", "", parts=parts)
        if block.kind == "formUrlEncoded" and isinstance(data, dict):
            return BodyTemplate("form", "", self._structure(data, pointer))
        if block.kind == "formUrlEncoded":
            form = media_type or "application/x-www-form-urlencoded"
            node = self.mixed(template(data), pointer, "form")
            return BodyTemplate("text", form, node)
        if block.kind in _MEDIA_TYPES:
            media_type = media_type or _MEDIA_TYPES[block.kind]
            return BodyTemplate(
                "text", media_type, self._text(block.kind, data, pointer)
            )
        return self._json(data, media_type or _JSON, pointer)

    def members(self, declared: Iterable[ConsumedParameter]) -> BodyTemplate:
        """JSON of body parameters, some of which have a ``value``."""
        items = tuple((p.name, self._value(p)) for p in declared)
        return BodyTemplate("json", self._media_type() or _JSON, Members(items))

    def _value(self, parameter: ConsumedParameter) -> Node:
        """What a body parameter sends: its ``value``, or the input of its name."""
        if parameter.value is None:
            return self._gap(parameter.name, parameter.pointer)
        if not isinstance(parameter.value, tuple):
            return Fixed(parameter.value)
        return self._written(parameter.value, parameter.pointer)

    def _json(self, data: Json, media_type: str, pointer: Pointer) -> BodyTemplate:
        if not isinstance(data, str):
            return BodyTemplate("json", media_type, self._structure(data, pointer))
        value = json_text(template(data))
        if value is not ...:
            return BodyTemplate("json", media_type, self._structure(value, pointer))
        if not references(template(data)):
            return BodyTemplate("text", media_type, Fixed(data))
        if data.lstrip().startswith("<"):
            node = self.mixed(template(data), pointer, "xml")
            return BodyTemplate("text", media_type, node)
        words = "a text with placeholders that is no JSON: values are put in as JSON"
        self._report.warning("N226", words, pointer, "give the body a `type`")
        text = self.mixed(template(data), pointer)
        pieces = tuple(
            Gap(p.key, "json") if isinstance(p, Gap) else p for p in text.pieces
        )
        return BodyTemplate("text", media_type, Mixed(pieces))

    def _text(self, kind: str, data: str, pointer: Pointer) -> Node:
        if kind == "sparql":
            return self._sparql(template(data), pointer)
        return self.mixed(template(data), pointer, "xml" if kind == "xml" else "")

    def _sparql(self, text: Text, pointer: Pointer) -> Mixed:
        """A query: each value is written as the quotes or angle brackets around it ask for."""
        pieces: list[str | Gap] = []
        inside = ""
        for piece in text:
            if isinstance(piece, str):
                pieces.append(piece)
                inside = _context(inside, piece)
                continue
            escape: Escape = "iri" if inside == "<" else "string" if inside else "bare"
            node = self._gap(piece.name, pointer, escape)
            pieces += [node] if isinstance(node, Gap) else self._inlined(node)
        return Mixed(tuple(pieces))

    def _part(self, item: dict[str, str], pointer: Pointer) -> Part:
        return Part(
            item["name"],
            self._written(template(item["value"]), pointer),
            self._written(template(item.get("filename", "")), pointer),
            item.get("contentType", ""),
        )

    def _structure(self, value: Json, pointer: Pointer) -> Node:
        """A JSON value with placeholders in its texts."""
        if isinstance(value, Alone):
            node = self._gap(value.name, pointer)
            return Gap(node.key, alone=True) if isinstance(node, Gap) else node
        if isinstance(value, Quoted):
            return self.mixed(value.text, pointer)
        if isinstance(value, dict):
            pairs = ((key, self._structure(v, pointer)) for key, v in value.items())
            return Members(tuple(pairs))
        if isinstance(value, list):
            return Items(tuple(self._structure(item, pointer) for item in value))
        if isinstance(value, str):
            return self._written(template(value), pointer)
        return Fixed(value)

    def _written(self, text: Text, pointer: Pointer) -> Node:
        """A text: a placeholder that is all of it keeps the type of its value."""
        plain = literal(text)
        if plain is not None:
            return Fixed(plain)
        reference = only_reference(text)
        if reference is not None:
            return self._gap(reference.name, pointer)
        return self.mixed(text, pointer)

    def _inlined(self, node: Node) -> list[str | Gap]:
        """A declared value as pieces of the text around it."""
        if isinstance(node, Mixed):
            return list(node.pieces)
        value = node.value if isinstance(node, Fixed) else ""
        return [value if isinstance(value, str) else str(value).lower()]

    def _gap(self, name: str, pointer: Pointer, escape: Escape = "") -> Node:
        """The gap for a placeholder: a variable, a declared value, or an input."""
        if self._variables.names(name):
            variable = self._variables.secret(name, pointer, self._report)
            if not variable:
                return Fixed("")
            self.variables.setdefault(variable, pointer)
            return Gap(f"${variable}", escape)
        name = input_name(name, self._namespaces)
        declared = self._declared.get(name)
        if declared is not None and declared.value is not None:
            return self._constant(declared, escape)
        key = declared.name if declared else name
        if key not in self._inputs:
            self._inputs[key] = self._input(key, declared, pointer)
        return Gap(key, escape)

    def _constant(self, declared: ConsumedParameter, escape: Escape) -> Node:
        """The value that the document gives a parameter, where a placeholder names it."""
        value = declared.value
        if not isinstance(value, tuple):
            return Fixed(value)
        own = [n for n in references(value) if self._declared.get(n) is declared]
        if own:
            words = f"the value of {quote(declared.name)} names itself"
            self._report.error("N215", words, declared.pointer)
            return Fixed("")
        if escape and references(value):
            return self.mixed(value, declared.pointer, escape)
        return self._written(value, declared.pointer)

    def _input(
        self, key: str, declared: ConsumedParameter | None, pointer: Pointer
    ) -> Parameter:
        schema = declared.schema if declared else {}
        return Parameter(
            key=key,
            name=key,
            place="template",
            type=lower_type(schema),
            required=declared is not None and declared.required,
            description=declared.description if declared else "",
            schema=schema,
            origin=Origin(self._source, declared.pointer if declared else pointer),
        )

    def _media_type(self) -> str:
        """The ``Content-Type`` that a header parameter sets."""
        for parameter in self._upstream.parameters:
            if is_content_type(parameter) and isinstance(parameter.value, tuple):
                return literal(parameter.value) or ""
        return ""


def is_content_type(parameter: ConsumedParameter) -> bool:
    """Whether a parameter is the header that says what the body is."""
    return parameter.place == "header" and parameter.name.lower() == "content-type"


def _context(inside: str, piece: str) -> str:
    """The quote or bracket of SPARQL that is open after ``piece``; ``inside`` was before it."""
    at = 0
    while at < len(piece):
        if inside:
            escaped = piece[at] == "\\" and inside != "<"
            end = ">" if inside == "<" else inside
            closes = piece.startswith(end, at) and not escaped
            at += 2 if escaped else len(end) if closes else 1
            inside = "" if closes else inside
            continue
        opens = _OPENS.match(piece, at)
        at += len(opens[0]) if opens else 1
        inside = opens[0] if opens and opens[0][0] != "#" else ""
    return inside
