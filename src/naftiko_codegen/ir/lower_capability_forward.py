"""Forwarding resources → ``ir.Forward``: what is sent with every request, and what of a request does not go along."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from naftiko_codegen.check.capability_names import CONNECTION_HEADERS
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import Callers, Forward
from naftiko_codegen.ir.model import Credential, Operation, Origin
from naftiko_codegen.parse.capability_view import (
    CapabilityView,
    Consumed,
    Server,
    Upstream,
)
from naftiko_codegen.parse.capability_view import Forward as View

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z", re.ASCII)
_NEVER = CONNECTION_HEADERS | {
    "authorization", "cookie", "expect", "keep-alive", "proxy-authorization", "proxy-connection",
}  # fmt: skip
"""Headers of the connection, and those that hold credentials of the caller."""
_ALWAYS = frozenset({"content-type", "content-encoding", "x-request-id"})
"""Headers that go along in any case."""


def targets(
    server: Server, view: CapabilityView, report: Report
) -> Iterator[tuple[View, Consumed]]:
    """The forwarding resources of ``server`` and the API each passes requests to (N301, N208)."""
    known = {api.namespace: api for api in view.consumed}
    seen: dict[str, View] = {}
    for forward in server.forwards:
        if seen.setdefault(forward.path, forward) is not forward:
            words = f"two resources forward what comes at {quote(forward.path or '/')}"
            there = (seen[forward.path].pointer, "the other one")
            report.error("N208", words, forward.pointer, "", there)
            continue
        if api := known.get(forward.namespace):
            yield forward, api
        elif forward.namespace not in view.imported:
            words = (
                f"`targetNamespace` names no consumed API: {quote(forward.namespace)}"
            )
            place = (*forward.pointer, "targetNamespace")
            report.error("N301", words, place, did_you_mean(forward.namespace, known))


def constants(forward: View, api: Consumed, report: Report) -> Upstream:
    """What is sent with every request, as an operation without a path: those parameters of the API that have values."""
    own = tuple(p for p in api.parameters if p.value is not None)
    for parameter in own:
        if parameter.place == "body":
            report.missing(
                "values for bodies that are forwarded are", parameter.pointer
            )
    return Upstream(
        api.namespace, f"forward {forward.path or '/'}", "GET", "/", (), (), "", "",
        tuple(p for p in own if p.place in ("query", "header", "cookie")), "json", "", "any", None, forward.pointer,
    )  # fmt: skip


def lowered(
    forward: View,
    operation: Operation,
    credentials: Iterable[Credential],
    callers: Callers | None,
    source: str,
    report: Report,
) -> Forward:
    """The forwarding resource; ``credentials`` are those ``operation`` is sent with."""
    if any(p.text is not None for p in operation.parameters):
        report.missing(
            "values made of several variables in forwarded requests are",
            forward.pointer,
        )
    sent = {c.key: c for c in credentials}
    used = [sent[key] for keys in operation.security for key in keys if key in sent]
    asked = callers.credentials if callers else ()
    keys = [c for c in (*used, *asked) if c.kind == "apikey"]
    own = {c.name.lower() for c in keys if c.place == "header"}
    own |= {p.name.lower() for p in operation.parameters if p.place == "header"}
    withheld = [c.name for c in keys if c.place == "query"]
    withheld += [p.name for p in operation.parameters if p.place == "query"]
    return Forward(
        forward.path,
        changed(operation, replies=()),
        tuple(_trusted(forward, own, report)),
        tuple(dict.fromkeys(withheld)),
        forward.label,
        forward.description,
        forward.tag,
        Origin(source, forward.pointer),
    )


def _trusted(forward: View, own: set[str], report: Report) -> Iterator[str]:
    """The headers of callers that go along, each once, as they are usually written (N261: those that never do)."""
    seen: set[str] = set()
    for index, name in enumerate(forward.trusted):
        lower = name.lower()
        place = (*forward.pointer, "trustedHeaders", index)
        if not _HEADER.match(name):
            report.error("N206", f"{quote(name)} is no name of a header", place)
        elif lower in _NEVER or lower in own:
            words = "trusted headers that hold credentials, belong to the connection or are set here: not passed on: {}"
            report.repeated("N261", words, place, word=quote(name), strict=False)
        elif lower not in _ALWAYS and lower not in seen:
            seen.add(lower)
            yield "-".join(part.capitalize() for part in lower.split("-"))
