"""What ``--strict`` accepts and refuses: the verdicts of the official schema, each on a document of our own.

A case is its name, the verdict, and what is replaced in a document that is right; names are those of the list of
documents on which schemas are compared (V02 to V24, F16).
"""

# ruff: noqa: E501 (a table has one case in a line)

from __future__ import annotations

from pathlib import Path

import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

BASE = """\
naftiko: 1.0.0-alpha2
info: {label: One, description: One.}
capability:
  consumes:
  - type: http
    namespace: one
    description: One.
    baseUri: https://one.dev
    resources:
    - name: things
      path: /things
      operations:
      - {name: find, method: GET, inputParameters: [{name: q, in: query}]}
  exposes:
  - type: rest
    namespace: rest
    port: 8080
    resources:
    - path: /things
      description: Things.
      operations: [{method: GET, name: find, call: one.find, inputParameters: [{name: q, in: query, type: string, description: Q.}]}]
  - type: mcp
    namespace: tools
    port: 9090
    tools:
    - {name: find, description: Find., call: one.find, inputParameters: [{name: q, type: string, description: Q.}]}
"""
TOOL = "{name: find, description: Find., call: one.find, inputParameters: [{name: q, type: string, description: Q.}]}"
ROUTE = "{method: GET, name: find, call: one.find, inputParameters: [{name: q, in: query, type: string, description: Q.}]}"


def changed(*pairs: str) -> str:
    text = BASE
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


AGG = "  aggregates: [{label: All, namespace: all, functions: [{name: read, description: Read., call: one.find, inputParameters: [{name: q, type: string, description: Q.}]}]}]\n  exposes:\n"


CONTROL = "  exposes:\n  - {type: control, port: 7171, management: {logs: LOGS}}\n"


def tool(extra: str, old: str = TOOL) -> tuple[str, str]:
    return TOOL, f"{old[:-1]}, {extra}}}"


