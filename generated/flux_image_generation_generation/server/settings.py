# Copied by naftiko-codegen (output 1). Do not edit: it is the same in every package.
"""Settings of a server: one table of options, each a flag and an environment variable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

MIB = 1024 * 1024


class SettingsError(ValueError):
    """A flag or variable that cannot be used; the message says which and why."""


class MissingVariables(SettingsError):  # noqa: N818 - the variables are missing
    """Variables without which a server does not start; ``names`` has what is to be said of each."""

    def __init__(self, names: Mapping[str, str], hint: str = "") -> None:
        """``hint`` says what to do besides setting them."""
        self.names = dict(names)
        lines = [f"  {name}: {words}" for name, words in self.names.items()]
        super().__init__("\n".join(["variables are not set:", *lines, hint]).rstrip())


@dataclass(frozen=True, slots=True)
class Settings:
    """How one server runs. Times are seconds, sizes bytes.

    ``upstream`` replaces the base URL of the document when not empty, ``skills`` the folders of its skills.
    ``base_url`` is that of the document's ``server`` with its ``server_variables``, when these are said. ``token``,
    from the environment only, is asked of every caller as a bearer token when not empty; so are the pair
    ``user:password`` of ``caller_basic``, the key ``caller_key`` or an access token of ``caller_issuer``. ``sampling``
    (the share of traces that are kept), ``propagation`` (``w3c`` or ``b3``) and ``exporter`` (an OTLP address) are the
    document's; variables of OpenTelemetry win.
    """

    package: str
    host: str = "127.0.0.1"
    port: int = 8080
    transport: str = "http"
    tools: str = "all"
    upstream: str = ""
    upstreams: tuple[tuple[str, str], ...] = ()
    server: str = ""
    server_variables: tuple[str, ...] = ()
    base_url: str = ""
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    max_body: int = 32 * MIB
    max_concurrency: int = 512
    max_connections: int = 4096
    rate: int = 0
    max_calls: int = 256
    max_waiting: int = 256
    waiting_timeout: float = 5.0
    retries: int = 2
    retry_patience: float = 5.0
    breaker_failures: int = 20
    breaker_seconds: float = 10.0
    workers: int = 1
    connect_timeout: float = 10.0
    read_timeout: float = 300.0
    total_timeout: float = 600.0
    head_timeout: float = 30.0
    body_timeout: float = 30.0
    answer_timeout: float = 60.0
    drain_timeout: float = 0.0
    shutdown_timeout: float = 10.0
    access_log: bool = True
    metrics: bool = True
    traces: bool = True
    require_variables: bool = True
    sessions: bool = False
    skills: str = ""
    serve: tuple[str, ...] = ()
    caller_issuer: str = ""
    caller_resource: str = ""
    caller_audience: str = ""
    caller_scopes: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    caller_basic: str = field(default="", repr=False)
    caller_key: str = field(default="", repr=False)
    sampling: float = 1.0
    propagation: str = "w3c"
    exporter: str = ""

    def upstream_of(self, package: str) -> str:
        """The base URL given for ``package`` of a gateway (``--upstream NAME=URL``), else ``upstream``."""
        return dict(self.upstreams).get(package, self.upstream)

    def upstreams_of(self, package: str, names: Iterable[str]) -> dict[str, str]:
        """The base URLs given for those of the several upstreams ``names`` of ``package``."""
        given = dict(self.upstreams)
        found = ((name, given.get(f"{package}.{name}", "")) for name in names)
        return {name: url for name, url in found if url}


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: ``name`` of the field, how its text is read, one line of help, and the servers that have it."""

    name: str
    kind: str
    help: str
    metavar: str = ""
    servers: tuple[str, ...] = ("rest", "mcp", "skill", "control")

    @property
    def flag(self) -> str:
        """The command line flag."""
        return "--" + self.flag_name.replace("_", "-")

    @property
    def flag_name(self) -> str:
        """The field's name, in the singular when the flag may be given several times."""
        return self.name.removesuffix("s") if self.kind == "list" else self.name

    def variable(self, package: str) -> str:
        """The environment variable of ``package``."""
        return f"{package.upper()}_{self.flag_name.upper()}"


_CALLING = ("rest", "mcp", "control")

