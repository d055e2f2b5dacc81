"""Swagger 2.0 → OpenAPI 3.0.3, every part still with its place in the file that was read.

Before: ``parameters: [{in: body, name: pet, schema: …}]`` with ``consumes: [application/json]``; after:
``requestBody: {content: {application/json: {schema: …}}}``. What is wrong in a document stays as it is, for the passes
that look for it. Source: the OpenAPI Specification, versions 2.0 and 3.0.3.
"""

from __future__ import annotations

import re

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.openapi_refs import FILES
from naftiko_codegen.parse.swagger_parts import (
    header,
    parameter,
    plain_schema,
    redirected,
    schema,
    security,
    style,
)
from naftiko_codegen.read.document import Document, Json, Pointer

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_GONE = frozenset(
    [
        "swagger",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
        "definitions",
        "parameters",
        "responses",
        "securityDefinitions",
    ]
)
"""Keys of the root that version 3 does not know."""

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


def as_openapi(document: Document, diagnostics: Diagnostics) -> Document:
    """``document`` in the words of OpenAPI 3.0.3; the same object when it is not of version 2.0.

    Findings: N402, a version that is a number.
    """
    root = document.root
    if not isinstance(root, dict) or not re.fullmatch(
        r"2(\.0)?", str(root.get("swagger"))
    ):
        return document
    translation = _Translation(root)
    made = translation.whole()
    if not isinstance(root["swagger"], str):
        message = f"swagger must be a string; {root['swagger']} is assumed"
        span = document.span(("swagger",))
        diagnostics.warning("N402", message, span, "put it in quotes", strict=True)

    def locate(pointer: Pointer) -> Span:
        return document.locate(translation.origin(pointer))

    return changed(document, root=made, locate=locate)


