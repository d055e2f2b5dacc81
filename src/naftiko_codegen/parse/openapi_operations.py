"""Paths → views of every operation, named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.parse.openapi_content import body, replies, says_nothing
from naftiko_codegen.parse.openapi_hooks import callbacks
from naftiko_codegen.parse.openapi_names import named, wanted_name
from naftiko_codegen.parse.openapi_parameters import (
    fit_to_path,
    parameters,
    text_parameter,
    with_literal_braces,
)
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_security import TOKEN, requirements, scopes
from naftiko_codegen.parse.openapi_servers import first_server
from naftiko_codegen.parse.openapi_view import (
    BodyView,
    OperationView,
    ParameterView,
    SchemeView,
)
from naftiko_codegen.read.document import Json, Pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_ITEM_KEYS = frozenset(
    (
        *METHODS,
        "$ref",
        "summary",
        "description",
        "servers",
        "parameters",
        "additionalOperations",
    )
)
_PLAIN_START = re.compile(r"[A-Za-z0-9_{]")


def operations(
    root: dict[str, Json], refs: Refs, schemes: dict[str, SchemeView]
) -> tuple[OperationView, ...]:
    """All operations of ``paths``, in the author's order, with names unique without regard to case and separators."""
    found: list[OperationView] = []
    paths = root.get("paths")
    for key, raw in paths.items() if isinstance(paths, dict) else ():
        if key.startswith("x-"):
            continue
        path = _path(key, ("paths", key), refs.report)
        if path:
            found += _path_item(path, raw, ("paths", key), refs, schemes)
    return named(found, refs.report)


def _path(key: str, pointer: Pointer, report: Report) -> str:
    """The key as a path that starts with exactly one slash; an error and ``""`` when it might lead elsewhere."""
    if key.startswith("/") and not key.startswith(("//", "/\\")):
        return key
    if _PLAIN_START.match(key) and "://" not in key and "@" not in key:
        report.warning(
            "N405",
            f"the path {quote(key)} starts with no slash; one is assumed",
            pointer,
            key=True,
        )
        return f"/{key}"
    hint = "a path starts with one slash and is appended to the server's URL"
    report.error(
        "N405",
        f"the path {quote(key)} leads away from the server",
        pointer,
        hint,
        key=True,
    )
    return ""


def _path_item(
    path: str, raw: Json, pointer: Pointer, refs: Refs, schemes: dict[str, SchemeView]
) -> Iterator[OperationView]:
    report = refs.report
    value, place = refs.follow(raw, pointer)
    if not isinstance(value, dict):
        if value is not None or raw is None:
            report.error("N402", f"the path {quote(path)} must be an object", place)
        return
    _report_unknown_keys(value, place, report)
    if "query" in value and not str(refs.root.get("openapi")).startswith("3.2"):
        message = "query is a method since OpenAPI 3.2; it is generated all the same"
        report.once("N419", message, (*place, "query"))
    shared = parameters(
        report.items(value, "parameters", place), (*place, "parameters"), refs
    )
    server = first_server(value, place, report)
    for method, operation, where in _methods(value, place, report):
        if isinstance(operation, dict):
            yield _operation(
                path, method, operation, where, refs, schemes, shared, server
            )
        else:
            report.error(
                "N402",
                f"the operation {quote(method)} {quote(path)} must be an object",
                where,
            )


def _methods(
    item: dict[str, Json], pointer: Pointer, report: Report
) -> Iterator[tuple[str, Json, Pointer]]:
    """Method, operation object and place of every operation of a path item."""
    for key in item:
        if key in METHODS:
            yield key, item[key], (*pointer, key)
    for key, value in report.mapping(item, "additionalOperations", pointer).items():
        place = (*pointer, "additionalOperations", key)
        if TOKEN.fullmatch(key) and key.upper() != "CONNECT":
            yield key, value, place
        else:
            report.error("N402", f"{quote(key)} is no method", place, key=True)


