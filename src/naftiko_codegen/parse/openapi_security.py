"""Security schemes and requirements → views of what can be sent; what cannot be sent safely is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, cast

from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.openapi_oauth import (
    client_credentials,
    scope_text,
    twin_key,
)
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_view import SchemeView
from naftiko_codegen.read.document import Json, Pointer

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header or cookie name (RFC 9110)."""

FORBIDDEN_HEADERS = frozenset(
    ("host", "cookie", "set-cookie", "content-length", "content-type", "transfer-encoding", "connection", "keep-alive",
     "te", "trailer", "upgrade", "expect", "accept-encoding", "proxy-authorization", "proxy-connection", "via")
)  # fmt: skip
"""Headers that decide where or how a message goes; no document may fill them."""

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_UNSENDABLE = frozenset(
    (
        "hawk",
        "hoba",
        "mutual",
        "negotiate",
        "vapid",
        "scram-sha-1",
        "scram-sha-256",
    )
)


def schemes(
    components: dict[str, Json], pointer: Pointer, refs: Refs, base_url: str
) -> tuple[SchemeView, ...]:
    """The usable ``securitySchemes`` of ``components``, in the author's order.

    Behind a scheme of OAuth 2 with a flow of client credentials stands the scheme of that flow, its ``twin_key``.
    """
    report = refs.report
    found: list[SchemeView] = []
    declared = report.mapping(components, "securitySchemes", pointer)
    for key, raw in declared.items():
        value, place = refs.follow(raw, (*pointer, "securitySchemes", key))
        if isinstance(value, dict) and value.get("type") == "oauth2":
            taken = twin_key(key) in declared
            found += _oauth2(key, value, place, report, "" if taken else base_url)
        elif isinstance(value, dict):
            scheme = _scheme(key, value, place, report)
            found += [scheme] if scheme else []
        elif value is not None or raw is None:
            report.wrong(value, "an object", place)
    return tuple(found)


def _scheme(
    key: str, raw: dict[str, Json], pointer: Pointer, report: Report
) -> SchemeView | None:
    kind = report.text(raw, "type", pointer)
    if kind == "apiKey":
        return _api_key(key, raw, pointer, report)
    if kind == "http":
        return _http(key, raw, pointer, report)
    if kind == "openIdConnect":
        return _obtained(key, kind, raw, pointer, report)
    known = ("apiKey", "http", "oauth2", "openIdConnect")
    hint = did_you_mean(kind, known) or f"one of {', '.join(known)}"
    report.warning(
        "N450",
        f"the security scheme {quote(key)} of type {quote(kind)} is not supported",
        pointer,
        hint,
    )
    return None


def _obtained(
    key: str, kind: str, raw: dict[str, Json], pointer: Pointer, report: Report
) -> SchemeView:
    message = f"the scheme {quote(key)} ({kind}) is sent as a bearer token that the caller obtains"
    report.note("N451", message, pointer, key=True)
    return _view(key, "bearer", raw, pointer, report)


def _oauth2(
    key: str, raw: dict[str, Json], pointer: Pointer, report: Report, base_url: str
) -> tuple[SchemeView, ...]:
    """A token of the caller and, where the document says how, one that is got with the client's id and secret."""
    url = client_credentials(raw, pointer, report, base_url)
    if not url:
        return (_obtained(key, "oauth2", raw, pointer, report),)
    names = raw.get("x-naftiko-env")
    paired = isinstance(names, list) and len(names) == 2
    plain = {name: value for name, value in raw.items() if name != "x-naftiko-env"}
    described = {name: value for name, value in raw.items() if name != "description"}
    one = _view(key, "bearer", plain if paired else raw, pointer, report)
    two = _view(twin_key(key), "oauth2", described if paired else {}, pointer, report)
    return (changed(one, twin=two.key), changed(two, token_url=url))


def _api_key(
    key: str, raw: dict[str, Json], pointer: Pointer, report: Report
) -> SchemeView | None:
    name, place = report.text(raw, "name", pointer), report.text(raw, "in", pointer)
    if place not in ("header", "query", "cookie"):
        hint = "one of header, query, cookie"
        report.warning(
            "N450",
            f"the API key {quote(key)} goes nowhere: in is {quote(place)}",
            pointer,
            hint,
        )
        return None
    if place == "header" and name.lower() in FORBIDDEN_HEADERS:
        report.warning(
            "N452",
            f"the API key {quote(key)} is refused: no key may be sent as {quote(name)}",
            pointer,
        )
        return None
    if not name or (place != "query" and not TOKEN.fullmatch(name)):
        report.warning(
            "N452",
            f"the API key {quote(key)} is refused: {quote(name)} is no {place} name",
            pointer,
        )
        return None
    where = cast(Literal["header", "query", "cookie"], place)
    return _view(key, "apikey", raw, pointer, report, name=name, place=where)


