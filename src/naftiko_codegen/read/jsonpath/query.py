"""What a JSONPath query is made of (RFC 9535, section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias


class QueryError(Exception):
    """A query that is not well formed, not well typed, or too costly.

    ``offset`` is the index of the offending character in the query.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        """``message`` is a plain sentence without a full stop."""
        super().__init__(message)
        self.message = message
        self.offset = offset


class CostError(QueryError):
    """A query, or what it is used for, that takes more than there is to spend."""


class Name(NamedTuple):
    """The member of an object called ``name``."""

    name: str


class Index(NamedTuple):
    """The item of an array at ``at``; negative ones count from the end."""

    at: int


class Slice(NamedTuple):
    """The items of an array from ``start`` until before ``end``, every ``step``-th."""

    start: int | None
    end: int | None
    step: int


class Wildcard:
    """Every member of an object, every item of an array."""


class Filter(NamedTuple):
    """The members or items for which ``condition`` holds."""

    condition: Condition


Selector: TypeAlias = "Name | Index | Slice | Wildcard | Filter"


class Segment(NamedTuple):
    """Selectors applied to each node, or with ``descend`` to all that lies below it too."""

    selectors: tuple[Selector, ...]
    descend: bool


class Query(NamedTuple):
    """Segments applied one after the other, from the root or (``relative``) from ``@``."""

    segments: tuple[Segment, ...]
    relative: bool

    @property
    def singular(self) -> bool:
        """Whether it can select one node at most."""
        return all(
            not segment.descend
            and len(segment.selectors) == 1
            and isinstance(segment.selectors[0], Name | Index)
            for segment in self.segments
        )


class Literal(NamedTuple):
    """A string, number, true, false or null."""

    value: Any


class Call(NamedTuple):
    """One of the functions of RFC 9535."""

    function: str
    arguments: tuple[Operand, ...]


class Compare(NamedTuple):
    """``left`` compared with ``right``."""

    operator: str
    left: Operand
    right: Operand


class Not(NamedTuple):
    """The opposite of ``condition``."""

    condition: Condition


class Every(NamedTuple):
    """All of ``conditions``."""

    conditions: tuple[Condition, ...]


class Some(NamedTuple):
    """At least one of ``conditions``."""

    conditions: tuple[Condition, ...]


Operand: TypeAlias = "Literal | Query | Call"
Condition: TypeAlias = "Some | Every | Not | Compare | Query | Call"


def calls(part: Any) -> Iterator[Call]:
    """Every function call in a query or a part of one."""
    if isinstance(part, Call):
        yield part
    if isinstance(part, tuple):
        for inner in part:
            yield from calls(inner)
