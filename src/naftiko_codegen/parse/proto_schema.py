"""The texts of ``.proto`` files → their descriptors as JSON, made by ``protoc``, which ``grpcio-tools`` brings."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from naftiko_codegen.parse.avro_schema import SchemaError
from naftiko_codegen.read.document import Attached, Json

_SECONDS = 60
_PLACE = re.compile(r"^(\S+?):(\d+):\d+: (.+)$", re.M)
_TOLD = ("jsonName", "sourceCodeInfo")
"""What a descriptor says that its other words say as well."""


def descriptors(files: Sequence[Attached]) -> Json:
    """A ``FileDescriptorSet`` of ``files``: those that are imported first, the first of ``files`` last.

    Raises ``SchemaError`` for what protoc refuses, a file without messages, and when protoc is not installed.
    """
    if find_spec("grpc_tools") is None:
        raise SchemaError("protoc is missing: `pip install naftiko-codegen[protobuf]`")
    with TemporaryDirectory() as folder:
        made = _compiled(Path(folder), files)
    proto: Any = import_module("google.protobuf.descriptor_pb2")
    written: Any = import_module("google.protobuf.json_format")
    found = proto.FileDescriptorSet.FromString(made)
    if not found.file[-1].message_type:
        raise SchemaError("it has no message")
    return _bare(written.MessageToDict(found))


def _compiled(folder: Path, files: Sequence[Attached]) -> bytes:
    """What protoc makes of ``files``."""
    main = re.sub(r"[^A-Za-z0-9_.]", "_", files[0].path.stem).lstrip("._") + ".proto"
    names = [main, *(file.name for file in files[1:])]
    for name, file in zip(names, files, strict=True):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or name == main != names[0]:
            continue  # protoc says that it is not there
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(file.text, encoding="utf-8")
    out = folder / "descriptors"
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", f"-I{_google()}", "--include_imports",
               f"--descriptor_set_out={out}", main]  # fmt: skip
    try:
        run = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, cwd=folder)  # noqa: S603  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SchemaError("protoc takes too long") from None
    if run.returncode:
        raise SchemaError(_said(run.stderr.decode("utf-8", "replace")))
    return out.read_bytes()


def _google() -> Path:
    """The folder of the files that Google has defined."""
    spec = find_spec("grpc_tools")
    return Path(str(spec and spec.origin)).parent / "_proto"


def _said(words: str) -> str:
    """The first complaint of protoc."""
    found = _PLACE.search(words)
    if not found:
        return "protoc refuses it"
    return f"line {found[2]} of {PurePosixPath(found[1]).name}: {found[3]}"


def _bare(value: Json) -> Json:
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k not in _TOLD}
    return [_bare(item) for item in value] if isinstance(value, list) else value
