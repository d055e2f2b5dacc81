"""Script steps: what they see, what they give, and what they cannot do, over sockets."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from behaviour import exposed
from behaviour.exposed import Registry, ask

pytestmark = pytest.mark.xdist_group("exposed-shapes")

NODE = shutil.which("node") is not None
FILES = {
    "simple.py": "result = {'greeting': 'hello', 'count': 42, 'flag': True}",
    "simple.js": "result = {greeting: 'hello', count: 42, flag: true};",
    "active.py": "all = context['list-members']\n"
    "result = [{'login': m['login'], 'id': m['id']} for m in all if m['type'] == 'User']",
    "active.js": "const result = users(context['list-members']).map(({login, id}) => ({login, id}));",
    "lib/users.js": "function users(all) { return all.filter((one) => one.type === 'User'); }",
    "lib/users.py": "def users(all):\n    return [one for one in all if one['type'] == 'User']",
    "total.js": "var result = {total: context.orders.reduce((sum, o) => sum + o.amount, 0), n: context.orders.length};",
    "average.py": "import statistics\nt = context['orders']\n"
    "result = {'average': statistics.mean(o['amount'] for o in t), 'max': max(o['amount'] for o in t)}",
    "below.py": "result = [m['login'] for m in users(context['list-members']) if m['id'] < context['threshold']]",
    "none.py": "x = 1",
    "none.js": "let x = 1;",
    "null.py": "result = None",
    "loop.py": "while True:\n    pass",
    "loop.js": "while (true) {}",
    "sleep.py": "import time\ntime.sleep(60)",
    "memory.py": "result = 'a' * 10**10",
    "memory.js": "const all = []; while (true) all.push(new Array(1e6).fill(1));",
    "files.py": "result = open('/etc/passwd').read()",
    "import.py": "import socket",
    "modules.py": "import statistics, sys\nsys.modules['os'].system('true')",
    "env.py": "import statistics, sys\nresult = dict(sys.modules['os'].environ)",
    "host.js": "result = [typeof process, typeof require, typeof fetch].join(' ');",
    "code.js": "result = this.constructor.constructor('return process')().env;",
    "late.js": "import('node:fs').then((fs) => { result = 1; },"
    " (e) => { result = e.constructor.constructor('return 1')(); });",
    "large.py": "result = 'a' * 20_000_000",
    "nan.py": "result = float('nan')",
    "error.py": "def f():\n    return context['secret-value']\n\n\nf()",
    "error.js": "\n\nnull.x;",
    "print.py": "print('{\"result\": 1}')\nresult = 'said'",
}
DEPENDENCIES = {"active.js": "[lib/users.js]", "below.py": "[lib/users.py]"}
GIVEN: dict[str, Any] = {
    "simple": {"greeting": "hello", "count": 42, "flag": True},
    "active": [{"login": "al", "id": 1}, {"login": "bo", "id": 2}],
    "total": {"total": 60.5, "n": 3},
    "average": {"average": 60.5 / 3, "max": 30.5},
    "below": ["al"],
    "null": None,
    "print": "said",
}
REFUSED = {
    "loop": "more processor time",
    "memory": "",
    "sleep": "longer than 1 seconds",
    "files": "Refused in line 1",
    "import": "in line 1",
    "modules": "Refused in line 2",
    "code": "EvalError in line 1",
    "large": "too much",
    "nan": "ValueError",
    "error": "Error in line ",
}


def step(file: str) -> str:
    language = "python" if file.endswith(".py") else "javascript"
    more = f", dependencies: {DEPENDENCIES[file]}" if file in DEPENDENCIES else ""
    given = (
        "with: {threshold: 2}" if file == "below.py" else "with: {given: '{{name}}'}"
    )
    return (
        f"{{name: made, type: script, language: {language}, location: 'file:///./scripts', "
        f"file: {file}, {given}{more}}}"
    )


def name(file: str) -> str:
    return file.replace(".", "-")


RUN = [file for file in FILES if not file.startswith("lib/")]
HEAD = """\
naftiko: 1.0.0-alpha2
info: {label: Fleet, description: Ships.}
capability:
  consumes:
  - type: http
    namespace: registry
    baseUri: http://127.0.0.1:9/v1
    resources:
    - name: members
      path: /members
      operations: [{name: members, method: GET}]
    - name: orders
      path: /orders
      operations: [{name: orders, method: GET}]
  exposes:
