# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""An operation as the client calls it: with the types of its replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._runtime.body import kind_of
from .._runtime.operation import Operation

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")


class Call(Generic[T]):
    """An operation, the type of its reply, and those of its failures.

    ``replies`` are types by status (``202``) where they differ from ``reply``; so are
    ``errors``, by status, range (``4XX``) or ``default``. ``text`` is a reply that is
    no JSON.
    """

    __slots__ = ("errors", "json_type", "operation", "replies", "reply", "text")

    def __init__(
        self,
        operation: Operation,
        reply: TypeForm[T],
        *,
        replies: Mapping[str, Any] | None = None,
        errors: Mapping[str, Any] | None = None,
        text: bool = False,
    ) -> None:
        self.operation = operation
        self.reply: Any = reply
        self.replies = replies
        self.errors = errors or {}
        self.text = text
        types = operation.content_types
        single = types[0] if len(types) == 1 and kind_of(types[0]) == "json" else ""
        self.json_type = single

    def reply_type(self, status: int) -> Any:
        """The documented type of a success."""
        if self.replies is None:
            return self.reply
        return _by_status(self.replies, status, self.reply)

    def error_type(self, status: int) -> Any:
        """The documented type of a failure's body; any JSON when there is none."""
        return _by_status(self.errors, status, Any)


def _by_status(types: Mapping[str, Any], status: int, otherwise: Any) -> Any:
    """The type for a status, for its range, or for all others."""
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in types:
            return types[key]
    return otherwise
