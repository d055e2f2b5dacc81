"""Packages made from an intermediate model written by hand: what the client tests run, whatever the front ends do."""

from __future__ import annotations

import atexit
import importlib
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.ir.model import (
    Alias,
    Body,
    Content,
    Credential,
    Field,
    Group,
    Model,
    Operation,
    Origin,
    Parameter,
    Reply,
    Service,
)
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import (
    AnyType,
    ArrayOf,
    Literals,
    MapOf,
    ModelRef,
    Nullable,
    Scalar,
    Type,
    UnionOf,
)
from naftiko_codegen.python.naming import package_names, plan_names
from naftiko_codegen.python.plan import plan_package, runtime_folders
from naftiko_codegen.render.files import File
from naftiko_codegen.render.renderer import Renderer
from naftiko_codegen.render.runtime import copied
from naftiko_codegen.templates_root import templates_root

STRING, INTEGER, NUMBER, BOOLEAN = (
    Scalar("string"),
    Scalar("integer"),
    Scalar("number"),
    Scalar("boolean"),
)
BINARY = Scalar("binary")
ANY_OBJECT = MapOf(AnyType())
BASE = "https://api.example"


def json(type_: Type) -> Content:
    return Content("application/json", "json", type_)


def binary(media_type: str) -> Content:
    return Content(media_type, "binary", BINARY)


def model_id(multi: bool = True) -> Parameter:
    return Parameter(
        "model_id", "model_id", "path", STRING, True, "The model.", style="simple", multi_segment=multi,
        example="gpt2",
    )  # fmt: skip


MODELS = (
    Model(
        "Prompt",
        ("Prompt",),
        (
            Field("inputs", UnionOf((STRING, ArrayOf(STRING))), True, "What to read."),
            Field("parameters", ModelRef("Prompt/parameters")),
            Field(
                "negative-prompt",
                Nullable(STRING),
                description="What to avoid.",
                default=None,
            ),
        ),
        "A request.",
    ),
    Model(
        "Prompt/parameters",
        ("Prompt parameters",),
        (
            Field("top_k", INTEGER),
            Field("temperature", NUMBER, default=1.0),
            Field("mode", Literals(("fast", "good"))),
        ),
    ),
    Model(
        "Generated",
        ("Generated",),
        (Field("generated_text", STRING, True), Field("score", NUMBER)),
    ),
    Model("Cat", ("Cat",), (Field("meow", STRING, True),)),
    Model("Dog", ("Dog",), (Field("bark", INTEGER, True),)),
    Model(
        "Loading",
        ("Loading",),
        (Field("error", STRING), Field("estimated_time", NUMBER)),
    ),
)

LOADING = Reply("503", "The model is loading", (json(ModelRef("Loading")),))
PROMPT = Body((json(ModelRef("Prompt")),), True)
SECURE = (("bearerAuth",),)

