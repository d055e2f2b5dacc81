"""Paths → the files to read: those named, and those found in folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SUFFIXES = (".yaml", ".yml", ".json")
"""What a file must end with to be read without being named."""

_OURS = "_generated.json"
"""A folder with this file in it is a package that this program wrote; its data files are no documents."""


class Candidate(NamedTuple):
    """A file to read, the folder it is known below, and whether the user named it.

    ``beside``: it looks like an overlay in the folder of a named file, and counts if it extends that file.
    """

    path: Path
    root: Path
    named: bool
    beside: bool = False


def find(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files that ``load`` would read: files as named, folders searched, sorted.

    In folders: .yaml, .yml and .json, without hidden files and folders, node_modules,
    packages written by this program, and links that lead out of the folder.
    """
    return tuple(candidate.path for candidate in candidates(paths, None))


def candidates(paths: Sequence[Path], root: Path | None) -> list[Candidate]:
    """The files to read, each once, sorted by path."""
    found: dict[Path, Candidate] = {}
    for path in paths:
        if os.path.isdir(path):
            base = real_path(root or path)
            for file in files(path):
                found.setdefault(file, Candidate(file, base, named=False))
        else:
            base = real_path(root or path.parent)
            found[path] = Candidate(path, base, named=True)
            for file in _overlays_beside(path):
                found.setdefault(file, Candidate(file, base, named=False, beside=True))
    return sorted(found.values(), key=lambda candidate: str(candidate.path))


def _overlays_beside(path: Path) -> Iterator[Path]:
    """The files in the folder of ``path`` whose names say overlay: a build of the folder would apply them."""
    try:
        names = sorted(os.listdir(path.parent))
    except OSError:
        return
    for name in names:
        file = path.parent / name
        if "overlay" in name and file.suffix.lower() in SUFFIXES and file.is_file():
            yield file


def files(folder: Path) -> Iterator[Path]:
    """The candidate files below ``folder``."""
    inside = real_path(folder)
    for place, folders, names in os.walk(folder):
        if _OURS in names:
            folders.clear()
            continue
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name != "node_modules"
        ]
        for name in names:
            path = Path(place, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                continue
            if not path.is_symlink() or real_path(path).is_relative_to(inside):
                yield path


def real_path(path: Path) -> Path:
    """``path`` without links, absolute; what cannot be followed is left as it is."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return Path(os.path.abspath(path))
