"""Every template names the view it takes, reads only what that view has, and cannot print a document's own words."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

import pytest
from jinja2 import Environment, nodes
from jinja2.exceptions import UndefinedError

from naftiko_codegen.python.text import Code, SpecText
from naftiko_codegen.render import Renderer
from naftiko_codegen.templates_root import templates_root

TEMPLATES = sorted(templates_root().rglob("*.jinja"))
FILTERS = {"literal", "docstring", "comment", "indent"}
ALLOWED = (
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Include,
    nodes.Getattr,
    nodes.Name,
    nodes.Filter,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Keyword,
)


def stated_type(template: Path) -> type:
    first = template.read_text().splitlines()[0]
    match = re.fullmatch(r"\{# it: ([\w.]+)\.(\w+) #\}", first)
    assert match, f"{template.name} does not say what it takes"
    return getattr(import_module(match[1]), match[2])  # type: ignore[no-any-return]


def attribute_type(owner: Any, name: str, where: str) -> Any:
    hints = get_type_hints(owner)
    if name in hints:
        return hints[name]
    member = getattr(owner, name, None)
    assert isinstance(member, property), f"{where}: {owner.__name__} has no {name}"
    return get_type_hints(member.fget)["return"]


def type_of(node: nodes.Expr, scope: dict[str, Any], where: str) -> Any:
    if isinstance(node, nodes.Name):
        assert node.name in scope, f"{where}:{node.lineno}: unknown {node.name}"
        return scope[node.name]
    if isinstance(node, nodes.Getattr):
        owner = type_of(node.node, scope, where)
        return attribute_type(owner, node.attr, f"{where}:{node.lineno}")
    if isinstance(node, nodes.Filter):
        assert node.name in FILTERS, f"{where}:{node.lineno}: filter {node.name}"
        assert node.node is not None
        inner = type_of(node.node, scope, where)
        wanted = Code if node.name == "indent" else SpecText
        assert inner is wanted, f"{where}:{node.lineno}: {node.name} of {inner}"
        return Code
    raise AssertionError(f"{where}:{node.lineno}: {type(node).__name__} in a template")


def check(body: list[nodes.Node], scope: dict[str, Any], where: str) -> None:
    for node in body:
        assert isinstance(node, ALLOWED), f"{where}:{node.lineno}: {node}"
        if isinstance(node, nodes.Output):
            for item in node.nodes:
                if not isinstance(item, nodes.TemplateData):
                    printed = type_of(item, scope, where)
                    assert printed in (Code, int), f"{where}:{node.lineno}: {printed}"
        elif isinstance(node, nodes.For):
            items = type_of(node.iter, scope, where)
            assert get_origin(items) is tuple, f"{where}:{node.lineno}: {items}"
            assert isinstance(node.target, nodes.Name)
            inner = scope | {node.target.name: get_args(items)[0]}
            check(node.body, inner, where)
            check(node.else_, scope, where)
        elif isinstance(node, nodes.If):
            check_test(node.test, scope, where)
            for branch in (node.body, node.elif_, node.else_):
                check(list(branch), scope, where)


def check_test(node: nodes.Expr, scope: dict[str, Any], where: str) -> None:
    if isinstance(node, nodes.Not):
        check_test(node.node, scope, where)
    elif isinstance(node, nodes.And | nodes.Or):
        check_test(node.left, scope, where)
        check_test(node.right, scope, where)
    else:
        type_of(node, scope, where)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.name)
def test_template_reads_only_what_its_view_has(template: Path) -> None:
    view = stated_type(template)
    below = template.relative_to(templates_root()).as_posix()
    assert get_type_hints(view)["template"] == ClassVar[str]
    assert view.template == below  # type: ignore[attr-defined]
    environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)
    tree = environment.parse(template.read_text())
    check(tree.body, {"it": view}, template.name)


class Words:
    """A view for the templates of these tests."""

    template = "t.jinja"
    path = "t.txt"

    def __init__(self, value: object) -> None:
        self.value = value


def rendered(tmp_path: Path, source: str, value: object) -> str:
    (tmp_path / "t.jinja").write_text(source)
    (file,) = Renderer(tmp_path).render("source", [Words(value)])
    return file.content.decode()


@pytest.mark.parametrize("value", [SpecText("x"), "x", b"x", None, ["x"]])
def test_only_code_is_printed(tmp_path: Path, value: object) -> None:
    with pytest.raises(TypeError):
        rendered(tmp_path, "{{ it.value }}", value)


def test_a_misspelt_name_raises(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        rendered(tmp_path, "{{ it.valeu }}", Code("x"))


HOSTILE = [
    '"""',
    "'''",
    'ends"',
    "ends\\",
    "\\N{DIGIT ONE} \\x41 \\",
    "a\r\nimport os\rimport sys\x0bimport re\x0c\x85\u2028\u2029x",
    "{{ it.value }} {% for %} {# #}",
    "\u202eevil\u2066 \U000e0041",
    "nul\x00bell\x07escape\x1b[2J",
    "\ud800",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(tmp_path: Path, words: str) -> None:
    source = (
        "def f():\n    {{ it.value | docstring(4) }}\n    # {{ it.value | comment }}\n"
        "    return {{ it.value | literal }}\n"
    )
    text = rendered(tmp_path, source, SpecText(words))
    namespace: dict[str, Any] = {}
    exec(compile(text, "t", "exec"), namespace)
    assert namespace["f"]() == words
    assert len(compile(text, "t", "exec").co_consts) == 2  # the function and None
    assert all(char == "\n" or char.isprintable() for char in text)
