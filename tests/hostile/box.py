"""One run of the compiler over one hostile document, in an empty directory with limits, and what came of it."""

from __future__ import annotations

import ast
import resource
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CPU_SECONDS = 10
MEMORY = 1 << 30
SECRET = "the-content-of-a-file-outside"
VARIABLE = "the-value-of-a-variable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The exit code, stdout and stderr together, and the output directory."""

    code: int
    text: str
    output: Path

    @property
    def modules(self) -> list[Path]:
        """The emitted Python files."""
        return sorted(self.output.rglob("*.py"))


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(box: Path, name: str, data: bytes, *options: str) -> Outcome:
    """Build ``data``, saved as ``name``, under the guard. A file and a variable to steal lie beside it."""
    specs, output = box / "inner" / "specs", box / "inner" / "out" / "generated"
    specs.mkdir(parents=True)
    output.parent.mkdir()
    (box / "secret.yaml").write_text(f"stolen: {SECRET}\n")
    (specs / name).write_bytes(data)
    command = [sys.executable, str(HERE / "guard.py"), str(specs), str(output), "build"]
    done = subprocess.run(
        [*command, str(specs / name), "-o", str(output), *options],
        cwd=specs,
        env={"PATH": "/usr/bin:/bin", "HOME": str(box), "STEAL_ME": VARIABLE},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_limits,
        timeout=60,
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8", "replace"), output)


def check(outcome: Outcome) -> None:
    """What must hold whatever the document said."""
    assert outcome.code in (0, 1), outcome.text
    assert "Traceback" not in outcome.text, outcome.text
    assert not any(
        c in outcome.text for c in "\x1b\x07\x00\u202e\u2066"
    ), "raw control characters"
    assert SECRET not in outcome.text
    for path in outcome.output.rglob("*"):
        assert not path.is_symlink()
        if path.is_file():
            text = path.read_bytes().decode("utf-8")
            assert SECRET not in text, path
            assert VARIABLE not in text, path
    check_modules(outcome.modules)
    if outcome.code == 0 and outcome.modules:
        check_import(outcome.output)


def check_modules(paths: list[Path]) -> None:
    """Every emitted module parses without a warning, calls no canary and holds no invisible character."""
    for path in paths:
        text = path.read_text(encoding="utf-8")
        check_module(text, path)


def check_module(text: str, name: object = "") -> None:
    """The same for one module's text."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree = ast.parse(text)
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    assert not any(
        isinstance(f, ast.Name) and f.id == "naftiko_canary" for f in called
    ), name
    invisible = set(
        map(chr, [*range(9), *range(11, 32), 127, *range(0x80, 0xA0), 0x2028, 0x2029])
    )
    invisible |= set(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]))
    assert not invisible & set(text), name
    assert not any(0xE0000 <= ord(character) <= 0xE007F for character in text), name


def check_import(output: Path) -> None:
    """What was emitted imports, in a process of its own, and calls no canary."""
    done = subprocess.run(
        [sys.executable, str(HERE / "importer.py"), str(output)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
