"""The rules of good style: each is broken once in one document, and a document that keeps them has no finding."""

from __future__ import annotations

from pathlib import Path

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options

BROKEN = """\
naftiko: 1.0.0-alpha2
info: {label: One, description: 'Run <script> and eval(x).'}
binds:
- {namespace: one, keys: {UNUSED: UNUSED, TOKEN: TOKEN}}
capability:
  binds:
  - {namespace: late, keys: {KEY: KEY}}
  aggregates:
  - label: All
    namespace: all
    functions:
    - {name: read, description: Read., semantics: {safe: true, idempotent: true}, call: one.find}
    - {name: run, call: one.find, steps: [{name: go, type: script, file: a.py}]}
  consumes:
  - type: http
    namespace: one
    baseUri: https://api.example.com
    tunnel: {type: ziti, fallback: direct}
    authentication: {type: apikey, key: X-Key, value: '{{KEY}}{{TOKEN}}'}
    resources:
    - name: things
      path: /things
      operations:
      - {name: find, method: POST, inputParameters: [{name: a, in: body}]}
  exposes:
  - type: rest
    namespace: rest
    address: www.example.com
    port: 8080
    authentication: {type: oauth2, authorizationServerUri: 'http://a', resource: 'http://b'}
    resources:
    - path: /things/
      operations:
      - method: POST
        ref: all.read
        outputParameters:
        - {type: array}
        - type: object
          properties: {a: {type: string, value: x}}
      - {method: GET, call: one.find, outputParameters: [{type: string}, {type: string}]}
  - type: mcp
    namespace: tools
    address: 0.0.0.0
    transport: http
    tools:
    - {name: find, description: Find., ref: all.read, hints: {readOnly: false}}
  - {type: mcp, namespace: pipes, transport: stdio, authentication: {type: bearer, token: '{{TOKEN}}'}}
  - {type: control, port: 1, address: 0.0.0.0}
  - {type: control, port: 2}
"""
KEPT = """\
naftiko: 1.0.0-alpha2
info: {label: One, description: One., tags: [one]}
binds:
- {namespace: env, keys: {TOKEN: TOKEN}}
capability:
  consumes:
  - type: http
    namespace: one
    description: One.
    baseUri: https://one.dev
    authentication: {type: bearer, token: '{{TOKEN}}'}
    resources:
    - {name: things, path: /things, operations: [{name: find, method: GET}]}
  exposes:
  - type: rest
    namespace: rest
    port: 8080
    resources:
    - path: /things
      description: Things.
      operations: [{method: GET, name: find, description: Find., call: one.find}]
"""


def judged(folder: Path, text: str) -> list[str]:
    (folder / "spec.yaml").write_text(text)
    diagnostics = Diagnostics()
    options = Options(paths=(folder / "spec.yaml",))
    sources = pipeline.read(options, diagnostics)
    pipeline.judge(sources, 1, diagnostics)
    return [f"{it.span.line} {it.code}" for it in diagnostics]


def test_every_rule_is_broken(tmp_path: Path) -> None:
    found = judged(tmp_path, BROKEN)
    rules = {f"N{number}" for number in range(230, 249)} | {"N251", "N330"}
    assert {line.split()[1] for line in found} == rules
    assert {"2 N237", "4 N235", "7 N236"} <= set(found)


def test_a_good_document_has_no_finding(tmp_path: Path) -> None:
    assert judged(tmp_path, KEPT) == []
