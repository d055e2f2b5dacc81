"""Values with gaps: what a document writes into a body or a parameter, and where the inputs of a call go in it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from naftiko_codegen.frozen import frozen
from naftiko_codegen.read.document import Json

Escape: TypeAlias = Literal["", "json", "xml", "form", "string", "iri", "bare"]
"""How a value is written into a text; the last three are those of SPARQL."""


@frozen
class Gap:
    """The value of a parameter, by its key.

    ``alone`` says that it keeps its type, and that JSON has ``null`` for it when it is absent.
    """

    key: str
    escape: Escape = ""
    alone: bool = False


@frozen
class Mixed:
    """A text of pieces and gaps."""

    pieces: tuple[str | Gap, ...]


@frozen
class Fixed:
    """A JSON value without gaps."""

    value: Json


@frozen
class Members:
    """An object."""

    items: tuple[tuple[str, Node], ...]


@frozen
class Items:
    """An array."""

    items: tuple[Node, ...]


Node: TypeAlias = Gap | Mixed | Fixed | Members | Items


@frozen
class Part:
    """One part of a multipart form."""

    name: str
    value: Node
    file_name: Node = Fixed("")
    media_type: str = ""


@frozen
class BodyTemplate:
    """A whole request body. ``node`` is JSON, a text, or the fields of a form; ``parts`` are those of a multipart one."""  # noqa: E501

    kind: Literal["json", "text", "form", "multipart"]
    media_type: str
    node: Node = Fixed(None)
    parts: tuple[Part, ...] = ()
