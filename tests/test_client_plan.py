"""Planning of the client where names and types are extreme: a unit test, because goldens show one shape a case."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

import black
import pytest
from client_fixture import (
    BASE,
    BINARY,
    INTEGER,
    PACKAGE,
    STRING,
    files,
    json,
    write,
)  # fmt: skip

from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.model import (
    Body,
    Content,
    Credential,
    Group,
    Operation,
    Parameter,
    Reply,
)
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import (
    AnyType,
    ArrayOf,
    Literals,
    MapOf,
    ModelRef,
    Scalar,
    UnionOf,
)

LONG = "a very long name that goes on and on " * 4
WIDE = "日本語のとても長い名前です" * 4
MODE = black.Mode(target_versions={black.TargetVersion.PY311})


def package(*operations: Operation, title: str = "Extreme", **service: Any) -> Package:
    """A package of ``operations`` in the groups they name."""
    groups = tuple(
        Group(name) for name in dict.fromkeys(o.group for o in operations) if name
    )
    found = changed(PACKAGE.service, operations=operations, groups=groups, **service)
    return changed(PACKAGE, title=title, service=found)


def query(name: str, type_: Any = STRING, required: bool = False) -> Parameter:
    return Parameter(name, name, "query", type_, required, style="form")


def operation(
    name: str, *parameters: Parameter, group: str = "", **more: Any
) -> Operation:
    return Operation(name, "POST", "/x", BASE, group, parameters, **more)


LETTERS = Literals(tuple("abcdefghijklmn"))
TAGGED = {
    "Client": "list",
    "Resource": "str",
    "Call": "print",
    "": "close",
    "Any": "models",
}
ARGUMENTS = ("self", "options", "body", "models", "operations", "list", "UNSET")
NARROW = tuple(
    operation(f"op{width}", query("x" * width, type_, required), query("y", ArrayOf(type_), required))
    for width in range(30, 64, 3)
    for required in (True, False)
    for type_ in (
        Literals(tuple(f"value {i}" for i in range(4))),
        UnionOf((STRING, ArrayOf(INTEGER), ModelRef("Prompt"))),
        MapOf(ArrayOf(ModelRef("Prompt/parameters"))),
    )
)  # fmt: skip

EXTREMES = {
    "widths": package(*(changed(o, name=f"{o.name}x{i}") for i, o in enumerate(NARROW))),
    "long": package(
        operation(LONG, query(LONG), query(WIDE), group=LONG, body=Body((json(Literals(tuple(LONG.split()))),))),
        operation(WIDE, query(WIDE, ArrayOf(STRING), True), group=WIDE),
        operation("x", query("y", MapOf(Literals(tuple(f"v{i}" * 9 for i in range(9))))), replies=(
            Reply("200", "", (json(UnionOf((ArrayOf(ModelRef("Prompt")), MapOf(ModelRef("Generated")), LETTERS))),)),
            Reply("2XX", "", (json(ArrayOf(MapOf(ArrayOf(ModelRef("Prompt/parameters"))))),)),
            Reply("204", ""),
            Reply("default", "", (json(MapOf(MapOf(MapOf(ArrayOf(ModelRef("Prompt/parameters")))))),)),
        )),
        title=LONG,
    ),
    "taken": package(
        *(operation(name, *map(query, ARGUMENTS), group=group) for group, name in TAGGED.items()),
        operation("images"), operation("draw", group="images"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXTREMES)
def test_black_changes_nothing(name: str) -> None:
    for file in files(EXTREMES[name]):
        if file.path.endswith(".py") and "/_runtime/" not in file.path:
            text = file.content.decode()
            compile(text, file.path, "exec", dont_inherit=True)
            with pytest.raises(black.NothingChanged):
                black.format_file_contents(text, fast=True, mode=MODE)


def imported(found: Package, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package, imported from ``folder`` until the test ends."""
    write(folder, found)
    (path,) = folder.iterdir()
    monkeypatch.syspath_prepend(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == path.name]:
        monkeypatch.delitem(sys.modules, name)
    return importlib.import_module(path.name)


def test_names_in_use_give_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = imported(EXTREMES["taken"], tmp_path, monkeypatch)
    client = module.ExtremeClient(token="t")
    found = client.resource.str_
    assert type(client.resource).__name__ == "ResourceResource"
    names = set(inspect.signature(found).parameters)
    assert {"self_", "options_query", "body_query", "options"} <= names
    assert callable(client.images.draw)
    assert callable(client.post_images)
    assert inspect.signature(client.close).parameters.keys() == set()


def test_credentials_are_named_for_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = (
        Credential("first-key", "apikey", ("A",), "X-A"),
        Credential("base_url", "apikey", ("B",), "X-B"),
        Credential("http", "basic", ("U", "P")),
    )
    made = package(operation("x"), title="Locked", credentials=credentials, base_url="")
    module = imported(made, tmp_path, monkeypatch)
    parameters = inspect.signature(module.LockedClient).parameters
    assert list(parameters)[:4] == [
        "first_key",
        "base_underscore_url",
        "basic_auth",
        "base_url",
    ]
    assert parameters["base_url"].default is inspect.Parameter.empty
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters.values())


REPLIES = [
    ((), "Any"),
    ((Reply("200", ""),), "None"),
    ((Reply("204", ""), Reply("200", "", (json(STRING),))), "str | None"),
    ((Reply("201", "", (json(ModelRef("Cat")),)), Reply("200", "", (json(ModelRef("Dog")),))),
     "models.Cat | models.Dog"),
    ((Reply("default", "", (json(INTEGER),)),), "int"),
    ((Reply("200", "", (json(AnyType()),)),), "Any"),
    ((Reply("200", "", (Content("text/csv", "text", STRING),)),), "str"),
    ((Reply("200", "", (Content("application/xml", "text", STRING), json(INTEGER))),), "int"),
    ((Reply("200", "", (json(INTEGER), Content("image/png", "binary", BINARY))),), "int"),
    ((Reply("200", "", (Content("image/png", "binary", BINARY), json(INTEGER))),), "BinaryReply"),
    ((Reply("200", "", (Content("text/event-stream", "text", STRING),)),), "BinaryReply"),
    ((Reply("404", "", (json(STRING),)), Reply("2XX", "", (json(Scalar("boolean")),))), "bool"),
]  # fmt: skip


@pytest.mark.parametrize(("replies", "annotation"), REPLIES)
def test_types_of_replies(replies: tuple[Reply, ...], annotation: str) -> None:
    (client,) = (
        f
        for f in files(package(operation("x", replies=replies)))
        if f.path.endswith("_client.py")
    )
    text = client.content.decode()
    assert (
        f"def x(self, *, options: RequestOptions | None = None) -> {annotation}:"
        in text
    )
    assert (
        f") -> {annotation.replace('Binary', 'AsyncBinary')}:"
        in text.partition("class AsyncExtremeClient")[2]
    )