"""
SERVERS = (
    "  - type: mcp\n    namespace: fleet-mcp\n    port: 9091\n    tools:\n"
    + "".join(
        f"    - name: {name(file)}\n      description: One.\n      steps:\n"
        "      - {name: list-members, type: call, call: registry.members}\n"
        "      - {name: orders, type: call, call: registry.orders}\n"
        f"      - {step(file)}\n      mappings: [{{targetName: made, value: $.made}}]\n"
        for file in RUN
    )
    + "  - type: rest\n    namespace: fleet-rest\n    port: 8081\n    resources:\n"
    "    - path: /seen/{name}\n      operations:\n      - name: seen\n        method: GET\n        steps:\n"
    "        - {name: seen, type: script, language: python, location: 'file:///./scripts', file: seen.py,"
    " with: {name: 'Mr {{name}}', n: 2}}\n"
    "    - path: /broken\n      operations:\n      - name: broken\n        method: GET\n        steps:\n"
    "        - {name: broken, type: script, language: python, location: 'file:///./scripts', file: error.py}\n"
)
MEMBERS = [
    {"login": "al", "id": 1, "type": "User"},
    {"login": "bo", "id": 2, "type": "User"},
    {"login": "bot", "id": 3, "type": "Bot"},
]
ORDERS = [{"amount": 10}, {"amount": 20}, {"amount": 30.5}]


def shortened(function: str) -> str:
    """A flow with the limits that it is to run into."""
    if function.startswith("sleep"):
        return function.replace("seconds=60.0", "seconds=1.0")
    if function.startswith("loop"):
        return function.replace("cpu=10", "cpu=1")
    return function


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "scripts" / "lib").mkdir(parents=True)
    for file, text in {**FILES, "seen.py": "result = context"}.items():
        (folder / "scripts" / file).write_text(text)
    exposed.build(folder, SERVERS, HEAD)
    shutil.rmtree(folder / "scripts")
    flows = folder / "fleet" / "flows" / "__init__.py"
    text = flows.read_text()
    assert text.count("seconds=60.0") == len(RUN) + 2
    before, *parts = text.split("async def ")
    flows.write_text("async def ".join([before, *map(shortened, parts)]))
    return folder


@pytest.fixture
def registry() -> Iterator[Registry]:
    with exposed.registry() as running:
        for path, value in {"members": MEMBERS, "orders": ORDERS}.items():
            body = json.dumps(value).encode()
            running.answers[f"/v1/{path}"] = (200, "application/json", body)
        yield running


def call_all(port: int, files: list[str]) -> dict[str, Any]:
    async def use() -> dict[str, Any]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            made = [client.call_tool(name(file), {}) for file in files]
            return dict(zip(files, await asyncio.gather(*made), strict=True))

    return asyncio.run(use())


def test_scripts_give_what_they_leave_and_reach_nothing(
    root: Path, registry: Registry
) -> None:
    files = [f for f in RUN if f.endswith(".py") or NODE]
    with exposed.serve(root, "mcp", registry, FLEET_TOKEN="s3cret-Token-1") as port:
        found = call_all(port, files)
    for file in files:
        base = file.partition(".")[0]
        text = found[file].content[0].text if found[file].content else ""
        if base in REFUSED:
            assert (file, found[file].is_error) == (file, True), text
            assert REFUSED[base] in text, (file, text)
        elif base in GIVEN:
            assert (file, json.loads(text)) == (file, {"made": GIVEN[base]})
    assert "secret-value" not in found["error.py"].content[0].text
    assert json.loads(found["none.py"].content[0].text) == ORDERS
    assert json.loads(found["env.py"].content[0].text) == {"made": {"LC_ALL": "C.UTF-8"}}  # fmt: skip
    if NODE:
        said = json.loads(found["host.js"].content[0].text)
        assert said == {"made": "undefined undefined undefined"}
        assert json.loads(found["none.js"].content[0].text) == ORDERS
        assert json.loads(found["late.js"].content[0].text) == ORDERS


def test_a_route_of_a_script_alone(root: Path, registry: Registry) -> None:
    with exposed.serve(root, "rest", registry) as port:
        status, _, body = ask(port, "/seen/Ada")
        assert (status, json.loads(body)) == (200, {"name": "Mr Ada", "n": 2})
        status, headers, body = ask(port, "/broken")
        assert (status, headers["content-type"]) == (500, "application/problem+json")
        assert json.loads(body)["detail"].endswith("failed: KeyError in line 2.")
        assert registry.seen == []


def test_scripts_can_be_switched_off(root: Path, registry: Registry) -> None:
    with exposed.serve(root, "rest", registry, NAFTIKO_SCRIPTING="false") as port:
        status, _, body = ask(port, "/seen/Ada")
        assert (status, "switched off" in json.loads(body)["detail"]) == (500, True)


def test_scripts_in_javascript_need_node(
    root: Path, registry: Registry, tmp_path: Path
) -> None:
    with exposed.serve(root, "mcp", registry, PATH=str(tmp_path)) as port:
        found = call_all(port, ["simple.js", "simple.py"])
    assert "need Node, which is not installed" in found["simple.js"].content[0].text
    assert not found["simple.py"].is_error
