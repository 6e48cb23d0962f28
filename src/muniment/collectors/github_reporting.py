"""Whether a stranger can report a hole in private: one call for each repository, which only REST offers.

It is asked last, and of public repositories alone. What it says is public, whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from muniment.collectors.addresses import Addresses
from muniment.collectors.github.collector import HIDDEN
from muniment.collectors.github.standing import ANYBODY, choose, shared
from muniment.collectors.reading import Missed, Source, gathered, read, unobservable
from muniment.evidence.kind import Evidence
from muniment.evidence.private_reporting import PrivateReporting
from muniment.model import asset as assets
from muniment.model.observation import Batch
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "github-reporting/1"


class _Enabled(Struct):
    enabled: bool


_ENABLED = msgspec.json.Decoder(_Enabled)


class GitHubReporting:
    """The collector of private vulnerability reporting. Without a credential it asks nothing."""

    source = "github"
    families: tuple[str, ...] = (assets.GITHUB_REPO,)
    yields: tuple[type[Evidence], ...] = (PrivateReporting,)
    rationed = False
    rank = 1

    def __init__(self, addresses: Addresses) -> None:
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = self.families if self.keys else ()
        self._rest = addresses.public.github
        self._standings = shared(addresses)

    def requests(self, scope: str) -> Iterable[Planned]:
        """One request. Where there are several credentials, two a run beside for each, to choose among them."""
        if self.asks:
            self._standings.note(_owner(scope))
            yield Planned(self.source, scope, self._url(scope))

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask with the credential that the repository's organization is asked with."""
        credential, trouble = await self._credential(scope, io)
        answer = (
            await io.get(self._url(scope), credential=credential)
            if not trouble
            else Answer(self._url(scope), 401, self._standings.at(), detail=trouble)
        )
        return Raw(scope, (answer,), ANYBODY)

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answer. Neither 404 nor 422 tells a private repository from one that is not there."""
        (answer,) = raw.answers
        source = Source(self.source, ANYBODY, PARSER)
        return (gathered(source, raw.scope, PrivateReporting, answer.at, _reporting(answer)),)

    async def _credential(self, scope: str, io: Io) -> tuple[str, str]:
        if len(self.keys) == 1 and self.keys[0].kind != "app":
            return self.keys[0].name, ""
        login = _owner(scope)
        choice = choose(await self._standings.holders((login,), io), login)
        return choice.credential, choice.trouble

    def _url(self, scope: str) -> str:
        return f"{self._rest}/repos/{assets.name(assets.canonical(scope))}/private-vulnerability-reporting"


def collector(addresses: Addresses) -> GitHubReporting:
    """The collector of private vulnerability reporting, with the credentials that are at hand."""
    return GitHubReporting(addresses)


def _owner(scope: str) -> str:
    return assets.name(assets.canonical(scope)).partition("/")[0]


def _reporting(answer: Answer) -> Iterable[PrivateReporting] | Missed:
    if answer.status in (404, 410, 422):
        return unobservable(HIDDEN)
    found = read(answer, _ENABLED)
    if isinstance(found, Missed):
        return found
    return (PrivateReporting(enabled=found.enabled),)
