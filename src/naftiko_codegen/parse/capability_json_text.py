"""JSON written as a text with placeholders → the value it stands for, every placeholder inside it."""

from __future__ import annotations

import json
import re

from naftiko_codegen.frozen import frozen
from naftiko_codegen.parse.capability_template import Reference, Text
from naftiko_codegen.read.document import Json

_MARK = re.compile("\ue000([0-9]+)(\ue001?)\ue002")


@frozen
class Alone:
    """A placeholder that is a value of its own: ``{"n": {{n}}}``."""

    name: str


@frozen
class Quoted:
    """A text in quotes that holds placeholders."""

    text: Text


def json_text(text: Text) -> Json:
    """The JSON value that ``text`` stands for, with ``Alone`` and ``Quoted`` in it; ``...`` when it is no JSON."""
    if any("\ue000" in piece for piece in text if isinstance(piece, str)):
        return ...
    names: list[str] = []
    written, quoted = "", False
    for piece in text:
        if isinstance(piece, str):
            written += piece
            quoted ^= _odd_quotes(piece)
        else:
            mark = f"\ue000{len(names)}" + ("\ue002" if quoted else "\ue001\ue002")
            written += mark if quoted else f'"{mark}"'
            names.append(piece.name)
    try:
        value = json.loads(written, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return ...
    return _restored(value, names)


def _odd_quotes(piece: str) -> bool:
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', piece)) % 2 == 1


def _object(pairs: list[tuple[str, Json]]) -> Json:
    """An object; ValueError for a name that is there twice or that holds a placeholder."""
    made = dict(pairs)
    if len(made) < len(pairs) or any("\ue000" in name for name in made):
        raise ValueError
    return made


def _restored(value: Json, names: list[str]) -> Json:
    if isinstance(value, dict):
        return {key: _restored(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_restored(item, names) for item in value]
    if not isinstance(value, str) or "\ue000" not in value:
        return value
    if (whole := _MARK.fullmatch(value)) and whole[2]:
        return Alone(names[int(whole[1])])
    pieces: list[str | Reference] = []
    end = 0
    for mark in _MARK.finditer(value):
        pieces += [value[end : mark.start()], Reference(names[int(mark[1])])]
        end = mark.end()
    pieces.append(value[end:])
    return Quoted(tuple(piece for piece in pieces if piece))
