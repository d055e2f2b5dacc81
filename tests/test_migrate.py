"""Every version of a capability becomes every other one: the same files, with the comments that were there."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from test_capability_versions import (
    FLOW_LISTS,
    FLOW_MAPS,
    VERSIONS,
    _flow,
    build,
)

from naftiko_codegen import pipeline
from naftiko_codegen.check.capability_shapes import VERSIONS as ALL
from naftiko_codegen.cli import main
from naftiko_codegen.commands.migrate import migrated
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options
from naftiko_codegen.read.sources import load

COMMENTED = """\
# Ships.
naftiko: 1.0.0-alpha2 # the version
info:
  label: "Ships" # shown
  description: |
    Finds # not a comment
    one.

binds:
  - namespace: env # from outside
    keys: {TOKEN: TOKEN}
capability:
  consumes:
    # the registry
    - type: http
      namespace: registry
      baseUri: https://ships.example.com/v2
      resources:
        # all ships
        - name: ships # by number
          path: /ships/{{imo}}
          operations:
            - name: get-ship # one
              # the method
              method: GET
              inputParameters:
                - {name: imo, in: path}
                # with a comment alone
                - name: port # a port
                  in: query
  exposes:
    - type: mcp
      port: 9090
      namespace: ship-mcp
      tools:
        - name: find
          description: Find.
          inputParameters: &inputs
            - {name: imo, type: string, description: The number.}
          call: registry.get-ship
          with: {imo: ship-mcp.imo}
        - name: seek
          description: Seek.
          inputParameters: *inputs
          call: registry.get-ship
