"""Imports and libraries: what another file describes is here as if it stood here, and findings point there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from naftiko_codegen import modelling, pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.package import Package
from naftiko_codegen.options import Options

LIBRARY = """\
naftiko: 1.0.0-alpha2
binds:
- {namespace: env, keys: {PORT_TOKEN: PORT_TOKEN_OF_THE_LIBRARY}}
consumes:
- type: http
  namespace: port
  baseUri: https://port.example.test/v1
  authentication: {type: bearer, token: '{{PORT_TOKEN}}'}
  resources:
  - name: ships
    path: /ships
    operations:
    - {name: list, method: GET}
"""


def capability(*imports: str) -> str:
    lines = "".join(f"  - {line}\n" for line in imports)
    return (
        "naftiko: 1.0.0-alpha2\ninfo: {label: Harbour, description: x}\n"
        f"capability:\n  consumes:\n{lines}"
    )


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(path.name + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def compiled(folder: Path) -> tuple[list[Package], list[str]]:
    diagnostics = Diagnostics()
    options = Options(paths=(folder / "main.yaml",))
    sources = pipeline.read(options, diagnostics)
    packages = modelling.lower(sources, options, 1, diagnostics)
    findings = [
        f"{Path(d.span.file).name}:{d.span.line} {d.severity.word} {d.code} {d.message}"
        + (f" | {d.hint}" if d.hint else "")
        for d in diagnostics
    ]
    return packages, findings


@pytest.mark.parametrize(
    "location",
    ["./shared/lib.yaml", "shared/lib.yaml", "file:///./shared/lib.yaml",
     "file://./shared/lib.yaml", "file:./shared/lib.yaml"],
)  # fmt: skip
def test_a_library_is_found_below_the_root(tmp_path: Path, location: str) -> None:
    write(
        tmp_path,
        main=capability(f"{{location: '{location}', import: port, as: quay}}"),
        shared__lib=LIBRARY,
    )
    (package,), findings = compiled(tmp_path)
    assert not [line for line in findings if " error " in line]
    (operation,) = package.service.operations
    assert (operation.name, operation.path) == ("list", "/ships")
    assert package.service.base_url == "https://port.example.test/v1"
    (credential,) = package.service.credentials
    assert credential.variables == ("PORT_TOKEN_OF_THE_LIBRARY",)
    ((source, _),) = package.imported
    assert source == "shared/lib"


def test_an_absolute_path_and_uri_are_taken_inside_the_root_only(
    tmp_path: Path,
) -> None:
    inside, outside = tmp_path / "specs", tmp_path / "secret.yaml"
    outside.write_text(LIBRARY)
    write(inside, lib=LIBRARY)
    for location in (f"file://{inside}/lib.yaml", f"{inside}/lib.yaml"):
        write(inside, main=capability(f"{{location: '{location}', import: port}}"))
        packages, _ = compiled(inside)
        assert packages[0].service.operations
    for location in (f"file://{outside}", str(outside), "../secret.yaml"):
        write(inside, main=capability(f"{{location: '{location}', import: port}}"))
        _, findings = compiled(inside)
        assert any(" error N130 " in line for line in findings), findings


def test_the_other_file_is_an_input_of_the_package(tmp_path: Path) -> None:
    write(
        tmp_path, main=capability("{location: ./lib.yaml, import: port}"), lib=LIBRARY
    )
    digests = []
    for text in (LIBRARY, LIBRARY.replace("/ships", "/boats")):
        write(tmp_path, lib=text)
        diagnostics = Diagnostics()
        options = Options(paths=(tmp_path / "main.yaml",), targets=("client",))
        sources, made = pipeline.compile_all(options, diagnostics, lambda _: None)
        assert made is not None
        manifest = next(f for f in made.files if f.path.endswith("_generated.json"))
        inputs = json.loads(manifest.content)["inputs"]
        assert [item["source"] for item in inputs] == ["main", "lib"]
        assert {Path(name).name for name, _ in sources.files} == {
            "main.yaml",
            "lib.yaml",
        }
        digests.append([item["digest"] for item in inputs])
    assert digests[0][0] != digests[1][0] and digests[0][1] != digests[1][1]


def test_findings_point_into_the_imported_file(tmp_path: Path) -> None:
    wrong = LIBRARY.replace("method: GET", "method: FETCH")
    write(tmp_path, main=capability("{location: ./lib.yaml, import: port}"), lib=wrong)
    _, findings = compiled(tmp_path)
    assert any(line.startswith("lib.yaml:13 error N205") for line in findings), findings


def test_imports_in_a_circle_are_reported_with_the_chain(tmp_path: Path) -> None:
    other = capability("{location: ./{}.yaml, import: port}")
    write(tmp_path, main=other.replace("{}", "b"), b=other.replace("{}", "c"),
          c=other.replace("{}", "b"))  # fmt: skip
    _, findings = compiled(tmp_path)
    (found,) = [line for line in findings if " N316 " in line]
    assert found.startswith("c.yaml:5 error")
    assert found.count("→") == 3 and found.endswith("b.yaml")


@pytest.mark.parametrize(
    ("entry", "code", "words"),
    [
        ("{location: ./lib.yaml, import: prot}", "N317", "did you mean `port`?"),
        ("{location: ./lib.yaml, import: x}", "N317", "it has `port`"),
        ("{location: ./main.yaml, import: x}", "N316", "main.yaml → "),
        ("{location: ./none.yaml, import: port}", "N131", "names no file"),
        ("{location: 'https://x.test/lib.yaml', import: port}", "N132", "is remote"),
        ("{import: port}", "N203", "an import needs `location`"),
        ("{location: ./lib.yaml}", "N203", "an import needs `import`"),
    ],
)
def test_an_import_that_leads_nowhere_says_why(
    tmp_path: Path, entry: str, code: str, words: str
) -> None:
    write(tmp_path, main=capability(entry), lib=LIBRARY)
    _, findings = compiled(tmp_path)
    (found,) = [line for line in findings if " error " in line]
    assert found.startswith("main.yaml:5 ") and f" {code} " in found and words in found


def test_two_imports_of_one_name_clash(tmp_path: Path) -> None:
    one = "{location: ./lib.yaml, import: port}"
    write(tmp_path, main=capability(one, one), lib=LIBRARY)
    _, findings = compiled(tmp_path)
    assert any("N208 namespace `port` is there twice" in line for line in findings)
    write(tmp_path, main=capability(one, one.replace("}", ", as: quay}")))
    (package,), _ = compiled(tmp_path)
    assert [o.name for o in package.service.operations] == ["port.list", "quay.list"]


def test_a_library_alone_is_a_client(tmp_path: Path) -> None:
    write(tmp_path, main=LIBRARY)
    (package,), _ = compiled(tmp_path)
    assert package.rest is None and package.mcp is None
    assert [o.name for o in package.service.operations] == ["list"]


FUNCTIONS = """\
ikanos: 1.0.0-alpha3
binds:
- {namespace: env, keys: {DESK_KEY: DESK_KEY_OF_THE_LIBRARY}}
aggregates:
- display: Fleet
  namespace: fleet
  flows:
    count: {description: Counts., inputParameters: {what: {type: string, description: What.},
            words: {type: string, description: Words.}},
            call: port.list, with: {kind: "fleet.what", text: "{{fleet.words}}"}}
