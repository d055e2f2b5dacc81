"""The complete new tree, built beside the old one: unchanged and foreign files linked, the rest written."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

MOST_FOREIGN = 50_000
"""Foreign entries in an output folder beyond which a build refuses to carry them over."""


class OutputError(Exception):
    """The output folder cannot be written; the message says why in the user's words."""


def stage(
    old: Path, new: Path, writes: Mapping[str, bytes], leave_out: Collection[str]
) -> None:
    """Build in ``new`` (absent) what ``old`` (may be absent) becomes.

    ``writes`` are new contents by path below ``old``; ``leave_out`` are paths that disappear. Everything else is
    carried over as it is, links as links. Raises OutputError for a path that leaves ``new``.
    """
    new.mkdir(parents=True)
    if old.is_dir():
        skipped = frozenset(writes) | frozenset(leave_out)
        _carry(old, new, "", skipped, [0])
        shutil.copymode(old, new)
    checked: set[Path] = set()
    for path, content in writes.items():
        target = new / path
        if target.parent not in checked:
            target.parent.mkdir(parents=True, exist_ok=True)
            _check(target.parent, new)
            checked.add(target.parent)
        _write(target, content)


def _check(folder: Path, root: Path) -> None:
    """Raise OutputError unless ``folder`` lies in ``root`` after every link and ``..`` is followed."""
    if not folder.resolve().is_relative_to(root.resolve()):
        raise OutputError(f"{folder.name!r} leads outside the output folder")


def _carry(
    old: Path, new: Path, below: str, skipped: frozenset[str], count: list[int]
) -> None:
    """Link what is in ``old`` into ``new``; a folder emptied by ``skipped`` is not carried."""
    for entry in sorted(os.scandir(old), key=lambda entry: entry.name):
        path = f"{below}{entry.name}"
        target = new / entry.name
        if path in skipped or entry.name == "__pycache__":
            continue
        count[0] += 1
        if count[0] > MOST_FOREIGN:
            raise OutputError(
                f"the output folder holds more than {MOST_FOREIGN} entries"
            )
        if entry.is_dir(follow_symlinks=False):
            target.mkdir()
            _carry(Path(entry.path), target, path + "/", skipped, count)
            shutil.copymode(entry.path, target)
            if not any(target.iterdir()) and _holds(skipped, path):
                target.rmdir()
        else:
            _link(entry, target)


def _holds(paths: frozenset[str], folder: str) -> bool:
    """Whether one of ``paths`` is below ``folder``."""
    return any(path.startswith(folder + "/") for path in paths)


def _link(entry: os.DirEntry[str], target: Path) -> None:
    """The same file under a second name; a copy where the file system has no links."""
    if entry.is_symlink():
        target.symlink_to(os.readlink(entry.path))
        return
    try:
        os.link(entry.path, target, follow_symlinks=False)
    except OSError:
        if stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            shutil.copy2(entry.path, target)


def _write(target: Path, content: bytes) -> None:
    """Write one new file, unsynced: a thousand waits for the disk; what a power cut takes, the next build sees."""
    with target.open("xb") as stream:
        stream.write(content)
