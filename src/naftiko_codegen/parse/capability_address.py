"""Addresses of both sides: base URLs and paths of upstream APIs, ports, hosts and routes of servers."""

from __future__ import annotations

import re
from urllib.parse import quote as urlquote
from urllib.parse import urlsplit

from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.parse.capability_template import (
    OWN_INPUTS,
    Reference,
    Text,
    input_name,
    is_name,
    path_template,
    references,
    template,
)
from naftiko_codegen.read.document import Pointer

_PATH = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/\[\]-]|%[0-9A-Fa-f]{2})*\Z", re.ASCII
)
_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?)+\Z|\[?[0-9A-Fa-f:.]+\]?\Z",
    re.ASCII,
)
_BASE_HINT = "write `https://host/path`, without user, query or fragment"


def base_url(node: Node, report: Report) -> tuple[str, tuple[str, ...]]:
    """The base URL without a slash at its end, and the placeholders that leave it open (then it is ``""``).

    Findings (N213): errors for other schemes, user information, queries and illegal characters; warnings for an open
    base URL and for a slash at the end.
    """
    found = node.find("baseUri")
    if found is None or not isinstance(found.value, str):
        return "", ()
    text = found.value.strip(" ")
    names = references(path_template(text))
    if not text or names:
        said = f"holds {', '.join(map(quote, names))}" if names else "is empty"
        words = f"`baseUri` {said}: the base URL becomes a required argument of the client and the servers"
        report.warning("N213", words, found.pointer, strict=True)
        return "", names
    text = _encoded(text, found.pointer, report)
    if problem := url_problem(text):
        shown = "" if "@" in text else f" {quote(text)}"  # it may hold a password
        report.error("N213", f"`baseUri`{shown} {problem}", found.pointer, _BASE_HINT)
        return "", ()
    if text.endswith("/"):
        report.repeated(
            "N213",
            "`baseUri` ends with a slash: joined with exactly one",
            found.pointer,
        )
    return text.rstrip("/"), ()


def past_tunnel(node: Node, url: str, report: Report) -> str:
    """The base URL of an API with a ``tunnel``, which no package opens (N270): left open unless it may be direct."""
    tunnel = node.find("tunnel")
    if tunnel is None:
        return url
    name = quote(node.text("namespace"))
    if tunnel.text("fallback").lower() == "direct":
        words = f"requests to {name} go to its `baseUri`, not through its tunnel, as `fallback: direct` allows"
        hint = "run a tunneller of that network where the package runs, or give its address with --upstream"
        report.warning("N270", words, tunnel.pointer, hint)
        return url
    words = f"the tunnel to {name} is not opened: its base URL is a required argument of the client and the servers"
    hint = "give the address where a tunneller (`ziti tunnel proxy`) listens, with the path of `baseUri`"
    report.warning("N270", words, tunnel.pointer, hint)
    return ""


def url_problem(text: str) -> str:
    """Why ``text`` is no base URL, or ``""``."""
    if not text.isprintable():
        return "holds control characters"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in ("http", "https"):
        return "is not of scheme http or https"
    if "@" in parts.netloc:
        return "holds user information: credentials belong into `authentication`"
    if (
        not parts.hostname
        or not _HOST.match(parts.hostname)
        or port == 0
        or parts.netloc.endswith(":")
    ):
        return "names no host"
    if "?" in text or "#" in text:
        return "holds a query or fragment"
    if not _PATH.match(parts.path) or _dots(parts.path) or parts.path.startswith("//"):
        return "holds characters or segments that no path may have"
    return ""


def _encoded(text: str, pointer: Pointer, report: Report) -> str:
    """``text`` with spaces and letters beyond ASCII percent-encoded, as every client would send them."""
    if not text.isprintable() or (text.isascii() and " " not in text):
        return text
    report.repeated(
        "N214", "spaces and non-ASCII letters in addresses are percent-encoded", pointer
    )
    return "".join(c if c.isascii() and c != " " else urlquote(c) for c in text)


