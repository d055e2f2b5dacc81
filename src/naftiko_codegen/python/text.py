"""The two kinds of text a template meets: code made by us, and words of a document, which only a filter may print."""

from __future__ import annotations

from typing import NoReturn


class Code(str):
    """Text made by this program: an identifier, an annotation, a laid-out expression. Safe to print as it is."""

    __slots__ = ()


class SpecText:
    """Text that came from a document. ``str()`` of it raises: a template prints it through a filter, or not at all."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        """Wrap ``text``; the filters unwrap it."""
        self.text = text

    def __str__(self) -> NoReturn:
        """Raise, always: unescaped words of a document must not reach output."""
        raise TypeError("text of a document printed without a filter")

    def __format__(self, spec: str) -> NoReturn:
        """Raise, as ``str()`` does."""
        raise TypeError("text of a document formatted without a filter")

    def __bool__(self) -> bool:
        """Whether there is any text, so that a template can leave out what is empty."""
        return bool(self.text)

    def __eq__(self, other: object) -> bool:
        """Equal to a ``SpecText`` of the same words."""
        return isinstance(other, SpecText) and other.text == self.text

    def __hash__(self) -> int:
        """Hash of the words."""
        return hash(self.text)

    def __repr__(self) -> str:
        """For ``trace`` and debugging only."""
        return f"SpecText({self.text!r})"
