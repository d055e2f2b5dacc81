"""Renamed keys, and lists of named things ↔ maps by name; comments that ruamel.yaml keeps beside values move along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

_BEFORE, _BESIDE = 1, 2
"""Where ruamel.yaml keeps the comments above a key or item, and the one beside it with the lines that follow."""


def renamed(node: dict[str, Any], old: str, new: str) -> None:
    """Rename a key of ``node`` where it stands."""
    _fill(node, [(new if key == old else key, value) for key, value in node.items()])
    if (notes := _notes(node)) is not None and old in notes.items:
        notes.items[new] = notes.items.pop(old)


def by_name(items: Sequence[dict[str, Any]], names: Sequence[str]) -> dict[str, Any]:
    """A map of ``items`` under ``names``; their own ``name`` disappears."""
    made: dict[str, Any] = _like(items, "CommentedMap", {})
    for index, (name, item) in enumerate(zip(names, items, strict=True)):
        above, beside = _note(items, index)[_BEFORE], _note(item, "name")[_BESIDE]
        item.pop("name", None)
        if notes := _notes(item):
            notes.items.pop("name", None)
        made[name] = item
        _annotate(made, name, item, above, beside)
    return made


def listed(entries: dict[str, Any]) -> list[Any]:
    """A list of what ``entries`` holds, each with its key as ``name``."""
    made: list[Any] = _like(entries, "CommentedSeq", [])
    for index, (name, item) in enumerate(entries.items()):
        note, notes = _note(entries, name), _notes(item)
        _fill(item, [("name", name), *((k, v) for k, v in item.items() if k != "name")])
        made.append(item)
        if note[_BEFORE]:
            _notes(made).items[index] = [None, note[_BEFORE], None, None]
        if note[_BESIDE] and notes is not None:
            notes.comment = None
            notes.items["name"] = [None, None, note[_BESIDE], None]
    return made


def _fill(node: dict[str, Any], pairs: Iterable[tuple[str, Any]]) -> None:
    found = list(pairs)
    node.clear()
    node.update(found)


def _annotate(
    made: dict[str, Any], name: str, item: dict[str, Any], above: Any, beside: Any
) -> None:
    """Put comments at the key ``name``; an empty object has no place beside it."""
    if beside is not None and not item:
        above, beside = [*(above or ()), beside], None
    if beside is not None:
        beside.column = 0  # at the end of its new line, with one blank
    if above or beside:
        _notes(made).items[name] = [None, above, beside, None]
    if beside and (notes := _notes(item)) is not None:
        notes.comment = [beside, None]


def _notes(node: Any) -> Any:
    """The comments of a value of ruamel.yaml; None for a plain value."""
    return getattr(node, "ca", None)


def _note(node: Any, key: str | int) -> Any:
    notes = _notes(node)
    return (notes.items.get(key) if notes else None) or (None, None, None, None)


def _like(node: Any, kind: str, plain: Any) -> Any:
    """An empty value of ruamel.yaml with the style of ``node``; ``plain`` when that is a plain value."""
    if _notes(node) is None:
        return plain
    from ruamel.yaml import comments

    made = getattr(comments, kind)()
    if node.fa.flow_style():
        made.fa.set_flow_style()
    made.ca.comment = node.ca.comment
    return made
