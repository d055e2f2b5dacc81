"""openapi-spec-validator's word on an OpenAPI document, as findings with places: an independent judge, never a gate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Document, Pointer

MOST = 50
"""Complaints about one document that are reported."""


def judge(document: Document, diagnostics: Diagnostics) -> None:
    """Report what openapi-spec-validator says about ``document``, overlays applied, as N490 warnings.

    It follows no reference out of the document: a reference elsewhere is passed over. N491 when it cannot judge.
    """
    from openapi_spec_validator.shortcuts import get_validator_cls

    try:
        validator = get_validator_cls(document.root)(document.root)
        for number, error in enumerate(validator.iter_errors()):
            if number == MOST:
                words = f"openapi-spec-validator has more than {MOST} complaints; the rest is left out"
                diagnostics.note("N491", words, document.span(()))
                return
            _report(error, document, diagnostics)
    except Exception as error:
        words = f"openapi-spec-validator gave up: {type(error).__name__}"
        diagnostics.note("N491", words, document.span(()))


def _report(error: Any, document: Document, diagnostics: Diagnostics) -> None:
    """One complaint, at the deepest place it is about."""
    deepest = _deepest(error)
    pointer: Pointer = tuple(getattr(deepest, "absolute_path", ()) or ())
    words = str(getattr(deepest, "message", deepest)).partition("\n")[0]
    shown = words if len(words) <= 200 else words[:199] + "…"
    diagnostics.warning(
        "N490", f"openapi-spec-validator: {shown}", document.span(pointer), strict=True
    )


def _deepest(error: Any) -> Any:
    """Of the alternatives an error gives as its cause, the complaint that got furthest into the document."""
    while True:
        causes: Iterable[Any] = getattr(error, "context", None) or ()
        further = max(causes, key=lambda cause: len(cause.absolute_path), default=None)
        if further is None:
            return error
        error = further
