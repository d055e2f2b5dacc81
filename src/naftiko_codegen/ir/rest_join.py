"""The OpenAPI documents of several REST servers → the one document of a gateway.

Component schemas that differ under one name, and operation ids that several servers use, get the name of their package
in front: two documents with a schema ``Error`` each → ``a_Error`` and ``b_Error``. Equal ones are shared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from naftiko_codegen.read.document import Json

_PREFIX = "#/components/schemas/"
_VALUES = frozenset({"example", "examples", "default", "enum", "const"})
"""Keys whose values are data: a ``$ref`` in them is a string like any other."""
_MAPS = frozenset(
    {
        "properties",
        "patternProperties",
        "dependentSchemas",
        "$defs",
        "content",
        "headers",
        "responses",
    }
)
"""Keys whose values are maps: the keys of those are names, whatever they look like."""


def joined_document(members: Sequence[tuple[str, Json]]) -> Json:
    """One document from ``(package name, its document)`` pairs; paths that are equal must not share a method."""
    schemas = _clashing(members)
    operations = _repeated(members)
    paths: dict[str, Any] = {}
    components: dict[str, Json] = {}
    tags: dict[str, Json] = {}
    schemes: dict[str, Json] = {}
    for package, document in members:
        names = {name: f"{package}_{name}" for name in schemas}
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            components[names.get(name, name)] = _renamed(schema, names)
        for path, item in document["paths"].items():
            made = _renamed(item, names)
            _prefix_operations(made, operations, package)
            _ask(made, document.get("security", []), package)
            paths.setdefault(path, {}).update(made)
        asked = document.get("components", {}).get("securitySchemes", {})
        schemes |= {f"{package}_{name}": scheme for name, scheme in asked.items()}
        for tag in document.get("tags", []):
            tags.setdefault(tag["name"], tag)
    titles = ", ".join(document["info"]["title"] for _, document in members)
    made = {
        "openapi": max(document["openapi"] for _, document in members),
        "info": {
            "title": "Gateway",
            "description": f"The routes of {titles}.",
            "version": "1.0.0",
        },
        "servers": [{"url": "/"}],
    }
    if tags:
        made["tags"] = list(tags.values())
    objects: dict[str, Json] = {"schemas": components}
    if schemes:
        objects["securitySchemes"] = schemes
    return {**made, "paths": paths, "components": objects}


def _ask(item: dict[str, Any], security: list[Json], package: str) -> None:
    """Say at the operations of a path item made here what the whole server of ``package`` asks of its callers."""
    if security:
        named = [
            {f"{package}_{name}": scopes for name, scopes in each.items()}
            for each in security
        ]
        for operation in _operations(item):
            operation.setdefault("security", named)


def _clashing(members: Sequence[tuple[str, Json]]) -> frozenset[str]:
    """Names of schemas that are not the same in every document that has them, or refer to such a one."""
    found: dict[str, list[Json]] = defaultdict(list)
    for _, document in members:
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            found[name].append(schema)
    clashing = {
        name for name, same in found.items() if any(other != same[0] for other in same)
    }
    while True:
        more = {
            name
            for name, same in found.items()
            if len(same) > 1
            and name not in clashing
            and not clashing.isdisjoint(_references(same[0]))
        }
        if not more:
            return frozenset(clashing)
        clashing |= more


def _references(value: Any) -> set[str]:
    """Names of the component schemas that ``value`` refers to."""
    if isinstance(value, list):
        return set().union(*(_references(item) for item in value))
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, item in value.items():
        if key in _MAPS and isinstance(item, dict):
            found |= _references(list(item.values()))
        elif key not in _VALUES:
            found |= _references(item)
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith(_PREFIX):
        found.add(reference.removeprefix(_PREFIX))
    return found


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """``value`` with references to the schemas of ``names`` changed."""
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for key, item in value.items():
        if key in _MAPS and isinstance(item, dict):
            made[key] = {name: _renamed(inner, names) for name, inner in item.items()}
        else:
            made[key] = item if key in _VALUES else _renamed(item, names)
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith(_PREFIX):
        name = reference.removeprefix(_PREFIX)
        made["$ref"] = _PREFIX + names.get(name, name)
    return made


def _operations(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The operation objects of a path item."""
    found = [
        value
        for key, value in item.items()
        if key != "additionalOperations" and isinstance(value, dict)
    ]
    return found + list(item.get("additionalOperations", {}).values())


def _repeated(members: Sequence[tuple[str, Json]]) -> frozenset[str]:
    """Operation ids that more than one document has."""
    seen: set[str] = set()
    repeated: set[str] = set()
    for _, document in members:
        items = document["paths"].values()
        own = {
            o["operationId"]
            for item in items
            for o in _operations(item)
            if "operationId" in o
        }
        repeated |= own & seen
        seen |= own
    return frozenset(repeated)


def _prefix_operations(
    item: dict[str, Any], repeated: frozenset[str], package: str
) -> None:
    """Put ``package`` before the repeated operation ids of a path item made here."""
    for operation in _operations(item):
        name = operation.get("operationId")
        if name in repeated:
            operation["operationId"] = f"{package}_{name}"
