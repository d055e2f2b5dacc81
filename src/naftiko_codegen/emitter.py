"""Pass 5: the Python model of a package, then its files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from naftiko_codegen.diagnostics import Diagnostics
from naftiko_codegen.templates_root import templates_root

if TYPE_CHECKING:
    from naftiko_codegen.ir.package import Package
    from naftiko_codegen.options import Options
    from naftiko_codegen.python.naming import Locate, PackageNames
    from naftiko_codegen.render.files import File
    from naftiko_codegen.render.renderer import Renderer, View

Named = tuple["Package", "PackageNames"]


class Emitter:
    """Makes the files of packages, one after the other."""

    def __init__(self, options: Options, locate: Locate) -> None:
        """``locate`` gives findings their places."""
        self._targets = options.targets
        self._own = options.templates
        self._gateway = options.gateway
        self._locate = locate

    def plan(self, named: Named, diagnostics: Diagnostics) -> list[View | File]:
        """What the templates take, and data files that need none."""
        from naftiko_codegen.python.plan import plan_package

        package, names = named
        return list(
            plan_package(package, names, self._targets, self._locate, diagnostics)
        )

    def files(self, named: Named, diagnostics: Diagnostics) -> list[File]:
        """Every file of the package, its manifest last."""
        from naftiko_codegen.output.manifest import Input, seal

        package, names = named
        files = self.render(named, self.plan(named, diagnostics), diagnostics)
        inputs = [Input(*it) for it in inputs_of(package)]
        return [*files, seal(names.package, files, inputs)]

    def gateway(
        self, packages: Sequence[Named], diagnostics: Diagnostics
    ) -> list[File]:
        """Every file of the gateway over ``packages``; none when there is nothing to join."""
        from naftiko_codegen.output.manifest import Input, seal
        from naftiko_codegen.python import gateway

        if not self._gateway or len(packages) < 2:
            return []
        packages = gateway.joinable(packages, self._locate, diagnostics)
        servers = gateway.served(packages, self._targets)
        if not servers or len(packages) < 2:
            return []
        planned = list(
            gateway.plan(packages, servers, self._targets, self._locate, diagnostics)
        )
        folders = gateway.runtime_folders(servers, packages)
        files = self._rendered(
            gateway.NAME, "all packages", planned, folders, diagnostics
        )
        used = dict(it for package, _ in packages for it in inputs_of(package))
        inputs = [Input(*it) for it in used.items()]
        return [*files, seal(gateway.NAME, files, inputs)]

    def render(
        self, named: Named, planned: Sequence[View | File], diagnostics: Diagnostics
    ) -> list[File]:
        """The files of ``planned`` and the runtime they use."""
        from naftiko_codegen.python.plan import runtime_folders

        package, names = named
        folders = runtime_folders(package, self._targets)
        return self._rendered(
            names.package, package.source, planned, folders, diagnostics
        )

    def _rendered(
        self,
        package: str,
        source: str,
        planned: Sequence[View | File],
        folders: Sequence[str],
        diagnostics: Diagnostics,
    ) -> list[File]:
        """Rendered views, data files and copies of the runtime; those of the user's own templates formatted."""
        from naftiko_codegen.render.files import File
        from naftiko_codegen.render.runtime import copied

        files = [it for it in planned if isinstance(it, File)]
        views = [it for it in planned if not isinstance(it, File)]
        if self._own:
            from naftiko_codegen.render.own import rendered

            files += rendered(self._renderer, self._own, source, views, diagnostics)
        else:
            files += self._renderer.render(source, views)
        return files + list(copied(self._roots, folders, package))

    @property
    def _roots(self) -> tuple[Path, ...]:
        return (self._own, templates_root()) if self._own else (templates_root(),)

    @cached_property
    def _renderer(self) -> Renderer:
        from naftiko_codegen.render.renderer import Renderer

        return Renderer(*self._roots)


def inputs_of(package: Package) -> tuple[tuple[str, str], ...]:
    """Source and digest of the document of ``package``, then of those it imports from."""
    return ((package.source, package.digest), *package.imported)
