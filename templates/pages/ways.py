"""What leads from one page to the next; no network in here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, urljoin, urlsplit

from .._runtime.codec import UNSET
from .._runtime.errors import PagingError
from .._runtime.request import origin

_LINK = re.compile(r"<([^<>]{1,8000})>([^<>]{0,8000})")
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


class Way(Protocol):
    """How the next page is asked for; ``items`` is where a reply has its list, as attributes with dots between."""

    items: str

    def after(
        self, page: Any, items: list[Any], values: Mapping[str, object]
    ) -> dict[str, object] | None:
        """What the next call is given besides ``values``; ``None`` when there is none."""
        ...


class ByLink:
    """The header ``Link`` has the address of the next page."""

    def __init__(self, items: str = "") -> None:
        self.items = items

    def after(
        self, page: Any, items: list[Any], values: Mapping[str, object]
    ) -> dict[str, object] | None:
        """See ``Way``; it is the header that says where to go."""
        return None


class ByCursor:
    """The reply has the value of a parameter for the next page, or none on the last one."""

    def __init__(self, key: str, field: str, items: str) -> None:
        self.key = key
        self.field = field
        self.items = items

    def after(
        self, page: Any, items: list[Any], values: Mapping[str, object]
    ) -> dict[str, object] | None:
        """See ``Way``."""
        found = at(page, self.field)
        usable = isinstance(found, (str, int)) and not isinstance(found, bool)
        return {self.key: found} if usable and found != "" else None


class ByLast:
    """The next page is behind the last item, while the reply says that there are more."""

    def __init__(self, key: str, more: str, items: str) -> None:
        self.key = key
        self.more = more
        self.items = items

    def after(
        self, page: Any, items: list[Any], values: Mapping[str, object]
    ) -> dict[str, object] | None:
        """See ``Way``."""
        last = at(items[-1], "id") if items else None
        going_on = at(page, self.more) is True and isinstance(last, str)
        return {self.key: last} if going_on else None


class ByNumber:
    """Pages are numbered from ``first`` on, and the reply has their number."""

    def __init__(self, key: str, count: str, items: str, first: int = 1) -> None:
        self.key = key
        self.count = count
        self.items = items
        self.first = first

    def after(
        self, page: Any, items: list[Any], values: Mapping[str, object]
    ) -> dict[str, object] | None:
        """See ``Way``."""
        here, count = values.get(self.key), at(page, self.count)
        here = here if isinstance(here, int) else self.first
        if not items or not isinstance(count, int) or here - self.first + 1 >= count:
            return None
        return {self.key: here + 1}


class ByOffset:
    """A page starts behind as many items as were before it, and the reply has their total."""

    def __init__(self, key: str, total: str, items: str) -> None:
        self.key = key
        self.total = total
        self.items = items

    def after(
        self, page: Any, items: list[Any], values: Mapping[str, object]
    ) -> dict[str, object] | None:
        """See ``Way``."""
        here, total = values.get(self.key), at(page, self.total)
        reached = (here if isinstance(here, int) else 0) + len(items)
        if not items or not isinstance(total, int) or reached >= total:
            return None
        return {self.key: reached}


def at(value: Any, path: str) -> Any:
    """What stands at ``path`` of ``value``; ``None`` when nothing does."""
    for name in path.split(".") if path else ():
        value = getattr(value, name, None)
    return None if value is UNSET else value


def next_link(headers: Mapping[str, str], url: str) -> str:
    """The address with ``rel=next`` in ``Link`` of a reply from ``url``; empty when there is none.

    Raises ``PagingError`` for another scheme, host or port: no credential goes there.
    """
    everything = getattr(headers, "getall", None)
    text = ", ".join(everything("Link", ())) if everything else headers.get("link", "")
    for target, parameters in _LINK.findall(text):
        said = _REL.search(parameters)
        words = (said[1] or said[2] or "").lower().split() if said else []
        if "next" in words:
            return _checked(urljoin(url, target.strip()).partition("#")[0], url)
    return ""


def _checked(found: str, url: str) -> str:
    try:
        elsewhere = origin(found) != origin(url) or "@" in urlsplit(found).netloc
    except ValueError:
        elsewhere = True
    if elsewhere or not re.fullmatch(r"[!-~]+", found):
        raise PagingError("the next page is at another address than this one")
    return found


def with_keys(found: str, url: str, keys: frozenset[str]) -> str:
    """``found`` with those parameters of ``url`` that are credentials, unless it has them."""
    present = {name for name, _ in parse_qsl(urlsplit(found).query)}
    for part in urlsplit(url).query.split("&"):
        name = next(iter(parse_qsl(part, keep_blank_values=True)), ("", ""))[0]
        if name in keys and name not in present:
            found += ("&" if "?" in found else "?") + part
    return found
