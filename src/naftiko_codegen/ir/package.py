"""One document as the planner takes it: the service, and the servers that expose it."""

from __future__ import annotations

from naftiko_codegen.frozen import frozen
from naftiko_codegen.ir.exposed import Control, McpServer, RestServer, SkillServer
from naftiko_codegen.ir.model import NOWHERE, Origin, Service


@frozen
class Package:
    """Everything one output package is made from.

    ``source`` and ``digest`` are those of the document (overlays included); ``wanted_name`` is the package name that
    the configuration or ``x-naftiko-name`` gives, else empty; ``stem`` is the file's name without endings.
    ``others`` are further servers of these kinds, asked for by name.
    """

    source: str
    digest: str
    stem: str
    title: str
    service: Service
    rest: RestServer | None = None
    mcp: McpServer | None = None
    skill: SkillServer | None = None
    others: tuple[RestServer | McpServer | SkillServer, ...] = ()
    control: Control | None = None
    description: str = ""
    version: str = ""
    wanted_name: str = ""
    imported: tuple[tuple[str, str], ...] = ()
    """Source and digest of the documents that parts of it come from."""
    origin: Origin = NOWHERE
