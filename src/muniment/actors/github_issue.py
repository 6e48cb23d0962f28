"""An issue for one person or team, in a repository that is proved private each time before anything is written."""

from __future__ import annotations

import re
import ssl

import httpx2
import msgspec
from msgspec import Struct

from muniment.actors.settings import HELP, Settings
from muniment.campaigns.message import Message
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret, hidden
from muniment.model.text import plain
from muniment.ports import Delivery, Fate

CHANNEL = "github-issue"
PER_MINUTE = 8
"""GitHub takes 500 pieces of content an hour and 80 a minute of one account; eight a minute keep both."""

_VERSION = "2022-11-28"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}", re.ASCII)
_LOGIN = r"(?=[\w-]{1,39}\Z)[A-Za-z0-9][A-Za-z0-9-]*(?:_[A-Za-z0-9]+)?"  # NAME_CODE: an enterprise manages it
_TEAM = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,98})"
_WHO = re.compile(f"{_LOGIN}|{_TEAM}", re.ASCII)
_LARGEST = 4 * 1024 * 1024
_LONGEST_TITLE = 200
_LONGEST_BODY = 60_000


class Repository(Struct):
    """What is read of GitHub's word about a repository; what it does not say is not taken to be private."""

    full_name: str
    private: bool
    visibility: str = ""
    archived: bool = False
    has_issues: bool = True


class Made(Struct):
    """What is read of GitHub's word about an issue that it made."""

    html_url: str = ""


class NotSent(Exception):
    """Nothing was written; ``str`` says why."""


class Issues:
    """Opens an issue for each message in one private repository. Its representation tells no secret."""

    channel = CHANNEL
    per_minute = PER_MINUTE

    def __init__(
        self,
        *,
        api: str,
        repository: str,
        token: Secret,
        trust: ssl.SSLContext | None,
        seconds: float = 30.0,
    ) -> None:
        self._place = f"{api}/repos/{repository}"
        self._repository = repository
        self._token = token
        self._trust = trust
        self._seconds = seconds

    def __repr__(self) -> str:
        return f"Issues({self._repository})"

    async def trouble(self) -> str:
        """Why no issue can be opened now."""
        try:
            async with self._client() as client:
                await self._prove_private(client)
        except NotSent as why:
            return str(why)
        return ""

    async def deliver(self, message: Message) -> Delivery:
        """Open one issue. Uncertain: GitHub was asked to, and gave no word that could be understood."""
        who = message.to.strip().removeprefix("@")
        if not _WHO.fullmatch(who):
            return Delivery(Fate.REFUSED, detail="this is neither a login nor a team on GitHub")
        content = msgspec.json.encode({"title": _title(message.title), "body": _body(message, who)})
        try:
            async with self._client() as client:
                await self._prove_private(client)
                return await self._open(client, content)
        except NotSent as why:
            return Delivery(Fate.REFUSED, detail=str(why))

    # ------------------------------------------------------------ the exchange

    def _client(self) -> httpx2.AsyncClient:
        headers = {
            "accept": "application/vnd.github+json",
            "accept-encoding": "identity",
            "authorization": f"Bearer {self._token.reveal()}",
            "user-agent": "muniment",
            "x-github-api-version": _VERSION,
        }
        return httpx2.AsyncClient(
            headers=headers,
            timeout=self._seconds,
            verify=self._trust if self._trust is not None else True,
            follow_redirects=False,
        )

    async def _prove_private(self, client: httpx2.AsyncClient) -> None:
        """Return only if GitHub says, now, that there is a private repository of this name; else ``NotSent``."""
        try:
            status, body = await self._ask(client, "GET", self._place, None)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
            raise NotSent(f"GitHub was not reached: {self._clean(fault)}") from None
        if status != 200:
            raise NotSent(f"{self._repository} could not be proved private: GitHub answered {status}")
        try:
            found = msgspec.json.decode(body, type=Repository)
        except (msgspec.DecodeError, ValueError):
            raise NotSent(f"{self._repository} could not be proved private: the answer cannot be read") from None
        if found.full_name.lower() != self._repository.lower():
            raise NotSent(f"GitHub answered for another repository than {self._repository}")
        if found.private is not True or found.visibility != "private":
            raise NotSent(f"{self._repository} is not private, and personal messages go to private ones alone")
        if found.archived or not found.has_issues:
            raise NotSent(f"{self._repository} takes no issues")

    async def _open(self, client: httpx2.AsyncClient, content: bytes) -> Delivery:
        """Ask for the issue, once. What is not a plain yes or no is uncertain."""
        try:
            status, body = await self._ask(client, "POST", f"{self._place}/issues", content)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as fault:
            return Delivery(Fate.REFUSED, detail=f"GitHub was not reached: {self._clean(fault)}")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as fault:
            why = f"an issue was asked for, and no answer came: {self._clean(fault)}"
            return Delivery(Fate.UNCERTAIN, detail=why)
        if status == 201:
            return Delivery(Fate.SENT, receipt=self._address(body), detail="GitHub answered 201")
        if 300 <= status < 500:
            later = "; it may take it later" if status in (403, 429) else ""
            return Delivery(Fate.REFUSED, detail=f"GitHub answered {status}{later}")
        return Delivery(Fate.UNCERTAIN, detail=f"an issue was asked for, and GitHub answered {status}")

    async def _ask(
        self, client: httpx2.AsyncClient, method: str, url: str, content: bytes | None
    ) -> tuple[int, bytes]:
        headers = {"content-type": "application/json"} if content is not None else {}
        async with client.stream(method, url, content=content, headers=headers) as response:
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > _LARGEST:
                    raise httpx2.ReadError("the answer is too large")
            return response.status_code, bytes(body)

    def _address(self, body: bytes) -> str:
        try:
            address = msgspec.json.decode(body, type=Made).html_url
        except (msgspec.DecodeError, ValueError):
            return ""
        return plain(address, 200)

    def _clean(self, fault: Exception) -> str:
        return plain(hidden(str(fault) or type(fault).__name__, [self._token]), 200)


