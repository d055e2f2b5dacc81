"""Words of a document → Python names; every rule about names is in this file.

A name is a function of the thing and its siblings, never of order or count. Before/after: ``textToImage`` →
``text_to_image``, ``generateFluxPro11Ultra`` → ``generate_flux_pro_11_ultra``, ``x-use-cache`` → ``x_use_cache``,
``class`` → ``class_``, ``2fa`` → ``n2fa``.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from typing import overload

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import frozen
from naftiko_codegen.python.text import Code

LONGEST = 64
"""Characters of the longest emitted identifier; longer ones are cut and end in a digest of the whole."""

_WORD = re.compile(
    r"[A-Z]+(?![a-z])[0-9]?(?![0-9])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9](?![0-9])[a-z]*|[A-Z]?[a-z]+|[0-9]+[a-z]*"
)
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_ANNOTATION_NAMES = frozenset(
    {"str", "int", "float", "bool", "bytes", "list", "dict", "tuple"}
    | {"Any", "Literal", "UNSET"}
)
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
_RESERVED = frozenset(keyword.kwlist) | frozenset({"self", "cls", "super", "print"})

_SPELLED = {
    "-": "dash", "_": "underscore", ".": "dot", "$": "dollar", "@": "at", "[": "open", "]": "close", "/": "slash",
    " ": "space", "+": "plus", "*": "star", ":": "colon", "#": "hash", "%": "percent", "&": "and", "=": "equals",
    "!": "not", "?": "question", "<": "less", ">": "greater", ",": "comma", "|": "or", "~": "tilde", "^": "caret",
    "(": "left", ")": "right", "'": "quote", '"': "double_quote", "\\": "backslash", ";": "semicolon",
}  # fmt: skip

_SEPARATORS = frozenset("-./:")
"""Marks that stand between words, as ``_`` does."""


def words(text: str) -> tuple[str, ...]:
    """The lower-case words of ``text``, split at punctuation, at changes of case, and before numbers of two digits.

    Compatibility characters are folded (NFKC), so that names that Python would read alike are alike here.
    """
    folded = unicodedata.normalize("NFKC", text)
    found: list[str] = []
    for run in re.findall(r"\w+", folded):
        for part in run.split("_"):
            found += (
                [word.lower() for word in _WORD.findall(part)]
                if part.isascii()
                else [part.lower()]
            )
    return tuple(word for word in found if word)


@lru_cache(maxsize=65536)
def snake(text: str) -> Code:
    """``text`` as a legal lower-case identifier for a function, an argument or a field; one already stays as it is."""
    if _SNAKE.fullmatch(text):
        return _legal(text, text)
    return _legal("_".join(words(text)), text)


def pascal(text: str) -> Code:
    """``text`` as a legal class name; inner capitals of a word are kept (``OAuthToken``)."""
    name = _legal(
        "".join(word[0].upper() + word[1:] for word in _pascal_words(text)), text
    )
    return Code(name[0].upper() + name[1:])


def constant(text: str) -> Code:
    """``text`` as a legal upper-case identifier."""
    return Code(_legal("_".join(words(text)), text).upper())


def module(text: str) -> Code:
    """``text`` as a module or package name: lower-case ASCII, never a device name of Windows, never hidden."""
    name = snake(text).strip("_") or "_"
    if not name.isascii():
        name = "u" + name.encode("utf-8").hex()[:24]
    if name in {"con", "prn", "aux", "nul"} or re.fullmatch(r"(com|lpt)[0-9]", name):
        name += "_api"
    return _legal(name, text)


def spelled_module(text: str) -> Code:
    """A last choice for ``module``: spelled out, and letters outside ASCII all there, as bytes."""
    name = spelled(text).strip("_")
    if name.isascii():
        return module(name)
    return _legal("u" + name.encode("utf-8").hex(), text)


def marked(text: str) -> Code:
    """A second choice for ``snake``: marks are written out, so ``Date`` and ``Date<`` stay apart as ``date_less``."""
    runs = re.findall(r"\w+|[^\w\s]", unicodedata.normalize("NFKC", text))
    if all(run in _SEPARATORS or not _is_mark(run) for run in runs):
        return snake(text)
    parts: list[str] = []
    for run in runs:
        if not _is_mark(run):
            parts += words(run)
        elif run not in _SEPARATORS:
            parts.append(_SPELLED.get(run, f"u{ord(run):04x}"))
    return _legal("_".join(parts), text)


def _is_mark(run: str) -> bool:
    return not (run[0] == "_" or run[0].isalnum())


def spelled(text: str) -> Code:
    """A last choice for ``snake``: punctuation and capitals are written out, so ``a-b`` and ``A_b`` stay apart.

    Letters that Python reads as others are written as numbers.
    """
    parts: list[str] = []
    for run in re.findall(r"[a-z0-9]+|.", text, re.DOTALL):
        if run.isascii() and run.isupper():
            parts.append("capital_" + run.lower())
        elif run.isalnum() and unicodedata.is_normalized("NFKC", run):
            parts.append(run)
        else:
            parts.append(_SPELLED.get(run, f"u{ord(run):04x}"))
    return _legal("_".join(parts), text)


def _pascal_words(text: str) -> list[str]:
    """Words as written, with their inner capitals."""
    folded = unicodedata.normalize("NFKC", text)
    return [
        part for run in re.findall(r"\w+", folded) for part in run.split("_") if part
    ]


def _legal(name: str, text: str) -> Code:
    """``name`` made a Python identifier that is no keyword, no dunder and not too long."""
    if (
        len(name) <= LONGEST
        and _PLAIN.fullmatch(name)
        and name not in _RESERVED
        and name not in _ANNOTATION_NAMES
    ):
        return Code(name)
    name = "".join(c for c in name if c == "_" or c.isalnum()).strip("_") or _unnamed(
        text
    )
    if not name.isidentifier():
        name = "n" + name
    if not name.isidentifier():
        name = _unnamed(text)
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 9].rstrip('_')}_{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    if name in _RESERVED or name in _ANNOTATION_NAMES:
        name += "_"
    return Code(name)


def _unnamed(text: str) -> str:
    """A name for text without a single letter or digit: its characters spelled out."""
    return "_".join(_SPELLED.get(c, f"u{ord(c):04x}") for c in text[:8]) or "empty"


def plain(
    texts: Sequence[str], reserved: Iterable[str] = ()
) -> tuple[Code, ...] | None:
    """``snake`` of each text when nothing clashes: what ``assign`` would find, at a fraction of its cost."""
    found = tuple(map(snake, texts))
    different = set(found)
    clash = len(different) < len(found) or not different.isdisjoint(reserved)
    return None if clash else found


def distinct(texts: Sequence[str]) -> tuple[Code, ...]:
    """``snake`` of each text, with marks or spelled out where two would be the same."""
    found = [snake(text) for text in texts]
    for form in (marked, spelled):
        found = [
            form(text) if found.count(name) > 1 else name
            for text, name in zip(texts, found, strict=True)
        ]
    return tuple(found)


class Ladder(Sequence[str]):
    """Candidates for a name of which those behind the first are made when a clash asks for them."""

    def __init__(self, first: Code, whole: Callable[[], Sequence[str]]) -> None:
        """``whole`` makes all candidates; ``first`` is the first of them."""
        self._first = first
        self._whole = cache(whole)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._whole())

    @overload
    def __getitem__(self, rung: int) -> str: ...
    @overload
    def __getitem__(self, rung: slice) -> Sequence[str]: ...
    def __getitem__(self, rung: int | slice) -> str | Sequence[str]:
        """The candidate on a rung, from 0."""
        return self._first if rung == 0 else self._whole()[rung]


@frozen
class Wanted:
    """One thing to be named: candidates best first (the ladder), where it stands, and what a message calls it.

    ``span`` is asked only for a finding, since looking a place up costs more than naming.

    With ``fixed`` the first candidate is the author's own word (``x-naftiko-name`` or configuration) and never yields.
    """

    candidates: Sequence[str]
    span: Callable[[], Span]
    what: str
    fixed: bool = False


def assign(
    wanted: Sequence[Wanted],
    diagnostics: Diagnostics,
    *,
    reserved: Iterable[str] = (),
    fold_case: bool = False,
) -> tuple[Code, ...]:
    """One name for each of ``wanted``, all different; those that clash climb their ladders together.

    ``fold_case`` compares without case (file names). A clash that no ladder resolves is an error naming both places.
    """
    taken = {_folded(name, fold_case) for name in reserved}
    rungs = [0] * len(wanted)
    while bumped := _clashing(wanted, rungs, taken, fold_case):
        for index in bumped:
            rungs[index] += 1
    names = tuple(
        Code(item.candidates[rung]) for item, rung in zip(wanted, rungs, strict=True)
    )
    _report(wanted, names, taken, fold_case, diagnostics)
    return names


def _folded(name: str, fold_case: bool) -> str:
    return name.casefold() if fold_case else name


def _clashing(
    wanted: Sequence[Wanted], rungs: list[int], taken: set[str], fold_case: bool
) -> list[int]:
    """Which things must climb a rung: they share a name, or want a reserved one, and have a next candidate."""
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(wanted):
        by_name[_folded(item.candidates[rungs[index]], fold_case)].append(index)
    climbing: list[int] = []
    for name, indices in by_name.items():
        if len(indices) > 1 or name in taken:
            climbing += [
                i
                for i in indices
                if not wanted[i].fixed and rungs[i] + 1 < len(wanted[i].candidates)
            ]
    return climbing


def _report(
    wanted: Sequence[Wanted],
    names: Sequence[str],
    taken: set[str],
    fold_case: bool,
    diagnostics: Diagnostics,
) -> None:
    """Say which names still clash, with both places."""
    first: dict[str, Wanted] = {}
    for item, name in zip(wanted, names, strict=True):
        folded = _folded(name, fold_case)
        other = first.setdefault(folded, item)
        hint = "give one of them another name with x-naftiko-name"
        if other is not item:
            message = f"{item.what} and {other.what} both become the name {name}"
            diagnostics.error(
                "N501", message, item.span(), hint, (other.span(), other.what)
            )
        elif folded in taken:
            diagnostics.error(
                "N502",
                f"{item.what} becomes the reserved name {name}",
                item.span(),
                hint,
            )
