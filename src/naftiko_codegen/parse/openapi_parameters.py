"""Parameters of paths, operations and replies → views with OpenAPI's defaults of style filled in."""

from __future__ import annotations

import re
from typing import Literal, cast

from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.model import Place
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_security import FORBIDDEN_HEADERS, TOKEN
from naftiko_codegen.parse.openapi_view import ParameterView
from naftiko_codegen.parse.swagger_parts import parameter as older
from naftiko_codegen.read.document import Json, Pointer

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
"""A path parameter in the path of a view, where any other brace is percent-encoded."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.$-]+")

_STYLES: dict[str, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form", "cookie"),
}
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
_JSON_SUFFIX = re.compile(r"application/json|.*\+json", re.IGNORECASE)


def parameters(
    items: list[Json], pointer: Pointer, refs: Refs
) -> dict[tuple[str, str], ParameterView]:
    """The parameters in a list standing at ``pointer``, by place and name; later duplicates are findings."""
    found: dict[tuple[str, str], ParameterView] = {}
    for index, raw in enumerate(items):
        value, place = refs.follow(raw, (*pointer, index))
        if not isinstance(value, dict):
            if value is not None or raw is None:
                refs.report.wrong(value, "an object", place)
            continue
        view = _parameter(value, place, refs)
        if view is None:
            continue
        if (view.place, view.name) in found:
            message = f"the {view.place} parameter {quote(view.name)} is declared twice; the first one counts"
            refs.report.warning("N421", message, (*pointer, index))
        else:
            found[view.place, view.name] = view
    return found


def _parameter(
    raw: dict[str, Json], pointer: Pointer, refs: Refs
) -> ParameterView | None:
    """The view of one parameter, or ``None`` when nothing could be sent for it."""
    report = refs.report
    name, place = report.text(raw, "name", pointer), report.text(raw, "in", pointer)
    if place not in _STYLES:
        hint = did_you_mean(place, _STYLES) or f"one of {', '.join(_STYLES)}"
        report.warning(
            "N420",
            f"the parameter {quote(name)} goes nowhere: in is {quote(place)}",
            pointer,
            hint,
        )
        return None
    if not name:
        report.warning(
            "N420", f"a {place} parameter without a name is left out", pointer
        )
        return None
    if place in ("header", "cookie") and not _sendable(name, place, pointer, report):
        return None
    required = report.flag(raw, "required", pointer)
    if place == "path" and not required:
        report.once(
            "N422",
            f"the path parameter {quote(name)} is not marked required; it is",
            pointer,
        )
    return described(
        raw, name, cast(Place, place), required or place == "path", pointer, refs
    )


def _sendable(name: str, place: str, pointer: Pointer, report: Report) -> bool:
    """Whether ``name`` may and can be a header or cookie."""
    if place == "header" and name.lower() in _IGNORED_HEADERS:
        report.note(
            "N423",
            f"the header parameter {quote(name)} is set by the body, reply or security part",
            pointer,
        )
        return False
    if place == "header" and name.lower() in FORBIDDEN_HEADERS:
        report.warning(
            "N423",
            f"no caller may set the header {quote(name)}; it is left out",
            pointer,
        )
        return False
    if not TOKEN.fullmatch(name):
        report.warning(
            "N423",
            f"{quote(name)} is no {place} name; the parameter is left out",
            pointer,
        )
        return False
    return True


def described(
    raw: dict[str, Json],
    name: str,
    place: Place,
    required: bool,
    pointer: Pointer,
    refs: Refs,
) -> ParameterView:
    """The view of a parameter or header object of known name and place."""
    report = refs.report
    schema, where = raw.get("schema", ...), (*pointer, "schema")
    if "type" in raw and not raw.keys() & {"schema", "content"}:
        message = "since OpenAPI 3.0 a type stands in schema; it is read as if it did"
        report.once("N435", message, (*pointer, "type"))
        raw = raw | older({**raw, "in": place})
        schema, where = raw["schema"], pointer
    style, explode = style_of(raw, place, pointer, report)
    if schema is ... and raw.get("content"):
        style, schema, where = _content(raw, style, pointer, refs)
    reserved = report.flag(raw, "allowReserved", pointer)
    segments = report.flag(raw, "x-naftiko-multi-segment", pointer) or (
        place == "path" and reserved
    )
    view = ParameterView(
        name=name,
        place=place,
        required=required,
        schema=schema,
        style=style,
        explode=explode,
        description=report.text(raw, "description", pointer),
        example=_example(raw, schema, pointer, refs),
        deprecated=report.flag(raw, "deprecated", pointer),
        allow_reserved=reserved,
        multi_segment=segments and place == "path",
        pointer=pointer,
        schema_pointer=where,
    )
    _hint_slashes(view, report)
    return view


def style_of(
    raw: dict[str, Json], place: Place, pointer: Pointer, report: Report
) -> tuple[str, bool]:
    """Style and explode of a parameter in ``place``; explode defaults to true for ``form`` and ``deepObject`` alone."""
    allowed = _STYLES[place]
    style = report.text(raw, "style", pointer) or allowed[0]
    if style not in allowed:
        message = f"the style {quote(style)} is not one of a {place} parameter; {allowed[0]} is assumed"
        report.warning(
            "N424", message, (*pointer, "style"), did_you_mean(style, allowed)
        )
        style = allowed[0]
    return style, report.flag(
        raw, "explode", pointer, style in ("form", "deepObject", "cookie")
    )


def _content(
    raw: dict[str, Json], style: str, pointer: Pointer, refs: Refs
) -> tuple[str, Json, Pointer]:
    """Style (``json`` when the value is sent as JSON text), schema and its place of a ``content`` parameter."""
    content = refs.report.mapping(raw, "content", pointer)
    for media_type, media in content.items():
        value, place = refs.follow(media, (*pointer, "content", media_type))
        schema = value.get("schema", ...) if isinstance(value, dict) else ...
        return (
            ("json" if _JSON_SUFFIX.match(media_type) else style),
            schema,
            (*place, "schema"),
        )
    return style, ..., pointer


def _example(raw: dict[str, Json], schema: Json, pointer: Pointer, refs: Refs) -> Json:
    """An example of the parameter, else one of its schema; ``...`` when there is none."""
    found = first_example(raw, pointer, refs)
    if found is not ... or not isinstance(schema, dict):
        return found
    examples = schema.get("examples")
    first = examples[0] if isinstance(examples, list) and examples else ...
    return schema.get("example", first)


def first_example(raw: dict[str, Json], pointer: Pointer, refs: Refs) -> Json:
    """``example``, or the value of the first of ``examples``; ``...`` when there is none."""
    if "example" in raw:
        return raw["example"]
    examples = raw.get("examples")
    if not isinstance(examples, dict) or not examples:
        return ...
    key = next(iter(examples))
    value, _ = refs.follow(examples[key], (*pointer, "examples", key))
    return value.get("value", ...) if isinstance(value, dict) else ...


def _hint_slashes(view: ParameterView, report: Report) -> None:
    """Say how to let slashes through when an example of a path parameter holds one."""
    example = view.example
    if (
        view.place == "path"
        and not view.multi_segment
        and isinstance(example, str)
        and "/" in example
    ):
        message = f"the example {quote(example)} holds a slash, which is sent as %2F in {quote(view.name)}"
        hint = "add x-naftiko-multi-segment: true when the path may hold several segments here"
        report.note("N425", message, view.pointer, hint)


def with_literal_braces(path: str, declared: set[str]) -> str:
    """``path`` with every brace percent-encoded that is not around a declared or plainly named parameter."""
    made, end = [], 0
    for match in PLACEHOLDER.finditer(path):
        if match[1] in declared or _PLAIN_NAME.fullmatch(match[1]):
            made += [_braceless(path[end : match.start()]), match[0]]
            end = match.end()
    return "".join([*made, _braceless(path[end:])])


def _braceless(text: str) -> str:
    return text.replace("{", "%7B").replace("}", "%7D")


def fit_to_path(
    path: str,
    found: dict[tuple[str, str], ParameterView],
    pointer: Pointer,
    report: Report,
) -> tuple[ParameterView, ...]:
    """``found`` without path parameters that ``path`` does not hold, and with those it holds undeclared."""
    names = list(dict.fromkeys(PLACEHOLDER.findall(path)))
    kept: list[ParameterView] = []
    for (place, name), view in found.items():
        if place == "path" and name not in names:
            message = f"the path parameter {quote(name)} is not in the path {quote(path)}; it is left out"
            near = did_you_mean(name, names)
            report.warning("N427", message, view.pointer, near)
        else:
            kept.append(
                changed(view, style="simple", explode=False)
                if _twice(view, path)
                else view
            )
    missing = [name for name in names if ("path", name) not in found]
    for name in missing:
        report.warning(
            "N426",
            f"the path parameter {quote(name)} is not declared; it is a required string",
            pointer,
        )
    return (*(_undeclared(name, pointer) for name in missing), *kept)


def _twice(view: ParameterView, path: str) -> bool:
    """Whether ``path`` holds the parameter more than once, where only the plain style makes sense."""
    return view.place == "path" and path.count("{" + view.name + "}") > 1


def _undeclared(name: str, pointer: Pointer) -> ParameterView:
    return text_parameter(name, "path", pointer, (*pointer, "parameters"))


def text_parameter(
    name: str,
    place: Literal["path", "query"],
    pointer: Pointer,
    schema_pointer: Pointer,
    constant: Json = ...,
) -> ParameterView:
    """A required text that no parameter object describes, in the default style of its place."""
    return ParameterView(
        name=name,
        place=place,
        required=True,
        schema={"type": "string"},
        style="form" if place == "query" else "simple",
        explode=place == "query",
        description="",
        example=...,
        deprecated=False,
        allow_reserved=False,
        multi_segment=False,
        pointer=pointer,
        schema_pointer=schema_pointer,
        constant=constant,
    )
