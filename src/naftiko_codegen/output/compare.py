"""What differs between the files of a build and an output folder, file by file, before anything is touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from naftiko_codegen.frozen import frozen
from naftiko_codegen.output import manifest
from naftiko_codegen.output.manifest import ManifestError

if TYPE_CHECKING:
    from naftiko_codegen.render.files import File

What: TypeAlias = Literal[
    "unchanged",
    "missing",
    "outdated",
    "edited",
    "foreign",
    "blocked",
    "orphaned",
    "kept",
]
"""What stands at a path of the output folder.

``missing`` nothing; ``outdated`` our file, other bytes; ``edited`` our file, changed by hand; ``foreign`` a file
that is not ours; ``blocked`` a link or a folder; ``orphaned`` our file that no document asks for any more; ``kept``
such a file, but changed by hand.
"""

IGNORED = frozenset({"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


@frozen
class Change:
    """One path, posix and relative to the output folder, with the bytes that are there and those that should be."""

    path: str
    what: What
    old: bytes = b""
    new: bytes = b""

    @property
    def drift(self) -> bool:
        """Whether the folder differs from what the documents say."""
        return self.what != "unchanged"

    @property
    def conflict(self) -> bool:
        """Whether a build would lose somebody's work here."""
        return self.what in ("edited", "foreign", "blocked")


@frozen
class Comparison:
    """All paths of a build, sorted; ``unknown``: other files in our packages; ``damaged``: unreadable manifests."""

    changes: tuple[Change, ...]
    unknown: tuple[str, ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()

    def count(self, *what: What) -> int:
        """How many changes are one of ``what``."""
        return sum(change.what in what for change in self.changes)


def compare(output: Path, files: Iterable[File], *, prune: bool) -> Comparison:
    """Compare ``files`` with what is in ``output``, which need not exist.

    With ``prune`` a package in ``output`` that none of ``files`` belongs to is orphaned, else it is left alone.
    """
    wanted = {file.path: file.content for file in files}
    folders = {path.partition("/")[0] for path in wanted}
    if prune:
        folders.update(packages(output))
    claims: dict[str, str] = {}
    damaged: list[tuple[str, str]] = []
    for folder in sorted(folders):
        try:
            owned = manifest.owned(output / folder)
        except ManifestError as error:
            damaged.append((f"{folder}/{manifest.NAME}", str(error)))
            continue
        claims.update((f"{folder}/{name}", digest) for name, digest in owned.items())
        if owned:
            claims[f"{folder}/{manifest.NAME}"] = ""
    changes = [*_wanted(output, wanted, claims), *_claimed(output, wanted, claims)]
    changes.sort(key=lambda change: change.path)
    unknown = _unknown(output, folders, wanted.keys() | claims.keys())
    return Comparison(tuple(changes), unknown, tuple(damaged))


def packages(output: Path) -> tuple[str, ...]:
    """The folders of ``output`` that hold a manifest, sorted."""
    try:
        names = sorted(os.listdir(output))
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(
        name for name in names if os.path.lexists(output / name / manifest.NAME)
    )


def _wanted(
    output: Path, wanted: dict[str, bytes], claims: dict[str, str]
) -> Iterator[Change]:
    """One change for every file of the build."""
    for path, new in wanted.items():
        old = _content(output, path)
        if old is None:
            yield Change(path, "missing", new=new)
        elif isinstance(old, str):
            yield Change(path, "blocked", new=new)
        elif old == new:
            yield Change(path, "unchanged", old, new)
        else:
            yield Change(path, _differing(path, old, claims), old, new)


def _differing(path: str, old: bytes, claims: dict[str, str]) -> What:
    """What ``old`` is, given that it is not what the build wants."""
    if path not in claims:
        return "foreign"
    untouched = claims[path] in ("", sha256(old).hexdigest())
    return "outdated" if untouched else "edited"


def _claimed(
    output: Path, wanted: dict[str, bytes], claims: dict[str, str]
) -> Iterator[Change]:
    """One change for every file of an old manifest that the build no longer has."""
    for path in claims.keys() - wanted.keys():
        old = _content(output, path)
        if isinstance(old, bytes):
            untouched = claims[path] in ("", sha256(old).hexdigest())
            yield Change(path, "orphaned" if untouched else "kept", old)


def _content(output: Path, path: str) -> bytes | str | None:
    """The bytes of a regular file reached without a link; None when nothing is there, else what is in the way."""
    place = output
    for part in path.split("/"):
        place = place / part
        try:
            mode = os.lstat(place).st_mode
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            return "a file"
        if stat.S_ISLNK(mode):
            return "a symbolic link"
    return place.read_bytes() if stat.S_ISREG(mode) else "not a file"


def _unknown(
    output: Path, folders: Iterable[str], known: Iterable[str]
) -> tuple[str, ...]:
    """The files below ``folders`` that are not in ``known``, caches left out, sorted."""
    ours = frozenset(known)
    found: list[str] = []
    for folder in folders:
        if (output / folder).is_symlink():
            continue
        for place, names, files in os.walk(output / folder):
            names[:] = [name for name in names if name not in IGNORED]
            below = Path(place).relative_to(output).as_posix()
            found.extend(
                f"{below}/{name}" for name in files if f"{below}/{name}" not in ours
            )
    return tuple(sorted(found))
