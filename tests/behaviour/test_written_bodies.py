"""Bodies that the document writes: what arrives upstream is what it says, through client, REST and MCP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .capability_package import (
    Recorder,
    Seen,
    ask,
    build,
    clients,
    imported,
    recorder,
    serving,
    tool,
)

KEY = "k3y-of-the-post"
BODIES = {
    "nested": "{type: json, data: {key: '{{POST_KEY}}', m: {s: 'Re: {{a}}', n: '{{b}}', l: ['{{c}}', 1]}}}",
    "raw-json": '\'{"n": {{b}}, "s": "-{{a}}-", "l": {{c}}}\'',
    "words": "{type: text, data: 'a={{a}} b={{b}} c={{c}}'}",
    "xml": "{type: xml, data: '<x a=\"{{a}}\">{{b}}</x>'}",
    "sparql": "{type: sparql, data: '<http://x/{{a}}> \"{{a}}\" {{b}}'}",
    "form": "{type: formUrlEncoded, data: {a: '{{a}}', c: '{{c}}', f: 'x {{b}}'}}",
    "form-text": "{type: formUrlEncoded, data: 'a={{a}}&b={{b}}'}",
    "parts": "{type: multipartForm, data: [{name: t, value: '{{a}}'},"
    " {name: f, value: 'of {{b}}', filename: 'n{{b}}.txt', contentType: text/plain}]}",
}
A, B, C = "q\"&<é '\\/", 7, ["x", 2]
HEADER = "application/json"


def document() -> str:
    operations = "".join(
        f"      - {{name: {name}, method: POST, body: {body}}}\n"
        for name, body in BODIES.items()
    )
    inputs = "".join(
        f"{{name: {name}, type: {kind}, description: d, required: false}},"
        for name, kind in (("a", "string"), ("b", "integer"), ("c", "array"))
    )
    routes = "".join(
        f"    - {{path: /{name}, name: {name}, operations: [{{method: POST, call: post.{name}}}]}}\n"
        for name in BODIES
    )
    tools = "".join(
        f"    - {{name: {name}, description: d, call: post.{name}, inputParameters: [{inputs}]}}\n"
        for name in BODIES
    )
    return f"""\
