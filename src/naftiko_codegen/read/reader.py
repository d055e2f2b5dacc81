"""Bytes of one file → values with places: decoding, then JSON where it is JSON, else YAML."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass, field

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read import canonical, json_reader
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.limits import DEFAULT, Limits
from naftiko_codegen.read.places import BREAK, Places
from naftiko_codegen.read.report import RefusedError, Report


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of one file: ``root``, the ``places`` of all of them, and the digest."""

    root: Json
    places: Places = field(repr=False)
    digest: str


def read(
    data: bytes, name: str, diagnostics: Diagnostics, limits: Limits = DEFAULT
) -> Reading | None:
    """Read ``data``, the content of the file that findings call ``name``.

    None when something in it had to be reported as an error; never raises.
    """
    report = Report(name, diagnostics)
    try:
        root, places = _parse(_decode(data, report), report, limits)
        digest = _digest(root, places, report)
    except RefusedError:
        return None
    return None if report.errors else Reading(root, places, digest)


def _digest(root: Json, places: Places, report: Report) -> str:
    """The digest of ``root``; reports what has none."""
    try:
        return canonical.digest(root)
    except ValueError:
        canonical.report_unusable(root, places, report)
        raise RefusedError from None


def _parse(text: str, report: Report, limits: Limits) -> tuple[Json, Places]:
    """The values of ``text`` and their places, read as JSON when it looks like JSON."""
    failure = None
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        try:
            return json_reader.read(text, report, limits)
        except json.JSONDecodeError as error:
            failure = error
    if failure is not None and report.name.endswith(".json"):
        raise json_reader.report_syntax(failure, text, report)
    from naftiko_codegen.read import yaml_reader

    return yaml_reader.read(text, report, limits)


def _decode(data: bytes, report: Report) -> str:
    """``data`` as text, without a byte order mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        hint = "save the file as UTF-8"
        raise report.refuse(
            "N103", "this is UTF-16, not UTF-8", report.span(0, 0), hint
        )
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        lines = BREAK.split(before)
        raise report.refuse(
            "N103",
            f"the byte 0x{data[error.start]:02X} is no UTF-8",
            report.span(len(lines), len(lines[-1]) + 1),
            "save the file as UTF-8",
        ) from None
