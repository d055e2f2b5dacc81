"""YAML 1.2 text → plain values with the place of each, built over libyaml's events."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import islice
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from naftiko_codegen.diagnostics import Span
from naftiko_codegen.read import canonical
from naftiko_codegen.read.aliases import Aliases, merge
from naftiko_codegen.read.document import Json
from naftiko_codegen.read.kinds import kind
from naftiko_codegen.read.limits import Limits
from naftiko_codegen.read.places import Marks
from naftiko_codegen.read.repeats import Again, settle
from naftiko_codegen.read.report import RefusedError, Report, quoted
from naftiko_codegen.read.scalars import HINTS, resolve
from naftiko_codegen.read.words import drop_from_words
from naftiko_codegen.read.yaml_events import (
    DROPPED,
    events,
    report_forbidden,
    syntax,
    without_forbidden,
)

_ITEM: Any = object()
"""In place of a key: the next value is an item of a sequence."""
_WANTED: Any = object()
"""In place of a key: the next node is the key of a mapping."""

_CORE = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {
    _CORE + "null": (type(None),),
    _CORE + "bool": (bool,),
    _CORE + "int": (int,),
    _CORE + "float": (float, int),
}


def read(text: str, report: Report, limits: Limits) -> tuple[Json, Marks]:
    """The value of the one document in ``text``, and its places.

    Raises RefusedError when the file cannot be read to its end; what can be read on after
    is only reported.
    """
    builder = _Builder(report, limits)
    try:
        root = _built(builder, text, report)
    except yaml.YAMLError as error:
        builder = _Builder(report, limits)
        root = _mended(builder, error, text, report)
    if builder.repeated:
        settle(root, builder.marks, builder.span, report)
    places = Marks(builder.first, builder.marks, builder.span)
    if builder.aliased:
        canonical.check_depth(root, places, report, limits.depth)
    return root, places


def _built(builder: _Builder, text: str, report: Report) -> Json:
    """The value of ``text``, built while no garbage is collected."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return builder.build(events(text, report))
    finally:
        if collecting:
            gc.enable()


def _mended(
    builder: _Builder, error: yaml.YAMLError, text: str, report: Report
) -> Json:
    """The value of ``text`` without characters that YAML does not allow.

    Only in an OpenAPI document, and only where they stand in words for people or in comments: else the file is refused.
    """
    shown = without_forbidden(text)
    if shown is None or shown == text:
        raise syntax(error, text, report) from None
    try:
        root = _built(builder, shown, report)
    except yaml.YAMLError:
        raise syntax(error, text, report) from None
    if kind(root) != "openapi" or not drop_from_words(root, DROPPED):
        raise syntax(error, text, report) from None
    report_forbidden(text, report)
    return root


