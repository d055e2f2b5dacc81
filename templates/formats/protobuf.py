"""One message of Protocol Buffers → its value, fields under the names of the ``.proto``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from .budget import LONGEST, Budget

_KNOWN = "google.protobuf."


def tree(data: bytes, schema: str) -> Any:
    """The message that ``data`` is; ``schema`` is the file beside this one with the descriptors, the wanted one last.

    Fields that cannot be absent are there with their defaults, those that can only when they are.
    """
    if len(data) > LONGEST:
        raise ValueError("too large")
    message = _message(schema)()
    failed: Any = import_module("google.protobuf.message").DecodeError
    written: Any = import_module("google.protobuf.json_format")
    try:
        message.ParseFromString(data)
        return _Values(written.MessageToDict).of(message)
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


class _Values:
    """The values of one message; ``written`` spells those that Google has defined."""

    def __init__(self, written: Any) -> None:
        self._written = written
        self._budget = Budget()

    def of(self, message: Any) -> Any:
        """The members of ``message``."""
        fields = message.DESCRIPTOR.fields
        self._budget.spend(1 + len(fields))
        if message.DESCRIPTOR.full_name.startswith(_KNOWN):
            return self._written(message)
        return {
            field.name: self._field(field, getattr(message, field.name))
            for field in fields
            if not field.has_presence or message.HasField(field.name)
        }

    def _field(self, field: Any, value: Any) -> Any:
        """A field with everything that it holds."""
        if isinstance(value, Mapping):
            one = field.message_type.fields_by_name["value"]
            return {_key(k): self._one(one, v) for k, v in value.items()}
        if field.is_repeated:
            return [self._one(field, item) for item in value]
        return self._one(field, value)

    def _one(self, field: Any, value: Any) -> Any:
        if field.message_type is not None:
            return self.of(value)
        if field.enum_type is not None:
            known = field.enum_type.values_by_number.get(value)
            return known.name if known else value
        return value


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)