def _title(title: str) -> str:
    return plain(title, _LONGEST_TITLE)


def _body(message: Message, who: str) -> str:
    """The message below the one mention that is meant; nobody else who is named in it is called."""
    lines = (plain(line, 10_000) for line in message.markdown.splitlines())
    return f"@{who}\n\n" + uncalled("\n".join(lines))[:_LONGEST_BODY] + "\n"


def uncalled(text: str) -> str:
    """Markdown in which no ``@name`` calls anybody: a mark of no width stands after each ``@``."""
    return re.sub(r"(?:@|&#0*64;|&#[xX]0*40;|&commat;)", "@\u200b", text)


# ---------------------------------------------------------------- set up


def actor(settings: Settings) -> Issues:
    """The repository of ``MUNIMENT_GITHUB_ISSUES``; ``UsageError`` says what is missing or wrong.

    Its token is ``MUNIMENT_GITHUB_ISSUES_TOKEN``: those that muniment reads with are never written with.
    """
    repository = settings.said("MUNIMENT_GITHUB_ISSUES")
    if not repository:
        raise UsageError(
            "no repository for issues is set up",
            hint=f"MUNIMENT_GITHUB_ISSUES=OWNER/PRIVATE-REPOSITORY; see {HELP}",
        )
    if not _REPOSITORY.fullmatch(repository) or repository.endswith(("/.", "/..")):
        raise UsageError("MUNIMENT_GITHUB_ISSUES is no repository", hint="OWNER/REPOSITORY, without an address")
    token = settings.secret("MUNIMENT_GITHUB_ISSUES_TOKEN", "muniment-github-issues")
    if not token or not token.reveal().isascii() or " " in token.reveal():
        raise UsageError(
            "there is no token to open issues with",
            hint="MUNIMENT_GITHUB_ISSUES_TOKEN, one that may write issues in that repository and nothing else",
        )
    there = httpx2.URL(settings.github)
    if there.scheme != "https" and there.host not in _LOOPBACK:
        raise UsageError("the token does not go over a line that anybody can read", hint="GITHUB_API_URL=https://…")
    trust = settings.trust() if there.scheme == "https" else None
    return Issues(api=settings.github, repository=repository, token=token, trust=trust)
