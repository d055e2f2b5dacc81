"""The manifest of a package: what made it, and the sha256 of every file that is ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from naftiko_codegen import STYLE, __version__
from naftiko_codegen.frozen import frozen

if TYPE_CHECKING:
    from naftiko_codegen.render.files import File

NAME = "_generated.json"


class ManifestError(Exception):
    """A manifest that is there but cannot be believed; the message says why."""


@frozen
class Input:
    """A document a package was made from: its source and the sha256 of its meaning, never of its bytes."""

    source: str
    digest: str


def seal(folder: str, files: Iterable[File], inputs: Iterable[Input]) -> File:
    """The manifest of the package in ``folder``, which owns ``files`` (all below ``folder``)."""
    from naftiko_codegen.render.files import File

    content = {
        "tool": f"naftiko-codegen {__version__}",
        "style": STYLE,
        "inputs": [{"source": it.source, "digest": it.digest} for it in inputs],
        "files": {
            file.path.removeprefix(folder + "/"): sha256(file.content).hexdigest()
            for file in sorted(files, key=lambda file: file.path)
        },
    }
    text = json.dumps(content, indent=2, ensure_ascii=True) + "\n"
    return File(f"{folder}/{NAME}", text.encode())


def owned(folder: Path) -> Mapping[str, str]:
    """The files the manifest in ``folder`` claims, as path below ``folder`` → sha256; empty without a manifest.

    Raises ManifestError for a manifest that is a link, not JSON of the right shape, or names a path outside.
    """
    path = folder / NAME
    if path.is_symlink() or folder.is_symlink():
        raise ManifestError("it is a symbolic link")
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ManifestError("it is not a readable JSON file") from error
    files = content.get("files") if isinstance(content, dict) else None
    if not isinstance(files, dict):
        raise ManifestError("it lists no files")
    for name, digest in files.items():
        if not (safe(name) and isinstance(digest, str)):
            raise ManifestError("it names a path outside its package")
    return files


def safe(path: str) -> bool:
    """Whether ``path`` is relative, posix, and cannot leave the folder it is joined to."""
    odd = "\\" in path or ":" in path or "\0" in path
    return not odd and all(part not in ("", ".", "..") for part in path.split("/"))