naftiko: 1.0.0-alpha2
info: {{label: Post office, description: Letters}}
binds:
- {{namespace: env, keys: {{POST_KEY: POST_OFFICE_KEY}}}}
capability:
  consumes:
  - type: http
    namespace: post
    baseUri: http://127.0.0.1:9
    inputParameters:
    - {{name: X-Agent, in: header, value: 'v1 {{{{POST_KEY}}}}/{{{{b}}}}'}}
    resources:
    - name: letters
      path: /letters
      operations:
{operations}
  exposes:
  - type: rest
    namespace: post-rest
    port: 8080
    resources:
{routes}
  - type: mcp
    namespace: post-mcp
    port: 9090
    tools:
{tools}
"""


def check(name: str, seen: Seen) -> None:
    """Compare what arrived with what the document says."""
    assert (seen.method, seen.target) == ("POST", "/letters")
    assert seen.headers["x-agent"] == f"v1 {KEY}/7"
    kind, body = seen.headers["content-type"], seen.body.decode()
    if name == "nested":
        wanted: Any = {"key": KEY, "m": {"s": f"Re: {A}", "n": B, "l": [C, 1]}}
        assert (kind, json.loads(body)) == (HEADER, wanted)
    elif name == "raw-json":
        assert (kind, json.loads(body)) == (HEADER, {"n": B, "s": f"-{A}-", "l": C})
    elif name == "words":
        assert kind.startswith("text/plain")
        assert body == f'a={A} b=7 c=["x",2]'
    elif name == "xml":
        attribute = "q&quot;&amp;&lt;é &#39;\\/"
        assert (kind, body) == ("application/xml", f'<x a="{attribute}">7</x>')
    elif name == "sparql":
        assert kind == "application/sparql-query"
        assert body == f'<http://x/q%22&%3C%C3%A9%20\'%5C/> "q\\"&<é \\\'\\\\/" {B}'
    elif name == "form":
        assert kind == "application/x-www-form-urlencoded"
        assert body == "a=q%22%26%3C%C3%A9+%27%5C%2F&c=x&c=2&f=x+7"
    elif name == "form-text":
        assert kind == "application/x-www-form-urlencoded"
        assert body == "a=q%22%26%3C%C3%A9+%27%5C%2F&b=7"
    else:
        boundary = re.fullmatch("multipart/form-data; boundary=([0-9a-f]{32})", kind)
        assert boundary
        mark = boundary[1]
        assert body == (
            f'--{mark}\r\nContent-Disposition: form-data; name="t"\r\n\r\n{A}\r\n'
            f'--{mark}\r\nContent-Disposition: form-data; name="f"; filename="n7.txt"\r\n'
            f"Content-Type: text/plain\r\n\r\nof 7\r\n--{mark}--\r\n"
        )


@pytest.fixture(scope="module")
def upstream() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("post")
    assert build(folder, document()) == "post_office"
    return folder


def given(name: str) -> dict[str, Any]:
    """The values that the body of ``name``, and the header of all, have gaps for."""
    found = set(re.findall(r"\{\{([abc])\}\}", BODIES[name])) | {"b"}
    return {key: value for key, value in (("a", A), ("b", B), ("c", C)) if key in found}


@pytest.fixture(scope="module")
def rest(upstream: Recorder, built: Path) -> Iterator[int]:
    more = (f"--upstream={upstream.url}",)
    with serving(
        built, "post_office", "rest", *more, secrets=(KEY,), POST_OFFICE_KEY=KEY
    ) as port:
        yield port


@pytest.fixture(scope="module")
def mcp(upstream: Recorder, built: Path) -> Iterator[int]:
    more = (f"--upstream={upstream.url}",)
    with serving(
        built, "post_office", "mcp", *more, secrets=(KEY,), POST_OFFICE_KEY=KEY
    ) as port:
        yield port


@pytest.mark.parametrize("name", BODIES)
def test_both_clients(
    name: str, upstream: Recorder, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POST_OFFICE_KEY", KEY)
    method = name.replace("-", "_")
    with imported(built, "post_office") as module:
        settings = {"base_url": upstream.url}
        clients(module, "PostOfficeClient", settings, method, given(name))
    for seen in upstream.seen:
        check(name, seen)
    assert len(upstream.seen) == 2
    upstream.seen.clear()


@pytest.mark.parametrize("name", BODIES)
def test_rest(name: str, upstream: Recorder, rest: int) -> None:
    status, _ = ask(rest, "POST", f"/{name}", given(name))
    assert status == 200
    check(name, upstream.only())


@pytest.mark.parametrize("name", BODIES)
def test_mcp(name: str, upstream: Recorder, mcp: int) -> None:
    result = tool(mcp, name, **given(name))
    assert result["isError"] is False, result
    check(name, upstream.only())


def test_absent_values_leave_no_trace(upstream: Recorder, mcp: int) -> None:
    tool(mcp, "nested", b=1)
    assert json.loads(upstream.only().body)["m"] == {"s": "Re: ", "n": 1, "l": [1]}
    tool(mcp, "raw-json", b=1)
    assert json.loads(upstream.only().body) == {"n": 1, "s": "--", "l": None}


def test_no_caller_gives_a_variable(upstream: Recorder, mcp: int, rest: int) -> None:
    for name in ("$POST_OFFICE_KEY", "POST_OFFICE_KEY", "POST_KEY"):
        tool(mcp, "nested", b=1, **{name: "mine"})
        ask(rest, "POST", "/nested", {"b": 1, name: "mine"})
    assert all(b"mine" not in seen.body for seen in upstream.seen)
    upstream.seen.clear()


def test_a_value_that_would_break_out_is_refused(upstream: Recorder, mcp: int) -> None:
    result = tool(mcp, "words", a="x\r\ny", b=1)
    assert upstream.only().body.startswith(b"a=x\r\ny")
    assert result["isError"] is False
    monstrous = 'x> <y> "'
    tool(mcp, "sparql", a=monstrous, b=1)
    assert b"<http://x/x%3E%20%3Cy%3E%20%22>" in upstream.only().body


def test_a_missing_variable_is_named(
    upstream: Recorder, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POST_OFFICE_KEY", raising=False)
    with (
        imported(built, "post_office") as module,
        module.PostOfficeClient(base_url=upstream.url) as client,
        pytest.raises(Exception, match="POST_OFFICE_KEY"),
    ):
        client.nested(a="x")
    assert not upstream.seen
