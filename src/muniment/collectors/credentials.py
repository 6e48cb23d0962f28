"""GitHub's credentials at hand: found where people keep them, known by name, told to nobody."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from muniment.collectors.github_app import App, Send, Tokens
from muniment.model.errors import UsageError
from muniment.model.secrecy import SHORTEST, Secret, Unavailable
from muniment.ports import Key
from muniment.register.spelling import nearest

SERVICE = "muniment-github"
"""The name that tokens have in the system's keyring."""

HELP = "docs/how-to/credentials.md"
_LARGEST = 64 * 1024
_KINDS = {
    "ghp_": "classic",
    "github_pat_": "fine-grained",
    "gho_": "oauth",
    "ghu_": "app-user",
    "ghs_": "installation",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
_WORD = re.compile(r"[a-z][a-z-]{0,29}")
_INSTALLATION = re.compile(r"([a-z0-9][a-z0-9-]{0,38})@[A-Za-z0-9-]{1,39}#(\d{1,18})", re.ASCII)
_FIRST = "MUNIMENT_GITHUB_TOKEN"
_OTHERS = ("GH_TOKEN", "GITHUB_TOKEN")


class Keyring(Protocol):
    """What is asked of the system's keyring, as the library ``keyring`` offers it."""

    def get_password(self, service_name: str, username: str) -> str | None:
        """A password kept under a service and a name."""
        ...


class Token(Struct, frozen=True):
    """A token by name. ``sources``: everywhere it lay."""

    name: str
    kind: str
    secret: Secret
    sources: tuple[str, ...]


class Ring:
    """The credentials at hand. Its representation, like that of everything in it, tells names alone."""

    def __init__(
        self, tokens: Sequence[Token], apps: Sequence[tuple[App, str]], now: Callable[[], datetime]
    ) -> None:
        self._tokens = {token.name: token for token in tokens}
        self._apps = {app.name: (Tokens(app, now), source) for app, source in apps}

    def __repr__(self) -> str:
        return f"Ring({', '.join(key.name for key in self.keys())})"

    def keys(self) -> tuple[Key, ...]:
        """Every credential by name, in the order in which they were found."""
        tokens = [
            Key(t.name, t.kind, ", ".join(t.sources), self.fingerprint(t.name)) for t in self._tokens.values()
        ]
        apps = [Key(name, "app", source, self.fingerprint(name)) for name, (_, source) in self._apps.items()]
        return (*tokens, *apps)

    async def header(self, name: str, send: Send) -> Secret:
        """The Authorization header of a credential; ``Unavailable`` says why there is none.

        An App's own name gives its signed word, ``APP@ORGANIZATION#INSTALLATION`` a token of that installation,
        which is asked for by ``send``.
        """
        if name in self._tokens:
            return Secret(f"Bearer {self._tokens[name].secret.reveal()}")
        if name in self._apps:
            return self._apps[name][0].word()
        app, number = self._installation(name)
        if app is None:
            raise Unavailable(f"no credential {name} is at hand", 0)
        return await app.header(name, number, send)

    def fingerprint(self, name: str) -> str:
        """Sixteen digits of a digest; of an App, of its id and the installation. Empty: there is no such name."""
        if name in self._tokens:
            return _digest(self._tokens[name].secret.reveal())
        if name in self._apps:
            return _digest(f"app {self._apps[name][0].app.id}")
        app, number = self._installation(name)
        return _digest(f"app {app.app.id} installation {number}") if app is not None else ""

    def secrets(self) -> tuple[Secret, ...]:
        """Everything that must not be shown: tokens, signed words, tokens that were lent, private keys."""
        tokens = [token.secret for token in self._tokens.values()]
        return (*tokens, *(secret for app, _ in self._apps.values() for secret in app.secrets()))

    def _installation(self, name: str) -> tuple[Tokens | None, str]:
        found = _INSTALLATION.fullmatch(name)
        if found is None or found[1] not in self._apps:
            return None, ""
        return self._apps[found[1]][0], found[2]


def ring(
    environ: Mapping[str, str], home: Path, keyring: Callable[[], Keyring], now: Callable[[], datetime]
) -> Ring:
    """The credentials in the environment, the system's keyring and the file of credentials, in this order.

    Of two by one name the first counts; one secret found in several places is one credential. ``keyring`` gives
    the system's own, and is called only if ``MUNIMENT_GITHUB_KEYRING`` names something in it. ``UsageError`` says
    what is wrong with a place, never what lies there.
    """
    tokens = [*_of_environment(environ), *_of_keyring(environ, keyring)]
    stated = environ.get("MUNIMENT_GITHUB_CREDENTIALS", "")
    file = _expanded(stated, home) if stated else home / ".config" / "muniment" / "github.toml"
    apps: list[tuple[App, str]] = []
    if stated or file.is_symlink() or file.exists():
        more, apps = _of_file(file, home)
        tokens += more
    names = {token.name for token in tokens}
    if both := next((app.name for app, _ in apps if app.name in names), ""):
        raise UsageError(f"{both} is the name of a token and of an App", hint="give one of them another name")
    return Ring(_distinct(tokens), apps, now)


def kind_of(secret: Secret) -> str:
    """What GitHub's prefix says a token is; forty hexadecimal digits are a classic one of before 2021."""
    word = secret.reveal()
    if re.fullmatch(r"[0-9a-f]{40}", word):
        return "classic"
    return next((kind for prefix, kind in _KINDS.items() if word.startswith(prefix)), "unknown")


def _distinct(tokens: Sequence[Token]) -> list[Token]:
    """One token per secret, with every place where it lay; of two by one name the first."""
    found: dict[Secret, Token] = {}
    for token in tokens:
        before = found.get(token.secret)
        if before is not None:
            sources = tuple(dict.fromkeys((*before.sources, *token.sources)))
            found[token.secret] = Token(before.name, before.kind, before.secret, sources)
        elif token.name not in {t.name for t in found.values()}:
            found[token.secret] = token
    return list(found.values())


# ---------------------------------------------------------------- the environment and the keyring


def _of_environment(environ: Mapping[str, str]) -> list[Token]:
    named = sorted(v for v in environ if v.startswith(_FIRST + "_"))
    found = []
    for variable in (_FIRST, *named, *_OTHERS):
        value = environ.get(variable, "").strip()
        if not value:
            continue
        name = "muniment" if variable == _FIRST else variable.removeprefix(_FIRST + "_").lower().replace("_", "-")
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"${variable} does not end in a name that a credential may have",
                hint=f"letters, digits and underscores, as in {_FIRST}_ADA",
            )
        found.append(_token(name, Secret(value), f"${variable}"))
    return found