def _http(
    key: str, raw: dict[str, Json], pointer: Pointer, report: Report
) -> SchemeView | None:
    word = report.text(raw, "scheme", pointer)
    lower = word.lower()
    if lower in ("bearer", "basic", "digest"):
        kind = cast(Literal["bearer", "basic", "digest"], lower)
        return _view(key, kind, raw, pointer, report)
    if lower in _UNSENDABLE or not TOKEN.fullmatch(word):
        report.warning(
            "N450",
            f"the http scheme {quote(word)} of {quote(key)} is not supported",
            pointer,
        )
        return None
    report.note(
        "N451",
        f"{quote(key)} is sent as Authorization: {quote(word)} and the key",
        pointer,
        key=True,
    )
    return _view(
        key, "apikey", raw, pointer, report, name="Authorization", prefix=f"{word} "
    )


def _view(
    key: str,
    kind: Literal["bearer", "basic", "apikey", "oauth2", "digest"],
    raw: dict[str, Json],
    pointer: Pointer,
    report: Report,
    name: str = "",
    place: Literal["header", "query", "cookie"] = "header",
    prefix: str = "",
) -> SchemeView:
    paired = kind in ("basic", "oauth2", "digest")
    variables = _variables(raw, 2 if paired else 1, pointer, report)
    return SchemeView(
        key,
        kind,
        name,
        place,
        prefix,
        report.text(raw, "description", pointer),
        variables,
        pointer,
    )


def _variables(
    raw: dict[str, Json], count: int, pointer: Pointer, report: Report
) -> tuple[str, ...]:
    """The environment variables of ``x-naftiko-env``: ``count`` legal names, or none and a finding."""
    if "x-naftiko-env" not in raw:
        return ()
    given = raw["x-naftiko-env"]
    names = given if isinstance(given, list) else [given]
    if len(names) == count and all(
        isinstance(n, str) and _VARIABLE.fullmatch(n) for n in names
    ):
        return tuple(names)
    wanted = (
        "a variable name such as MY_TOKEN"
        if count == 1
        else "a list of two variable names, user or client and its secret"
    )
    report.warning(
        "N453",
        f"x-naftiko-env must be {wanted}; a derived name is used",
        (*pointer, "x-naftiko-env"),
    )
    return ()


def requirements(
    owner: dict[str, Json],
    pointer: Pointer,
    known: dict[str, SchemeView],
    report: Report,
) -> tuple[tuple[str, ...], ...] | None:
    """``owner.security``: alternatives of scheme keys; ``None`` when the key is absent or of no use."""
    if not isinstance(owner.get("security"), list):
        report.items(owner, "security", pointer)
        return None
    found: list[tuple[str, ...]] = []
    for index, item in enumerate(owner["security"]):
        place = (*pointer, "security", index)
        if not isinstance(item, dict):
            report.wrong(item, "an object", place)
        elif missing := [key for key in item if key not in known]:
            message = f"no security scheme that can be used is called {quote(missing[0])}; this alternative is left out"
            hint = did_you_mean(missing[0], known) or _those(known)
            report.warning("N454", message, place, hint)
        else:
            found.append(tuple(item))
            twins = tuple(known[key].twin or key for key in item)
            found += [twins] * (twins != found[-1])
    if owner["security"] and not found:
        message = "no alternative of security can be used: requests are sent without credentials"
        hint = "declare the schemes it names; an overlay is the place for documents of others"
        report.once("N457", message, (*pointer, "security"), hint)
    return tuple(dict.fromkeys(found))


def report_unasked(
    known: dict[str, SchemeView],
    asked: Iterable[tuple[tuple[str, ...], ...] | None],
    report: Report,
) -> None:
    """Report schemes that no requirement in ``asked`` names: callers may give their credentials, and none is sent."""
    named = {key for found in asked for alternative in found or () for key in alternative}  # fmt: skip
    for key in known:
        if key not in named:
            message = f"no operation asks for the security scheme {quote(key)}: its credential is never sent"
            place = ("components", "securitySchemes", key)
            hint = "name it in `security`, of the document or of operations"
            report.warning("N456", message, place, hint, key=True)


def _those(known: dict[str, SchemeView]) -> str:
    """Which schemes there are, a few of them by name."""
    names = ", ".join(quote(key) for key in list(known)[:5])
    return f"those that can: {names}" if names else "the document declares none"


def scopes(
    owner: dict[str, Json],
    pointer: Pointer,
    known: dict[str, SchemeView],
    report: Report,
) -> tuple[tuple[str, str], ...]:
    """What tokens are asked for, by the key of a flow: the scopes of the first requirement that names its scheme."""
    found: dict[str, str] = {}
    items = owner["security"] if isinstance(owner.get("security"), list) else []
    for index, item in enumerate(items):
        for key, listed in item.items() if isinstance(item, dict) else ():
            twin = known[key].twin if key in known else ""
            if twin and twin not in found:
                place = (*pointer, "security", index, key)
                found[twin] = scope_text(listed, place, report)
    return tuple((key, text) for key, text in found.items() if text)
