"""ir.Package → every Python name of it, decided before anything is planned."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.ir.model import Alias, Group, Model, Operation, Origin, Service
from naftiko_codegen.ir.package import Package
from naftiko_codegen.python import names
from naftiko_codegen.python.flow_names import flow_names
from naftiko_codegen.python.names import Wanted
from naftiko_codegen.python.text import Code

Locate: TypeAlias = Callable[[Origin], Span]
"""Where an origin stands in its file."""

DEPENDENCIES = frozenset(
    {"httpx2", "aiohttp", "yarl", "msgspec", "jsonschema_rs", "anyio"}
    | {"starlette", "uvicorn", "uvloop", "httptools", "mcp", "mcp_types"}
    | {"naftiko_codegen", "gateway", "generated", "client", "server", "rest"}
    | {"test", "tests", "src"}
)
"""Names no package may have: what generated code imports, and what stands beside it."""

MODEL_MEMBERS = ("extra_fields",)
"""Attributes of the runtime's ``Model`` that a field may not hide."""

_WIRE_NAME = re.compile(r"[^\"\\\x00-\x1f]*")


@frozen
class OperationName:
    """Names of one operation: the module of its constant below the package, the constant, and the client method."""

    module: Code
    constant: Code
    method: Code


@frozen
class GroupName:
    """Names of one tag: module and client attribute, and the class of its resource (``Async`` goes in front)."""

    module: Code
    resource: Code


@frozen
class PackageNames:
    """All names of a package that more than one file uses; keys are those of the IR."""

    package: Code
    client: Code
    models: Mapping[str, Code]
    groups: Mapping[str, GroupName]
    operations: Mapping[str, OperationName]
    flows: Mapping[str, Code]
    """The functions in ``flows/`` by ``flow_names.key`` of the route or tool."""

    @property
    def environment(self) -> Code:
        """The prefix of the package's environment variables."""
        return Code(self.package.upper())


def package_names(
    packages: Sequence[Package], locate: Locate, diagnostics: Diagnostics
) -> tuple[Code, ...]:
    """One folder name for each package of a run: the title's words, then with the file's folders before them."""
    reserved = DEPENDENCIES | sys.stdlib_module_names
    wanted = [
        Wanted(
            _package_ladder(package),
            partial(locate, package.origin),
            "this document",
            bool(package.wanted_name),
        )
        for package in packages
    ]
    return names.assign(wanted, diagnostics, reserved=reserved, fold_case=True)


def _package_ladder(package: Package) -> tuple[str, ...]:
    """The author's name; or title, file stem with its folder, and title with its folder."""
    if package.wanted_name:
        return (names.module(package.wanted_name),)
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", package.title).lower())
    title = "_".join(word for word in words if word != "api")
    folder = "_".join(package.source.split("/")[-2:])
    wanted = [
        title if 0 < len(title) <= 64 else package.stem,
        folder,
        f"{title}_{folder}",
    ]
    return tuple(dict.fromkeys(names.module(text) for text in wanted))


def plan_names(
    package: Package, name: Code, locate: Locate, diagnostics: Diagnostics
) -> PackageNames:
    """Every name inside one package."""
    service = package.service
    groups = _group_names(service.groups, locate, diagnostics)
    return PackageNames(
        name,
        Code(names.pascal(name) + "Client"),
        _model_names(service, locate, diagnostics),
        groups,
        _operation_names(service.operations, groups, locate, diagnostics),
        flow_names(package, locate, diagnostics),
    )


def _model_names(
    service: Service, locate: Locate, diagnostics: Diagnostics
) -> dict[str, Code]:
    models: list[Model | Alias] = [*service.models, *service.aliases]
    wanted = [
        Wanted(
            _model_ladder(model.words),
            partial(locate, model.origin),
            f"the schema {model.key}",
        )
        for model in models
    ]
    reserved = {"Any", "Literal", "Model", "UNSET", "UnsetType", "TypeAlias"}
    for model in service.models:
        # An attribute whose letters know no case has the name that a class would have.
        reserved |= {names.snake(f.name) for f in model.fields if not f.name.isascii()}
    return dict(
        zip(
            [m.key for m in models],
            names.assign(wanted, diagnostics, reserved=reserved),
            strict=True,
        )
    )


def _group_names(
    groups: Sequence[Group], locate: Locate, diagnostics: Diagnostics
) -> dict[str, GroupName]:
    wanted = [
        Wanted(_group_ladder(g.name), partial(locate, g.origin), f"the tag {g.name}")
        for g in groups
    ]
    reserved = ("operations", "models", "close", "aclose", "errors")
    modules = names.assign(wanted, diagnostics, reserved=reserved, fold_case=True)
    return {
        group.name: GroupName(module, names.pascal(module))
        for group, module in zip(groups, modules, strict=True)
    }


