"""The capability of the conformance suite, compiled and served over a stub that answers as its scenarios expect."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import exposed
from .exposed import Registry
from .harness import ROOT

FOLDER = ROOT / "tests" / "conformance"
PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)
WAV = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0@\x1f\0\0\x01\0\x08\0data\0\0\0\0"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
TEXT = b"This is a text for testing."
MIXED = b"\r\n".join(
    (
        b"--part\r\nContent-Type: text/plain\r\n\r\nSeveral parts:",
        b"--part\r\nContent-Type: image/png\r\nContent-Location: http://10.0.0.7/a.png\r\n\r\n" + PNG,
        b"--part\r\nContent-Type: application/pdf\r\n\r\n" + PDF,
        b"--part--\r\n",
    )
)  # fmt: skip
REPLIES = {
    "/v1/text": (200, "text/plain", TEXT),
    "/v1/image": (200, "image/png", PNG),
    "/v1/audio": (200, "audio/wav", WAV),
    "/v1/document": (200, "application/pdf", PDF),
    "/v1/mixed": (200, 'multipart/mixed; boundary="part"', MIXED),
    "/v1/failure": (500, "text/plain", b"This fails on purpose."),
}
"""What the stub says; to all other paths it answers with a JSON object that holds the path."""


_PATHS = {*REPLIES, "/v1/records/123"} | {
    f"/v1/stages/{name}" for name in ("first", "second", "third")
}
"""What the suite may make a server call."""


@contextmanager
def stub() -> Iterator[Registry]:
    """The upstream."""
    with exposed.registry() as running:
        running.answers.update(REPLIES)
        running.silent = "/v1/slow"
        yield running


def build(root: Path) -> None:
    """Compile the capability into ``root``, and write the files that it names."""
    (root / "watched").mkdir()
    (root / "watched" / "news.txt").write_text("nothing yet")
    (root / "prompt.png").write_bytes(PNG)
    (root / "prompt.pdf").write_bytes(PDF)
    words = (FOLDER / "everything.yaml").read_text()
    exposed.build(root, words.replace("FOLDER", str(root)), head="")


def check(upstream: Registry) -> None:
    """Everything that the server asked for is in the capability, and nothing of the callers went along."""
    assert {request.target for request in upstream.seen} <= _PATHS
    assert upstream.seen
    for request in upstream.seen:
        assert request.method == "GET" and not request.body
        mcp = [name for name in request.headers if name.startswith("mcp-")]
        assert not mcp and not {"origin", "cookie"} & set(request.headers)
