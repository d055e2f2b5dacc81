"""OpenAPI document → ``Api`` view, with every finding of its frame; schemas are looked at when they are lowered."""

from __future__ import annotations

import re

from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.parse.openapi_hooks import all_hooks, webhooks
from naftiko_codegen.parse.openapi_names import wanted_name
from naftiko_codegen.parse.openapi_operations import operations
from naftiko_codegen.parse.openapi_refs import Refs
from naftiko_codegen.parse.openapi_report import Report
from naftiko_codegen.parse.openapi_security import (
    report_unasked,
    requirements,
    schemes,
    scopes,
)
from naftiko_codegen.parse.openapi_servers import first_server, servers
from naftiko_codegen.parse.openapi_view import Api, OperationView, TagView
from naftiko_codegen.read.document import Document, Json

_SUPPORTED = re.compile(r"3\.[012](\.([0-9A-Za-z.+-]*|[0-9]+-.+))?")
_ROOT_KEYS = frozenset(
    (
        "openapi",
        "$self",
        "info",
        "jsonSchemaDialect",
        "servers",
        "paths",
        "webhooks",
        "components",
        "security",
        "tags",
    )
) | {"externalDocs"}


def parse(document: Document, diagnostics: Diagnostics) -> tuple[Api, Refs] | None:
    """The view of ``document`` and the references into it; ``None`` when it is no OpenAPI 3 document."""
    report = Report(document, diagnostics)
    root = document.root
    if not isinstance(root, dict):
        report.error("N401", f"an OpenAPI document is an object, not {_kind(root)}", ())
        return None
    if not _supported(root, report):
        return None
    refs = Refs(root, report)
    _check_frame(root, report)
    info = report.mapping(root, "info", ())
    components = report.mapping(root, "components", ())
    base_url = first_server(root, (), report)
    found = schemes(components, ("components",), refs, base_url)
    by_key = {scheme.key: scheme for scheme in found if scheme.kind != "oauth2"}
    listed = operations(root, refs, by_key)
    api = Api(
        title=report.text(info, "title", ("info",)).strip(),
        description=report.text(info, "description", ("info",)),
        version=report.text(info, "version", ("info",)),
        wanted_name=wanted_name(root, (), report)
        or wanted_name(info, ("info",), report),
        base_url=base_url or _common_server(listed),
        tags=_tags(root, report),
        operations=listed,
        schemes=found,
        security=requirements(root, (), by_key, report) or (),
        servers=servers(root, report) if base_url else (),
        hooks=all_hooks(webhooks(root, refs), listed, report),
        scopes=scopes(root, (), by_key, report),
    )
    if listed:
        asked = (api.security, *(view.security for view in listed))
        report_unasked(by_key, asked, report)
    return api, refs


def _common_server(listed: tuple[OperationView, ...]) -> str:
    """The one server that all operations name for themselves, where the document names none."""
    servers = {view.server for view in listed}
    return servers.pop() if len(servers) == 1 else ""


def _kind(value: Json) -> str:
    return (
        "an empty file"
        if value is None
        else "a list" if isinstance(value, list) else "a single value"
    )


def _supported(root: dict[str, Json], report: Report) -> bool:
    """Whether the declared version is 3.0, 3.1 or 3.2; an error naming it otherwise."""
    key = "openapi" if "openapi" in root else "swagger" if "swagger" in root else ""
    if not key:
        report.error(
            "N401",
            "this document declares no OpenAPI version",
            (),
            "write openapi: 3.1.0 at its top",
        )
        return False
    version = root[key]
    text = (
        version
        if isinstance(version, str)
        else str(version) if isinstance(version, int | float) else ""
    )
    if key == "openapi" and _SUPPORTED.fullmatch(text):
        if text != version:
            report.once(
                "N402", f"openapi must be a string; {text} is assumed", ("openapi",)
            )
        return True
    hint = (
        "2.0, 3.0, 3.1 and 3.2 are; convert the document"
        if text
        else "write openapi: 3.1.0"
    )
    report.error(
        "N401", f"{key} {quote(version)} is not a supported version", (key,), hint
    )
    return False


def _check_frame(root: dict[str, Json], report: Report) -> None:
    """Find keys that do not exist at the root, and a missing or unusable ``paths``."""
    for key in root:
        if (
            key not in _ROOT_KEYS
            and not key.startswith("x-")
            and key not in ("definitions", "$defs", "$schema", "$id")
        ):
            hint = did_you_mean(key, _ROOT_KEYS)
            report.warning(
                "N404",
                f"{quote(key)} is no key of an OpenAPI document",
                (key,),
                hint,
                key=True,
            )
    if "info" not in root:
        report.once("N403", "the document has no info", ())
    if "paths" in root and not isinstance(root["paths"], dict):
        report.error(
            "N402", "paths must be an object of paths and their operations", ("paths",)
        )
    elif not root.get("paths") and not root.get("webhooks"):
        report.warning(
            "N403", "the document has no paths: there is no operation to generate", ()
        )


def _tags(root: dict[str, Json], report: Report) -> tuple[TagView, ...]:
    """The declared tags."""
    found: dict[str, TagView] = {}
    for index, raw in enumerate(report.items(root, "tags", ())):
        place = ("tags", index)
        if not isinstance(raw, dict):
            report.wrong(raw, "an object", place)
            continue
        name = report.text(raw, "name", place)
        if "name" not in raw:
            report.warning("N403", "a tag has no name; it is left out", place)
        if name:
            found.setdefault(
                name, TagView(name, report.text(raw, "description", place), place)
            )
    return tuple(found.values())
