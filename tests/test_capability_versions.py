"""One capability in every version of the language: the same files come out of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

LISTS = """\
naftiko: {version}
info: {{label: Ship registry, description: Ships., tags: [ships], created: '2026-01-01', modified: '2026-01-02'}}
{variables}
capability:
  consumes:
  - type: http
    namespace: registry
    description: The registry.
    baseUri: https://ships.example.com/v2
    authentication: {{type: bearer, token: '{{{{REGISTRY_TOKEN}}}}'}}
    resources:
    - name: ships
      path: /ships/{{{{imo}}}}
      inputParameters:
      - {{name: view, in: query}}
      operations:
      - name: get-ship
        label: One ship
        method: GET
        inputParameters:
        - {{name: imo, in: path}}
        - {{name: X-Version, in: header, value: '3'}}
        outputRawFormat: json
        outputParameters:
        - {{name: ship, type: object, value: $.}}
  exposes:
  - type: {rest}
    port: 8080
    namespace: ship-rest
    resources:
    - name: ships
      path: /ships/{{imo}}
      description: Ships.
      operations:
      - name: get-ship
        label: One ship
        description: One ship by its number.
        method: GET
        inputParameters:
        - {{name: imo, in: path, type: string, description: The number.}}
        call: registry.get-ship
        with: {{imo: {reference}}}
  - type: mcp
    port: 9090
    namespace: ship-mcp
    description: Ship tools.
    tools:
    - name: find-ship
      {label}
      description: One ship by its number.
      inputParameters:
      - {{name: number, type: string, description: The number., required: true}}
      call: registry.get-ship
      with: {{imo: {tool_reference}}}
"""
MAPS = """\
ikanos: {version}
info: {{display: Ship registry, description: Ships., tags: [ships], created: '2026-01-01', modified: '2026-01-02'}}
binds:
- namespace: secrets
  description: Keys.
  keys: {{REGISTRY_TOKEN: SHIP_TOKEN}}
capability:
  consumes:
  - type: http
    namespace: registry
    description: The registry.
    baseUri: https://ships.example.com/v2
    authentication: {{type: bearer, token: '{{{{REGISTRY_TOKEN}}}}'}}
    resources:
      ships:
        path: /ships/{{{{imo}}}}
        inputParameters:
          view: {{in: query}}
        operations:
          get-ship:
            display: One ship
            method: GET
            inputParameters:
              imo: {{in: path}}
              X-Version: {{in: header, value: '3'}}
            outputRawFormat: json
            outputParameters:
              ship: {{type: object, value: $.}}
  exposes:
  - type: rest
    port: 8080
    namespace: ship-rest
    resources:
      ships:
        path: /ships/{{imo}}
        description: Ships.
        operations:
          get-ship:
            display: One ship
            description: One ship by its number.
            method: GET
            inputParameters:
              imo: {{in: path, type: string, description: The number.}}
            call: registry.get-ship
            with: {{imo: ship-rest.imo}}
  - type: mcp
    port: 9090
    namespace: ship-mcp
    description: Ship tools.
    tools:
      find-ship:
        display: Find a ship
        description: One ship by its number.
        inputParameters:
          number: {{type: string, description: The number., required: true}}
        call: registry.get-ship
        with: {{imo: '{{{{number}}}}'}}
"""
REFERENCES = """\
externalRefs:
- {name: secrets, description: Keys., type: variables, resolution: runtime, keys: {REGISTRY_TOKEN: SHIP_TOKEN}}
"""
BINDS = """\
binds:
- {namespace: secrets, description: Keys., keys: {REGISTRY_TOKEN: SHIP_TOKEN}}
"""
THIS = {"reference": "$this.ship-rest.imo", "tool_reference": "$this.ship-mcp.number"}
PLAIN = {"reference": "ship-rest.imo", "tool_reference": "ship-mcp.number"}
TITLE = "label: Find a ship"


def _lists(version: str, variables: str, rest: str, **more: str) -> str:
    more.setdefault("label", TITLE)
    return LISTS.format(version=version, variables=variables, rest=rest, **more)


VERSIONS = {
    # A number in YAML, `api` for `rest`, and variables as `externalRefs`.
    "0.4": _lists("0.4", REFERENCES, "api", **THIS),
    "0.5": _lists("'0.5'", REFERENCES, "rest", **THIS),
    "1.0.0-alpha1": _lists("1.0.0-alpha1", BINDS, "rest", **PLAIN),
    "1.0.0-alpha2": _lists("1.0.0-alpha2", BINDS, "rest", **PLAIN),
    **{
        version: MAPS.format(version=version)
        for version in (
            "1.0.0-alpha3",
            "1.0.0-alpha4",
            "1.0.0-beta1",
            "1.0.0-beta2",
            "1.0.0-beta3",
            "1.0.0-beta4",
            "1.0.0-beta5",
        )
    },
    # The engine takes lists after alpha2, too; and a draft with both words of a rename is no reason to lose one.
    "1.0.0-beta5 with lists": _lists("1.0.0-beta5", BINDS, "rest", **PLAIN).replace(
        "naftiko:", "ikanos:", 1
    ),
}


def build(folder: Path, text: str) -> tuple[dict[str, bytes], list[str]]:
    """The files of a capability, manifest aside, and its findings."""
    folder.mkdir()
    path = folder / "ships.yaml"
    path.write_text(text)
    diagnostics = Diagnostics()
    options = Options(paths=(path,), gateway=False, jobs=1)
    _, compiled = pipeline.compile_all(options, diagnostics, lambda _: None)
    found = [f"{it.code} {it.message}" for it in diagnostics]
    assert compiled, found
    files = {f.path: f.content for f in compiled.files}
    return {p: c for p, c in files.items() if "_generated.json" not in p}, found


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What comes out of alpha2."""
    folder = tmp_path_factory.mktemp("versions") / "alpha2"
    return build(folder, VERSIONS["1.0.0-alpha2"])[0]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_gives_the_same_files(
    version: str, newest: dict[str, bytes], tmp_path: Path
) -> None:
    files, _ = build(tmp_path / "spec", VERSIONS[version])
    assert sorted(files) == sorted(newest)
    assert [path for path in files if files[path] != newest[path]] == []


