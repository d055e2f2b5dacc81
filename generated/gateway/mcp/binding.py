# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""What the table of tools in ``tools.py`` is written in: how arguments become a request."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from .._runtime.body import Content, content
from .._runtime.errors import ArgumentError
from .._runtime.operation import Operation
from ..server.steps import Flow

_NONE = object()


class Tool:
    """One tool: the operation it calls, and where each argument goes.

    ``parameters`` maps arguments to parameter keys, ``fields`` to properties of the
    body; ``body`` is the argument that is the whole body, ``content_type`` the one that
    picks its media type. With ``base64`` the body comes in base64, as do the fields
    named in ``files``. ``fixed_…`` are values that no caller gives.
    ``shape`` makes the reply anew, or, without an operation, from the arguments alone;
    with ``sees_inputs`` from both, the arguments by where they go and by their names;
    ``computed`` makes further values of these;
    ``flow`` calls several operations. ``wrapped`` puts the reply below ``result`` to make it an object.
    ``largest`` is the most bytes of a reply, 0 as many as of any; with ``binary`` it is bytes, whatever it says.
    """

    __slots__ = (
        "base64",
        "binary",
        "body",
        "computed",
        "content_type",
        "fields",
        "files",
        "fixed_body",
        "fixed_fields",
        "fixed_parameters",
        "flow",
        "largest",
        "name",
        "operation",
        "parameters",
        "sees_inputs",
        "shape",
        "wrapped",
    )

    def __init__(
        self,
        name: str,
        operation: Operation | None,
        *,
        parameters: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        body: str = "",
        content_type: str = "",
        base64: bool = False,
        files: tuple[str, ...] = (),
        fixed_parameters: Mapping[str, object] | None = None,
        fixed_fields: Mapping[str, object] | None = None,
        fixed_body: object = _NONE,
        shape: Callable[..., Any] | None = None,
        sees_inputs: bool = False,
        computed: Callable[[Any], dict[str, object]] | None = None,
        flow: Flow | None = None,
        wrapped: bool = False,
        largest: int = 0,
        binary: bool = False,
    ) -> None:
        """See the class."""
        self.name = name
        self.operation = operation
        self.parameters = parameters or {}
        self.fields = fields or {}
        self.body = body
        self.content_type = content_type
        self.base64 = base64
        self.files = files
        self.fixed_parameters = fixed_parameters or {}
        self.fixed_fields = fixed_fields or {}
        self.fixed_body = fixed_body
        self.largest = largest
        self.binary = binary
        self.shape = shape
        self.sees_inputs = sees_inputs
        self.computed = computed
        self.flow = flow
        self.wrapped = wrapped

    def values(self, arguments: Mapping[str, Any]) -> dict[str, object]:
        """The values of the operation's parameters, by key; ``null`` counts as absent."""
        values = dict(self.fixed_parameters)
        for name, key in self.parameters.items():
            if name in arguments:
                values[key] = arguments[name]
        if self.computed is not None:
            values |= self.computed({**arguments, **values})
        return values

    def content(self, arguments: Mapping[str, Any]) -> Content | None:
        """The encoded body, if there is one. Raises ``ArgumentError``."""
        value = self._value(arguments)
        if value is _NONE or self.operation is None:
            return None
        media_type = arguments.get(self.content_type) if self.content_type else None
        return content(self.operation, value, media_type)

    def _value(self, arguments: Mapping[str, Any]) -> object:
        if self.fixed_body is not _NONE:
            return self.fixed_body
        fields = self._fields(arguments)
        if not self.body or self.body not in arguments:
            if fields or not (self.operation and self.operation.body_required):
                return fields or _NONE
            if self.body:
                raise ArgumentError(f"{self.body} is required")
            return fields
        if any(name in arguments for name in self.fields):
            raise ArgumentError(f"{self.body} takes the place of the other values")
        value = arguments[self.body]
        return _decoded(self.body, value) if self.base64 else value

    def _fields(self, arguments: Mapping[str, Any]) -> dict[str, object]:
        """The body that is put together from single arguments."""
        found = dict(self.fixed_fields)
        for name, field in self.fields.items():
            if name in arguments:
                value = arguments[name]
                found[field] = _decoded(name, value) if name in self.files else value
        return found


def _decoded(name: str, value: object) -> object:
    """The bytes of a base64 argument, or of each in a list."""
    if isinstance(value, list):
        return [_decoded(name, item) for item in value]
    try:
        return b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        raise ArgumentError(f"{name} is not valid base64") from None
