"""The skill server: a catalogue over HTTP, the files of skills, and nothing besides them."""

from __future__ import annotations

import http.client
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from behaviour import capability_package as packages
from behaviour.exposed import ask
from behaviour.harness import Failed, Process, environment, free_port

pytestmark = pytest.mark.xdist_group("skills")

SPEC = """\
naftiko: "1.0.0-alpha2"
info: {label: Orders, description: Orders and skills.}
capability:
  consumes:
    - type: http
      namespace: orders
      description: The orders.
      baseUri: http://127.0.0.1:9/v1
      resources: [{name: orders, path: /orders, operations: [{name: list-orders, method: GET}]}]
  exposes:
    - type: rest
      port: 8081
      namespace: orders-rest
      resources:
        - {name: orders, path: /orders, operations: [{name: list-orders, method: GET, call: orders.list-orders}]}
    - type: skill
      port: 8083
      namespace: orders-skills
      skills:
        - name: order-management
          description: Manage orders.
          license: MIT
          allowed-tools: list-orders
          argument-hint: Use for orders
          location: "file://FOLDER/order-management"
          tools:
            - {name: list-orders, description: Lists., from: {sourceNamespace: orders-rest, action: list-orders}}
            - {name: guide, description: How to., instruction: order-guide.md}
        - {name: onboarding-guide, description: For new colleagues.}
        - {name: gone, description: No folder., location: "file://FOLDER/gone"}
    - type: skill
      port: 8084
      namespace: back-office
      authentication: {type: bearer, token: "{{OFFICE_KEY}}"}
      skills: [{name: closing, description: Closes the day., location: "file://FOLDER/order-management"}]
binds: [{namespace: own, keys: {OFFICE_KEY: OFFICE_KEY}}]
"""
SECRET = "back-office-secret"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("skills")
    skill = root / "order-management"
    (skill / "deep").mkdir(parents=True)
    (skill / "order-guide.md").write_text("# Ahoi é")
    (skill / "page.html").write_text("<script>alert(1)</script>")
    (skill / "deep" / "b.bin").write_bytes(b"\xff\x00\xfe" * 50_000)
    (skill / ".env").write_text("hidden-secret")
    (root / "secret.txt").write_text("outside-secret")
    os.symlink(root / "secret.txt", skill / "link.txt")
    os.symlink(root, skill / "up")
    os.symlink("loop", skill / "loop")
    (root / "moved" / "onboarding-guide").mkdir(parents=True)
    (root / "moved" / "onboarding-guide" / "a.md").write_text("moved")
    packages.build(root, SPEC.replace("FOLDER", str(root)))
    return root


@pytest.fixture(scope="module")
def port(root: Path) -> Iterator[int]:
    with packages.serving(root, "orders", "skill") as number:
        yield number


def get(port: int, path: str, **headers: str) -> tuple[int, Any]:
    status, _, body = ask(port, path, headers)
    return status, json.loads(body)


def test_the_catalogue_has_every_skill(port: int) -> None:
    assert get(port, "/skills") == (
        200,
        {
            "count": 3,
            "skills": [
                {"name": "order-management", "description": "Manage orders.", "license": "MIT",
                 "tools": ["list-orders", "guide"]},
                {"name": "onboarding-guide", "description": "For new colleagues.", "tools": []},
                {"name": "gone", "description": "No folder.", "tools": []},
            ],
        },
    )  # fmt: skip


def test_a_skill_says_what_its_tools_stand_for(port: int) -> None:
    reference = {
        "targetNamespace": "orders-rest",
        "action": "list-orders",
        "mode": "rest",
    }
    status, found = get(port, "/skills/order-management")
    assert (status, list(found)) == (
        200,
        ["name", "description", "license", "argument-hint", "allowed-tools", "tools"],
    )
    assert found["allowed-tools"] == "list-orders"
    assert found["argument-hint"] == "Use for orders"
    assert found["tools"] == [
        {"name": "list-orders", "description": "Lists.", "type": "derived", "invocationRef": reference},
        {"name": "guide", "description": "How to.", "type": "instruction", "instruction": "order-guide.md"},
    ]  # fmt: skip


def test_a_skill_without_tools_has_an_empty_list(port: int) -> None:
    assert get(port, "/skills/onboarding-guide")[1]["tools"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/skills/nope",
        "/skills/nope/contents",
        "/skills/nope/contents/a.md",
        "/skills/nope/download",
        "/skills/onboarding-guide/contents",
        "/skills/onboarding-guide/contents/a.md",
        "/skills/gone/contents",
        "/skills/gone/download",
        "/skills/order-management/contents/no.md",
        "/skills/order-management/contents/deep",
        "/skills/order-management/contents/order-guide.md/x",
        "/skills/order-management/contents/loop",
        "/",
        "/openapi.json",
    ],
)
def test_what_is_not_there_is_404(port: int, path: str) -> None:
    status, found = get(port, path)
    assert (status, found["status"]) == (404, 404)


