"""Files put in their places: all of them or nothing, and over existing ones only when that is asked for."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from naftiko_codegen.output.staging import OutputError


def place(path: Path, content: bytes, *, replace: bool) -> None:
    """Write ``content`` to ``path``; with ``replace`` over the file that is there, whose mode and links stay.

    Raises OutputError, also when ``path`` is there and may not be replaced.
    """
    target = Path(os.path.realpath(path)) if replace else path
    try:
        handle, name = tempfile.mkstemp(prefix=".naftiko-", dir=target.parent)
    except OSError as error:
        raise OutputError(_why(target, error)) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _move(Path(name), target, replace=replace)
    except OSError as error:
        raise OutputError(_why(target, error)) from None
    finally:
        Path(name).unlink(missing_ok=True)


def place_all(folder: Path, files: Mapping[str, bytes], *, replace: bool) -> None:
    """Write ``files``, by their names, into ``folder``, made when missing: all of them or none.

    With ``replace`` over those that are there. Raises OutputError, also when one is there and may not be replaced.
    """
    if taken := [name for name in files if not replace and (folder / name).exists()]:
        raise OutputError(f"{taken[0]} is there already")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".naftiko-", dir=folder) as inside:
            for name, content in files.items():
                place(Path(inside) / name, content, replace=False)
            _all_moved(Path(inside), folder, list(files), replace)
    except OSError as error:
        raise OutputError(_why(folder, error)) from None


def _all_moved(made: Path, folder: Path, names: list[str], replace: bool) -> None:
    """Give all files their names; when one cannot have it, those that were new before it lose theirs."""
    new: list[Path] = []
    try:
        for name in names:
            target = folder / name
            there = replace and target.exists()
            _move(made / name, target.resolve() if there else target, replace=there)
            new += [] if there else [target]
    except OSError:
        for path in new:
            path.unlink(missing_ok=True)
        raise


def _move(made: Path, target: Path, *, replace: bool) -> None:
    """Give ``made`` its name. A link fails where a file is, a rename does not."""
    if replace:
        shutil.copymode(target, made)
        made.replace(target)
        return
    mask = os.umask(0)
    os.umask(mask)
    made.chmod(0o666 & ~mask)
    os.link(made, target)


def _why(target: Path, error: OSError) -> str:
    return f"{target.name} cannot be written: {(error.strerror or 'failed').lower()}"
