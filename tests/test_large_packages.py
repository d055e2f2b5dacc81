"""Models of large packages: one file for each schema, imported when first needed, whatever refers to what."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import black
import pytest

from naftiko_codegen.cli import main
from naftiko_codegen.python.model_homes import LARGEST


def document() -> str:
    """``Ship0`` refers to ``Ship1`` and so on, in chains of fifty; ``Port`` and ``Berth`` refer to each other."""
    ship = {"type": "object", "required": ["id"]}
    schemas: dict[str, object] = {
        f"Ship{number}": ship
        | {
            "properties": {
                "id": {"type": "string"},
            }
            | (
                {"next": {"$ref": f"#/components/schemas/Ship{number + 1}"}}
                if number % 50
                else {}
            )
        }
        for number in range(LARGEST)
    }
    schemas |= {
        f"Ship{LARGEST}": ship | {"properties": {"id": {"type": "string"}}},
        "Port": {
            "type": "object",
            "properties": {
                "berths": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Berth"},
                },
                "address": {
                    "type": "object",
                    "properties": {"street": {"type": "string"}},
                },
            },
        },
        "Berth": {
            "type": "object",
            "properties": {"port": {"$ref": "#/components/schemas/Port"}},
        },
        "PORT": {"type": "object", "properties": {"length": {"type": "number"}}},
        "Kind": {"type": "string", "enum": ["tug", "ferry"]},
    }
    long_name = "aVeryLongNameOfAnOperationThatNeedsMoreThanOneLineToBeWrittenDown"

    def reply(*names: str) -> object:
        found = [{"$ref": f"#/components/schemas/{name}"} for name in names]
        schema = found[0] if len(found) == 1 else {"anyOf": found}
        content = {"application/json": {"schema": schema}}
        return {"description": "ok", "content": content}

    fields = {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/Port"}},
        "next_cursor": {"type": "string"},
    }
    paged = {"application/json": {"schema": {"type": "object", "properties": fields}}}
    pages = {"description": "ok", "content": paged}
    many = reply(*(f"Ship{number}" for number in range(8)))
    paths = {
        "/port": {
            "get": {
                "tags": ["ports"],
                "operationId": "getPort",
                "responses": {"200": reply("Port")},
            },
            "put": {
                "tags": ["ports"],
                "operationId": "putPort",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "kind": {"$ref": "#/components/schemas/Kind"},
                                    "berth": {"$ref": "#/components/schemas/PORT"},
                                },
                            }
                        }
                    }
                },
                "responses": {"200": reply("Berth"), "202": many, "404": many},
            },
        },
        "/fleet": {
            "get": {
                "operationId": "listPorts",
                "parameters": [
                    {"name": "cursor", "in": "query", "schema": {"type": "string"}}
                ],
                "responses": {"200": pages},
            }
        },
        "/ships": {
            "get": {
                "operationId": long_name,
                "responses": {"200": reply("Ship0", "Ship1"), "4XX": reply("Kind")},
            }
        },
    }
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Fleet", "version": "1"},
            "servers": [{"url": "https://fleet.example.test"}],
            "paths": paths,
            "webhooks": {
                "shipLeft": {
                    "post": {
                        "requestBody": reply("Berth"),
                        "responses": {"200": reply("Port")},
                    }
                },
            },
            "components": {"schemas": schemas},
        }
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the package ``fleet``."""
    folder = tmp_path_factory.mktemp("large")
    (folder / "fleet.json").write_text(document())
    out = folder / "out"
    arguments = ["build", str(folder / "fleet.json"), "-o", str(out), "-q"]
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--target", "client"])
    assert ended.value.code in (0, None)
    return out


def test_schemas_in_a_circle_share_a_file(built: Path) -> None:
    models = built / "fleet" / "models"
    assert "class Port(" in (models / "berth.py").read_text() or (
        "class Berth(" in (models / "port.py").read_text()
    )
    assert len(list(models.glob("ship*.py"))) == LARGEST + 1
    assert "from .kind import Kind" in (models / "ports_operations.py").read_text()


def test_black_leaves_every_file(built: Path) -> None:
    paths = [built / "fleet" / "models" / "__init__.py"]
    paths += (built / "fleet" / "models").glob("*s.py")
    paths += (built / "fleet" / "client").glob("*.py")
    for path in paths:
        with pytest.raises(black.NothingChanged):
            black.format_file_contents(path.read_text(), fast=True, mode=black.Mode())


def test_type_checkers_see_every_type(built: Path) -> None:
    (built / "use.py").write_text(
        "from fleet import FleetClient, models\n"
        "with FleetClient() as client:\n"
        "    reveal_type(client.ports.get_port())\n"
        "    reveal_type(next(client.iterate_list_ports()).berths)\n"
        "    reveal_type(models.Kind)\n"
        "from fleet.webhooks import SHIP_LEFT\n"
        "reveal_type(SHIP_LEFT.encode)\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "-p", "fleet", "-m", "use"]
    ran = subprocess.run(command, cwd=built, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert '"fleet.models.port.Port"' in ran.stdout or (
        '"fleet.models.berth.Port"' in ran.stdout
    )
    assert "def (reply: fleet.models." in ran.stdout
    assert '"list[fleet.models.' in ran.stdout


def test_a_model_is_imported_when_it_is_first_needed(built: Path) -> None:
    program = """\
import sys
from fleet import FleetClient, models
client = FleetClient()
client.ports
assert not [name for name in sys.modules if name.startswith("fleet.models.")]
from fleet.webhooks import SHIP_LEFT
assert not [name for name in sys.modules if name.startswith("fleet.models.")]
berth = models.Berth(port=models.Port(address=models.PortAddress(street="Quay 1")))
assert berth.port.address.street == "Quay 1"
assert "fleet.models.ship0" not in sys.modules
assert "Ship0" in dir(models)
try:
    models.Nothing
except AttributeError as error:
    assert "no attribute 'Nothing'" in str(error)
else:
    raise AssertionError
assert SHIP_LEFT.decode(b"{}") == models.Berth()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=built, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
