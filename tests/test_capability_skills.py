"""Skill adapters: what the golden cases do not show, as it is about two documents, or about what is not generated."""

from __future__ import annotations

from pathlib import Path

import pytest

from naftiko_codegen import modelling, pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.package import Package
from naftiko_codegen.options import Options

HEAD = """\
naftiko: 1.0.0-alpha3
info: {label: Desk, description: Orders.}
capability:
  consumes:
  - {type: http, namespace: orders, baseUri: 'https://orders.example/v1',
     resources: [{name: orders, path: /orders, operations: [{name: list, method: GET}]}]}
  exposes:
  - {type: rest, port: 8081, namespace: routes,
     resources: [{name: orders, path: /orders, operations: [{name: list, method: GET, call: orders.list}]}]}
  - {type: mcp, port: 8082, namespace: tools, tools: [{name: all, description: Every order., call: orders.list}]}
"""


def compiled(
    folder: Path, skills: str, head: str = HEAD
) -> tuple[Package | None, list[str]]:
    """The package, and its findings as ``line code message``."""
    path = folder / "spec.yaml"
    path.write_text(f"{head}  - {skills}\n")
    diagnostics = Diagnostics()
    sources = pipeline.read(Options(paths=(path,)), diagnostics)
    options = Options(paths=(path,))
    packages = modelling.lower(sources, options, 1, diagnostics)
    findings = [f"{d.span.line} {d.code} {d.message}" for d in diagnostics]
    return (packages[0] if packages else None), findings


def skill(text: str) -> str:
    return f"{{type: skill, port: 8083, namespace: desk, skills: [{text}]}}"


def test_maps_by_name_are_lists_with_names(tmp_path: Path) -> None:
    source = "from: {sourceNamespace: tools, action: all}"
    lists = f"{{name: one, description: One., tools: [{{name: a, description: A., {source}}}]}}"
    maps = (
        f"{{one: {{description: One., tools: {{a: {{description: A., {source}}}}}}}}}"
    )
    first, _ = compiled(tmp_path, skill(lists))
    second, _ = compiled(tmp_path, skill(maps).replace("[", "").replace("]", ""))
    assert first and second and first.skill
    assert first.skill == second.skill
    assert first.skill.skills[0].tools[0].action == "all"


def test_a_tool_without_words_has_those_of_what_it_stands_for(tmp_path: Path) -> None:
    tool = "{name: a, from: {sourceNamespace: tools, action: all}}"
    package, findings = compiled(
        tmp_path, skill(f"{{name: one, description: One., tools: [{tool}]}}")
    )
    assert package and package.skill
    assert package.skill.skills[0].tools[0].description == "Every order."
    assert [line for line in findings if "N203" in line]


def test_a_call_is_the_tool_before_the_route(tmp_path: Path) -> None:
    package, _ = compiled(
        tmp_path, skill("{name: list, description: Lists., call: orders.list}")
    )
    assert package and package.skill
    (tool,) = package.skill.skills[0].tools
    assert (tool.namespace, tool.action, tool.mode) == ("routes", "list", "rest")
    package, _ = compiled(
        tmp_path, skill("{name: other, description: Lists., call: orders.list}")
    )
    assert package and package.skill
    (tool,) = package.skill.skills[0].tools
    assert (tool.namespace, tool.action, tool.mode) == ("tools", "all", "mcp")


@pytest.mark.parametrize(
    "name", ["..", ".hidden", "a/b", "a b", "{x}", "%2e%2e", "a\\\\b", "é", "x" * 129]
)
def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    package, findings = compiled(
        tmp_path, skill(f'{{name: "{name}", description: One.}}')
    )
    assert package is None
    assert [line for line in findings if " N206 " in line]
    own = f'{{type: skill, port: 8083, namespace: "{name}", tools: [{{name: a, call: orders.list}}]}}'
    package, findings = compiled(tmp_path, own)
    assert package is None
    assert [line for line in findings if " N206 " in line]


def test_a_capability_may_have_skills_alone(tmp_path: Path) -> None:
    head = "naftiko: 1.0.0-alpha2\ninfo: {label: A, description: A.}\ncapability:\n  exposes:\n"
    package, findings = compiled(
        tmp_path, skill("{name: a, description: A.}").replace("\n", ""), head
    )
    assert package and not package.service.operations
    assert findings == []
