"""Typed looks into an OpenAPI document: a value of the wrong type becomes a finding and an empty value."""

from __future__ import annotations

from naftiko_codegen.check.text import kind, quote
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Document, Json, Pointer


def spell(value: Json) -> str:
    """A JSON value as the document spells it, for a message."""
    if value is None or isinstance(value, bool):
        return quote(str(value).lower() if value is not None else "null")
    return quote(value)


class Report:
    """Reports into ``diagnostics`` by pointer, and reads values of an expected type."""

    __slots__ = ("_said", "diagnostics", "document")

    def __init__(self, document: Document, diagnostics: Diagnostics) -> None:
        self.document = document
        self.diagnostics = diagnostics
        self._said: set[str] = set()

    def error(
        self,
        code: str,
        message: str,
        pointer: Pointer,
        hint: str = "",
        *,
        key: bool = False,
    ) -> None:
        """Report something for which nothing meaningful or safe can be generated."""
        self.diagnostics.error(
            code, message, self.document.span(pointer, key=key), hint
        )

    def warning(
        self,
        code: str,
        message: str,
        pointer: Pointer,
        hint: str = "",
        *,
        key: bool = False,
        strict: bool = False,
    ) -> None:
        """Report something accepted, and say what is assumed instead; ``strict``: an error with ``--strict``."""
        self.diagnostics.warning(
            code, message, self.document.span(pointer, key=key), hint, strict=strict
        )

    def note(
        self,
        code: str,
        message: str,
        pointer: Pointer,
        hint: str = "",
        *,
        key: bool = False,
    ) -> None:
        """Report a matter of style."""
        self.diagnostics.note(code, message, self.document.span(pointer, key=key), hint)

    def once(self, code: str, message: str, pointer: Pointer, hint: str = "") -> None:
        """Report a departure from the specification at its first place only; with ``--strict`` it is an error."""
        if code not in self._said:
            self._said.add(code)
            self.diagnostics.warning(
                code, message, self.document.span(pointer), hint, strict=True
            )

    def wrong(
        self,
        value: Json,
        wanted: str,
        pointer: Pointer,
        assumed: str = "it is left out",
    ) -> None:
        """Report (N402) that ``value`` is not what the specification asks for here."""
        name = (
            quote(pointer[-1])
            if pointer and isinstance(pointer[-1], str)
            else "this item"
        )
        self.warning(
            "N402",
            f"{name} must be {wanted}, not {'an empty list' if value == [] else kind(value)}; {assumed}",
            pointer,
        )

    def mapping(
        self, owner: dict[str, Json], key: str, pointer: Pointer
    ) -> dict[str, Json]:
        """``owner[key]`` when it is an object, else ``{}``."""
        value = owner.get(key)
        if isinstance(value, dict):
            return value
        if key in owner:
            self.wrong(value, "an object", (*pointer, key))
        return {}

    def items(self, owner: dict[str, Json], key: str, pointer: Pointer) -> list[Json]:
        """``owner[key]`` when it is a list, else ``[]``."""
        value = owner.get(key)
        if isinstance(value, list):
            return value
        if key in owner:
            self.wrong(value, "a list", (*pointer, key))
        return []

    def text(self, owner: dict[str, Json], key: str, pointer: Pointer) -> str:
        """``owner[key]`` when it is a string; a bare number as the file spells it; else ``""``."""
        value = owner.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            spelled = self.document.written((*pointer, key)) or str(value)
            message = f"{quote(key)} must be a string; {quote(spelled)} is assumed"
            self.warning("N402", message, (*pointer, key), "put it in quotes")
            return spelled
        if key in owner:
            self.wrong(value, "a string", (*pointer, key))
        return ""

    def flag(
        self, owner: dict[str, Json], key: str, pointer: Pointer, default: bool = False
    ) -> bool:
        """``owner[key]`` when it is true or false, else ``default``."""
        value = owner.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(
            value,
            "true or false",
            (*pointer, key),
            f"{str(default).lower()} is assumed",
        )
        return default
