# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Paths → routes: a table for fixed paths, a tree of segments for templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar
from urllib.parse import quote, unquote_to_bytes

from ..server.problems import Problem

MOST_SEGMENTS = 64
"""Segments of a path that is looked up at all."""

Found = TypeVar("Found")

_HOLE = re.compile(r"\{([^{}]*)\}")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Router(Generic[Found]):
    """Finds what was added for a method and a path.

    Literal segments win over mixed ones (``{name}.json``), those over whole variables, and those over variables that
    take several segments; a template that has a literal after such a variable wins over one that ends with it.
    """

    def __init__(self) -> None:
        """An empty router."""
        self._fixed: dict[str, dict[str, Found]] = {}
        self._root: _Node[Found] = _Node()

    def add(
        self, method: str, path: str, found: Found, multi: Sequence[str] = ()
    ) -> None:
        """Add a route; ``multi`` names the variables of ``path`` that may hold slashes."""
        segments = path.split("/")[1:]
        if not any(_HOLE.search(segment) for segment in segments):
            literals = "/".join(decoded(segment) for segment in segments)
            self._fixed.setdefault("/" + literals, {}).setdefault(method, found)
        else:
            node = self._root
            for segment in segments:
                node = node.child(segment, multi)
            node.methods.setdefault(method, found)

    def has(self, path: str) -> bool:
        """Whether ``path``, without variables, was added for some method."""
        return path in self._fixed

    def find(self, method: str, raw_path: str) -> tuple[Found, tuple[str, ...]]:
        """What was added for ``method`` and the percent-encoded ``raw_path``, and its path values, as they were sent.

        Raises ``Problem`` 404, 405 with ``Allow``, or 400 for a path that cannot be decoded.
        """
        methods = self._fixed.get(raw_path)
        if methods is not None and method in methods:
            return methods[method], ()
        allowed: dict[str, None] = {}
        for candidates, values in self._candidates(raw_path):
            if method in candidates:
                return candidates[method], values
            allowed.update(dict.fromkeys(candidates))
        if not allowed:
            raise Problem(404, "There is nothing at this path.")
        raise Problem(
            405,
            f"{method[:20]} is not possible here.",
            headers=[("allow", allow(allowed))],
        )

    def _candidates(
        self, raw_path: str
    ) -> Iterator[tuple[dict[str, Found], tuple[str, ...]]]:
        """Methods and path values of every template that fits, the most specific first."""
        sent = raw_path.split("/", MOST_SEGMENTS + 1)[1:]
        if len(sent) > MOST_SEGMENTS:
            raise Problem(404, "There is nothing at this path.")
        segments = [decoded(segment) for segment in sent]
        path = "/" + "/".join(segments)
        if path in self._fixed:
            yield self._fixed[path], ()
        yield from self._root.walk(segments, sent, 0, ())


class _Node(Generic[Found]):
    """One place in the tree: the segments that may follow, and what ends here."""

    __slots__ = ("literals", "methods", "mixed", "multi", "single")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[Found]] = {}
        self.mixed: dict[str, tuple[re.Pattern[str], _Node[Found]]] = {}
        self.single: _Node[Found] | None = None
        self.multi: _Node[Found] | None = None
        self.methods: dict[str, Found] = {}

    def child(self, segment: str, multi: Sequence[str]) -> _Node[Found]:
        """The node after ``segment`` of a template, made when it is not there."""
        hole = _HOLE.fullmatch(segment)
        if hole and hole[1] in multi:
            self.multi = self.multi or _Node()
            return self.multi
        if hole:
            self.single = self.single or _Node()
            return self.single
        if not _HOLE.search(segment):
            return self.literals.setdefault(decoded(segment), _Node())
        pieces = [re.escape(decoded(piece)) for piece in _HOLE.split(segment)[::2]]
        pattern = "(.+?)".join(pieces)
        self.mixed.setdefault(pattern, (re.compile(pattern, re.DOTALL), _Node()))
        self.mixed = dict(sorted(self.mixed.items(), key=lambda item: -len(item[0])))
        return self.mixed[pattern][1]

    def walk(
        self,
        segments: Sequence[str],
        sent: Sequence[str],
        at: int,
        values: tuple[str, ...],
    ) -> Iterator[tuple[dict[str, Found], tuple[str, ...]]]:
        """Every end below this node that ``segments`` from ``at`` on lead to; ``sent`` are these as they came."""
        if at == len(segments):
            if self.methods:
                yield self.methods, values
            return
        segment = segments[at]
        if segment in self.literals:
            yield from self.literals[segment].walk(segments, sent, at + 1, values)
        for pattern, node in self.mixed.values():
            match = pattern.fullmatch(segment)
            if match:
                found = values + _sent_groups(pattern, match, sent[at])
                yield from node.walk(segments, sent, at + 1, found)
        if self.single:
            found = (*values, sent[at])
            yield from self.single.walk(segments, sent, at + 1, found)
        if self.multi:
            for end in range(at + 1, len(segments) + 1):
                found = (*values, "/".join(sent[at:end]))
                yield from self.multi.walk(segments, sent, end, found)


def _sent_groups(
    pattern: re.Pattern[str], match: re.Match[str], sent: str
) -> tuple[str, ...]:
    """The groups of ``match``, found in the decoded segment, as the segment that was ``sent`` has them."""
    same = pattern.fullmatch(sent)
    groups = match.groups()
    if same and tuple(decoded(text) for text in same.groups()) == groups:
        return same.groups()
    return tuple(quote(text, safe="") for text in groups)


def decoded(segment: str) -> str:
    """``segment`` with its percent escapes undone, once; raises ``Problem`` 400 for broken ones."""
    if "%" not in segment:
        return segment
    if _BAD_ESCAPE.search(segment):
        raise Problem(400, "The path has a broken percent escape.")
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise Problem(400, "The path is not UTF-8.") from None


def allow(methods: dict[str, None]) -> str:
    """The ``Allow`` header for ``methods``."""
    names = set(methods) | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    return ", ".join(sorted(names))


def hole_names(path: str) -> tuple[str, ...]:
    """The variables of a template in order."""
    return tuple(_HOLE.findall(path))
