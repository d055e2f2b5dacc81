"""What an OpenAPI document says, read from its raw text without the compiler.

Deliberately a second, naive reading: the exerciser compares what really happens with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import yaml
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.tools.exercise_swagger import modern

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_IGNORED = {
    "accept", "content-type", "authorization", "host", "content-length", "connection",
    "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "expect", "accept-encoding", "proxy-authorization",
    "proxy-connection", "via",
}  # fmt: skip
"""Headers that the document may declare, but that belong to other parts of it or to the connection."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2: dates are texts, and so are ``on`` and ``off``."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in found
        if not tag.endswith((":timestamp", ":bool"))
    ]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool",
    re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    list("tTfF"),
)


@dataclass
class Parameter:
    """A parameter outside the body; ``text`` says that its value is JSON text."""

    name: str
    place: str
    required: bool
    schema: Any
    style: str
    explode: bool
    reserved: bool
    text: bool


@dataclass
class Operation:
    """One operation; ``path`` is as written, ``bodies`` are media type objects by media type."""

    name: str
    method: str
    path: str
    parameters: list[Parameter]
    bodies: dict[str, Any]
    body_required: bool
    replies: dict[str, dict[str, Any]]
    """Schemas by media type by status."""
    security: list[dict[str, Any]]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Document:
    """An OpenAPI document and the files it refers to; ``$ref`` are made absolute when a file is read."""

    def __init__(self, path: Path) -> None:
        self._files: dict[str, Any] = {}
        self.checkers: dict[str, Any] = {}
        """Validator classes by what they let be missing."""
        self._path = str(path.resolve())
        self.root = self._file(self._path)

    def _file(self, path: str) -> Any:
        if path not in self._files:
            text = Path(path).read_text(encoding="utf-8-sig")
            node = (
                json.loads(text)
                if path.endswith(".json")
                else yaml.load(text, Loader=_Loader)
            )
            old = isinstance(node, dict) and str(
                node.get("openapi", node.get("swagger"))
            ).startswith(("2.", "3.0"))
            if isinstance(node, dict) and "swagger" in node:
                node = modern(node)
            self._files[path] = _absolute(node, path, old)
        return self._files[path]

    @cached_property
    def registry(self) -> Registry[Any]:
        """What a validator follows references with."""

        def retrieve(uri: str) -> Resource[Any]:
            return Resource(
                contents=self._file(unquote(uri)), specification=DRAFT202012
            )

        made: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg]
        made = made.with_resource(quote(self._path), retrieve(self._path))
        return made.crawl()

    @cached_property
    def hidden(self) -> dict[str, set[str]]:
        """The names of all properties that are read-only or write-only somewhere, by these words."""
        found: dict[str, set[str]] = {"readOnly": set(), "writeOnly": set()}
        for name, schema in _properties(self.root):
            own = self.follow(schema)
            for word, names in found.items():
                if isinstance(own, dict) and own.get(word) is True:
                    names.add(name)
        return found

    def follow(self, node: Any) -> Any:
        """``node``, or what its ``$ref`` names, with what stands beside the ``$ref`` on top; ``{}`` when dangling."""
        for _ in range(30):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return node
            beside = {k: v for k, v in node.items() if k != "$ref"}
            found = self._named(node["$ref"])
            node = {**found, **beside} if isinstance(found, dict) and beside else found
        return {}

    def _named(self, reference: str) -> Any:
        path, _, pointer = reference.partition("#")
        path = unquote(path)
        try:
            node = self._file(path)
            for part in filter(None, unquote(pointer).split("/")):
                key = part.replace("~1", "/").replace("~0", "~")
                node = node[int(key)] if isinstance(node, list) else _get(node, key)
        except (KeyError, IndexError, ValueError, OSError, TypeError):
            return {}
        return node

    @cached_property
    def base(self) -> str:
        """The path of the first server, without a slash at its end."""
        servers = self.root.get("servers") or [{}]
        url = str(servers[0].get("url") or "")
        for name, variable in (servers[0].get("variables") or {}).items():
            url = url.replace("{" + name + "}", str(variable.get("default", "")))
        return urlsplit(url).path.rstrip("/") if "{" not in url else ""

    def operations(self) -> Iterator[Operation]:
        """All of them, in order."""
        for path, item in (self.root.get("paths") or {}).items():
            item = self.follow(item)
            if not str(path).startswith("/") or not isinstance(item, dict):
                continue
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield self._operation(
                        str(path).partition("#")[0], item, method, item[method]
                    )

    def _operation(
        self, path: str, item: dict[str, Any], method: str, raw: dict[str, Any]
    ) -> Operation:
        found: dict[tuple[str, str], Parameter] = {}
        for one in [*(raw.get("parameters") or []), *(item.get("parameters") or [])]:
            parameter = self._parameter(self.follow(one))
            if parameter.place == "path" and f"{{{parameter.name}}}" not in path:
                continue
            lower = parameter.name.lower()
            coded = lower == "content-encoding" and not parameter.required
            ignored = parameter.place == "header" and (lower in _IGNORED or coded)
            if parameter.place in ("path", "query", "header", "cookie") and not ignored:
                found.setdefault((parameter.place, parameter.name), parameter)
        for name in re.findall(r"\{([^{}]+)\}", path):
            made = Parameter(name, "path", True, {}, "simple", False, False, False)
            found.setdefault(("path", name), made)
        body = self.follow(raw.get("requestBody")) or {}
        replies = {}
        for status, reply in (raw.get("responses") or {}).items():
            content = (self.follow(reply) or {}).get("content") or {}
            replies[str(status)] = {
                m: (self.follow(c) or {}).get("schema", {}) for m, c in content.items()
            }
        security = raw.get("security", self.root.get("security") or [])
        return Operation(
            str(raw.get("operationId", "")), method.upper(), path, list(found.values()),
            {m: self.follow(c) or {} for m, c in (body.get("content") or {}).items()},
            bool(body.get("required")), replies, security,
        )  # fmt: skip

    def _parameter(self, raw: dict[str, Any]) -> Parameter:
        place = str(raw.get("in"))
        default = "form" if place in ("query", "cookie") else "simple"
        style = str(raw.get("style") or default)
        schema, text = raw.get("schema", {}), False
        if raw.get("content"):
            media_type, media = next(iter(raw["content"].items()))
            schema = (self.follow(media) or {}).get("schema", {})
            text = "json" in media_type
        return Parameter(
            str(raw.get("name")), place, bool(raw.get("required")) or place == "path",
            schema, style, raw.get("explode", style in ("form", "deepObject")),
            bool(raw.get("allowReserved") or raw.get("x-naftiko-multi-segment")), text,
        )  # fmt: skip

    def schemes(self) -> dict[str, Any]:
        """The security schemes by name."""
        found = (self.root.get("components") or {}).get("securitySchemes") or {}
        return {name: self.follow(scheme) for name, scheme in found.items()}


