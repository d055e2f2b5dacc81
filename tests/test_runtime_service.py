"""Credentials and addresses: unit tests, because a secret in the wrong place shows in no golden file."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from client_fixture import runtime

service = runtime("service")
credentials = runtime("credentials")
authenticator = runtime("authenticator")
operation = runtime("operation")
errors = runtime("errors")
SECRET = "s3cr3t-value"


def credential(kind: str, *variables: str, **more: Any) -> Any:
    return credentials.Credential(more.pop("key", "k"), kind, variables, **more)


def apply(
    *known: Any, given: Any = None, environ: Any = None, security: Any = None
) -> Any:
    """The target after the credentials of a service were put into it."""
    found = service.Service("Zoo", "https://zoo.example", known)
    auth = authenticator.Authenticator(found, given, environ or {})
    security = security or (tuple(c.key for c in known),)
    target = operation.Target("/a", {})
    auth.apply(operation.Operation("call", "GET", "/a", security=security), target)
    return target


@pytest.mark.parametrize(
    ("made", "path", "headers"),
    [
        (credential("bearer", "T"), "/a", {"Authorization": "Bearer s"}),
        (credential("bearer", "T", prefix="x-"), "/a", {"Authorization": "Bearer x-s"}),
        (credential("apikey", "T", name="X-Key"), "/a", {"X-Key": "s"}),
        (credential("apikey", "T", name="Authorization", prefix="Token "), "/a", {"Authorization": "Token s"}),
        (credential("apikey", "T", name="key", place="query"), "/a?key=s", {}),
        (credential("apikey", "T", name="key", place="cookie"), "/a", {"Cookie": "key=s"}),
        (credential("basic", "T", "P"), "/a", {"Authorization": "Basic czpwOnc="}),
    ],
)  # fmt: skip
def test_places(made: Any, path: str, headers: dict[str, str]) -> None:
    target = apply(made, environ={"T": "s", "P": "p:w"})
    assert (target.path, target.headers) == (path, headers)


def test_explicit_before_environment() -> None:
    made = credential("bearer", "T")
    assert apply(made, given={"k": "mine"}, environ={"T": "s"}).headers == {
        "Authorization": "Bearer mine"
    }
    assert apply(made, given={"k": credentials.Secret("mine")}).headers == {
        "Authorization": "Bearer mine"
    }
    pair = apply(credential("basic", "U", "P"), given={"k": ("u", "")})
    assert pair.headers == {"Authorization": "Basic dTo="}


def test_alternatives() -> None:
    first, second = credential("bearer", "A", key="a"), credential(
        "apikey", "B", key="b", name="X-B"
    )
    both = (("a", "b"), ("b",))
    assert apply(first, second, environ={"B": "2"}, security=both).headers == {
        "X-B": "2"
    }
    assert set(
        apply(first, second, environ={"A": "1", "B": "2"}, security=both).headers
    ) == {"Authorization", "X-B"}
    assert apply(first, second, security=(("a",), ())).headers == {}
    assert apply(first, security=((), ("a",)), environ={"A": "1"}).headers == {
        "Authorization": "Bearer 1"
    }


def test_missing() -> None:
    made = credential("bearer", "ZOO_TOKEN", description="Get one\n at the gate.")
    with pytest.raises(errors.MissingCredential) as caught:
        apply(made, environ={"ZOO_TOKEN": "  "})
    words = (
        "call needs a credential of Zoo: set ZOO_TOKEN (bearer token: Get one at the gate.),"
        " or give it as an argument"
    )
    assert str(caught.value) == words


def test_missing_alternatives() -> None:
    made = credential("basic", "U", "P", key="a"), credential(
        "apikey", "B", key="b", name="X-B"
    )
    with pytest.raises(
        errors.MissingCredential,
        match=r"U and P \(user and password\) or B \(API key, header X-B\)",
    ):
        apply(*made, security=(("a",), ("b",)))


@pytest.mark.parametrize("value", ["a\r\nX: y", "é", "a\0"])
def test_values_no_header_may_hold(value: str) -> None:
    with pytest.raises(errors.ArgumentError) as caught:
        apply(credential("bearer", "T"), environ={"T": value})
    assert value not in str(caught.value)


def test_secrets_do_not_show() -> None:
    secret = credentials.Secret(SECRET)
    auth = authenticator.Authenticator(
        service.Service("Zoo", "https://zoo.example"), {"k": secret}
    )
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        repr([secret]),
        repr(auth),
        repr(vars(auth)),
    ]
    assert not any(SECRET in text for text in shown)
    for leak in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            leak(secret)


def test_redact() -> None:
    made = credential("bearer", "T")
    auth = authenticator.Authenticator(
        service.Service("Zoo", "https://zoo.example", (made,)), {"k": SECRET}
    )
    auth.apply(
        operation.Operation("x", "GET", "/", security=(("k",),)),
        operation.Target("/", {}),
    )
    assert auth.redact(f"bad token {SECRET}!") == "bad token ***!"


@pytest.mark.parametrize(
    "url",
    [
        "", "zoo.example", "ftp://zoo.example", "//zoo.example", "https://", "https://u:p@zoo.example", "https://zoo/?a=b",
        "https://zoo/#f", "https://zoo\r\n.example", "https://zoo:port/", "https://zoo /", "javascript:alert(1)", "https://é",
    ],
)  # fmt: skip
def test_addresses_refused(url: str) -> None:
    with pytest.raises(errors.ArgumentError, match="base_url"):
        service.check_base_url(url)


def test_addresses() -> None:
    assert service.check_base_url("https://zoo.example/v1/") == "https://zoo.example/v1"
    assert (
        service.Service("Zoo", "").address("http://[::1]:8080") == "http://[::1]:8080"
    )


REDIRECTS = [
    ("GET", 302, "/b", "https://a.example/b"),
    ("GET", 301, "c?d#e", "https://a.example/x/c?d"),
    ("HEAD", 307, "https://a.example:443/b", "https://a.example:443/b"),
    ("GET", 302, "https://b.example/b", None),
    ("GET", 302, "http://a.example/b", None),
    ("GET", 302, "https://a.example:8443/b", None),
    ("GET", 302, "//b.example/b", None),
    ("GET", 302, "https://u@a.example/b", None),
    ("GET", 302, "https://[bad", None),
    ("POST", 307, "/b", None),
    ("GET", 304, "/b", None),
    ("GET", 302, None, None),
]


@pytest.mark.parametrize(("method", "status", "location", "expected"), REDIRECTS)
def test_redirects(
    method: str, status: int, location: str | None, expected: str | None
) -> None:
    request = runtime("request")
    first = request.Request(method, "https://a.example/x/y?k=v", {"Authorization": "s"})
    found = request.redirected(first, status, location)
    assert (found and found.url) == expected
    assert found is None or found.headers == first.headers
    assert "k=v" not in repr(first)
