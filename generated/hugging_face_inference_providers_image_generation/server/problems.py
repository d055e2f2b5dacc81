# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Errors of the server itself, as problem documents (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"
LONGEST_DETAIL = 500
"""Characters of ``detail`` that are shown; upstream or caller text may be in it."""

_TITLES = {status.value: status.phrase for status in HTTPStatus}
_TITLES.update({413: "Content Too Large", 422: "Unprocessable Content"})


class Problem(Exception):  # noqa: N818
    """A request that this server answers with an error of its own.

    ``errors`` are members of the document's ``errors`` array: each a dict with ``detail`` and ``pointer`` (JSON
    pointer into the body) or ``parameter``. ``headers`` go out with the answer, names in lower case.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[dict[str, str]] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        """``detail`` says what is wrong in words for the caller; it must hold no secret."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = tuple(headers)

    def document(self, request_id: str = "") -> bytes:
        """The problem document as JSON in ASCII."""
        members: dict[str, object] = {
            "type": "about:blank",
            "title": _TITLES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail[:LONGEST_DETAIL],
        }
        if request_id:
            members["request_id"] = request_id
        if self.errors:
            members["errors"] = list(self.errors)
        return json.dumps(members).encode("ascii")
