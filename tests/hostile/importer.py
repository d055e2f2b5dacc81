"""Imports every emitted module of a directory but the MCP ones: `importer.py OUTPUT`; a canary call ends it with 98."""

from __future__ import annotations

import builtins
import importlib
import os
import sys
import warnings
from pathlib import Path


def naftiko_canary(*_args: object) -> None:
    """What every payload tries to call."""
    os._exit(98)


def main(output: Path) -> None:
    """Import and let any exception or warning out."""
    setattr(builtins, "naftiko_canary", naftiko_canary)  # noqa: B010
    warnings.simplefilter("error", SyntaxWarning)
    sys.path.insert(0, str(output))
    for path in sorted(output.rglob("*.py")):
        parts = path.relative_to(output).with_suffix("").parts
        if "mcp" not in parts and parts[-1] != "__main__":
            importlib.import_module(".".join(parts).removesuffix(".__init__"))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main(Path(sys.argv[1]))
