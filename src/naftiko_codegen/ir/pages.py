"""Operations whose replies are pages of a list → how the next page is asked for; nothing unless names and types agree.

Before: a query parameter ``cursor`` and a reply ``{data: [Pet], next_cursor: string}``; after:
``Pages("cursor", key="cursor", items=("data",), next=("next_cursor",), item=Pet)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.model import Alias, Field, Model, Operation, Parameter, Reply
from naftiko_codegen.ir.paged import Pages
from naftiko_codegen.ir.type_table import TypeTable
from naftiko_codegen.ir.types import ArrayOf, Scalar, Type

_LISTS = ("data", "items", "results", "records", "values", "entries")
_CURSORS: Mapping[str, tuple[str, ...]] = {
    "cursor": ("nextcursor", "endcursor", "nextpagecursor"),
    "pagecursor": ("nextpagecursor", "nextcursor"),
    "nextcursor": ("nextcursor",),
    "pagetoken": ("nextpagetoken", "nexttoken"),
    "nextpagetoken": ("nextpagetoken",),
    "nexttoken": ("nexttoken",),
    "paginationtoken": ("nexttoken", "nextpaginationtoken", "paginationtoken"),
    "continuationtoken": ("continuationtoken", "nextcontinuationtoken"),
    "marker": ("nextmarker",),
    "after": ("nextcursor", "endcursor", "after"),
}
"""Names of parameters, and of the fields that hold the value of the next page, as lower-case letters."""

_AROUND = ("meta", "metadata", "pagination", "paging", "pageinfo", "responsemetadata")
"""Objects that hold such a field."""

_AFTER_LAST = ("startingafter", "after")
_MORE = ("hasmore",)
_NUMBERS = ("page", "pagenumber", "pageno")
_NEXT_NUMBERS = ("nextpage",)
_COUNTS = ("totalpages", "pagecount", "lastpage", "numpages")
_OFFSETS = ("offset", "skip")
_TOTALS = ("total", "totalcount", "totalresults", "totalitems")


def with_pages(
    operations: Iterable[Operation], models: Iterable[Model], aliases: Iterable[Alias]
) -> tuple[Operation, ...]:
    """``operations``, those of pages with how the next one is got."""
    known = TypeTable(models, aliases)
    found = ((it, _pages(it, known)) for it in operations)
    return tuple(changed(it, pages=pages) if pages else it for it, pages in found)


def _pages(operation: Operation, known: TypeTable) -> Pages | None:
    """The first way that fits: a link, a cursor, the last item, a number, an offset."""
    good = [r for r in operation.replies if r.status.startswith("2")]
    if operation.method != "GET" or operation.body or len(good) != 1:
        return None
    reply = good[0]
    if len(reply.contents) != 1 or reply.contents[0].kind != "json":
        return None
    type_ = known.plain(reply.contents[0].type)
    if isinstance(type_, ArrayOf):
        linked = _has_link(reply)
        return Pages("link", item=type_.items) if linked else None
    model = known.model(type_)
    listed = _list(model, known) if model else None
    if model is None or listed is None:
        return None
    items, item = listed
    base = Pages("link", items=(items,), item=item, page=model.key)
    if _has_link(reply):
        return base
    ways = (_cursor, _after_last, _number, _offset)
    return next(
        (it for way in ways if (it := way(base, operation, model, known))), None
    )


def _has_link(reply: Reply) -> bool:
    return any(header.name.lower() == "link" for header in reply.headers)


def _list(model: Model, known: TypeTable) -> tuple[str, Type] | None:
    """The name and the type of the items of a page: of the only list, or of the one with a usual name."""
    lists = [
        (field.name, plain.items)
        for field in model.fields
        if isinstance(plain := known.plain(field.type), ArrayOf)
    ]
    usual = [it for it in lists if it[0].lower() in _LISTS]
    found = lists if len(lists) == 1 else usual
    return found[0] if len(found) == 1 else None


def _cursor(base: Pages, operation: Operation, model: Model, known: TypeTable) -> Pages | None:  # fmt: skip
    for parameter in _queried(operation, known, "string", "integer"):
        wanted = _CURSORS.get(_letters(parameter.name), ())
        for path, field in _fields(model, known):
            if _letters(field.name) in wanted and _is_one(known, field.type, "string", "integer"):  # fmt: skip
                return changed(base, way="cursor", key=parameter.key, next=path)
    return None


def _after_last(base: Pages, operation: Operation, model: Model, known: TypeTable) -> Pages | None:  # fmt: skip
    item = known.model(base.item)
    ids = [f for f in item.fields if f.name == "id"] if item else []
    if not ids or not ids[0].required or not _is_one(known, ids[0].type, "string"):
        return None
    more = _named(model, _MORE, known, "boolean")
    for parameter in _queried(operation, known, "string"):
        if more and _letters(parameter.name) in _AFTER_LAST:
            return changed(base, way="last", key=parameter.key, next=(more,))
    return None


def _number(base: Pages, operation: Operation, model: Model, known: TypeTable) -> Pages | None:  # fmt: skip
    for parameter in _queried(operation, known, "integer"):
        if _letters(parameter.name) not in _NUMBERS:
            continue
        for path, field in _fields(model, known):
            name = _letters(field.name)
            if not _is_one(known, field.type, "integer"):
                continue
            way: Literal["next", "number"] = "next" if name in _NEXT_NUMBERS else "number"  # fmt: skip
            if name in (*_NEXT_NUMBERS, *_COUNTS):
                found = changed(base, way=way, key=parameter.key, next=path)
                return changed(found, first=_first(parameter))
    return None


def _offset(base: Pages, operation: Operation, model: Model, known: TypeTable) -> Pages | None:  # fmt: skip
    for parameter in _queried(operation, known, "integer"):
        if _letters(parameter.name) not in _OFFSETS:
            continue
        for path, field in _fields(model, known):
            if _letters(field.name) in _TOTALS and _is_one(known, field.type, "integer"):  # fmt: skip
                return changed(base, way="offset", key=parameter.key, next=path)
    return None


def _first(parameter: Parameter) -> int:
    """The number of the first page."""
    schema = parameter.schema if isinstance(parameter.schema, dict) else {}
    said = parameter.default if parameter.default is not ... else schema.get("minimum")
    return 0 if said == 0 and not isinstance(said, bool) else 1


def _queried(
    operation: Operation, known: TypeTable, *kinds: str
) -> Iterator[Parameter]:
    """The query parameters of one of these kinds that a caller gives."""
    for parameter in operation.parameters:
        fits = _is_one(known, parameter.type, *kinds)
        if parameter.place == "query" and parameter.given and fits:
            yield parameter


def _fields(model: Model, known: TypeTable) -> Iterator[tuple[tuple[str, ...], Field]]:
    """The fields of a page, then those of the objects around cursors, each with its way."""
    for field in model.fields:
        yield (field.name,), field
    for field in model.fields:
        inner = known.model(field.type) if _letters(field.name) in _AROUND else None
        for below in inner.fields if inner else ():
            yield (field.name, below.name), below


def _named(model: Model, names: tuple[str, ...], known: TypeTable, kind: str) -> str:
    """The field of a kind that has one of ``names``."""
    found = (
        f.name
        for f in model.fields
        if _letters(f.name) in names and _is_one(known, f.type, kind)
    )
    return next(found, "")


def _is_one(known: TypeTable, type_: Type, *kinds: str) -> bool:
    """Whether ``type_`` is a scalar of one of these kinds."""
    plain = known.plain(type_)
    return isinstance(plain, Scalar) and plain.kind in kinds


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
