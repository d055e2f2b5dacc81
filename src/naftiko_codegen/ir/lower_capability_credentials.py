"""Authentication blocks and environment parameters → credentials that are read from the environment at run time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from naftiko_codegen.check.capability_names import CONNECTION_HEADERS
from naftiko_codegen.check.report import Report
from naftiko_codegen.check.text import quote
from naftiko_codegen.frozen import changed, frozen
from naftiko_codegen.ir.model import Credential, Origin
from naftiko_codegen.link.variables import Variables
from naftiko_codegen.parse.capability_address import url_problem
from naftiko_codegen.parse.capability_template import Reference, Text, literal
from naftiko_codegen.parse.capability_view import Authentication, Consumed
from naftiko_codegen.read.document import Pointer

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z", re.ASCII)
_BEARER = "bearer "
_FIELDS = {"value": "API_KEY", "clientSecret": "CLIENT_SECRET"}
"""The words for fields in names of variables, where they are not the field's own."""


@frozen
class _Secret:
    """A value made of variables: ``between`` are the texts between them."""

    prefix: str
    variables: tuple[str, ...]
    suffix: str
    between: tuple[str, ...] = ()

    def then(self, text: str, other: _Secret) -> _Secret:
        """The value with ``text`` and the other one behind it."""
        middle = f"{self.suffix}{text}{other.prefix}"
        return _Secret(
            self.prefix,
            self.variables + other.variables,
            other.suffix,
            (*self.between, middle, *other.between),
        )


