"""What the versions of the language differ in: words that were renamed, and what was not there before."""

from __future__ import annotations

from collections.abc import Mapping

from naftiko_codegen.check.capability_shapes import VERSIONS

NEWEST = VERSIONS[-1]
RUNTIME = "1.0.0-alpha1"
"""Since then variables are ``binds``, the items of an array one object, and references have no ``$this``."""
STATIC = "1.0.0-alpha2"
"""Since then what an output always says is its ``value``."""
MAPS = "1.0.0-alpha3"
"""Since then the root key is ``ikanos``, and what has names stands in maps."""

_BINARY, _CACHES = "1.0.0-beta1", "1.0.0-beta4"

RENAMED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "aggregate": (("functions", "flows"), ("label", "display")),
    "step mapping": (("targetName", "target"),),
    "import": (("location", "from"),),
    **dict.fromkeys(
        ("info", "consumed resource", "consumed operation", "route resource", "route", "tool", "function",
         "MCP resource", "prompt", "prompt argument"),
        (("label", "display"),),
    ),
}  # fmt: skip
"""For every object its words before and since ``MAPS``."""

SINCE: Mapping[str, Mapping[str, str]] = {
    "document": {"consumes": "0.5", "exposes": MAPS, "aggregates": MAPS},
    "info": {"version": _CACHES},
    "capability": {"aggregates": STATIC},
    "consumed API": {"tunnel": MAPS},
    "consumed resource": {"tags": MAPS},
    "consumed operation": {"tags": MAPS, "outputSchema": STATIC, "outputMediaType": _BINARY, "maxBinarySize": _BINARY},
    "route resource": {"tags": MAPS},
    "route": {"tags": MAPS, "ref": STATIC, "responses": _BINARY, "responseBinary": _BINARY},
    "server rest": {"maxBinarySize": _BINARY},
    "server mcp": {
        "resources": "0.5", "prompts": "0.5", "authentication": STATIC, "maxBinarySize": _BINARY, "ttlMs": _CACHES,
        "cacheScope": _CACHES,
    },
    "tool": {"label": "0.5", "display": "0.5", "hints": STATIC, "ref": STATIC, "tags": MAPS},
    "MCP resource": {"binary": _BINARY, "tags": MAPS},
    "function": {"tags": MAPS, "outputMediaType": _BINARY},
    "import": {"import": "0.5", "description": STATIC},
}  # fmt: skip
"""For every object the version that a key of it came with."""

WORDS_SINCE: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("consumed operation", "outputRawFormat"): {
        **dict.fromkeys(("tsv", "psv", "html", "markdown"), STATIC),
        "binary": _BINARY,
    },
    ("authentication", "type"): {"oauth2": STATIC},
    ("step", "type"): {"script": STATIC},
    ("server", "type"): {"skill": "0.5", "control": STATIC},
}
"""For a key of an object the versions that words under it came with."""


def reached(version: str, since: str) -> bool:
    """Whether ``version`` is ``since`` or a later one; an unknown version is read as 1.0.0-alpha2."""
    known = version if version in VERSIONS else STATIC
    return VERSIONS.index(known) >= VERSIONS.index(since)
