"""Lists in pages: all items in order, from one host only, and never without end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .capability_package import Recorder, Seen, build, imported, recorder

SPEC = Path(__file__).parents[1] / "cases" / "client" / "pages" / "spec.yaml"
KEY = """\
security: [{key: []}]
components:
  securitySchemes: {key: {type: apiKey, in: query, name: api key}}
"""
JSON = {"Content-Type": "application/json"}
SHIPS = [{"id": name} for name in "abcde"]
Answer = tuple[int, Mapping[str, str], bytes]


def asked(seen: Seen) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(seen.target).query).items()}


def reply(value: object, **headers: str) -> Answer:
    return 200, {**JSON, **headers}, json.dumps(value).encode()


def numbered(seen: Seen) -> Answer:
    """Two items a page, six pages less one item; page 0 is the first."""
    page = int(asked(seen).get("page", 0))
    return reply({"items": [page * 2, page * 2 + 1], "total_pages": 3})


def by_cursor(seen: Seen) -> Answer:
    start = int(asked(seen).get("cursor", "0 /&").split()[0])
    more = start + 2 < len(SHIPS)
    step = {"response_metadata": {"next-cursor": f"{start + 2} /&" if more else ""}}
    return reply({"data": SHIPS[start : start + 2], **step})


def last(seen: Seen) -> Answer:
    after = asked(seen).get("starting_after")
    start = "abcde".index(after) + 1 if after else 0
    more = start + 2 < len(SHIPS)
    return reply({"data": SHIPS[start : start + 2], "has_more": more})


def next_numbers(seen: Seen) -> Answer:
    page = int(asked(seen).get("page", 1))
    return reply({"items": [page], "meta": {"next_page": page + 5 if page < 11 else None}})  # fmt: skip


def offsets(seen: Seen) -> Answer:
    start = int(asked(seen).get("offset", 0))
    return reply({"items": list(range(start, min(start + 2, 5))), "total": 5})


def links(seen: Seen) -> Answer:
    """Relative addresses beside others, in one header."""
    page = int(asked(seen).get("page", 1))
    said = f'</x>; rel="prev", </links?page={page + 1}>; title="a, b"; rel="first next"'
    return reply(SHIPS[page - 1 : page], **({"Link": said} if page < 5 else {}))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("pages")
    with recorder() as upstream:
        text = SPEC.read_text().replace("https://harbour.example.test", upstream.url)
        text = text.replace("components:\n", KEY)
        name = build(folder, text)
        with imported(folder, name) as module:
            yield module, upstream


def all_of(
    world: tuple[Any, Recorder],
    answer: Callable[[Seen], Answer],
    method: str,
    **given: Any,
) -> list[Any]:
    """What both clients give, which is the same."""
    module, upstream = world
    upstream.answer = answer
    upstream.seen.clear()

    def found(client: Any) -> Any:
        owner = client.lists if method.startswith("cursors") else client
        return getattr(owner, method)(**given)

    async def run() -> list[Any]:
        async with module.AsyncHarbourClient(api_key="s3cret") as client:
            return [item async for item in found(client)]

    with module.HarbourClient(api_key="s3cret") as client:
        items = list(found(client))
    upstream.seen.clear()
    assert asyncio.run(run()) == items
    assert all(asked(seen)["api key"] == "s3cret" for seen in upstream.seen)
    return [getattr(item, "id", item) for item in items]


def test_numbers(world: Any) -> None:
    assert all_of(world, numbered, "iterate_numbers") == [0, 1, 2, 3, 4, 5]
    assert all_of(world, numbered, "iterate_numbers", page=1) == [2, 3, 4, 5]
    assert all_of(world, next_numbers, "iterate_next_numbers") == [1, 6, 11]


def test_cursors(world: Any) -> None:
    assert all_of(world, by_cursor, "cursors_items") == list("abcde")
    assert len(world[1].seen) == 3
    assert all_of(world, last, "iterate_last") == list("abcde")


def test_offsets(world: Any) -> None:
    assert all_of(world, offsets, "iterate_offsets") == [0, 1, 2, 3, 4]


def test_links(world: Any) -> None:
    assert all_of(world, links, "iterate_links", page_size=1) == list("abcde")
    assert [asked(seen).get("page") for seen in world[1].seen] == [None, *"2345"]


def test_a_page_is_asked_for_when_it_is_needed(world: Any) -> None:
    module, upstream = world
    upstream.answer = links
    with module.HarbourClient(api_key="k") as client:
        upstream.seen.clear()
        items = client.iterate_links()
        assert not upstream.seen
        assert next(items).id == "a"
        assert len(upstream.seen) == 1


@pytest.mark.parametrize(
    "link",
    [
        "<http://localhost:{port}/links?page=2>; rel=next",
        "<https://127.0.0.1:{port}/links>; rel=next",
        "<//evil.example.test/links>; rel=next",
        "<http://127.0.0.1:{port}@evil.example.test/>; rel=next",
        "<http://me@127.0.0.1:{port}/>; rel=next",
        "<http://127.0.0.1:99999/>; rel=next",
        "</links?a=\x7f>; rel=next",
    ],
)
def test_no_other_host_is_asked(world: Any, link: str) -> None:
    said = link.format(port=world[1].port)
    with pytest.raises(Exception, match="another address") as caught:
        all_of(world, lambda seen: reply(SHIPS, Link=said), "iterate_links")
    assert type(caught.value).__name__ == "PagingError"
    assert len(world[1].seen) == 1


def test_nothing_goes_on_for_ever(world: Any) -> None:
    with pytest.raises(Exception, match="max_pages"):
        all_of(world, numbered, "iterate_numbers", max_pages=2)
    assert len(world[1].seen) == 2
    world[1].seen.clear()

    def circle(seen: Seen) -> Answer:
        return reply(SHIPS, Link="</links?page=9>; rel=next")

    with pytest.raises(Exception, match="read before"):
        all_of(world, circle, "iterate_links")
    assert len(world[1].seen) == 2


@pytest.mark.parametrize("value", [{}, {"items": None}, {"items": [], "total": 9}])
def test_pages_without_items(world: Any, value: object) -> None:
    assert all_of(world, lambda seen: reply(value), "iterate_offsets") == []


def test_what_is_no_list_is_said(world: Any) -> None:
    with pytest.raises(Exception, match="no list"):
        all_of(world, lambda seen: reply({"items": 1}), "iterate_offsets")


CAPABILITY = """\
naftiko: 1.0.0-alpha2
info: {label: Desk, description: The same lists by a capability.}
capability:
  consumes:
  - type: http
    namespace: harbour
    baseUri: https://harbour.example.test
    resources:
    - {name: links, path: /links, operations: [{name: get-links, method: GET}]}
    - name: numbers
      path: /numbers
      operations: [{name: get-numbers, method: GET, inputParameters: [{name: page, in: query}]}]
    - {name: blind, path: /offsets, operations: [{name: get-offsets, method: GET}]}
    - {name: own, path: /own, operations: [{name: get-own, method: GET}]}
"""


def test_twins_of_pages_are_pages(tmp_path: Path) -> None:
    """A capability that a document describes iterates where it can give what leads on."""
    (tmp_path / "harbour.yaml").write_text(SPEC.read_text())
    build(tmp_path, CAPABILITY, others=("harbour.yaml",))
    with (
        recorder() as upstream,
        imported(tmp_path, "desk") as module,
        module.DeskClient(base_url=upstream.url) as client,
    ):
        upstream.answer = links
        assert [ship.id for ship in client.iterate_get_links()] == list("abcde")
        upstream.answer = numbered
        assert list(client.iterate_get_numbers(page=1)) == [2, 3, 4, 5]
        assert not hasattr(client, "iterate_get_offsets")
        assert not hasattr(client, "iterate_get_own")
