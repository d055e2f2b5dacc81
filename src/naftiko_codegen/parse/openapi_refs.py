"""``$ref`` → the value it names, by RFC 6901 exactly; what cannot be followed becomes a finding."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.read.document import Json, Pointer

_BAD_ESCAPE = re.compile(r"~(?![01])")
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_LONGEST_CHAIN = 64
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
FILES = "x-naftiko-files"
"""The key of the root under which the files stand that a document refers to."""


def names_file(ref: str) -> bool:
    """Whether ``ref`` is a path of a file, with or without a pointer into it, rather than a bare name."""
    path = ref.partition("#")[0]
    return not is_remote(path) and (
        "/" in path or path.endswith((".yaml", ".yml", ".json"))
    )


def is_remote(ref: str) -> bool:
    """Whether ``ref`` is a URI rather than a path."""
    return _REMOTE.match(ref) is not None


class Fault(NamedTuple):
    """Why a reference is not followed, as a finding says it."""

    code: str
    message: str
    hint: str = ""


class Found(NamedTuple):
    """What a reference names, and where that stands."""

    value: Json
    pointer: Pointer


class Refs:
    """Follows local references of one document; each distinct reference is looked up once."""

    __slots__ = ("_found", "report", "root")

    def __init__(self, root: Json, report: Report) -> None:
        self.root = root
        self.report = report
        self._found: dict[str, Found | Fault] = {}

    def follow(self, value: Json, pointer: Pointer) -> tuple[Json, Pointer]:
        """``value``, or what its chain of ``$ref`` ends in, with the place of that; ``None`` when it leads nowhere."""
        seen: set[Pointer] = set()
        while isinstance(value, dict) and "$ref" in value:
            if pointer in seen or len(seen) > _LONGEST_CHAIN:
                self.report.warning(
                    "N412",
                    "this $ref leads back to itself; it is left out",
                    (*pointer, "$ref"),
                )
                return None, pointer
            seen.add(pointer)
            found = self.target(value["$ref"], (*pointer, "$ref"))
            if found is None:
                return None, pointer
            value, pointer = found
        return value, pointer

    def target(self, ref: Json, pointer: Pointer) -> Found | None:
        """The value and pointer that ``ref`` (standing at ``pointer``) names; a finding and ``None`` when nothing."""
        if not isinstance(ref, str):
            self.report.wrong(ref, "a string", pointer)
            return None
        if ref not in self._found:
            self._found[ref] = self._look_up(ref)
        found = self._found[ref]
        if isinstance(found, Found):
            return found
        if names_file(ref) and found.code == "N411":
            return None  # ``link/files.py`` has said why it could not be read
        self.report.warning(found.code, found.message, pointer, found.hint)
        return None

    def _look_up(self, ref: str) -> Found | Fault:
        if not ref.startswith("#"):
            return _refused(ref)
        fragment = unquote(ref[1:])
        if fragment and not fragment.startswith("/"):
            return Fault(
                "N413",
                f"$ref {quote(ref)} names an anchor, which is not followed",
                "write #/components/schemas/…",
            )
        if not fragment:
            return Fault(
                "N413", f"$ref {quote(ref)} names the whole document, not a part of it"
            )
        if _BAD_ESCAPE.search(fragment) or "#" in fragment:
            return Fault(
                "N410",
                f"$ref {quote(ref)} is no JSON pointer",
                "in a pointer ~ is written ~0 and / ~1",
            )
        return self._walk(
            ref,
            [t.replace("~1", "/").replace("~0", "~") for t in fragment[1:].split("/")],
        )

    def _walk(self, ref: str, tokens: list[str]) -> Found | Fault:
        value, pointer = self.root, ()  # type: Json, Pointer
        for token in tokens:
            if isinstance(value, dict) and token in value:
                value, pointer = value[token], (*pointer, token)
            elif (
                isinstance(value, list)
                and _INDEX.fullmatch(token)
                and int(token) < len(value)
            ):
                value, pointer = value[int(token)], (*pointer, int(token))
            else:
                known = value if isinstance(value, dict) else ()
                message = f"$ref {quote(ref)} names nothing: there is no {quote(token) or 'key of no text'}"
                return Fault("N410", message, did_you_mean(token, known))
        return Found(value, pointer)


def _refused(ref: str) -> Fault:
    """Why a reference to elsewhere is not followed."""
    if is_remote(ref):
        return Fault(
            "N411",
            f"$ref {quote(ref)} is remote; nothing is fetched",
            "copy the part into this document",
        )
    named = quote(ref) or "of no text"
    return Fault(
        "N411",
        f"$ref {named} names no part of this document",
        "bundle the files into one document",
    )
