"""Request bodies and replies → views by media type and status."""

from __future__ import annotations

import re

from naftiko_codegen.check.text import quote
from naftiko_codegen.parse.openapi_encoding import encodings
from naftiko_codegen.parse.openapi_parameters import described, first_example
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.parse.openapi_security import TOKEN
from naftiko_codegen.parse.openapi_view import (
    BodyView,
    MediaView,
    ParameterView,
    ReplyView,
)
from naftiko_codegen.read.document import Json, Pointer

_STATUS = re.compile(r"[1-5]([0-9][0-9]|XX)|default")
_MEDIA_TYPE = re.compile(
    r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+( *;[ -~]*)?"
)


def body(raw: Json, pointer: Pointer, refs: Refs) -> BodyView | None:
    """The request body standing at ``pointer``, or ``None`` when it says nothing usable."""
    value, place = refs.follow(raw, pointer)
    if not isinstance(value, dict):
        if value is not None or raw is None:
            refs.report.wrong(value, "an object", place)
        return None
    medias = _medias(value, place, refs)
    if not medias:
        refs.report.warning(
            "N431", "this request body has no media type to send; it is left out", place
        )
        return None
    description = refs.report.text(value, "description", place)
    return BodyView(
        medias, refs.report.flag(value, "required", place), description, place
    )


def says_nothing(view: BodyView) -> bool:
    """Whether a body may be left out and is an object without properties in every media type."""
    return not view.required and all(
        isinstance(media.schema, dict)
        and media.schema.get("type") == "object"
        and media.schema.get("properties") == {}
        and media.schema.get("additionalProperties", False) is False
        and media.schema.keys() <= {"type", "properties", "additionalProperties"}
        for media in view.medias
    )


def _medias(
    owner: dict[str, Json], pointer: Pointer, refs: Refs
) -> tuple[MediaView, ...]:
    """The usable entries of ``owner.content``."""
    found: list[MediaView] = []
    for media_type, raw in refs.report.mapping(owner, "content", pointer).items():
        place = (*pointer, "content", media_type)
        if not _MEDIA_TYPE.fullmatch(media_type):
            message = f"{quote(media_type) or 'the empty text'} is no media type; it is left out"
            refs.report.warning("N432", message, place, key=True)
            continue
        value, where = refs.follow(raw, place)
        if not isinstance(value, dict):
            refs.report.wrong(value, "an object", where, "any body is assumed")
            value = {}
        schema, inside = _schema(value, where)
        example = first_example(value, where, refs)
        coded = encodings(media_type, value, where, refs)
        found.append(MediaView(media_type, schema, example, inside, coded))
    return tuple(found)


def _schema(media: dict[str, Json], pointer: Pointer) -> tuple[Json, Pointer]:
    """The schema of a media type; of one item when the document (3.2) describes a sequence."""
    if "schema" not in media and "itemSchema" in media:
        return {"type": "array", "items": media["itemSchema"]}, (*pointer, "itemSchema")
    return media.get("schema", ...), (*pointer, "schema")


def replies(
    owner: dict[str, Json], pointer: Pointer, refs: Refs
) -> tuple[ReplyView, ...]:
    """The documented replies of an operation, in the author's order."""
    report = refs.report
    found: dict[str, ReplyView] = {}
    for key, raw in report.mapping(owner, "responses", pointer).items():
        place = (*pointer, "responses", key)
        if key.startswith("x-"):
            continue
        status = key if key == "default" else key.upper()
        if not _STATUS.fullmatch(status):
            hint = "a status such as 200, a range such as 4XX, or default"
            report.warning(
                "N433",
                f"{quote(key)} is no status; the reply is left out",
                place,
                hint,
                key=True,
            )
            continue
        value, where = refs.follow(raw, place)
        if not isinstance(value, dict):
            if value is not None or raw is None:
                report.wrong(
                    value, "an object", where, "a reply without description is assumed"
                )
            value = {}
        found.setdefault(status, _reply(status, value, where, refs))
    if not found and "responses" not in owner:
        report.once(
            "N434", "an operation documents no reply; any reply is accepted", pointer
        )
    return tuple(found.values())


def _reply(
    status: str, raw: dict[str, Json], pointer: Pointer, refs: Refs
) -> ReplyView:
    description = refs.report.text(raw, "description", pointer)
    headers = tuple(_headers(raw, pointer, refs))
    medias = _medias(raw, pointer, refs)
    if "schema" in raw and "content" not in raw:
        place = (*pointer, "schema")
        message = "since OpenAPI 3.0 a schema stands in content; it is read as that of application/json"
        refs.report.once("N436", message, place)
        medias = (MediaView("application/json", raw["schema"], ..., place),)
    return ReplyView(status, description, medias, headers, pointer)


def _headers(raw: dict[str, Json], pointer: Pointer, refs: Refs) -> list[ParameterView]:
    """The documented headers of a reply; ``Content-Type`` is ignored as the specification says."""
    found: list[ParameterView] = []
    for name, header in refs.report.mapping(raw, "headers", pointer).items():
        value, where = refs.follow(header, (*pointer, "headers", name))
        if name.lower() == "content-type":
            continue
        if not TOKEN.fullmatch(name):
            refs.report.warning(
                "N423",
                f"{quote(name)} is no header name; it is left out",
                where,
                key=True,
            )
        elif isinstance(value, dict):
            required = refs.report.flag(value, "required", where)
            found.append(described(value, name, "header", required, where, refs))
        elif value is not None:
            refs.report.wrong(value, "an object", where)
    return found