def _report_unknown_keys(
    item: dict[str, Json], pointer: Pointer, report: Report
) -> None:
    for key in item:
        if key not in _ITEM_KEYS and not key.startswith("x-"):
            lower = key.lower()
            hint = (
                f"write {lower}" if lower in METHODS else did_you_mean(key, _ITEM_KEYS)
            )
            report.warning(
                "N404",
                f"{quote(key)} is no method; it is left out",
                (*pointer, key),
                hint,
                key=True,
            )


def _operation(
    path: str,
    method: str,
    raw: dict[str, Json],
    pointer: Pointer,
    refs: Refs,
    schemes: dict[str, SchemeView],
    shared: dict[tuple[str, str], ParameterView],
    server: str,
) -> OperationView:
    report = refs.report
    own = parameters(
        report.items(raw, "parameters", pointer), (*pointer, "parameters"), refs
    )
    plain, constants = _without_query(path, pointer, report)
    found = _without_constants(shared | own, constants, report)
    plain = with_literal_braces(
        plain, {name for place, name in found if place == "path"}
    )
    given = (*constants, *fit_to_path(plain, found, pointer, report))
    text = {
        key: report.text(raw, key, pointer)
        for key in ("operationId", "summary", "description")
    }
    return OperationView(
        name=text["operationId"].strip(),
        method=method.upper(),
        path=plain,
        group=_group(raw, pointer, report),
        server=first_server(raw, pointer, report) or server,
        parameters=given,
        body=_body(method, raw, pointer, refs),
        replies=replies(raw, pointer, refs),
        security=requirements(raw, pointer, schemes, report),
        scopes=scopes(raw, pointer, schemes, report),
        summary=text["summary"],
        description=text["description"],
        deprecated=report.flag(raw, "deprecated", pointer),
        wanted_name=wanted_name(raw, pointer, report),
        callbacks=callbacks(raw, pointer, refs) if "callbacks" in raw else (),
        pointer=pointer,
    )


def _body(
    method: str, raw: dict[str, Json], pointer: Pointer, refs: Refs
) -> BodyView | None:
    """The request body, unless it has room for nothing where none is expected."""
    if "requestBody" not in raw:
        return None
    place = (*pointer, "requestBody")
    found = body(raw["requestBody"], place, refs)
    if found and method in ("get", "head") and says_nothing(found):
        message = f"the body of a {method.upper()} request has no properties and may be left out: it is no argument"
        refs.report.once("N439", message, place)
        return None
    return found


def _without_query(
    path: str, pointer: Pointer, report: Report
) -> tuple[str, tuple[ParameterView, ...]]:
    """``path`` without ``?a=b`` and ``#…``; the former become values sent with every request."""
    plain, _, fragment = path.partition("#")
    plain, _, query = plain.partition("?")
    if plain == path:
        return path, ()
    if fragment:
        report.warning(
            "N406",
            f"#{quote(fragment)} in a path is never sent; it is left out",
            pointer[:2],
            key=True,
        )
    pairs = [
        (k, v)
        for k, v in parse_qsl(query, keep_blank_values=True)
        if k and "{" not in v
    ]
    if query:
        report.warning(
            "N406",
            f"?{quote(query)} in a path is sent with every request",
            pointer[:2],
            key=True,
        )
    return plain, tuple(
        _constant(name, value, pointer) for name, value in dict(pairs).items()
    )


def _without_constants(
    found: dict[tuple[str, str], ParameterView],
    constants: tuple[ParameterView, ...],
    report: Report,
) -> dict[tuple[str, str], ParameterView]:
    """``found`` without the query parameters whose value the path says."""
    kept = dict(found)
    for constant in constants:
        view = kept.pop(("query", constant.name), None)
        if view is not None:
            words = f"the path says the query parameter {quote(view.name)}; it is no argument"
            report.warning("N406", words, view.pointer)
    return kept


def _constant(name: str, value: str, pointer: Pointer) -> ParameterView:
    return text_parameter(name, "query", pointer, pointer, value)


def _group(raw: dict[str, Json], pointer: Pointer, report: Report) -> str:
    """The first tag."""
    tags = report.items(raw, "tags", pointer)
    if tags and not isinstance(tags[0], str):
        report.wrong(tags[0], "a string", (*pointer, "tags", 0))
        return ""
    return tags[0] if tags else ""