OPTIONS = (
    Option("host", "text", "address to listen on; anything but loopback is reachable from outside", "ADDRESS"),
    Option("port", "integer", "port to listen on; 0 picks a free one", "PORT"),
    Option("transport", "transport", "http or stdio (MCP only)", "NAME", ("mcp",)),
    Option("tools", "tools",
           "all: every tool is listed; search: two tools find and call the others (MCP only)", "all|search", ("mcp",)),
    Option("upstream", "url", "base URL of the API to call, instead of the document's", "URL", _CALLING),
    Option("server", "text", "one of the document's servers: its name, or its URL as the document has it", "NAME",
           _CALLING),
    Option("server_variables", "list", "what stands for a variable in the URL of the document's server", "NAME=VALUE",
           _CALLING),
    Option("allow_hosts", "list", "a further name that the Host header may have; * allows every name", "NAME"),
    Option("allow_origins", "list", "a further Origin whose web pages may call, e.g. https://app.example", "ORIGIN"),
    Option("max_body", "integer", "largest request body in bytes", "BYTES", _CALLING),
    Option("max_concurrency", "count", "requests handled at a time; more are refused with 503", "COUNT"),
    Option("max_connections", "count", "connections of callers at a time; more are refused with 503", "COUNT"),
    Option("rate", "integer",
           "requests a minute of one caller (by credential where callers need one, else by address); 0: any number",
           "COUNT"),
    Option("max_calls", "integer",
           "calls of one API at a time, each to the end of its reply; more wait; 0: any number", "COUNT", _CALLING),
    Option("max_waiting", "integer", "calls that wait for one API; more are refused with 503", "COUNT", _CALLING),
    Option("waiting_timeout", "seconds",
           "longest wait of a call for its turn, after which it is refused with 503", "SECONDS", _CALLING),
    Option("retries", "integer",
           "how often a call is made again that got no reply, or 408, 429, 500, 502, 503 or 504, if it is safe to",
           "COUNT", _CALLING),
    Option("retry_patience", "delay",
           "longest Retry-After of the API that is waited for; a reply with a longer one goes to the caller",
           "SECONDS", _CALLING),
    Option("breaker_failures", "integer",
           "calls of one API in a row without a reply (or with 502 or 504) after which it is down; 0: it never is",
           "COUNT", _CALLING),
    Option("breaker_seconds", "seconds",
           "time for which an API that is down is not called (503 with Retry-After) before one call is tried",
           "SECONDS", _CALLING),
    Option("workers", "count",
           "processes that share the port, each with the limits given here; SIGHUP replaces them one by one",
           "COUNT", ("rest", "mcp", "skill")),
    Option("connect_timeout", "seconds", "longest wait for a connection to the API", "SECONDS", _CALLING),
    Option("read_timeout", "seconds", "longest silence of the API", "SECONDS", _CALLING),
    Option("total_timeout", "seconds", "longest time of one request in all", "SECONDS", _CALLING),
    Option("head_timeout", "seconds",
           "longest time of a caller to send the head of a request, and of a connection without one", "SECONDS"),
    Option("body_timeout", "seconds", "longest silence of a caller that sends a body", "SECONDS", _CALLING),
    Option("answer_timeout", "seconds", "longest time of a caller to take the next 64 KiB of an answer", "SECONDS"),
    Option("drain_timeout", "delay",
           "time after a stop signal for which /readyz says no while requests are still taken", "SECONDS"),
    Option("shutdown_timeout", "seconds", "time that running requests get to finish after a stop signal", "SECONDS"),
    Option("access_log", "switch", "one line of JSON per request on standard error: on or off", "on|off"),
    Option("metrics", "switch", "count requests and upstream calls, for Prometheus at /metrics: on or off", "on|off"),
    Option("traces", "switch",
           "pass the trace context of callers on, and record spans where OpenTelemetry is set up: on or off", "on|off"),
    Option("sessions", "switch",
           "sessions for clients of before 2026: log messages, cancellation, news of files; "
           "each must then always reach the same process: on or off",
           "on|off", ("mcp",)),
    Option("skills", "folder",
           "folder that holds one folder for each skill, instead of the document's", "FOLDER", ("skill", "control")),
    Option("serve", "list",
           "a server to run beside the control server, by its kind or name, and its port; "
           "all of them when none is given",
           "NAME[=PORT]", ("control",)),
    Option("require_variables", "switch",
           "refuse to start while a variable is missing that requests need: on or off", "on|off"),
    Option("caller_issuer", "text",
           "authorization server (OAuth 2) of which callers need an access token, a JWT", "URL"),
    Option("caller_resource", "text", "the URL that callers know this server by, which their tokens are for", "URL"),
    Option("caller_audience", "text", "what their tokens are for, when it is not that URL", "NAME"),
    Option("caller_scopes", "list", "a scope that their tokens need", "SCOPE"),
)  # fmt: skip

_FORMS = {
    "allow_hosts": (
        re.compile(r"\[?[0-9A-Fa-f:.]+\]?|[^\s\[\]@:/?#\\]+"),
        "names of hosts, without a scheme and without a port",
    ),
    "allow_origins": (
        re.compile(r"\*|null|[A-Za-z][A-Za-z0-9+.-]*://[^\s@/?#\\]+/?"),
        "origins: a scheme and a host, and the port if it has one",
    ),
}
"""How the items of some lists are written, and what is said of others."""

