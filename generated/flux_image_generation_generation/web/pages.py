# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Fixed answers: pages of the server itself."""

from __future__ import annotations

from hashlib import sha256

from .exchange import SANDBOX, Exchange

HEALTH = "/healthz"
"""Answers every caller, whatever its Host header: probes of a cluster name an address."""


class Page:
    """A fixed answer to GET (and HEAD) at ``path``, with an entity tag."""

    method = "GET"
    multi: tuple[str, ...] = ()

    def __init__(
        self,
        path: str,
        media_type: str,
        body: bytes,
        policy: bytes = SANDBOX[1],
    ) -> None:
        """``policy`` is the Content-Security-Policy."""
        self.path = path
        self._body = body
        self._tag = b'"' + sha256(body).hexdigest()[:24].encode("ascii") + b'"'
        self._headers = (
            (b"content-type", media_type.encode("ascii")),
            (b"etag", self._tag),
            (b"cache-control", b"no-cache"),
            (b"content-security-policy", policy),
            (b"referrer-policy", b"no-referrer"),
        )

    async def __call__(self, exchange: Exchange, path_values: tuple[str, ...]) -> None:
        """Answer with the page, or 304 when the caller has it."""
        exchange.body_read = not exchange.expects_body()
        known = exchange.headers.get(b"if-none-match", b"")
        if self._tag in known or known == b"*":
            await exchange.answer(304, b"", self._headers)
        else:
            await exchange.answer(200, self._body, self._headers)


def health() -> Page:
    """Says that the server answers."""
    return Page(HEALTH, "application/json", b'{"status":"ok"}')
