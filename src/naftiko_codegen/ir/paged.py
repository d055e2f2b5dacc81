"""How the next page of a list is asked for."""

from __future__ import annotations

from typing import Literal

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.types import AnyType, Type


@frozen
class Pages:
    """``items`` is where the list stands in a reply, as wire names (nowhere: the reply is the list).

    ``way`` says what leads on: the header ``Link`` (``link``); the value at ``next``, sent as the parameter ``key``
    (``cursor``, and ``next`` for numbers); the ``id`` of the last item while ``next`` is true (``last``); the next
    number up to the count at ``next`` (``number``), the first page being ``first``; the number of items so far up to
    the total at ``next`` (``offset``). ``page`` is the key of the model of a reply.
    """

    way: Literal["link", "cursor", "last", "next", "number", "offset"]
    item: Type = AnyType()
    items: tuple[str, ...] = ()
    page: str = ""
    key: str = ""
    next: tuple[str, ...] = ()
    first: int = 1
