"""Names of objects in a cluster: short, lower case, and the same for the same package."""

from __future__ import annotations

import re
from hashlib import sha256

_LONGEST = 40
"""Characters, so that what a cluster appends still fits in 63."""


def cluster_name(*words: str) -> str:
    """``words`` as one DNS label that starts with a letter."""
    text = "-".join(words)
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if not name[:1].isalpha():
        name = f"s-{name}".rstrip("-")
    if len(name) > _LONGEST:
        digest = sha256(text.encode()).hexdigest()[:6]
        name = f"{name[: _LONGEST - 7].rstrip('-')}-{digest}"
    return name
