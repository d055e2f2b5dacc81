"""The gateway's REST application: the routes of two packages in one process, each with its own upstream and schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from naftiko_codegen.diagnostics import Diagnostics, Span
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.rest_join import joined_document
from naftiko_codegen.python import gateway_rest
from naftiko_codegen.python.naming import package_names, plan_names

from .rest_client import Server, running
from .rest_package import PACKAGE, THING, TOKEN, write_all
from .rest_upstream import Peer

assert PACKAGE.rest
STRICT = {**THING, "required": ["name", "size"]}
OTHER = changed(
    PACKAGE,
    title="Other Service",
    service=changed(PACKAGE.service, schemas=(("Thing", STRICT),)),
    rest=changed(
        PACKAGE.rest,
        routes=tuple(
            changed(route, path=route.path.replace("/v1/", "/v2/"))
            for route in PACKAGE.rest.routes
        ),
    ),
)
MAIN = """
import sys
from gateway._runtime.service import Service
from gateway.server.cli import main
names = ("played_service", "other_service")
sys.exit(main("gateway", Service("Gateway", ""), rest_port=8080, members=names))
"""
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def peers() -> tuple[Peer, Peer]:
    """An upstream for each package."""
    pair = Peer(), Peer()
    for peer in pair:
        peer.start()
    return pair


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both packages and the gateway."""
    place = tmp_path_factory.mktemp("gateway")
    assert write_all([PACKAGE, OTHER], place) == ("played_service", "other_service")
    return place


@pytest.fixture(scope="module")
def server(folder: Path, peers: tuple[Peer, Peer]) -> Iterator[Server]:
    """The gateway."""
    first, second = (
        f"{n}={p.url}"
        for n, p in zip(("played_service", "other_service"), peers, strict=True)
    )
    with running(
        folder, first, f"--upstream={second}", program=("-c", MAIN), PLAYED_TOKEN=TOKEN
    ) as gateway:
        yield gateway


def test_routes_reach_the_upstream_of_their_package(
    server: Server, peers: tuple[Peer, Peer]
) -> None:
    for version, peer in zip(("v1", "v2"), peers, strict=True):
        for other in peers:
            other.clear()
        answer = server.call(
            "POST",
            f"/{version}/models/a/b/text-to-image",
            b'{"name":"x","size":1}',
            JSON,
        )
        assert answer.status == 200
        assert peer.last().target == "/base/models/a/b/text-to-image"
        assert peer.last().headers["x-request-id"] == answer.headers["x-request-id"]
        assert sum(len(p.seen) for p in peers) == 1


def test_errors(server: Server) -> None:
    body = b'{"name":"x"}'
    assert server.call("POST", "/v1/things", body, JSON).status == 200
    answer = server.call("POST", "/v2/things", body, JSON)
    assert (answer.status, json.loads(answer.body)["errors"][0]["pointer"]) == (422, "")
    assert server.call("POST", "/v3/things", body, JSON).status == 404
    assert (
        server.call("PUT", "/v2/things", body, JSON).headers["allow"] == "OPTIONS, POST"
    )
    assert server.call("GET", "/v1/files/reset").status == 502
    assert (
        server.call("GET", "/v2/files/a", headers={"Host": "evil.example"}).status
        == 421
    )


def test_caller_that_leaves_while_sending(
    server: Server, peers: tuple[Peer, Peer]
) -> None:
    import socket

    head = b"POST /v1/things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(head + b"{")
    assert server.call("GET", "/v1/files/a").status == 200
    assert "Traceback" not in server.log


def test_one_document(server: Server) -> None:
    from openapi_spec_validator import validate

    document = json.loads(server.call("GET", "/openapi.json").body)
    validate(document)
    assert set(document["components"]["schemas"]) == {
        "played_service_Thing",
        "other_service_Thing",
        "Problem",
    }
    assert document["components"]["schemas"]["other_service_Thing"]["required"] == [
        "name",
        "size",
    ]
    ids = [
        o["operationId"] for item in document["paths"].values() for o in item.values()
    ]
    assert {"played_service_task", "other_service_task"} < set(ids)
    assert server.call("GET", "/docs").status == 200


def test_unknown_package_of_an_upstream(folder: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-c", MAIN, "rest", "--upstream=x=http://localhost"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert "the names are: played_service, other_service" in done.stderr


def test_packages_are_found_beside_the_gateway(folder: Path, tmp_path: Path) -> None:
    """Vendored below a package of another name, as code of a larger project is."""
    import shutil

    shutil.copytree(folder, tmp_path / "vendored")
    main = MAIN.replace("from gateway", "from vendored.gateway")
    names = ("played_service=http://127.0.0.1:1", "--upstream=other_service=http://h")
    with running(tmp_path, *names, program=("-c", main), PLAYED_TOKEN=TOKEN) as server:
        assert server.call("GET", "/healthz").status == 200
        assert server.call("POST", "/v2/nothing").status == 404


def test_equal_routes_are_an_error() -> None:
    diagnostics = Diagnostics()
    packages = [PACKAGE, changed(PACKAGE, title="Other Service")]
    span = Span("x.yaml", 3, 1)
    folders = package_names(packages, lambda _: span, diagnostics)
    named = [
        (package, plan_names(package, name, lambda _: span, diagnostics))
        for package, name in zip(packages, folders, strict=True)
    ]
    list(gateway_rest.plan(named, lambda _: span, diagnostics))
    found = list(diagnostics)
    assert {item.code for item in found} == {"N522"}
    assert "POST /v1/things: of played_service and of other_service" in found[
        0
    ].message + found[1].message + str(found)


def test_only_references_are_renamed() -> None:
    reference = "#/components/schemas/A"
    schema = {
        "properties": {
            "default": {"$ref": reference},
            "x": {"example": {"$ref": reference}},
        }
    }
    documents = [
        (
            name,
            {
                "openapi": "3.1.0",
                "info": {"title": name},
                "paths": {},
                "components": {"schemas": {"A": kind, "B": schema}},
            },
        )
        for name, kind in (("one", {"type": "string"}), ("two", {"type": "integer"}))
    ]
    schemas = joined_document(documents)["components"]["schemas"]
    assert list(schemas) == ["one_A", "one_B", "two_A", "two_B"]
    assert schemas["two_B"]["properties"]["default"] == {
        "$ref": "#/components/schemas/two_A"
    }
    assert schemas["two_B"]["properties"]["x"] == {"example": {"$ref": reference}}
