"""The files at the top of a package: ``__init__``, ``__main__``, ``README.md``."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

from naftiko_codegen.ir.model import Credential, Package
from naftiko_codegen.python.layout import bracketed, literal, string
from naftiko_codegen.python.markdown import code_span, escaped
from naftiko_codegen.python.naming import PackageNames
from naftiko_codegen.python.sample import client_call
from naftiko_codegen.python.text import Code, SpecText


@dataclass(frozen=True, slots=True)
class InitModule:
    """``__init__.py``: lazy exports of the client, or words only when there is none."""

    template: ClassVar[str] = "package/__init__.py.jinja"
    path: Code
    doc: SpecText
    client: Code
    models: bool
    exports: Code


@dataclass(frozen=True, slots=True)
class MainModule:
    """``__main__.py``: ``python -m <package> rest|mcp``."""

    template: ClassVar[str] = "package/__main__.py.jinja"
    path: Code
    doc: SpecText
    call: Code


@dataclass(frozen=True, slots=True)
class Variable:
    """One row of the README's table of environment variables."""

    name: Code
    meaning: Code


@dataclass(frozen=True, slots=True)
class Readme:
    """``README.md``."""

    template: ClassVar[str] = "package/README.md.jinja"
    path: Code
    title: Code
    description: Code
    package: Code
    environment: Code
    client: Code
    call: Code
    async_call: Code
    has_client: bool
    has_rest: bool
    has_mcp: bool
    rest_port: int
    rest_line: Code
    mcp_port: int
    mcp_tool: Code
    secrets: tuple[Variable, ...]
    mcp_environment: Code
    routes: tuple[Variable, ...]
    tools: tuple[Variable, ...]


def plan(
    package: Package, names: PackageNames, targets: Collection[str]
) -> Iterator[InitModule | MainModule | Readme]:
    """The files of ``package`` that no target owns; ``targets`` are those that are built."""
    yield _init(package, names, "client" in targets)
    served = [target for target in ("rest", "mcp") if getattr(package, target) and target in targets]
    if served:
        yield _main(package, names, served)
    yield _readme(package, names, targets)


def _init(package: Package, names: PackageNames, has_client: bool) -> InitModule:
    has_models = bool(package.service.models or package.service.aliases)
    exports = [f"Async{names.client}", names.client, "errors"] + ["models"] * has_models
    return InitModule(
        Code(f"{names.package}/__init__.py"),
        SpecText(_sentence(package)),
        names.client if has_client else Code(""),
        has_models,
        literal(sorted(exports), before=len("__all__ = ")),
    )


def _sentence(package: Package) -> str:
    return f"{package.title}.\n\n{package.description}" if package.description else f"{package.title}."


def _main(package: Package, names: PackageNames, served: list[str]) -> MainModule:
    ports = {"rest": package.rest and package.rest.port, "mcp": package.mcp and package.mcp.port}
    arguments = [string(names.package), "SERVICE"]
    arguments += [f"{target}_port={ports[target]}" for target in served]
    if package.mcp and "mcp" in served and package.mcp.transport == "stdio":
        arguments.append('transport="stdio"')
    return MainModule(
        Code(f"{names.package}/__main__.py"),
        SpecText(f"Serve {package.title}: ``python -m {names.package} {'|'.join(served)}``."),
        bracketed("main(", arguments, ")", indent=4, before=len("    raise SystemExit("), after=1),
    )


def _readme(package: Package, names: PackageNames, targets: Collection[str]) -> Readme:
    call = client_call(package, names)
    rest, mcp = package.rest, package.mcp
    first = next((r for r in (rest.routes if rest else ())), None)
    return Readme(
        Code(f"{names.package}/README.md"),
        escaped(package.title),
        escaped(package.description),
        names.package,
        names.environment,
        names.client,
        Code(call),
        Code(call.replace("client.", "await client.", 1)),
        "client" in targets,
        bool(rest) and "rest" in targets,
        bool(mcp) and "mcp" in targets,
        rest.port if rest else 0,
        _curl(first.method, first.path, rest.port) if first and rest else Code(""),
        mcp.port if mcp else 0,
        code_span(mcp.tools[0].name) if mcp and mcp.tools else Code(""),
        tuple(_secret(c, i) for c in package.service.credentials for i in range(len(c.variables))),
        _environment(package),
        tuple(Variable(code_span(f"{r.method} {r.path}"), escaped(r.summary or r.description)) for r in (rest.routes if rest else ())),
        tuple(Variable(code_span(t.name), escaped(t.title or t.description)) for t in (mcp.tools if mcp else ())),
    )  # fmt: skip


def _curl(method: str, path: str, port: int) -> Code:
    """The request line of an example; anything but plain URL characters of ``path`` is left out of it."""
    safe = "".join(char for char in path if char.isalnum() and char.isascii() or char in "/-_.{}")
    return Code(f"curl -X {method} 'http://127.0.0.1:{port}{safe}'")


def _secret(credential: Credential, index: int) -> Variable:
    role = ("user name", "password")[index] if credential.kind == "basic" else "secret"
    kind = {"bearer": "bearer token", "basic": f"basic authentication, {role}", "apikey": "API key"}[credential.kind]
    words = f"upstream {kind}" + (f": {credential.description}" if credential.description else "")
    return Variable(code_span(credential.variables[index]), escaped(words))


def _environment(package: Package) -> Code:
    """The ``env`` object of the ``mcp.json`` snippets: each secret by reference, never by value."""
    names = [name for c in package.service.credentials for name in c.variables]
    return Code("{" + ", ".join(f'"{name}": "${{{name}}}"' for name in dict.fromkeys(names)) + "}")