# the end
"""
SHARED = {
    **{version: text for version, text in VERSIONS.items() if "with" not in version},
    "functions": _flow(FLOW_LISTS, "1.0.0-alpha2"),
    "functions as const": _flow(FLOW_LISTS, "1.0.0-alpha1", "const"),
    "flows": _flow(FLOW_MAPS, "1.0.0-beta5"),
    "comments": COMMENTED,
}


def rewritten(folder: Path, text: str, target: str) -> tuple[str, list[str]]:
    """``text`` in version ``target``, and the codes found on the way."""
    folder.mkdir(exist_ok=True)
    path = folder / "ships.yaml"
    path.write_text(text)
    diagnostics = Diagnostics()
    sources = load([path], diagnostics=diagnostics)
    assert sources.documents, [it.message for it in diagnostics]
    made = migrated(sources.documents[0], text, target, diagnostics)
    return made, [it.code for it in diagnostics]


@pytest.mark.parametrize("name", SHARED)
def test_the_same_files_in_every_version(name: str, tmp_path: Path) -> None:
    wanted, _ = build(tmp_path / "as it is", SHARED[name])
    for target in ALL:
        text, codes = rewritten(tmp_path / "from", SHARED[name], target)
        assert "N703" not in codes
        assert build(tmp_path / target, text)[0] == wanted


@pytest.mark.parametrize(("source", "target"), list(permutations(ALL, 2)))
def test_there_and_further_on(source: str, target: str, tmp_path: Path) -> None:
    for name in ("comments", "functions"):
        direct, _ = rewritten(tmp_path / "a", SHARED[name], target)
        between, _ = rewritten(tmp_path / "b", SHARED[name], source)
        again, _ = rewritten(tmp_path / "c", between, target)
        assert load_of(tmp_path / "d", again) == load_of(tmp_path / "e", direct)


def load_of(folder: Path, text: str) -> object:
    folder.mkdir(exist_ok=True)
    (folder / "one.yaml").write_text(text)
    return load([folder / "one.yaml"], diagnostics=Diagnostics()).documents[0].root


@pytest.mark.parametrize("target", ALL)
def test_comments_stay(target: str, tmp_path: Path) -> None:
    text, _ = rewritten(tmp_path, COMMENTED, target)
    comments = [line.partition("# ")[2] for line in COMMENTED.splitlines()]
    assert [c for c in comments if c and f"# {c}" not in text] == []
    assert "    one.\n\n" in text


CASES = Path(__file__).parent / "cases"
OWN = [
    path
    for path in sorted(CASES.glob("*/*/spec.yaml"))
    if "openapi" not in path.read_text()[:400] and path.parents[1].name != "findings"
]
"""Our golden capabilities."""


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.parent.name)
def test_golden_capabilities_survive_both_ways(path: Path, tmp_path: Path) -> None:
    root = copytree(path.parent, tmp_path / "case", ignore=ignore_patterns("expect"))
    spec = Path(root) / "spec.yaml"
    before = compiled(spec)
    assert before
    for target in ("0.4", "1.0.0-beta5", "1.0.0-alpha1", "1.0.0-alpha3"):
        spec.write_text(rewritten_file(spec, target))
        assert compiled(spec) == before, target


def rewritten_file(path: Path, target: str) -> str:
    sources = load([path], diagnostics=Diagnostics())
    return migrated(sources.documents[0], path.read_text(), target, Diagnostics())


def compiled(path: Path) -> dict[str, bytes]:
    options = Options(paths=(path,), gateway=False, scripts=True, jobs=1)
    _, made = pipeline.compile_all(options, Diagnostics(), lambda _: None)
    files = made.files if made else ()
    return {f.path: f.content for f in files if "_generated.json" not in f.path}


def test_what_a_version_lacks_is_said(tmp_path: Path) -> None:
    _, codes = rewritten(tmp_path, SHARED["functions"], "0.5")
    assert codes == ["N701"] * 3


def test_entries_without_names_stay_a_list(tmp_path: Path) -> None:
    text = COMMENTED.replace("name: port # a port", "required: false")
    made, codes = rewritten(tmp_path, text, "1.0.0-beta5")
    assert codes == ["N702"]
    assert "inputParameters:\n                - {name: imo, in: path}" in made


def test_json_stays_json(tmp_path: Path) -> None:
    root = load_of(tmp_path / "one", COMMENTED)
    made, codes = rewritten(tmp_path / "two", json.dumps(root), "1.0.0-beta5")
    assert codes == []
    assert json.loads(made)["ikanos"] == "1.0.0-beta5"


def test_merged_keys_mean_the_same(tmp_path: Path) -> None:
    base = "x-shared: &shared {method: GET}\n"
    text = base + COMMENTED.replace("method: GET", "<<: *shared")
    made, codes = rewritten(tmp_path / "one", text, "1.0.0-alpha3")
    assert codes == []
    assert build(tmp_path / "two", made)[0] == build(tmp_path / "three", text)[0]


def test_what_another_reader_takes_otherwise_is_written_anew(tmp_path: Path) -> None:
    text = COMMENTED.replace("description: Seek.", "description: !!str 12")
    text = "%YAML 1.1\n---\n" + text.replace("description: Find.", "description: yes")
    made, codes = rewritten(tmp_path, text, "1.0.0-alpha3")
    assert codes == ["N703"]
    assert "description: 'yes'" in made
    made, _ = rewritten(tmp_path, text.replace("!!str 12", "'1e3'"), "1.0.0-alpha3")
    root = load_of(tmp_path, made)
    assert isinstance(root, dict)
    tools = root["capability"]["exposes"][0]["tools"]
    assert tools["seek"]["description"] == "1e3"


def test_large_files_are_written_anew(tmp_path: Path) -> None:
    description = "One. " * 250_000
    text = COMMENTED.replace("Seek.", description)
    made, codes = rewritten(tmp_path / "one", text, "1.0.0-alpha3")
    assert codes == ["N703"]
    assert "# the end" not in made
    assert "ikanos: 1.0.0-alpha3" in made


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["migrate", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_the_command_writes_where_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, other = tmp_path / "ships.yaml", tmp_path / "other.yaml"
    path.write_text(COMMENTED)
    path.chmod(0o640)
    assert run(path) == 0
    printed = capsys.readouterr().out
    assert "ikanos: 1.0.0-beta5" in printed
    assert run(path, "-o", other) == 0
    assert other.read_text() == printed
    assert path.read_text() == COMMENTED
    assert run(path, "-o", other) == 2
    assert run(path, "-o", path) == 2
    assert run(path, "-o", tmp_path / "none" / "x.yaml") == 2
    assert run(path, "--in-place", "-o", other) == 2
    assert run(path, "--to", "2.0") == 2
    assert run(tmp_path / "none.yaml") == 2
    assert run(path, "--in-place") == 0
    assert path.read_text() == printed
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(it.name for it in tmp_path.iterdir()) == ["other.yaml", "ships.yaml"]


def test_strict_writes_nothing_that_is_not_expressed(tmp_path: Path) -> None:
    path = tmp_path / "ships.yaml"
    path.write_text(SHARED["functions"])
    assert run(path, "--to", "0.5", "--strict", "--in-place") == 1
    assert path.read_text() == SHARED["functions"]


@pytest.mark.parametrize("text", ["a: [", "openapi: 3.1.0\ninfo: {}\n", "naftiko: 9\n"])
def test_what_is_no_capability_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ships.yaml"
    path.write_text(text)
    assert run(path, "--in-place", "--strict") == 1
    assert path.read_text() == text