def _of_keyring(environ: Mapping[str, str], keyring: Callable[[], Keyring]) -> list[Token]:
    names = [n.strip() for n in environ.get("MUNIMENT_GITHUB_KEYRING", "").split(",") if n.strip()]
    found = []
    for name in names:
        if not _NAME.fullmatch(name):
            raise UsageError(
                "$MUNIMENT_GITHUB_KEYRING holds something that is no name of a credential",
                hint="names in small letters, parted by commas: ada,work",
            )
        value = _in_keyring(keyring, name)
        if value is None:
            raise UsageError(
                f"the system's keyring does not answer, or holds nothing for {SERVICE} {name}",
                hint=f"keyring set {SERVICE} {name}, or take {name} out of $MUNIMENT_GITHUB_KEYRING",
            )
        found.append(_token(name, value, f"keyring {SERVICE} {name}"))
    return found


def _in_keyring(keyring: Callable[[], Keyring], name: str) -> Secret | None:
    try:
        value = keyring().get_password(SERVICE, name)
    except Exception:  # backends raise what they like, and say in it what they like
        return None
    return Secret(value.strip()) if value and value.strip() else None


def system_keyring() -> Keyring:
    """The system's own keyring."""
    import keyring

    backend: Keyring = keyring.get_keyring()
    return backend


def _token(name: str, secret: Secret, source: str) -> Token:
    word = secret.reveal()
    if not word.isascii() or not word.isprintable() or " " in word:
        raise UsageError(f"what lies in {source} is no token: it has blanks or other odd characters in it")
    if len(word) < SHORTEST:
        raise UsageError(f"what lies in {source} is too short to be a token")
    return Token(name, kind_of(secret), secret, (source,))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8, person=b"muniment").hexdigest()


# ---------------------------------------------------------------- the file


def _of_file(file: Path, home: Path) -> tuple[list[Token], list[tuple[App, str]]]:
    shown = _tilde(file, home)
    whole = _parsed(private_text(file, shown), shown)
    _known(whole, ("tokens", "apps"), shown, "")
    tokens = [
        _token(_name(name, shown), _text(value, shown, "tokens", name), shown)
        for name, value in _table(whole.get("tokens", {}), shown, "tokens").items()
    ]
    apps = [
        (_app(_name(name, shown), _table(value, shown, f"apps.{name}"), file, home), shown)
        for name, value in _table(whole.get("apps", {}), shown, "apps").items()
    ]
    return tokens, apps


