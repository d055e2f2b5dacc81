"""Random damage to the seed documents: findings or a build, never an exception, and what is built parses.

`NAFTIKO_MUTATIONS=10000 pytest tests/test_mutations.py` runs as many; the seed of a failure is in its message.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import pytest
import yaml
from hostile.box import check_module
from hostile.mutations import damage_bytes, damage_tree
from hostile.payloads import PAYLOADS, capability, openapi, planted

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.options import Options
from naftiko_codegen.pipeline import compile_all

SPECS = Path(__file__).parents[1] / "specs"
SEEDS = sorted(path for path in SPECS.rglob("*.y*ml") if ".overlay." not in path.name)
COUNT = int(os.environ.get("NAFTIKO_MUTATIONS", "320"))
SHARES = 16


@cache
def checked(text: str) -> None:
    """Check a module once; the copied runtime comes again and again."""
    check_module(text)


def survives(path: Path, what: str) -> None:
    """Compile one file in this process."""
    diagnostics = Diagnostics()
    try:
        _, compiled = compile_all(
            Options(paths=(path,), jobs=1), diagnostics, lambda _: None
        )
        for item in diagnostics:
            assert item.message and item.code.startswith("N")
        if compiled is None:
            assert len(diagnostics), "no build and no finding"
            return
        for file in compiled.files:
            text = file.content.decode()
            if file.path.endswith(".py"):
                checked(text)
    except Exception as error:
        raise AssertionError(f"{what}: {type(error).__name__}: {error}") from error


@pytest.mark.parametrize("share", range(SHARES))
def test_random_damage(tmp_path: Path, share: int) -> None:
    for seed in range(share, COUNT, SHARES):
        random = Random(seed)
        source = random.choice(SEEDS)
        path = tmp_path / source.name
        path.write_bytes(damaged(source, random))
        survives(path, f"seed {seed} of {source.name}")


def damaged(source: Path, random: Random) -> bytes:
    """The seed file with damage of either kind."""
    if random.random() < 0.4:
        return damage_bytes(source.read_bytes(), random)
    document = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return damage_tree(document, random)


@pytest.mark.parametrize("plain", [openapi, capability])
@pytest.mark.parametrize("payload", PAYLOADS)
def test_one_hostile_string_at_a_time(
    tmp_path: Path, payload: str, plain: Callable[[], object]
) -> None:
    """Every place in turn; a part of the places for each payload, all of them with many mutations."""
    path = tmp_path / "planted.json"
    step = max(1, 3200 // COUNT)
    first = list(PAYLOADS).index(payload) % step
    for place, document in list(planted(plain(), PAYLOADS[payload]))[first::step]:
        path.write_bytes(json.dumps(document).encode())
        survives(path, f"{payload} at {place}")
