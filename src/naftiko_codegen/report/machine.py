"""Findings for machines: JSON of our own, SARIF 2.1.0, and workflow commands of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from naftiko_codegen import __version__
from naftiko_codegen.diagnostics import Diagnostic, Severity, Span
from naftiko_codegen.report.console import plain, plain_path

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def as_json(findings: Iterable[Diagnostic], summary: dict[str, Any]) -> str:
    """One object: ``findings`` in printing order, and ``summary``."""
    items = [_item(finding) for finding in findings]
    return json.dumps({"findings": items, "summary": summary}, indent=2)


def _item(finding: Diagnostic) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.word,
        "message": finding.message,
        "hint": finding.hint,
        **_span(finding.span),
        "related": [
            {**_span(span), "message": words} for span, words in finding.related
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"file": span.file, "line": span.line, "column": span.column}


def as_sarif(findings: Iterable[Diagnostic]) -> str:
    """A SARIF 2.1.0 log with one run, as code scanning services take it."""
    items = list(findings)
    codes = sorted({item.code for item in items})
    driver = {
        "name": "naftiko-codegen",
        "semanticVersion": __version__,
        "rules": [{"id": code} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, codes.index(item.code)) for item in items],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2)


def _result(finding: Diagnostic, rule: int) -> dict[str, Any]:
    words = (
        f"{finding.message}\nhint: {finding.hint}" if finding.hint else finding.message
    )
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": words},
        "locations": [_location(finding.span)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {**_location(span), "message": {"text": text}}
            for span, text in finding.related
        ]
    return result


def _location(span: Span) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(span.file)}}
    if span.line:
        place["region"] = {"startLine": span.line, "startColumn": span.column}
    return {"physicalLocation": place}


def _uri(file: str) -> str:
    """A path as a relative reference, or as a ``file:`` URI when it is absolute."""
    path = quote(file.replace("\\", "/").encode("utf-8", "surrogatepass"))
    return f"file://{path}" if path.startswith("/") else path


def as_github(findings: Iterable[Diagnostic]) -> Iterator[str]:
    """One workflow command for each finding; it becomes an annotation on the changed lines."""
    for finding in findings:
        command = _COMMANDS[finding.severity]
        fields = {"file": plain_path(finding.span.file), "title": finding.code}
        if finding.span.line:
            fields |= {"line": str(finding.span.line), "col": str(finding.span.column)}
        properties = ",".join(
            f"{key}={_property(value)}" for key, value in fields.items()
        )
        words = (
            f"{finding.message} ({finding.hint})" if finding.hint else finding.message
        )
        yield f"::{command} {properties}::{_data(plain(words))}"


def _data(text: str) -> str:
    """``text`` so that it cannot end the command it stands in."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """``text`` so that it cannot end the property it stands in."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
