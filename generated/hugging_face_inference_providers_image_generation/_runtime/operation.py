# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Upstream operations, compiled once: from values to path, query and headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from msgspec import UNSET

from .errors import ArgumentError, PathError
from .style import (
    Encode,
    cookie_style,
    header_style,
    json_style,
    path_style,
    query_style,
)

if TYPE_CHECKING:
    from .body import Content

Encodings: TypeAlias = Mapping[str, Mapping[str, str | tuple[str, bool, bool]]]
"""By media type and field: style, explode and allowReserved, or the media type of a part."""

_NONE = object()
_LITERAL = "/?:@!$&'()*+,;=%-._~"


class Parameter:
    """A value outside the body; ``constant`` is sent with every request."""

    __slots__ = (
        "allow_reserved",
        "constant",
        "explode",
        "key",
        "multi_segment",
        "name",
        "place",
        "required",
        "style",
    )

    def __init__(
        self,
        key: str,
        name: str,
        place: str,
        *,
        required: bool = False,
        style: str = "",
        explode: bool = False,
        multi_segment: bool = False,
        allow_reserved: bool = False,
        constant: object = _NONE,
    ) -> None:
        self.key = key
        self.name = name
        self.place = place
        self.required = required
        self.style = style
        self.explode = explode
        self.multi_segment = multi_segment
        self.allow_reserved = allow_reserved
        self.constant = constant

    def encoder(self) -> Encode:
        """The function that writes a value of this parameter."""
        if self.style == "json":
            return json_style(self.name, self.place)
        if self.place == "path":
            return path_style(self.name, self.style, self.explode, self.multi_segment)
        if self.place == "query":
            return query_style(self.name, self.style, self.explode, self.allow_reserved)
        if self.place == "header":
            return header_style(self.name, self.explode)
        if self.place == "template":
            return lambda value: ""
        return cookie_style(self.name, self.explode)


class Target:
    """Where a request goes: ``path`` is encoded and holds the query."""

    __slots__ = ("headers", "path")

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        self.path = path
        self.headers = headers

    def add_query(self, part: str) -> None:
        """Append an encoded ``name=value``."""
        self.path += ("&" if "?" in self.path else "?") + part

    def add_cookie(self, part: str) -> None:
        """Append an encoded ``name=value``."""
        present = self.headers.get("Cookie")
        self.headers["Cookie"] = f"{present}; {part}" if present else part


class Operation:
    """One upstream call.

    ``security`` lists alternatives, each the credentials needed together.
    ``base_url`` is set when the operation has a server of its own, ``upstream`` names
    one of several; ``reads`` makes JSON of a reply that is none, given its media type.
    ``body`` and ``texts``, by parameter key, make of all values what the document writes with gaps;
    ``encodings`` are how fields of forms are written, by media type and name;
    ``variables`` are the credentials among those values; ``scopes`` is what tokens are
    asked for, by credential.
    """

    def __init__(
        self,
        name: str,
        method: str,
        path: str,
        *,
        parameters: tuple[Parameter, ...] = (),
        content_types: tuple[str, ...] = (),
        body_required: bool = False,
        encodings: Encodings | None = None,
        accept: str = "*/*",
        security: tuple[tuple[str, ...], ...] = (),
        idempotent: bool = False,
        base_url: str = "",
        upstream: str = "",
        reads: Callable[[bytes, str], bytes] | None = None,
        body: Callable[[Mapping[str, object]], Content] | None = None,
        texts: Mapping[str, Callable[[Mapping[str, object]], str]] | None = None,
        variables: tuple[str, ...] = (),
        scopes: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.parameters = parameters
        self.content_types = content_types
        self.body_required = body_required
        self.encodings = encodings or {}
        self.accept = accept
        self.security = security
        self.idempotent = idempotent
        self.base_url = base_url
        self.upstream = upstream
        self.reads = reads
        self.body = body
        self.texts = texts or {}
        self.variables = variables
        self.scopes = scopes
        self._headers = {"Accept": accept}
        self._query: list[str] = []
        self._cookies: list[str] = []
        self._inputs: list[tuple[Parameter, Encode]] = []
        self._compile()

    def _compile(self) -> None:
        """Encode the constants, and keep an encoder for each other parameter."""
        path = self.path
        in_path: dict[str, tuple[Parameter, Encode]] = {}
        for parameter in self.parameters:
            encode = parameter.encoder()
            if parameter.constant is _NONE:
                if parameter.place == "path":
                    in_path[parameter.name] = (parameter, encode)
                else:
                    self._inputs.append((parameter, encode))
            elif parameter.place == "path":
                hole = "{" + parameter.name + "}"
                path = path.replace(hole, encode(parameter.constant))
            else:
                self._put(
                    parameter,
                    encode(parameter.constant),
                    self._headers,
                    self._query,
                    self._cookies,
                )
        if not in_path:
            self._literals, self._holes = [quote(path, safe=_LITERAL)], []
            return
        names = "|".join(re.escape(name) for name in in_path)
        pieces = re.split(r"\{(" + names + r")\}", path)
        self._literals = [quote(piece, safe=_LITERAL) for piece in pieces[::2]]
        self._holes = [in_path[name] for name in pieces[1::2]]

    def prepare(self, values: Mapping[str, object]) -> Target:
        """Encode ``values``, given by parameter key; ``UNSET`` ones are left out.

        Raises ``ArgumentError`` for a value that is missing or cannot be sent.
        """
        if self.texts:
            made = {key: build(values) for key, build in self.texts.items()}
            values = {**values, **made}
        path = self._literals[0]
        if self._holes:
            path = self._fill(values)
        headers = self._headers.copy()
        if not self._inputs and not self._query and not self._cookies:
            return Target(path, headers)
        query, cookies = self._query.copy(), self._cookies.copy()
        for parameter, encode in self._inputs:
            value = values.get(parameter.key, UNSET)
            if value is UNSET or value is None:
                if parameter.required:
                    raise ArgumentError(f"{parameter.name} is required")
                continue
            if parameter.place != "template":
                self._put(parameter, encode(value), headers, query, cookies)
        if query:
            path += ("&" if "?" in path else "?") + "&".join(query)
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        return Target(path, headers)

    def _fill(self, values: Mapping[str, object]) -> str:
        """The path with a value in every hole."""
        path = self._literals[0]
        for (parameter, encode), literal in zip(
            self._holes, self._literals[1:], strict=True
        ):
            value = values.get(parameter.key, UNSET)
            if value is UNSET or value is None:
                raise ArgumentError(f"{parameter.name} is required")
            path += encode(value) + literal
        if "/." in path and not {".", ".."}.isdisjoint(path.split("/")):
            raise PathError("the values make a '.' or '..' segment of the path")
        return path

    @staticmethod
    def _put(
        parameter: Parameter,
        encoded: str,
        headers: dict[str, str],
        query: list[str],
        cookies: list[str],
    ) -> None:
        """Put an encoded value where it belongs."""
        if parameter.place == "header":
            headers[parameter.name] = encoded
        elif encoded:
            (cookies if parameter.place == "cookie" else query).append(encoded)

    def __repr__(self) -> str:
        return f"Operation({self.name!r}, {self.method!r}, {self.path!r})"
