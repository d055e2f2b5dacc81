"""The package of an OpenAPI document → one capability for each tag, in the style that people publish.

Before: ``paths: {/pets/{id}: {get: {tags: [Pets], operationId: getPet}}}``; after: ``pet-store-pets``, which consumes
``get-pet`` and exposes it as a route and a tool. Findings: N710 (an operation is left out), N711 (something of it is),
N712 (it needs the document).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from naftiko_codegen.check.text import clean, quote
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.importing.adapters import mcp, resources, rest
from naftiko_codegen.importing.bodies import LENT, chosen
from naftiko_codegen.importing.naming import kebab, named
from naftiko_codegen.importing.operations import Imported, imported, unsaid
from naftiko_codegen.importing.secrets import (
    authentication,
    binds,
    sendable,
    variable,
)
from naftiko_codegen.ir.model import Credential, Operation, Origin
from naftiko_codegen.ir.package import Package
from naftiko_codegen.parse.capability_address import url_problem
from naftiko_codegen.read.document import Json

VERSION = "1.0.0-alpha2"
"""The version of the language that people publish in."""

Locate: TypeAlias = Callable[[Origin], Span]
_Upstream: TypeAlias = tuple[str, tuple[str, ...]]
"""A base URL, and the keys of the credentials that go there."""


class Capability(NamedTuple):
    """A capability to be written; ``name`` is what its file is called, and its namespace."""

    name: str
    root: Json
    operations: int


def capabilities(
    package: Package, locate: Locate, diagnostics: Diagnostics
) -> list[Capability]:
    """One capability for each tag of ``package``, in the author's order; operations without a tag have one too."""
    made = _Importing(package, locate, diagnostics)
    groups: dict[str, list[Operation]] = {}
    for group in package.service.groups:
        groups[group.name] = []
    for operation in package.service.operations:
        if made.takes(operation):
            groups.setdefault(operation.group, []).append(operation)
    stem = _stem(package)
    names = named(f"{stem} {tag}".strip() for tag in groups)
    return [
        made.capability(names[f"{stem} {tag}".strip()], tag, found)
        for tag, found in groups.items()
        if found
    ]


def _stem(package: Package) -> str:
    """The words of the title without ``API``, else those of the file's name."""
    words = [word for word in kebab(package.title).split("-") if word != "api"]
    return "-".join(words)[:40].strip("-") or kebab(package.stem) or "api"


class _Importing:
    """One document on its way."""

    def __init__(
        self, package: Package, locate: Locate, diagnostics: Diagnostics
    ) -> None:
        self._package = package
        self._locate = locate
        self._diagnostics = diagnostics
        service = package.service
        self._credentials = {it.key: it for it in service.credentials}
        self._names = named(it.name for it in service.operations)
        routes = package.rest.routes if package.rest else ()
        self._routes = {it.operation: it.path for it in routes}

    def takes(self, operation: Operation) -> bool:
        """Whether the language has words for ``operation``; says so if not (N710)."""
        if reason := unsaid(operation):
            words = f"{quote(operation.name)} is left out of the capability: {reason}"
            span = self._locate(operation.origin)
            self._diagnostics.warning("N710", words, span, strict=True)
        return not reason

    def capability(
        self, name: str, tag: str, operations: Sequence[Operation]
    ) -> Capability:
        """The capability of one tag."""
        title = " — ".join(filter(None, (self._title, clean(tag).strip())))
        upstreams: dict[_Upstream, list[Operation]] = {}
        for it in operations:
            upstreams.setdefault(self._upstream(it), []).append(it)
        spaces = self._namespaces(name, upstreams)
        used = self._used(key for _, keys in upstreams for key in keys)
        secret = frozenset(variable(v) for it in used for v in it.variables)
        found = {
            it.name: imported(it, self._routes.get(it.name, it.path), self._names[it.name],
                              self._package.service, secret)
            for it in operations
        }  # fmt: skip
        consumed = [
            self._api(spaces[at], title, at, [found[it.name] for it in members])
            for at, members in upstreams.items()
        ]
        calls = [(spaces[self._upstream(it)], found[it.name]) for it in operations]
        exposes = [rest(name, calls), mcp(name, title, calls)]
        bound = binds(used)
        root = {
            "naftiko": VERSION,
            "info": self._info(title, tag, operations),
            **({"binds": bound} if bound else {}),
            "capability": {"consumes": consumed, "exposes": exposes},
        }
        return Capability(name, root, len(operations))

    @property
    def _title(self) -> str:
        return clean(self._package.title).strip() or self._package.stem

    def _info(self, title: str, tag: str, operations: Sequence[Operation]) -> Json:
        groups = {it.name: it.description for it in self._package.service.groups}
        number = f"{len(operations)} operation{'' if len(operations) == 1 else 's'}"
        words = clean(groups.get(tag, "")).strip() or f"{title}: {number}."
        tags = [it for it in (self._title, clean(tag).strip()) if it]
        return {"label": title, "description": words, "tags": tags}

    def _upstream(self, operation: Operation) -> _Upstream:
        url = operation.base_url
        return "" if url_problem(url) else url.rstrip("/"), self._keys(operation)

    def _keys(self, operation: Operation) -> tuple[str, ...]:
        """The first of the alternatives that the language can say."""
        for keys in operation.security:
            if keys and sendable(self._used(keys)):
                return keys
        return ()

    def _used(self, keys: Iterable[str]) -> list[Credential]:
        return [self._credentials[it] for it in dict.fromkeys(keys)]

    def _namespaces(
        self, name: str, upstreams: Iterable[_Upstream]
    ) -> dict[_Upstream, str]:
        """The name of the capability for its only upstream; with the words of what tells several apart."""
        every = list(upstreams)
        urls, keys = {url for url, _ in every}, {keys for _, keys in every}
        words = {
            at: " ".join((name, at[0] if len(urls) > 1 else "",
                          (" ".join(at[1]) or "open") if len(keys) > 1 else ""))
            for at in every
        }  # fmt: skip
        names = named(words.values())
        return {at: names[words[at]] if len(every) > 1 else name for at in every}

    def _api(
        self, namespace: str, title: str, at: _Upstream, found: Sequence[Imported]
    ) -> Json:
        """One consumed API."""
        block, more = authentication(self._used(at[1]))
        for it in found:
            self._report(it.operation, at[1])
        return {
            "type": "http",
            "namespace": namespace,
            "baseUri": at[0],
            "description": f"Operations of {title}.",
            **({"authentication": block} if block else {}),
            **({"inputParameters": more} if more else {}),
            "resources": resources(found),
        }

    def _report(self, operation: Operation, keys: tuple[str, ...]) -> None:
        """N711: what the document says besides; N712: what must stay beside it."""
        lost = []
        if any(it != keys for it in operation.security):
            how = f"with {' and '.join(map(quote, keys))}" if keys else "without any"
            lost.append(f"other ways to authenticate than {how}")
        content = chosen(operation)
        contents = operation.body.contents if operation.body else ()
        if types := [it.media_type for it in contents if it is not content]:
            lost.append(f"bodies of {', '.join(types)}")
        if content and content.kind in LENT:
            words = f"{quote(operation.name)} sends {content.media_type} only beside this document"
            hint = (
                "the language has no words for such a body: alone, it is sent as JSON"
            )
            span = self._locate(operation.origin)
            self._diagnostics.warning("N712", words, span, hint, strict=True)
        if lost:
            words = f"{quote(operation.name)} loses {'; '.join(lost)}"
            self._diagnostics.note("N711", words, self._locate(operation.origin))
