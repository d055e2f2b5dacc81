"""Replies of an operation that come in parts → the method that gives these one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Content, Field, Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.type_table import TypeTable
from naftiko_codegen.ir.types import AnyType, Scalar, Type
from naftiko_codegen.python import names as naming
from naftiko_codegen.python.text import Code

FOLDER = "streams"
"""The folder of ``templates/`` for replies that come in parts."""

_EVENTS = "text/event-stream"
_EVENT_FIELDS = frozenset(("data", "event", "id", "retry"))


@frozen
class Streaming:
    """``form`` as in ``templates/streams``; ``alone``: there is no other reply; ``asked``: the body asks for it."""

    item: Type
    form: str
    media_type: str
    alone: bool
    asked: bool


def streams(package: Package) -> bool:
    """Whether a reply of ``package`` comes in parts."""
    return any(_contents(o, lambda c: c.item is not None) for o in package.service.operations)  # fmt: skip


def streaming_of(operation: Operation, types: TypeTable) -> Streaming | None:
    """How the successes of ``operation`` come in parts; events are taken before lines."""
    parts = _contents(operation, lambda c: c.item is not None)
    content = next((c for c in parts if _plain(c) == _EVENTS), parts[0] if parts else None)  # fmt: skip
    if content is None or content.item is None:
        return None
    alone = not _contents(operation, lambda c: c.item is None)
    item, form = _form(content, content.item, types)
    asked = not alone and _has_stream(operation, types)
    return Streaming(item, form, _plain(content), alone, asked)


def asks_for_parts(operation: Operation, types: TypeTable) -> bool:
    """Whether a call gets its reply in parts unless its body says otherwise: ``stream`` is true by default."""
    if not _contents(operation, lambda c: c.item is None and c.kind == "json"):
        return False
    fields = list(_switches(operation, types))
    return bool(fields) and all(field.default is True for field in fields)


def sibling(method: str, taken: Collection[str]) -> Code | None:
    """The name of the method beside ``method`` that gives the parts of its reply."""
    bare = method.strip("_")
    wanted = (f"stream_{bare}", f"{bare}_stream", f"stream_of_{bare}")
    return next((n for text in wanted if (n := naming.snake(text)) not in taken), None)


def _contents(operation: Operation, wanted: Callable[[Content], bool]) -> list[Content]:
    """The contents of the successes, or of ``default`` without any, that are wanted."""
    good = [r for r in operation.replies if r.status.startswith("2")]
    good = good or [r for r in operation.replies if r.status == "default"]
    return [c for reply in good for c in reply.contents if wanted(c)]


def _plain(content: Content) -> str:
    return content.media_type.partition(";")[0].strip().lower()


def _form(content: Content, item: Type, types: TypeTable) -> tuple[Type, str]:
    """The type of an item, and what it is made of."""
    text = types.is_scalar(item, "string")
    if _plain(content) != _EVENTS:
        return (AnyType() if text else item), "lines"
    if text:
        return Scalar("string"), "text"
    fields = [types.field(variant, "data") for variant in types.variants(item)]
    data = [field.type if field else None for field in fields]
    events = [v for v in types.variants(item) if types.names(v) <= _EVENT_FIELDS]
    if len(events) < len(data) or None in data:
        return item, "data"
    plain = all(d is not None and types.is_scalar(d, "string") for d in data)
    return item, "text event" if plain else "event"


def _has_stream(operation: Operation, types: TypeTable) -> bool:
    """Whether the body has a switch called ``stream``."""
    return any(True for _ in _switches(operation, types))


def _switches(operation: Operation, types: TypeTable) -> Iterator[Field]:
    """The properties called ``stream`` of what the body may be, if they are switches."""
    for content in operation.body.contents if operation.body else ():
        for variant in types.variants(content.type) if content.kind == "json" else ():
            field = types.field(variant, "stream")
            if field and types.is_scalar(field.type, "boolean"):
                yield field