def _app(name: str, table: Mapping[str, object], file: Path, home: Path) -> App:
    shown, place = _tilde(file, home), f"apps.{name}"
    _known(table, ("app-id", "client-id", "private-key-file"), shown, place)
    id = table.get("client-id", table.get("app-id"))
    whole_number = isinstance(id, int) and not isinstance(id, bool) and id > 0
    if not whole_number and not (isinstance(id, str) and re.fullmatch(r"[A-Za-z0-9.]{1,60}", id)):
        raise UsageError(f"{shown}: {place} needs app-id (a number) or client-id", hint=HELP)
    where = table.get("private-key-file")
    if not isinstance(where, str) or not where:
        raise UsageError(f"{shown}: {place} needs private-key-file, the file with the App's key", hint=HELP)
    key_file = _expanded(where, home, file.parent)
    return App(name, str(id), private_text(key_file, _tilde(key_file, home)))


def private_text(file: Path, shown: str) -> Secret:
    """The text of a file that nobody else can read; ``UsageError`` if others could, or it is a link."""
    nofollow = getattr(os, "O_NOFOLLOW", 0)
    if file.is_symlink():
        raise UsageError(f"{shown} is a link", hint="name the file itself, so that nobody leads it elsewhere")
    fault: OSError | None = None
    data = b""
    try:
        descriptor = os.open(file, os.O_RDONLY | nofollow | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as opened:
            _check(os.fstat(opened.fileno()), shown)
            data = opened.read(_LARGEST + 1)
    except OSError as caught:
        fault = caught
    if fault is not None:
        raise UsageError(f"{shown} cannot be read: {fault.strerror}", hint=HELP)
    if len(data) > _LARGEST:
        raise UsageError(f"{shown} is larger than a file of credentials is", hint=HELP)
    return Secret(data.decode("utf-8", "replace"))


def _check(found: os.stat_result, shown: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{shown} is no file", hint=HELP)
    if not hasattr(os, "geteuid"):
        return  # a system without such modes
    if found.st_uid != os.geteuid():
        raise UsageError(f"{shown} belongs to somebody else", hint="it must be yours: chown, or copy it")
    if mode := stat.S_IMODE(found.st_mode) & 0o077:
        who = "everybody" if mode & 0o007 else "your group"
        raise UsageError(f"{shown} is open to {who}, so it is not read", hint=f"chmod 600 {shown}")


def _parsed(text: Secret, shown: str) -> dict[str, object]:
    line = ""
    try:
        return tomllib.loads(text.reveal())
    except tomllib.TOMLDecodeError as fault:
        line = re.sub(r".*\(at line (\d+).*|.*", r"\1", str(fault), count=1, flags=re.DOTALL)
    except RecursionError:
        line = ""
    # Outside the handler: what it caught may repeat the file.
    raise UsageError(f"{shown}{':' + line if line else ''} is not TOML", hint=f"see {HELP}")


def _known(table: Mapping[str, object], words: Sequence[str], shown: str, place: str) -> None:
    for key in table:
        if key not in words:
            close = nearest(key, words)
            inside = f" in [{place}]" if place else ""
            raise UsageError(
                f"{shown}: {_quoted(key)} is not known{inside}",
                hint=f"did you mean {close}?" if close else f"known: {', '.join(words)}",
            )


def _quoted(key: str) -> str:
    """A key, if it is a plain word: people paste tokens in the wrong place."""
    return f"the key {key!r}" if _WORD.fullmatch(key) else "a key"


def _name(name: str, shown: str) -> str:
    if not _NAME.fullmatch(name) or kind_of(Secret(name)) != "unknown":
        raise UsageError(
            f"{shown}: a credential's name is odd", hint="small letters, digits and hyphens: ada, work-2"
        )
    return name


def _table(value: object, shown: str, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        where = place if re.fullmatch(r"[a-z.-]{1,40}", place) else "a part of it"
        raise UsageError(f"{shown}: {where} is not a table", hint=f"see {HELP}")
    return value


def _text(value: object, shown: str, place: str, name: str) -> Secret:
    if not isinstance(value, str):
        raise UsageError(f"{shown}: a token in [{place}] is not a text", hint=f'{_WORD.match(name) and name} = "…"')
    return Secret(value.strip())


def _expanded(text: str, home: Path, base: Path | None = None) -> Path:
    if text == "~" or text.startswith("~/"):
        return home / text[2:]
    return (base or Path()) / text


def _tilde(file: Path, home: Path) -> str:
    """A path as it may be shown: below the home as ``~``, so that no account's name stands in a message."""
    try:
        return f"~/{file.relative_to(home)}"
    except ValueError:
        return str(file)
