"""One feature a case: ``tests/cases/<target>/<case>/*.yaml`` and everything that must come out of it in ``expect/``.

``--update-golden`` rewrites the expectations; the git diff is the review. CI never passes the flag.
"""

from __future__ import annotations

from pathlib import Path

import black
import pytest

from naftiko_codegen import modelling, pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.emitter import Emitter
from naftiko_codegen.modelling import locator
from naftiko_codegen.options import TARGETS, Options
from naftiko_codegen.render.files import File
from naftiko_codegen.report import findings
from naftiko_codegen.report.show import show

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/expect"))
FOLDERS += sorted(
    path
    for path in CASES.glob("*/*")
    if path.is_dir() and not (path / "expect").is_dir()
)
COPIED = b"# Copied by naftiko-codegen"
TARGETS = {
    "all": TARGETS,
    "findings": TARGETS,
    "deploy": ("rest", "mcp", "skill", "deploy"),
}
"""Of the folders that are not called as their only target."""


def produced(folder: Path) -> dict[str, bytes]:
    """Every file a case stands for, by its path below ``expect``."""
    target = folder.parent.name
    specs = sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".json"))
    options = Options(
        paths=tuple(specs),
        targets=TARGETS.get(target, (target,)),
        scripts=folder.name != "scripts-not-allowed",
    )
    diagnostics = Diagnostics()
    model = modelling.modelled(
        pipeline.read(options, diagnostics), options, 1, diagnostics
    )
    sources, packages = model.sources, model.packages
    found = {"ir.txt": "\n".join(show(p) for p in packages).encode()}
    if packages and not diagnostics.failed and target != "findings":
        locate = locator(sources)
        named = pipeline.name(packages, locate, diagnostics)
        emitter = Emitter(options, locate)
        files = [f for pair in named for f in emitter.files(pair, diagnostics)]
        found |= {
            f"files/{f.path}": f.content
            for f in files
            if _own(f) and (target != "deploy" or "/deploy/" in f.path)
        }
    lines = findings.text(diagnostics)
    found["diagnostics.txt"] = "".join(f"{line}\n" for line in lines).encode()
    return {
        path: content
        for path, content in found.items()
        if not path.endswith(("_generated.json", "README.md", "py.typed")) and content
    }


def _own(file: File) -> bool:
    """Whether ``file`` was made from the case, and is no copy of the runtime."""
    page = file.path.endswith((".html", ".css", ".js", ".cjs"))
    return not page and not file.content.startswith(COPIED)


def expected(folder: Path) -> dict[str, bytes]:
    root = folder / "expect"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def rewrite(folder: Path, files: dict[str, bytes]) -> None:
    root = folder / "expect"
    for path in expected(folder).keys() - files.keys():
        (root / path).unlink()
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


@pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda p: p.relative_to(CASES).as_posix()
)
def test_case(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(folder)
    findings.source_lines.cache_clear()  # every case calls its file spec.yaml
    found = produced(folder)
    if request.config.getoption("--update-golden"):
        rewrite(folder, found)
    want = expected(folder)
    assert sorted(found) == sorted(want)
    for path, content in found.items():
        assert content.decode() == want[path].decode(), path


@pytest.mark.parametrize(
    "folder", FOLDERS, ids=lambda p: p.relative_to(CASES).as_posix()
)
def test_every_case_says_why_it_exists(folder: Path) -> None:
    first, *_ = sorted(p for p in folder.iterdir() if p.suffix == ".yaml")
    assert first.read_text().startswith("# ")


GOLDEN = sorted(CASES.glob("*/*/expect/files/**/*.py"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.relative_to(CASES).as_posix())
def test_black_leaves_every_golden_file(path: Path) -> None:
    text = path.read_text()
    with pytest.raises(black.NothingChanged):
        black.format_file_contents(text, fast=False, mode=black.Mode())
