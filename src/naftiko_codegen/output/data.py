"""JSON values as the text of a file: JSON, or YAML where the name of the file says so."""

from __future__ import annotations

import json
from pathlib import Path

from naftiko_codegen.read.document import Json

ENDINGS = (".json", ".yaml", ".yml")
_WIDE = 1 << 20
"""Columns of a line: texts are not folded."""


def written(value: Json, path: Path) -> str:
    """``value`` in the language of the ending of ``path``, one of ``ENDINGS``."""
    return as_json(value) if path.suffix == ".json" else as_yaml(value)


def as_json(value: Json) -> str:
    """Indented ASCII."""
    return json.dumps(value, indent=2) + "\n"


def as_yaml(value: Json) -> str:
    """Block style without anchors, every value of the same meaning in YAML 1.1 and 1.2."""
    import yaml

    apart = json.loads(json.dumps(value))  # one object in two places would be an alias
    text: str = yaml.safe_dump(apart, sort_keys=False, allow_unicode=True, width=_WIDE)
    return text
