"""The nodes that a JSONPath query selects, with every step counted (RFC 9535)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

from naftiko_codegen.read.document import Json, Pointer
from naftiko_codegen.read.jsonpath.query import (
    Call,
    Compare,
    Condition,
    CostError,
    Every,
    Filter,
    Index,
    Literal,
    Name,
    Not,
    Operand,
    Query,
    Segment,
    Selector,
    Slice,
    Some,
)
from naftiko_codegen.read.jsonpath.strings import cost, matches

Node: TypeAlias = "tuple[Pointer, Json]"

_NOTHING: Any = object()
"""The value of a query that selects nothing; equal to itself alone."""


class Steps:
    """A number of steps that evaluations may take together."""

    def __init__(self, left: int) -> None:
        """``left`` is the number of steps."""
        self._left = left

    def spend(self, steps: int = 1) -> None:
        """Take ``steps``; raises QueryError when there are not enough."""
        self._left -= steps
        if self._left < 0:
            raise CostError("this query takes too many steps on this document")


def select(query: Query, root: Json, steps: Steps) -> list[tuple[Pointer, Json]]:
    """The nodes of ``root`` that ``query`` selects, each once, in order.

    Raises QueryError when ``steps`` are not enough.
    """
    return _Evaluation(root, steps).nodes(query, ((), root))


class _Evaluation:
    """One evaluation: the root that ``$`` means, and the steps that are left."""

    def __init__(self, root: Json, steps: Steps) -> None:
        self._root = root
        self._spend = steps.spend

    def nodes(self, query: Query, current: Node) -> list[Node]:
        """What ``query`` selects when ``@`` is ``current``."""
        found = [current if query.relative else ((), self._root)]
        for segment in query.segments:
            found = list(dict(self._segment(segment, found)).items())
        return found

    def _segment(self, segment: Segment, nodes: Iterable[Node]) -> Iterator[Node]:
        for node in nodes:
            for place in self._below(node) if segment.descend else (node,):
                for selector in segment.selectors:
                    yield from self._selected(selector, place)

    def _below(self, node: Node) -> Iterator[Node]:
        """``node`` and everything below it, each before what it holds."""
        todo = [node]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(list(self._children(node))))

    def _children(self, node: Node) -> Iterator[Node]:
        pointer, value = node
        if isinstance(value, dict | list):
            self._spend(len(value) + 1)
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for step, item in items:
                yield (*pointer, step), item

    def _selected(self, selector: Selector, node: Node) -> Iterator[Node]:
        pointer, value = node
        self._spend()
        if isinstance(selector, Name):
            if isinstance(value, dict) and selector.name in value:
                yield (*pointer, selector.name), value[selector.name]
        elif isinstance(selector, Index):
            if isinstance(value, list) and -len(value) <= selector.at < len(value):
                index = selector.at % len(value)
                yield (*pointer, index), value[index]
        elif isinstance(selector, Slice):
            if isinstance(value, list) and selector.step:
                bounds = slice(selector.start, selector.end, selector.step)
                for index in range(*bounds.indices(len(value))):
                    self._spend()
                    yield (*pointer, index), value[index]
        elif isinstance(selector, Filter):
            for child in self._children(node):
                if self._holds(selector.condition, child):
                    yield child
        else:
            yield from self._children(node)

    def _holds(self, condition: Condition, current: Node) -> bool:
        self._spend()
        if isinstance(condition, Some):
            return any(self._holds(part, current) for part in condition.conditions)
        if isinstance(condition, Every):
            return all(self._holds(part, current) for part in condition.conditions)
        if isinstance(condition, Not):
            return not self._holds(condition.condition, current)
        if isinstance(condition, Query):
            return bool(self.nodes(condition, current))
        if isinstance(condition, Call):
            return bool(self._call(condition, current))
        left = self._value(condition.left, current)
        right = self._value(condition.right, current)
        return self._compare(condition, left, right)

    def _value(self, operand: Operand, current: Node) -> Json:
        """The one value of ``operand``, or _NOTHING."""
        if isinstance(operand, Literal):
            return operand.value
        if isinstance(operand, Call):
            return self._call(operand, current)
        found = self.nodes(operand, current)
        return found[0][1] if found else _NOTHING

    def _call(self, call: Call, current: Node) -> Json:
        first = call.arguments[0]
        if call.function in ("count", "value"):
            found = self.nodes(cast(Query, first), current)
            if call.function == "count":
                return len(found)
            return found[0][1] if len(found) == 1 else _NOTHING
        value = self._value(first, current)
        if call.function == "length":
            return len(value) if isinstance(value, str | list | dict) else _NOTHING
        pattern = self._value(call.arguments[1], current)
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        self._spend(cost(value, pattern))
        return matches(value, pattern, whole=call.function == "match")

    def _compare(self, comparison: Compare, left: Json, right: Json) -> bool:
        operator = comparison.operator
        if operator in ("==", "!="):
            return self._same(left, right) == (operator == "==")
        if operator in (">", ">="):
            left, right = right, left
        if "=" in operator and self._same(left, right):
            return True
        both = (left, right)
        ordered = all(isinstance(side, str) for side in both) or all(map(_number, both))
        return ordered and bool(left < right)

    def _same(self, left: Json, right: Json) -> bool:
        """Equality of JSON values; unlike Python's, 1 is not true."""
        self._spend()
        if isinstance(left, dict) and isinstance(right, dict):
            return left.keys() == right.keys() and all(
                self._same(item, right[key]) for key, item in left.items()
            )
        if isinstance(left, list) and isinstance(right, list):
            return len(left) == len(right) and all(map(self._same, left, right))
        if _number(left) and _number(right):
            return bool(left == right)
        return type(left) is type(right) and bool(left == right)


def _number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
