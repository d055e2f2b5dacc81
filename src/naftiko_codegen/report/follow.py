"""Where a tree of frozen values mentions a name."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any


def mentions(value: Any, pattern: re.Pattern[str]) -> Iterator[Any]:
    """The innermost dataclasses below ``value`` with a text in which ``pattern`` is found."""
    inner = [found for child in _children(value) for found in mentions(child, pattern)]
    if inner:
        yield from inner
    elif dataclasses.is_dataclass(value) and any(
        pattern.search(text) for text in _texts(value)
    ):
        yield value


def _children(value: Any) -> Iterator[Any]:
    """The dataclasses directly below ``value``, those in collections included."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        items = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        items = list(value.values())
    else:
        items = list(value)
    for item in items:
        if dataclasses.is_dataclass(item) or (
            isinstance(item, (tuple, list, Mapping)) and item
        ):
            yield item


def _texts(value: Any) -> Iterator[str]:
    """The texts of the fields of a dataclass, and of collections of texts in them."""
    for field in dataclasses.fields(value):
        item = getattr(value, field.name)
        for text in item if isinstance(item, (tuple, list)) else (item,):
            found = getattr(text, "text", text)
            if isinstance(found, str):
                yield found
