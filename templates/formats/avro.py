"""One record of Avro, without a container → its value."""

from __future__ import annotations

import json
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from .budget import LONGEST


def tree(data: bytes, schema: str) -> Any:
    """The record that is all of ``data``; ``schema`` is the file beside this one that describes it."""
    if len(data) > LONGEST:
        raise ValueError("too large")
    known = _schema(schema)
    stream = BytesIO(data)
    reader: Any = import_module("fastavro").schemaless_reader
    try:
        value = reader(stream, known)
    except Exception:  # whatever the library trips over
        raise ValueError("no record of this schema") from None
    if stream.read(1):
        raise ValueError("more than the record")
    return value


@cache
def _schema(name: str) -> Any:
    text = Path(__file__).with_name(name).read_bytes()
    return import_module("fastavro").parse_schema(json.loads(text))
