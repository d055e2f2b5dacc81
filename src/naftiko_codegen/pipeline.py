"""The list of passes, in order: documents → intermediate model → Python model → files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.parallel import each, workers
from naftiko_codegen.templates_root import templates_root

if TYPE_CHECKING:
    from naftiko_codegen.config.settings import Selection
    from naftiko_codegen.ir.model import Origin, Package
    from naftiko_codegen.python.naming import PackageNames
    from naftiko_codegen.read.document import Document
    from naftiko_codegen.read.sources import Sources
    from naftiko_codegen.render.files import File
    from naftiko_codegen.render.renderer import Renderer, View

TARGETS = ("client", "rest", "mcp", "skill", "control")


@frozen
class Options:
    """What a compilation depends on besides the documents.

    ``packages`` are package names by file, ``described`` the OpenAPI documents of capabilities that are not to be
    looked for: None where there is to be none; ``selected`` is what servers expose of OpenAPI documents.
    """

    paths: tuple[Path, ...]
    targets: tuple[str, ...] = TARGETS
    overlays: tuple[Path, ...] = ()
    allowed: tuple[Path, ...] = ()
    packages: Mapping[Path, str] = MappingProxyType({})
    described: Mapping[Path, Path | None] = MappingProxyType({})
    selected: Mapping[Path, Selection] = MappingProxyType({})
    templates: Path | None = None
    strict: bool = False
    suppress: tuple[str, ...] = ()
    judge: bool = False
    gateway: bool = True
    scripts: bool = False
    render: bool = True
    jobs: int = 0


@frozen
class Compiled:
    """The files of all packages, and what the summary says about them."""

    files: tuple[File, ...]
    packages: tuple[str, ...]
    operations: int
    declared: int
    linked: int = 0
    """Operations of capabilities that an OpenAPI document describes, of ``linkable``: 0 of 0 without such documents."""
    linkable: int = 0


Progress = Callable[[str], None]


def compile_all(
    options: Options, diagnostics: Diagnostics, progress: Progress
) -> tuple[Sources, Compiled | None]:
    """Run every pass. None instead of a result when a pass reported an error: the passes after it do not run."""
    # 1. read: bytes → JSON values with a place for each, overlays applied, imports resolved
    progress("reading")
    sources = read(options, diagnostics)
    jobs = workers(options.jobs, [document.path for document in sources.documents])

    # 2. judge (strict and validate only): openapi-spec-validator and the rules of good style have their word
    if options.judge:
        progress("judging")
        judge(sources, jobs, diagnostics)

    # 3. model: one document → one ir.Package, those of capabilities with the types of their twins
    progress("checking")
    model = modelled(sources, options, jobs, diagnostics)
    sources, packages = model.sources, model.packages
    if diagnostics.failed or not packages:
        return sources, None

    # 4. name: every package gets its folder, every operation and model its Python name
    locate = locator(sources)
    named = name(packages, locate, diagnostics)
    if diagnostics.failed:
        return sources, None

    joined = [it for it in named if it[0].source not in model.lenders]

    # 5. plan and render: ir.Package → Python model → files
    progress("generating")
    emitter = Emitter(options, locate)
    if not options.render:
        each(emitter.plan, named, jobs, diagnostics)
        emitter.gateway(joined, diagnostics)
        made: list[list[File]] = []
    else:
        made = each(emitter.files, named, jobs, diagnostics)

        # 6. join: all packages → the gateway, whose routes and tools must not clash; a document that describes a
        # capability is served by it
        made.append(emitter.gateway(joined, diagnostics))
    if diagnostics.failed:
        return sources, None
    files = sorted((it for files in made for it in files), key=lambda file: file.path)
    declared = sum(map(operations_of, sources.documents))
    operations = sum(len(package.service.operations) for package in packages)
    folders = tuple(names.package for _, names in named)
    found = model.linked, model.linkable
    return sources, Compiled(tuple(files), folders, operations, declared, *found)


def read(options: Options, diagnostics: Diagnostics) -> Sources:
    """Pass 1: every document of the run, with what it imports."""
    from naftiko_codegen.read.sources import load
    from naftiko_codegen.suppressions import Suppressions

    sources = load(
        options.paths,
        overlays=options.overlays,
        allow_roots=options.allowed,
        diagnostics=diagnostics,
    )
    complete = sources.holding(
        whole(document, sources, options.scripts, diagnostics)
        for document in sources.documents
    )
    files = [file for file, _ in sources.files]
    diagnostics.suppress(Suppressions(options.suppress, files, sources.text))
    return complete


def whole(
    document: Document, sources: Sources, scripts: bool, diagnostics: Diagnostics
) -> Document:
    """``document`` with what it names of other files: parts, schemas, and the scripts of its steps if allowed."""
    opened = sources.open_relative
    if document.kind == "openapi":
        from naftiko_codegen.link.files import bundled

        return bundled(document, opened, diagnostics)
    from naftiko_codegen.link.attachments import attached
    from naftiko_codegen.link.imports import included
    from naftiko_codegen.link.scripts import scripted

    document = included(document, opened, diagnostics)
    document = attached(document, sources.attach, diagnostics)
    return scripted(document, sources.open_text, scripts, diagnostics)


def judge(sources: Sources, jobs: int, diagnostics: Diagnostics) -> None:
    """Pass 2: openapi-spec-validator on OpenAPI documents, the rules of good style on capabilities."""
    from naftiko_codegen.check.capability_lint import lint
    from naftiko_codegen.check.judge import judge as word_of

    def one(document: Document, own: Diagnostics) -> None:
        if document.kind == "openapi":
            word_of(document, own)
        elif document.kind == "capability":
            lint(document, own)

    each(one, sources.documents, jobs, diagnostics)


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
    sources = translated(sources)
    packages = lower(sources, options, jobs, diagnostics)
    model = twinned(Modelled(sources, packages), options, diagnostics)
    return chosen(model, options, diagnostics) if options.selected else model


def translated(sources: Sources) -> Sources:
    """The same documents, those of Swagger 2.0 in the words of OpenAPI 3.0."""
    if not any(
        document.kind == "openapi" and "swagger" in document.root
        for document in sources.documents
    ):
        return sources
    from naftiko_codegen.parse.swagger import as_openapi

    return sources.holding(map(as_openapi, sources.documents))


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


Locate = Callable[["Origin"], Span]
Named = tuple["Package", "PackageNames"]


def name(
    packages: Sequence[Package], locate: Locate, diagnostics: Diagnostics
) -> list[Named]:
    """Pass 4: all names of all packages, before anything is planned."""
    from naftiko_codegen.python.naming import package_names, plan_names

    folders = package_names(packages, locate, diagnostics)
    return [
        (package, plan_names(package, folder, locate, diagnostics))
        for package, folder in zip(packages, folders, strict=True)
    ]


class Emitter:
    """Pass 5: the Python model of a package, then its files."""

    def __init__(self, options: Options, locate: Locate) -> None:
        """``locate`` gives findings their places."""
        self._targets = options.targets
        self._own = options.templates
        self._gateway = options.gateway
        self._locate = locate

    def plan(self, named: Named, diagnostics: Diagnostics) -> list[View | File]:
        """What the templates take, and data files that need none."""
        from naftiko_codegen.python.plan import plan_package

        package, names = named
        return list(
            plan_package(package, names, self._targets, self._locate, diagnostics)
        )

    def files(self, named: Named, diagnostics: Diagnostics) -> list[File]:
        """Every file of the package, its manifest last."""
        from naftiko_codegen.output.manifest import Input, seal

        package, names = named
        files = self.render(named, self.plan(named, diagnostics), diagnostics)
        inputs = [Input(*it) for it in inputs_of(package)]
        return [*files, seal(names.package, files, inputs)]

    def gateway(
        self, packages: Sequence[Named], diagnostics: Diagnostics
    ) -> list[File]:
        """Every file of the gateway over ``packages``; none when there is nothing to join."""
        from naftiko_codegen.output.manifest import Input, seal
        from naftiko_codegen.python import gateway

        if not self._gateway or len(packages) < 2:
            return []
        packages = gateway.joinable(packages, self._locate, diagnostics)
        servers = gateway.served(packages, self._targets)
        if not servers or len(packages) < 2:
            return []
        planned = list(
            gateway.plan(packages, servers, self._targets, self._locate, diagnostics)
        )
        folders = gateway.runtime_folders(servers, packages)
        files = self._rendered(
            gateway.NAME, "all packages", planned, folders, diagnostics
        )
        used = dict(it for package, _ in packages for it in inputs_of(package))
        inputs = [Input(*it) for it in used.items()]
        return [*files, seal(gateway.NAME, files, inputs)]

    def render(
        self, named: Named, planned: Sequence[View | File], diagnostics: Diagnostics
    ) -> list[File]:
        """The files of ``planned`` and the runtime they use."""
        from naftiko_codegen.python.plan import runtime_folders

        package, names = named
        folders = runtime_folders(package, self._targets)
        return self._rendered(
            names.package, package.source, planned, folders, diagnostics
        )

    def _rendered(
        self,
        package: str,
        source: str,
        planned: Sequence[View | File],
        folders: Sequence[str],
        diagnostics: Diagnostics,
    ) -> list[File]:
        """Rendered views, data files and copies of the runtime; those of the user's own templates formatted."""
        from naftiko_codegen.render.files import File
        from naftiko_codegen.render.runtime import copied

        files = [it for it in planned if isinstance(it, File)]
        views = [it for it in planned if not isinstance(it, File)]
        if self._own:
            from naftiko_codegen.render.own import rendered

            files += rendered(self._renderer, self._own, source, views, diagnostics)
        else:
            files += self._renderer.render(source, views)
        return files + list(copied(self._roots, folders, package))

    @property
    def _roots(self) -> tuple[Path, ...]:
        return (self._own, templates_root()) if self._own else (templates_root(),)

    @cached_property
    def _renderer(self) -> Renderer:
        from naftiko_codegen.render.renderer import Renderer

        return Renderer(*self._roots)


def inputs_of(package: Package) -> tuple[tuple[str, str], ...]:
    """Source and digest of the document of ``package``, then of those it imports from."""
    return ((package.source, package.digest), *package.imported)


def operations_of(document: Document) -> int:
    """How many upstream operations a document declares, by its own structure."""
    root: Any = document.root
    if document.kind == "openapi":
        return sum(
            method in item
            for item in _mappings(root.get("paths"))
            for method in (
                "get",
                "put",
                "post",
                "delete",
                "options",
                "head",
                "patch",
                "trace",
            )
        )
    capability = root.get("capability")
    consumed = capability.get("consumes") if isinstance(capability, dict) else None
    return sum(
        len(_mappings(resource.get("operations")))
        for adapter in _mappings(consumed)
        for resource in _mappings(adapter.get("resources"))
    )


def _mappings(value: Any) -> list[dict[str, Any]]:
    """The mappings among the items of a list, or among the values of a mapping."""
    items: Iterable[Any] = value.values() if isinstance(value, dict) else value or ()
    return (
        [item for item in items if isinstance(item, dict)]
        if isinstance(value, (dict, list))
        else []
    )
