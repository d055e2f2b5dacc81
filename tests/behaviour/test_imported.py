"""Imported capabilities, built beside their document, send what the client of the document sends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .harness import ROOT

sys.path.insert(0, str(ROOT))
from tests.tools.exercise_calls import BASE, NONE, Call
from tests.tools.exercise_document import Document, Operation
from tests.tools.exercise_request import secret
from tests.tools.exercise_values import Maker, Unmakeable
from tests.tools.exercise_wire import Recorder, credentials, environment

DOCUMENT = """\
openapi: 3.1.0
info: {title: Harbour API, version: "1"}
servers: [{url: https://harbour.example/v1}]
security: [{Token: []}]
tags: [{name: Ships, description: All ships.}, {name: Berths}]
paths:
  /ships:
    get:
      operationId: listShips
      tags: [Ships]
      parameters:
      - {name: status, in: query, schema: {enum: [moored, at_sea]}, description: Where they are.}
      - {name: flags, in: query, explode: false, schema: {type: array, items: {type: string}}}
      - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {port: {type: string}}}}
      - {name: X-Desk, in: header, required: true, schema: {type: integer}}
      - {name: lang, in: cookie, schema: {type: string}}
      responses: {"200": {description: OK, content: {application/json: {schema: {type: array, items: {}}}}}}
    post:
      operationId: addShip
      tags: [Ships]
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Ship"}}}}
      responses: {"201": {description: Made.}}
  /ships/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    patch:
      operationId: changeShip
      tags: [Ships]
      parameters: [{name: id, in: query, schema: {type: string}}]
      requestBody: {content: {application/merge-patch+json: {schema: {type: object}}}, required: true}
      security: [{Key: [], Token: []}, {}]
      responses: {"200": {description: OK, content: {text/plain: {}}}}
    delete: {operationId: removeShip, tags: [Ships], responses: {"204": {description: Gone.}}}
  /berths/{berth.number}:
    put:
      operationId: bookBerth
      tags: [Berths]
      parameters: [{name: berth.number, in: path, required: true, schema: {type: integer}}]
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [captain]
              properties: {captain: {type: string}, nights: {type: integer}, tags: {type: array, items: {type: string}}}
      responses: {"200": {description: OK, content: {application/json: {}}}}
    patch:
      operationId: photographBerth
      tags: [Berths]
      parameters: [{name: berth.number, in: path, required: true, schema: {type: integer}}]
      requestBody: {required: true, content: {image/png: {}}}
      responses: {"200": {description: OK, content: {application/json: {}}}}
  /notes:
    post:
      operationId: note
      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}
      security: []
      responses: {"200": {description: OK}}
components:
  securitySchemes:
    Token: {type: http, scheme: bearer}
    Key: {type: apiKey, in: query, name: key}
  schemas:
    Ship: {type: object, required: [name], properties: {name: {type: string}, length: {type: number}}}
"""


def run(*words: str | Path) -> str:
    command = [sys.executable, "-m", "naftiko_codegen", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Caller:
    """The client of a package, in a process of its own."""

    def __init__(self, child: Any) -> None:
        self.child = child
        self.methods = {
            plain(key): (key, {tuple(it) for it in about["parameters"]}, about)
            for key, about in json.loads(child.stdout.readline())["methods"].items()
        }

    def call(self, call: Call) -> None:
        """Send what ``call`` is."""
        key, parameters, about = self.methods[plain(str(call.operation))]
        names = [name for place, name in parameters if place == "path"]
        known = re.findall(r"\{([^{}]*)\}", str(call.operation))
        own = re.findall(r"\{([^{}]*)\}", key)
        renamed = dict(zip(known, own, strict=True))
        assert sorted(names) == sorted(own)
        values = [
            [place, renamed[name] if place == "path" else name, value]
            for (place, name), value in call.values.items()
        ]
        job: dict[str, Any] = {"key": key, "values": values, "hidden": [], "asynchronous": False}  # fmt: skip
        if call.body is not NONE and ("template", "body") in parameters:
            values.append(["template", "body", call.body])
        elif call.body is not NONE and "body" not in about["arguments"]:
            values += [["template", field, value] for field, value in call.body.items()]
        elif call.body is not NONE:
            job |= {"body": based(call.body), "content_type": call.media_type}
        self.child.stdin.write(json.dumps(job) + "\n")
        self.child.stdin.flush()
        said = json.loads(self.child.stdout.readline())
        assert "problem" not in said or "Decoding" in said["problem"], said


def based(value: Any) -> Any:
    """``value`` as the caller's process reads it."""
    if isinstance(value, bytes):
        return {"$bytes": b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: based(item) for key, item in value.items()}
    return value


def plain(key: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", key)


@contextmanager
def calling(folder: Path, package: str, url: str) -> Iterator[Caller]:
    names = credentials(folder, package)
    given = environment({name: secret(name) for name in names})
    given["PYTHONPATH"] = str(folder)
    script = ROOT / "tests/tools/exercise_api_caller.py"
    command = [sys.executable, str(script), package, url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=given, text=True, stdin=pipe, stdout=pipe) as child:  # fmt: skip
        yield Caller(child)
        child.stdin.close()  # type: ignore[union-attr]


def request(recorder: Recorder) -> dict[str, Any]:
    """The one request, without what says who sends and what they like to read."""
    (got,) = recorder.take()
    ours = {"host", "accept", "accept-encoding", "user-agent", "connection"}
    ours |= set() if got["body"] else {"content-type", "content-length"}
    headers = [(k.lower(), v) for k, v in got["headers"] if k.lower() not in ours]
    return got | {"headers": sorted(headers)}


def compared(document: Path, folder: Path) -> int:
    """Import ``document``, build both, call every operation of both; how many calls were the same."""
    run("import", "openapi", document, "-o", folder / "specs")
    built = folder / "built"
    run("build", document, folder / "specs", "-o", built, "--no-gateway")
    packages = sorted(path.parent.name for path in built.glob("*/service.py"))
    (own,) = [name for name in packages if source(built / name) == document.stem]
    packages.remove(own)
    recorder = Recorder()
    try:
        url = recorder.url + BASE
        with calling(built, own, url) as first:
            number = 0
            for other in packages:
                with calling(built, other, url) as second:
                    number += alike(Document(document), first, second, recorder)
        return number
    finally:
        recorder.server.shutdown()


def source(package: Path) -> str:
    made = json.loads((package / "_generated.json").read_text())
    found: str = made["inputs"][0]["source"]
    return found


def alike(raw: Document, first: Caller, second: Caller, recorder: Recorder) -> int:
    """Call what both have, with everything and with what is required; how many calls were made."""
    calls = [
        call
        for operation in raw.operations()
        if plain(str(operation)) in second.methods
        for call in values(raw, operation)
    ]
    for call in calls:
        first.call(call)
        wanted = request(recorder)
        second.call(call)
        assert request(recorder) == wanted, call.operation
    return len(calls)


def values(raw: Document, operation: Operation) -> Iterator[Call]:
    media_type = next(iter(operation.bodies), "")
    for bare in (False, True):
        maker = Maker(raw, sending=True, bare=bare)
        with suppress(Unmakeable):
            yield Call(raw, operation, media_type, maker, bare=bare)


def test_the_same_requests(tmp_path: Path) -> None:
    document = tmp_path / "api.yaml"
    document.write_text(DOCUMENT)
    assert compared(document, tmp_path) == 14
    names = sorted(path.name for path in (tmp_path / "specs").iterdir())
    assert names == ["harbour-berths.yaml", "harbour-ships.yaml", "harbour.yaml"]