CASES = [
    ("base", "accept", changed()),
    ("V02", "reject", "consumes: []\n" + changed()),
    (
        "V02b",
        "reject",
        changed(
            "capability:",
            "consumes: [{type: http, namespace: two, baseUri: https://two.dev, resources: [{name: a, path: /a, operations: [{name: b, method: GET}]}]}]\ncapability:",
        ),
    ),
    ("V03 judged by its own version", "accept", changed("alpha2", "alpha1")),
    ("V04a root", "reject", changed("capability:", "foo: 1\ncapability:")),
    ("V04b", "reject", changed("port: 8080", "port: 8080\n    foo: 1")),
    ("V04 our extensions", "accept", changed("port: 8080", "port: 8080\n    x-foo: 1")),
    ("V05a", "reject", changed("    port: 9090\n", "")),
    (
        "V05b",
        "reject",
        changed("    port: 9090\n", "    port: 9090\n    transport: stdio\n"),
    ),
    ("V06", "reject", changed(TOOL, "{name: find, description: Find.}")),
    ("V07", "accept", changed("  exposes:\n", AGG, TOOL, "{ref: all.read}")),
    (
        "V08a",
        "reject",
        changed(*tool("outputParameters: [{type: string, mapping: $.a, value: x}]")),
    ),
    ("V08b", "reject", changed(*tool("outputParameters: [{type: string}]"))),
    ("V09a", "reject", changed(*tool("outputParameters: [{type: object}]"))),
    (
        "V09b",
        "reject",
        changed(*tool("outputParameters: [{type: array, mapping: $.a}]")),
    ),
    ("V10a", "reject", changed(*tool("with: {q: true}"))),
    (
        "V10b",
        "accept",
        changed(
            *tool(
                "with: {q: 1.5}",
                TOOL.replace(
                    ", inputParameters: [{name: q, type: string, description: Q.}]", ""
                ),
            )
        ),
    ),
    (
        "V11a",
        "reject",
        changed("{name: q, in: query}", "{name: q, in: query, type: string}"),
    ),
    (
        "V11b",
        "reject",
        changed("{name: q, in: query}", "{name: q, in: query, required: true}"),
    ),
    (
        "V12a",
        "reject",
        changed(
            "call: one.find, inputParameters: [{name: q, type",
            "call: one.find.x, inputParameters: [{name: q, type",
        ),
    ),
    (
        "V12b",
        "reject",
        changed(
            "call: one.find, inputParameters: [{name: q, type",
            "call: find, inputParameters: [{name: q, type",
        ),
    ),
    ("V13a", "reject", changed("{name: find, desc", "{name: find_it, desc")),
    (
        "V13b",
        "accept",
        changed(
            "name: q, in: query}",
            "name: q_q, in: query}",
            "name: q, in: query, t",
            "name: q_q, in: query, t",
            "name: q, type",
            "name: q_q, type",
        ),
    ),
    (
        "V14",
        "reject",
        changed("method: GET, input", "method: GET, outputRawFormat: text, input"),
    ),
    (
        "F16",
        "reject",
        changed("method: GET, input", "method: GET, outputRawFormat: INI, input"),
    ),
    ("V15", "reject", changed("port: 8080", "port: 8080\n    description: x")),
    (
        "V16a",
        "reject",
        changed(
            "    tools:\n",
            "    resources: [{name: r, label: R, uri: 'a://b', description: R., call: one.find, steps: [{name: s, type: call, call: one.find}]}]\n    tools:\n",
        ),
    ),
    (
        "V16a ok",
        "accept",
        changed(
            "    tools:\n",
            "    resources: [{name: r, label: R, uri: 'a://b', description: R., call: one.find}]\n    tools:\n",
        ),
    ),
    (
        "V16b",
        "reject",
        changed(
            "    tools:\n",
            "    prompts: [{name: r, label: R, description: R., template: [{role: user, content: x}], location: 'file:///a.md'}]\n    tools:\n",
        ),
    ),
    (
        "V17",
        "reject",
        changed(
            "  - type: mcp\n",
            "  - {type: skill, namespace: sk, port: 7070, skills: [{name: a, description: A., tools: [{name: t, description: T., from: {sourceNamespace: tools, action: find}, instruction: a.md}]}]}\n  - type: mcp\n",
        ),
    ),
    (
        "V17 ok",
        "accept",
        changed(
            "  - type: mcp\n",
            "  - {type: skill, namespace: sk, port: 7070, skills: [{name: a, description: A., tools: [{name: t, description: T., from: {sourceNamespace: tools, action: find}}]}]}\n  - type: mcp\n",
        ),
    ),
    (
        "V18 ok",
        "accept",
        changed(
            TOOL,
            "{name: find, description: Find., steps: [{name: a, type: call, call: one.find}, {name: b, type: lookup, index: a, match: id, lookupValue: x, outputParameters: [id]}], mappings: [{targetName: x, value: $.b}], outputParameters: [{name: x, type: object, properties: {id: {name: id, type: string}}}]}",
        ),
    ),
    (
        "V18a",
        "reject",
        changed(
            TOOL,
            "{name: find, description: Find., steps: [{name: a, type: call, call: one.find}, {name: b, type: lookup, index: a, match: id, lookupValue: x}], mappings: [{targetName: x, value: $.b}], outputParameters: [{name: x, type: string}]}",
        ),
    ),
    (
        "V18c",
        "reject",
        changed(
            TOOL,
            "{name: find, description: Find., steps: [{name: a, type: call, call: one.find}, {name: b, type: lookup, index: a, match: id, lookupValue: x, outputParameters: []}], mappings: [{targetName: x, value: $.b}], outputParameters: [{name: x, type: string}]}",
        ),
    ),
    (
        "V18b",
        "reject",
        changed(
            TOOL,
            "{name: find, description: Find., steps: [{name: a, type: call, call: one.find}, {name: b, type: lookup, index: a, match: crew_id, lookupValue: x, outputParameters: [id]}], mappings: [{targetName: x, value: $.b}], outputParameters: [{name: x, type: string}]}",
        ),
    ),
    ("V19", "accept", changed(ROUTE, "{method: GET}")),
    (
        "V20",
        "reject",
        changed(
            ROUTE,
            "{method: GET, steps: [{name: a, type: call, call: one.find}], mappings: [{targetName: x, value: $.a}], outputParameters: [{name: x, type: string}]}",
        ),
    ),
    (
        "V20 ok",
        "accept",
        changed(
            ROUTE,
            "{method: GET, name: find, steps: [{name: a, type: call, call: one.find}], mappings: [{targetName: x, value: $.a}], outputParameters: [{name: x, type: string}]}",
        ),
    ),
    (
        "V21",
        "reject",
        changed(
            "capability:",
            "binds: [{namespace: env, keys: {token: TOKEN}}]\ncapability:",
        ),
    ),
    (
        "V21 ok",
        "accept",
        changed(
            "capability:",
            "binds: [{namespace: env, keys: {TOKEN: TOKEN}}]\ncapability:",
        ),
    ),
    (
        "V22",
        "reject",
        changed(
            "port: 8080",
            "port: 8080\n    authentication: {type: oauth2, authorizationServerUri: 'https://a.dev', scopes: [a]}",
        ),
    ),
    (
        "V22 ok",
        "accept",
        changed(
            "port: 8080",
            "port: 8080\n    authentication: {type: oauth2, authorizationServerUri: 'https://a.dev', resource: 'https://b.dev', scopes: [a]}",
        ),
    ),
    (
        "V23 switch",
        "accept",
        changed("  exposes:\n", CONTROL.replace("LOGS", "true")),
    ),
    (
        "V23 stream",
        "accept",
        changed("  exposes:\n", CONTROL.replace("LOGS", "{stream: true}")),
    ),
    (
        "V23 too many",
        "reject",
        changed("  exposes:\n", CONTROL.replace("LOGS", "{max-subscribers: 50}")),
    ),
]


