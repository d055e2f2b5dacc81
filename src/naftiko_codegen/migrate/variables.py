"""Variables: ``externalRefs`` at the root up to 0.5, ``binds`` at the root and below ``capability`` since."""

from __future__ import annotations

from typing import Any

from naftiko_codegen.migrate import keyed
from naftiko_codegen.migrate.versions import RUNTIME, reached


def rewrite(root: dict[str, Any], target: str) -> None:
    """Change the variables of ``root`` into those of ``target``, where they stand."""
    since = reached(target, RUNTIME)
    old, new = ("externalRefs", "binds") if since else ("binds", "externalRefs")
    owners = [root, root.get("capability")]
    for owner in owners:
        if isinstance(owner, dict) and isinstance(owner.get(old), list):
            for item in owner[old]:
                if isinstance(item, dict) and "import" not in item:
                    _bind(item) if since else _reference(item)
            _joined(owner, old, root, new)


def _joined(owner: dict[str, Any], old: str, root: dict[str, Any], new: str) -> None:
    """Move the list ``old`` of ``owner`` to ``new`` of ``root``, behind what is there."""
    if isinstance(root.get(new), list):
        root[new].extend(owner.pop(old))
    elif owner is root:
        keyed.renamed(root, old, new)
    else:
        root[new] = owner.pop(old)


def _bind(item: dict[str, Any]) -> None:
    runtime = item.pop("resolution", "") == "runtime"
    item.pop("type", None)
    if runtime:
        item.pop("uri", None)
    for old, new in (("name", "namespace"), ("uri", "location")):
        if old in item and new not in item:
            keyed.renamed(item, old, new)


def _reference(item: dict[str, Any]) -> None:
    for old, new in (("namespace", "name"), ("location", "uri")):
        if old in item and new not in item:
            keyed.renamed(item, old, new)
    item["type"] = "environment" if "uri" in item else "variables"
    item["resolution"] = "file" if "uri" in item else "runtime"
