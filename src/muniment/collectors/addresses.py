"""Where the registries are, as pip and npm are configured; what an address gives away is taken off here.

No registry is named in this project's source. An address comes from the user's configuration, else from the
packageurl library, which carries the public ones.
"""

from __future__ import annotations

import ast
import base64
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace
from packageurl.contrib.purl2url import get_download_url, get_repo_url

from muniment.model.errors import UsageError
from muniment.ports import Key

Ask = Callable[[Sequence[str]], str]
"""Runs a program and gives what it printed; empty if it is not there or failed."""

_USERINFO = re.compile(r"//[^/\s?#\"'<>]*@")


class Places(Struct, frozen=True):
    """Base addresses without a slash at the end, without user, password, query or fragment.

    ``pypi`` is where the JSON API lies (``…/pypi/NAME/json``), ``simple`` the index itself, ``npm`` the registry,
    ``github`` GitHub's REST API and ``graphql`` its GraphQL API.
    """

    pypi: str
    simple: str
    npm: str
    github: str = "https://api.github.com"
    graphql: str = "https://api.github.com/graphql"


class Private:
    """What must not be shown: the Authorization headers by base address. Its representation tells none."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(sorted(headers.items(), key=lambda pair: -len(pair[0])))

    def __repr__(self) -> str:
        return f"Private({len(self._headers)} credentials)"

    def header(self, url: str) -> str:
        """The Authorization header of the longest configured base that an address lies below; empty: none."""
        for base, header in self._headers.items():
            if url == base or url.startswith(base + "/"):
                return header
        return ""


class Addresses(Struct, frozen=True):
    """The registries' addresses.

    ``public`` may be shown and recorded; ``private`` may not. ``hosts`` are pairs of a placeholder
    (``{pypi}``) and the host that the packageurl library names for it. ``certificates`` is pip's file of
    trusted certificates, if one is configured. ``keys`` are the names of GitHub's credentials at hand.
    """

    public: Places
    private: Private
    hosts: tuple[tuple[str, str], ...]
    certificates: str = ""
    keys: tuple[Key, ...] = ()

    def authorization(self, url: str) -> str:
        """The Authorization header for a request; empty: ask as anybody would."""
        return self.private.header(url)

    def right(self, base: str) -> str:
        """The right a request to a base address uses: ``none``, or ``configured`` with a user and password."""
        return "configured" if self.private.header(base) else "none"

    def templated(self, text: str) -> str:
        """The text with the registries' hosts, public and configured, written as ``{pypi}`` and ``{npm}``.

        A configured host of one word (``nexus``) is replaced only where an address stands, not in prose.
        """
        public = [(host, mark, True) for mark, host in self.hosts]
        own = [
            (urlsplit(place).netloc, mark, "." in urlsplit(place).netloc)
            for place, mark in (
                (self.public.pypi, "{pypi}"),
                (self.public.simple, "{pypi}"),
                (self.public.npm, "{npm}"),
            )
        ]
        for host, mark, everywhere in sorted({*own, *public}, key=lambda h: (-len(h[0]), h)):
            if host:
                before = "" if everywhere else "(?<=//)"
                text = re.sub(before + re.escape(host), mark, text, flags=re.IGNORECASE)
        return text

    def filled(self, text: str) -> str:
        """The text with ``{pypi}`` and ``{npm}`` written out as the public registries' hosts.

        Packages publish links to the public registries; a mirror's own host is never put in their place.
        """
        for mark, host in self.hosts:
            text = text.replace(mark, host)
        return text


def configured(environ: Mapping[str, str] = os.environ, ask: Ask | None = None) -> Addresses:
    """The addresses that pip and npm use here; where neither says one, the public registries'.

    ``ask`` runs pip and npm, which takes most of a second, for what the environment does not say; tests pass their
    own. ``UsageError`` if a configured address is not one.
    """
    ask = ask or _ask
    said = environ.get("PIP_INDEX_URL") and "PIP_CERT" in environ
    settings = {} if said else _pip_settings(ask((sys.executable, "-m", "pip", "config", "list")))
    # The library is untyped; this is how its two functions are called.
    page_of: Callable[[str], str] = get_repo_url
    file_of: Callable[[str], str] = get_download_url
    page, pages, files = (
        urlsplit(u) for u in (page_of("pkg:pypi/n"), page_of("pkg:npm/n"), file_of("pkg:npm/n@1"))
    )
    index = environ.get("PIP_INDEX_URL") or _setting(settings, "index-url") or f"{_origin(page)}/simple"
    npm = _npm_of(environ) or ask(("npm", "config", "get", "registry")).strip() or _origin(files)
    found = addresses(
        index,
        npm,
        hosts=(("{pypi}", page.netloc), ("{npm}", files.netloc), ("{npm-pages}", pages.netloc)),
        certificates=environ.get("PIP_CERT") or _setting(settings, "cert"),
    )
    return replace(found, public=_with_github(found.public, environ))


def addresses(
    index: str, npm: str, *, hosts: tuple[tuple[str, str], ...] = (), certificates: str = ""
) -> Addresses:
    """The addresses for a Python index and an npm registry, users and passwords set apart.

    An index ending in ``/simple`` has its JSON API beside it; any other one is taken to have it below itself.
    """
    simple, index_header = _parted(index, "the Python index (pip's index-url)")
    registry, npm_header = _parted(npm, "the npm registry (npm's registry)")
    places = Places(pypi=simple.removesuffix("/simple"), simple=simple, npm=registry)
    headers = {}
    if index_header:
        headers[places.pypi] = index_header
    if npm_header:
        headers[places.npm] = npm_header
    return Addresses(places, Private(headers), hosts, certificates)


def scrubbed(text: str) -> str:
    """The text without any user and password that stands in an address."""
    return _USERINFO.sub("//", text)


def _with_github(places: Places, environ: Mapping[str, str]) -> Places:
    """The places with GitHub as ``GITHUB_API_URL`` and ``GITHUB_GRAPHQL_URL`` say it, as its own runners do."""
    stated = environ.get("GITHUB_API_URL", "")
    api, _ = _parted(stated, "GITHUB_API_URL") if stated else (places.github, "")
    told = environ.get("GITHUB_GRAPHQL_URL", "")
    graphql, _ = _parted(told, "GITHUB_GRAPHQL_URL") if told else (f"{api}/graphql", "")
    return replace(places, github=api, graphql=graphql)


def _parted(address: str, what: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        raise UsageError(f"{what} is no address", hint="pip config list · npm config get registry") from None
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    header = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        header = "Basic " + base64.b64encode(pair.encode()).decode()
    return urlunsplit((parts.scheme, netloc, parts.path, "", "")).rstrip("/"), header


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"


def _npm_of(environ: Mapping[str, str]) -> str:
    return next((v for k, v in environ.items() if k.lower() == "npm_config_registry" and v), "")


def _pip_settings(listed: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in listed.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            try:
                found[name.strip()] = str(ast.literal_eval(value.strip()))
            except (ValueError, SyntaxError):
                continue
    return found


def _setting(settings: Mapping[str, str], name: str) -> str:
    """pip's order: the environment before a command's section before the global one."""
    return next((settings[k] for s in (":env:", "install", "global") if (k := f"{s}.{name}") in settings), "")


def _ask(command: Sequence[str]) -> str:
    program = shutil.which(command[0])
    if program is None:
        return ""
    try:
        done = subprocess.run([program, *command[1:]], check=True, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return done.stdout
