"""Plain files of ``templates/`` → copies in a package: the runtime is ordinary code, not a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from naftiko_codegen.render.files import File

NOTICE = b"# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.\n"


def copied(
    roots: Iterable[Path], folders: Iterable[str], package: str
) -> Iterator[File]:
    """The files of ``folders`` that are no templates, below ``package``; the first root that has a file wins."""
    places = tuple(roots)
    for folder in folders:
        found: dict[str, File] = {}
        for root in places:
            for name, content in _files(root / folder):
                found.setdefault(name, File(f"{package}/{folder}/{name}", content))
        yield from found.values()


@lru_cache(maxsize=64)
def _files(folder: Path) -> tuple[tuple[str, bytes], ...]:
    """Name and content of each file of ``folder``, sorted; Python files with the notice in front."""
    if not folder.is_dir():
        return ()
    paths = sorted(
        p
        for p in folder.iterdir()
        if p.is_file() and p.suffix not in (".jinja", ".pyc")
    )
    return tuple(
        (p.name, (NOTICE if p.suffix == ".py" else b"") + p.read_bytes()) for p in paths
    )