exposes:
- type: rest
  port: 8081
  namespace: desk
  authentication: {type: bearer, token: '{{DESK_KEY}}'}
  resources: {ships: {path: /ships, operations: {list: {method: GET, call: port.list,
    inputParameters: {kind: {in: query, type: string, description: What.}}, with: {kind: desk.kind}}}}}
"""
PORT = """\
  - {type: http, namespace: port, baseUri: https://port.example.test/v1, resources: [{name: ships, path: /ships,
     operations: [{name: list, method: GET, inputParameters: [{name: kind, in: query}, {name: text, in: query}]}]}]}
"""


@pytest.mark.parametrize("name", ["", ", as: navy"])
def test_functions_and_servers_of_another_file(tmp_path: Path, name: str) -> None:
    local = name.removeprefix(", as: ") or "fleet"
    tool = f"{{name: count, description: Counts., ref: {local}.count}}"
    write(
        tmp_path,
        main="ikanos: 1.0.0-alpha3\ninfo: {display: Harbour, description: x}\n"
        f"capability:\n  consumes:\n{PORT}  aggregates:\n"
        f"  - {{from: ./lib.yaml, import: fleet{name}}}\n  exposes:\n"
        "  - {from: ./lib.yaml, import: desk, as: counter}\n"
        f"  - {{type: mcp, port: 8082, namespace: tools, tools: [{tool}]}}\n",
        lib=FUNCTIONS,
    )
    (package,), findings = compiled(tmp_path)
    assert not [line for line in findings if " error " in line], findings
    assert package.mcp and package.rest and package.rest.callers
    (tool_made,) = package.mcp.tools
    arguments = [(a.name, a.target) for a in tool_made.arguments]
    assert arguments == [("what", "kind"), ("words", "text")]
    (route,) = package.rest.routes
    assert (package.rest.name, route.arguments[0].target) == ("counter", "kind")
    (credential,) = package.rest.callers.credentials
    assert credential.variables == ("DESK_KEY_OF_THE_LIBRARY",)


@pytest.mark.parametrize("part", ["aggregates", "exposes"])
def test_a_document_for_others_to_import_has_no_package(
    tmp_path: Path, part: str
) -> None:
    before, _, after = FUNCTIONS.partition("aggregates:")
    aggregates, _, exposes = after.partition("exposes:")
    held = aggregates if part == "aggregates" else exposes
    write(tmp_path, main=f"{before}{part}:{held}")
    packages, findings = compiled(tmp_path)
    assert not packages
    assert findings == [
        "main.yaml:1 note N271 nothing is generated from this document alone: it holds what others import"
    ]


def test_a_capability_of_functions_alone_has_no_package(tmp_path: Path) -> None:
    text = (
        "naftiko: 1.0.0-alpha2\ninfo: {label: A, description: A.}\ncapability:\n"
        "  aggregates:\n  - label: Fleet\n    namespace: fleet\n    functions:\n"
        "    - {name: one, description: One., outputParameters: [{name: a, type: string, value: b}]}\n"
    )
    write(tmp_path, main=text)
    packages, findings = compiled(tmp_path)
    assert (len(packages), [line.split()[1:3] for line in findings]) == (
        0,
        [["note", "N271"]],
    )


def test_functions_that_nothing_refers_to_are_named(tmp_path: Path) -> None:
    functions = FUNCTIONS.partition("aggregates:")[2].partition("exposes:")[0]
    text = f"ikanos: 1.0.0-alpha3\nconsumes:\n{PORT}aggregates:{functions}"
    write(tmp_path, main=text.replace("\n  - {type: http", "\n- {type: http"))
    (package,), findings = compiled(tmp_path)
    assert package.service.operations
    assert [line for line in findings if "N271" in line] == [
        "main.yaml:9 note N271 no route and no tool refers to `fleet.count`: nothing is generated from that "
        "| refer to a function with `ref`"
    ]


def test_servers_beside_a_capability_belong_below_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        main=capability("{location: ./lib.yaml, import: port}") + "exposes: []\n",
        lib=LIBRARY,
    )
    _, findings = compiled(tmp_path)
    assert [line for line in findings if "N200" in line] == [
        "main.yaml:6 error N200 `exposes` beside `capability`: it belongs below it | move it there"
    ]
