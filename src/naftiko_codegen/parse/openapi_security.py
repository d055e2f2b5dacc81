"""Security schemes and requirements → views of what can be sent; what cannot be sent safely is refused by name."""

from __future__ import annotations

import re
from typing import Literal, cast

from naftiko_codegen.check.text import did_you_mean, quote
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
        "digest",
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
    components: dict[str, Json], pointer: Pointer, refs: Refs
) -> tuple[SchemeView, ...]:
    """The usable ``securitySchemes`` of ``components``, in the author's order."""
    report = refs.report
    found: list[SchemeView] = []
    for key, raw in report.mapping(components, "securitySchemes", pointer).items():
        value, place = refs.follow(raw, (*pointer, "securitySchemes", key))
        if isinstance(value, dict):
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
    if kind in ("oauth2", "openIdConnect"):
        message = f"the scheme {quote(key)} ({kind}) is sent as a bearer token that the caller obtains"
        report.note("N451", message, pointer, key=True)
        return _view(key, "bearer", raw, pointer, report)
    known = ("apiKey", "http", "oauth2", "openIdConnect")
    hint = did_you_mean(kind, known) or f"one of {', '.join(known)}"
    report.warning(
        "N450",
        f"the security scheme {quote(key)} of type {quote(kind)} is not supported",
        pointer,
        hint,
    )
    return None


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
    if lower in ("bearer", "basic"):
        return _view(
            key, "bearer" if lower == "bearer" else "basic", raw, pointer, report
        )
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
    kind: Literal["bearer", "basic", "apikey"],
    raw: dict[str, Json],
    pointer: Pointer,
    report: Report,
    name: str = "",
    place: Literal["header", "query", "cookie"] = "header",
    prefix: str = "",
) -> SchemeView:
    variables = _variables(raw, 2 if kind == "basic" else 1, pointer, report)
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
        else "a list of two variable names, user and password"
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
            message = f"the security scheme {quote(missing[0])} is not usable here; this alternative is left out"
            report.warning("N454", message, place, did_you_mean(missing[0], known))
        else:
            found.append(tuple(item))
    return tuple(dict.fromkeys(found))
