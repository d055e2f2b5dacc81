"""What has to be installed for each part of a package: the README and the image say the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from naftiko_codegen.ir.package import Package

_MSGSPEC = "msgspec>=0.20,<1"
_AIOHTTP = "aiohttp>=3.14,<4"
_SCHEMAS = "jsonschema-rs>=0.30,<1"
_UVICORN = "uvicorn[standard]>=0.35,<1"

CLIENT = ("httpx2>=2.16,<3", _AIOHTTP, _MSGSPEC)
SERVERS = {
    "rest": (_AIOHTTP, _MSGSPEC, _SCHEMAS, _UVICORN),
    "mcp": ("mcp>=2.3,<3", _AIOHTTP, _MSGSPEC, _SCHEMAS, _UVICORN),
    "skill": (_MSGSPEC, _UVICORN),
    "control": (_MSGSPEC, _UVICORN),
}
"""By the kind of the server."""
TOKENS = ("PyJWT[crypto]>=2.10,<3",)
"""What checks the access tokens of callers."""
_READERS = {
    "avro": ("fastavro>=1.9,<2",),
    "html": ("lxml>=5,<7",),
    "markdown": ("markdown-it-py>=3,<5", "pyyaml>=6.0.1,<7"),
    "protobuf": ("protobuf>=6.31,<8",),
    "yaml": ("pyyaml>=6.0.1,<7",),
}
"""The packages that read a format."""


def formats(package: Package) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each format of replies that the servers need more for, and what."""
    for form in sorted({o.reply_format for o in package.service.operations}):
        if form in _READERS:
            yield form, _READERS[form]


def files(package: Package) -> Iterator[str]:
    """What reads the files of variables that Python cannot read itself."""
    paths = [file.path.lower() for file in package.service.files]
    if any(path.endswith((".yaml", ".yml")) for path in paths):
        yield "PyYAML>=6,<7"
    if any(path.endswith(".env") or "/.env" in path for path in paths):
        yield "python-dotenv>=1,<2"


def of_servers(package: Package, kinds: Collection[str]) -> Iterator[str]:
    """All that the servers of ``kinds`` of ``package`` may need."""
    for kind in kinds:
        yield from SERVERS[kind]
    yield from TOKENS
    yield from files(package)
    for _, needed in formats(package):
        yield from needed
