"""One message of Protocol Buffers → its value, fields under the names of the ``.proto``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

_KNOWN = "google.protobuf."


def tree(data: bytes, schema: str) -> Any:
    """The message that ``data`` is; ``schema`` is the file beside this one with the descriptors, the wanted one last.

    Fields that cannot be absent are there with their defaults, those that can only when they are.
    """
    message = _message(schema)()
    failed: Any = import_module("google.protobuf.message").DecodeError
    written: Any = import_module("google.protobuf.json_format")
    try:
        message.ParseFromString(data)
        return _fields(message, written.MessageToDict)
    except (failed, written.Error):
        raise ValueError("no such message") from None


@cache
def _message(name: str) -> Any:
    """The class of the first message of the last file."""
    files = import_module("google.protobuf.descriptor_pb2").FileDescriptorSet()
    text = Path(__file__).with_name(name).read_bytes()
    import_module("google.protobuf.json_format").ParseDict(json.loads(text), files)
    pool = import_module("google.protobuf.descriptor_pool").DescriptorPool()
    for file in files.file:
        pool.Add(file)
    last = files.file[-1]
    found = pool.FindFileByName(last.name).message_types_by_name
    factory: Any = import_module("google.protobuf.message_factory")
    return factory.GetMessageClass(found[last.message_type[0].name])


def _fields(message: Any, written: Any) -> Any:
    """The members of ``message``; ``written`` spells those that Google has defined."""
    if message.DESCRIPTOR.full_name.startswith(_KNOWN):
        return written(message)
    return {
        field.name: _whole(field, getattr(message, field.name), written)
        for field in message.DESCRIPTOR.fields
        if not field.has_presence or message.HasField(field.name)
    }


def _whole(field: Any, value: Any, written: Any) -> Any:
    """A field with everything that it holds."""
    if isinstance(value, Mapping):
        one = field.message_type.fields_by_name["value"]
        return {_key(k): _one(one, v, written) for k, v in value.items()}
    if field.is_repeated:
        return [_one(field, item, written) for item in value]
    return _one(field, value, written)


def _one(field: Any, value: Any, written: Any) -> Any:
    if field.message_type is not None:
        return _fields(value, written)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else value
    return value


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
