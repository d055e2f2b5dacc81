"""The table of rules: each of the official ruleset, and each that is suggested besides, is broken by one change.

A case is the name of the rule, what is replaced in a document that breaks none, and ``line code`` of what is found.
"""

# ruff: noqa: E501 (a table has one case in a line)

from __future__ import annotations

from pathlib import Path

import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

GOOD = """\
naftiko: 1.0.0-alpha2
info: {label: One, description: One., tags: [one]}
binds: [{namespace: env, keys: {TOKEN: TOKEN}}]
capability:
  consumes:
  - type: http
    namespace: one
    description: One.
    baseUri: https://one.dev
    authentication: {type: bearer, token: '{{TOKEN}}'}
    resources:
    - name: things
      path: /things
      operations:
      - {name: find, method: GET, inputParameters: [{name: q, in: query}]}
      - {name: make, method: POST, body: '{"a": {{a}}}'}
      - {name: feed, method: GET, outputRawFormat: xml}
  aggregates:
  - {label: All, namespace: all, functions: [{name: read, description: Read., semantics: {safe: true}, call: one.find}]}
  exposes:
  - type: rest
    namespace: rest
    port: 8080
    resources:
    - path: /things
      description: Things.
      operations: [{method: GET, name: find, description: Find., call: one.find}]
  - type: mcp
    namespace: tools
    port: 9090
    tools:
    - {name: find, description: Find., call: one.find}
    - {name: make, description: Make., call: one.make, inputParameters: [{name: a, type: string, description: A.}]}
"""
TOOL = "{name: find, description: Find., call: one.find}"
ROUTE = "{method: GET, name: find, description: Find., call: one.find}"
READ = "{name: read, description: Read., semantics: {safe: true}, call: one.find}"
FEED = "{name: feed, method: GET, outputRawFormat: xml}"
FIND = "{name: find, method: GET, inputParameters: [{name: q, in: query}]}"
MCP, REST = "  - type: mcp\n", "  - type: rest\n"
STEP = "{name: find, description: Find., steps: [{name: S, type: call, call: one.find}], mappings: [{targetName: a, value: $.S}]}"  # fmt: skip
STEPS = STEP.replace("name: S,", "name: a,").replace("}], map", "}, {name: b, type: lookup, index: I, match: id, lookupValue: V, outputParameters: [id]}], map")  # fmt: skip
CONTROL = "  - {type: control, port: 8081}\n"
OAUTH = "{type: oauth2, authorizationServerUri: 'https://a.dev', resource: 'https://b.dev', scopes: [x]}"  # fmt: skip

