"""The list of passes, in order: documents → intermediate model → Python model → files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.emitter import Emitter, Named
from naftiko_codegen.frozen import frozen
from naftiko_codegen.modelling import locator, modelled
from naftiko_codegen.options import Options
from naftiko_codegen.parallel import each, workers

if TYPE_CHECKING:
    from naftiko_codegen.ir.package import Package
    from naftiko_codegen.python.naming import Locate
    from naftiko_codegen.read.document import Document
    from naftiko_codegen.read.sources import Sources
    from naftiko_codegen.render.files import File


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


def operations_of(document: Document) -> int:
    """How many upstream operations a document declares, by its own structure."""
    root: Any = document.root
    if document.kind == "openapi":
        from naftiko_codegen.parse.openapi_operations import METHODS

        items = _mappings(root.get("paths"))
        return sum(method in item for item in items for method in METHODS)
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
