"""APIs behind a tunnel: nothing goes past it unless the document says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from behaviour import capability_package as packages
from behaviour.harness import Failed

pytestmark = pytest.mark.xdist_group("tunnel")

SPEC = """\
ikanos: "1.0.0-alpha3"
info: {display: Orders, description: Orders.}
capability:
  consumes:
    - type: http
      namespace: orders
      baseUri: "URL"
      tunnel: {type: ziti, service: orders, identity: "{{ZITI_IDENTITY}}"MORE}
      resources: {orders: {path: /orders, operations: {list-orders: {method: GET}}}}
  exposes:
    - type: rest
      namespace: rest
      port: 8081
      resources: {orders: {path: /orders, operations: {list-orders: {method: GET, call: orders.list-orders}}}}
"""


def test_a_server_waits_for_the_address_of_the_tunneller(tmp_path: Path) -> None:
    with packages.recorder() as direct, packages.recorder() as tunneller:
        text = SPEC.replace("URL", f"{direct.url}/v1").replace("MORE", "")
        package = packages.build(tmp_path, text)
        with (
            pytest.raises(Failed, match="--upstream"),
            packages.serving(tmp_path, package, "rest"),
        ):
            pass
        upstream = f"--upstream={tunneller.url}/v1"
        with packages.serving(tmp_path, package, "rest", upstream) as port:
            assert packages.ask(port, "GET", "/orders") == (200, {"ok": True})
        assert tunneller.only().target == "/v1/orders"
        assert not direct.seen


def test_requests_go_directly_where_the_document_says_so(tmp_path: Path) -> None:
    with packages.recorder() as direct:
        text = SPEC.replace("URL", f"{direct.url}/v1")
        text = text.replace("MORE", ", fallback: direct")
        package = packages.build(tmp_path, text)
        with packages.serving(tmp_path, package, "rest") as port:
            assert packages.ask(port, "GET", "/orders") == (200, {"ok": True})
        assert direct.only().target == "/v1/orders"
