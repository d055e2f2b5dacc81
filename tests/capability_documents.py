"""Small capability documents for tests: written to disk, read by the real reader, compiled to IR."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.lower_capability import capability_package
from naftiko_codegen.ir.model import Operation
from naftiko_codegen.ir.package import Package
from naftiko_codegen.read import load

HEAD = """\
naftiko: 1.0.0-alpha2
info: {label: Harbour, description: Ships in port}
binds:
- {namespace: env, keys: {HARBOUR_KEY: HARBOUR_KEY, HARBOUR_USER: HARBOUR_USER}}
capability:
"""


class Compiled:
    """A package, if there is one, and the findings as lines ``severity code line:column message | hint``."""

    def __init__(self, folder: Path, text: str, *, strict: bool = False) -> None:
        path = folder / "harbour.naftiko.yaml"
        path.write_text(text, encoding="utf-8")
        diagnostics = Diagnostics(strict=strict)
        sources = load([path], root=folder, overlays=[], diagnostics=diagnostics)
        self._package = capability_package(sources.documents[0], diagnostics)
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
    def operation(self) -> Operation:
        (operation,) = self.package.service.operations
        return operation

    def one(self, code: str) -> str:
        """The only finding of this code."""
        (found,) = [line for line in self.findings if f" {code} " in line]
        return found

    def codes(self) -> list[str]:
        return [line.split()[1] for line in self.findings]


def consumed(
    operation: str = "", resource: str = "", api: str = "", path: str = "/ships"
) -> str:
    """A document that only consumes; each text is YAML put into the operation, the resource, or the API."""
    return HEAD + indent(
        f"""\
consumes:
- type: http
  namespace: port
  baseUri: https://port.example.test/v1
{indent(dedent(api), "  ")}
  resources:
  - name: ships
    path: '{path}'
{indent(dedent(resource), "    ")}
    operations:
    - name: do-it
      method: POST
{indent(dedent(operation), "      ")}
""",
        "  ",
    )


def exposed(
    operation: str = "",
    route: str = "",
    tool: str = "",
    *,
    path: str = "/ships",
    at: str = "/ships",
) -> str:
    """A document with one operation, a route at ``at`` and a tool that call it."""
    return consumed(operation, path=path) + indent(
        f"""\
exposes:
- type: rest
  namespace: port-rest
  port: 8080
  resources:
  - path: '{at}'
    name: ships
    operations:
    - method: POST
      call: port.do-it
{indent(dedent(route), "      ")}
- type: mcp
  namespace: port-mcp
  port: 9090
  tools:
  - name: do-it
    description: Does it
    call: port.do-it
{indent(dedent(tool), "    ")}
""",
        "  ",
    )
