"""Webhooks and callbacks → views of the calls that an API makes to its users."""

from __future__ import annotations

from collections.abc import Iterator

from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.openapi_content import body, replies
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_security import TOKEN
from naftiko_codegen.parse.openapi_view import HookView, OperationView
from naftiko_codegen.read.document import Json, Pointer

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "query")


def webhooks(root: dict[str, Json], refs: Refs) -> tuple[HookView, ...]:
    """The root's ``webhooks``, in the author's order."""
    found: list[HookView] = []
    for key, raw in refs.report.mapping(root, "webhooks", ()).items():
        if not key.startswith("x-"):
            found += _named(key, list(_path_item(raw, ("webhooks", key), "", refs)))
    return tuple(found)


def callbacks(
    owner: dict[str, Json], pointer: Pointer, refs: Refs
) -> tuple[HookView, ...]:
    """The ``callbacks`` of an operation; each goes to an address that an expression finds in the operation's call."""
    found: list[HookView] = []
    for key, raw in refs.report.mapping(owner, "callbacks", pointer).items():
        value, place = refs.follow(raw, (*pointer, "callbacks", key))
        if not isinstance(value, dict):
            if value is not None or raw is None:
                refs.report.wrong(value, "an object", place)
            continue
        below = [
            hook
            for expression, item in value.items()
            if not expression.startswith("x-")
            for hook in _path_item(item, (*place, expression), expression, refs)
        ]
        found += _named(key, below)
    return tuple(found)


def all_hooks(
    found: tuple[HookView, ...], operations: tuple[OperationView, ...], report: Report
) -> tuple[HookView, ...]:
    """Webhooks, then callbacks under the names of their operations; of those with one name the first."""
    by_name: dict[str, HookView] = {}
    below = (
        changed(hook, name=f"{operation.name}.{hook.name}")
        for operation in operations
        for hook in operation.callbacks
    )
    for hook in (*found, *below):
        if hook.name in by_name:
            message = f"{quote(hook.name)} names two webhooks; the first one counts"
            report.warning("N408", message, hook.pointer, key=True)
        by_name.setdefault(hook.name, hook)
    return tuple(by_name.values())


def _named(key: str, found: list[HookView]) -> list[HookView]:
    """Hooks of one key, by it and, when they are several, by their method or address."""
    if len(found) == 1:
        return [changed(found[0], name=key)]
    methods = {hook.method for hook in found}
    several = len(methods) == len(found)
    return [
        changed(
            hook,
            name=f"{key}.{hook.method.lower()}"
            + ("" if several else f".{hook.expression}"),
        )
        for hook in found
    ]


def _path_item(
    raw: Json, pointer: Pointer, expression: str, refs: Refs
) -> Iterator[HookView]:
    """The hooks of a path item, still without a name."""
    value, place = refs.follow(raw, pointer)
    if not isinstance(value, dict):
        if value is not None or raw is None:
            refs.report.wrong(value, "an object", place)
        return
    for method in _METHODS:
        found = value.get(method)
        if isinstance(found, dict):
            shared = list(_headers(value, place, refs))
            yield _hook(method, found, (*place, method), expression, shared, refs)
        elif method in value:
            refs.report.wrong(found, "an object", (*place, method))


def _hook(
    method: str,
    raw: dict[str, Json],
    pointer: Pointer,
    expression: str,
    shared: list[str],
    refs: Refs,
) -> HookView:
    report = refs.report
    sent = (*pointer, "requestBody")
    return HookView(
        name="",
        method=method.upper(),
        expression=expression,
        headers=tuple(dict.fromkeys([*shared, *_headers(raw, pointer, refs)])),
        body=body(raw["requestBody"], sent, refs) if "requestBody" in raw else None,
        replies=replies(raw, pointer, refs) if "responses" in raw else (),
        summary=report.text(raw, "summary", pointer),
        description=report.text(raw, "description", pointer),
        deprecated=report.flag(raw, "deprecated", pointer),
        pointer=pointer,
    )


def _headers(owner: dict[str, Json], pointer: Pointer, refs: Refs) -> Iterator[str]:
    """The names of the headers that come along."""
    for index, raw in enumerate(refs.report.items(owner, "parameters", pointer)):
        value, _ = refs.follow(raw, (*pointer, "parameters", index))
        if isinstance(value, dict) and value.get("in") == "header":
            name = value.get("name")
            if isinstance(name, str) and TOKEN.fullmatch(name):
                yield name
