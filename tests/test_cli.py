"""The commands: exit codes, what they print, and that they say the same wherever and however they are run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.cli import main

API = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: "https://pets.example/v1"}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      tags: [pets]
      parameters:
      - {name: id, in: path, required: true, schema: {type: integer}}
      responses:
        "200":
          description: One pet.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}, age: {type: integer}}}
"""


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    folder = tmp_path / "specs"
    folder.mkdir()
    (folder / "pets.yaml").write_text(API)
    (folder / "toys.yaml").write_text(
        API.replace("Pets", "Toys")
        .replace("getPet", "getToy")
        .replace("/pets/", "/toys/")
    )
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".naftiko-codegen" not in path.parts
    }


def test_build_then_nothing_to_do(run: Run, specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = run("build", specs, "-o", out, "--target", "client")
    assert (first.code, first.err) == (0, "")
    assert first.out.splitlines()[-1].startswith("2 packages, ")
    assert " 0 unchanged; 2 of 2 operations" in first.out
    before = tree(out)
    assert {
        "pets/__init__.py",
        "pets/_generated.json",
        "toys/py.typed",
    } <= before.keys()
    second = run("build", specs, "-o", out, "--target", "client")
    assert second.code == 0 and ": 0 written, " in second.out
    assert tree(out) == before
    assert (out / ".naftiko-codegen/.gitignore").read_text() == "*\n"


def test_an_unchanged_build_reads_the_documents_only(
    run: Run, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("build", specs, "-o", tmp_path / "out", "--target", "client")
    (specs / "skipped.yaml").write_text("a: 1\n")
    first = run(*arguments, "-v")
    monkeypatch.setattr(pipeline, "compile_all", None)
    second = run(*arguments, "-v")
    assert second.code == 0
    assert second.out.splitlines()[:-1] == first.out.splitlines()[:-1] != []


@pytest.mark.parametrize(
    "what", ["spec", "new spec", "output", "state", "options", "orphan"]
)
def test_whatever_changes_is_noticed(
    run: Run, specs: Path, tmp_path: Path, what: str
) -> None:
    out = tmp_path / "out"
    arguments = ["build", specs, "-o", out, "--target", "client"]
    run(*arguments)
    before = tree(out)
    if what == "spec":
        (specs / "pets.yaml").write_text(API.replace("age", "weight"))
    elif what == "new spec":
        (specs / "more.yaml").write_text(API.replace("Pets", "More"))
    elif what == "output":
        (out / "pets/py.typed").unlink()
    elif what == "state":
        (out / ".naftiko-codegen/state.json").write_text("[]")
    elif what == "options":
        arguments[-1] = "mcp"
    else:
        (specs / "toys.yaml").unlink()
    assert run(*arguments).code == 0
    changed = what not in ("output", "state")
    assert (tree(out) != before) == changed
    assert run(*arguments, "--check").code == 0


def test_check_writes_nothing_and_says_what_differs(
    run: Run, specs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    arguments = ("build", specs, "-o", out, "--target", "client", "--check")
    missing = run(*arguments)
    assert missing.code == 3 and f"{out}/pets/__init__.py: missing" in missing.out
    assert not out.exists()
    run(*arguments[:-1])
    assert run(*arguments).code == 0
    (out / "pets/__init__.py").write_text("by hand\n")
    (out / "toys/py.typed").unlink()
    (specs / "pets.yaml").write_text(API.replace("age", "weight"))
    (out / "toys/models.py").rename(out / "toys/models2.py")
    before = tree(out)
    found = run(*arguments)
    assert found.code == 3
    assert f"{out}/pets/__init__.py: edited by hand\n  --- " in found.out
    assert f"{out}/pets/models.py: outdated\n" in found.out
    assert f"{out}/toys/py.typed: missing\n" in found.out
    assert tree(out) == before
    as_json = json.loads(run(*arguments, "--format", "json").out)
    assert {"path": "toys/py.typed", "state": "missing"} in as_json["summary"]["drift"]
    in_ci = run(*arguments, "--format", "github").out
    assert f"::error file={out}/toys/py.typed,title=N609::missing: " in in_ci
    sarif = json.loads(run(*arguments, "--format", "sarif").out)
    assert {it["ruleId"] for it in sarif["runs"][0]["results"]} == {"N609"}
    (specs / "toys.yaml").unlink()
    assert f"{out}/toys/__init__.py: orphaned" in run(*arguments).out


def test_edited_files_stop_a_build(run: Run, specs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ("build", specs, "-o", out, "--target", "client")
    run(*arguments)
    (out / "pets/__init__.py").write_text("by hand\n")
    stopped = run(*arguments)
    assert stopped.code == 1
    assert f"{out}/pets/__init__.py: error[N601]" in stopped.out
    assert stopped.out.splitlines()[-1].startswith("nothing written: 1 error")
    replaced = run(*arguments, "--overwrite-edited", "-v")
    assert replaced.code == 0 and "note[N601]" in replaced.out
    assert (out / "pets/__init__.py").read_text() != "by hand\n"
    assert "N601" not in run(*arguments, "-v").out


def test_findings_stop_a_build_before_anything_is_written(
    run: Run, specs: Path, tmp_path: Path
) -> None:
    (specs / "bad.yaml").write_text("openapi: 3.1.0\na: b: c\n")
    ran = run("build", specs, "-o", tmp_path / "out")
    assert ran.code == 1 and "bad.yaml:2:" in ran.out
    assert not (tmp_path / "out").exists()


def test_single_files_leave_other_packages(
    run: Run, specs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run("build", specs, "-o", out, "--target", "client")
    before = tree(out)
    run("build", specs / "pets.yaml", "-o", out, "--target", "client")
    assert tree(out) == before


def test_files_of_one_name_in_two_folders(
    run: Run, specs: Path, tmp_path: Path
) -> None:
    named = []
    for folder in ("one", "other"):
        named.append(tmp_path / folder / "openapi.yaml")
        named[-1].parent.mkdir()
        named[-1].write_text(API)
    out = tmp_path / "out"
    ran = run("build", *named, "-o", out, "--target", "client")
    assert ran.code == 0, ran.out
    made = {
        name: (out / name / "_generated.json").read_text()
        for name in os.listdir(out)
        if name[0] != "."
    }
    assert len(made) == 2
    for folder in ("one", "other"):
        assert (
            sum(f'"source": "{folder}/openapi"' in text for text in made.values()) == 1
        )


def test_a_searched_folder_may_hold_the_output(
    run: Run, specs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(specs)
    assert run("build", ".", "-o", "generated").code == 0
    again = run("build", ".", "-o", "generated")
    assert (
        again.code == 0
        and again.out.startswith("2 packages, ")
        and ": 0 written" in again.out
    )
    assert run("build", ".", "-o", ".").code == 0
    assert {"pets", "toys", "generated", "pets.yaml"} <= set(os.listdir(specs))


def test_a_clash_in_the_gateway_is_an_error_unless_there_is_no_gateway(
    run: Run, specs: Path, tmp_path: Path
) -> None:
    (specs / "toys.yaml").write_text(API.replace("Pets", "Toys"))
    ran = run("build", specs, "-o", tmp_path / "out")
    assert ran.code == 1 and "error[N521]" in ran.out and "error[N522]" in ran.out
    assert run("validate", specs).code == 1
    assert run("validate", specs, "--no-gateway").code == 0
    assert run("build", specs, "-o", tmp_path / "out", "--no-gateway").code == 0
    (specs / "naftiko-codegen.yaml").write_text("gateway: false\n")
    assert run("build", specs, "-o", tmp_path / "out", "--check").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build"], "name the files or folders"),
        (["build", "none.yaml", "-o", "x"], "no such file or folder: none.yaml"),
        (["build", "."], "name the folder to write"),
        (["build", ".", "-o", "x", "--target", "soap"], "'soap' is not one of"),
        (["build", ".", "-o", "x", "--templates", "no"], "no such folder: no"),
        (["build", ".", "-o", "x", "--allow-root", "no"], "no such folder: no"),
        (["build", ".", "-o", "x", "--config", "no"], "no such file: no"),
        (["biuld"], "No such command 'biuld'"),
        (["trace", "x.yaml"], "Missing argument"),
        (["validate", "a\nb\x1b[2J"], "no such file or folder: a b[2J"),
    ],
)
def test_wrong_usage(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments)
    assert ran.code == 2 and words in ran.err and "\x1b" not in ran.err


def test_mistakes_in_the_configuration_are_wrong_usage(run: Run, specs: Path) -> None:
    (specs / "naftiko-codegen.yaml").write_text("pahts: [a]\n")
    ran = run("build", specs, "-o", specs / "out")
    assert (
        ran.code == 2
        and "naftiko-codegen.yaml:1:1: error[N002]: unknown key: pahts" in ran.out
    )


def test_configuration_replaces_the_command_line(
    run: Run, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.naftiko-codegen]\npaths = ["specs", {path = "specs/toys.yaml", package = "playthings"}]\n'
        'output = "made"\ntargets = ["client"]\n'
    )
    monkeypatch.chdir(specs)
    assert run("build").code == 0
    assert {"pets", "playthings"} <= set(os.listdir(tmp_path / "made"))
    assert run("build", "--check").code == 0


def test_a_package_that_the_configuration_renames_is_moved(
    run: Run, specs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = (
        "paths: [{path: toys.yaml, package: NAME}]\noutput: out\ntargets: [client]\n"
    )
    monkeypatch.chdir(specs)
    for name in ("playthings", "games"):
        (specs / "naftiko-codegen.yaml").write_text(words.replace("NAME", name))
        assert run("build").code == 0
    assert (specs / "out/games").exists() and not (specs / "out/playthings").exists()


def test_validate_shows_lines_and_hints(run: Run, specs: Path) -> None:
    fine = run("validate", specs)
    assert (fine.code, fine.out) == (0, "2 documents: no findings\n")
    (specs / "pets.yaml").write_text(
        API.replace('info: {title: Pets, version: "1"}', "info: {title: Pets}")
    )
    found = run("validate", specs)
    assert "pets.yaml:2:7: warning[N490]: openapi-spec-validator: " in found.out
    assert "is a required property" in found.out
    assert "→ 2 | info: {title: Pets}\n" in found.out
    assert run("validate", specs, "--strict").code == 1
    sarif = json.loads(run("validate", specs, "--format", "sarif").out)
    assert "N490" in {it["ruleId"] for it in sarif["runs"][0]["results"]}
    assert "::warning file=" in run("validate", specs, "--format", "github").out
    assert run("validate", specs, "-q").out == ""


def test_trace_follows_an_operation(run: Run, specs: Path) -> None:
    ran = run("trace", specs / "pets.yaml", "getPet")
    assert ran.code == 0
    assert (
        f"== source: operation getPet, route getPet, tool getPet  {specs}/pets.yaml:6:5"
        in ran.out
    )
    assert "== parsed: OperationView" in ran.out
    assert '== intermediate model\nOperation "getPet"' in ran.out
    assert "→ template templates/client/" in ran.out
    assert "  pets/client/pets.py:" in ran.out
    wrong = run("trace", specs / "pets.yaml", "getPat")
    assert wrong.code == 2 and "did you mean: getPet?" in wrong.err
    other = run("trace", specs / "pets.yaml", "xyz")
    assert other.code == 2 and "there are: getPet" in other.err
    bare = specs.parent / "bare.yaml"
    bare.write_text("openapi: 3.1.0\ninfo: {title: Bare, version: '1'}\npaths: {}\n")
    none = run("trace", bare, "xyz")
    assert none.code == 2 and "the document has none" in none.err


def test_trace_applies_the_overlays_of_the_folder(run: Run, specs: Path) -> None:
    (specs / "pets.overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: x, version: '1'}\nextends: pets.yaml\nactions:\n"
        "- {target: '$.paths[*].get', update: {summary: Fetch a pet}}\n"
    )
    assert "Fetch a pet" in run("trace", specs / "pets.yaml", "getPet").out
    assert run("trace", specs / "toys.yaml", "getToy").code == 0


def test_nothing_depends_on_directory_hash_seed_jobs_or_notation(
    specs: Path, tmp_path: Path
) -> None:
    import yaml

    as_json = tmp_path / "json/specs"
    as_json.mkdir(parents=True)
    for path in specs.iterdir():
        (as_json / f"{path.stem}.json").write_text(
            json.dumps(yaml.safe_load(path.read_text()))
        )
    made = []
    for number, (folder, seed, jobs, source) in enumerate(
        [
            (tmp_path, "0", "1", specs),
            (Path("/"), "1", "2", specs),
            (specs, "2", "1", as_json),
        ]
    ):
        out = tmp_path / f"out{number}"
        name = os.path.relpath(source, folder)
        command = [
            sys.executable,
            "-m",
            "naftiko_codegen",
            "build",
            name,
            "-o",
            str(out),
            "--jobs",
            jobs,
        ]
        ended = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        made.append(tree(out))
    assert made[0] == made[1] == made[2] != {}


def test_a_document_without_a_server_says_where_its_address_goes(
    run: Run, specs: Path, tmp_path: Path
) -> None:
    (specs / "pets.yaml").write_text(
        API.replace('servers: [{url: "https://pets.example/v1"}]\n', "")
    )
    assert run("build", specs / "pets.yaml", "-o", tmp_path / "out").code == 0
    readme = (tmp_path / "out/pets/README.md").read_text()
    assert 'with PetsClient(base_url="https://api.example") as client:' in readme
    assert "python -m pets rest --upstream https://api.example\n" in readme
    assert '"stdio", "--upstream", "https://api.example"]' in readme
    ran = subprocess.run(
        [sys.executable, "-m", "pets", "rest"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 2 and "(--upstream URL)" in ran.stderr


def test_own_templates_are_formatted_and_their_mistakes_reported(
    run: Run, specs: Path, tmp_path: Path
) -> None:
    own = tmp_path / "templates"
    template = own / "package/service.py.jinja"
    template.parent.mkdir(parents=True)
    arguments = (
        "build",
        specs,
        "-o",
        tmp_path / "out",
        "--target",
        "client",
        "--templates",
        own,
    )
    template.write_text('x = {   "a":1 }\n')
    assert run(*arguments).code == 0
    assert (tmp_path / "out/pets/service.py").read_text().endswith('x = {"a": 1}\n')
    for mistake, code in (
        ("{% if %}", "N610"),
        ("{{ it.nothing }}", "N610"),
        ("def (", "N611"),
    ):
        template.write_text(mistake)
        ran = run(*arguments)
        assert ran.code == 1 and code in ran.out, ran


def test_a_bug_is_one_line(
    run: Run, specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "compile_all", None)
    arguments = ("build", specs, "-o", tmp_path / "out")
    ran = run(*arguments)
    assert ran.code == 70 and ran.err.startswith(
        "internal error, a bug in naftiko-codegen: TypeError"
    )
    monkeypatch.setenv("NAFTIKO_CODEGEN_DEBUG", "1")
    with pytest.raises(TypeError):
        main([str(argument) for argument in arguments])


def test_a_reader_that_goes_away_is_no_error(specs: Path) -> None:
    command = f"{sys.executable} -m naftiko_codegen validate {specs} --format json | true; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert ended.stdout.strip() in ("0", "1") and ended.stderr == ""


def test_help_is_quick_and_complete(run: Run) -> None:
    code = "import sys; from naftiko_codegen import cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    ).stdout.split()
    assert not {"yaml", "jinja2", "black", "jsonschema", "dataclasses"} & set(loaded)
    ran = run("--help")
    assert ran.code == 0
    for word in ("build", "validate", "trace", "Exit codes", "bash_source", "Examples"):
        assert word in ran.out
    assert run("--version").out.startswith("naftiko-codegen, version ")


@pytest.mark.parametrize(
    ("content", "call"),
    [
        ("multipart/form-data", 'body=models.GoRequest(icon=b"...", name="...")'),
        ("text/plain", 'body="..."'),
        ("image/png", 'body=b"..."'),
    ],
)
def test_the_call_in_a_readme_fits_the_body(
    run: Run, tmp_path: Path, content: str, call: str
) -> None:
    schema = "{type: string}"
    if content == "multipart/form-data":
        fields = "icon: {type: string, format: binary}, name: {type: string}"
        schema = f"{{type: object, required: [icon, name], properties: {{{fields}}}}}"
    body = (
        f"requestBody: {{required: true, content: {{{content}: {{schema: {schema}}}}}}}"
    )
    (tmp_path / "a.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\nservers: [{url: 'https://pets.example'}]\n"
        f"paths: {{/a: {{post: {{operationId: go, {body}, responses: {{'204': {{description: ok}}}}}}}}}}\n"
    )
    assert run("build", tmp_path / "a.yaml", "-o", tmp_path / "out").code == 0
    readme = (tmp_path / "out/pets/README.md").read_text()
    assert f"print(client.go({call}))" in readme
    imported = ", models" if "models." in call else ""
    assert f"from pets import PetsClient{imported}\n" in readme
