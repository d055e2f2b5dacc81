"""What a JSONPath query is made of (RFC 9535, section 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


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


@dataclass(frozen=True, slots=True)
class Name:
    """The member of an object called ``name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """The item of an array at ``index``; negative ones count from the end."""

    index: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The items of an array from ``start`` until before ``end``, every ``step``-th."""

    start: int | None
    end: int | None
    step: int


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Every member of an object, every item of an array."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The members or items for which ``condition`` holds."""

    condition: Condition


Selector: TypeAlias = "Name | Index | Slice | Wildcard | Filter"


@dataclass(frozen=True, slots=True)
class Segment:
    """Selectors applied to each node, or with ``descend`` to all that lies below it too."""

    selectors: tuple[Selector, ...]
    descend: bool


@dataclass(frozen=True, slots=True)
class Query:
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


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number, true, false or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions of RFC 9535."""

    function: str
    arguments: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """``left`` compared with ``right``."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of ``condition``."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Every:
    """All of ``conditions``."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of ``conditions``."""

    conditions: tuple[Condition, ...]


Operand: TypeAlias = "Literal | Query | Call"
Condition: TypeAlias = "Some | Every | Not | Compare | Query | Call"
