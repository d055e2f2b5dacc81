"""What the configuration selects of a document is what its servers expose; wrong names have a place and a hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from naftiko_codegen import modelling, pipeline
from naftiko_codegen.commands.request import Asked, settled
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.package import Package
from naftiko_codegen.options import Options

DOCUMENT = """\
openapi: 3.1.0
info: {title: Forge, version: "1"}
servers: [{url: https://forge.example}]
paths:
  /repos:
    get: {operationId: repos/list, tags: [repos], responses: {}}
    post: {operationId: repos/create, tags: [repos, admin], responses: {}}
  /repos/{owner}/{repo}:
    parameters: [{name: owner, in: path, required: true}, {name: repo, in: path, required: true}]
    get: {operationId: repos/get, tags: [repos], responses: {}}
    delete: {operationId: repos/delete, tags: [repos, admin], responses: {}}
  /users: {get: {operationId: users/list, tags: [users], responses: {}}}
"""


def exposed(folder: Path, select: str, more: str = "") -> tuple[list[str], list[str]]:
    """The operations of the tools, which those of the routes must be, and the findings."""
    (folder / "api.yaml").write_text(DOCUMENT)
    file = folder / "naftiko-codegen.yaml"
    file.write_text(
        f"paths:\n- path: api.yaml\n  select: {select}\n{more}output: out\n"
    )
    diagnostics = Diagnostics()
    settings = settled(Asked(config=file), diagnostics)
    options = Options(paths=settings.paths, selected=settings.selected)
    sources = pipeline.read(options, diagnostics)
    model = modelling.modelled(sources, options, 1, diagnostics)
    found = [f"{it.span.line}:{it.span.column}: {it.code}: {it.message} {it.hint}".strip()
             for it in diagnostics if it.severity.word == "error"]  # fmt: skip
    tools = [name for package in model.packages for name in _operations(package)]
    return tools, found


def _operations(package: Package) -> list[str]:
    assert package.mcp and package.rest
    tools = [tool.operation for tool in package.mcp.tools]
    assert [route.operation for route in package.rest.routes] == tools
    assert len(package.service.operations) == 5
    return tools


@pytest.mark.parametrize(
    ("select", "wanted"),
    [
        ("{tags: [users]}", ["users/list"]),
        ("{tags: [admin]}", ["repos/create", "repos/delete"]),
        ("{tags: [admin, users], methods: [GET, DELETE]}", ["repos/delete", "users/list"]),
        ("{paths: [/repos/**]}", ["repos/list", "repos/create", "repos/get", "repos/delete"]),
        ("{paths: [/repos/*/*]}", ["repos/get", "repos/delete"]),
        ("{paths: ['/repos/{owner}/{repo}'], methods: [GET]}", ["repos/get"]),
        ("{paths: ['/u*']}", ["users/list"]),
        ("{operations: [users/list, repos/get]}", ["repos/get", "users/list"]),
    ],
)  # fmt: skip
def test_every_key_must_name_it(select: str, wanted: list[str], tmp_path: Path) -> None:
    assert exposed(tmp_path, select) == (wanted, [])


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("{tags: [users, repo]}", "3:26: N006: `api.yaml` has no tag `repo` did you mean `repos`?"),
        ("{operations: [repos/gte]}", "3:25: N006: `api.yaml` has no operation `repos/gte` did you mean `repos/get`?"),
        ("{paths: [/user]}", "3:20: N006: `api.yaml` has no path `/user` did you mean `/users`?"),
        ("{methods: [PATCH]}", "3:22: N006: `api.yaml` has no operation of the method `PATCH`"),
        ("{tags: [users], methods: [DELETE]}", "3:11: N007: no operation of `api.yaml` is all that is selected"
         " an operation must be named by every key; leave one out"),
    ],
)  # fmt: skip
def test_what_names_nothing(select: str, said: str, tmp_path: Path) -> None:
    assert exposed(tmp_path, select)[1] == [said]


def test_only_openapi_documents_have_selections(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more/api.yaml").write_text(DOCUMENT.replace("Forge", "Other"))
    more = "- {path: more, select: {methods: [GET]}}\n"
    tools, found = exposed(tmp_path, "{methods: [GET]}", more)
    assert tools[:3] == ["repos/list", "repos/get", "users/list"]
    assert any("N008: `more` is no OpenAPI document" in line for line in found)


def test_another_selection_is_another_build(tmp_path: Path) -> None:
    from naftiko_codegen.commands.unchanged import key

    keys = set()
    for method in ("GET", "POST"):
        exposed(tmp_path, f"{{methods: [{method}]}}")
        asked = Asked(config=tmp_path / "naftiko-codegen.yaml")
        keys.add(key(asked, settled(asked, Diagnostics()), tmp_path / "out"))
    assert len(keys) == 2
