"""Webhooks and callbacks: their bodies arrive as models, replies leave as their JSON."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from .capability_package import build, imported

SPEC = Path(__file__).parents[1] / "cases" / "client" / "webhooks" / "spec.yaml"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("webhooks")
    name = build(folder, SPEC.read_text())
    with imported(folder, name):
        yield import_module(name)


def test_bodies_are_models(package: Any) -> None:
    hook = package.webhooks.SHIP_ARRIVED
    assert (hook.method, hook.headers, hook.status) == ("POST", ("X-Signature",), 200)
    assert hook.type is package.models.ShipArrivedRequest
    found = hook.decode(b'{"ship": {"id": "a"}, "new": 1}')
    assert found.ship == package.models.Ship(id="a")
    assert found.extra_fields == {"new": 1}
    assert hook.encode(None) == b""
    errors = package.errors
    with pytest.raises(errors.DecodingError):
        hook.decode(b"")
    with pytest.raises(errors.DecodingError, match=r"\$\.ship"):
        hook.decode(b"{}", strict=True)


def test_replies_of_callbacks(package: Any) -> None:
    hook = package.webhooks.WEBHOOKS["createOrder.paid"]
    assert hook.expression == "{$request.body#/notify}?event=paid"
    assert (hook.status, hook.reply_media_type) == (202, "application/json")
    answer = package.models.CreateOrderPaidResponse(seen=True)
    assert hook.encode(answer) == b'{"seen":true}'


def test_other_bodies(package: Any) -> None:
    hooks = package.webhooks
    assert hooks.PLAIN.decode(b"a=1") == b"a=1"
    assert hooks.SHIP_CHANGED_DELETE.decode(b"") is None
    assert hooks.SHIP_CHANGED_DELETE.status == 204
    assert hooks.SHIP_CHANGED_POST.encode("good") == b"good"


def test_nothing_is_there_without_webhooks(tmp_path: Path) -> None:
    text = SPEC.read_text().replace("webhooks:", "x-webhooks:")
    name = build(tmp_path, text.replace("callbacks:", "x-callbacks:"), name="without")
    assert not (tmp_path / name / "webhooks").exists()