OPERATIONS = (
    Operation(
        "textGeneration", "POST", "/models/{model_id}/text-generation", BASE, "Text & Language", (model_id(),), PROMPT,
        (Reply("200", "Text", (json(ArrayOf(ModelRef("Generated"))),)), LOADING), SECURE, "Generate text",
        'Ends in a quote: "\nand """ and \\n.',
    ),
    Operation(
        "getPet", "GET", "/pets/{id}", BASE, "Text & Language",
        (
            Parameter("id", "id", "path", INTEGER, True, style="simple"),
            Parameter("tags", "tags", "query", ArrayOf(STRING), style="form", explode=True),
            Parameter("filter", "filter", "query", ANY_OBJECT, style="deepObject", explode=True),
            Parameter("X-Trace", "X-Trace", "header", STRING, style="simple"),
            Parameter("sort", "sort", "query", Literals(("up", "down")), default="up", style="form"),
            Parameter("api-version", "api-version", "query", STRING, style="form", constant="2024 1"),
        ),
        None,
        (Reply("200", "A pet", (json(ModelRef("Pet")),)), Reply("404", "No pet", (json(ANY_OBJECT),))),
        ((), ("bearerAuth",)), "Read a pet", idempotent=True,
    ),
    Operation(
        "deletePet", "DELETE", "/pets/{id}", BASE, "Text & Language",
        (Parameter("id", "id", "path", INTEGER, True, style="simple"),), None, (Reply("204", "Gone"),), SECURE,
        idempotent=True,
    ),
    Operation(
        "readText", "GET", "/text", BASE, "Text & Language", (), None,
        (Reply("200", "Words", (Content("text/plain", "text", STRING),)),), (), idempotent=True,
    ),
    Operation(
        "classify", "POST", "/models/{model_id}/classify", BASE, "Images", (model_id(),),
        Body((binary("application/octet-stream"), json(ANY_OBJECT)), True),
        (Reply("200", "Labels", (json(ArrayOf(ANY_OBJECT)),)),), SECURE, "Classify an image",
    ),
    Operation(
        "transcribe", "POST", "/models/{model_id}/transcribe", BASE, "Images", (model_id(),),
        Body((binary("audio/flac"), binary("audio/wav"), binary("audio/mp3")), True, "The sound"),
        (Reply("200", "Words", (json(ANY_OBJECT),)),), SECURE, "Transcribe",
    ),
    Operation(
        "draw", "POST", "/models/{model_id}/draw", BASE, "Images", (model_id(),), PROMPT,
        (Reply("200", "An image", (binary("image/png"),)), LOADING), SECURE, "Draw an image",
    ),
    Operation(
        "fetch", "GET", "/images/{id}", BASE, "Images", (Parameter("id", "id", "path", STRING, True, style="simple"),),
        None, (Reply("200", "An image", (binary("image/*"),)),), SECURE, "Fetch an image", idempotent=True,
    ),
    Operation(
        "sendForm", "POST", "/form", BASE, "Images", (),
        Body(
            (
                Content("application/x-www-form-urlencoded", "form", ANY_OBJECT),
                Content("multipart/form-data", "multipart", ANY_OBJECT),
            ),
            True,
        ),
        (Reply("200", "Done", (json(AnyType()),)),), (("key",),), "Send a form",
    ),
    Operation(
        "createimage", "POST", "/v1/images/generations", BASE, "", (), Body((json(ANY_OBJECT),), True),
        (Reply("200", "Images", (json(ANY_OBJECT),)),), SECURE, "Generate Images",
    ),
)  # fmt: skip

PACKAGE = Package(
    "fixture/zoo",
    "0" * 64,
    "zoo",
    "Zoo API",
    Service(
        "Zoo API",
        BASE,
        OPERATIONS,
        (Group("Text & Language", "Words."), Group("Images")),
        MODELS,
        (Alias("Pet", ("Pet",), UnionOf((ModelRef("Cat"), ModelRef("Dog")))),),
        (
            Credential(
                "bearerAuth", "bearer", ("ZOO_TOKEN",), description="Token of the zoo."
            ),
            Credential("key", "apikey", ("ZOO_KEY",), "key", "query"),
        ),
    ),
    description="A zoo of features.",
)


def files(package: Package = PACKAGE) -> list[File]:
    """The files of the client package of ``package``."""
    diagnostics = Diagnostics()

    def locate(origin: Origin) -> Span:
        return Span(origin.source)

    (name,) = package_names([package], locate, diagnostics)
    names = plan_names(package, name, locate, diagnostics)
    planned = list(plan_package(package, names, ("client",), locate, diagnostics))
    found = [item for item in planned if isinstance(item, File)]
    views = [item for item in planned if not isinstance(item, File)]
    found += Renderer(templates_root()).render(package.source, views)
    found += copied(
        (templates_root(),), runtime_folders(package, ("client",)), names.package
    )
    assert not list(diagnostics)
    return found


def write(folder: Path, package: Package = PACKAGE) -> None:
    """Put the package below ``folder``."""
    for file in files(package):
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    assert list(folder.iterdir())


@cache
def zoo() -> ModuleType:
    """The package, written to a temporary folder and imported."""
    folder = Path(tempfile.mkdtemp(prefix="zoo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write(folder)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module("zoo")


def runtime(name: str) -> ModuleType:
    """A module of the runtime, as part of the package."""
    zoo()
    return importlib.import_module(f"zoo._runtime.{name}")
