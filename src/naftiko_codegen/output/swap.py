"""Putting one folder in the place of another in a single step of the file system."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS
_AT_FDCWD = -100
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def put(new: Path, place: Path, aside: Path) -> None:
    """Move the folder ``new`` to ``place``; what was at ``place``, if anything, ends at ``new`` or ``aside``.

    At every moment ``place`` is the old or the new folder, complete. On a file system that cannot exchange two names
    there is a moment in which ``place`` is absent and the old folder is ``aside``; ``restore`` undoes that.
    Raises OSError (EBUSY, EXDEV) when ``place`` is a mount point.
    """
    if not os.path.lexists(place):
        os.rename(new, place)
    elif not exchange(new, place):
        os.rename(place, aside)
        os.rename(new, place)
    sync(place.parent)


def restore(place: Path, aside: Path) -> None:
    """After a kill between the two renames of ``put``: bring the old folder back."""
    if aside.exists() and not os.path.lexists(place):
        os.rename(aside, place)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically; False when this system or file system cannot."""
    call = _exchange_call()
    if call is None:
        return False
    number = call(os.fsencode(one), os.fsencode(other))
    if number in _UNSUPPORTED:
        return False
    if number:
        raise OSError(number, os.strerror(number), str(other))
    return True


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """The system call that exchanges two paths, as a function that returns 0 or an errno."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    name = "renamex_np" if sys.platform == "darwin" else "renameat2"
    function = getattr(library, name, None)
    if function is None:
        return None

    def call(one: bytes, other: bytes) -> int:
        if sys.platform == "darwin":
            result = function(one, other, ctypes.c_uint(_EXCHANGE))
        else:
            result = function(
                _AT_FDCWD, one, _AT_FDCWD, other, ctypes.c_uint(_EXCHANGE)
            )
        return ctypes.get_errno() if result else 0

    return call


def sync(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems refuse to sync a folder
    finally:
        os.close(handle)


def discard(path: Path) -> None:
    """Remove a folder of ours, whatever is in it, without following links."""
    shutil.rmtree(path, ignore_errors=True)