@pytest.mark.parametrize(
    "file",
    [
        "..%2fsecret.txt",
        "../secret.txt",
        "../../secret.txt",
        "%2e%2e/secret.txt",
        "%2e%2e%2fsecret.txt",
        "..%5csecret.txt",
        "deep/../../secret.txt",
        "deep/..%2f..%2fsecret.txt",
        "./order-guide.md",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        ".env",
        "order-guide.md%00.txt",
        "link.txt",
        "up/secret.txt",
        "up/order-management/order-guide.md",
        "",
        "a" * 300,
        "/".join("a" * 60),
        "deep%2Fb.bin%2F..%2F..%2F..%2Fsecret.txt",
    ],
)
def test_no_path_leads_out_of_the_folder(port: int, file: str) -> None:
    status, _, body = ask(port, f"/skills/order-management/contents/{file}")
    assert status in (400, 404)
    assert b"secret" not in body
    assert b"Ahoi" not in body


def test_names_of_skills_are_no_paths(port: int) -> None:
    for name in ("..", "%2e%2e", "..%2forder-management", "order-management%2f..", "."):
        for below in ("contents", "download", "contents/secret.txt"):
            status, _, body = ask(port, f"/skills/{name}/{below}")
            assert status in (400, 404), name
            assert b"secret" not in body


def test_the_files_are_listed_and_sent(port: int) -> None:
    assert get(port, "/skills/order-management/contents") == (
        200,
        {
            "name": "order-management",
            "files": [
                {"path": "deep/b.bin", "size": 150_000, "type": "application/octet-stream"},
                {"path": "order-guide.md", "size": 9, "type": "text/markdown"},
                {"path": "page.html", "size": 25, "type": "text/html"},
            ],
        },
    )  # fmt: skip
    base = "/skills/order-management/contents"
    status, headers, body = ask(port, f"{base}/order-guide.md")
    assert (status, body.decode()) == (200, "# Ahoi é")
    assert headers["content-type"] == "text/markdown; charset=utf-8"
    status, headers, body = ask(port, f"{base}/deep%2Fb.bin")
    assert (status, body) == (200, b"\xff\x00\xfe" * 50_000)
    assert headers["content-type"] == "application/octet-stream"
    _, headers, _ = ask(port, f"{base}/page.html")
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_file_that_the_caller_has_is_not_sent_again(port: int) -> None:
    for path in ("contents/order-guide.md", "download", "contents/deep/b.bin"):
        path = f"/skills/order-management/{path}"
        _, headers, body = ask(port, path)
        again = ask(port, path, {"If-None-Match": headers["etag"]})
        assert (again[0], again[2]) == (304, b"")
        status, head, nothing = ask(port, path, method="HEAD")
        assert (status, nothing) == (200, b"")
        assert head["content-length"] == str(len(body))


def test_a_download_is_the_same_zip_file_of_all_files(port: int, root: Path) -> None:
    path = "/skills/order-management/download"
    status, headers, body = ask(port, path)
    assert (status, body[:2]) == (200, b"PK")
    assert headers["content-type"] == "application/zip"
    assert headers["content-disposition"] == (
        'attachment; filename="order-management.zip"'
    )
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == ["deep/b.bin", "order-guide.md", "page.html"]
        assert archive.read("order-guide.md").decode() == "# Ahoi é"
    assert ask(port, path)[2] == body
    added = root / "order-management" / "new.md"
    added.write_text("new")
    try:
        with zipfile.ZipFile(io.BytesIO(ask(port, path)[2])) as archive:
            assert archive.read("new.md") == b"new"
    finally:
        added.unlink()


def test_too_much_is_refused_not_cut(port: int, root: Path) -> None:
    large = root / "order-management" / "large.bin"
    large.touch()
    os.truncate(large, 17 * 1024 * 1024)
    try:
        status, found = get(port, "/skills/order-management/download")
        assert (status, found["status"]) == (500, 500)
        files = get(port, "/skills/order-management/contents")[1]["files"]
        assert {"path": "large.bin", "size": 17 * 1024 * 1024,
                "type": "application/octet-stream"} in files  # fmt: skip
    finally:
        large.unlink()
    assert ask(port, "/skills/order-management/download")[0] == 200


def test_a_large_file_is_sent_in_flat_memory(root: Path) -> None:
    size = 200 * 1024 * 1024
    large = root / "order-management" / "large.bin"
    large.touch()
    os.truncate(large, size)
    port = free_port()
    command = [sys.executable, "-m", "orders", "skill", f"--port={port}"]
    process = Process(command, env={**environment(), "PYTHONPATH": str(root)})
    path = "/skills/order-management/contents/large.bin"
    try:
        process.wait_for_port(port)
        get(port, "/skills")
        before = most_memory(process.child.pid)
        reply = request(port, path)
        assert reply.headers["content-length"] == str(size)
        assert sum(map(len, iter(lambda: reply.read(1 << 20), b""))) == size
        gone = request(port, path)
        gone.read(1 << 20)
        gone.close()
        again = ask(port, path, {"If-None-Match": reply.headers["etag"]})
        assert again[0] == 304
        short = request(port, path)
        os.truncate(large, 1 << 20)
        with pytest.raises(http.client.IncompleteRead):
            short.read()
        assert ask(port, path)[1]["content-length"] == str(1 << 20)
        assert most_memory(process.child.pid) - before < 20 << 20
    finally:
        large.unlink()
        process.stop()
    assert "Traceback" not in process.log()


