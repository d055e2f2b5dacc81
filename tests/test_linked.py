"""Capabilities take the types of the OpenAPI documents that describe the same calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from naftiko_codegen import modelling, pipeline
from naftiko_codegen.cli import main
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.ir.package import Package
from naftiko_codegen.ir.types import ModelRef
from naftiko_codegen.options import Options

CAPABILITY = """\
naftiko: 1.0.0-alpha2
info: {label: Desk, description: x}
capability:
  consumes:
  - type: http
    namespace: harbour
    baseUri: https://harbour.example.test/v1
    resources:
    - name: ships
      path: /ships
      operations:
      - {name: add, method: POST, inputParameters: [{name: body, in: body}]}
"""
DOCUMENT = """\
openapi: 3.1.0
info: {title: Harbour, version: '1'}
servers: [{url: 'SERVER'}]
paths:
  PATH:
    post:
      operationId: addShip
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Ship'}}}}
      responses: {'204': {description: Added.}}
components: {schemas: {Ship: {type: object, properties: {NAME: {type: string}}}}}
"""


def document(
    server: str = "https://harbour.example.test/v1",
    path: str = "/ships",
    name: str = "name",
) -> str:
    return (
        DOCUMENT.replace("SERVER", server).replace("PATH", path).replace("NAME", name)
    )


class Run:
    """The package of the capability, and the codes of what was found."""

    def __init__(
        self,
        folder: Path,
        *documents: str,
        described: Mapping[str, str | None] = MappingProxyType({}),
        capability: str = CAPABILITY,
    ) -> None:
        (folder / "desk.yaml").write_text(capability)
        for number, text in enumerate(documents):
            (folder / f"api{number}.yaml").write_text(text)
        options = Options(
            paths=(folder,),
            described={
                folder / name: folder / file if file else None
                for name, file in described.items()
            },
        )
        diagnostics = Diagnostics()
        sources = pipeline.read(options, diagnostics)
        self.model = modelling.modelled(sources, options, 1, diagnostics)
        self.codes = [d.code for d in diagnostics if d.code[:3] == "N34"]

    @property
    def package(self) -> Package:
        (package,) = [it for it in self.model.packages if it.source == "desk"]
        return package

    @property
    def body(self) -> object:
        (operation,) = self.package.service.operations
        assert operation.body is not None
        return operation.body.contents[0].type


@pytest.mark.parametrize(
    ("server", "path"),
    [
        ("https://harbour.example.test/v1", "/ships"),
        ("https://HARBOUR.example.test", "/v1/ships/"),
        ("/v1", "/ships"),
        ("/", "/ships"),
        ("https://{tenant}.example.test/v1", "/ships"),
    ],
)
def test_the_same_address_however_it_is_split(
    tmp_path: Path, server: str, path: str
) -> None:
    run = Run(tmp_path, document(server, path))
    assert run.body == ModelRef("Ship")
    assert run.codes == []
    assert (run.model.linked, run.model.linkable) == (1, 1)
    assert run.package.imported[0][0] == "api0"


@pytest.mark.parametrize(
    ("server", "path"),
    [
        ("https://harbour.example.test/v2", "/ships"),
        ("https://harbour.example.test/v1", "/ships/{id}"),
        ("https://other.example.test/v1", "/boats"),
    ],
)
def test_other_addresses(tmp_path: Path, server: str, path: str) -> None:
    run = Run(tmp_path, document(server, path))
    assert run.package.service.models == ()
    assert run.model.linked == 0


def test_another_host_with_the_same_paths(tmp_path: Path) -> None:
    run = Run(tmp_path, document("https://sandbox.example.test/v1"))
    assert run.body == ModelRef("Ship")
    assert run.codes == ["N341"]


def test_two_documents_in_doubt(tmp_path: Path) -> None:
    run = Run(tmp_path, document(), document(name="title"))
    assert run.codes == ["N343"]
    assert run.package.service.models == ()


def test_the_configuration_chooses(tmp_path: Path) -> None:
    texts = (document(), document(name="title"))
    run = Run(tmp_path, *texts, described={"desk.yaml": "api1.yaml"})
    assert [f.name for f in run.package.service.models[0].fields] == ["title"]
    assert run.codes == []
    run = Run(tmp_path, *texts, described={"desk.yaml": None})
    assert (run.model.linked, run.codes) == (0, [])


def test_two_lenders_of_one_name(tmp_path: Path) -> None:
    further = (
        "      - {name: moor, method: PUT, inputParameters: [{name: body, in: body}]}\n"
    )
    other = document(name="berth").replace("post:", "put:")
    run = Run(tmp_path, document(), other, capability=CAPABILITY + further)
    assert [it.key for it in run.package.service.models] == ["Ship", "api1/Ship"]
    refs = [it.body.contents[0].schema for it in run.package.service.operations if it.body]  # fmt: skip
    assert refs == [
        {"$ref": "#/components/schemas/Ship"},
        {"$ref": "#/components/schemas/api1~1Ship"},
    ]


def test_validate_says_how_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "desk.yaml").write_text(CAPABILITY)
    (tmp_path / "api.yaml").write_text(document())
    (tmp_path / "naftiko-codegen.yaml").write_text(
        "paths: [{path: desk.yaml, described_by: api.yaml}, api.yaml]\n"
    )
    config = str(tmp_path / "naftiko-codegen.yaml")
    with pytest.raises(SystemExit) as ended:
        main(["validate", "--config", config])
    assert ended.value.code == 0
    said = capsys.readouterr()
    words = "1 of 1 operations of capabilities are described by OpenAPI documents"
    assert words in said.out + said.err


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("inputs", "media_type", "codes"),
    [
        ("inputParameters: [{name: body, in: body}]", FORM, []),
        ("body: {type: json, data: '{{body}}'}", "application/json", ["N342"]),
    ],
)
def test_a_media_type_that_nobody_wrote_is_that_of_the_document(
    tmp_path: Path, inputs: str, media_type: str, codes: list[str]
) -> None:
    text = CAPABILITY.replace("inputParameters: [{name: body, in: body}]", inputs)
    run = Run(tmp_path, document().replace("application/json", FORM), capability=text)
    (operation,) = run.package.service.operations
    assert operation.body is not None
    assert [it.media_type for it in operation.body.contents] == [media_type]
    assert run.codes == codes


@pytest.mark.parametrize(
    ("media_types", "codes"),
    [
        (["application/json", "text/csv"], []),
        (["text/csv", "image/png"], ["N342"]),
    ],
)
def test_a_reply_of_several_media_types_fits_when_one_does(
    tmp_path: Path, media_types: list[str], codes: list[str]
) -> None:
    schema = "{schema: {type: object, properties: {id: {type: string}}}}"
    content = ", ".join(f"{it}: {schema}" for it in media_types)
    reply = f"'200': {{description: Added., content: {{{content}}}}}"
    run = Run(tmp_path, document().replace("'204': {description: Added.}", reply))
    (operation,) = run.package.service.operations
    assert run.codes == codes
    assert (operation.replies[0].status == "200") is (not codes)
