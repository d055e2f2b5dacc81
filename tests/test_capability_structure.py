"""Structure of capabilities: what is wrong is found where it stands, in the document's words, and never raises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from capability_documents import HEAD, Compiled, consumed, exposed

from naftiko_codegen.check.text import clean, hides, quote

DIALECT = exposed(
    "inputParameters:\n- {name: body, in: body, type: object, description: A ship., required: true}",
    "with: {body: rest.body}\noutputParameters:\n- {type: object, mapping: $.}",
    "with: {body: tools.body}\noutputParameters:\n- {type: object, mapping: $.}",
)


def test_departures_of_one_kind_are_one_warning(tmp_path: Path) -> None:
    made = Compiled(tmp_path, DIALECT)
    assert made.codes() == ["N209", "N304", "N211", "N304"]
    assert made.one("N209").partition(" | ")[0] == (
        "warning N209 19:34 a consumed parameter has no `type`, `description`, `required` in the official language: "
        "taken as documentation of the parameter"
    )
    assert "taken as the whole reply (2 places, this is the first)" in made.one("N211")
    assert made.package.title == "Harbour"


def test_departures_are_errors_in_strict_mode(tmp_path: Path) -> None:
    made = Compiled(tmp_path, DIALECT, strict=True)
    assert made.failed
    assert made.one("N209").startswith("error N209 19:34")
    with pytest.raises(AssertionError):
        _ = made.package


def test_everything_wrong_is_reported_at_once(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        "naftiko: 1.0.0-alpha2\n"
        "info: []\n"
        "binds: {a: 1}\n"
        "capability:\n"
        "  consumes: {type: http}\n"
        "  exposes:\n"
        "  - null\n"
        "  - 5\n"
        "  - {type: frob}\n"
        "  - {type: rest, namespace: r, port: x, resources: []}\n"
        "  - {type: mcp, namespace: m, port: 99999, tools: [{name: 5, description: d, call: a.b}]}\n",
    )
    errors = [line for line in made.findings if line.startswith("error")]
    assert errors == [
        "error N202 2:7 `info` must be an object, not a list",
        "error N202 3:8 `binds` of the document must be a list, not an object",
        "error N202 5:13 `consumes` of `capability` must be a list, not an object",
        "error N202 7:5 a server must be an object, not null",
        "error N202 8:5 a server must be an object, not a number",
        "error N205 9:5 a server with `type` `frob`: it must be `rest`, `mcp`, `skill` or `control`",
        "error N202 10:38 `port` of a REST adapter must be an integer, not a text",
        "error N212 11:37 port 99999 is not between 1 and 65535",
        "error N202 11:59 `name` of a tool must be a text, not a number | put it in quotes",
    ]


def test_near_names_are_offered(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path, consumed("descripton: x", api="authentication: {type: barer}")
    )
    assert made.one("N204") == (
        "warning N204 18:9 unknown key `descripton` of a consumed operation is ignored | did you mean `description`?"
    )
    assert made.one("N205") == (
        "error N205 10:28 `type` is `barer`: it must be one of basic, bearer, apikey, digest, oauth2 "
        "| did you mean `bearer`?"
    )


def test_missing_keys(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        HEAD + "  consumes:\n  - {type: http, namespce: port, resources: []}\n",
    )
    assert (
        "error N203 7:5 a consumed API needs `namespace` | `namespce` looks like it"
        in made.findings
    )
    assert "error N203 7:5 a consumed API needs `baseUri`" in made.findings


def test_no_capability(tmp_path: Path) -> None:
    made = Compiled(tmp_path, "naftiko: 1.0.0-alpha2\ncapabilty: {consumes: []}\n")
    assert made.findings == [
        "error N200 1:1 no capability: the document has neither `capability` nor `consumes`, but `naftiko`, "
        "`capabilty` | `capabilty` is no key of the language"
    ]


def test_a_capability_that_consumes_nothing(tmp_path: Path) -> None:
    made = Compiled(tmp_path, HEAD + "  consumes: []\n  exposes: []\n")
    assert made.codes() == ["N200"]


@pytest.mark.parametrize(
    ("version", "finding"),
    [
        (
            "naftiko: '9.9'",
            "warning N201 1:10 unknown version `9.9` of the language: read as 1.0.0-alpha2",
        ),
        ("naftiko: 1.0.0-alpa3", "| did you mean `1.0.0-alpha3`?"),
        (
            "naftiko: {a: 1}",
            "error N201 1:10 the version of the language is an object, not a text",
        ),
        (
            "naftiko: '0.5'\nikanos: '0.5'",
            "error N201 2:9 both `naftiko` and `ikanos` name a version",
        ),
        ("naftiko: 0.4", ""),
        ("ikanos: 1.0.0-beta4", ""),
    ],
)
def test_versions(tmp_path: Path, version: str, finding: str) -> None:
    made = Compiled(tmp_path, consumed().replace("naftiko: 1.0.0-alpha2", version))
    assert [line for line in made.findings if " N201 " in line] == (
        [line for line in made.findings if finding in line] if finding else []
    )


def test_newer_keyed_collections_and_renamed_keys(tmp_path: Path) -> None:
    text = """\
