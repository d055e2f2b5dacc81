"""Annotations of clients at run time, by the way that ``docs/openapi.md`` says."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from .capability_package import build, imported
from .harness import ROOT

DOCUMENTS = (
    Path(__file__).parent / "documents/switches.yaml",
    Path(__file__).parent / "probed/shipyard.yaml",
)


def recipe() -> Any:
    """The function that the page has."""
    page = (ROOT / "docs/openapi.md").read_text()
    found = re.search(r"```python\n(import inspect.*?)```", page, re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)
    return names["hints"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_operation_has_hints(path: Path, tmp_path: Path) -> None:
    hints = recipe()
    name = build(tmp_path, path.read_text(), name=path.stem)
    seen = 0
    with imported(tmp_path, name) as module:
        for class_ in list(vars(module).values()):
            if inspect.isclass(class_) and class_.__name__.endswith("Client"):
                client = class_(base_url="http://127.0.0.1:9")
                parts = [class_, *(type(getattr(client, n)) for n in _groups(class_))]
                for part in parts:
                    for key, method in list(vars(part).items()):
                        if inspect.isfunction(method) and key != "__init__":
                            assert "return" in hints(method)
                            seen += 1
    assert seen > 10


def _groups(class_: type) -> list[str]:
    """The attributes with the operations of a tag."""
    return [k for k, v in vars(class_).items() if type(v).__name__ == "cached_property"]
