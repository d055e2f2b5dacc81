# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""JSON to models and back: exact when the reply fits, tolerant when it does not.

A reply that fits its type is decoded by msgspec in one go. One that does not is walked
value by value: unknown fields are kept in ``model.extra_fields``, values of another type
are kept as they are, a missing required field becomes ``UNSET``; each is an issue, which
strict decoding reports.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import FieldInfo, fields

from .errors import ArgumentError, DecodingError

__all__ = ["UNSET", "Model", "UnsetType", "decode", "encode", "plain"]

_EXTRA = "extra_fields"


class Model(msgspec.Struct, kw_only=True, dict=True, forbid_unknown_fields=True):
    """A JSON object with known fields; optional ones that are absent are ``UNSET``."""

    @property
    def extra_fields(self) -> dict[str, Any]:
        """Fields the document does not name, by their name in JSON; sent back as well."""
        kept: dict[str, Any] = vars(self).setdefault(_EXTRA, {})
        _Extras.used = True
        return kept


class _Extras:
    """Whether any model of this process ever got an extra field."""

    used = False


def encode(value: object) -> bytes:
    """``value`` as JSON bytes: models, mappings, lists, scalars, dates, UUIDs.

    Raises ``ArgumentError`` for what JSON cannot say.
    """
    try:
        return _encode(plain(value) if _Extras.used else value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ArgumentError(f"the body is no JSON: {error}") from None


_encode = msgspec.json.Encoder(enc_hook=lambda value: _other(value)).encode


def _other(value: object) -> object:
    """What msgspec does not know: any other mapping."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def plain(value: object) -> Any:
    """``value`` with every model turned into a dict, extra fields included."""
    if isinstance(value, Model):
        found = {
            info.encode_name: plain(item)
            for info in _infos(type(value))
            if (item := getattr(value, info.name)) is not UNSET
        }
        for name, item in vars(value).get(_EXTRA, {}).items():
            found.setdefault(name, plain(item))
        return found
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items() if v is not UNSET}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    return value


class Decoder:
    """Decodes JSON to one type; built once per type."""

    __slots__ = ("_decode", "_type")

    def __init__(self, type_: Any) -> None:
        self._type = type_
        self._decode: Callable[[bytes], Any] | None = None
        # A union that msgspec cannot tell apart is always walked, and so are types that
        # hold one another a thousand deep.
        with suppress(TypeError, RecursionError):
            self._decode = msgspec.json.Decoder(type_).decode

    def __call__(self, data: bytes, strict: bool) -> Any:
        """The value; ``strict`` raises ``DecodingError`` for any issue."""
        if self._decode is not None:
            try:
                return self._decode(data)
            except (msgspec.DecodeError, RecursionError):
                pass  # the walk below finds out what is wrong
        try:
            issues: list[str] = []
            built = _build(_any(data), self._type, "$", issues)
        except (msgspec.DecodeError, RecursionError):
            raise DecodingError("the reply is no JSON", raw=data) from None
        if strict and issues:
            words = "; ".join(issues[:10])
            raise DecodingError(
                f"the reply does not fit: {words}", raw=data, issues=tuple(issues)
            )
        return built


_any = msgspec.json.Decoder().decode
_decoders: dict[Any, Decoder] = {}


def decode(type_: Any, data: bytes, strict: bool = False) -> Any:
    """``data`` as a value of ``type_``; see the module for what tolerance means."""
    decoder = _decoders.get(type_)
    if decoder is None:
        decoder = _decoders[type_] = Decoder(type_)
    return decoder(data, strict)


def _build(value: Any, type_: Any, path: str, issues: list[str]) -> Any:
    """``value`` as ``type_`` as far as it goes; what does not fit is kept as it is."""
    if type_ is Any or type_ is object:
        return value
    origin = get_origin(type_)
    if origin is Union or origin is types.UnionType:
        return _build_union(value, get_args(type_), path, issues)
    if origin is list and isinstance(value, list):
        (item,) = get_args(type_)
        return [_build(v, item, f"{path}[{i}]", issues) for i, v in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        item = get_args(type_)[1]
        return {k: _build(v, item, f"{path}.{k}", issues) for k, v in value.items()}
    if _is_model(type_) and isinstance(value, Mapping):
        return _build_model(value, type_, path, issues)
    if origin is Literal:
        if not any(value == v and type(value) is type(v) for v in get_args(type_)):
            issues.append(f"{path} is not one of the documented values")
        return value
    if not _is_scalar(value, type_):
        issues.append(f"{path} is {_kind(value)}, not {_type_name(type_)}")
    if type_ is float and type(value) is int:
        return float(value)
    if type_ is int and type(value) is float and value.is_integer():
        return int(value)
    return value


def _build_union(
    value: Any, variants: tuple[Any, ...], path: str, issues: list[str]
) -> Any:
    """``value`` as the variant that fits with the fewest issues, the first of equals."""
    best: tuple[Any, list[str]] | None = None
    for variant in variants:
        if variant is UnsetType:
            continue
        found: list[str] = []
        built = _build(value, variant, path, found)
        if not found:
            return built
        if best is None or _rank(built, found) < _rank(*best):
            best = built, found
    if best is None:
        return value
    issues += best[1]
    return best[0]


def _rank(built: Any, issues: list[str]) -> tuple[bool, int]:
    """A model with issues is better than a value left as it is."""
    return (isinstance(built, dict) or not isinstance(built, Model), len(issues))


def _build_model(
    value: Mapping[str, Any], type_: Any, path: str, issues: list[str]
) -> Any:
    """A model from an object: known fields by their wire name, the others kept."""
    rest = dict(value)
    known: dict[str, Any] = {}
    for info in _infos(type_):
        here = f"{path}.{info.encode_name}"
        if info.encode_name in rest:
            item = rest.pop(info.encode_name)
            known[info.name] = _build(item, info.type, here, issues)
        elif info.required:
            known[info.name] = UNSET
            issues.append(f"{here} is missing")
    model = type_(**known)
    if rest:
        model.extra_fields.update(rest)
        issues += [f"{path}.{name} is not documented" for name in rest]
    return model


_info_cache: dict[type[Model], tuple[FieldInfo, ...]] = {}


def _infos(type_: type[Model]) -> tuple[FieldInfo, ...]:
    """Names of a model's fields, here and on the wire."""
    found = _info_cache.get(type_)
    if found is None:
        found = _info_cache[type_] = fields(type_)
    return found


def _is_model(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, Model)


def _is_scalar(value: Any, type_: Any) -> bool:
    """Whether ``value`` is of a plain type; an integer is a number, a boolean is not."""
    if type_ is None or type_ is type(None):
        return value is None
    if isinstance(value, bool):
        return type_ is bool
    if type_ is float:
        return isinstance(value, (int, float))
    if type_ is int and isinstance(value, float):
        return value.is_integer()
    return isinstance(type_, type) and isinstance(value, type_)


def _kind(value: Any) -> str:
    """JSON's word for the type of ``value``."""
    if value is None:
        return "null"
    kinds = {bool: "a boolean", str: "a string", list: "an array", dict: "an object"}
    return kinds.get(type(value), "a number")


def _type_name(type_: Any) -> str:
    """The documented type in words."""
    words = {
        str: "a string",
        int: "an integer",
        float: "a number",
        bool: "a boolean",
        type(None): "null",
        None: "null",
    }
    origin = get_origin(type_)
    if origin is list:
        return "an array"
    if origin is dict:
        return "an object"
    found = words.get(type_)
    return found or str(getattr(type_, "__name__", type_))
