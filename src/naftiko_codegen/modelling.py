"""Pass 3: documents → packages of the intermediate model, those of capabilities with the types of their twins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.options import TARGETS, Options
from naftiko_codegen.parallel import each

if TYPE_CHECKING:
    from naftiko_codegen.ir.model import Origin
    from naftiko_codegen.ir.package import Package
    from naftiko_codegen.python.naming import Locate
    from naftiko_codegen.read.document import Document
    from naftiko_codegen.read.sources import Sources


@frozen
class Modelled:
    """What the documents say; ``linked`` of ``linkable`` operations of capabilities have a twin.

    ``lenders`` are the sources of the OpenAPI documents that describe capabilities.
    """

    sources: Sources
    packages: list[Package]
    linked: int = 0
    linkable: int = 0
    lenders: frozenset[str] = frozenset()


def modelled(
    sources: Sources, options: Options, jobs: int, diagnostics: Diagnostics
) -> Modelled:
    """Pass 3: check, parse, link, lower each document; then let OpenAPI documents lend types to capabilities.

    What servers do not expose of a document is left out last: it still describes the capabilities.
    """
    sources = translated(sources, diagnostics)
    packages = lower(sources, options, jobs, diagnostics)
    model = twinned(Modelled(sources, packages), options, diagnostics)
    return chosen(model, options, diagnostics) if options.selected else model


def translated(sources: Sources, diagnostics: Diagnostics) -> Sources:
    """The same documents, those of Swagger 2.0 in the words of OpenAPI 3.0."""
    if not any(
        document.kind == "openapi" and "swagger" in document.root
        for document in sources.documents
    ):
        return sources
    from naftiko_codegen.parse.swagger import as_openapi

    return sources.holding(as_openapi(it, diagnostics) for it in sources.documents)


def lower(
    sources: Sources, options: Options, jobs: int, diagnostics: Diagnostics
) -> list[Package]:
    """What each document says, with no Python in it."""

    def one(document: Document, own: Diagnostics) -> Package | None:
        package = lower_document(document, own, options.targets)
        wanted = options.packages.get(document.path, "")
        return changed(package, wanted_name=wanted) if package and wanted else package

    found = each(one, sources.documents, jobs, diagnostics)
    return [package for package in found if package]


def lower_document(
    document: Document, diagnostics: Diagnostics, targets: Sequence[str] = TARGETS
) -> Package | None:
    """One document of either kind → its package, with the servers that ``targets`` need."""
    if document.kind == "capability":
        from naftiko_codegen.ir.lower_capability import capability_package

        return capability_package(document, diagnostics)
    if document.kind == "openapi":
        from naftiko_codegen.ir.lower_openapi import openapi_package

        return openapi_package(document, diagnostics, tools="mcp" in targets)
    return None


def twinned(model: Modelled, options: Options, diagnostics: Diagnostics) -> Modelled:
    """The same packages, those of capabilities with the types of their twins."""
    documents = {document.source: document for document in model.sources.documents}
    described = [it for it in model.packages if documents[it.source].kind == "openapi"]
    if not described or len(described) == len(model.packages):
        return model
    from naftiko_codegen.ir.linked import linked

    paths = {document.path: document.source for document in documents.values()}
    chosen = {
        documents[it.source].source: paths.get(place, "") if place else ""
        for it in model.packages
        for place in (options.described.get(documents[it.source].path, ...),)
        if place is not ...
    }
    links = linked(
        model.packages, described, chosen, locator(model.sources), diagnostics
    )
    return Modelled(
        model.sources, links.packages, links.linked, links.operations, links.lenders
    )


def chosen(model: Modelled, options: Options, diagnostics: Diagnostics) -> Modelled:
    """The same packages, those of documents with a selection exposing what it names."""
    from naftiko_codegen.link.selection import expose

    packages = expose(
        model.packages, model.sources.documents, options.selected, diagnostics
    )
    return changed(model, packages=packages)


def locator(sources: Sources) -> Locate:
    """A function from an origin in the IR to its place in a file."""
    documents = {document.source: document for document in sources.documents}

    def locate(origin: Origin) -> Span:
        document = documents.get(origin.source)
        return document.span(origin.pointer) if document else Span(origin.source)

    return locate