ikanos: 1.0.0-beta4
info: {display: Harbour, description: d, version: "1.2"}
capability:
  consumes:
  - type: http
    namespace: port
    baseUri: https://port.example.test
    resources:
      ships:
        path: /ships/{{imo}}
        operations:
          get-ship:
            method: GET
            inputParameters: {imo: {in: path}}
  exposes:
  - type: mcp
    namespace: m
    transport: stdio
    tools:
      get-ship: {display: A ship, description: d, call: port.get-ship}
"""
    made = Compiled(tmp_path, text)
    assert (made.package.title, made.package.version) == ("Harbour", "1.2")
    assert made.operation.name == "get-ship"
    assert made.package.mcp is not None
    (tool,) = made.package.mcp.tools
    assert (tool.name, tool.title, tool.arguments[0].target) == (
        "get-ship",
        "A ship",
        "imo",
    )
    assert made.package.mcp.transport == "stdio"


def test_a_key_and_a_different_name(tmp_path: Path) -> None:
    resources = "{ships: {name: boats, path: /, operations: []}}"
    api = f"{{type: http, namespace: port, baseUri: 'https://a.test', resources: {resources}}}"
    made = Compiled(tmp_path, HEAD + f"  consumes:\n  - {api}\n")
    assert "`name` `boats` differs from the key `ships` it stands under" in made.one(
        "N208"
    )


def test_version_0_4(tmp_path: Path) -> None:
    text = exposed().replace("type: rest", "type: api").replace("1.0.0-alpha2", "'0.4'")
    text = text.replace(
        "binds:\n- {namespace: env, keys: {HARBOUR_KEY: HARBOUR_KEY, HARBOUR_USER: HARBOUR_USER}}",
        "externalRefs:\n- {name: env, type: variables, resolution: runtime, keys: {HARBOUR_KEY: HARBOUR_KEY}}",
    ).replace(
        "    resources:\n",
        "    authentication: {type: bearer, token: '{{HARBOUR_KEY}}'}\n    resources:\n",
        1,
    )
    made = Compiled(tmp_path, text)
    assert made.package.rest is not None
    assert made.package.service.credentials[0].variables == ("HARBOUR_KEY",)
    assert [line.split(" ", 3)[3] for line in made.findings if " N220 " in line] == [
        "`externalRefs` are language version 0.5: taken as `binds`",
        "`type: api` is language version 0.4: taken as `rest`",
    ]


@pytest.mark.parametrize("hint", ["ttlMs: -1", "ttlMs: soon", "cacheScope: all"])
def test_cache_hints_that_mean_nothing(tmp_path: Path, hint: str) -> None:
    text = exposed() + f"  - {{type: mcp, namespace: m, port: 9, {hint}, tools: []}}\n"
    assert Compiled(tmp_path, text).failed


def test_names(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path,
        exposed(tool="hints: {readOnly: false}").replace(
            "- name: do-it\n      desc", "- name: do it!\n      desc"
        ),
    )
    assert made.one("N206").startswith(
        "error N206 34:13 `do it!` cannot be the name of a tool | MCP allows"
    )
    made = Compiled(tmp_path, consumed().replace("do-it", '"do-it\\n"'))
    assert (
        "operation name `do-it\\u{a}` holds characters that no name may have"
        in made.one("N206")
    )
    made = Compiled(tmp_path, consumed().replace("do-it", "do.it"))
    assert "names other than letters, digits and `-`: `do.it`" in made.one("N207")
    assert made.operation.name == "do.it"


def test_names_that_are_there_twice(tmp_path: Path) -> None:
    twice = "  - {name: Do-It, description: d, call: port.do-it}\n"
    made = Compiled(tmp_path, exposed() + indent4(twice))
    assert "tool name `do-it` is there twice" in made.one("N208")
    made = Compiled(tmp_path, consumed() + "      - {name: do-it, method: GET}\n")
    assert "error N208 19:16 operation name `do-it` is there twice" in made.one("N208")
    made = Compiled(
        tmp_path,
        consumed("inputParameters: [{name: a, in: query}, {name: a, in: query}]"),
    )
    assert "parameter `query a` is there twice" in made.one("N208")
    route = "    - {path: '/ships', name: again, operations: [{method: POST, call: port.do-it}]}\n"
    made = Compiled(
        tmp_path, exposed().replace("  - type: mcp", f"{route}  - type: mcp")
    )
    assert "route `POST /ships` is there twice" in made.one("N208")


def indent4(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def test_hidden_text_is_removed_with_a_warning(tmp_path: Path) -> None:
    made = Compiled(
        tmp_path, exposed().replace("Does it", '"Does it.\\u200b\\U000E0041\\x1b[2J"')
    )
    assert made.one("N218").startswith(
        "warning N218 35:20 invisible characters in `description` are removed"
    )
    assert made.package.mcp is not None
    assert made.package.mcp.tools[0].description == "Does it.[2J"


def test_clean_and_quote() -> None:
    assert clean("a\r\nb\u2028c\x00\ud800\u202ed\te") == "a\nb\ncd\te"
    assert hides("a\u200bb") and not hides("a\r\nb") and not hides("naïve")
    assert quote("a\x1b\u202e") == "`a\\u{1b}\\u{202e}`"
    assert quote("x" * 99) == f"`{'x' * 60}…`"
    assert quote({"a": 1}) == "`an object`"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        5,
        -1.5,
        "",
        "{{",
        "$",
        [],
        {},
        [None],
        [[]],
        {"": ""},
        {"name": 5},
        "x" * 300,
    ],
)
def test_any_value_anywhere_gives_findings_or_a_package(
    tmp_path: Path, value: Any
) -> None:
    from naftiko_codegen.diagnostics import Diagnostics, Span
    from naftiko_codegen.ir.lower_capability import capability_package
    from naftiko_codegen.read import load
    from naftiko_codegen.read.document import Document

    path = tmp_path / "a.yaml"
    path.write_text(DIALECT, encoding="utf-8")
    root = (
        load([path], root=tmp_path, overlays=[], diagnostics=Diagnostics())
        .documents[0]
        .root
    )
    text = json.dumps(root)
    for pointer in list(pointers(root)):
        changed = json.loads(text)
        holder = changed
        for step in pointer[:-1]:
            holder = holder[step]
        holder[pointer[-1]] = value
        diagnostics = Diagnostics()
        document = Document(
            path,
            "a.yaml",
            "a",
            "capability",
            changed,
            "",
            lambda _: Span("a.yaml", 1, 1),
        )
        package = capability_package(document, diagnostics)
        assert (package is None) == diagnostics.failed, pointer


def pointers(value: Any, above: tuple[Any, ...] = ()) -> Any:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in items:
        yield (*above, key)
        yield from pointers(item, (*above, key))
