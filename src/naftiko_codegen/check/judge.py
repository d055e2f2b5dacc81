"""openapi-spec-validator's word on an OpenAPI document, as findings with places: an independent judge, never a gate."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, NoReturn

from naftiko_codegen.check.judge_places import ComplaintPlaces
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.read.document import Document, Json

MOST = 50
"""Complaints about one document that are reported."""

SECONDS = 3
"""How long the judge may take, and again as long for every megabyte of the document."""

_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


class _TooLong(BaseException):
    """Raised by the clock inside the judge, which catches every ``Exception``."""


def judge(document: Document, diagnostics: Diagnostics) -> None:
    """Report what openapi-spec-validator says about ``document``, overlays applied: N490, an error when strict.

    N491 when it cannot judge: it would follow a reference out of the document, takes too long, or fails.
    """
    if any(not _is_local(reference) for reference in _references(document.root)):
        _give_up("it would follow references to other files", document, diagnostics)
        return
    seconds = SECONDS * (1 + document.path.stat().st_size / 1_000_000)
    errors: list[Any] = []
    try:
        with _clock(seconds):
            errors.extend(islice(_complaints(document.root), MOST + 1))
    except _TooLong:
        _give_up(f"it took more than {seconds:.0f} seconds", document, diagnostics)
    except Exception as error:
        _give_up(f"it failed with {type(error).__name__}", document, diagnostics)
    places = ComplaintPlaces(document.root)
    for complaint in errors[:MOST]:
        _report(complaint, places, document, diagnostics)
    if len(errors) > MOST:
        _give_up(f"it has more than {MOST} complaints", document, diagnostics)


class _Refusal(dict[str, Any]):
    """For every scheme of a URL, something that refuses to read it."""

    def __contains__(self, scheme: object) -> bool:
        return True

    def __getitem__(self, scheme: str) -> NoReturn:
        raise PermissionError(scheme)


def _complaints(root: Json) -> Iterator[Any]:
    """The validator's errors. It gets no means to read anything but ``root``."""
    from jsonschema_path import SchemaPath
    from openapi_spec_validator.shortcuts import get_validator_cls

    path = SchemaPath.from_dict(root, handlers=_Refusal())
    yield from get_validator_cls(root)(path).iter_errors()


def _report(
    error: Any,
    places: ComplaintPlaces,
    document: Document,
    diagnostics: Diagnostics,
) -> None:
    """One complaint, at the deepest place it is about."""
    deepest = _deepest(error)
    pointer = places.of(deepest)
    words = str(getattr(deepest, "message", deepest)).partition("\n")[0]
    shown = words if len(words) <= 200 else words[:199] + "…"
    message = f"openapi-spec-validator: {shown}"
    diagnostics.warning("N490", message, document.span(pointer), strict=True)


def _deepest(error: Any) -> Any:
    """Of the alternatives an error gives as its cause, the complaint that got furthest into the document."""
    while True:
        causes: Iterable[Any] = getattr(error, "context", None) or ()
        further = max(causes, key=lambda cause: len(cause.absolute_path), default=None)
        if further is None:
            return error
        error = further


def _give_up(why: str, document: Document, diagnostics: Diagnostics) -> None:
    words = f"openapi-spec-validator has not judged all of this document: {why}"
    diagnostics.note("N491", words, document.span(()))


def _references(value: Json) -> Iterator[str]:
    """Every reference in ``value``."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield from (item[k] for k in _REFERENCES if isinstance(item.get(k), str))
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def _is_local(reference: str) -> bool:
    return reference.startswith("#")


@contextmanager
def _clock(seconds: float) -> Iterator[None]:
    """Raise _TooLong after ``seconds``; without a limit where the system or the thread has no timer."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def ring(*_: object) -> NoReturn:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
