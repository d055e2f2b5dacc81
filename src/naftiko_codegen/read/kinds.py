"""What kind of document a tree of values is, told by the keys of its root."""

from __future__ import annotations

from naftiko_codegen.read.document import Json, Kind

_KINDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("openapi", ("openapi", "swagger")),
    ("capability", ("naftiko", "ikanos", "capability")),
    ("overlay", ("overlay",)),
)

_OF_PARTS = ("components", "info", "servers", "security", "tags", "externalDocs")


def kind(root: Json) -> Kind:
    """The kind of ``root``; ``other`` when no key of its root tells."""
    if isinstance(root, dict):
        for name, keys in _KINDS:
            if any(key in root for key in keys):
                return name
    return "other"


def is_part(root: Json) -> bool:
    """Whether ``root``, of no kind, holds components for other OpenAPI documents, and nothing that none of them has."""
    return (
        isinstance(root, dict)
        and isinstance(root.get("components"), dict)
        and all(key in _OF_PARTS or str(key).startswith("x-") for key in root)
    )
