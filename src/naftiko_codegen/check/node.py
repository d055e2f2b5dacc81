"""A cursor over a document: a value, its pointer, and looks into it that never fail on wrong types."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.read.document import Json, Pointer


class Node:
    """A value of a document; ``key`` is its name in a keyed collection (1.0.0-alpha3 and later)."""

    __slots__ = ("key", "pointer", "value")

    def __init__(self, value: Json, pointer: Pointer = (), key: str = "") -> None:
        self.value = value
        self.pointer = pointer
        self.key = key

    @property
    def name(self) -> str:
        """Its ``name``, or the key it stands under."""
        own = self.text("name")
        return own or self.key

    def has(self, *names: str) -> bool:
        """Whether one of these keys is there with a value that is not null."""
        return self.find(*names) is not None

    def find(self, *names: str) -> Node | None:
        """The first of these keys that is there with a value that is not null."""
        if isinstance(self.value, dict):
            for name in names:
                if self.value.get(name) is not None:
                    return Node(self.value[name], (*self.pointer, name))
        return None

    def text(self, *names: str) -> str:
        """The text under the first of these keys that is there; ``""`` when there is none or it is no text."""
        found = self.find(*names)
        return found.value if found and isinstance(found.value, str) else ""

    def flag(self, name: str) -> bool | None:
        """The boolean under ``name``, if it is one."""
        found = self.find(name)
        return found.value if found and isinstance(found.value, bool) else None

    def integer(self, name: str) -> int | None:
        """The integer under ``name``, if it is one."""
        found = self.find(name)
        return (
            found.value
            if found
            and isinstance(found.value, int)
            and not isinstance(found.value, bool)
            else None
        )

    def at(self, name: str) -> Pointer:
        """The pointer of the key ``name``, there or not."""
        return (*self.pointer, name)

    def entries(self, *names: str) -> Iterator[Node]:
        """The objects under the first of these keys: of a list, or of a map whose keys are their names."""
        found = self.find(*names)
        if found is None:
            return
        pairs = found.value.items() if isinstance(found.value, dict) else ()
        items = enumerate(found.value) if isinstance(found.value, list) else pairs
        for place, value in items:
            if isinstance(value, dict):
                yield Node(
                    value,
                    (*found.pointer, place),
                    place if isinstance(place, str) else "",
                )

    def pairs(self, name: str) -> Iterator[tuple[str, Node]]:
        """The members of the object under ``name``."""
        found = self.find(name)
        if found and isinstance(found.value, dict):
            for key, value in found.value.items():
                yield key, Node(value, (*found.pointer, key))
