"""What the docstring of a client method says: the document's words, the arguments, the failures, the path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from naftiko_codegen.ir.model import Body, Operation, Parameter
from naftiko_codegen.ir.types import ArrayOf, Literals, Nullable, Scalar, Type
from naftiko_codegen.python.annotations import annotation
from naftiko_codegen.python.layout import literal
from naftiko_codegen.python.text import Code
from naftiko_codegen.read.document import Json

_LONGEST_VALUE = 80


def media_types(body: Body) -> list[str]:
    """The media types of a body in the author's order, without repeats."""
    return list(dict.fromkeys(content.media_type for content in body.contents))


def words_of(operation: Operation, keywords: Mapping[str, Code]) -> str:
    """The docstring of a method: what the document says, its arguments, its failures, and where it goes."""
    parts = [
        _line(operation.summary),
        operation.description if operation.description != operation.summary else "",
    ]
    if operation.deprecated:
        parts.append("Deprecated.")
    arguments = [
        line
        for p in operation.parameters
        if p.key in keywords
        for line in _about(p, keywords[p.key])
    ]
    if operation.body and (about := _about_body(operation)):
        arguments.append(f"    body: {about}")
    if arguments:
        parts.append("\n".join(["Args:", *arguments]))
    bad = [r for r in operation.replies if r.status[0] in "45" and r.description]
    failures = [f"    {reply.status}: {_line(reply.description)}" for reply in bad]
    if failures:
        parts.append("\n".join(["Raises ``StatusError``:", *failures]))
    if headers := list(_about_headers(operation)):
        parts.append("\n".join(["Reply headers (``ReplyInfo.header``):", *headers]))
    parts.append(f"``{operation.method} {operation.path}``")
    return "\n\n".join(part for part in parts if part)


def _about(parameter: Parameter, keyword: str) -> Iterator[str]:
    notes = [_line(parameter.description)]
    if parameter.default is not ...:
        notes.append(f"Default on the server: {_value(parameter.default)}.")
    if parameter.example is not ...:
        notes.append(f"Example: {_value(parameter.example)}.")
    if parameter.deprecated:
        notes.append("Deprecated.")
    if text := " ".join(note for note in notes if note):
        yield f"    {keyword}: {text}"


def _about_headers(operation: Operation) -> Iterator[str]:
    """The headers of successful replies, with the type each can be read as."""
    good = (r for r in operation.replies if r.status[0] in "2d")
    found = {h.name.lower(): h for reply in good for h in reply.headers}
    for header in found.values():
        words = _line(header.description)
        yield f"    {header.name}: ``{_header_type(header.type)}``. {words}".rstrip()


def _header_type(type_: Type) -> str:
    """The type of a header in ``ReplyInfo.header``: what its text can be made into."""
    match type_:
        case Nullable(inner):
            return _header_type(inner)
        case Scalar(kind) if kind in ("string", "integer", "number", "boolean"):
            return annotation(type_, {})
        case ArrayOf(Scalar(kind)) if kind in ("string", "integer", "number"):
            return annotation(type_, {})
        case Literals():
            return annotation(type_, {})
    return "str"


def _about_body(operation: Operation) -> str:
    """The body's description, and its media types where a caller may choose."""
    body = operation.body
    if body is None:
        return ""
    media = media_types(body)
    words = [_line(body.description)]
    if len(media) > 1:
        words.append(
            f"One of {', '.join(media)}; the first that suits, unless ``content_type`` says which."
        )
    elif media[0] != "application/json":
        words.append(f"{media[0]}.")
    return " ".join(word for word in words if word)


def _line(text: str) -> str:
    """``text`` on one line, ending in a full stop."""
    words = " ".join(text.split())
    return words if not words or words[-1] in ".!?:" else f"{words}."


def _value(value: Json) -> str:
    """A value as a literal; a long one is cut."""
    text = literal(value, before=-(10**6))
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