class _Translation:
    """One document on its way to version 3.0.3; ``_moved`` tells where its parts came from."""

    def __init__(self, root: dict[str, Json]) -> None:
        self._root = root
        self._moved: dict[Pointer, Pointer] = {("openapi",): ("swagger",)}

    def whole(self) -> dict[str, Json]:
        """The root of the translation."""
        root = self._root
        made: dict[str, Json] = {"openapi": "3.0.3"}
        if servers := self._servers(root.get("schemes")):
            made["servers"] = servers
        made |= {key: value for key, value in root.items() if key not in _GONE}
        if FILES in root:
            made[FILES] = schema(root[FILES])
        if isinstance(root.get("paths"), dict):
            made["paths"] = {
                path: self._path(item, ("paths", path))
                for path, item in root["paths"].items()
            }
        if components := self._components():
            made["components"] = components
        return made

    def origin(self, pointer: Pointer) -> Pointer:
        """Where the part at ``pointer`` of the translation stood."""
        for depth in range(len(pointer), 0, -1):
            if (before := self._moved.get(pointer[:depth])) is not None:
                return (*before, *pointer[depth:])
        return pointer

    def _servers(self, schemes: Json) -> list[Json]:
        """The one server of ``host`` and ``basePath``: https where it is offered."""
        host, base = self._root.get("host"), self._root.get("basePath")
        self._moved["servers",] = ("host",) if host else ("basePath",)
        path = base if isinstance(base, str) else ""
        if not isinstance(host, str) or not host:
            return [{"url": path}] if path else []
        known = schemes if isinstance(schemes, list) and schemes else ["https"]
        scheme = "https" if "https" in known else str(known[0])
        return [{"url": f"{scheme}://{host}/{path.lstrip('/')}".rstrip("/")}]

    def _components(self) -> dict[str, Json]:
        """Definitions, responses and security schemes, each in its new home."""
        made: dict[str, Json] = {}
        for key, home, translate in (
            ("definitions", "schemas", self._definition),
            ("responses", "responses", self._response_of_all),
            ("securityDefinitions", "securitySchemes", self._security),
        ):
            given = self._root.get(key)
            if isinstance(given, dict):
                self._moved["components", home] = (key,)
                made[home] = {
                    name: translate(value, ("components", home, name))
                    for name, value in given.items()
                }
            elif given is not None:
                self._moved["components", home] = (key,)
                made[home] = given
        return made

    def _definition(self, value: Json, pointer: Pointer) -> Json:
        return schema(value)

    def _security(self, value: Json, pointer: Pointer) -> Json:
        return security(value)

    def _response_of_all(self, value: Json, pointer: Pointer) -> Json:
        return self._response(value, pointer, _types(self._root, "produces"))

    def _path(self, item: Json, pointer: Pointer) -> Json:
        """A path item: its shared parameters stay there, shared bodies go to every operation."""
        if not isinstance(item, dict):
            return item
        shared = self._parameters(item, pointer)
        made = {key: value for key, value in item.items() if key != "parameters"}
        for method in _METHODS:
            if isinstance(item.get(method), dict):
                made[method] = self._operation(item[method], (*pointer, method), shared)
        return made

    def _operation(
        self,
        raw: dict[str, Json],
        pointer: Pointer,
        shared: list[tuple[Json, Pointer]],
    ) -> Json:
        """An operation with the parameters of its path among its own."""
        gone = ("consumes", "produces", "schemes", "parameters", "responses")
        made = {key: value for key, value in raw.items() if key not in gone}
        own = self._parameters(raw, pointer)
        mine = {_identity(value) for value, _ in own}
        given = own + [it for it in shared if _identity(it[0]) not in mine]
        plain: list[Json] = []
        for value, before in given:
            if not _is_body(value):
                self._moved[*pointer, "parameters", len(plain)] = before
                plain.append(parameter(value))
        if plain or not isinstance(raw.get("parameters", []), list):
            made["parameters"] = plain or raw["parameters"]
        if body := self._body([it for it in given if _is_body(it[0])], raw, pointer):
            made["requestBody"] = body
        if isinstance(raw.get("schemes"), list) and self._root.get("host"):
            made["servers"] = self._servers(raw["schemes"])
        if "responses" in raw:
            made["responses"] = self._responses(raw, pointer)
        return made

    def _parameters(
        self, owner: dict[str, Json], pointer: Pointer
    ) -> list[tuple[Json, Pointer]]:
        """The parameters of ``owner`` with their places, those of the root in place of references to them."""
        given = owner.get("parameters")
        items = given if isinstance(given, list) else []
        found: list[tuple[Json, Pointer]] = []
        for index, value in enumerate(items):
            place: Pointer = (*pointer, "parameters", index)
            name = value.get("$ref") if isinstance(value, dict) else None
            if isinstance(name, str) and name.startswith("#/parameters/"):
                key = name[13:].replace("~1", "/").replace("~0", "~")
                known = self._root.get("parameters")
                if isinstance(known, dict) and key in known:
                    value, place = known[key], ("parameters", key)
            found.append((value, place))
        return found

    def _body(
        self, given: list[tuple[Json, Pointer]], raw: dict[str, Json], pointer: Pointer
    ) -> Json:
        """The request body that a ``body`` parameter or those of a form make; None without any."""
        if not given:
            return None
        types = _types(raw, "consumes") or _types(self._root, "consumes")
        place = (*pointer, "requestBody")
        for value, before in given:
            if value["in"] == "body":
                return self._whole_body(value, types, place, before)
        self._moved[place] = given[0][1]
        return self._form(given, types, place)

    def _whole_body(
        self, value: dict[str, Json], types: list[str], place: Pointer, before: Pointer
    ) -> Json:
        kept = ("description", "required")
        made = {key: value[key] for key in kept if key in value}
        self._moved[place] = before
        types = types or [_JSON]
        for media_type in types:
            self._moved[*place, "content", media_type] = before
        media = {"schema": schema(value["schema"])} if "schema" in value else {}
        return made | {"content": dict.fromkeys(types, media)}

    def _form(
        self, given: list[tuple[Json, Pointer]], types: list[str], place: Pointer
    ) -> Json:
        """The parameters of a form as the properties of one object."""
        files = any(value.get("type") == "file" for value, _ in given)
        usable = [it for it in types if it.partition(";")[0] in (_FORM, _MULTIPART)]
        usable = [it for it in usable if not files or it != _FORM]
        types = usable or [_MULTIPART if files else _FORM]
        properties: dict[str, Json] = {}
        encoding: dict[str, Json] = {}
        for value, before in given:
            name = str(value.get("name"))
            properties[name] = plain_schema(value) | {
                key: value[key] for key in ("description",) if key in value
            }
            if value.get("type") == "array":
                encoding[name] = style(value, "form")
            for media_type in types:
                where = (*place, "content", media_type, "schema", "properties", name)
                self._moved[where] = before
        required = [str(v.get("name")) for v, _ in given if v.get("required") is True]
        shape: dict[str, Json] = {"type": "object", "properties": properties}
        if required:
            shape["required"] = required
        media = {"schema": shape} | ({"encoding": encoding} if encoding else {})
        return {
            "required": bool(required),
            "content": dict.fromkeys(types, media),
        }

    def _responses(self, raw: dict[str, Json], pointer: Pointer) -> Json:
        given = raw["responses"]
        if not isinstance(given, dict):
            return given
        types = _types(raw, "produces") or _types(self._root, "produces")
        return {
            status: self._response(value, (*pointer, "responses", str(status)), types)
            for status, value in given.items()
        }

    def _response(self, raw: Json, pointer: Pointer, types: list[str]) -> Json:
        """A reply: its schema once for each media type, examples beside the type they are of."""
        if not isinstance(raw, dict):
            return raw
        if isinstance(raw.get("$ref"), str):
            return {"$ref": redirected(raw["$ref"])}
        gone = ("schema", "examples", "headers")
        made = {key: value for key, value in raw.items() if key not in gone}
        before = self.origin(pointer)
        if isinstance(raw.get("headers"), dict):
            made["headers"] = {n: header(v) for n, v in raw["headers"].items()}
        if "schema" in raw:
            examples = raw.get("examples")
            known = examples if isinstance(examples, dict) else {}
            shape = schema(raw["schema"])
            binary = isinstance(shape, dict) and shape.get("type") == "file"
            types = types or ["application/octet-stream" if binary else _JSON]
            made["content"] = {
                it: {"schema": shape} | ({"example": known[it]} if it in known else {})
                for it in types
            }
            for media_type in types:
                self._moved[*pointer, "content", media_type] = before
        return made


def _types(owner: dict[str, Json], key: str) -> list[str]:
    """The media types that ``owner`` lists."""
    given = owner.get(key)
    items = given if isinstance(given, list) else []
    return [it for it in dict.fromkeys(items) if isinstance(it, str) and it]


def _is_body(value: Json) -> bool:
    return isinstance(value, dict) and value.get("in") in ("body", "formData")


def _identity(value: Json) -> tuple[str, str]:
    """What makes a parameter the same as one of its path: place and name; there is one ``body``."""
    if not isinstance(value, dict):
        return "", ""
    place = str(value.get("in", ""))
    name = "" if place == "body" else str(value.get("name", value.get("$ref", "")))
    return place, name
