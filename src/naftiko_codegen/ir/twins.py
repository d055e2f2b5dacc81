"""Operations of capabilities → the operations of OpenAPI documents that describe the same calls: their twins.

Two are twins when they have the same method and the same URL: host, base path and path, placeholders compared by their
place alone. Where one side names no host, or one with placeholders, paths decide. Where URLs differ but a document has
most paths of an API, it describes that API elsewhere: its operations are twins too, and a finding says so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.package import Package

_PLACEHOLDER = re.compile(r"\{\{?[^{}]*\}\}?")
_VERSION = re.compile(r"(?<=/)v[0-9][^/]*")


class Twin(NamedTuple):
    """An operation of an OpenAPI document, and the package of that document."""

    operation: Operation
    package: Package


class Address(NamedTuple):
    """Where an operation goes; ``host`` is empty when it is not known, ``full`` is the base path and the path."""

    method: str
    host: str
    full: str
    path: str


class Twins:
    """The operations of every OpenAPI package of a run, to be found by those of capabilities."""

    def __init__(self, packages: Sequence[Package]) -> None:
        """``packages`` are those of OpenAPI documents."""
        self._by_path: dict[tuple[str, str], list[tuple[Address, Twin]]]
        self._by_path = defaultdict(list)
        self.hosts: dict[str, Package] = {}
        """The first package that goes to a host."""
        for package in packages:
            for operation in package.service.operations:
                at = address(operation)
                self.hosts.setdefault(at.host, package)
                for path in sorted({at.full, at.path}):
                    self._by_path[at.method, path].append(
                        (at, Twin(operation, package))
                    )

    def of(self, operation: Operation) -> tuple[Twin, ...]:
        """The twins of ``operation``; more than one when nothing tells them apart."""
        wanted = address(operation)
        ranked: dict[int, list[Twin]] = defaultdict(list)
        for found, twin in self._at(wanted):
            if (rank := _rank(wanted, found)) is not None:
                ranked[rank].append(twin)
        return _likest(operation, ranked[min(ranked)]) if ranked else ()

    def elsewhere(self, operations: Sequence[Operation]) -> Package | None:
        """The package that has most paths of ``operations``, whatever else their URLs are; None when none has."""
        counts: Counter[str] = Counter()
        packages: dict[str, Package] = {}
        for operation in operations:
            wanted = address(operation)
            found = {
                twin.package.source: twin.package
                for at, twin in self._at(wanted)
                if not _contradict(at, wanted)
            }
            packages |= found
            counts.update(found.keys())
        source, number = max(counts.items(), key=lambda it: it[1], default=("", 0))
        return packages[source] if 2 * number > len(operations) else None

    def inside(self, package: Package, operation: Operation) -> tuple[Twin, ...]:
        """The twins of ``operation`` in ``package``, whatever host it goes to."""
        found = [t for _, t in self._at(address(operation)) if t.package is package]
        return _likest(operation, found)

    def _at(self, wanted: Address) -> list[tuple[Address, Twin]]:
        """Everything of the same method and path, each once."""
        found: list[tuple[Address, Twin]] = []
        for path in sorted({wanted.full, wanted.path}):
            known = self._by_path.get((wanted.method, path), ())
            found += [entry for entry in known if entry not in found]
        return found


def address(operation: Operation) -> Address:
    """Where ``operation`` goes, placeholders alike."""
    url = urlsplit(_PLACEHOLDER.sub("{}", operation.base_url))
    host = "" if "{" in url.netloc else url.netloc.lower()
    path = _plain(operation.path)
    return Address(operation.method, host, _plain(url.path + path), path)


def _plain(path: str) -> str:
    """``path`` with all placeholders alike and no slash too many."""
    return re.sub("/+", "/", _PLACEHOLDER.sub("{}", f"/{path}")).rstrip("/") or "/"


def _contradict(one: Address, other: Address) -> bool:
    """Whether two addresses name different versions of an API."""
    versions = [set(_VERSION.findall(it.full)) for it in (one, other)]
    return all(versions) and versions[0] != versions[1]


def _rank(wanted: Address, found: Address) -> int | None:
    """How near two addresses are, 0 the nearest; None when they are not the same."""
    if wanted.host and found.host:
        same = wanted.host == found.host and wanted.full == found.full
        return 0 if same else None
    return 1 if wanted.full == found.full else 2


def _likest(operation: Operation, twins: Iterable[Twin]) -> tuple[Twin, ...]:
    """Those of ``twins`` that are most like ``operation``: by what is always sent, by name, by what is given."""
    sent, name, given = (
        _constants(operation),
        _letters(operation.name),
        _given(operation),
    )
    ranked: dict[tuple[bool, bool, int], list[Twin]] = defaultdict(list)
    for twin in twins:
        other = _given(twin.operation)
        rank = (
            _constants(twin.operation) == sent,
            _letters(twin.operation.name) == name,
            len(given & other) - len(other - given),
        )
        ranked[rank].append(twin)
    return tuple(ranked[max(ranked)]) if ranked else ()


def _constants(operation: Operation) -> dict[str, str]:
    """What goes into the query of every request."""
    return {
        parameter.name: str(parameter.constant)
        for parameter in operation.parameters
        if parameter.place == "query" and parameter.constant is not ...
    }


def _given(operation: Operation) -> set[str]:
    return {parameter.name for parameter in operation.parameters if parameter.given}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
