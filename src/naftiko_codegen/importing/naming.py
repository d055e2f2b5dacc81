"""Names of imported capabilities and of what is in them: letters, digits and ``-``, as the language asks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from naftiko_codegen.parse.capability_template import respelled

LONGEST = 64
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[A-Za-z0-9]+")


def kebab(text: str) -> str:
    """The words of ``text`` in lower case: ``getUserById`` gives ``get-user-by-id``; empty when it has none."""
    return "-".join(_WORD.findall(_SPLIT.sub("-", text))).lower()


def named(texts: Iterable[str]) -> dict[str, str]:
    """A name in kebab case for each of ``texts``, unlike all others whatever their case and separators.

    Those that would be alike, too long or empty end in a digest of the text.
    """
    wanted = {text: kebab(text) for text in texts}
    counts = Counter(map(respelled, wanted.values()))
    return {
        text: (
            name
            if name and counts[respelled(name)] == 1 and len(name) <= LONGEST
            else _marked(name, text)
        )
        for text, name in wanted.items()
    }


def _marked(name: str, text: str) -> str:
    """``name`` with a digest of ``text``, in ``LONGEST`` characters."""
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name[: LONGEST - 9].rstrip('-') or 'x'}-{digest}"
