"""Documents made from seeds: each builds whole, the same twice, as black leaves it, with types that hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import black
import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options
from naftiko_codegen.render.files import File
from naftiko_codegen.templates_root import templates_root
from tests.tools.documents import document

SEEDS = range(60)
_RUNTIME = {
    path.relative_to(templates_root()).as_posix()
    for path in templates_root().rglob("*.py")
}


def compiled(path: Path) -> tuple[File, ...]:
    """All files of the package of ``path``."""
    diagnostics = Diagnostics()
    options = Options(paths=(path,), targets=("client", "rest", "mcp"))
    _, found = pipeline.compile_all(options, diagnostics, lambda _: None)
    assert found is not None, [f"{it.code} {it.message}" for it in diagnostics]
    assert found.operations == found.declared
    return found.files


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package for each seed, and one runtime that all of them share, so that checkers read it once."""
    work = tmp_path_factory.mktemp("documents")
    out = work / "out"
    for seed in SEEDS:
        path = work / f"seed{seed}.json"
        path.write_text(json.dumps(document(seed)))
        for file in compiled(path):
            package, _, inside = file.path.partition("/")
            content = file.content
            if inside in _RUNTIME:
                package = "shared"
            elif inside.endswith(".py"):
                content = _sharing(content.decode(), inside).encode()
            target = out / package / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for folder in {path.parent for path in (out / "shared").rglob("*.py")}:
        (folder / "__init__.py").touch()
    (out / "shared/__init__.py").touch()
    return out


def _sharing(text: str, path: str) -> str:
    """The module at ``path`` of a package, with the runtime imported from ``shared``."""
    parents = path.split("/")[:-1]

    def moved(match: re.Match[str]) -> str:
        up = parents[: len(parents) - len(match[1]) + 1]
        inside = "/".join([*up, *match[2].split(".")])
        known = f"{inside}.py" in _RUNTIME or inside == "_runtime"
        return f"from shared.{inside.replace('/', '.')} import" if known else match[0]

    return re.sub(r"from (\.+)([\w.]+) import", moved, text)


def test_every_module_can_be_imported(packages: Path) -> None:
    program = """\
import importlib, pathlib
for path in sorted(pathlib.Path(".").rglob("*.py")):
    if path.stem not in ("__main__", "conftest"):
        importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=packages, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr[-1500:]


def test_type_checkers_accept_every_module(packages: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "."]
    ran = subprocess.run(command, cwd=packages, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-1500:]


@pytest.mark.parametrize("seed", range(1000, 1010))
def test_files_are_the_same_twice_and_black_leaves_them(
    seed: int, tmp_path: Path
) -> None:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(document(seed)))
    files = compiled(path)
    assert files == compiled(path)
    for file in files:
        inside = file.path.partition("/")[2]
        if inside.endswith(".py") and inside not in _RUNTIME:
            with pytest.raises(black.NothingChanged):
                black.format_file_contents(file.content.decode(), fast=True, mode=black.Mode())  # fmt: skip