def _get(node: Any, key: str) -> Any:
    return node[key] if key in node else node[int(key)]


def _properties(node: Any) -> Iterator[tuple[str, Any]]:
    """Names and schemas of all properties in ``node``."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"].items()
        for value in node.values():
            yield from _properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from _properties(value)


def _modern(made: dict[str, Any]) -> dict[str, Any]:
    """A schema of OpenAPI 3.0 in the words of today."""
    if made.get("nullable") is True and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    for word, edge in (
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ):
        if isinstance(made.get(word), bool) and made.pop(word) and edge in made:
            made[word] = made.pop(edge)
    return made


def _absolute(node: Any, path: str, old: bool) -> Any:
    """``node`` with the file's path in every ``$ref``."""
    if isinstance(node, list):
        return [_absolute(item, path, old) for item in node]
    if not isinstance(node, dict):
        return node
    made = {}
    for key, value in node.items():
        if key == "items" and isinstance(value, list):
            key = "prefixItems"  # of older drafts
        if key == "$ref" and isinstance(value, str):
            file, mark, pointer = value.partition("#")
            here = (
                path if not file else str((Path(path).parent / unquote(file)).resolve())
            )
            value = f"{quote(here)}#{pointer}" if mark else quote(here)
        made[key] = _absolute(value, path, old)
    return _modern(made) if old else made
