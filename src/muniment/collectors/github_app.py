"""A GitHub App's two steps: a word signed with its key, and for it a token of an hour that may read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Struct

from muniment.model.secrecy import Secret, Unavailable, parts
from muniment.model.text import plain
from muniment.ports import Answer

Send = Callable[[str, str, Secret, Mapping[str, str] | None], Awaitable[Answer]]
"""Asks GitHub as an App by name: a path, the App's signed word, the rights asked for (``None``: it is a GET)."""

RIGHTS: Mapping[str, str] = {
    "metadata": "read",
    "members": "read",
    "administration": "read",
    "organization_administration": "read",
    "organization_custom_properties": "read",
    "organization_custom_org_roles": "read",
}
"""What a token is asked to be able to do: the manifest's ``default_permissions``, and nothing else.

Not ``contents``: what is read of files is public, and private repositories' files are nobody's business here.
"""

WORD_LASTS = timedelta(minutes=9)
"""Less than the ten minutes that GitHub allows, counted from a minute ago."""

WORD_USED = timedelta(minutes=5)
"""For how long one word is used before another is signed."""

CLOCKS_DIFFER = timedelta(seconds=60)
TOKEN_LASTS = timedelta(minutes=55)
"""Five minutes less than GitHub's hour: a token is not used up to its last second."""


class App(Struct, frozen=True):
    """An App as its owner describes it: ``id`` is its client id or its number, ``key`` its private key (PEM)."""

    name: str
    id: str
    key: Secret

    def word(self, now: datetime) -> Secret:
        """The header by which the App shows that it has the key; ``Unavailable`` if the key is none."""
        import jwt

        issued = now - CLOCKS_DIFFER
        claims = {"iat": int(issued.timestamp()), "exp": int((issued + WORD_LASTS).timestamp()), "iss": self.id}
        signed = ""
        try:
            signed = jwt.encode(claims, self.key.reveal(), algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            signed = ""
        if not signed:  # outside the handler: what it caught may repeat the key
            raise Unavailable(f"credential {self.name}: its private key is not an RSA key in PEM", 401)
        return Secret(f"Bearer {signed}")


class _Granted(Struct):
    token: str
    expires_at: datetime
    permissions: dict[str, str] = {}


class _Installation(Struct):
    permissions: dict[str, str] = {}


class _Lent(Struct, frozen=True):
    header: Secret
    until: datetime


_granted = msgspec.json.Decoder(_Granted)
_installation = msgspec.json.Decoder(_Installation)


class Tokens:
    """An App's word, and its tokens by installation: had when needed, kept until shortly before their end."""

    def __init__(self, app: App, now: Callable[[], datetime]) -> None:
        self.app = app
        self._now = now
        self._word: _Lent | None = None
        self._lent: dict[str, _Lent] = {}
        self._told: list[Secret] = []
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = WeakKeyDictionary()

    def secrets(self) -> tuple[Secret, ...]:
        """The key, and every word and token there was: those that are no longer used may not have ended."""
        return (self.app.key, *self._told)

    def word(self) -> Secret:
        """The App's own header; ``Unavailable`` if its key is none."""
        now = self._now()
        if self._word is None or self._word.until <= now:
            self._word = self._kept(self.app.word(now), now + WORD_USED)
        return self._word.header

    def _kept(self, header: Secret, until: datetime) -> _Lent:
        self._told += parts(header)
        return _Lent(header, until)

    async def header(self, name: str, installation: str, send: Send) -> Secret:
        """The header for an installation; ``Unavailable`` says why there is none."""
        locks = self._locks.setdefault(asyncio.get_running_loop(), {})
        async with locks.setdefault(installation, asyncio.Lock()):
            lent = self._lent.get(installation)
            if lent is None or lent.until <= self._now():
                lent = await self._borrow(name, installation, send)
                self._lent[installation] = lent
            return lent.header

    async def _borrow(self, name: str, installation: str, send: Send) -> _Lent:
        asked_at = self._now()
        word = self.word()
        path = f"/app/installations/{installation}"
        answer = await send(self.app.name, f"{path}/access_tokens", word, RIGHTS)
        if answer.status == 422:  # a right was asked for that this installation was never given
            fewer = _fewer(await send(self.app.name, path, word, None))
            if fewer:
                answer = await send(self.app.name, f"{path}/access_tokens", word, fewer)
        granted = _grant(answer)
        if granted is None:
            raise _unavailable(name, answer)
        if odd := sorted(right for right, level in granted.permissions.items() if level != "read"):
            raise Unavailable(f"credential {name}: it was given more than reading ({plain(odd[0], 40)})", 401)
        until = min(_shortly_before(granted.expires_at), asked_at + TOKEN_LASTS)
        return self._kept(Secret(f"Bearer {granted.token}"), until)


def _grant(answer: Answer) -> _Granted | None:
    if answer.status not in (200, 201):
        return None
    try:
        granted = _granted.decode(answer.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    usable = len(granted.token) >= 8 and granted.token.isascii() and granted.token.isprintable()
    return granted if usable and " " not in granted.token else None


def _fewer(answer: Answer) -> dict[str, str]:
    """Those of the rights that an installation was given, for reading each."""
    if answer.status != 200:
        return {}
    try:
        given = _installation.decode(answer.body).permissions
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return {right: "read" for right in RIGHTS if right in given}


def _unavailable(name: str, answer: Answer) -> Unavailable:
    if answer.status in (401, 403, 404, 422):
        return Unavailable(f"credential {name} is refused: asking for its token was answered {answer.status}", 401)
    if answer.status == 429:
        return Unavailable(f"rate limit of {name}: no token is given", 429)
    why = answer.detail or f"answered {answer.status}"
    if answer.status in (200, 201):
        why = "the answer to its asking for a token is none"
    return Unavailable(f"credential {name} has no token: {why}", 0)


def _shortly_before(end: datetime) -> datetime:
    """Five minutes before a token is said to end (UTC)."""
    end = end if end.tzinfo is not None else end.replace(tzinfo=UTC)
    try:
        return end.astimezone(UTC) - timedelta(minutes=5)
    except OverflowError:  # beyond what can be written: whoever says so is not believed
        return _NEVER


_NEVER = datetime(1, 1, 2, tzinfo=UTC)
