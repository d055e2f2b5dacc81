"""Parts of JSON values, as the queries of RFC 9535 select them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from ..server.steps import NOTHING

Make: TypeAlias = Callable[[Any], Any]
_encode = msgspec.json.Encoder().encode


class Each:
    """Every member of an object, every item of a list."""


class Slice:
    """The items of a list from ``start`` until before ``end``, every ``step``-th."""

    def __init__(self, start: int | None, end: int | None, step: int) -> None:
        """As in Python; a step of 0 selects nothing."""
        self.part = slice(start, end, step) if step else slice(0, 0)


class Where:
    """The members or items for which ``condition`` holds; it is given each, and the root."""

    def __init__(self, condition: Callable[[Any, Any], bool], root: Any) -> None:
        """``root`` is what ``$`` means."""
        self.condition = condition
        self.root = root


class Either:
    """What one step selects, then what the next one does."""

    def __init__(self, *steps: Step) -> None:
        """``steps`` are those of one bracket."""
        self.steps = steps


class Below:
    """What ``step`` selects, in the value itself and in everything below it."""

    def __init__(self, step: Step) -> None:
        """``step`` is applied at every place."""
        self.step = step


Step: TypeAlias = str | int | Each | Slice | Where | Either | Below

EACH = Each()


def one(value: Any, *keys: str | int) -> Any:
    """The value below ``keys``, one after the other, or ``NOTHING``."""
    for key in keys:
        if isinstance(key, str):
            value = value.get(key, NOTHING) if isinstance(value, dict) else NOTHING
        elif isinstance(value, list) and -len(value) <= key < len(value):
            value = value[key]
        else:
            return NOTHING
    return value


def at(value: Any, *keys: str | int) -> Any:
    """The value below ``keys``, or ``None``."""
    found = one(value, *keys)
    return None if found is NOTHING else found


def pick(value: Any, *steps: Step) -> list[Any]:
    """Everything that ``steps`` select, in order."""
    found: Iterable[Any] = [value]
    for step in steps:
        found = [part for item in found for part in _selected(item, step)]
    return list(found)


def _selected(value: Any, step: Step) -> Iterator[Any]:
    if isinstance(step, str | int):
        found = one(value, step)
        if found is not NOTHING:
            yield found
    elif isinstance(step, Each):
        yield from _children(value)
    elif isinstance(step, Slice):
        yield from value[step.part] if isinstance(value, list) else ()
    elif isinstance(step, Where):
        yield from (v for v in _children(value) if step.condition(v, step.root))
    elif isinstance(step, Either):
        for part in step.steps:
            yield from _selected(value, part)
    else:
        for item in _below(value):
            yield from _selected(item, step.step)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _below(value: Any) -> Iterator[Any]:
    """``value`` and everything below it, each before what it holds."""
    todo = [value]
    while todo:
        value = todo.pop()
        yield value
        todo.extend(reversed(list(_children(value))))


def each(value: Any, make: Make) -> list[Any] | None:
    """What ``make`` makes of every item of a list; ``None`` when it is no list."""
    return [make(item) for item in value] if isinstance(value, list) else None


def listed(value: Any) -> list[Any] | None:
    """``value`` if it is a list."""
    return value if isinstance(value, list) else None


def members(value: Any, make: Make) -> dict[str, Any] | None:
    """What ``make`` makes of every member of an object; ``None`` when it is none."""
    if not isinstance(value, dict):
        return None
    return {name: make(item) for name, item in value.items()}


def first(*values: Any) -> Any:
    """The first of ``values`` that is not ``None``."""
    return next((value for value in values if value is not None), None)


def cut(value: Any, longest: int) -> Any:
    """A text of at most ``longest`` characters; anything else as it is."""
    return value[:longest] if isinstance(value, str) else value


def text(*pieces: Any) -> str:
    """``pieces`` in a row: texts as they are, nothing for ``None`` and ``NOTHING``, anything else as JSON."""
    return "".join(_written(piece) for piece in pieces)


def _written(value: Any) -> str:
    if value is None or value is NOTHING:
        return ""
    return value if isinstance(value, str) else _encode(value).decode()


def length(value: Any) -> int | None:
    """How many items, members or characters ``value`` has."""
    return len(value) if isinstance(value, list | dict | str) else None


def size(value: Any) -> Any:
    """``length`` inside a condition."""
    return len(value) if isinstance(value, list | dict | str) else NOTHING


def only(found: list[Any]) -> Any:
    """The value of a path that selects one, inside a condition."""
    return found[0] if len(found) == 1 else NOTHING


def same(left: Any, right: Any) -> bool:
    """Equality of JSON values; unlike Python's, 1 is not true."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            same(item, right[key]) for key, item in left.items()
        )
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if _is_number(left) and _is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def less(left: Any, right: Any) -> bool:
    """Whether ``left`` is a smaller number, or a text that comes before ``right``."""
    texts = isinstance(left, str) and isinstance(right, str)
    numbers = _is_number(left) and _is_number(right)
    return bool(left < right) if texts or numbers else False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def matches(value: Any, pattern: str, longest: int) -> bool:
    """Whether all of a text fits ``pattern``; one of more than ``longest`` characters is not held against it."""
    return _bounded(value, longest) and re.fullmatch(pattern, value) is not None


def contains(value: Any, pattern: str, longest: int) -> bool:
    """Whether a part of a text fits ``pattern``; bounded as in ``matches``."""
    return _bounded(value, longest) and re.search(pattern, value) is not None


def _bounded(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest


def all_of(*conditions: bool) -> bool:
    """Whether every condition holds."""
    return all(conditions)


def any_of(*conditions: bool) -> bool:
    """Whether one of the conditions holds."""
    return any(conditions)


def no(condition: bool) -> bool:
    """Whether the condition does not hold."""
    return not condition


def exists(found: list[Any]) -> bool:
    """Whether a path selects anything."""
    return bool(found)
