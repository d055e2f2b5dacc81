# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Ids of requests: the caller's own where it is harmless, else new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import urandom

HEADER = b"x-request-id"

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}").fullmatch


class RequestIds:
    """Ids of the requests of one server."""

    def __init__(self) -> None:
        """A new series, unlike every other."""
        self._prefix = urandom(8).hex()
        self._count = 0

    def of(self, headers: Mapping[bytes, bytes]) -> str:
        """The id that the caller gives, or the next of the series: unique, and cheap to make."""
        given = headers.get(HEADER)
        if given and _REQUEST_ID(given):
            return given.decode("ascii")
        self._count += 1
        return f"{self._prefix}{self._count:08x}"
