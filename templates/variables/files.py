"""Variables from the files that the document names: the environment comes first; a file is read once, when needed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

LARGEST_FILE = 1024 * 1024
"""Bytes of a file that are read at most."""


class Unreadable(ValueError):  # noqa: N818 - the file is
    """A file, or a value in it, that cannot be used; no value is ever in the message."""


class VariableFile:
    """A file, and the key in it of each variable; a relative path starts where the process does.

    Its name says what is in it: ``.yaml`` and ``.yml`` YAML, ``.env`` lines of ``NAME=value``, all others JSON, each
    one map of texts. A directory has a file for each key.
    """

    def __init__(self, path: str, keys: Mapping[str, str]) -> None:
        """``keys`` by variable. Nothing is read yet."""
        self.path = path
        self.keys = keys
        self._found: Mapping[str, str] | None = None

    def value(self, variable: str) -> str:
        """The value of one of its variables. Raises ``Unreadable``."""
        path, key = Path(self.path), self.keys[variable]
        try:
            if path.is_dir():
                return _whole(path / key).strip() if _is_plain(key) else ""
            if self._found is None:
                self._found = _read(path)
        except OSError as error:
            words = error.strerror or type(error).__name__
            raise Unreadable(f"file {self.path} cannot be read: {words}") from None
        if not self._found.get(key, "").strip():
            raise Unreadable(f"key {key!r} not found in file {self.path}")
        return self._found[key]


class Variables(Mapping[str, str]):
    """The environment, and what is not in it from ``files``."""

    def __init__(self, *files: VariableFile) -> None:
        """Each variable is in one of them."""
        self._files = {name: file for file in files for name in file.keys}

    def __getitem__(self, name: str) -> str:
        """The value of a variable; ``KeyError`` when it is nowhere, or its file cannot be read."""
        if os.environ.get(name, "").strip() or name not in self._files:
            return os.environ[name]
        try:
            return self._files[name].value(name)
        except Unreadable:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        """The names of all variables."""
        return iter({**os.environ, **dict.fromkeys(self._files, "")})

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))

    def __repr__(self) -> str:
        """No values: they are secrets."""
        return f"Variables({', '.join(self._files)})"

    def why(self, name: str) -> str:
        """Why the file of a variable does not have it; empty for variables without a file."""
        try:
            if name in self._files:
                self._files[name].value(name)
        except Unreadable as error:
            return str(error)
        return ""


def _is_plain(key: str) -> bool:
    return not key.startswith(".") and not set(key) & {"/", "\\", "\0"}


def _whole(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"file {path} is too large")
    try:
        return data.decode("utf-8-sig")
    except ValueError:
        raise Unreadable(f"file {path} is not in UTF-8") from None


def _read(path: Path) -> dict[str, str]:
    """The texts of a file by key."""
    text, name = _whole(path), path.name.lower()
    try:
        if name.endswith((".yaml", ".yml")):
            yaml = import_module("yaml")
            found: Any = yaml.load(text, Loader=yaml.BaseLoader)
        elif name.endswith(".env") or name.startswith(".env"):
            found = _lines(text)
        else:
            found = json.loads(text, parse_int=str, parse_float=str)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError):
            raise
        # What a parser says may hold a piece of the file.
        raise Unreadable(
            f"file {path} holds something else than its name says"
        ) from None
    if not isinstance(found, dict):
        raise Unreadable(f"file {path} holds no map")
    return {key: _text(value) for key, value in found.items() if isinstance(key, str)}


def _lines(text: str) -> dict[str, str | None]:
    from io import StringIO

    found: dict[str, str | None] = import_module("dotenv").dotenv_values(
        stream=StringIO(text), interpolate=False
    )
    return found


def _text(value: object) -> str:
    """A scalar as text, numbers as they are written; nothing for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""
