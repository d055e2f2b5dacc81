"""What is deployed: the servers of one package or of the gateway, and what they need."""

from __future__ import annotations

from naftiko_codegen.frozen import frozen

PORT = 8080
"""Where every server listens inside its container."""
USER = 10001
"""The user and group that servers run as."""
STOP_SECONDS = 45
"""From the stop signal to the kill: more than ``DRAIN_SECONDS`` and ``SHUTDOWN_SECONDS`` together."""
DRAIN_SECONDS = 10
SHUTDOWN_SECONDS = 30


@frozen
class Scrape:
    """How Prometheus shows who it is: the variables of a bearer token, or of a user name and a password.

    None of both: the document asks for something that Prometheus cannot send.
    """

    token: str = ""
    user: str = ""
    password: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(name for name in (self.token, self.user, self.password) if name)


@frozen
class Operation:
    """One thing that a server does: the label it is counted under, and what people call it."""

    label: str
    title: str


@frozen
class Server:
    """One process: ``key`` is its name within the package, ``name`` the one within a cluster."""

    key: str
    name: str
    kind: str
    arguments: tuple[str, ...]
    port: int
    scrape: Scrape
    operations: tuple[Operation, ...] = ()


@frozen
class Deployment:
    """One package: ``folders`` are those that its image has.

    ``required`` and ``optional`` are environment variables. ``programs`` are packages of Debian, ``memory`` is what a
    server may use at most, in MiB.
    """

    package: str
    name: str
    folders: tuple[str, ...]
    servers: tuple[Server, ...]
    requirements: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    programs: tuple[str, ...] = ()
    memory: int = 512

    def variable(self, end: str) -> str:
        """The environment variable of a setting."""
        return f"{self.package.upper()}_{end}"
