"""Models and aliases of a service → the plan of ``models.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.model import Alias, Field, Model
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.schema_graph import components
from naftiko_codegen.ir.types import Type, named
from naftiko_codegen.python.annotations import annotation, laid_out
from naftiko_codegen.python.layout import (
    STEP,
    WIDTH,
    bracketed,
    columns,
    import_line,
    literal,
    string,
)
from naftiko_codegen.python.model_homes import homes, is_large, refers
from naftiko_codegen.python.naming import Locate, PackageNames, field_names, holdable
from naftiko_codegen.python.text import Code, SpecText

_NAME = re.compile(r"\w+")
_STRING = re.compile(r"\".*?\"")


@frozen
class FieldView:
    """One attribute: its declaration, its words, and whether a blank line goes before it."""

    declaration: Code
    doc: SpecText
    gap: bool


@frozen
class ModelView:
    """One ``Struct``: the whole ``class …:`` line, its words and its attributes."""

    head: Code
    doc: SpecText
    fields: tuple[FieldView, ...]


@frozen
class AliasView:
    """One named type that is no class."""

    declaration: Code
    doc: SpecText


@frozen
class ModelsModule:
    """``models.py``, or one file of ``models/``."""

    template: ClassVar[str] = "package/models.py.jinja"
    path: Code
    doc: SpecText
    typing: Code
    imports: tuple[Code, ...]
    exports: Code
    models: tuple[ModelView, ...]
    aliases: tuple[AliasView, ...]


@frozen
class ModelsInit:
    """``models/__init__.py``: where each name comes from."""

    template: ClassVar[str] = "package/models_init.py.jinja"
    path: Code
    doc: SpecText
    imports: tuple[Code, ...]
    homes: tuple[Code, ...]


def plan(
    package: Package, names: PackageNames, locate: Locate, diagnostics: Diagnostics
) -> Iterator[ModelsModule | ModelsInit]:
    """The module of all models of ``package``, or a folder of them; nothing when it has none."""
    service = package.service
    words = f"Types of the JSON that {package.title} sends and takes"
    if is_large(service):
        yield from _folder(package, names, words, locate, diagnostics)
    elif service.models or service.aliases:
        module = _Module(names, service.models, service.aliases, "._runtime.codec")
        path = f"{names.package}/models.py"
        yield module.view(path, f"{words}.", [], locate, diagnostics)


def _folder(
    package: Package,
    names: PackageNames,
    words: str,
    locate: Locate,
    diagnostics: Diagnostics,
) -> Iterator[ModelsModule | ModelsInit]:
    """One module for each schema and what it is made of, and the one that finds them."""
    service = package.service
    home = homes(service, names, locate, diagnostics)
    inside: dict[Code, list[Model | Alias]] = {}
    every: list[Model | Alias] = [*service.models, *service.aliases]
    for thing in every:
        inside.setdefault(home[thing.key], []).append(thing)
    for module, things in inside.items():
        away = {key for it in things for key in refers(it) if home[key] != module}
        found: dict[Code, list[str]] = {}
        for key in away:
            found.setdefault(home[key], []).append(names.models[key])
        models = [it for it in things if isinstance(it, Model)]
        aliases = [it for it in things if isinstance(it, Alias)]
        doc = f"{words}: {things[0].words[0]}."
        lines = [import_line(f".{other}", found[other]) for other in sorted(found)]
        made = _Module(names, models, aliases, ".._runtime.codec")
        path = f"{names.package}/models/{module}.py"
        yield made.view(path, doc, lines, locate, diagnostics)
    modules = sorted(inside)
    yield ModelsInit(
        Code(f"{names.package}/models/__init__.py"),
        SpecText(f"{words}; each is imported when it is first asked for."),
        tuple(
            _reexport(module, sorted(names.models[it.key] for it in inside[module]))
            for module in modules
        ),
        tuple(
            Code(f"{string(names.models[key])}: {string(home[key])},")
            for key in sorted(home, key=lambda key: names.models[key])
        ),
    )


def _reexport(module: Code, classes: Sequence[Code]) -> Code:
    """``from .module import A as A, …`` at four columns."""
    items = [f"{name} as {name}" for name in classes]
    line = f"from .{module} import {', '.join(items)}"
    if STEP + columns(line) <= WIDTH:
        return Code(line)
    opening = f"from .{module} import ("
    return bracketed(opening, items, ")", indent=STEP, before=WIDTH)


@frozen
class _Module:
    """What one module holds; ``codec`` is the runtime module as it is imported there."""

    names: PackageNames
    models: Sequence[Model]
    aliases: Sequence[Alias]
    codec: str

    def view(
        self,
        path: str,
        doc: str,
        imports: list[Code],
        locate: Locate,
        diagnostics: Diagnostics,
    ) -> ModelsModule:
        """The module at ``path``; ``imports`` are the lines for other models."""
        known = self.names.models
        models = tuple(_model(m, known, locate, diagnostics) for m in self.models)
        aliases = tuple(_alias(a, known) for a in _ordered(self.aliases))
        used = _names_in(
            "\n".join(
                [f.declaration for m in models for f in m.fields]
                + [a.declaration for a in aliases]
            )
        )
        typing = [name for name in ("Any", "Literal", "TypeAlias") if name in used]
        runtime = (
            ["UNSET"] * ("UNSET" in used)
            + ["Model"] * bool(models)
            + ["UnsetType"] * ("UnsetType" in used)
        )
        if runtime:
            imports = [bracketed(f"from {self.codec} import ", runtime, ""), *imports]
        keys = [it.key for it in self.models] + [it.key for it in self.aliases]
        exports = sorted(known[key] for key in keys)
        return ModelsModule(
            Code(path),
            SpecText(doc),
            Code(", ".join(typing)),
            tuple(imports),
            literal(exports, before=len("__all__ = ")),
            models,
            aliases,
        )


def _names_in(code: str) -> set[str]:
    """The names in ``code``, and those of attributes, without what is in its strings."""
    return set(_NAME.findall(_STRING.sub("", code) if '"' in code else code))


def _model(
    model: Model, names: Mapping[str, Code], locate: Locate, diagnostics: Diagnostics
) -> ModelView:
    model = holdable(model, locate, diagnostics)
    attributes = field_names(model, locate, diagnostics)
    renamed = {
        attributes[f.name]: f.name for f in model.fields if attributes[f.name] != f.name
    }
    arguments = ["Model", "kw_only=True"]
    if renamed:
        arguments.append(
            f"rename={literal(renamed, indent=STEP, before=STEP + len('rename='), after=1)}"
        )
    head = bracketed(f"class {names[model.key]}(", arguments, "):")
    return ModelView(
        head,
        SpecText(model.description or f"The schema {model.words[0]}."),
        tuple(_fields(model.fields, attributes, names)),
    )


def _fields(
    fields: Sequence[Field], attributes: Mapping[str, Code], names: Mapping[str, Code]
) -> Iterator[FieldView]:
    documented = True
    for field in fields:
        doc = SpecText(words_of(field))
        yield FieldView(
            declaration(attributes[field.name], field.type, field.required, names),
            doc,
            documented or bool(doc),
        )
        documented = bool(doc)


def declaration(
    name: str, type_: Type, required: bool, names: Mapping[str, Code], prefix: str = ""
) -> Code:
    """``name: annotation`` of an attribute or argument, with ``= UNSET`` when it may be left out, at four columns."""
    text: str = annotation(type_, names, prefix)
    ending = "" if required else " = UNSET"
    if not required and text != "Any":
        text = f"{text} | UnsetType"
    line = f"{name}: {text}{ending}"
    if STEP + columns(line) <= WIDTH:
        return Code(line)
    start = f"{name}: "
    whole = STEP + columns(f"{start}{text}")
    if whole + len(" = (") <= WIDTH < whole + len(ending):
        margin = " " * STEP
        return Code(f"{start}{text} = (\n{margin * 2}UNSET\n{margin})")
    return Code(
        start
        + laid_out(text, indent=STEP, before=STEP + columns(start), after=len(ending))
        + ending
    )


def words_of(field: Field) -> str:
    """What a reader should know of ``field``: its description, then default, limits and access."""
    notes = list(_notes(field))
    if not notes:
        return field.description
    return "\n\n".join(part for part in (field.description, " ".join(notes)) if part)


def _notes(field: Field) -> Iterator[str]:
    if field.deprecated:
        yield "Deprecated."
    if field.default is not ...:
        yield f"Default on the server: {literal(field.default)}."
    if field.constraints:
        limits = (f"{key} {literal(value)}" for key, value in field.constraints)
        yield f"Limits: {', '.join(limits)}."
    if field.read_only:
        yield "Set by the server only."
    if field.write_only:
        yield "Never in a reply."


def _alias(alias: Alias, names: Mapping[str, Code]) -> AliasView:
    start = f"{names[alias.key]}: TypeAlias = "
    text = laid_out(annotation(alias.type, names), indent=0, before=columns(start))
    return AliasView(Code(start + text), SpecText(alias.description))


def _ordered(aliases: Sequence[Alias]) -> list[Alias]:
    """``aliases`` so that each comes after those it names, in the author's order otherwise."""
    by_key = {alias.key: alias for alias in aliases}
    edges = {
        alias.key: [key for key in named(alias.type) if key in by_key]
        for alias in aliases
    }
    return [by_key[key] for found in components(edges) for key in sorted(found)]
