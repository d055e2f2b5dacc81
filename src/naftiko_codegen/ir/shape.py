"""How one JSON value is made from another one, in no particular language."""

from __future__ import annotations

from typing import Literal

from naftiko_codegen.frozen import frozen
from naftiko_codegen.read.document import Json


@frozen
class Input:
    """A value that the caller gives, or what is at ``path`` in it."""

    path: tuple[str, ...]


@frozen
class Shape:
    """A value made from the one in sight (``$``), which is the whole reply, or the element of an array below ``item``.

    ``path`` is a query of RFC 9535, perhaps with ``.length()`` behind it. By ``kind`` the value is

    - ``select``: what ``path`` selects: a value or null, or a list when the path may select several;
    - ``constant``: ``constant``;
    - ``object``: an object of ``members``, each made from what ``path`` selects;
    - ``array``: a list of what ``item`` makes of each element of the list that ``path`` selects (the elements
      themselves without ``item``), null when it selects no list;
    - ``map``: an object of what ``item`` makes of each member of the object that ``path`` selects, else null;
    - ``first``: the first of ``choices`` that is not null;
    - ``list``: the list of ``choices``;
    - ``text``: its ``pieces`` one after the other: texts, and ``Input`` values written out.

    ``longest`` cuts texts to so many characters (0: does not).
    """

    kind: Literal[
        "select", "constant", "object", "array", "map", "first", "list", "text"
    ]
    path: str = "$"
    constant: Json = None
    members: tuple[tuple[str, Shape], ...] = ()
    item: Shape | None = None
    choices: tuple[Shape, ...] = ()
    pieces: tuple[str | Input, ...] = ()
    longest: int = 0

    @property
    def sees_inputs(self) -> bool:
        """Whether an input stands in it, or in what it is made of."""
        inner = (self.item,) if self.item else ()
        below = (*(shape for _, shape in self.members), *self.choices, *inner)
        own = any(isinstance(piece, Input) for piece in self.pieces)
        return own or any(shape.sees_inputs for shape in below)
