"""``trace``: one operation in every pass, from the lines of the document to the emitted lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from naftiko_codegen.commands.request import Asked, UsageError, settled
from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.emitter import Emitter, Named
from naftiko_codegen.modelling import locator, modelled
from naftiko_codegen.options import Options
from naftiko_codegen.pipeline import name, read
from naftiko_codegen.report.console import plain_lines, plain_path
from naftiko_codegen.report.findings import place, source_lines
from naftiko_codegen.report.follow import mentions, only
from naftiko_codegen.report.show import show
from naftiko_codegen.report.terminal import Terminal

if TYPE_CHECKING:

    from naftiko_codegen.ir.exposed import Route, Tool
    from naftiko_codegen.ir.model import Operation
    from naftiko_codegen.ir.package import Package
    from naftiko_codegen.read.document import Document, Pointer
    from naftiko_codegen.render.files import File

MOST_LINES = 30
"""Lines of the document, or of one emitted file, that are shown."""

MOST_PARTS = 6
"""Parsed values that are shown."""


def trace(asked: Asked, wanted: str, terminal: Terminal) -> int:
    """Print every form of the operation ``wanted``; returns the exit code. Raises UsageError."""
    diagnostics = Diagnostics()
    settings = settled(asked, diagnostics)
    options = Options(
        paths=asked.paths,
        overlays=settings.overlays,
        allowed=asked.allowed,
        packages=settings.packages,
        scripts=settings.scripts,
        described=settings.described,
        selected=settings.selected,
    )
    if not diagnostics.failed:
        model = modelled(read(options, diagnostics), options, 1, diagnostics)
        sources, packages = model.sources, model.packages
        locate = locator(sources)
        named = name(packages, locate, diagnostics)
    if diagnostics.failed:
        terminal.report(diagnostics, {}, excerpts=True)
        return 1
    found = _find(named, wanted)
    document = next(it for it in sources.documents if it.source == found[0][0].source)
    emitter = Emitter(options, locate)
    for line in _told(found[0], found[1], document, emitter):
        terminal.line(line)
    return 0


def _find(named: list[Named], wanted: str) -> tuple[Named, Operation]:
    """The package and operation called ``wanted``, or called by a tool or route of that name."""
    every: list[str] = []
    for pair in named:
        package, _ = pair
        units = _units(package)
        called = {wanted, *(it.operation for it in units if it.name == wanted)}
        for operation in package.service.operations:
            if operation.name in called:
                return pair, operation
            every.append(operation.name)
    raise UsageError(f"there is no operation {wanted}; {_instead(wanted, every)}")


def _instead(wanted: str, every: list[str]) -> str:
    """Which of the operations may be meant."""
    from difflib import get_close_matches

    if near := get_close_matches(wanted, every, 3):
        return f"did you mean: {', '.join(near)}?"
    more = f" and {len(every) - 20} more" if len(every) > 20 else ""
    shown = f"there are: {', '.join(every[:20])}{more}"
    return shown if every else "the document has none"


def _units(package: Package) -> list[Route | Tool]:
    """What the servers of ``package`` expose."""
    routes = package.rest.routes if package.rest else ()
    tools = package.mcp.tools if package.mcp else ()
    return [*routes, *tools]


def _told(
    named: Named, operation: Operation, document: Document, emitter: Emitter
) -> Iterator[str]:
    """The whole story, pass by pass."""
    package, names = named
    callers = [it for it in _units(package) if it.operation == operation.name]
    things: list[Operation | Route | Tool] = [operation, *callers]
    for pointer in dict.fromkeys(thing.origin.pointer for thing in things):
        here = [thing for thing in things if thing.origin.pointer == pointer]
        kinds = ", ".join(f"{type(it).__name__.lower()} {it.name}" for it in here)
        span = _start(document, pointer)
        yield f"== source: {kinds}  {place(span)}"
        yield from _source(span)
    parsed = list(
        mentions(_view(document), re.compile(rf"\A{re.escape(operation.name)}\Z"))
    )
    for part in parsed[:MOST_PARTS]:
        yield f"== parsed: {type(part).__name__}"
        yield show(part).rstrip("\n")
    yield "== intermediate model"
    for thing in things:
        yield show(thing).rstrip("\n")
    python = names.operations[operation.name]
    words = [operation.name, *(it.name for it in callers)]
    pattern = _pattern(python.method, python.constant, words)
    planned = emitter.plan(named, Diagnostics())
    for view in planned:
        template = getattr(view, "template", "")
        for part in mentions(view, pattern) if template.endswith(".py.jinja") else ():
            yield f"== Python model: {type(view).__name__} → template templates/{template} → {view.path}"
            yield show(only(part, pattern)).rstrip("\n")
    for file in emitter.render(named, planned, Diagnostics()):
        yield from _emitted(file, pattern)


def _view(document: Document) -> Any:
    """What the parser of the document's kind makes of it."""
    if document.kind == "openapi":
        from naftiko_codegen.parse.openapi import parse as parse_openapi

        parsed = parse_openapi(document, Diagnostics())
        return parsed[0] if parsed else ()
    from naftiko_codegen.check.report import Report
    from naftiko_codegen.parse.capability import parse

    return parse(document.root, Report(document, Diagnostics()))


def _pattern(method: str, constant: str, words: list[str]) -> re.Pattern[str]:
    """What names the operation in code: its method, its constant, its names as literals."""
    literals = "|".join(re.escape(f'"{word}"') for word in words)
    return re.compile(
        rf"\bdef {re.escape(method)}\b|\b{re.escape(constant)}\b|{literals}"
    )


def _start(document: Document, pointer: Pointer) -> Span:
    """Where the block of ``pointer`` begins: at its key, or at its value in a list."""
    return document.span(pointer, key=bool(pointer) and isinstance(pointer[-1], str))


def _source(span: Span) -> Iterator[str]:
    """The lines of the document from ``span`` to the end of its block."""
    lines = source_lines(span.file)
    last = len(lines)
    start = span.line
    first = lines[start - 1] if 0 < start <= last else ""
    margin = len(first) - len(first.lstrip())
    for number in range(start, min(last, start + MOST_LINES) + 1):
        text = lines[number - 1]
        inside = len(text) - len(text.lstrip()) > margin or not text.strip()
        if number > start and not inside:
            return
        yield f"  {number:>5} | {plain_lines(text)}"


def _emitted(file: File, pattern: re.Pattern[str]) -> Iterator[str]:
    """The lines of an emitted file that name the operation."""
    lines = file.content.decode("utf-8", "replace").split("\n")
    hits = [number for number, line in enumerate(lines, 1) if pattern.search(line)]
    if hits:
        yield f"== emitted: {plain_path(file.path)}"
    for number in hits[:MOST_LINES]:
        yield f"  {file.path}:{number}: {lines[number - 1].strip()[:160]}"
