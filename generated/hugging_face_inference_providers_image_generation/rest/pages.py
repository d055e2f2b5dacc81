# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""The server's own pages: ``/openapi.json``, ``/docs`` and ``/healthz``."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator

from ..web.pages import Page, health

_DOCS_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; "
    b"media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def pages(document: bytes) -> Iterator[Page]:
    """The pages of a server whose OpenAPI document is ``document``."""
    yield Page("/openapi.json", "application/json", document)
    yield health()
    yield Page("/docs", "text/html; charset=utf-8", local("docs.html"), _DOCS_POLICY)
    yield Page("/docs/docs.css", "text/css; charset=utf-8", local("docs.css"))
    yield Page("/docs/docs.js", "text/javascript; charset=utf-8", local("docs.js"))


def local(name: str) -> bytes:
    """A file beside this module."""
    content = pkgutil.get_data(str(__package__), name)
    if content is None:
        raise FileNotFoundError(name)
    return content