@pytest.mark.parametrize("version", ["0.5", "1.0.0-alpha2", "1.0.0-beta5"])
def test_files_that_are_right_for_their_version_have_few_findings(
    version: str, tmp_path: Path
) -> None:
    _, found = build(tmp_path / "spec", VERSIONS[version])
    known = ("N220",) if version == "0.5" else ()
    assert [line for line in found if not line.startswith(known or "-")] == []


# Functions, steps, mappings and mock tools came with alpha2 and got other words with alpha3.
FLOW_LISTS = """\
naftiko: VERSION
info: {label: Ship registry, description: Ships.}
capability:
  consumes:
  - type: http
    namespace: registry
    baseUri: https://ships.example.com/v2
    resources:
    - name: ships
      path: /ships/{{imo}}
      operations:
      - {name: get-ship, method: GET, inputParameters: [{name: imo, in: path}]}
    - name: all-ships
      path: /ships
      operations:
      - name: list-ships
        method: GET
  aggregates:
  - label: Ships
    namespace: ships
    functions:
    - name: read-ship
      label: Read
      description: One ship.
      semantics: {safe: true, idempotent: true}
      inputParameters: [{name: imo, type: string, description: The number.}]
      call: registry.get-ship
      with: {imo: ships.imo}
      outputParameters:
      - type: object
        properties:
          number: {type: string, mapping: $.imo}
          ports: {type: array, mapping: $.ports, items: {type: string, mapping: $.name}}
  exposes:
  - type: mcp
    port: 9090
    namespace: ship-mcp
    tools:
    - {name: read-ship, description: One ship., ref: ships.read-ship}
    - name: hello
      description: Say hello.
      outputParameters: [{name: word, type: string, WORD: hello}]
    - name: with-flag
      description: A ship and all others.
      inputParameters: [{name: imo, type: string, description: The number.}]
      steps:
      - {name: one, type: call, call: registry.get-ship, with: {imo: '{{imo}}'}}
      - {name: all, type: call, call: registry.list-ships}
      mappings:
      - {targetName: ship, value: $.one.name}
      - {targetName: others, value: $.all}
      outputParameters:
      - {name: ship, type: string}
      - {name: others, type: object, properties: [{name: a, type: string}]}
"""
FLOW_MAPS = """\
ikanos: VERSION
info: {display: Ship registry, description: Ships.}
capability:
  consumes:
  - type: http
    namespace: registry
    baseUri: https://ships.example.com/v2
    resources:
      ships:
        path: /ships/{{imo}}
        operations:
          get-ship: {method: GET, inputParameters: {imo: {in: path}}}
      all-ships:
        path: /ships
        operations:
          list-ships: {method: GET}
  aggregates:
  - display: Ships
    namespace: ships
    flows:
      read-ship:
        display: Read
        description: One ship.
        semantics: {safe: true, idempotent: true}
        inputParameters: {imo: {type: string, description: The number.}}
        call: registry.get-ship
        with: {imo: ships.imo}
        outputParameters:
        - type: object
          properties:
            number: {type: string, mapping: $.imo}
            ports: {type: array, mapping: $.ports, items: {type: string, mapping: $.name}}
  exposes:
  - type: mcp
    port: 9090
    namespace: ship-mcp
    tools:
      read-ship: {description: One ship., ref: ships.read-ship}
      hello:
        description: Say hello.
        outputParameters: {word: {type: string, value: hello}}
      with-flag:
        description: A ship and all others.
        inputParameters: {imo: {type: string, description: The number.}}
        steps:
          one: {type: call, call: registry.get-ship, with: {imo: '{{imo}}'}}
          all: {type: call, call: registry.list-ships}
        mappings:
        - {target: ship, value: $.one.name}
        - {target: others, value: $.all}
        outputParameters:
          ship: {type: string}
          others: {type: object, properties: {a: {type: string}}}
"""


def _flow(text: str, version: str, word: str = "value") -> str:
    return text.replace("VERSION", version).replace("WORD", word)


@pytest.mark.parametrize(
    "text",
    [
        _flow(FLOW_LISTS, "1.0.0-alpha1", "const"),
        _flow(FLOW_MAPS, "1.0.0-alpha3"),
        _flow(FLOW_MAPS, "1.0.0-beta5"),
        _flow(FLOW_LISTS, "1.0.0-beta5").replace("naftiko:", "ikanos:", 1),
    ],
    ids=["const", "alpha3", "beta5", "beta5 with lists"],
)
def test_functions_and_steps_of_every_version_give_the_same_files(
    text: str, tmp_path: Path
) -> None:
    files, _ = build(tmp_path / "one", text)
    wanted, found = build(tmp_path / "two", _flow(FLOW_LISTS, "1.0.0-alpha2"))
    assert found == []
    assert files == wanted
