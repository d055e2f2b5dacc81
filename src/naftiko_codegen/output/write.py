"""Bringing an output folder up to date: under a lock, and all of it or nothing."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from naftiko_codegen.frozen import frozen
from naftiko_codegen.output.compare import Comparison, compare
from naftiko_codegen.output.manifest import safe
from naftiko_codegen.output.staging import OutputError, stage
from naftiko_codegen.output.swap import discard, put, restore

if TYPE_CHECKING:
    from naftiko_codegen.render.files import File

_CANNOT_SWAP = {errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS}


@frozen
class Written:
    """What ``write`` found and did: nothing at all unless ``done``; ``piecewise`` when folders moved one by one."""

    comparison: Comparison
    done: bool
    piecewise: bool = False


def write(
    output: Path,
    files: Iterable[File],
    *,
    prune: bool,
    overwrite: bool = False,
    in_place: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> Written:
    """Make ``output`` hold ``files``; all other files in it stay as they are.

    Nothing is written when a file was edited by hand or is not ours; ``overwrite`` replaces those. ``in_place`` keeps
    the folder itself (somebody stands in it) and exchanges the package folders in it. ``waiting`` is called when
    another build holds the lock. Raises OutputError or OSError.
    """
    files = tuple(files)
    for file in files:
        if not safe(file.path) or "/" not in file.path:
            raise ValueError(f"no path of an output file: {file.path!r}")
    output = Path(os.path.realpath(output))
    if output.exists() and not output.is_dir():
        raise OutputError("the output is a file, not a folder")
    output.parent.mkdir(parents=True, exist_ok=True)
    with locked(output.parent, waiting):
        recover(output)
        found = compare(output, files, prune=prune)
        if _refused(found, overwrite):
            return Written(found, done=False)
        return _apply(output, found, in_place)


def _refused(found: Comparison, overwrite: bool) -> bool:
    """Whether writing would lose work, or cannot be done."""
    if any(change.what == "blocked" for change in found.changes):
        return True
    conflict = any(change.conflict for change in found.changes)
    return bool(conflict or found.damaged) and not overwrite


def _apply(output: Path, found: Comparison, in_place: bool) -> Written:
    """Write what differs: the folder as a whole where that can be, else package by package."""
    changed = [it for it in found.changes if it.what not in ("unchanged", "kept")]
    writes = {it.path: it.new for it in changed if it.what != "orphaned"}
    orphans = [it.path for it in changed if it.what == "orphaned"]
    if not changed:
        return Written(found, done=True)
    folders = sorted({it.path.partition("/")[0] for it in changed})
    if output.is_dir() and (in_place or len(folders) == 1):
        _by_folder(output, writes, orphans, folders)
        return Written(found, done=True, piecewise=len(folders) > 1)
    try:
        _whole(output, writes, orphans)
    except OSError as error:
        if error.errno not in _CANNOT_SWAP or not output.is_dir():
            raise
        _by_folder(output, writes, orphans, folders)
        return Written(found, done=True, piecewise=True)
    return Written(found, done=True)


def _whole(output: Path, writes: dict[str, bytes], orphans: list[str]) -> None:
    """Build the new tree beside ``output`` and exchange the two."""
    new, aside = _beside(output, "new"), _beside(output, "old")
    try:
        stage(output, new, writes, orphans)
        put(new, output, aside)
    finally:
        discard(new)
        discard(aside)


def _by_folder(
    output: Path, writes: dict[str, bytes], orphans: list[str], folders: list[str]
) -> None:
    """Build each changed folder inside ``output`` under another name, then exchange them one after the other."""
    for folder in folders:
        start = folder + "/"
        inside = {
            k.removeprefix(start): v for k, v in writes.items() if k.startswith(start)
        }
        without = [k.removeprefix(start) for k in orphans if k.startswith(start)]
        place = output / folder
        new, aside = _beside(place, "new"), _beside(place, "old")
        try:
            stage(place, new, inside, without)
            put(new, place, aside)
        finally:
            discard(new)
            discard(aside)
        if not any(place.iterdir()):
            place.rmdir()


def _beside(place: Path, role: str) -> Path:
    """A hidden sibling of ``place``; the lock makes one name enough."""
    return place.with_name(f".{place.name}.naftiko-codegen-{role}")


def recover(output: Path) -> None:
    """Clear what a killed build left beside ``output`` and in it. Call it under the lock."""
    places = [output]
    if output.is_dir():
        left = [
            name
            for name in os.listdir(output)
            if name.startswith(".") and ".naftiko-codegen-" in name
        ]
        places += [
            output / name[1:].rpartition(".naftiko-codegen-")[0] for name in left
        ]
    for place in places:
        restore(place, _beside(place, "old"))
        for role in ("new", "old"):
            if _beside(place, role).exists():
                discard(_beside(place, role))


@contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock on ``folder``, which ends with this process however it ends; no lock where there is no flock."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            pass  # a network file system without locks
        yield
    finally:
        os.close(handle)
