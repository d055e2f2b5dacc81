"""CSV and its kin, XML and YAML → the JSON value they stand for."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

_DELIMITERS = {"csv": ",", "tsv": "\t", "psv": "|"}
_CHARSET = re.compile(r'charset="?([A-Za-z0-9._-]{1,40})')
_XML_ENCODING = re.compile(rb'\A<\?xml[^>]*?encoding=["\']([A-Za-z0-9._-]{1,40})["\']')
_SLOW = ("idna", "punycode")
_DEEPEST = 200
_LARGEST = 1_000_000
"""Values that one reply may be made of."""


def tree(form: str, data: bytes, media_type: str) -> Any:
    """The value of ``data`` in the format ``form``. Raises ``ValueError`` when it cannot be read."""
    declared = _XML_ENCODING.match(data) if form == "xml" else None
    text = decoded(data, media_type, declared[1].decode("ascii") if declared else "")
    if form in _DELIMITERS:
        return _rows(text, _DELIMITERS[form])
    reads: dict[str, Callable[[str], Any]] = {"xml": _xml, "yaml": yaml_value}
    return reads[form](text)


def decoded(data: bytes, media_type: str, declared: str = "") -> str:
    """``data`` in the character set of its header, or the one it declares itself, or UTF-8."""
    found = _CHARSET.search(media_type)
    name = found[1] if found else declared
    if not name and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        name = "utf-16"
    if name.lower() in _SLOW:
        raise ValueError("a character set of names")
    try:
        return data.decode(name or "utf-8-sig")
    except LookupError:
        raise ValueError("a character set that nobody knows") from None


def _rows(text: str, delimiter: str) -> list[dict[str, str]]:
    """One object for each row below the first, which names the columns; a short row has fewer members."""
    lines = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        names = next(lines, [])
        return [dict(zip(names, line, strict=False)) for line in lines if line]
    except csv.Error as error:
        raise ValueError(str(error)) from None


def _xml(text: str) -> Any:
    """What is below the root element; a document with entities of its own is refused."""
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise ValueError("XML with a document type")
    text = re.sub(r"\A<\?xml[^>]*\?>", "", text)
    try:
        return _element(ElementTree.fromstring(text), 0)  # noqa: S314 - see above
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None


def _element(element: ElementTree.Element, depth: int) -> Any:
    """Members for attributes and children, a list where a name is repeated; a text where there is nothing else."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    found: dict[str, list[Any]] = {}
    for name, value in element.attrib.items():
        found.setdefault(_local(name), []).append(value)
    texts = [element.text or ""]
    for child in element:
        found.setdefault(_local(child.tag), []).append(_element(child, depth + 1))
        texts.append(child.tail or "")
    text = "".join(texts)
    if not found:
        return text
    members = {k: v[0] if len(v) == 1 else v for k, v in found.items()}
    return {**members, "": text.strip()} if text.strip() else members


def _local(name: str) -> str:
    """``name`` without its namespace."""
    return name.rpartition("}")[2]


def yaml_value(text: str) -> Any:
    """The first document; dates stay texts, and a text that would grow by its aliases is refused."""
    import yaml

    try:
        return _plain(next(yaml.load_all(text, Loader=_loader()), None), [0])
    except yaml.YAMLError:
        raise ValueError("no YAML") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _loader() -> Any:
    """A safe loader that knows no dates."""
    import yaml

    class Loader(yaml.SafeLoader):
        """See above."""

    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    Loader.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in known if not tag.endswith("timestamp")]
        for first, known in resolvers.items()
    }
    return Loader


def _plain(value: Any, count: list[int], depth: int = 0) -> Any:
    """``value`` with texts as keys. Raises ``ValueError`` for more values than a reply may have."""
    count[0] += 1
    if count[0] > _LARGEST or depth > _DEEPEST:
        raise ValueError("too large")
    if isinstance(value, dict):
        return {_key(k): _plain(v, count, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, set)):
        return [_plain(item, count, depth + 1) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def _key(key: Any) -> str:
    if isinstance(key, bool) or key is None:
        return {True: "true", False: "false", None: "null"}[key]
    return str(key)
