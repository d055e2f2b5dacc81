"""What of a caller's request goes upstream: the rest of its path, its query, its body, and the headers that may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import quote, unquote, unquote_plus

from .._runtime.operation import Operation, Target
from ..rest.bodies import content_length, read_body, too_large
from ..rest.parameters import Parameters
from ..rest.payload import Payload, Sent, Values
from ..rest.replies import SMALL
from ..server.problems import Problem
from ..server.settings import Settings
from ..server.watch import Watch
from ..web.exchange import Exchange

_PATH = "the rest of the path"
_QUERY = "the query"
_IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
_BODY_HEADERS = (("Content-Type", b"content-type"), ("Content-Encoding", b"content-encoding"))  # fmt: skip


class Through(Operation):
    """A request of ``method`` with a caller's path and query, and what ``like`` sends with every request."""

    def __init__(self, like: Operation, method: str, *, needs_slash: bool) -> None:
        """``needs_slash``: the base URL has no path of its own."""
        super().__init__(
            like.name,
            method,
            "",
            parameters=like.parameters,
            security=like.security,
            idempotent=method in _IDEMPOTENT,
            base_url=like.base_url,
            upstream=like.upstream,
            texts=like.texts,
            variables=like.variables,
        )
        self._empty = "/" if needs_slash else ""

    def prepare(self, values: Mapping[str, object]) -> Target:
        """The caller's path and query, and then what the document sends."""
        target = super().prepare(values)
        parts = (str(values[_QUERY]), target.path.removeprefix("?"))
        query = "&".join(part for part in parts if part)
        path = str(values[_PATH]) or self._empty
        target.path = f"{path}?{query}" if query else path
        return target


class Address(Parameters):
    """Reads the rest of the path, behind ``depth`` segments, and the query without the ``withheld`` names."""

    def __init__(self, depth: int, withheld: Collection[str]) -> None:
        super().__init__([], {}, ())
        self._depth = depth
        self._withheld = frozenset(withheld)

    def read(
        self, exchange: Exchange, path_values: tuple[str, ...]
    ) -> tuple[dict[str, object], dict[str, object]]:
        """The values that ``Through`` takes; raises ``Problem`` 400."""
        path = _rest(exchange.path, self._depth)
        return {_PATH: path, _QUERY: self._query(exchange.query)}, {}

    def _query(self, query: bytes) -> str:
        parts = query.split(b"&") if query else []
        kept = (p for p in parts if _name(p) not in self._withheld)
        return quote(b"&".join(kept), safe="/?:@!$&'()*+,;=%-._~")


class Body(Payload):
    """Reads the body as it comes, of any type, and the headers that are ``trusted``."""

    def __init__(self, settings: Settings, trusted: Collection[str]) -> None:
        self._settings = settings
        self._trusted = [(name, name.lower().encode("ascii")) for name in trusted]

    async def read(
        self, exchange: Exchange, watch: Watch, values: Values, fields: Values
    ) -> Sent:
        """The body, small ones whole, and the headers; raises ``Problem`` 400 or 413."""
        headers = _given(exchange, self._trusted)
        length = content_length(exchange)
        if length == 0:
            exchange.body_read = True
            return None, headers
        settings = self._settings
        if length is not None and length > settings.max_body:
            raise too_large(settings.max_body)
        headers |= _given(exchange, _BODY_HEADERS)
        if length is None:
            return self._stream(exchange, watch), headers
        if length > SMALL:
            headers["Content-Length"] = str(length)
            return self._stream(exchange, watch), headers
        body = await read_body(
            exchange, watch, settings.max_body, settings.body_timeout
        )
        return body, headers


def _given(exchange: Exchange, names: Collection[tuple[str, bytes]]) -> dict[str, str]:
    """Those headers of the request that it has."""
    found = exchange.headers
    return {name: found[key].decode("latin-1") for name, key in names if key in found}


def _rest(path: str, depth: int) -> str:
    """What stands behind the first ``depth`` segments of an encoded path; raises ``Problem`` 400."""
    parts = path.split("/", depth + 1)
    if len(parts) < depth + 2:
        return ""
    rest = parts[-1]
    plain = unquote(rest).replace("\\", "/").split("/")
    if not {".", ".."}.isdisjoint(segment.partition(";")[0] for segment in plain):
        raise Problem(400, "The path must not hold a segment '.' or '..'.")
    return "/" + quote(rest.encode("latin-1"), safe="/:@!$&'()*+,;=%-._~")


def _name(part: bytes) -> str:
    """The name in ``name=value``."""
    return unquote_plus(part.partition(b"=")[0].decode("latin-1"))
