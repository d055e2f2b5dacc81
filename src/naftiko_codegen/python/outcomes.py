"""Replies of an operation → how the client reads them, and as which type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Content, Operation, Reply
from naftiko_codegen.ir.types import AnyType, UnionOf
from naftiko_codegen.python.aliases import Aliases, union
from naftiko_codegen.python.layout import STEP, WIDTH

_STREAMS = ("text/event-stream", "application/x-ndjson", "application/jsonl")
"""Media types in which a reply comes when the request asks for its parts one by one."""

_ROOM = 60
"""Characters of a type in a table of types by status."""


@frozen
class Outcome:
    """How a reply is read: ``bytes``, ``text``, ``json`` or ``nothing``; types by status where they differ."""

    kind: str
    annotation: str
    by_status: Mapping[str, str]
    errors: Mapping[str, str]


def outcome_of(operation: Operation, aliases: Aliases) -> Outcome:
    """What the documented successes say about a reply; without any, JSON of any kind."""
    good = [r for r in operation.replies if r.status.startswith("2")]
    if not good:
        good = [r for r in operation.replies if r.status == "default"]
    method = aliases.operation(operation).method
    errors = _errors((r for r in operation.replies if r not in good), method, aliases)
    main = [content for reply in good if (content := main_content(reply))]
    kinds = {content.kind for content in main}
    if "json" not in kinds:  # several media types of one reply: bytes hold them all
        kinds |= {content.kind for reply in good for content in reply.contents}
    if kinds & {"binary", "multipart", "form"} or _is_stream(good):
        return Outcome("bytes", "BinaryReply", {}, errors)
    if "json" in kinds or not good:
        return _json(good, errors, method, aliases)
    if kinds:
        return Outcome("text", "str", {}, errors)
    return Outcome("nothing", "None", {}, errors)


def readable(reply: Reply) -> tuple[Content, ...]:
    """The contents in which a reply is asked for: where it may be JSON, in no other writing of the same value."""
    main = main_content(reply)
    if main is None or main.kind != "json":
        return reply.contents
    return tuple(
        content
        for content in reply.contents
        if content.kind == "json" or _media_type(content) in _STREAMS
    )


def main_content(reply: Reply) -> Content | None:
    """The content that stands for a reply: the first if it is bytes, else JSON if there is any, else the first."""
    if not reply.contents:
        return None
    first = reply.contents[0]
    if first.kind == "binary" and "xml" not in first.media_type:
        return first
    return next((c for c in reply.contents if c.kind == "json"), first)


def _json(
    good: Iterable[Reply], errors: Mapping[str, str], method: str, aliases: Aliases
) -> Outcome:
    """The type of the replies together, and by status when they differ; ``None`` for one without content."""
    types = {reply.status: _type(reply, aliases) or "None" for reply in good}
    found = [text for text in types.values() if text != "None"]
    text = union([*found, "None"] if len(found) < len(types) else found) or "Any"
    room = WIDTH - STEP - len(") -> :")
    text = aliases.short(text, f"{method}_reply", room)
    if len(set(types.values())) < 2:
        return Outcome("json", text, {}, errors)
    by_status = {
        status: aliases.short(each, f"{method}_{status}_reply", _ROOM)
        for status, each in types.items()
    }
    return Outcome("json", text, by_status, errors)


def _errors(bad: Iterable[Reply], method: str, aliases: Aliases) -> dict[str, str]:
    """The types of the bodies of failures, by status, range or ``default``."""
    types = {reply.status: _type(reply, aliases) for reply in bad}
    return {
        status.upper().replace("DEFAULT", "default"): aliases.short(
            text, f"{method}_{status}", _ROOM
        )
        for status, text in types.items()
        if text and text != "Any"
    }


def _type(reply: Reply, aliases: Aliases) -> str:
    """The annotation of the JSON a reply holds, in any of its media types; empty when it holds none."""
    main = main_content(reply)
    if main is None or main.kind != "json":
        return ""
    contents = (main, *(it for it in readable(reply) if it.kind == "json"))
    types = tuple(dict.fromkeys(it.type for it in contents))
    if AnyType() in types:
        return aliases.type(AnyType())
    return aliases.type(types[0] if len(types) == 1 else UnionOf(types))


def _is_stream(replies: Iterable[Reply]) -> bool:
    """Whether the only reply is a stream of events."""
    contents = [content for reply in replies for content in reply.contents]
    return {_media_type(content) for content in contents} == {"text/event-stream"}


def _media_type(content: Content) -> str:
    return content.media_type.partition(";")[0].strip().lower()
