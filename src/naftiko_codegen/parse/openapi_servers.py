"""Server objects → a base URL that is safe to send credentials to, or none and a finding."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from naftiko_codegen.check.text import quote
from naftiko_codegen.parse.openapi_report import Report
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
