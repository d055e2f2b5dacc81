"""What is printed: findings for people and machines, safe on a terminal; drift; the IR as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from naftiko_codegen.diagnostics import Diagnostic, Diagnostics, Severity, Span
from naftiko_codegen.frozen import frozen
from naftiko_codegen.output.compare import Change
from naftiko_codegen.report import findings, machine
from naftiko_codegen.report.console import plain, plain_lines, plain_path
from naftiko_codegen.report.drift import MOST_LINES, drift
from naftiko_codegen.report.follow import mentions, only
from naftiko_codegen.report.show import show

HOSTILE = "a\x1b[2Jb\x9b31m\u202ec\u2066d\u200be\U000e0041f\rg\x00h\u2028i\ud800j"


def finding(
    span: Span,
    message: str = "words",
    hint: str = "",
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    return Diagnostic("N301", severity, message, span, hint)


def test_text_of_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("one:\n  two:\n    three: x\n    four: y\n")
    item = Diagnostic(
        "N301",
        Severity.ERROR,
        "call names no operation: x",
        Span(str(path), 3, 12),
        "did you mean y?",
        ((Span(str(path), 4, 5), "y is here"),),
    )
    assert list(findings.text([item])) == [
        f"{path}:3:12: error[N301]: call names no operation: x",
        "  1 | one:",
        "  2 |   two:",
        "→ 3 |     three: x",
        f"  see {path}:4:5: y is here",
        "  hint: did you mean y?",
    ]


@pytest.mark.parametrize(
    "span", [Span("none.yaml", 3, 1), Span("none.yaml"), Span("/proc/self/mem", 1, 1)]
)
def test_findings_without_lines_to_show(span: Span) -> None:
    assert len(list(findings.text([finding(span)]))) == 1


def test_long_lines_are_cut_around_the_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("x" * 5000 + "HERE" + "y" * 5000)
    _, line = findings.text([finding(Span(str(path), 1, 5001))])
    assert "HERE" in line and len(line) < 200


def test_nothing_of_a_document_reaches_the_terminal_raw(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(HOSTILE.encode("utf-8", "surrogatepass"))
    item = finding(Span(str(path), 1, 1), HOSTILE, HOSTILE)
    for line in (
        *findings.text([item]),
        *machine.as_github([item]),
        plain_lines(HOSTILE),
    ):
        assert line.isprintable(), ascii(line)
        line.encode()


def test_paths_stay_on_one_line() -> None:
    assert plain_path("a\nb\x1b.yaml") == "a\\nb\\x1b.yaml"
    assert plain("a\tb\nc") == "a    b c"


def test_json_report_is_ascii_and_complete() -> None:
    item = Diagnostic(
        "N1", Severity.NOTE, HOSTILE, Span("f", 1, 2), "h", ((Span("g"), "w"),)
    )
    text = machine.as_json([item], {"files": 3})
    assert text.isascii() and "\x1b" not in text
    read = json.loads(text)
    assert read["summary"] == {"files": 3}
    assert read["findings"] == [
        {"code": "N1", "severity": "note", "message": HOSTILE, "hint": "h", "file": "f", "line": 1, "column": 2,
         "related": [{"file": "g", "line": 0, "column": 0, "message": "w"}]}
    ]  # fmt: skip


def test_sarif_has_what_code_scanning_needs() -> None:
    items = [
        finding(Span("sub dir/a.yaml", 3, 2), hint="do this"),
        finding(Span("/abs/b.yaml"), severity=Severity.WARNING),
    ]
    log = json.loads(machine.as_sarif(items))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    first, second = log["runs"][0]["results"]
    assert [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]] == [
        "N301"
    ]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "sub%20dir/a.yaml"},
        "region": {"startLine": 3, "startColumn": 2},
    }
    assert (first["level"], second["level"]) == ("error", "warning")
    assert second["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "file:///abs/b.yaml"}
    }


def test_github_commands_cannot_be_broken_out_of() -> None:
    item = finding(Span("a,b:c%.yaml", 3, 2), "100%\n::error::x", "h")
    assert list(machine.as_github([item])) == [
        "::error file=a%2Cb%3Ac%25.yaml,title=N301,line=3,col=2::100%25 ::error::x (h)"
    ]


def test_counts_in_words() -> None:
    collected = Diagnostics()
    for number in range(2):
        collected.warning("N1", str(number), Span("f"))
    collected.error("N2", "x", Span("f"))
    assert findings.counts(collected) == "1 error, 2 warnings"
    assert findings.counts([]) == ""


def test_drift_names_the_state_and_shows_a_bounded_diff() -> None:
    changes = [
        Change("p/a.py", "outdated", b"one\ntwo\n", b"one\n2\x1b[2J\n"),
        Change("p/b.py", "missing", new=b"x"),
        Change("p/c.py", "orphaned", b"x"),
        Change("p/d.py", "unchanged", b"x", b"x"),
        Change("p/e.py", "edited", b"\n" * 500, b"x\n" * 500),
    ]
    lines = list(drift(changes, "out"))
    assert lines[0] == "out/p/a.py: outdated"
    assert lines[1:8] == [
        "  --- out/p/a.py (on disk)", "  +++ out/p/a.py (generated)", "  @@ -1,2 +1,2 @@", "   one", "  -two",
        "  +2[2J", "out/p/b.py: missing",
    ]  # fmt: skip
    assert lines[8] == "out/p/c.py: orphaned"
    assert lines[9] == "out/p/e.py: edited by hand"
    assert len(lines) == 10 + MOST_LINES + 1 and lines[-1].endswith(" more lines")


NO_SCHEMA: dict[str, object] = {}


@frozen
class Leaf:
    name: str
    size: int = 0
    schema: dict[str, object] = NO_SCHEMA
    hidden: Callable[[], str] = str


@frozen
class Tree:
    label: str
    leaves: tuple[Leaf, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    flag: bool = False
    best: Leaf | None = None


def test_show_leaves_out_defaults_and_escapes() -> None:
    value = Tree(
        "a\x1b\u202e",
        (
            Leaf("one", 1, hidden="secret".upper),
            Leaf("two", schema={"b": 1, "a": [True, None]}),
        ),
        (("k", "l"), ()),
        best=Leaf("one", 0),
    )
    assert show(value) == (
        'Tree\n  label: "a\\u001b\\u202e"\n  leaves:\n    Leaf "one"\n      size: 1\n    Leaf "two"\n'
        '      schema: {"b": 1, "a": [true, null]}\n  groups:\n    ("k", "l")\n    ()\n  best: Leaf "one"\n'
    )


def test_mentions_finds_the_innermost_value() -> None:
    import re

    tree = Tree("has two", (Leaf("one"), Leaf("two")))
    assert list(mentions(tree, re.compile("two"))) == [Leaf("two")]
    assert list(mentions(tree, re.compile("has"))) == [tree]


def test_only_leaves_out_the_texts_of_others() -> None:
    import re

    @frozen
    class Lines:
        lines: tuple[str, ...]
        title: str = "t"

    made = Lines(("one", "two", "two and three"))
    assert only(made, re.compile("two")) == Lines(("two", "two and three"))
    assert only(made, re.compile("four")) == made
