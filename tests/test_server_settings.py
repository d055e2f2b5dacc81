"""Settings from flags and environment, and the guard's reading of Host and Origin."""

from __future__ import annotations

import sys
from dataclasses import fields

import pytest

from naftiko_codegen.templates_root import templates_root

sys.path.append(str(templates_root().parent))

from templates.server.guard import Guard, is_loopback
from templates.server.problems import Problem
from templates.server.settings import (
    OPTIONS,
    Settings,
    SettingsError,
    read_settings,
)


def test_flags_win_over_variables_over_defaults() -> None:
    environ = {
        "MY_API_PORT": "1",
        "MY_API_HOST": "h",
        "MY_API_ALLOW_HOST": "a, b",
        "OTHER_PORT": "9",
    }
    settings = read_settings(
        "my_api",
        {"port": "2", "host": None},
        environ,
        {"port": 3, "transport": "stdio"},
    )
    assert (settings.port, settings.host, settings.transport) == (2, "h", "stdio")
    assert settings.allow_hosts == ("a", "b")
    assert read_settings("my_api", {}, {}, {"port": 3}).port == 3


def test_every_option_is_a_field() -> None:
    names = {field.name for field in fields(Settings)}
    assert {option.name for option in OPTIONS} == names - {
        "package",
        "upstreams",
        "base_url",
        "token",
        "caller_basic",
        "caller_key",
        "sampling",
        "propagation",
        "exporter",
    }


def test_upstreams_of_a_gateway() -> None:
    given: dict[str, str | list[str] | None] = {
        "upstream": ["a=http://x/", "b=https://y/z?"]
    }
    settings = read_settings("gateway", given, {}, {}, ("a", "b", "c"))
    assert [settings.upstream_of(name) for name in "abc"] == [
        "http://x",
        "https://y/z?",
        "",
    ]
    settings = read_settings(
        "gateway", {}, {"GATEWAY_UPSTREAM": "a=http://x,b=http://y"}, {}, ("a", "b")
    )
    assert settings.upstream_of("b") == "http://y"
    both = read_settings(
        "gateway",
        {"upstream": ["a=http://z"]},
        {"GATEWAY_UPSTREAM": "a=http://x,b=http://y"},
        {},
        ("a", "b"),
    )
    assert [both.upstream_of(name) for name in "ab"] == ["http://z", "http://y"]


@pytest.mark.parametrize("text", ["a", "=http://x", "d=http://x", "a=ftp://x"])
def test_unusable_upstreams(text: str) -> None:
    with pytest.raises(SettingsError):
        read_settings("gateway", {"upstream": [text]}, {}, {}, ("a", "b"))


@pytest.mark.parametrize(
    ("name", "text"),
    [("port", "-1"), ("port", "9" * 5000), ("max_body", "1e3"), ("read_timeout", "nan"), ("total_timeout", "inf"),
     ("workers", "0"), ("max_concurrency", "0"), ("max_connections", "0"),
     ("allow_hosts", "https://api.example"), ("allow_hosts", "a, api.example:8443"), ("allow_hosts", "[::1]:80"),
     ("allow_origins", "app.example"), ("allow_origins", "https://app.example/x"),
     ("access_log", "yes"), ("transport", "sse"), ("upstream", "localhost")],
)  # fmt: skip
def test_unusable_values(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match="must be") as caught:
        read_settings("p", {name: text}, {}, {})
    assert text not in str(caught.value) or name == "transport"


def test_hosts_and_origins() -> None:
    """What the guard may compare with."""
    hosts = "*, api.example, [fe80::1], ::1, 10.0.0.1"
    origins = "*, null, https://app.example:8443/, vscode-webview://x"
    found = read_settings("p", {"allow_hosts": hosts, "allow_origins": origins}, {}, {})
    assert len(found.allow_hosts) == 5 and len(found.allow_origins) == 4


def test_guard_of_an_address_for_all() -> None:
    guard = Guard("0.0.0.0", ["Api.Example", "[fe80::1]"], ["https://app.example/"])
    for host in (
        b"localhost",
        b"api.example:443",
        b"[::1]",
        b"[fe80::1]:8080",
        b"127.0.0.1:1",
    ):
        guard.check({b"host": host, b"origin": b"https://app.example"})
    for host in (
        b"0.0.0.0",
        b"",
        b"api.example.evil",
        b"localhost@evil",
        b"a b",
        b"\xff",
        b"localhost:80:80",
    ):
        with pytest.raises(Problem):
            guard.check({b"host": host})
    Guard("127.0.0.1", ["*"], []).check({b"host": b"anything.example"})


def test_addresses_of_this_machine() -> None:
    assert [is_loopback(h) for h in ("localhost", "127.0.0.2", "::1", "0.0.0.0", "::", "10.0.0.1")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_what_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when it is missed only once the server is built, as ``mcp`` is. No extra can be uninstalled in a test."""
    from types import SimpleNamespace

    from templates._runtime.service import Service
    from templates.server import cli

    def serve(settings: object) -> int:
        raise ModuleNotFoundError("No module named 'mcp'", name="mcp")

    monkeypatch.setattr(cli, "import_module", lambda name: SimpleNamespace(serve=serve))
    assert cli.serve("mcp", "mcp.server", Settings("p"), Service("p", "")) == 1
    assert "mcp is not installed" in capsys.readouterr().err
