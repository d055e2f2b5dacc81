"""``generated/`` is what ``specs/`` compiles to, byte for byte, and runs without the compiler."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import black
import pytest

from naftiko_codegen import pipeline
from naftiko_codegen.diagnostics import Diagnostics, Severity
from naftiko_codegen.options import Options

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "generated"
PACKAGES = sorted(path.parent.name for path in GENERATED.glob("*/_generated.json"))

IMPORT_ALL = """
import importlib, pathlib, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "naftiko_codegen":
            raise ImportError("naftiko_codegen is not here")

sys.meta_path.insert(0, Blocked())
package = sys.argv[1]
for path in sorted(pathlib.Path(package).rglob("*.py")):
    if path.name != "__main__.py":
        parts = path.with_suffix("").parts
        importlib.import_module(".".join(p for p in parts if p != "__init__"))
assert "naftiko_codegen" not in sys.modules
"""


def compiled(specs: Path) -> tuple[dict[str, bytes], Diagnostics]:
    diagnostics = Diagnostics()
    options = Options(paths=(specs,))
    _, made = pipeline.compile_all(options, diagnostics, lambda words: None)
    assert made is not None
    return {file.path: file.content for file in made.files}, diagnostics


def test_generated_is_what_specs_compile_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    files, diagnostics = compiled(Path("specs"))
    present = {
        path.relative_to(GENERATED).as_posix(): path.read_bytes()
        for path in GENERATED.rglob("*")
        if path.is_file()
        and not {"__pycache__", ".naftiko-codegen", ".mypy_cache"} & set(path.parts)
    }
    assert sorted(present) == sorted(files)
    assert [name for name in files if files[name] != present[name]] == []
    assert diagnostics.count(Severity.ERROR) == 0


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_without_the_compiler(package: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, package],
        cwd=GENERATED,
        env=environment,
        check=True,
        timeout=60,
    )


def test_there_is_one_package_per_document_and_the_gateway() -> None:
    assert PACKAGES == [
        "flux_image_generation_generation",
        "gateway",
        "hugging_face_inference",
        "hugging_face_inference_providers_image_generation",
        "ollama_openai_compatibility_images",
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_black_leaves_generated_code(package: str) -> None:
    changed = []
    for path in sorted((GENERATED / package).rglob("*.py")):
        try:
            black.format_file_contents(path.read_text(), fast=True, mode=black.Mode())
        except black.NothingChanged:
            continue
        changed.append(path.name)
    assert changed == []
