"""Where a tree of frozen values mentions a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from naftiko_codegen.frozen import changed, fields_of, is_frozen


def mentions(value: Any, pattern: re.Pattern[str]) -> Iterator[Any]:
    """The innermost frozen values below ``value`` with a text in which ``pattern`` is found."""
    inner = [found for child in _children(value) for found in mentions(child, pattern)]
    if inner:
        yield from inner
    elif is_frozen(value) and any(pattern.search(text) for text in _texts(value)):
        yield value


def only(value: Any, pattern: re.Pattern[str]) -> Any:
    """``value`` without those texts of its tuples in which ``pattern`` is not found; a tuple without any is left."""
    kept: dict[str, Any] = {}
    for name in fields_of(value):
        item = getattr(value, name)
        if isinstance(item, tuple):
            found = tuple(it for it in item if pattern.search(_words(it)))
            kept[name] = found or item
    return changed(value, **kept)


def _words(value: Any) -> str:
    """The text that ``value`` is or holds, else none."""
    found = getattr(value, "text", value)
    return found if isinstance(found, str) else ""


def _children(value: Any) -> Iterator[Any]:
    """The frozen values directly below ``value``, those in collections included."""
    if is_frozen(value):
        items = [getattr(value, name) for name in fields_of(value)]
    elif isinstance(value, Mapping):
        items = list(value.values())
    else:
        items = list(value)
    for item in items:
        if is_frozen(item) or (isinstance(item, (tuple, list, Mapping)) and item):
            yield item


def _texts(value: Any) -> Iterator[str]:
    """The texts of the fields of a frozen value, and of collections of texts in them."""
    for name in fields_of(value):
        item = getattr(value, name)
        for text in item if isinstance(item, (tuple, list)) else (item,):
            found = getattr(text, "text", text)
            if isinstance(found, str):
                yield found
