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
_TOP = 60
"""Lines at the start of a file in which ``ignore-file`` is looked for."""


class Suppressions:
    """Asked with a code and its place, true when it is not to be reported; ``line`` gives lines of files read."""

    def __init__(
        self, codes: Iterable[str], line: Callable[[str, int], str] | None = None
    ) -> None:
        """With ``codes`` alone, comments are not looked at."""
        self.codes = frozenset(codes)
        self._line = line
        self._files: dict[str, frozenset[str]] = {}

    def __call__(self, code: str, span: Span) -> bool:
        """Whether ``code`` at ``span`` is suppressed."""
        if code in self.codes:
            return True
        if self._line is None:
            return False
        if code in self._file(span.file):
            return True
        places = (span.line, span.line - 1)
        return any(code in _codes(self._text(span.file, n), "") for n in places)

    def _file(self, file: str) -> frozenset[str]:
        """The codes that ``ignore-file`` names in the comments at the top of ``file``."""
        if file not in self._files:
            found: set[str] = set()
            for number in range(1, _TOP):
                line = self._text(file, number).strip()
                if line and not line.startswith(("#", "---", "%")):
                    break
                found |= _codes(line, "-file")
            self._files[file] = frozenset(found)
        return self._files[file]

    def _text(self, file: str, number: int) -> str:
        return self._line(file, number) if self._line and number > 0 else ""


def _codes(line: str, kind: str) -> set[str]:
    """The codes in the comment of ``line``, when it is one of ``kind``."""
    found = _COMMENT.search(line)
    return set(_CODE.findall(found[2])) if found and (found[1] or "") == kind else set()
