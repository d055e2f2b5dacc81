# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""A reply of the upstream service → the result of a tool call."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from .._runtime.body import kind_of
from .._runtime.errors import reason
from .binding import Tool
from .check import Check
from .toolbox import Wire, text_result

NO_CONTENT = 204

LONGEST_EXCERPT = 4000
"""Characters of a failed reply that are shown."""

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}").fullmatch
_TEXTUAL = re.compile(
    r"text/.*|.*[/+](json|xml|yaml|javascript|ecmascript)|application/graphql"
).fullmatch
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_RETRY_AFTER = re.compile(r"[0-9]{1,9}|[A-Za-z0-9 ,:]{1,40}").fullmatch
_CHARSET = re.compile(
    r"utf-?8|utf-16(le|be)?|us-ascii|iso-8859-([1-9]|1[0-6])|latin-?1|windows-125[0-8]"
    r"|shift_jis|euc-(jp|kr)|iso-2022-jp|gbk|gb2312|gb18030|big5|koi8-[ru]",
    re.IGNORECASE,
).fullmatch
_NOTHING = object()

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def result(
    tool: str,
    status: int,
    headers: Mapping[str, str],
    raw: bytes,
    *,
    declared: Check | None,
    wrapped: bool,
) -> Wire:
    """The result of a reply that reports success; ``declared`` checks its structured content."""
    media_type, charset = _media_type(headers.get("content-type", ""))
    if declared is not None or kind_of(media_type) == "json" or not media_type:
        value = _json(raw)
        if value is not _NOTHING:
            return _structured(tool, value, raw, declared, wrapped)
        if declared is not None:
            words = f"{tool}: the reply is not the JSON that was promised"
            return _shown(words, media_type, charset, raw)
    if status == NO_CONTENT:
        return {"content": [], "isError": False}
    if not raw:
        return text_result(f"{reason(status)}: done, without content.")
    blocks = [_block(tool, media_type, charset, raw)]
    if media_type.startswith("multipart/"):
        blocks = _blocks(tool, headers["content-type"], raw) or blocks
    return {"content": blocks, "isError": False}


def blob(tool: str, headers: Mapping[str, str], raw: bytes) -> Wire:
    """The result of a reply that is bytes, whatever its media type says."""
    block = _embedded(tool, _media_type(headers.get("content-type", ""))[0], raw)
    return {"content": [block], "isError": False}


def shaped(
    tool: str,
    raw: bytes,
    shape: Callable[[Any], Any],
    declared: Check | None,
    wrapped: bool,
) -> Wire:
    """The result of a reply that is made anew; of one that the shape makes nothing of, the text is the reply itself."""
    raw = raw or b"null"
    value = _json(raw)
    if value is _NOTHING:
        words = f"{tool}: the reply is not the JSON that was promised"
        return _shown(words, "", "utf-8", raw)
    made = shape(value)
    text = raw if made is None else _encode(made)
    return _structured(tool, made, text, declared, wrapped)


def answered(tool: Tool, declared: Check | None, arguments: Wire) -> Wire:
    """The result of a tool that calls nothing."""
    inputs = tool.values(arguments)
    return told(tool, declared, tool.shape(inputs) if tool.shape else inputs)


def told(tool: Tool, declared: Check | None, made: Any) -> Wire:
    """The result of a tool whose answer is ``made``."""
    return _structured(tool.name, made, _encode(made), declared, tool.wrapped)


def failure(
    status: int, headers: Mapping[str, str], raw: bytes, redact: Callable[[str], str]
) -> Wire:
    """The result of a reply that reports a failure: status, hint, and what the service said."""
    words = f"The upstream service answered {reason(status)}."
    after = headers.get("retry-after", "")
    if _RETRY_AFTER(after):
        seconds = " seconds" if after.isdigit() else ""
        words += f" It asks to retry after {after}{seconds}."
    media_type, charset = _media_type(headers.get("content-type", ""))
    shown = _shown(words, media_type, charset, raw)
    shown["content"][0]["text"] = redact(shown["content"][0]["text"])
    return _bounded(shown)


def _structured(
    tool: str, value: Any, raw: bytes, declared: Check | None, wrapped: bool
) -> Wire:
    """JSON as structured content, which is always an object, and as text."""
    plain_object = isinstance(value, dict) and not wrapped
    structured = value if plain_object else {"result": value}
    problems = declared.problems(structured) if declared is not None else []
    if problems:
        lines = "\n- ".join([f"{tool}: the reply is not what was promised:", *problems])
        return _shown(lines, "application/json", "utf-8", raw)
    text = raw.decode("utf-8", "replace")
    content = [{"type": "text", "text": text}]
    return {"content": content, "structuredContent": structured, "isError": False}


def _blocks(tool: str, content_type: str, raw: bytes) -> list[Wire]:
    """One content block for each part of a reply."""
    from .parts import parts

    found = []
    for number, (kind, content) in enumerate(parts(content_type, raw), 1):
        media_type, charset = _media_type(kind)
        found.append(_block(f"{tool}-{number}", media_type, charset, content))
    return found


def _block(tool: str, media_type: str, charset: str, raw: bytes) -> Wire:
    """The content block that suits a media type."""
    family = media_type.partition("/")[0]
    if family in ("image", "audio"):
        data = b64encode(raw).decode("ascii")
        return {"type": family, "data": data, "mimeType": media_type}
    if _TEXTUAL(media_type) or (not media_type and _is_text(raw)):
        return {"type": "text", "text": _text(raw, charset)}
    return _embedded(tool, media_type, raw)


def _embedded(tool: str, media_type: str, raw: bytes) -> Wire:
    resource = {
        "uri": f"reply:///{quote(tool, safe='')}",
        "mimeType": media_type or "application/octet-stream",
        "blob": b64encode(raw).decode("ascii"),
    }
    return {"type": "resource", "resource": resource}


def _media_type(content_type: str) -> tuple[str, str]:
    """Media type in lower case, empty when there is none to trust, and character set."""
    name, _, rest = content_type.partition(";")
    found = re.search(r'charset="?([A-Za-z0-9._-]{1,40})', rest)
    name = name.strip().lower()
    return (name if _MEDIA_TYPE(name) else ""), found[1] if found else "utf-8"


def _json(raw: bytes) -> Any:
    try:
        return _decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _NOTHING


def _text(raw: bytes, charset: str) -> str:
    """``raw`` as text; a character set that is none of the web's is taken for UTF-8."""
    return raw.decode(charset if _CHARSET(charset) else "utf-8", "replace")


def _is_text(raw: bytes) -> bool:
    try:
        return not _CONTROL.search(raw.decode())
    except UnicodeDecodeError:
        return False


def _shown(words: str, media_type: str, charset: str, raw: bytes) -> Wire:
    """An error of ``words`` and, when it can be read, what the service said."""
    if raw and (_TEXTUAL(media_type) or (not media_type and _is_text(raw))):
        text = _text(raw[: 4 * LONGEST_EXCERPT], charset)
        words += "\n" + _CONTROL.sub(" ", text).strip()
    return _bounded(text_result(words, error=True))


def _bounded(shown: Wire) -> Wire:
    """The same result, its text cut."""
    block = shown["content"][0]
    if len(block["text"]) > LONGEST_EXCERPT:
        block["text"] = block["text"][:LONGEST_EXCERPT] + " … (cut)"
    return shown
