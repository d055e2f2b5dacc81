"""What a run of the pipeline depends on besides the documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from naftiko_codegen.frozen import frozen

if TYPE_CHECKING:
    from naftiko_codegen.config.settings import Selection

TARGETS = ("client", "rest", "mcp", "skill", "control")
"""What is built unless something else is asked for."""


@frozen
class Options:
    """What a compilation depends on besides the documents.

    ``packages`` are package names by file, ``described`` the OpenAPI documents of capabilities that are not to be
    looked for: None where there is to be none; ``selected`` is what servers expose of OpenAPI documents.
    """

    paths: tuple[Path, ...]
    targets: tuple[str, ...] = TARGETS
    overlays: tuple[Path, ...] = ()
    allowed: tuple[Path, ...] = ()
    packages: Mapping[Path, str] = MappingProxyType({})
    described: Mapping[Path, Path | None] = MappingProxyType({})
    selected: Mapping[Path, Selection] = MappingProxyType({})
    templates: Path | None = None
    strict: bool = False
    suppress: tuple[str, ...] = ()
    judge: bool = False
    gateway: bool = True
    scripts: bool = False
    render: bool = True
    jobs: int = 0
