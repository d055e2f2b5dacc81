"""A capability document → ``ir.Package``: check, parse, link and lower, each reporting all it finds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from naftiko_codegen.check.capability import check
from naftiko_codegen.check.capability_names import check_names
from naftiko_codegen.check.node import Node
from naftiko_codegen.check.report import Report
from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.frozen import changed
from naftiko_codegen.ir.exposed import (
    Callers,
    Control,
    Forward,
    McpServer,
    RestServer,
    SkillServer,
)
from naftiko_codegen.ir.flow import Flow
from naftiko_codegen.ir.lower_capability_body import Bodies
from naftiko_codegen.ir.lower_capability_callers import callers
from naftiko_codegen.ir.lower_capability_credentials import Credentials
from naftiko_codegen.ir.lower_capability_forward import constants, lowered, targets
from naftiko_codegen.ir.lower_capability_library import (
    Library,
    library,
    resource_units,
)
from naftiko_codegen.ir.lower_capability_mocks import caller, mocked
from naftiko_codegen.ir.lower_capability_named import Named
from naftiko_codegen.ir.lower_capability_operations import Operations
from naftiko_codegen.ir.lower_capability_replies import Replies
from naftiko_codegen.ir.lower_capability_servers import (
    Linked,
    mcp_server,
    rest_server,
    shaped,
)
from naftiko_codegen.ir.lower_capability_skills import skill_server
from naftiko_codegen.ir.lower_capability_steps import flow
from naftiko_codegen.ir.lower_capability_unused import unused
from naftiko_codegen.ir.model import Credential, Origin, Service
from naftiko_codegen.ir.package import Package
from naftiko_codegen.link.bodies import feeds_body
from naftiko_codegen.link.calls import Calls
from naftiko_codegen.link.functions import resolved
from naftiko_codegen.link.inputs import Inputs
from naftiko_codegen.link.skills import Sources
from naftiko_codegen.link.slots import Called
from naftiko_codegen.link.variables import Variables
from naftiko_codegen.parse.capability import parse
from naftiko_codegen.parse.capability_template import OWN_INPUTS
from naftiko_codegen.parse.capability_view import (
    CapabilityView,
    Consumed,
    ControlView,
    Server,
    Step,
    Unit,
    Upstream,
)
from naftiko_codegen.parse.capability_view import Forward as ForwardView
from naftiko_codegen.read.document import Document

_ENDINGS = re.compile(
    r"(\.(naftiko|ikanos|capability))?\.(ya?ml|json)\Z", re.IGNORECASE
)

_NOWHERE = "http://upstream.invalid"
"""The base URL of a package that calls nothing."""


def capability_package(document: Document, diagnostics: Diagnostics) -> Package | None:
    """The package of ``document``, or ``None`` when an error makes it meaningless or incomplete."""
    report = Report(document, diagnostics)
    package = None
    if check(document.root, report):
        check_names(Node(document.root), report)
        parsed = parse(document.root, report)
        is_library = unused(parsed, document, diagnostics)
        view = resolved(parsed, report)
        package = None if is_library else _Lowering(document, view, report).package()
    report.flush()
    return None if report.failed else package


class _Lowering:
    """One document on its way from view to package."""

    def __init__(
        self, document: Document, view: CapabilityView, report: Report
    ) -> None:
        self._document = document
        self._view = view
        self._report = report
        self._source = document.source
        self._namespaces = OWN_INPUTS | {
            *(server.namespace for server in view.servers),
            *(function.name.partition(".")[0] for function in view.functions),
        }
        self._names = Counter(o.name for api in view.consumed for o in api.operations)
        names = {i.name for s in view.servers for u in s.units for i in u.inputs}
        names |= {w.key for s in view.servers for u in s.units for w in u.withs}
        self._variables = Variables(view.variables, view.consumed, names)
        self._secrets = Credentials(self._variables, self._source, report)
        self._named = calls = Calls(view)
        pairs = [
            (server, unit)
            for server in view.servers
            for unit in (*server.units, *resource_units(server))
        ]
        self._units = [(s, unit, calls.resolve(unit, report)) for s, unit in pairs]
        self._targets: dict[str, list[tuple[Server, ForwardView]]] = {}
        """What is forwarded to each API, and by which server."""
        for server in view.servers:
            for forward, api in targets(server, view, report):
                self._targets.setdefault(api.namespace, []).append((server, forward))
        self._forwards: dict[str, list[Forward]] = {}
        """The forwarding resources by the namespace of their server."""
        self._calls = [(unit, found) for _, unit, found in self._units if found]

    def package(self) -> Package:
        """The package, for what the findings leave of it."""
        called, credentials = self._operations()
        upstreams = self._upstreams()
        view = self._view
        rest, *more_rest = self._rest(called) or (None,)
        mcp, *more_mcp = self._mcp(called) or (None,)
        skill, *more_skills = self._skills() or (None,)
        title = view.label or (view.consumed[0].namespace if view.consumed else "")
        answers = (
            skill or view.control or any(not unit.call for _, unit, _ in self._units)
        )
        if not (view.consumed or view.imported or answers or self._report.failed):
            self._report.error(
                "N200",
                "the capability consumes nothing: there is nothing to call",
                ("capability",),
            )
        service = Service(
            name=title,
            base_url=(
                ""
                if upstreams
                else view.consumed[0].base_url if view.consumed else _NOWHERE
            ),
            upstreams=upstreams,
            operations=tuple(item.operation for item in called.values()),
            credentials=tuple({c.key: c for c in credentials}.values()),
            files=self._variables.files(),
            needs_all=bool(credentials),
        )
        return Package(
            source=self._source, digest=self._document.digest, stem=_ENDINGS.sub("", self._document.path.name),
            title=title, service=service, rest=rest, mcp=mcp, skill=skill,
            others=(*more_rest, *more_mcp, *more_skills),
            description=view.description, version=view.version, wanted_name=view.wanted_name,
            imported=self._document.imported, control=self._control(), origin=Origin(self._source, ()),
        )  # fmt: skip

    def _rest(self, called: dict[tuple[str, str], Called]) -> list[RestServer]:
        return [
            changed(
                rest_server(
                    server,
                    self._linked(server, called),
                    self._callers(server),
                    self._source,
                    self._report,
                ),
                forwards=tuple(self._forwards.get(server.namespace, ())),
            )
            for server in self._view.servers
            if server.kind == "rest"
        ]

    def _mcp(self, called: dict[tuple[str, str], Called]) -> list[McpServer]:
        return [
            mcp_server(
                server,
                self._linked(server, called),
                self._library(server, called),
                self._callers(server),
                self._source,
                self._report,
            )
            for server in self._view.servers
            if server.kind == "mcp"
        ]

    def _skills(self) -> list[SkillServer]:
        sources = Sources(self._view)
        return [
            skill_server(
                server, sources, self._callers(server), self._source, self._report
            )
            for server in self._view.servers
            if server.kind == "skill"
        ]

    def _control(self) -> Control | None:
        view = self._view.control
        if view is None:
            return None
        telemetry = view.telemetry
        bound = {item.name: item.key for item in self._view.variables}
        variable = bound.get(telemetry.variable, telemetry.variable)
        telemetry = changed(telemetry, variable=variable)
        return Control(view.port, view.address, view.health, view.info, view.logs, view.scripting, telemetry,
                       self._callers(view), Origin(self._source, view.pointer))  # fmt: skip

    def _callers(self, server: Server | ControlView) -> Callers | None:
        return callers(server, self._secrets, self._source, self._report)

    def _library(
        self, server: Server, called: dict[tuple[str, str], Called]
    ) -> Library:
        linked = self._linked(server, called, resource_units(server))
        return library(server, linked, self._source, self._report)

    def _linked(
        self,
        server: Server,
        called: dict[tuple[str, str], Called],
        units: tuple[Unit, ...] | None = None,
    ) -> Iterator[Linked]:
        """What ``units`` of a server call, those of its own without any."""
        wanted = set(map(id, server.units if units is None else units))
        for owner, unit, upstream in self._units:
            if owner is not server or id(unit) not in wanted:
                continue
            if unit.call and not upstream:
                continue
            if upstream:
                target = called[upstream.namespace, upstream.name]
                inputs = self._inputs(server, unit, target)
                arguments = inputs.arguments()
                named = Named(server, unit, arguments, self._namespaces, self._report)
                made = shaped(unit, target, named.find, self._report)
                taken = arguments, named.computed(inputs.computed)
                yield unit, target, taken, made, None
                continue
            target = caller(unit)
            inputs = self._inputs(server, changed(unit, withs=()), target)
            taken = inputs.arguments(), None
            if steps := self._steps(server, unit, called):
                yield unit, target, taken, (None, ...), steps
            else:
                made = mocked(unit, self._namespaces, self._report)
                yield unit, target, taken, made, None

    def _inputs(self, server: Server, unit: Unit, target: Called) -> Inputs:
        return Inputs(
            server, unit, target, self._namespaces, self._source, self._report
        )

    def _steps(
        self, server: Server, unit: Unit, called: dict[tuple[str, str], Called]
    ) -> Flow | None:
        """The flow of a unit that has steps."""

        def resolve(step: Step) -> tuple[Upstream, Called] | None:
            calling = changed(unit, call=step.call, pointer=step.pointer)
            found = self._named.resolve(calling, self._report)
            return (found, called[found.namespace, found.name]) if found else None

        if not unit.steps:
            return None
        namespaces = self._namespaces | {server.namespace}
        scripts = dict(self._document.scripts)
        return flow(unit, resolve, scripts, namespaces, self._report)

    def _operations(self) -> tuple[dict[tuple[str, str], Called], list[Credential]]:
        """Every consumed operation by namespace and name, and all credentials."""
        variables, secrets = self._variables, self._secrets
        bodies = Bodies(variables, self._namespaces, self._source, self._report)
        attached = self._document.attached
        lowering = Operations(
            variables, secrets, bodies, self._namespaces, Replies(attached, self._source, self._report),
            self._source, self._report,
        )  # fmt: skip
        upstreams = self._upstreams()
        fed = {
            (u.namespace, u.name)
            for unit, u in self._calls
            if feeds_body(unit, u, self._namespaces)
        }
        found: dict[tuple[str, str], Called] = {}
        credentials: list[Credential] = []
        for api in self._view.consumed:
            needed = secrets.lower(
                api, f"{api.namespace}-" if len(self._view.consumed) > 1 else ""
            )
            credentials += needed
            for upstream in api.operations:
                key = (upstream.namespace, upstream.name)
                found[key], extra = lowering.lower(
                    api,
                    upstream,
                    name=self._name(upstream),
                    base_url="" if upstreams else api.base_url,
                    upstream_name=api.namespace if upstreams else "",
                    needed=needed,
                    fed=key in fed,
                )
                credentials += extra
            credentials += self._forwarded(api, lowering, needed)
        return found, credentials

    def _forwarded(
        self, api: Consumed, lowering: Operations, needed: tuple[Credential, ...]
    ) -> list[Credential]:
        """Lower the resources that forward to ``api``; the credentials that they need beyond ``needed``."""
        credentials: list[Credential] = []
        several = bool(self._upstreams())
        for server, forward in self._targets.get(api.namespace, ()):
            upstream = constants(forward, api, self._report)
            called, extra = lowering.lower(
                api,
                upstream,
                name=upstream.name,
                base_url="" if several else api.base_url,
                upstream_name=api.namespace if several else "",
                needed=needed,
                fed=False,
            )
            sent = (*needed, *extra)
            made = lowered(
                forward,
                called.operation,
                sent,
                self._callers(server),
                self._source,
                self._report,
            )
            self._forwards.setdefault(server.namespace, []).append(made)
            credentials += extra
        return credentials

    def _upstreams(self) -> tuple[tuple[str, str], ...]:
        """Name and base URL of every upstream when there are several: none gets what is meant for another."""
        urls = {api.base_url for api in self._view.consumed}
        if len(self._view.consumed) < 2 or (len(urls) == 1 and "" not in urls):
            return ()
        return tuple((api.namespace, api.base_url) for api in self._view.consumed)

    def _name(self, upstream: Upstream) -> str:
        """The operation's own name, with its namespace where two APIs share it."""
        shared = self._names[upstream.name] > 1
        return f"{upstream.namespace}.{upstream.name}" if shared else upstream.name