def _group_ladder(name: str) -> tuple[str, ...]:
    """The tag, the tag with the word operations, and the tag spelled out."""
    wanted = [names.module(text) for text in (name, f"{name}_operations")]
    return tuple(dict.fromkeys([*wanted, names.spelled_module(name)]))


def _operation_names(
    operations: Sequence[Operation],
    groups: Mapping[str, GroupName],
    locate: Locate,
    diagnostics: Diagnostics,
) -> dict[str, OperationName]:
    found: dict[str, OperationName] = {}
    for group in dict.fromkeys(o.group for o in operations):
        members = [o for o in operations if o.group == group]
        wanted = [
            Wanted(
                _operation_ladder(o),
                partial(locate, o.origin),
                f"the operation {o.name}",
            )
            for o in members
        ]
        reserved = ["close", "aclose", "models", "errors"]
        if not group:
            reserved += [other.module for other in groups.values()]
        methods = names.assign(wanted, diagnostics, reserved=reserved)
        below = f"operations.{groups[group].module}" if group else "operations"
        for operation, method in zip(members, methods, strict=True):
            found[operation.name] = OperationName(
                Code(below), Code(method.upper().rstrip("_")), method
            )
    return found


def _operation_ladder(operation: Operation) -> tuple[str, ...]:
    """The operation's name, with its method before it, then spelled out."""
    text = operation.words or operation.name
    return tuple(
        dict.fromkeys(
            [
                names.snake(text),
                names.marked(text),
                names.snake(f"{operation.method} {text}"),
                names.spelled(text),
            ]
        )
    )


def _model_ladder(words: Sequence[str]) -> names.Ladder:
    """Each of ``words`` as the name of a class, the last one spelled out, then the first with the word Model."""

    def whole() -> tuple[str, ...]:
        made = [*map(names.pascal, words), names.pascal(names.spelled(words[-1]))]
        return tuple(dict.fromkeys([*made, f"{made[0]}Model"]))

    return names.Ladder(names.pascal(words[0]), whole)


def argument_names(
    operation: Operation, locate: Locate, diagnostics: Diagnostics
) -> dict[str, Code]:
    """The keyword of each parameter of ``operation`` that a caller gives, by its key."""
    given = [p for p in operation.parameters if p.given]
    reserved = ("body", "content_type", "options")
    keys = [p.key for p in given]
    if (found := names.plain([p.name for p in given], reserved)) is not None:
        return dict(zip(keys, found, strict=True))
    wanted = [
        Wanted(
            (
                names.snake(p.name),
                names.marked(p.name),
                names.snake(f"{p.name} {p.place}"),
                names.spelled(p.name),
            ),
            partial(locate, p.origin),
            f"the {p.place} parameter {p.name}",
        )
        for p in given
    ]
    assigned = names.assign(wanted, diagnostics, reserved=reserved)
    return dict(zip(keys, assigned, strict=True))


def holdable(model: Model, locate: Locate, diagnostics: Diagnostics) -> Model:
    """``model`` without the fields whose wire names msgspec refuses; they stay in a value's unknown fields."""
    refused = [f for f in model.fields if not _WIRE_NAME.fullmatch(f.name)]
    for field in refused:
        diagnostics.warning(
            "N503",
            f"the property {field.name} gets no attribute: msgspec allows no quote, backslash or control character",
            locate(field.origin),
            "it is kept among the unknown fields of a reply",
        )
    if not refused:
        return model
    return changed(model, fields=tuple(f for f in model.fields if f not in refused))


def field_names(
    model: Model, locate: Locate, diagnostics: Diagnostics
) -> dict[str, Code]:
    """The attribute of each field of ``model``, by its wire name."""
    keys = [f.name for f in model.fields]
    texts = [f.wanted_name or f.name for f in model.fields]
    if (found := names.plain(texts, MODEL_MEMBERS)) is not None:
        return dict(zip(keys, found, strict=True))
    wanted = [
        Wanted(
            (
                (names.snake(f.wanted_name),)
                if f.wanted_name
                else (
                    names.snake(f.name),
                    names.marked(f.name),
                    names.spelled(f.name),
                )
            ),
            partial(locate, f.origin),
            f"the property {f.name}",
            bool(f.wanted_name),
        )
        for f in model.fields
    ]
    assigned = names.assign(wanted, diagnostics, reserved=MODEL_MEMBERS)
    return dict(zip(keys, assigned, strict=True))
