"""What the author does not want to hear: codes named in the configuration, and comments in the documents.

``# naftiko-codegen: ignore N204`` speaks of its own line and the next one, ``… ignore-file N204`` among the comments
that begin a file of all of it. Errors are never suppressed: no code is generated from what they are about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from naftiko_codegen.diagnostics import Span

_COMMENT = re.compile(r"#\s*naftiko-codegen:\s*ignore(-file)?((?:[\s,]+N\d{3}\b)+)")
_CODE = re.compile(r"N\d{3}")


class Suppressions:
    """Asked with a code and its place, true when it is not to be reported."""

    def __init__(
        self, codes: Iterable[str], files: Iterable[str], text: Callable[[str], str]
    ) -> None:
        """``files`` are the names of files as findings print them, ``text`` what is in one."""
        self._everywhere = frozenset(codes)
        self._files = {
            file: found
            for file in files
            if not file.endswith(".json") and (found := _comments(text(file)))
        }

    def __bool__(self) -> bool:
        """Whether anything at all is suppressed."""
        return bool(self._everywhere or self._files)

    def __call__(self, code: str, span: Span) -> bool:
        """Whether ``code`` at ``span`` is suppressed."""
        if code in self._everywhere:
            return True
        comments = self._files.get(span.file, {})
        return any(code in comments.get(n, ()) for n in (0, span.line, span.line - 1))


def _comments(text: str) -> dict[int, set[str]]:
    """The codes that comments name, by line; those of ``ignore-file`` by 0."""
    found: dict[int, set[str]] = {}
    if "naftiko-codegen:" not in text:
        return found
    top = True
    for number, line in enumerate(text.splitlines(), start=1):
        top = top and (not line.strip() or line.lstrip().startswith(("#", "---", "%")))
        if (match := _COMMENT.search(line)) and (top or not match[1]):
            place = 0 if match[1] else number
            found.setdefault(place, set()).update(_CODE.findall(match[2]))
    return found
