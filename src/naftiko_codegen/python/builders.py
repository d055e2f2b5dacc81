"""Values with gaps → the functions of ``operations`` that fill them: plain expressions, laid out for black."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.template import (
    BodyTemplate,
    Fixed,
    Gap,
    Items,
    Members,
    Mixed,
    Node,
    Part,
)
from naftiko_codegen.python.layout import (
    STEP,
    bracketed,
    call,
    columns,
    literal,
    string,
)
from naftiko_codegen.python.text import Code

_ESCAPES = {
    "json": "as_json",
    "xml": "xml",
    "form": "form",
    "string": "sparql_string",
    "iri": "sparql_iri",
    "bare": "sparql_bare",
}
_FUNCTIONS = (
    "as_json", "form", "form_body", "json_body", "multipart_body", "sparql_bare", "sparql_iri", "sparql_string",
    "text", "text_body", "value", "xml",
)  # fmt: skip


def functions(operation: Operation, constant: str) -> Iterator[tuple[str, Code, str]]:
    """The keyword of ``Operation`` each function belongs to, the function, and the argument that names it."""
    stem = f"_{constant.lower()}"
    if operation.template is not None:
        name = f"{stem}_body"
        yield "body", _function(name, "Content", operation.template, _body), name
    texts = [p for p in operation.parameters if p.text is not None]
    for index, parameter in enumerate(texts):
        name = f"{stem}_text_{index + 1}" if len(texts) > 1 else f"{stem}_text"
        assert parameter.text is not None  # noqa: S101 - chosen by it
        yield parameter.key, _function(name, "str", parameter.text, _text), name


def imported(definitions: Sequence[str]) -> list[str]:
    """The names that ``definitions`` take from ``_runtime.template``."""
    text = "\n".join(definitions)
    found = [name for name in _FUNCTIONS if f"{name}(" in _names(text)]
    more = ["UNSET"] * ("UNSET" in text) + ["Values"]
    return [*more, *(name for name in found)]


def _names(text: str) -> str:
    """``text`` with every name that a call could have at the start of a word."""
    return " ".join(f"{name}(" for name in re.findall(r"(?<![\w.])(\w+)\(", text))


def _function(
    name: str, returns: str, item: object, layout: Callable[..., Code]
) -> Code:
    made = layout(item, STEP, STEP + len("return "), 0)
    head = bracketed(f"def {name}(", ["values: Values"], f") -> {returns}:")
    return Code(f"{head}\n    return {made}")


def _body(template: BodyTemplate, indent: int, before: int, after: int) -> Code:
    if template.kind == "multipart":
        parts = [_part(part, indent + STEP) for part in template.parts]
        return call("multipart_body", parts, indent=indent, before=before, after=after)
    inner = indent + STEP
    media_type = string(template.media_type)
    arguments = [_node(template.node, inner, inner, 1)]
    if template.kind == "text":
        arguments = [_text(template.node, inner, inner, 1), media_type]
    elif template.kind == "json" and template.media_type != "application/json":
        arguments.append(media_type)
    function = f"{template.kind}_body"
    short = f"{function}({', '.join(arguments)})"
    if "\n" not in short and before + columns(short) + after <= 88:
        return Code(short)
    return call(function, arguments, indent=indent, before=before, after=after)


def _part(part: Part, indent: int) -> str:
    inner = indent + STEP
    items = [
        string(part.name),
        _node(part.value, inner, inner, 1),
        _text(part.file_name, inner, inner, 1),
        string(part.media_type),
    ]
    return bracketed("(", items, ")", indent=indent, before=indent, after=1)


def _text(node: Node, indent: int, before: int, after: int) -> Code:
    """An expression of type ``str``."""
    if isinstance(node, Fixed):
        return string(str(node.value))
    pieces = node.pieces if isinstance(node, Mixed) else (node,)
    if all(isinstance(piece, str) for piece in pieces):
        return string("".join(str(piece) for piece in pieces))
    arguments = [
        (
            string(piece)
            if isinstance(piece, str)
            else _node(piece, indent + STEP, indent + STEP, 1)
        )
        for piece in pieces
    ]
    return call("text", arguments, indent=indent, before=before, after=after)


def _node(node: Node | str, indent: int, before: int, after: int) -> Code:
    """An expression of any JSON type."""
    inner = indent + STEP
    match node:
        case Gap():
            return _gap(node, indent, before, after)
        case Mixed():
            return _text(node, indent, before, after)
        case Members():
            items = [
                f"{string(name)}: "
                + _node(item, inner, inner + columns(string(name)) + 2, 1)
                for name, item in node.items
            ]
            return bracketed("{", items, "}", indent=indent, before=before, after=after)
        case Items():
            items = [_node(item, inner, inner, 1) for item in node.items]
            return bracketed("[", items, "]", indent=indent, before=before, after=after)
        case Fixed():
            return literal(node.value, indent=indent, before=before, after=after)
    return string(node)


def _gap(gap: Gap, indent: int, before: int, after: int) -> Code:
    arguments = [string(gap.key)] + ([] if gap.escape else ["UNSET"])
    function = _ESCAPES.get(gap.escape, "value" if gap.alone else "")
    if not function:
        return call("values.get", arguments, indent=indent, before=before, after=after)
    short = f"{function}(values.get({', '.join(arguments)}))"
    if before + columns(short) + after <= 88:
        return Code(short)
    inner = indent + STEP
    made = call("values.get", arguments, indent=inner, before=inner, after=1)
    return call(function, [made], indent=indent, before=before, after=after)
