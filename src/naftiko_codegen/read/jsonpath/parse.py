"""The text of a JSONPath query → its parts (RFC 9535, section 2)."""

from __future__ import annotations

import re
from typing import NoReturn

from naftiko_codegen.read.jsonpath.query import (
    Call,
    Compare,
    Condition,
    Every,
    Filter,
    Index,
    Literal,
    Name,
    Not,
    Operand,
    Query,
    QueryError,
    Segment,
    Selector,
    Slice,
    Some,
    Wildcard,
)
from naftiko_codegen.read.jsonpath.strings import read_string

_BLANK = re.compile(r"[ \t\n\r]*")
_SHORTHAND = re.compile(r"[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*")
"""Letters, _ and all beyond ASCII, then digits too; said by what is not, to compile fast."""
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_NUMBER = re.compile(r"(?:-?0|-?[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORD = re.compile(r"(?:true|false|null)(?![A-Za-z0-9_(])")
_FUNCTION = re.compile(r"([a-z][a-z_0-9]*)\(")
_OPERATOR = re.compile(r"==|!=|<=|>=|<|>")
_WORDS = {"true": True, "false": False, "null": None}
_LARGEST = 2**53 - 1
_LENGTH = 4096
_NESTING = 50

FUNCTIONS: dict[str, tuple[str, str]] = {
    "length": ("v", "value"),
    "count": ("n", "value"),
    "value": ("n", "value"),
    "match": ("vv", "logical"),
    "search": ("vv", "logical"),
}
"""Per function: its parameters (v a value, n nodes) and what it gives."""


def parse(text: str) -> Query:
    """The query that ``text`` writes; raises QueryError."""
    if len(text) > _LENGTH:
        raise QueryError(f"a query may have {_LENGTH} characters")
    parser = _Parser(text)
    if not parser.take("$"):
        parser.fail("a query begins with $")
    segments = parser.segments()
    if parser.at < len(text):
        parser.fail("this does not continue a query")
    return Query(segments, relative=False)


class _Parser:
    """Recursive descent over one text; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._depth = 0

    def fail(self, message: str) -> NoReturn:
        raise QueryError(message, self.at)

    def take(self, word: str) -> bool:
        """Step over ``word`` if it is next."""
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> str | None:
        """Step over what ``pattern`` matches here."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def blank(self) -> None:
        self.match(_BLANK)

    def segments(self) -> tuple[Segment, ...]:
        """Segments up to the first character that begins none."""
        found = []
        while True:
            start = self.at
            self.blank()
            if self.take(".."):
                bracket = self.take("[")
                selectors = self.bracketed() if bracket else (self.shorthand(),)
                found.append(Segment(selectors, descend=True))
            elif self.take("."):
                found.append(Segment((self.shorthand(),), descend=False))
            elif self.take("["):
                found.append(Segment(self.bracketed(), descend=False))
            else:
                self.at = start
                return tuple(found)

    def shorthand(self) -> Selector:
        """``*`` or a bare name."""
        if self.take("*"):
            return Wildcard()
        name = self.match(_SHORTHAND)
        if name is None:
            self.fail("a name or * must follow; quote other names: ['…']")
        if self.text[self.at : self.at + 1] in ("-", "/"):
            self.fail("names with other characters are written ['…']")
        return Name(name)

    def bracketed(self) -> tuple[Selector, ...]:
        """Selectors up to the closing bracket."""
        found = []
        while True:
            self.blank()
            found.append(self.selector())
            self.blank()
            if self.take("]"):
                return tuple(found)
            if not self.take(","):
                self.fail("expected , or ]")

    def selector(self) -> Selector:
        """One selector inside brackets."""
        if self.take("*"):
            return Wildcard()
        if self.take("?"):
            self.blank()
            return Filter(self.condition())
        string = self.string()
        if string is not None:
            return Name(string)
        start = self.integer()
        after = self.at
        self.blank()
        if self.take(":"):
            return self.slice(start)
        self.at = after
        if start is None:
            self.fail("expected a quoted name, an index, a slice, * or ?")
        return Index(start)

    def slice(self, start: int | None) -> Slice:
        """The rest of a slice after its first colon."""
        self.blank()
        end = self.integer()
        step = None
        after = self.at
        self.blank()
        if self.take(":"):
            self.blank()
            step = self.integer()
        else:
            self.at = after
        return Slice(start, end, 1 if step is None else step)

    def integer(self) -> int | None:
        """An index, if one is next."""
        start = self.at
        digits = self.match(_INTEGER)
        if digits is None:
            return None
        if len(digits) > 17 or abs(int(digits)) > _LARGEST:
            self.at = start
            self.fail("the number is too large")
        return int(digits)

    def string(self) -> str | None:
        """A quoted string, if one is next."""
        if self.text[self.at : self.at + 1] not in ("'", '"'):
            return None
        value, self.at = read_string(self.text, self.at)
        return value

    def condition(self) -> Condition:
        """Alternatives of ``||``."""
        self._depth += 1
        if self._depth > _NESTING:
            self.fail("nested too deep")
        found = [self.conjunction()]
        while self.joined("||"):
            found.append(self.conjunction())
        self._depth -= 1
        return found[0] if len(found) == 1 else Some(tuple(found))

    def conjunction(self) -> Condition:
        """Parts of ``&&``."""
        found = [self.basic()]
        while self.joined("&&"):
            found.append(self.basic())
        return found[0] if len(found) == 1 else Every(tuple(found))

    def joined(self, word: str) -> bool:
        """Step over ``word`` and the blanks around it if it is next."""
        start = self.at
        self.blank()
        if self.take(word):
            self.blank()
            return True
        self.at = start
        return False

    def basic(self) -> Condition:
        """A condition in parentheses, a comparison, or a test."""
        negated = self.take("!")
        if negated:
            self.blank()
        if self.take("("):
            self.blank()
            inner = self.condition()
            self.blank()
            if not self.take(")"):
                self.fail("expected )")
            return Not(inner) if negated else inner
        start = self.at
        left = self.operand()
        after = self.at
        self.blank()
        operator = None if negated else self.match(_OPERATOR)
        if operator is None:
            self.at = after
            test = self.test(left, start)
            return Not(test) if negated else test
        self.value(left, start)
        self.blank()
        start = self.at
        return Compare(operator, left, self.value(self.operand(), start))

    def test(self, operand: Operand, start: int) -> Condition:
        """``operand`` as a condition of its own."""
        call = isinstance(operand, Call) and FUNCTIONS[operand.function][1]
        if isinstance(operand, Literal) or call == "value":
            self.at = start
            self.fail("this must be compared with something")
        return operand

    def value(self, operand: Operand, start: int) -> Operand:
        """``operand`` where one value is needed."""
        if isinstance(operand, Query) and not operand.singular:
            self.at = start
            self.fail("this query may select several values where one is needed")
        if isinstance(operand, Call) and FUNCTIONS[operand.function][1] != "value":
            self.at = start
            self.fail(f"{operand.function}() gives no value")
        return operand

    def operand(self) -> Operand:
        """A literal, a query or a function call."""
        if self.text[self.at : self.at + 1] in ("@", "$"):
            relative = self.take("@") or not self.take("$")
            return Query(self.segments(), relative)
        string = self.string()
        if string is not None:
            return Literal(string)
        word = self.match(_WORD)
        if word is not None:
            return Literal(_WORDS[word])
        found = _FUNCTION.match(self.text, self.at)
        if found:
            return self.call(found[1])
        number = self.match(_NUMBER)
        if number is None:
            self.fail("expected a value, a query beginning with @ or $, or a function")
        return Literal(float(number) if set(number) & set(".eE") else int(number[:400]))

    def call(self, name: str) -> Call:
        """A function call; its name is next."""
        if name not in FUNCTIONS:
            self.fail(f"there is no function {name}()")
        self.at += len(name) + 1
        self._depth += 1
        if self._depth > _NESTING:
            self.fail("nested too deep")
        found = []
        for number, kind in enumerate(FUNCTIONS[name][0]):
            self.blank()
            if number and not self.take(","):
                self.fail("expected ,")
            self.blank()
            found.append(self.argument(kind))
        self.blank()
        if not self.take(")"):
            self.fail("expected )")
        self._depth -= 1
        return Call(name, tuple(found))

    def argument(self, kind: str) -> Operand:
        """One argument of a function, of the kind it needs."""
        start = self.at
        operand = self.operand()
        if kind == "v":
            return self.value(operand, start)
        if not isinstance(operand, Query):
            self.at = start
            self.fail("a query is needed here")
        return operand
