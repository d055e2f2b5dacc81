"""Looking things up by name: exactly as written, else without case and separators when that is unambiguous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from naftiko_codegen.parse.capability_template import respelled

T = TypeVar("T")


class Spelled(Generic[T]):
    """Values by name; ``file-id`` finds ``file_id`` unless ``fileId`` is there too."""

    __slots__ = ("_close", "_exact")

    def __init__(self, pairs: Iterable[tuple[str, T]]) -> None:
        self._exact = dict(pairs)
        counted = Counter(map(respelled, self._exact))
        self._close = {
            key: name for name in self._exact if counted[key := respelled(name)] == 1
        }

    def spell(self, name: str) -> str | None:
        """How ``name`` is written here, or ``None`` when it is not here."""
        return name if name in self._exact else self._close.get(respelled(name))

    def get(self, name: str) -> T | None:
        """The value called ``name``."""
        found = self.spell(name)
        return None if found is None else self._exact[found]

    def __contains__(self, name: str) -> bool:
        """Whether there is a value called ``name``."""
        return self.spell(name) is not None

    def __iter__(self) -> Iterator[str]:
        """The names as they are written."""
        return iter(self._exact)

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self._exact)

    def items(self) -> Iterator[tuple[str, T]]:
        """Names as they are written, and values."""
        return iter(self._exact.items())
