"""What becomes of script steps when they are read: files, languages, limits. A table says it shortest."""

from __future__ import annotations

from pathlib import Path

import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.cli import main
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options
from naftiko_codegen.read.document import Script


def capability(*steps: str, scripting: str = "") -> str:
    control = (
        f"""
  - type: control
    port: 9099
    management: {{scripting: {{{scripting}}}}}"""
        if scripting
        else ""
    )
    lines = "".join(
        f"\n      - {{name: s{number}, type: script, {step}}}"
        for number, step in enumerate(steps)
    )
    return f"""naftiko: 1.0.0-alpha2
info: {{label: One, description: One.}}
capability:
  exposes:{control}
  - type: mcp
    namespace: one
    port: 9090
    tools:
    - name: run
      description: Runs.
      steps:{lines}
"""


def read(folder: Path, text: str, *, allowed: bool = True) -> tuple[list[Script], list[str]]:  # fmt: skip
    (folder / "spec.yaml").write_text(text)
    diagnostics = Diagnostics()
    options = Options(paths=(folder / "spec.yaml",), scripts=allowed)
    (document,) = pipeline.read(options, diagnostics).documents
    found = [f"{it.code} {it.message}" for it in diagnostics]
    return [script for _, script in document.scripts], found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/one.py", "a/lib/two.py", "b/one.py", "outside/x.py"):
        path = tmp_path / "specs" / name
        if name.startswith("outside"):
            path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xef\xbb\xbfx = 1\r\nresult = '" + name.encode() + b"'\r\n")
    return tmp_path / "specs"


ONE = "language: python, file: one.py"


@pytest.mark.parametrize(
    "location", ["file:///./a", "file://./a", "./a", "a", "file:///{folder}/a"]
)
def test_files_are_found_below_the_location(folder: Path, location: str) -> None:
    place = location.replace("/{folder}", str(folder))
    step = f"{ONE}, location: '{place}', dependencies: [lib/two.py]"
    (script,), found = read(folder, capability(step))
    assert not found
    assert script == Script(
        "python",
        (
            ("lib/two.py", "x = 1\nresult = 'a/lib/two.py'\n"),
            ("one.py", "x = 1\nresult = 'a/one.py'\n"),
        ),
        60.0,
        10,
    )


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([f"{ONE}, location: '../outside'"], ["N130"]),
        ([f"{ONE}, location: 'file:///etc'"], ["N130"]),
        ([f"{ONE}, location: ./gone"], ["N131"]),
        (["language: python, file: ../b/one.py, location: ./a"], ["N331"]),
        (["language: python, file: /etc/passwd, location: ./a"], ["N331"]),
        (["language: python, location: ./a"], ["N331"]),
        (["language: python, file: link/one.py, location: ./a"], ["N331"]),
        (["language: python, file: away/x.py, location: ./a"], ["N130"]),
        (["language: python, file: odd.py, location: ./a"], ["N103"]),
        (["language: python, file: big.py, location: ./a"], ["N102"]),
        ([f"{ONE}, location: ./a", f"{ONE}, location: ./b"], ["N331"]),
        ([f"{ONE}, location: ./a", f"{ONE}, location: './b/../a'"], []),
    ],
)  # fmt: skip
def test_files_elsewhere_are_refused(
    folder: Path, steps: list[str], wanted: list[str]
) -> None:
    (folder / "a/link").symlink_to(folder / "b")
    (folder / "a/away").symlink_to(folder.parent / "outside")
    (folder / "a/odd.py").write_bytes(b"\xff")
    (folder / "a/big.py").write_bytes(b"#" * 1_100_000)
    _, found = read(folder, capability(*steps))
    assert [line.split()[0] for line in found] == wanted, found


def test_the_control_adapter_speaks_for_all_scripts(folder: Path) -> None:
    said = (
        "defaultLocation: ./a, defaultLanguage: python, timeout: 1500, "
        "statementLimit: 250000, allowedLanguages: [python]"
    )
    (script,), found = read(folder, capability("file: one.py", scripting=said))
    assert not found and (script.seconds, script.cpu) == (1.5, 3)
    _, found = read(folder, capability("file: one.py, language: js", scripting=said))
    assert "not in the allowed languages" in found[0]
    _, found = read(folder, capability(ONE, scripting="enabled: false"))
    assert found[0].startswith("N330") and "switches scripts off" in found[0]
    _, (found_first, *_) = read(folder, capability("file: one.py, language: python"))
    assert "has no `location`" in found_first


def test_scripts_of_an_imported_function_stand_beside_it(folder: Path) -> None:
    library = """naftiko: 1.0.0-beta1
info: {label: Two, description: Two.}
aggregates:
- label: All
  namespace: all
  functions:
  - name: run
    description: Runs.
    steps: [{name: s, type: script, language: python, file: one.py, location: 'file:///./'}]
"""
    (folder / "b" / "lib.yaml").write_text(library)
    text = """naftiko: 1.0.0-beta1
info: {label: One, description: One.}
capability:
  aggregates: [{import: all, from: b/lib.yaml}]
  exposes: [{type: mcp, namespace: one, port: 9090, tools: [{ref: all.run}]}]
"""
    (script,), found = read(folder, text)
    assert not found
    assert script.files == (("one.py", "x = 1\nresult = 'b/one.py'\n"),)


def test_nothing_is_read_unless_scripts_are_allowed(folder: Path) -> None:
    step = f"{ONE}, location: ./gone"
    scripts, found = read(folder, capability(step, step), allowed=False)
    assert (scripts, [line.split()[0] for line in found]) == ([], ["N330"])


def test_a_changed_script_is_built_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "spec.yaml").write_text(capability(f"{ONE}, location: ./a"))
    monkeypatch.chdir(folder)

    def build(*more: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["build", "spec.yaml", "-o", "out", *more])
        return int(ended.value.code or 0)

    assert build() == 1
    assert "N330" in capsys.readouterr().out
    assert build("--allow-scripts") == 0
    assert build("--allow-scripts") == 0
    kept = folder / "out/one/scripts/files/one.py.txt"
    assert kept.read_text().endswith("'a/one.py'\n")
    (folder / "a/one.py").write_text("result = 2\n")
    assert build("--allow-scripts") == 0
    assert kept.read_text() == "result = 2\n"
    config = folder / "naftiko-codegen.yaml"
    config.write_text("allow-scripts: true\npaths: [spec.yaml]\noutput: out\n")
    assert build("--check") == 0