class _Builder:
    """Builds values from events; the marks it leaves are those of the parser."""

    def __init__(self, report: Report, limits: Limits) -> None:
        """Findings go to ``report``; nothing is built beyond ``limits``."""
        self.first: Any = None
        self.marks: dict[int, list[Any]] = {}
        self.repeated = False
        self._report = report
        self._limits = limits
        self._aliases = Aliases(report, limits.expansion)
        self._names: dict[str, str] = {}
        self._merging: dict[int, Any] = {}
        self._kept: list[Json] = []
        self._anchored = False
        self._documents = 0

    @property
    def aliased(self) -> bool:
        """Whether values stand in more than one place, and so may lie deeper than read."""
        return self._aliases.used

    def span(self, mark: Any) -> Span:
        """The place of a mark; that of an empty document is its first character."""
        if mark is None:
            return self._report.span(1, 1)
        return self._report.span(mark.line + 1, mark.column + 1)

    def build(self, source: Iterator[Any]) -> Json:
        """The value of the document; None when there is none."""
        top: list[Json] = []
        marks: list[Any] = []
        self._fill(top, marks, islice(source, self._limits.nodes))
        if self._documents < 2:
            self._expect_end(source)
        self.first = marks[0] if marks else None
        return top[0] if top else None

    def _fill(self, top: Any, marks: list[Any], source: Iterator[Any]) -> None:
        """Put the document into ``top``: one loop, where the time of reading is spent."""
        stack: list[tuple[Any, list[Any], Any]] = []
        target, names, depth, key = top, self._names, self._limits.depth, _ITEM
        for event in source:
            kind = event.__class__
            if kind is ScalarEvent:
                marks.append(event.start_mark)
                value = event.value
                special = event.anchor is not None or event.tag is not None
                if key is _WANTED:
                    if special or value not in names:
                        value = self._key(event, target)
                    if value in target:
                        value = self._again(value)
                    key = value
                    continue
                if special:
                    value = self._scalar(event)
                elif value[:1] in HINTS and not event.style:
                    value = resolve(value)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                marks.append(event.start_mark)
                value = {} if kind is MappingStartEvent else []
                if key is _ITEM:
                    target.append(value)
                elif key is _WANTED:
                    key = self._node_key(value, event.start_mark)
                else:
                    target[key] = value
                    key = _WANTED
                stack.append((target, marks, key))
                if event.anchor is not None or event.tag is not None:
                    self._begin(event, value)
                if len(stack) > depth:
                    raise self._too_deep(event.start_mark)
                target, marks = value, []
                self.marks[id(value)] = marks
                key = _WANTED if kind is MappingStartEvent else _ITEM
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if self._anchored or self._merging:
                    self._end(event, target)
                target, marks, key = stack.pop()
                continue
            elif kind is AliasEvent:
                marks.append(event.start_mark)
                value = self._aliases.follow(event.anchor, self.span(event.start_mark))
                if key is _WANTED:
                    key = self._alias_key(value, target, marks)
                    continue
            elif kind is DocumentStartEvent and self._further(event):
                break
            else:
                continue
            if key is _ITEM:
                target.append(value)
            else:
                target[key] = value
                key = _WANTED

    def _expect_end(self, source: Iterator[Any]) -> None:
        """Refuse the file when there are more events than it may have."""
        event = next(source, None)
        if event is not None:
            message = "too many values for one file"
            raise self._report.refuse("N112", message, self.span(event.start_mark))

    def _begin(self, event: Any, container: Json) -> None:
        """Look at what is written before a container."""
        if event.anchor is not None:
            self._anchored = True
            self._aliases.begin(event.anchor, container, event.start_mark.index)
        if event.tag is not None:
            own = "map" if isinstance(container, dict) else "seq"
            if event.tag not in ("!", _CORE + own):
                self._unknown_tag(event)

    def _too_deep(self, mark: Any) -> RefusedError:
        message = f"nested more than {self._limits.depth} levels deep"
        return self._report.refuse(
            "N111", message, self.span(mark), "flatten the document"
        )

    def _end(self, event: Any, container: Json) -> None:
        """Settle what was left open until the end of a container."""
        if self._anchored:
            self._aliases.end(container, event.end_mark.index)
        if id(container) in self._merging:
            span = self.span(self._merging.pop(id(container)))
            merge(container, self.marks, span, self._report)

    def _further(self, event: Any) -> bool:
        """Whether this is the start of a second document, which is reported."""
        self._documents += 1
        if self._documents < 2:
            return False
        self._report.error(
            "N115",
            "a second document begins here; one file holds one document",
            self.span(event.start_mark),
            "put it into a file of its own",
        )
        return True

    def _key(self, event: Any, target: dict[str, Json]) -> str:
        """The name that a scalar stands for as a key of ``target``."""
        text: str = event.value
        if text == "<<" and not event.style:
            self._merging[id(target)] = event.start_mark
            return text
        value = self._scalar(event)
        span = self.span(event.start_mark)
        if value is None:
            self._report.error("N109", "a key is missing or null", span, "quote it")
        elif isinstance(value, bool | float):
            message = (
                f"the key {quoted(text)} is no text; it is read as if it were quoted"
            )
            self._report.warning("N109", message, span, "quote it")
        elif text not in self._names and not event.style and event.tag is None:
            self._names[text] = text
        return text

    def _scalar(self, event: Any) -> Json:
        """The value of a scalar that may have a tag or an anchor."""
        value = event.value
        if event.tag is None:
            value = value if event.style else resolve(value)
        elif event.tag in _TAGGED:
            value = resolve(value)
            if not isinstance(value, _TAGGED[event.tag]):
                self._unknown_tag(event)
        elif event.tag not in ("!", _CORE + "str"):
            self._unknown_tag(event)
        if event.anchor is not None:
            size = event.end_mark.index - event.start_mark.index
            self._aliases.scalar(event.anchor, value, size)
        return value

    def _unknown_tag(self, event: Any) -> None:
        tag = event.tag
        shown = "!!" + tag[len(_CORE) :] if tag.startswith(_CORE) else tag
        message = f"the tag {quoted(shown)[1:-1]} means nothing here, or does not fit"
        self._report.error(
            "N108", message, self.span(event.start_mark), "remove the tag"
        )

    def _again(self, key: str) -> Any:
        """Another name for a key that its mapping has already."""
        self.repeated = True
        return Again(key)

    def _node_key(self, container: Json, mark: Any) -> str:
        """Report a mapping or sequence in place of a key; a name to go on with."""
        self._kept.append(container)
        span = self.span(mark)
        self._report.error("N109", "a key must be text, not a list or mapping", span)
        return f"\0{len(self._kept)}"

    def _alias_key(self, value: Json, target: dict[str, Json], marks: list[Any]) -> Any:
        """The name that the alias at the last of ``marks`` stands for as a key."""
        if not isinstance(value, str):
            return self._node_key(value, marks[-1])
        return self._again(value) if value in target else value