CHOICES = frozenset({"server", "server_variables"})
"""Options of packages whose document has servers to choose from."""

SECRETS = (
    (
        "token",
        "token",
        "what every caller has to send as `Authorization: Bearer`; "
        "set it wherever others can reach the server",
    ),
    ("caller_basic", "basic", "`user:password` that every caller has to send"),
    ("caller_key", "key", "what every caller has to send as `X-API-Key`"),
)
"""Field, end of the variable's name, and meaning of what has no flag, which others could see."""


def read_settings(
    package: str,
    given: Mapping[str, str | list[str] | None],
    environ: Mapping[str, str],
    defaults: Mapping[str, object],
    members: Sequence[str] = (),
) -> Settings:
    """Settings from flags, else environment variables, else ``defaults``, else the fields' own.

    ``given`` maps field names to what the command line said; ``members`` are the packages of a gateway, each with an
    upstream of its own, and ``package.upstream`` for each of several upstreams. Raises ``SettingsError``.
    """
    values: dict[str, object] = dict(defaults)
    for option in OPTIONS:
        variable = option.variable(package)
        said: str | list[str] | None = given.get(option.name)
        source = option.flag
        if members and option.kind == "url":
            # Each package has its own: a flag leaves the variable's others alone.
            found = _pairs(environ.get(variable) or [], variable, members, package)
            values["upstreams"] = found + _pairs(said or [], source, members, package)
            continue
        if not said and environ.get(variable):
            said, source = environ[variable], variable
        if said:
            values[option.name] = _read(option, said, source)
    for name, end, _ in SECRETS:
        values[name] = environ.get(caller_variable(package, end), "").strip()
    return Settings(package, **values)  # type: ignore[arg-type]


def caller_variable(package: str, end: str) -> str:
    """The environment variable with what is asked of callers."""
    return f"{package.upper()}_CALLER_{end.upper()}"


def _read(option: Option, said: str | list[str], source: str) -> object:
    """The value of one option; ``source`` names the flag or variable in errors, the value is not shown."""
    if option.kind == "list":
        items = said if isinstance(said, list) else said.split(",")
        found = tuple(item.strip() for item in items if item.strip())
        return _names(option.name, found, source)
    text = said if isinstance(said, str) else said[-1]
    if option.kind in ("integer", "count"):
        return _integer(text, source, least=int(option.kind == "count"))
    if option.kind in ("seconds", "delay"):
        return _seconds(text, source, zero=option.kind == "delay")
    if option.kind == "switch":
        return _choice(text, source, ("on", "off")) == "on"
    if option.kind == "transport":
        return _choice(text, source, ("http", "stdio"))
    if option.kind == "tools":
        return _choice(text, source, ("all", "search"))
    return _url(text, source) if option.kind == "url" else text


def _names(option: str, items: tuple[str, ...], source: str) -> tuple[str, ...]:
    """The items of a list; raises ``SettingsError`` for a host or an origin that no request could have."""
    form, words = _FORMS.get(option, (None, ""))
    if form is not None and not all(form.fullmatch(item) for item in items):
        raise SettingsError(f"{source} must be {words}")
    return items


def _integer(text: str, source: str, *, least: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise SettingsError(f"{source} must be a whole number")
    if int(text) < least:
        raise SettingsError(f"{source} must be {least} at least")
    return int(text)


def _seconds(text: str, source: str, *, zero: bool) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9 or not (value or zero):
        least = "of 0 or more" if zero else "above 0"
        raise SettingsError(f"{source} must be a number of seconds {least}")
    return value


def _choice(text: str, source: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise SettingsError(f"{source} must be one of: {', '.join(choices)}")
    return text


def _url(text: str, source: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise SettingsError(
            f"{source} must be a URL that starts with http:// or https://"
        )
    return text.rstrip("/")


def _pairs(
    said: str | list[str], source: str, members: Sequence[str], package: str
) -> tuple[tuple[str, str], ...]:
    """``NAME=URL`` for packages of a gateway, or for the upstreams of a package, repeated or separated by commas."""
    found = []
    for text in said if isinstance(said, list) else said.split(","):
        name, separator, url = text.strip().partition("=")
        name = name if name in members else f"{package}.{name}"
        if not separator or name not in members:
            names = ", ".join(m.removeprefix(f"{package}.") for m in members)
            raise SettingsError(f"{source} takes NAME=URL; the names are: {names}")
        found.append((name, _url(url, source)))
    return tuple(found)
