# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Two tools instead of many: one finds tools by words, the other calls one by its name."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from math import log

from ..server.meter import Samples
from .check import Check
from .toolbox import Onward, Tell, Toolbox, Wire, text_result

FIND, CALL = "find_tools", "call_tool"
MOST = 20
USUAL = 5
LONGEST = 400
"""Characters of a description among what is found."""
LARGEST = 48_000
"""Characters of schemas in one answer; of tools beyond that, names and descriptions are given."""

_WORD = re.compile(r"[^\W_]+")
_SPLIT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IDLE = frozenset({"a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"})  # fmt: skip
"""Words that say nothing of a tool."""
_WEIGHTS = (("name", 4.0), ("title", 3.0), ("description", 1.0))
_ARGUMENT = 0.5

_FIND: Wire = {
    "name": FIND,
    "title": "Find tools",
    "description": (
        "Finds tools of this server by words of what they do or are called. "
        f"Gives their names, descriptions and input schemas, for {CALL}."
    ),
    "inputSchema": {
        "type": "object",
        "properties": {
            "words": {
                "type": "string",
                "minLength": 1,
                "maxLength": 500,
                "description": "What the tool should do, e.g. `list open issues`.",
            },
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST,
                "description": f"How many to give at most; {USUAL} when left out.",
            },
        },
        "required": ["words"],
        "additionalProperties": False,
    },
    "annotations": {
        "readOnlyHint": True,
        "idempotentHint": True,
        "openWorldHint": False,
    },
}
_CALL: Wire = {
    "name": CALL,
    "title": "Call a tool",
    "description": f"Calls a tool that {FIND} has found.",
    "inputSchema": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The name of the tool."},
            "arguments": {
                "type": "object",
                "description": "Its arguments, as its input schema says.",
            },
        },
        "required": ["name"],
        "additionalProperties": False,
    },
}


class SearchTools:
    """A ``Toolbox`` of two tools, by which those of another are found and called."""

    def __init__(self, inner: Toolbox) -> None:
        """Closes ``inner`` when it is closed."""
        self._inner = inner
        self._names = {tool["name"] for tool in inner.tools}
        self._index: Index | None = None
        self._checks = {
            item["name"]: Check(f"arguments of {item['name']}", item["inputSchema"])
            for item in (_FIND, _CALL)
        }

    @property
    def tools(self) -> Sequence[Wire]:
        """See ``Toolbox``."""
        number = f" There are {len(self._names)} tools."
        return [{**_FIND, "description": _FIND["description"] + number}, _CALL]

    async def call(
        self, name: str, arguments: Wire, onward: Onward, tell: Tell | None = None
    ) -> Wire:
        """See ``Toolbox``."""
        if problems := self._checks[name].problems(arguments):
            lines = [f"The arguments of {name} are not accepted:", *problems]
            return text_result("\n- ".join(lines), error=True)
        if name == FIND:
            return self._found(arguments["words"], arguments.get("limit", USUAL))
        wanted = arguments["name"]
        if wanted not in self._names:
            return text_result(self._unknown(wanted), error=True)
        given = arguments.get("arguments", {})
        return await self._inner.call(wanted, given, onward, tell)

    def counts(self) -> Samples:
        """See ``Toolbox``."""
        return self._inner.counts()

    async def close(self) -> None:
        """See ``Toolbox``."""
        await self._inner.close()

    def _found(self, words: str, limit: int) -> Wire:
        """The tools that suit ``words`` best, and how many more there are."""
        index = self._index = self._index or Index(self._inner.tools)
        every = index.find(words)
        shown = list(_bounded(every[:limit]))
        found = {"tools": shown, "more": len(every) - len(shown)}
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        if not every:
            text = "No tool has any of these words; try others."
        content = [{"type": "text", "text": text}]
        return {"content": content, "structuredContent": found, "isError": False}

    def _unknown(self, name: str) -> str:
        near = get_close_matches(name[:200], self._names, 1)
        hint = f"did you mean {near[0]}?" if near else f"{FIND} finds those there are."
        return f"There is no tool {name[:200]}; {hint}"


class Index:
    """Tools by the words in them."""

    def __init__(self, tools: Sequence[Wire]) -> None:
        """Words of names count more than those of descriptions."""
        self._tools = tools
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        for number, tool in enumerate(tools):
            for word, weight in _weighted(tool).items():
                self._weights[word][number] = weight

    def find(self, text: str) -> list[Wire]:
        """The tools that have words of ``text``, those that suit it best first: with many of them, and rare ones."""
        scores: dict[int, float] = defaultdict(float)
        hits: Counter[int] = Counter()
        for word in sorted(set(_words(text))):
            hit: set[int] = set()
            for known, share in self._alike(word):
                found = self._weights[known]
                rarity = share * log(1 + len(self._tools) / len(found))
                for number, weight in found.items():
                    scores[number] += weight * rarity
                hit |= found.keys()
            hits.update(hit)
        ranked = sorted(scores, key=lambda it: (-scores[it] * hits[it], it))
        return [self._tools[number] for number in ranked]

    def _alike(self, word: str) -> list[tuple[str, float]]:
        """The known words that ``word`` stands for: itself, else those that begin with it."""
        if word in self._weights:
            return [(word, 1.0)]
        if len(word) < 3:
            return []
        return [(known, 0.5) for known in self._weights if known.startswith(word)]


def _weighted(tool: Wire) -> dict[str, float]:
    """The words of a tool, each with its greatest weight."""
    found: dict[str, float] = {}
    arguments = " ".join(tool["inputSchema"].get("properties", {}))
    for word in _words(arguments):
        found[word] = _ARGUMENT
    for key, weight in reversed(_WEIGHTS):
        words = _words(tool.get(key, ""))
        for word in words:
            share = weight + weight / len(
                words
            )  # a short name is about each of its words
            found[word] = max(share, found.get(word, 0.0))
    return found


def _words(text: str) -> list[str]:
    """The words of ``text`` without case and plural: ``listIssues`` gives ``list`` and ``issue``."""
    found = _WORD.findall(_SPLIT.sub(" ", text).lower())
    return [_singular(word) for word in found if word not in _IDLE]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    plural = word.endswith("s") and not word.endswith("ss") and len(word) > 3
    return word[:-1] if plural else word


def _bounded(tools: Iterable[Wire]) -> Iterable[Wire]:
    """What is told of each tool; the schema of the first, and of others as long as there is room for them."""
    room = LARGEST
    for number, tool in enumerate(tools):
        text = tool.get("description", "")
        made = {
            "name": tool["name"],
            "description": text if len(text) <= LONGEST else text[: LONGEST - 1] + "…",
        }
        schema = tool["inputSchema"]
        size = len(json.dumps(schema))
        if size <= room or not number:
            made["inputSchema"] = schema
            room -= size
        yield made