class Credentials:
    """Lowers the secrets of one document; ``source`` is its identity, ``prefix`` keeps keys of several APIs apart."""

    def __init__(self, variables: Variables, source: str, report: Report) -> None:
        self._variables = variables
        self._source = source
        self._report = report
        self._sent: dict[str, Credential] = {}
        self._owner = ""

    def lower(self, api: Consumed, prefix: str) -> tuple[Credential, ...]:
        """The credentials that every operation of ``api`` needs together."""
        block = api.authentication
        if block is None:
            return ()
        self._owner = api.namespace
        kinds: dict[str, Callable[[Authentication, str], tuple[Credential, ...]]] = {
            "bearer": self._bearer, "basic": self._basic, "apikey": self._api_key,
            "digest": self._digest, "oauth2": self._oauth2,
        }  # fmt: skip
        return kinds[block.kind](block, prefix) if block.kind in kinds else ()

    def asked(self, block: Authentication) -> tuple[Credential, ...]:
        """What callers of a server must send together; the pair of a digest as basic authentication has it."""
        self._owner = ""
        if block.kind in ("basic", "digest"):
            return self._basic(block, "")
        if block.kind == "bearer":
            return self._bearer(block, "")
        return self._api_key(block, "") if block.kind == "apikey" else ()

    def in_files(self, made: tuple[Credential, ...]) -> bool:
        """Whether a variable of ``made`` may be in a file."""
        keys = (dict(file.keys) for file in self._variables.files())
        known = {name for names in keys for name in names}
        return any(name in known for item in made for name in item.variables)

    def sent(
        self, key: str, place: str, name: str, value: Text, pointer: Pointer
    ) -> tuple[Credential, ...]:
        """A parameter whose value comes from the environment: sent like an API key."""
        secret = self._secret(value, pointer)
        if secret is None:
            return ()
        made = self._made(key, "apikey", secret, pointer, name=name, place=place)
        other = self._sent.setdefault(key, made)
        if other != made:  # never the secret of another operation under the same name
            made = changed(made, key=f"{key} {' '.join(secret.variables)} {place}")
        return (made,)

    def variable(self, name: str, pointer: Pointer) -> Credential:
        """The environment variable ``name``, whose value fills gaps of bodies and texts."""
        origin = Origin(self._source, pointer)
        return Credential(f"${name}", "variable", (name,), origin=origin)

    def _made(
        self, key: str, kind: Literal["bearer", "apikey"], secret: _Secret, pointer: Pointer, *, name: str = "",
        place: str = "header",
    ) -> Credential:  # fmt: skip
        where: Literal["header", "query", "cookie"]
        where = (
            "query" if place == "query" else "cookie" if place == "cookie" else "header"
        )
        return Credential(key, kind, secret.variables, name, where, secret.prefix, secret.suffix, secret.between,
                          origin=Origin(self._source, pointer))  # fmt: skip

    def _secret(self, text: Text, pointer: Pointer) -> _Secret | None:
        """The variables in ``text`` and what surrounds them (N217: none)."""
        if (bare := literal(text)) and self._variables.is_bare(
            bare, pointer, self._report
        ):
            text = (Reference(bare),)
        if not any(isinstance(piece, Reference) for piece in text):
            return self._instead(text, pointer)
        names = [piece.name for piece in text if isinstance(piece, Reference)]
        texts = _around(text)
        if any(
            not text.isascii() or not text.replace(" ", "").isprintable()
            for text in texts
        ):
            self._report.error(
                "N217",
                "the text around a secret holds characters that cannot be sent",
                pointer,
            )
            return None
        found = [self._variables.secret(name, pointer, self._report) for name in names]
        if not all(found):
            return None
        return _Secret(texts[0], tuple(found), texts[-1], tuple(texts[1:-1]))

    def _instead(self, text: Text, pointer: Pointer) -> _Secret | None:
        """The variable that is read where the document writes a secret for its upstream; for callers: an error."""
        hint = "name an environment variable in `binds` and write `{{ITS_NAME}}` here"
        if not text or not self._owner:
            words = "a secret is written in the document, or is empty"
            self._report.error("N217", words, pointer, hint)
            return None
        field = _FIELDS.get(str(pointer[-1]), str(pointer[-1]))
        name = re.sub(r"\W", "_", f"{self._owner}_{field}", flags=re.ASCII).upper()
        name = f"_{name}" if name[0].isdigit() else name
        words = (
            "a secret is written in the document: it is not taken, "
            f"the environment variable {quote(name)} is read instead"
        )
        self._report.warning("N217", words, pointer, hint, strict=True)
        return _Secret("", (name,), "")

    def _bearer(self, block: Authentication, prefix: str) -> tuple[Credential, ...]:
        text, pointer = self._field(block, "token")
        secret = self._secret(text, pointer)
        if secret and secret.prefix.lower() == _BEARER:
            secret = changed(secret, prefix="")
        return (
            (self._made(f"{prefix}bearer", "bearer", secret, block.pointer),)
            if secret
            else ()
        )

    def _basic(self, block: Authentication, prefix: str) -> tuple[Credential, ...]:
        """What the variables and the texts around them make is ``user:password``; two variables alone are just that."""
        user, user_at = self._field(block, "username")
        word, word_at = self._field(block, "password")
        key, name = f"{prefix}basic", literal(user)
        if name is not None:
            if ":" in name or not name.isprintable():
                words = "no user name holds a colon or a control character"
                self._report.error("N217", words, user_at)
            secret = self._secret(word, word_at)
            return self._half(key, block, secret, before=f"{name}:")
        first = self._secret(user, user_at)
        if not word:
            return self._half(key, block, first, after=":")
        second = self._secret(word, word_at)
        if not first or not second:
            return ()
        return self._half(key, block, first.then(":", second))

    def _digest(self, block: Authentication, prefix: str) -> tuple[Credential, ...]:
        """A user and a password, which are never sent themselves."""
        return tuple(
            changed(pair, key=f"{prefix}digest", kind="digest")
            for pair in self._basic(block, prefix)
        )

    def _oauth2(self, block: Authentication, prefix: str) -> tuple[Credential, ...]:
        """Client credentials; client and secret are those of the block, else of two variables of usual names."""
        url = self._plain(block, "tokenEndpoint")
        if not url:
            words = "OAuth 2 needs `tokenEndpoint`: nothing else says where tokens come from"
            self._report.error("N203", words, block.pointer)
            return ()
        if problem := url_problem(url):
            place = (*block.pointer, "tokenEndpoint")
            self._report.error("N213", f"`tokenEndpoint` {problem}", place)
            return ()
        asked = {
            "scope": " ".join(block.scopes),
            "resource": self._plain(block, "resource"),
            "audience": self._plain(block, "audience"),
        }
        fields = tuple((name, value) for name, value in asked.items() if value)
        key = f"{prefix}oauth2"
        origin = Origin(self._source, block.pointer)
        made = Credential(
            key, "oauth2", (), token_url=url, fields=fields, origin=origin
        )
        user, user_at = self._field(block, "clientId")
        word, word_at = self._field(block, "clientSecret")
        start = re.sub(r"\W", "_", f"{prefix}OAUTH").upper()
        secret = self._secret(word or (Reference(f"{start}_CLIENT_SECRET"),), word_at)
        name = literal(user) if user else None
        if name:
            if ":" in name or not name.isprintable():
                words = "this client id cannot be sent"
                self._report.error("N217", words, user_at)
            return self._half(key, block, secret, before=f"{name}:", like=made)
        first = self._secret(user or (Reference(f"{start}_CLIENT_ID"),), user_at)
        if not first or not secret:
            return ()
        return self._half(key, block, first.then(":", secret), like=made)

    def _plain(self, block: Authentication, name: str) -> str:
        """The text of a field that must not come from the environment."""
        text, place = self._field(block, name)
        plain = literal(text)
        if plain is None:
            words = f"`{name}` must be a plain text: secrets go where the document says"
            self._report.error("N215", words, place)
        return plain or ""

    def _half(
        self, key: str, block: Authentication, secret: _Secret | None, *, before: str = "", after: str = "",
        like: Credential | None = None,
    ) -> tuple[Credential, ...]:  # fmt: skip
        """Basic authentication, or what is ``like`` it; the document may write a part ``before`` or ``after``."""
        if secret is None:
            return ()
        prefix, suffix = before + secret.prefix, secret.suffix + after
        plain = secret.between == (":",) and not prefix + suffix
        made = like or Credential(
            key, "basic", (), origin=Origin(self._source, block.pointer)
        )
        between = () if plain else secret.between
        parts = {"prefix": prefix, "suffix": suffix, "between": between}
        return (changed(made, variables=secret.variables, **parts),)

    def _api_key(self, block: Authentication, prefix: str) -> tuple[Credential, ...]:
        if block.headers:
            found = (
                self._key(f"{prefix}{name}", name, "header", text, at)
                for name, text, at in block.headers
            )
            return tuple(credential for credential in found if credential)
        name, name_at = self._field(block, "key")
        if not name:
            name, name_at = self._field(block, "name")
        text, pointer = self._field(block, "value")
        place = (
            literal(self._field(block, "placement")[0] or self._field(block, "in")[0])
            or "header"
        )
        written = literal(name)
        if not written:
            words = "`key` of an API key names its header or query parameter: it must be a plain text"
            self._report.error("N215", words, name_at)
            return ()
        made = self._key(f"{prefix}apikey", written, place.lower(), text, pointer)
        return (made,) if made else ()

    def _key(
        self, key: str, name: str, place: str, text: Text, pointer: Pointer
    ) -> Credential | None:
        if place == "body":
            words = "callers cannot give an API key in a body"
            self._report.error("N205", words, pointer, "`placement: header`")
        if place not in ("header", "query", "cookie"):
            return None  # said by the check
        token = _TOKEN.match(name) and name.lower() not in CONNECTION_HEADERS
        legal = name.isprintable() if place == "query" else token
        if not legal:
            self._report.error(
                "N206", f"an API key cannot be sent as {place} {quote(name)}", pointer
            )
            return None
        secret = self._secret(text, pointer)
        return (
            self._made(key, "apikey", secret, pointer, name=name, place=place)
            if secret
            else None
        )

    @staticmethod
    def _field(block: Authentication, name: str) -> tuple[Text, Pointer]:
        """The text of a field and its place; the place of the block when it is not there."""
        found = ((text, at) for key, text, at in block.fields if key == name)
        return next(found, ((), block.pointer))


def _around(text: Text) -> list[str]:
    """The texts before, between and after the references of ``text``."""
    found = [""]
    for piece in text:
        if isinstance(piece, Reference):
            found.append("")
        else:
            found[-1] += str(piece)
    return found
