"""What the table of tools in ``tools.py`` is written in: how arguments become a request."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from .._runtime.body import Content, content
from .._runtime.errors import ArgumentError
from .._runtime.operation import Operation

_NONE = object()


class Tool:
    """One tool: the operation it calls, and where each argument goes.

    ``parameters`` maps arguments to parameter keys, ``fields`` to properties of the
    body; ``body`` is the argument that is the whole body, ``content_type`` the one that
    picks its media type. ``binary`` lists the media types whose body is base64, and
    ``files`` the fields that are. ``fixed_…`` are values that no caller gives.
    ``wrapped`` puts the reply below ``result`` to make it an object.
    """

    __slots__ = (
        "binary",
        "body",
        "content_type",
        "fields",
        "files",
        "fixed_body",
        "fixed_fields",
        "fixed_parameters",
        "name",
        "operation",
        "parameters",
        "wrapped",
    )

    def __init__(
        self,
        name: str,
        operation: Operation,
        *,
        parameters: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        body: str = "",
        content_type: str = "",
        binary: tuple[str, ...] = (),
        files: tuple[str, ...] = (),
        fixed_parameters: Mapping[str, object] | None = None,
        fixed_fields: Mapping[str, object] | None = None,
        fixed_body: object = _NONE,
        wrapped: bool = False,
    ) -> None:
        """See the class."""
        self.name = name
        self.operation = operation
        self.parameters = parameters or {}
        self.fields = fields or {}
        self.body = body
        self.content_type = content_type
        self.binary = binary
        self.files = files
        self.fixed_parameters = fixed_parameters or {}
        self.fixed_fields = fixed_fields or {}
        self.fixed_body = fixed_body
        self.wrapped = wrapped

    def values(self, arguments: Mapping[str, Any]) -> dict[str, object]:
        """The values of the operation's parameters, by key; ``null`` counts as absent."""
        values = dict(self.fixed_parameters)
        for name, key in self.parameters.items():
            if name in arguments:
                values[key] = arguments[name]
        return values

    def content(self, arguments: Mapping[str, Any]) -> Content | None:
        """The encoded body, if there is one. Raises ``ArgumentError``."""
        value = self._value(arguments)
        if value is _NONE:
            return None
        return content(self.operation, value, self._media_type(arguments))

    def _value(self, arguments: Mapping[str, Any]) -> object:
        if self.fixed_body is not _NONE:
            return self.fixed_body
        fields = self._fields(arguments)
        if not self.body or self.body not in arguments:
            if fields or not self.operation.body_required:
                return fields or _NONE
            if self.body:
                raise ArgumentError(f"{self.body} is required")
            return fields
        if any(name in arguments for name in self.fields):
            raise ArgumentError(f"{self.body} takes the place of the other values")
        value = arguments[self.body]
        if self.binary and self._media_type(arguments) in self.binary:
            return _decoded(self.body, value)
        return value

    def _fields(self, arguments: Mapping[str, Any]) -> dict[str, object]:
        """The body that is put together from single arguments."""
        found = dict(self.fixed_fields)
        for name, field in self.fields.items():
            if name in arguments:
                value = arguments[name]
                found[field] = _decoded(name, value) if name in self.files else value
        return found

    def _media_type(self, arguments: Mapping[str, Any]) -> str | None:
        """The media type asked for; else the only one, or the first that takes base64."""
        given = arguments.get(self.content_type) if self.content_type else None
        if isinstance(given, str):
            return given
        allowed = self.operation.content_types
        if self.body and self.binary and isinstance(arguments.get(self.body), str):
            return self.binary[0]
        return allowed[0] if len(allowed) == 1 and "*" not in allowed[0] else None


def _decoded(name: str, value: object) -> object:
    """The bytes of a base64 argument, or of each in a list."""
    if isinstance(value, list):
        return [_decoded(name, item) for item in value]
    try:
        return b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        raise ArgumentError(f"{name} is not valid base64") from None
