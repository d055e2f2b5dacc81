"""Bytes are a function of meaning: what says the same compiles to the same, and a change stays where it is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_generated import ROOT, compiled

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read import load

SPECS = ROOT / "specs"
SEEDS = [
    "flux/image-generation-generation.yaml",
    "huggingface/inference-openapi.yml",
    "huggingface/inference-providers-image-generation.yaml",
    "ollama/openai-compatibility-images.yaml",
]


def copied(folder: Path, name: str, text: str) -> dict[str, bytes]:
    """What ``text`` compiles to as the only document of ``folder``."""
    place = folder / "specs" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return compiled(folder / "specs")[0]


def commented(text: str) -> str:
    lines = re.sub(
        r"(?m)^(\s*)(- )?(name|path|paths|info):", r"\1# a comment\n\n\g<0>", text
    )
    return "# at the top\n\n" + lines + "\n# at the end\n"


def reflowed(text: str) -> str:
    data = yaml.load(text, Loader=yaml.BaseLoader)
    return yaml.dump(data, width=40, sort_keys=False, default_flow_style=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_comments_change_no_byte(seed: str, tmp_path: Path) -> None:
    text = (SPECS / seed).read_text()
    before = copied(tmp_path / "a", seed, text)
    assert copied(tmp_path / "b", seed, commented(text)) == before


@pytest.mark.parametrize("seed", SEEDS)
def test_json_in_place_of_yaml_changes_no_byte(seed: str, tmp_path: Path) -> None:
    before = copied(tmp_path / "a", seed, (SPECS / seed).read_text())
    text = json.dumps(plain(SPECS / seed, tmp_path), indent=1)
    after = copied(tmp_path / "b", str(Path(seed).with_suffix(".json")), text)
    assert after == before


def plain(path: Path, folder: Path) -> object:
    """A document, without overlays, as the reader understands it, which PyYAML's loaders do not."""
    alone = folder / path.name
    alone.write_bytes(path.read_bytes())
    return load([alone], diagnostics=Diagnostics()).documents[0].root


@pytest.mark.parametrize("seed", SEEDS)
def test_reflowing_changes_no_byte(seed: str, tmp_path: Path) -> None:
    before = copied(tmp_path / "a", seed, (SPECS / seed).read_text())
    text = yaml.dump(plain(SPECS / seed, tmp_path), width=40, sort_keys=False, indent=4)
    assert copied(tmp_path / "b", seed, text) == before


def test_a_new_operation_touches_only_the_files_of_its_tag(tmp_path: Path) -> None:
    seed = "huggingface/inference-openapi.yml"
    text = (SPECS / seed).read_text()
    before = copied(tmp_path / "a", seed, text)
    added = """\
  /models/{model_id}/text-to-video:
    post:
      operationId: textToVideo
      summary: Text to Video
      tags: [Multimodal]
      parameters: [{name: model_id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: Video, content: {video/mp4: {schema: {type: string, format: binary}}}}}
"""
    after = copied(
        tmp_path / "b", seed, text.replace("paths:\n", "paths:\n" + added, 1)
    )
    changed = {name for name in after if after[name] != before.get(name)}
    assert set(before) == set(after)
    assert changed == {
        f"hugging_face_inference/{name}"
        for name in (
            "README.md",
            "_generated.json",
            "client/multimodal.py",
            "mcp/tools.json",
            "mcp/tools.py",
            "operations/multimodal.py",
            "rest/app.py",
            "rest/openapi.json",
        )
    }


@pytest.mark.parametrize(("seed", "jobs"), [("0", "1"), ("1", "2")])
def test_hash_seed_jobs_and_place_change_no_byte(
    seed: str, jobs: str, tmp_path: Path
) -> None:
    arguments = ["build", str(SPECS), "-o", str(tmp_path / "out"), "--jobs", jobs, "-q"]
    subprocess.run(
        [sys.executable, "-m", "naftiko_codegen", *arguments],
        cwd=tmp_path,
        env=os.environ | {"PYTHONHASHSEED": seed},
        check=True,
        timeout=120,
    )
    for path in (ROOT / "generated").rglob("*"):
        if path.is_file() and not {
            "__pycache__",
            ".naftiko-codegen",
            ".mypy_cache",
        } & set(path.parts):
            other = tmp_path / "out" / path.relative_to(ROOT / "generated")
            assert other.read_bytes() == path.read_bytes(), path
