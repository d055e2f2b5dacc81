"""Small OpenAPI documents for tests: written to disk, read by the real reader, compiled to IR."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from naftiko_codegen import modelling, pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.exposed import Tool
from naftiko_codegen.ir.lower_openapi import openapi_package
from naftiko_codegen.ir.model import Alias, Model, Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import Type
from naftiko_codegen.options import Options

HEAD = """\
openapi: {version}
info: {{title: Harbour API, version: '1'}}
servers: [{{url: https://harbour.test/v1}}]
"""


class Compiled:
    """A package, if there is one, and the findings as lines ``severity code line:column message | hint``."""

    def __init__(self, folder: Path, text: str, name: str = "harbour.yaml") -> None:
        path = folder / name
        path.write_text(text, encoding="utf-8")
        diagnostics = Diagnostics()
        options = Options(paths=(path,))
        sources = modelling.translated(pipeline.read(options, diagnostics), diagnostics)
        self._package = openapi_package(sources.documents[0], diagnostics)
        self.findings = [
            f"{d.severity.word} {d.code} {d.span.line}:{d.span.column} {d.message}"
            + (f" | {d.hint}" if d.hint else "")
            for d in diagnostics
        ]
        self.failed = diagnostics.failed

    @property
    def package(self) -> Package:
        assert self._package is not None, self.findings
        return self._package

    @property
    def refused(self) -> bool:
        return self._package is None

    @property
    def operation(self) -> Operation:
        (operation,) = self.package.service.operations
        return operation

    @property
    def tool(self) -> Tool:
        assert self.package.mcp is not None
        (tool,) = self.package.mcp.tools
        return tool

    def model(self, key: str) -> Model:
        (model,) = [m for m in self.package.service.models if m.key == key]
        return model

    def alias(self, key: str) -> Alias:
        (alias,) = [a for a in self.package.service.aliases if a.key == key]
        return alias

    def type(self, name: str = "x") -> Type:
        """The type of the property ``name`` of the component ``T``."""
        (field,) = [f for f in self.model("T").fields if f.name == name]
        return field.type

    def normal(self, name: str) -> object:
        return dict(self.package.service.schemas)[name]

    def one(self, code: str) -> str:
        """The only finding of this code."""
        (found,) = [line for line in self.findings if f" {code} " in line]
        return found

    def codes(self) -> list[str]:
        return [line.split()[1] for line in self.findings]


def document(
    paths: str = "{}", components: str = "{}", version: str = "3.1.0", more: str = ""
) -> str:
    """A whole document; each text is YAML."""
    parts = [HEAD.format(version=version)]
    for key, text in (("paths", paths), ("components", components)):
        parts.append(f"{key}:\n{indent(dedent(text), '  ')}\n")
    return "".join([*parts, dedent(more)])


def schemas(text: str, version: str = "3.1.0") -> str:
    """A document of component schemas alone."""
    return document(
        components="schemas:\n" + indent(dedent(text), "  "), version=version
    )


def prop(schema: str, version: str = "3.1.0") -> str:
    """A document whose component ``T`` has the property ``x`` of this schema (flow style)."""
    return schemas(f"T: {{type: object, properties: {{x: {schema}}}}}\n", version)


def operation(
    text: str = "", path: str = "/ships", method: str = "get", components: str = "{}"
) -> str:
    """A document of one operation ``go``; ``text`` is YAML put into it."""
    body = indent(dedent(text), "    ")
    default = (
        "" if "responses:" in text else "    responses: {'204': {description: done}}\n"
    )
    paths = f"{path}:\n  {method}:\n    operationId: go\n{body}\n{default}"
    return document(paths, components)
