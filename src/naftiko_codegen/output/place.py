"""One file put in its place: all of it or nothing, and over an existing one only when that is asked for."""

from __future__ import annotations

import os
import shutil
import tempfile
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