def errors(folder: Path, text: str, *, strict: bool) -> list[str]:
    (folder / "spec.yaml").write_text(text)
    diagnostics = Diagnostics(strict=strict)
    options = Options(paths=(folder / "spec.yaml",), judge=True, render=False, jobs=1)
    pipeline.compile_all(options, diagnostics, lambda _: None)
    return [it.code for it in diagnostics if it.severity.word == "error"]


@pytest.mark.parametrize(
    ("verdict", "text"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_strict_judges_as_the_schema(verdict: str, text: str, tmp_path: Path) -> None:
    found = errors(tmp_path, text, strict=True)
    assert bool(found) == (verdict == "reject"), found


DIALECT = (
    "V02",
    "V03",
    "V04",
    "V05b",
    "V08a",
    "V09",
    "V11",
    "V13",
    "V14",
    "V15",
    "V18",
    "V19",
    "V20",
    "V21",
)


@pytest.mark.parametrize("text", [c[2] for c in CASES if c[0].startswith(DIALECT)])
def test_the_dialect_is_built(text: str, tmp_path: Path) -> None:
    assert errors(tmp_path, text, strict=False) == []


SEEDS = Path(__file__).parents[1] / "specs"


@pytest.mark.parametrize(
    "seed",
    [
        "flux/image-generation-generation.yaml",
        "huggingface/inference-providers-image-generation.yaml",
        "ollama/openai-compatibility-images.yaml",
    ],
)
def test_v24_what_people_write_is_not_strict(seed: str, tmp_path: Path) -> None:
    text = (SEEDS / seed).read_text()
    assert errors(tmp_path, text, strict=True)
    assert errors(tmp_path, text, strict=False) == []


def test_f16_formats_that_are_none(tmp_path: Path) -> None:
    (text,) = [text for name, _, text in CASES if name == "F16"]
    assert errors(tmp_path, text, strict=False) == ["N205"]
