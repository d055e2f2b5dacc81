"""Server objects → base URLs that are safe to send credentials to, or none and a finding."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_view import ServerView, VariableView
from naftiko_codegen.read.document import Json, Pointer

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_SAFE = re.compile(
    r"https?://[A-Za-z0-9\[\]:._~-]+(/[A-Za-z0-9._~!$&()*+,;=:@%/-]*)?", re.IGNORECASE
)


def first_server(owner: dict[str, Json], pointer: Pointer, report: Report) -> str:
    """The base URL of the first server of ``owner`` without a final slash; ``""`` when there is none to use."""
    servers = report.items(owner, "servers", pointer)
    if not servers:
        return ""
    place = (*pointer, "servers", 0)
    if not isinstance(servers[0], dict):
        report.wrong(servers[0], "an object", place)
        return ""
    url = _filled(servers[0], report.text(servers[0], "url", place), place, report)
    return _checked(url, place, report)


def servers(root: dict[str, Json], report: Report) -> tuple[ServerView, ...]:
    """The servers of the document, the first one the default; nothing when there is no choice among them."""
    found: dict[str, ServerView] = {}
    listed = root["servers"]
    for index, raw in enumerate(listed):
        place = ("servers", index)
        if not isinstance(raw, dict):
            report.wrong(raw, "an object", place)
            continue
        view = _server(raw, place, report, first=not index)
        if view is not None:
            found.setdefault(view.url, view)
    named = {view.name for view in found.values()}
    if "" in named or len(named) < len(found):
        found = {url: changed(view, name=url) for url, view in found.items()}
    several = len(found) > 1 or any(view.variables for view in found.values())
    return tuple(found.values()) if several else ()


def _server(
    raw: dict[str, Json], pointer: Pointer, report: Report, *, first: bool
) -> ServerView | None:
    """The view of a server that can be used; what is wrong with the first one has been said."""
    url = raw.get("url")
    if not isinstance(url, str):
        return None
    variables = report.mapping(raw, "variables", pointer)
    used = dict.fromkeys(_VARIABLE.findall(url))
    found = [
        _variable(name, variables[name], (*pointer, "variables", name), report)
        for name in used
        if isinstance(variables.get(name), dict)
    ]
    defaults = {v.name: v.default for v in found}
    plain = _fill(url.strip(), defaults)
    if fault := _fault(plain):
        if not first:
            words = quote(url) or "of no text"
            message = f"the server URL {words} {fault}; it cannot be chosen"
            report.note("N440", message, (*pointer, "url"))
        return None
    return ServerView(
        report.text(raw, "name", pointer),
        url.strip().rstrip("/"),
        report.text(raw, "description", pointer),
        tuple(_sound(v, url.strip(), defaults, report) for v in found),
        pointer,
    )


def _variable(
    name: str, raw: dict[str, Json], pointer: Pointer, report: Report
) -> VariableView:
    spelled = [
        (
            it
            if isinstance(it, str)
            else report.document.written((*pointer, "enum", i)) or ""
        )
        for i, it in enumerate(report.items(raw, "enum", pointer))
    ]
    default = raw.get("default")
    if not isinstance(default, str):
        default = report.document.written((*pointer, "default")) or ""
    values = dict.fromkeys([default, *filter(None, spelled)] if spelled else [])
    words = report.text(raw, "description", pointer)
    return VariableView(name, default, tuple(values), words, pointer)


def _sound(
    variable: VariableView, url: str, defaults: dict[str, str], report: Report
) -> VariableView:
    """``variable`` without the values that make no URL to send credentials to."""
    kept = []
    for value in variable.values:
        if fault := _fault(_fill(url, defaults | {variable.name: value})):
            message = f"with {quote(variable.name)} {quote(value)} the server URL {fault}; the value is left out"
            report.warning("N440", message, variable.pointer)
        else:
            kept.append(value)
    return changed(variable, values=tuple(kept))


def _fill(url: str, values: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), url)


def _filled(server: dict[str, Json], url: str, pointer: Pointer, report: Report) -> str:
    """``url`` with the defaults of its variables."""
    variables = report.mapping(server, "variables", pointer)

    def value(match: re.Match[str]) -> str:
        variable = variables.get(match[1])
        default = variable.get("default") if isinstance(variable, dict) else None
        if isinstance(default, str):
            return default
        if isinstance(default, int | float) and not isinstance(default, bool):
            place = (*pointer, "variables", match[1], "default")
            return report.document.written(place) or str(default)
        report.warning(
            "N441",
            f"the server variable {quote(match[1])} has no default",
            (*pointer, "variables"),
        )
        return match[0]

    return _VARIABLE.sub(value, url)


def _checked(url: str, pointer: Pointer, report: Report) -> str:
    """``url`` when it is an absolute http(s) URL of the plain kind."""
    fault = _fault(url.strip())
    if not fault:
        return url.strip().rstrip("/")
    hint = "a client and a server of this document must be given a base URL"
    report.warning(
        "N440",
        f"the server URL {quote(url) or 'of no text'} {fault}; it is not used",
        (*pointer, "url"),
        hint,
    )
    return ""


def _fault(url: str) -> str:
    """What is wrong with ``url``; nothing when it is safe."""
    if url.startswith("/") and not url.startswith("//"):
        return "is relative"
    if not re.match(r"https?://", url, re.IGNORECASE):
        return "is no http or https URL"
    if "@" in url.split("/", 3)[2]:
        return "carries a user or password"
    if not _SAFE.fullmatch(url) or "{" in url:
        return "holds characters that no base URL has"
    if any(segment in (".", "..") for segment in url.split("/")[3:]):
        return "climbs out of its own path"
    try:
        port, host = urlsplit(url).port, urlsplit(url).hostname
    except ValueError:
        return "is no URL"
    return "" if host and port != 0 else "names no host"
