"""Packages of capabilities with the types of their twins: what one calls ``object``, the other knows.

Before: ``body: object``; after: ``body: ImageRequest``, in the client, the checks of the REST server and the tools.
What a capability says and a document does not contradict stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias, TypeVar

from naftiko_codegen.check.text import quote
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import McpServer, RestServer, Route, SkillServer, Tool
from naftiko_codegen.ir.lent import Lending
from naftiko_codegen.ir.loans import Lender, Loans
from naftiko_codegen.ir.model import Operation, Origin, Parameter, Service
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.pages import with_pages
from naftiko_codegen.ir.twins import Twin, Twins, address

Locate: TypeAlias = Callable[[Origin], Span]
_Server = TypeVar(
    "_Server", RestServer, McpServer, RestServer | McpServer | SkillServer
)
_Unit = TypeVar("_Unit", Route, Tool)


class Links(NamedTuple):
    """What came of it: the packages, and how many of the operations of capabilities have a twin.

    ``lenders`` are the sources of the documents that describe a capability.
    """

    packages: list[Package]
    linked: int
    operations: int
    lenders: frozenset[str]


def linked(
    packages: Sequence[Package],
    described: Sequence[Package],
    chosen: Mapping[str, str],
    locate: Locate,
    diagnostics: Diagnostics,
) -> Links:
    """``packages``, each operation of a capability with what its twin says of it.

    ``described`` are those of ``packages`` that OpenAPI documents are. ``chosen`` names the one document, by source,
    that may describe a capability, by source; an empty name means none. Findings: N340 (no twin in a document of the
    same host), N341 (the document has the same paths at another URL), N342 (the two contradict each other),
    N343 (several twins), N344 (a required parameter that is never sent).
    """
    every = Twins(described)
    lenders = {package.source: Lender(package) for package in described}
    made, count, number = [], 0, 0
    used: set[str] = set()
    for package in packages:
        if package.source in lenders:
            made.append(package)
            continue
        number += len(package.service.operations)
        finder = _Finder(package, lenders, locate, diagnostics)
        if package.source in chosen:
            finder.find_chosen([it for it in described if it.source == chosen[package.source]])  # fmt: skip
        else:
            finder.find(every)
        made.append(finder.whole())
        count += len(finder.found)
        used |= {twin.package.source for twin in finder.found.values()}
    return Links(made, count, number, frozenset(used))


def _paged(service: Service, names: Collection[str]) -> tuple[Operation, ...]:
    """The operations of ``service``, those called ``names`` with how the next page is got, if that is known."""
    paged = with_pages(service.operations, service.models, service.aliases)
    pairs = zip(service.operations, paged, strict=True)
    return tuple(other if own.name in names else own for own, other in pairs)


class _Finder:
    """The operations of one capability, and the twins that are found for them."""

    def __init__(
        self,
        package: Package,
        lenders: dict[str, Lender],
        locate: Locate,
        diagnostics: Diagnostics,
    ) -> None:
        self._package = package
        self._operations = package.service.operations
        self._lenders = lenders
        self._locate = locate
        self._diagnostics = diagnostics
        self._loans = Loans()
        self.found: dict[str, Twin] = {}
        """Twins by the name of the operation."""
        self._seen = False
        """Whether anything could be a twin."""

    def find(self, twins: Twins) -> None:
        """Look for twins in every document of the run."""
        for operation in self._operations:
            self._take(operation, twins.of(operation))
        if not self._seen and (package := twins.elsewhere(self._operations)):
            self._inside(twins, package)
            self._say_elsewhere(package)
        if self.found:
            self._report_others(twins)

    def find_chosen(self, described: list[Package]) -> None:
        """Look for twins in the document that the configuration names, whatever host it has."""
        twins = Twins(described)
        for package in described:
            self._inside(twins, package)

    def whole(self) -> Package:
        """The package with what the twins lend it; the same one when there is none."""
        if not self.found:
            return self._package
        package = self._package
        lending = {
            it.name: self._lending(it, self.found[it.name])
            for it in self._operations
            if it.name in self.found
        }
        self._report_unsent(lending)
        operations = tuple(
            lending[it.name].operation() if it.name in lending else it
            for it in self._operations
        )
        rest = package.rest and _served(package.rest, lending)
        mcp = package.mcp and _served(package.mcp, lending)
        others = tuple(_served(it, lending) for it in package.others)
        used = {t.package.source: t.package.digest for t in self.found.values()}
        service = self._loans.whole(changed(package.service, operations=operations))
        return changed(
            package,
            service=changed(service, operations=_paged(service, lending)),
            rest=rest,
            mcp=mcp,
            others=others,
            imported=(*package.imported, *sorted(used.items())),
        )

    def _lending(self, operation: Operation, twin: Twin) -> Lending:
        lender = self._lenders[twin.package.source]
        return Lending(operation, twin.operation, lender, self._loans, self._warn)

    def _inside(self, twins: Twins, package: Package) -> None:
        for operation in self._operations:
            self._take(operation, twins.inside(package, operation))

    def _take(self, operation: Operation, twins: tuple[Twin, ...]) -> None:
        """Take the one twin; several are a finding."""
        self._seen |= bool(twins)
        if len(twins) == 1:
            self.found[operation.name] = twins[0]
        elif twins:
            names = ", ".join(quote(twin.operation.name) for twin in twins[:4])
            words = f"several operations describe {quote(operation.name)}: {names}; none is taken"
            self._warn("N343", words, operation.origin, twins[0].operation.origin)

    def _say_elsewhere(self, package: Package) -> None:
        for operation in self._operations:
            if twin := self.found.get(operation.name):
                there = twin.operation
                words = (
                    f"{quote(package.source)} has the same paths at {quote(there.base_url)}, not at"
                    f" {quote(operation.base_url)}: types are taken from there"
                )
                self._warn("N341", words, operation.origin, there.origin)
                return

    def _report_others(self, twins: Twins) -> None:
        """Say which operations have no twin although a document describes their host."""
        for operation in self._operations:
            at = address(operation)
            near = twins.hosts.get(at.host)
            if operation.name not in self.found and near is not None:
                words = f"no operation of {quote(near.source)} is {at.method} {quote(at.full)}"
                span = self._locate(operation.origin)
                self._diagnostics.note("N340", words, span)

    def _report_unsent(self, lending: Mapping[str, Lending]) -> None:
        """Say once for each parameter that it is required and never sent."""
        places: dict[tuple[str, str], list[tuple[Operation, Parameter]]] = {}
        for operation in self._operations:
            for it in lending[operation.name].unsent() if operation.name in lending else ():  # fmt: skip
                places.setdefault((it.place, it.name), []).append((operation, it))
        for (place, name), found in places.items():
            more = f" ({len(found)} operations, this is the first)" if len(found) > 1 else ""  # fmt: skip
            words = (
                f"the {place} parameter {quote(name)} is required and never sent{more}"
            )
            self._warn("N344", words, found[0][0].origin, found[0][1].origin)

    def _warn(self, code: str, words: str, here: Origin, there: Origin) -> None:
        related = (self._locate(there), "the OpenAPI document")
        self._diagnostics.warning(code, words, self._locate(here), "", related)


def _served(server: _Server, lending: Mapping[str, Lending]) -> _Server:
    """A server whose routes or tools ask for what the twins say."""

    def unit(it: _Unit) -> _Unit:
        return lending[it.operation].unit(it) if it.operation in lending else it

    if isinstance(server, RestServer):
        return changed(server, routes=tuple(map(unit, server.routes)))
    if isinstance(server, McpServer):
        return changed(server, tools=tuple(map(unit, server.tools)))
    return server
