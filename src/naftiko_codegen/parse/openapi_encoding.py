"""``encoding`` of forms → how their fields are written, where that is not the usual way."""

from __future__ import annotations

import re

from naftiko_codegen.check.text import quote
from naftiko_codegen.ir.model import Encoding
from naftiko_codegen.parse.openapi_parameters import style_of
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.read.document import Json, Pointer

_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_STYLED = frozenset(("style", "explode", "allowReserved"))
_PLAIN = re.compile(r"[!#$&^_.+\w-]+/[!#$&^_.+\w-]+", re.ASCII).fullmatch


def encodings(
    media_type: str, media: dict[str, Json], pointer: Pointer, refs: Refs
) -> tuple[Encoding, ...]:
    """The fields of ``media``, a media type object at ``pointer``, that are not written as usual."""
    bare = media_type.partition(";")[0].strip().lower()
    if "encoding" not in media or bare not in (_FORM, _MULTIPART):
        return ()
    read = _styled if bare == _FORM else _part
    found = []
    for name, raw in refs.report.mapping(media, "encoding", pointer).items():
        place = (*pointer, "encoding", name)
        value, where = refs.follow(raw, place)
        if not isinstance(value, dict):
            refs.report.wrong(value, "an object", where)
        elif made := read(name, value, where, refs):
            found.append(made)
    return tuple(found)


def _styled(
    name: str, raw: dict[str, Json], pointer: Pointer, refs: Refs
) -> Encoding | None:
    """A field that is written as a query parameter would be."""
    if not _STYLED & raw.keys():
        return None
    style, explode = style_of(raw, "query", pointer, refs.report)
    reserved = refs.report.flag(raw, "allowReserved", pointer)
    return Encoding(name, style, explode, reserved)


def _part(
    name: str, raw: dict[str, Json], pointer: Pointer, refs: Refs
) -> Encoding | None:
    """A part of one media type; of several, callers say which. Styles of parts are not followed (N437)."""
    if _STYLED & raw.keys() and raw.get("style", "form") != "form":
        message = f"the style of the part {quote(name)} is not followed: lists repeat it, objects are JSON"
        refs.report.warning("N437", message, pointer)
    media_type = refs.report.text(raw, "contentType", pointer).strip()
    return Encoding(name, media_type=media_type) if _PLAIN(media_type) else None
