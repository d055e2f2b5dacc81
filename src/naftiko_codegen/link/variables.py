"""References to environment variables → the variables they name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import did_you_mean, quote
from naftiko_codegen.ir.model import VariableFile
from naftiko_codegen.parse.capability_view import Consumed, Variable
from naftiko_codegen.read.document import Pointer

_LOOKS_SO = re.compile(r"[A-Z][A-Z0-9_]*\Z", re.ASCII)
_BARE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\Z", re.ASCII)
_LEGAL = re.compile(r"[!-<>-~]+\Z", re.ASCII)
_COMMON = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
_ENV = "env."


class Variables:
    """The variables of a document: those of ``binds`` and the parameters that come from the environment."""

    def __init__(
        self,
        declared: Iterable[Variable],
        consumed: Iterable[Consumed],
        inputs: Iterable[str] = (),
    ) -> None:
        """``inputs`` are the names of inputs of routes and tools, which are no variables."""
        self._inputs = frozenset(inputs)
        self._known: dict[str, Variable] = {}
        self._read: dict[str, Variable] = {}
        self._meant: dict[str, set[tuple[str, str]]] = {}
        for variable in declared:
            self._meant.setdefault(variable.name, set()).add(
                (variable.path or variable.store, variable.key)
            )
            self._known.setdefault(variable.name, variable)
            self._known.setdefault(f"{variable.namespace}.{variable.name}", variable)
        for parameter in (
            p for api in consumed for o in api.operations for p in o.parameters
        ):
            if parameter.place == "environment":
                known = Variable(parameter.name, "", parameter.name, parameter.pointer)
                self._known.setdefault(parameter.name, known)

    def find(self, name: str) -> Variable | None:
        """The declared variable that ``X``, ``env.X`` or ``<namespace>.X`` names."""
        return self._known.get(name) or self._known.get(
            name.removeprefix(_ENV) if name.startswith(_ENV) else ""
        )

    def names(self, name: str) -> bool:
        """Whether ``name`` means the environment, declared or not."""
        return self.find(name) is not None or name.startswith(_ENV)

    def means(self, name: str) -> bool:
        """Whether the value of a parameter that is ``name`` alone comes from the environment.

        A name in capitals that no caller gives and no document declares is one of its variables, too.
        """
        undeclared = _BARE.match(name) and name not in self._inputs
        return self.names(name) or bool(undeclared)

    def is_bare(self, text: str, pointer: Pointer, report: Report) -> bool:
        """Whether the whole text of a secret is the name of a variable without its braces (N216, a warning)."""
        if text in self._known or _BARE.match(text):
            words = "secrets that are the name of a variable without braces: taken as the variable: {}"
            report.repeated("N216", words, pointer, word=quote(text), strict=False)
            return True
        return False

    def secret(self, name: str, pointer: Pointer, report: Report) -> str:
        """The environment variable for a reference in an authentication block; ``""`` after an error (N215, N216).

        An undeclared name that looks like an environment variable is taken as one, with a warning.
        """
        found = self.find(name)
        bare = name.removeprefix(_ENV)
        if found and (found.path or found.store):
            return self._elsewhere(found)
        if found:
            if _LEGAL.match(found.key):
                if not _COMMON.match(found.key):
                    words = "environment variables that no shell can set: {}"
                    report.repeated(
                        "N216",
                        words,
                        found.pointer,
                        word=quote(found.key),
                        strict=False,
                    )
                return found.key
            report.error(
                "N216",
                f"{quote(found.key)} is no name of an environment variable",
                found.pointer,
            )
        elif _LOOKS_SO.match(bare):
            words = f"variable {quote(bare)} is not declared in `binds`: read from the environment"
            report.repeated(
                "N216", words, pointer, did_you_mean(bare, self._known), strict=False
            )
            return bare
        else:
            hint = did_you_mean(bare, self._known) or "declare it in `binds`"
            report.error("N215", f"{quote(name)} names no variable", pointer, hint)
        return ""

    def files(self) -> tuple[VariableFile, ...]:
        """The files of the variables that were asked for, and their keys."""
        found: dict[str, dict[str, str]] = {}
        for name, variable in self._read.items():
            found.setdefault(variable.path, {})[name] = variable.key
        return tuple(
            VariableFile(path, tuple(keys.items())) for path, keys in found.items()
        )

    def _elsewhere(self, variable: Variable) -> str:
        """The variable of the environment that comes before a file or a store: its name, or both names."""
        name = variable.name
        if len(self._meant[name]) > 1:
            name = f"{variable.namespace}_{name}".upper()
        name = re.sub(r"\W", "_", name, flags=re.ASCII)
        if variable.path:
            self._read.setdefault(name, variable)
        return name
