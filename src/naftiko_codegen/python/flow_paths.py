"""JSONPath queries → Python expressions over the functions of ``flows/select.py``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias, cast

from naftiko_codegen.python.layout import STEP, bracketed, columns, literal, string
from naftiko_codegen.python.text import Code
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.jsonpath import query as jp
from naftiko_codegen.read.jsonpath.parse import parse
from naftiko_codegen.read.jsonpath.strings import as_python, longest


class Calling(NamedTuple):
    """A call of ``function``."""

    function: str
    arguments: tuple[Expression, ...]


class Object(NamedTuple):
    """A dictionary: pairs of laid-out key and value."""

    pairs: tuple[tuple[Code, Expression], ...]


class Listing(NamedTuple):
    """A list."""

    items: tuple[Expression, ...]


Expression: TypeAlias = "Code | Calling | Object | Listing"
Extra: TypeAlias = Callable[[Expression], Code]
"""Makes a function of a condition and gives its name."""


def laid(value: Expression, *, indent: int, before: int, after: int = 0) -> Code:
    """``value`` as black leaves it; arguments as in ``layout.bracketed``."""
    if isinstance(value, Calling):
        inner = indent + STEP
        parts = [laid(a, indent=inner, before=inner, after=1) for a in value.arguments]
        opening = f"{value.function}("
        return bracketed(opening, parts, ")", indent=indent, before=before, after=after)
    if isinstance(value, Object):
        items = [_pair(key, item, indent + STEP) for key, item in value.pairs]
        return bracketed("{", items, "}", indent=indent, before=before, after=after)
    if isinstance(value, Listing):
        inner = indent + STEP
        parts = [laid(i, indent=inner, before=inner, after=1) for i in value.items]
        return bracketed("[", parts, "]", indent=indent, before=before, after=after)
    return value


def _pair(key: Code, value: Expression, indent: int) -> str:
    before = indent + columns(key) + 2
    return f"{key}: {laid(value, indent=indent, before=before, after=1)}"


def constant(value: Json, *, indent: int = 0) -> Code:
    """A JSON value as an expression."""
    return literal(value, indent=indent, before=indent, after=1)


def selected(query: str, root: Expression, extra: Extra) -> Expression:
    """The value (or null) that a query selects from ``root``, or the list when it may select several."""
    found = parse(query)
    if found.singular:
        keys = _keys(found)
        if isinstance(root, Calling) and root.function == "at":
            return Calling("at", (*root.arguments, *keys))
        return Calling("at", (root, *keys)) if keys else root
    return Calling("pick", (root, *_steps(found, root, extra)))


def _keys(query: jp.Query) -> tuple[Code, ...]:
    return tuple(_key(segment.selectors[0]) for segment in query.segments)


def _key(selector: jp.Selector) -> Code:
    if isinstance(selector, jp.Name):
        return string(selector.name)
    return Code(str(cast(jp.Index, selector).at))


def _steps(query: jp.Query, root: Expression, extra: Extra) -> tuple[Expression, ...]:
    return tuple(_segment(segment, root, extra) for segment in query.segments)


def _segment(segment: jp.Segment, root: Expression, extra: Extra) -> Expression:
    steps = tuple(_selector(s, root, extra) for s in segment.selectors)
    step = steps[0] if len(steps) == 1 else Calling("Either", steps)
    return Calling("Below", (step,)) if segment.descend else step


def _selector(selector: jp.Selector, root: Expression, extra: Extra) -> Expression:
    if isinstance(selector, jp.Slice):
        bounds = (selector.start, selector.end, selector.step)
        return Calling("Slice", tuple(Code(repr(bound)) for bound in bounds))
    if isinstance(selector, jp.Filter):
        name = extra(_condition(selector.condition, extra))
        return Calling("Where", (name, root))
    if isinstance(selector, jp.Wildcard):
        return Code("EACH")
    return _key(selector)


def _condition(condition: jp.Condition, extra: Extra) -> Expression:
    """A condition on ``item``, where ``$`` is ``root``."""
    if isinstance(condition, jp.Some | jp.Every):
        parts = tuple(_condition(part, extra) for part in condition.conditions)
        function = "any_of" if isinstance(condition, jp.Some) else "all_of"
        return Calling(function, parts)
    if isinstance(condition, jp.Not):
        return Calling("no", (_condition(condition.condition, extra),))
    if isinstance(condition, jp.Query):
        return Calling("exists", (_nodes(condition, extra),))
    if isinstance(condition, jp.Call):
        return _matched(condition, extra)
    left, right = _value(condition.left, extra), _value(condition.right, extra)
    return _COMPARED[condition.operator](left, right)


def _matched(call: jp.Call, extra: Extra) -> Expression:
    """``match`` or ``search``: the text, the pattern as Python writes it, and how long a text may be."""
    subject, pattern = call.arguments
    text = cast(jp.Literal, pattern).value
    whole = call.function == "match"
    written = string(cast(re.Pattern[str], as_python(text)).pattern)
    bound = Code(str(longest(text, whole=whole)))
    name = "matches" if whole else "contains"
    return Calling(name, (_value(subject, extra), written, bound))


def _nodes(query: jp.Query, extra: Extra) -> Expression:
    root = Code("item" if query.relative else "root")
    return Calling("pick", (root, *_steps(query, Code("root"), extra)))


def _value(operand: jp.Operand, extra: Extra) -> Expression:
    if isinstance(operand, jp.Literal):
        return constant(operand.value)
    if isinstance(operand, jp.Query):
        root = Code("item" if operand.relative else "root")
        keys = _keys(operand)
        return Calling("one", (root, *keys)) if keys else root
    first, *_ = operand.arguments
    if operand.function == "length":
        return Calling("size", (_value(first, extra),))
    nodes = _nodes(cast(jp.Query, first), extra)
    return Calling("length" if operand.function == "count" else "only", (nodes,))


def _equal(left: Expression, right: Expression) -> Expression:
    return Calling("same", (left, right))


def _less(left: Expression, right: Expression) -> Expression:
    return Calling("less", (left, right))


_COMPARED: dict[str, Callable[[Expression, Expression], Expression]] = {
    "==": _equal,
    "!=": lambda left, right: Calling("no", (_equal(left, right),)),
    "<": _less,
    ">": lambda left, right: _less(right, left),
    "<=": lambda left, right: Calling("any_of", (_less(left, right), _equal(left, right))),
    ">=": lambda left, right: Calling("any_of", (_less(right, left), _equal(left, right))),
}  # fmt: skip


def functions(values: Sequence[Expression]) -> set[str]:
    """The functions of ``select.py`` (and constants) that expressions use."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, Calling):
            found |= {*filter(None, [value.function]), *functions(value.arguments)}
        elif isinstance(value, Object):
            found |= functions([item for _, item in value.pairs])
        elif isinstance(value, Listing):
            found |= functions(value.items)
        elif value in ("EACH", "NOTHING"):
            found.add(value)
    return found
