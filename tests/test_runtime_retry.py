"""The rules of repeating and of bodies: unit tests of pure decisions, seen on a socket in behaviour/."""

from __future__ import annotations

import io
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from client_fixture import runtime

retry = runtime("retry")
errors = runtime("errors")
body = runtime("body")
multipart = runtime("multipart")
Operation = runtime("operation").Operation


@pytest.mark.parametrize(
    ("value", "seconds"),
    {"0": 0.0, "3": 3.0, "1.5": 1.5, " 2 ": 2.0, "-1": None, "soon": None, "": None, "inf": None, "²": None,
     "Wed, 21 Oct 2015 07:28:00 GMT": 0.0, "Wed, 99 Oct 2015": None}.items(),
)  # fmt: skip
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry.retry_after({"retry-after": value}) == seconds


def test_retry_after_date() -> None:
    found = retry.retry_after(
        {"retry-after": formatdate(time.time() + 30, usegmt=True)}
    )
    assert 25 < found <= 30


STATUSES = [
    # status, Retry-After, repeated when unsafe, when safe
    (200, None, False, False), (400, None, False, False), (401, "1", False, False), (404, None, False, False),
    (408, None, False, True), (429, None, True, True), (429, "1", True, True), (429, "100", False, False),
    (500, None, False, True), (501, None, False, False), (502, None, False, True), (503, None, False, True),
    (503, "1", True, True), (503, "100", False, False), (504, None, False, True),
]  # fmt: skip


@pytest.mark.parametrize(("status", "wait", "unsafe", "safe"), STATUSES)
def test_statuses(status: int, wait: str | None, unsafe: bool, safe: bool) -> None:
    policy = retry.Retry(2)
    headers = {"retry-after": wait} if wait else {}
    assert (policy.after_status(status, headers, 0, False) is not None) is unsafe
    assert (policy.after_status(status, headers, 0, True) is not None) is safe
    assert policy.after_status(status, headers, 2, True) is None


def test_errors() -> None:
    policy = retry.Retry(1)
    unsent, sent = errors.ConnectionFailed("x", sent=False), errors.TimedOut("x")
    assert policy.after_error(unsent, 0, False) is not None
    assert policy.after_error(unsent, 1, False) is None
    assert policy.after_error(sent, 0, False) is None
    assert policy.after_error(sent, 0, True) is not None


def test_backoff_grows_and_varies() -> None:
    policy = retry.Retry(9, first=1.0, longest=4.0)
    waits = [[policy._backoff(tried) for _ in range(50)] for tried in range(4)]
    assert all(
        most / 2 <= wait <= most
        for most, found in zip((1, 2, 4, 4), waits, strict=True)
        for wait in found
    )
    assert len(set(waits[0])) > 1
    assert retry.Retry.of(None).times == 2
    assert retry.Retry.of(0).times == 0
    assert retry.Retry.of(policy) is policy


def encoded(value: object, *types: str, content_type: str | None = None) -> Any:
    """The body, its chunks joined, as one of ``types``."""
    found = body.content(
        Operation("x", "POST", "/", content_types=types), value, content_type
    )
    data = found.body if isinstance(found.body, bytes) else b"".join(found.body)
    assert found.length in (None, len(data))
    return found, data


JSON, OCTETS = "application/json", "application/octet-stream"


@pytest.mark.parametrize(
    ("value", "types", "media_type", "data"),
    [
        ({"a": 1}, (JSON,), JSON, b'{"a":1}'),
        ({"a": 1}, (OCTETS, JSON), JSON, b'{"a":1}'),
        ([1], (OCTETS, "application/vnd.x+json"), "application/vnd.x+json", b"[1]"),
        (b"x", (JSON, OCTETS), OCTETS, b"x"),
        (bytearray(b"x"), (OCTETS,), OCTETS, b"x"),
        (memoryview(b"x"), (OCTETS,), OCTETS, b"x"),
        (b"x", ("audio/flac", "audio/wav"), "audio/flac", b"x"),
        (b"x", ("image/*",), OCTETS, b"x"),
        ("é", ("text/plain",), "text/plain", "é".encode()),
        ("a", (JSON,), JSON, b'"a"'),
        ({"a": [1, True], "b": None, "c": {"d": 1}}, ("application/x-www-form-urlencoded",),
         "application/x-www-form-urlencoded", b"a=1&a=true&c=%7B%22d%22%3A1%7D"),
    ],
)  # fmt: skip
def test_contents(
    value: object, types: tuple[str, ...], media_type: str, data: bytes
) -> None:
    found, sent = encoded(value, *types)
    assert (found.media_type, sent, found.replayable) == (media_type, data, True)


@pytest.mark.parametrize(
    ("value", "types", "content_type"),
    [
        ("x", (OCTETS,), None), ({"a": 1}, (OCTETS,), None), (7, (OCTETS, "text/plain"), None),
        (b"x", (JSON, "text/csv+json"), None),
        (b"x", (OCTETS,), "image/png"), (b"x", ("image/*",), "audio/wav"), (b"x", ("*/*",), "image/png\r\nX: y"),
        (io.StringIO("x"), (OCTETS,), None), (None, (OCTETS,), None),
    ],
)  # fmt: skip
def test_refused_contents(
    value: object, types: tuple[str, ...], content_type: str | None
) -> None:
    with pytest.raises(errors.ArgumentError):
        encoded(value, *types, content_type=content_type)


def test_chosen_type() -> None:
    assert (
        encoded(b"x", "audio/flac", "audio/wav", content_type="audio/wav")[0].media_type
        == "audio/wav"
    )
    assert (
        encoded(b"x", "image/*", content_type="image/webp")[0].media_type
        == "image/webp"
    )


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"0123456789")
    found, data = encoded(path, OCTETS)
    assert (data, found.length, b"".join(found.body)) == (b"0123456789", 10, data)
    with path.open("rb") as file:
        file.seek(4)
        found, data = encoded(file, OCTETS)
        assert (data, found.length, b"".join(found.body)) == (b"456789", 6, data)
    with path.open() as text, pytest.raises(errors.ArgumentError, match="binary mode"):
        encoded(text, OCTETS)
    with pytest.raises(FileNotFoundError):
        encoded(tmp_path / "absent", OCTETS)


def test_iterators_are_sent_once() -> None:
    found, data = encoded(iter([b"a", b"b"]), OCTETS)
    assert (data, found.length, found.replayable) == (b"ab", None, False)


def test_multipart(tmp_path: Path) -> None:
    path = tmp_path / 'a".txt'
    path.write_bytes(b"file")
    value = {
        "n": 1,
        "tags": ["x", "y"],
        "meta": {"a": 1},
        "f": path,
        "g": ("r\n.png", b"png", "image/png"),
        "none": None,
    }
    found, data = encoded(value, "multipart/form-data")
    mark = found.media_type.partition("boundary=")[2]
    assert data.count(f"--{mark}\r\n".encode()) == 6
    assert data.endswith(f"--{mark}--\r\n".encode())
    for part in (
        b'name="n"\r\n\r\n1\r\n',
        b'name="tags"\r\n\r\ny\r\n',
        b'name="meta"\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n',
        b'name="f"; filename="a%22.txt"\r\nContent-Type: application/octet-stream\r\n\r\nfile\r\n',
        b'name="g"; filename="r%0A.png"\r\nContent-Type: image/png\r\n\r\npng\r\n',
    ):
        assert part in data
    assert found.length == len(data)