def request(port: int, path: str) -> http.client.HTTPResponse:
    """A reply whose body has not been read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    return connection.getresponse()


def most_memory(process: int) -> int:
    """The most bytes of memory that a process has held."""
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_only_reading_is_possible(port: int) -> None:
    for path in ("/skills", "/skills/order-management/contents/order-guide.md"):
        for method in ("POST", "PUT", "DELETE"):
            status, headers, _ = ask(port, path, method=method, body=b"x")
            assert (status, headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert ask(port, path, method="OPTIONS")[0] == 204


def test_other_sites_may_not_read(port: int) -> None:
    path = "/skills/order-management/download"
    assert get(port, path, Host="evil.example")[0] == 421
    assert get(port, path, Origin="https://evil.example")[0] == 403
    assert ask(port, "/healthz", {"Host": "10.0.0.1"})[0] == 200


def test_many_downloads_at_a_time(port: int) -> None:
    open_ones = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(8)]  # fmt: skip
    try:
        for connection in open_ones:
            connection.request("GET", "/skills/order-management/download")
        bodies = {connection.getresponse().read() for connection in open_ones}
        assert len(bodies) == 1
    finally:
        for connection in open_ones:
            connection.close()


def test_a_setting_says_where_the_folders_are(root: Path) -> None:
    moved = f"--skills={root / 'moved'}"
    with packages.serving(root, "orders", "skill", moved) as port:
        path = "/skills/onboarding-guide/contents/a.md"
        assert ask(port, path)[2] == b"moved"
        assert get(port, "/skills/order-management/contents")[0] == 404
        assert get(port, "/skills/order-management")[0] == 200


def test_a_folder_that_is_not_there_is_refused(root: Path) -> None:
    nowhere = "--skills=/nowhere/at/all"
    with (
        pytest.raises(Failed, match="--skills names no folder"),
        packages.serving(root, "orders", "skill", nowhere),
    ):
        pass


def test_another_adapter_asks_its_callers(root: Path) -> None:
    named = "--adapter=back-office"
    with packages.serving(
        root, "orders", "skill", named, secrets=(SECRET,), OFFICE_KEY=SECRET
    ) as port:
        key = {"Authorization": f"Bearer {SECRET}"}
        for path in ("/skills", "/skills/closing", "/skills/closing/download", "/x"):
            assert ask(port, path)[0] == 401
            assert ask(port, path, {"Authorization": "Bearer no"})[0] == 401
        assert get(port, "/skills", **key)[1]["count"] == 1
        assert get(port, "/skills/closing/contents", **key)[0] == 200
        assert ask(port, "/healthz")[0] == 200


@pytest.mark.parametrize(
    "tool",
    [
        "{name: a, description: A., from: {sourceNamespace: nobody, action: list-orders}}",
        "{name: a, description: A., instruction: a.md, from: {sourceNamespace: orders-rest, action: list-orders}}",
        "{name: a, description: A.}",
        "{name: a, description: A., instruction: a.md}",
        "{name: a, description: A., instruction: ../a.md}",
    ],
)
def test_a_tool_that_means_nothing_is_refused(tool: str, tmp_path: Path) -> None:
    text = SPEC.replace("FOLDER", "/opt").replace(
        "{name: onboarding-guide, description: For new colleagues.}",
        f"{{name: onboarding-guide, description: New., tools: [{tool}]}}",
    )
    with pytest.raises(AssertionError, match=r"N320|N203"):
        packages.build(tmp_path, text)


def test_a_skill_without_files_is_one_that_agents_read(tmp_path: Path) -> None:
    said = "Reads: 'orders' #1 \u00e9\U0001f600 | <b> \\ \" --- [x](y)"
    skill = {
        "name": "reading",
        "description": said,
        "user-invocable": False,
        "metadata": {"a: b": "{c}"},
        "tools": [
            {"name": "list", "description": "Lists.",
             "from": {"sourceNamespace": "orders-rest", "action": "list-orders"}}
        ],
    }  # fmt: skip
    text = SPEC.replace("FOLDER", "/opt").replace(
        "{name: onboarding-guide, description: For new colleagues.}",
        json.dumps(skill, ensure_ascii=False),
    )
    package = packages.build(tmp_path, text)
    folders = tmp_path / package / "skill" / "folders"
    assert [folder.name for folder in folders.iterdir()] == ["reading"]
    with packages.serving(tmp_path, package, "skill", f"--skills={folders}") as port:
        body = ask(port, "/skills/reading/contents/SKILL.md")[2].decode()
    _, front, words = body.split("---\n", 2)
    del skill["tools"]
    assert yaml.safe_load(front) == skill
    assert (
        "`list`, operation `list-orders` of the REST server `orders-rest`: `GET /orders`. Lists."
        in words
    )
    assert "<b>" not in words.replace("\\<b\\>", "")
