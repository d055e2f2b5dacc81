"""``outputParameters`` of tools, routes and functions in the words of another version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from naftiko_codegen.migrate import keyed
from naftiko_codegen.migrate.versions import MAPS, RUNTIME, STATIC, reached


def rewritten(unit: dict[str, Any], target: str) -> Any:
    """The outputs of ``unit`` as ``target`` writes them: a map where they have names and no call is shaped by them."""
    found = unit["outputParameters"]
    composed = "steps" in unit
    for item in _items(found):
        _output(item, target, composed=composed)
    shaped = "call" in unit and not composed
    return _collection(found, target, whole=not shaped)


def _collection(found: Any, target: str, *, whole: bool = True) -> Any:
    """``found`` as a map by name or a list; as it is when it has no names."""
    if isinstance(found, dict):
        usable = all(isinstance(item, dict) for item in found.values())
        return found if reached(target, MAPS) or not usable else keyed.listed(found)
    said = [item.get("name") for item in _items(found)]
    names = [name for name in dict.fromkeys(said) if isinstance(name, str) and name]
    fit = isinstance(found, list) and names and len(names) == len(found)
    return (
        keyed.by_name(found, names)
        if whole and fit and reached(target, MAPS)
        else found
    )


def _output(node: dict[str, Any], target: str, *, composed: bool) -> None:
    """One output and what is below it; those of steps are ``composed`` of named fields."""
    for item in _items(node.get("properties")):
        _output(item, target, composed=composed)
    for item in _items(_alone(node.get("items"), composed)):
        _output(item, target, composed=composed)
    if composed and isinstance(node.get("properties"), dict):
        _named(node["properties"], target)
    if "items" in node:
        node["items"] = _inner(node["items"], target, composed)
    _static(node, target)


def _named(properties: dict[str, Any], target: str) -> None:
    """Below steps, properties had their key as ``name`` too."""
    for name, item in properties.items():
        if isinstance(item, dict) and not reached(target, MAPS):
            item.setdefault("name", name)
        elif isinstance(item, dict) and item.get("name") == name:
            del item["name"]


def _alone(items: Any, composed: bool) -> Any:
    """The one item of an array as a list of one."""
    one = isinstance(items, dict) and not (composed and "type" not in items)
    return [items] if one else items


def _inner(items: Any, target: str, composed: bool) -> Any:
    """``items``: fields by name below steps; else one object, which up to 0.5 was a list of one."""
    if composed:
        return _collection(items, target)
    single = isinstance(items, list) and len(items) == 1 and isinstance(items[0], dict)
    if single and reached(target, RUNTIME) and not items[0].get("name"):
        return items[0]
    older = isinstance(items, dict) and not reached(target, RUNTIME)
    return [items] if older else items


def _static(node: dict[str, Any], target: str) -> None:
    """What an output always says: ``const`` up to 1.0.0-alpha1, ``value`` since."""
    if "mapping" in node:
        return
    if reached(target, STATIC) and "const" in node and "value" not in node:
        keyed.renamed(node, "const", "value")
    elif not reached(target, STATIC) and "value" in node and "const" not in node:
        keyed.renamed(node, "value", "const")


def _items(found: Any) -> Iterator[dict[str, Any]]:
    values = found.values() if isinstance(found, dict) else found
    if isinstance(found, dict | list):
        yield from (item for item in values if isinstance(item, dict))