def _dots(path: str) -> bool:
    plain = re.sub("%2e", ".", path, flags=re.IGNORECASE)
    return any(segment in (".", "..") for segment in plain.split("/"))


def path(text: str, pointer: Pointer, report: Report) -> tuple[str, tuple[str, ...]]:
    """``text`` with one ``{x}`` for each placeholder, and their names; ``/`` after an error (N214).

    ``{{x}}`` is the language's spelling, ``{x}`` what people write: both are understood.
    """
    pieces = tuple(
        (
            Reference(input_name(piece.name, OWN_INPUTS))
            if isinstance(piece, Reference)
            else _encoded(piece, pointer, report)
        )
        for piece in path_template(text)
    )
    names = references(pieces)
    problem = _path_problem(pieces)
    if problem:
        report.error("N214", f"path {quote(text)} {problem}", pointer)
        return "/", ()
    joined = "".join(
        piece if isinstance(piece, str) else f"{{{piece.name}}}" for piece in pieces
    )
    if not joined.startswith("/"):
        report.repeated(
            "N214",
            "path without a slash at its start: joined with exactly one",
            pointer,
            strict=False,
        )
        joined = f"/{joined}"
    return joined, tuple(dict.fromkeys(names))


def path_problem(text: str) -> str:
    """Why ``text`` is no path of the language, or ``""``."""
    return _path_problem(path_template(text))


def _path_problem(pieces: Text) -> str:
    plain = "".join(piece if isinstance(piece, str) else "x" for piece in pieces)
    if plain.startswith("//"):
        return "starts with two slashes: it would name another host"
    bad = next((name for name in references(pieces) if not is_name(name)), None)
    if bad is not None:
        return f"holds {quote(bad)}, which is no name of a placeholder"
    if "{" in plain or "}" in plain:
        return "holds braces that are no placeholder"
    if _dots(plain):
        return "holds a segment `.` or `..`"
    if not _PATH.match(plain):
        return "holds characters that no path may have"
    return ""


def join_paths(resource: str, operation: str) -> str:
    """The path of an operation that has its own: below its resource, unless it repeats it."""
    if not operation:
        return resource
    if resource.strip("/") and operation.startswith(resource.rstrip("/") + "/"):
        return operation
    return f"{resource.rstrip('/')}/{operation.lstrip('/')}"


def without_fragment(text: str, pointer: Pointer, report: Report) -> str:
    """``text`` cut at its ``#`` (N214): no request carries what stands behind it."""
    before, mark, _ = text.partition("#")
    if mark:
        report.repeated(
            "N214", "paths with a fragment: no request carries it; cut off", pointer
        )
    return before


def query(text: str) -> tuple[str, tuple[tuple[str, Text], ...]]:
    """``text`` cut at its question mark, and the ``name=value`` pairs behind it."""
    before, _, after = text.partition("?")
    pairs = (pair.partition("=") for pair in after.split("&") if pair)
    return before, tuple((name, path_template(value)) for name, _, value in pairs)


def port(node: Node, default: int, report: Report, *, needed: bool = True) -> int:
    """The port of a server, 1 to 65535 (N212: an error outside, ``default`` with a warning when it is not said)."""
    found = node.find("port")
    if found is None:
        if needed:
            report.warning(
                "N212",
                f"no `port`: {default} is the default",
                node.pointer,
                strict=True,
            )
        return default
    number = node.integer("port")
    if number is not None and not 1 <= number <= 65535:
        report.error("N212", f"port {number} is not between 1 and 65535", found.pointer)
        return default
    return number or default


def address(node: Node, report: Report) -> str:
    """The host a server binds to, ``""`` when it is not said (N212: an error when it is no host name or IP address)."""
    text = node.text("address")
    if text and not _HOST.match(text):
        report.error(
            "N212",
            f"address {quote(text)} is no host name and no IP address",
            node.at("address"),
        )
        return ""
    return text


def value_text(value: object) -> Text | int | float | bool | None:
    """The ``value`` of a parameter: a template when it is text, else the constant itself."""
    if isinstance(value, str):
        return template(value)
    return value if isinstance(value, int | float) else None