OFFICIAL = {
    "namespaces-unique": ("namespace: tools", "namespace: one", "28 N231"),
    "consumes-baseuri-no-trailing-slash": ("https://one.dev", "https://one.dev/", "9 N213"),
    "consumed-resource-no-query-in-path": ("path: /things\n      op", "path: /things?a=b\n      op", "15 N214"),
    "rest-resource-path-no-trailing-slash": ("- path: /things", "- path: /things/", "25 N241"),
    "rest-resource-path-no-query": ("- path: /things", "- path: /things?a=b", "25 N214"),
    "address-not-example": ("    port: 8080", "    port: 8080\n    address: example.com", "24 N232"),
    "aggregate-function-description": (READ, READ.replace("Read.", "''"), "19 N230"),
    "aggregate-semantics-consistency": (
        TOOL, "{name: find, description: Find., ref: all.read, hints: {readOnly: false}}", "32 N246"
    ),
    "mcp-auth-stdio-conflict": (
        "    port: 9090", "    transport: stdio\n    authentication: {type: bearer, token: '{{TOKEN}}'}", "31 N239"
    ),
    "oauth2-https-authserver": ("    port: 8080", f"    port: 8080\n    authentication: {OAUTH}".replace("https://a", "http://a"), "24 N240"),
    "oauth2-resource-https": ("    port: 8080", f"    port: 8080\n    authentication: {OAUTH}".replace("https://b", "http://b"), "24 N240"),
    "oauth2-scopes-defined": ("    port: 8080", f"    port: 8080\n    authentication: {OAUTH}".replace(", scopes: [x]", ""), "24 N240"),
    "info-tags": (", tags: [one]", "", "2 N230"),
    "consumes-description": ("    description: One.\n", "", "6 N230"),
    "rest-resource-description": ("      description: Things.\n", "", "25 N230"),
    "rest-operation-description": (ROUTE, ROUTE.replace(" description: Find.,", ""), "27 N230"),
    "steps-name-pattern": (TOOL, STEP.replace("S", "a.b"), "32 N207"),
    "no-script-tags-in-markdown": ("description: Things.", "description: <script>", "26 N237"),
    "no-eval-in-markdown": ("description: Things.", "description: eval(1)", "26 N237"),
    "baseuri-not-example": ("https://one.dev", "https://example.com", "9 N232"),
    "control-port-singleton": (MCP, CONTROL * 2 + MCP, "29 N244"),
    "control-port-unique": (MCP, CONTROL.replace("8081", "8080") + MCP, "28 N212"),
    "control-address-localhost-warning": (MCP, CONTROL.replace("8081", "8081, address: 0.0.0.0") + MCP, "28 N245"),
    "script-defaults-required": (TOOL, STEP.replace("call: one.find}]", "file: a.py}]").replace("type: call", "type: script"), "32 N247"),
    "aggregates-namespace-required": (" namespace: all,", "", "19 N203"),
    "aggregates-unique-function-name": (READ, f"{READ}, {READ}", "19 N208"),
    "exposes-namespace-required": ("    namespace: tools\n", "", "28 N203"),
    "import-from-not-self": (FEED, FEED + "\n  - {location: ./spec.yaml, import: two}", "18 N316"),
    "import-from-required": (FEED, FEED + "\n  - {import: two}", "18 N203"),
    "import-import-required": (FEED, FEED + "\n  - {location: ./spec.yaml}", "18 N203"),
    "import-unique-alias": (FEED, FEED + "\n  - {location: ./two.yaml, import: two, as: one}", "4 N208"),
    "standalone-no-imports": (None, "naftiko: 1.0.0-alpha2\nconsumes: [{location: ./two.yaml, import: two}]\n", "2 N249"),
    "tunnel-fallback-direct-warns": ("https://one.dev", "https://one.ziti\n    tunnel: {type: ziti, fallback: direct}", "10 N248"),
    "tunnel-identity-must-bind": ("https://one.dev", "https://one.ziti\n    tunnel: {type: ziti, identity: me.json}", "10 N250"),
    "tunnel-with-public-baseuri-warns": ("https://one.dev", "https://one.dev\n    tunnel: {type: ziti, identity: '{{TOKEN}}'}", "10 N251"),
}  # fmt: skip
SUGGESTED = {
    "call target exists": (TOOL, TOOL.replace("one.find", "one.fnd"), "32 N301"),
    "operation names unique": ("name: make, method", "name: find, method", "16 N208"),
    "path placeholder has a source": ("path: /things\n      op", "path: '/things/{{id}}'\n      op", "15 N304"),
    "with names a parameter": (TOOL, TOOL.replace("}", ", with: {x: 1}}"), "32 N306"),
    "with is a literal that looks like a reference": (
        TOOL, TOOL.replace("}", ", inputParameters: [{name: w, type: string, description: W.}], with: {q: w}}"), "32 N307"
    ),
    "object without properties": (TOOL, TOOL.replace("}", ", outputParameters: [{type: object}]}"), "32 N211"),
    "array without mapping": (TOOL, TOOL.replace("}", ", outputParameters: [{type: array, items: {type: string}}]}"), "32 N242"),
    "more than one output": (TOOL, TOOL.replace("}", ", outputParameters: [{type: string, mapping: $.a}, {type: string, mapping: $.b}]}"), "32 N242"),
    "value inside objects": (TOOL, TOOL.replace("}", ", outputParameters: [{type: object, properties: {a: {type: string, value: x}}}]}"), "32 N243"),
    "lookup index exists and precedes": (TOOL, STEPS.replace("I", "c").replace("V", "x"), "32 N313"),
    "mapping step exists": (TOOL, STEP.replace("name: S", "name: a").replace("$.S", "$.b"), "32 N313"),
    "mapping that is no path": (TOOL, STEP.replace("name: S", "name: a").replace("$.S", "'$.a[x].b'"), "32 N313"),
    "body parameters without body": (FIND, FIND.replace("in: query", "in: body").replace("GET", "POST"), "15 N234"),
    "optional name unguarded in a body": ("description: A.}", "description: A., required: false}", "33 N252"),
    "adapter header with a template": (
        "    resources:\n    - name", "    inputParameters: [{name: X-A, in: header, value: '{{TOKEN}}'}]\n    resources:\n    - name", "11 N253"
    ),
    "bind never used": ("keys: {TOKEN: TOKEN}", "keys: {TOKEN: TOKEN, OTHER: OTHER}", "3 N235"),
    "variable never declared": ("{{TOKEN}}", "{{OTHER}}", "10 N216"),
    "capability.binds used": ("capability:\n", "capability:\n  binds: [{namespace: late, keys: {TOKEN: TOKEN}}]\n", "5 N236"),
    "resource-level consumed parameters": ("      path: /things\n", "      path: /things\n      inputParameters: [{name: p, in: query}]\n", "14 N254"),
    "apikey without placement": ("{type: bearer, token:", "{type: apikey, key: X-K, value:", "10 N233"),
    "two adapters on one port": ("9090", "8080", "30 N212"),
    "literal secret": ("'{{TOKEN}}'", "abc", "10 N217"),
    "no authentication beyond loopback": ("    port: 8080", "    port: 8080\n    address: 0.0.0.0", "24 N238"),
    "REST ref without the inputs of its function": (
        ROUTE, "{method: GET, name: find, description: Find., ref: all.read}", "27 N304"
    ),
    "unsafe method behind a read-only hint": (
        "{name: make, description: Make., ", "{name: make, description: Make., hints: {readOnly: true}, ", "33 N219"
    ),
    "array from XML": (
        TOOL, TOOL.replace("find}", "feed, outputParameters: [{type: array, mapping: $.a, items: {type: string}}]}"), "32 N255"
    ),
    "base path joined without slash": ("path: /things\n      op", "path: things\n      op", "13 N214"),
}  # fmt: skip
RULES = {**OFFICIAL, **SUGGESTED}
TWO = """\
naftiko: 1.0.0-alpha2
consumes:
- type: http
  namespace: two
  baseUri: https://two.dev
  resources: [{name: a, path: /a, operations: [{name: b, method: GET}]}]
"""


def found(folder: Path, text: str) -> list[str]:
    """``line code`` of every finding about ``text``."""
    (folder / "spec.yaml").write_text(text)
    (folder / "two.yaml").write_text(TWO)
    diagnostics = Diagnostics()
    options = Options(paths=(folder / "spec.yaml",), judge=True, render=False, jobs=1)
    pipeline.compile_all(options, diagnostics, lambda _: None)
    return [f"{it.span.line} {it.code}" for it in diagnostics]


def broken(old: str | None, new: str) -> str:
    if old is None:
        return new
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_the_document_breaks_none(tmp_path: Path) -> None:
    assert set(found(tmp_path, GOOD)) <= {"17 N221", "19 N271", "27 N304", "32 N304"}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_found_at_its_place(rule: str, tmp_path: Path) -> None:
    old, new, wanted = RULES[rule]
    assert wanted in found(tmp_path, broken(old, new))
