"""GitHub's two collectors as the use cases see them: a test sets what they say; what is asked is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from muniment.checks.declaration import All, Check, check, declared
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.private_reporting import PrivateReporting
from muniment.evidence.private_repository import PrivateRepository
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, family
from muniment.model.observation import Batch, Cell, Item, Outcome, Vantage
from muniment.model.tlp import Marking
from muniment.model.verdict import PASS, Verdict
from muniment.ports import Io, Planned, Raw

STRANGER: Vantage = frozenset({"github:anonymous"})
OWNER: Vantage = STRANGER | {"github:org/callisto:member", "github:org/callisto:owner"}


@check(title="Made up", severity="low", id="test/organization")
def organization(
    repositories: All[OrganizationRepository], members: All[OrganizationMember], private: All[PrivateRepository]
) -> Verdict:
    """Reads an organization's lists."""
    return PASS


@check(title="Made up too", severity="low", id="test/reporting")
def reporting(setting: PrivateReporting) -> Verdict:
    """Reads a repository's setting."""
    return PASS


CHECKS: dict[str, Check] = {c.id: c for c in (declared(organization), declared(reporting))}


def batch(
    scope: str,
    kind: type[Evidence],
    facts: Sequence[Evidence] = (),
    *,
    at: datetime,
    vantage: Vantage = OWNER,
    outcome: Outcome = Outcome.COLLECTED,
) -> Batch:
    """A look of GitHub's at one cell."""
    return Batch(
        cell=Cell("github", scope, kind_id(kind)),
        vantage=vantage,
        outcome=outcome,
        observed_at=at,
        parser="github/1",
        marking=Marking(kind.marking),
        items=tuple(Item(f.key, encode(f)) for f in facts),
    )


def repository(number: int, name: str, *, archived: bool = False) -> OrganizationRepository:
    """A line of the list of callisto."""
    return OrganizationRepository(id=number, asset=f"github:repo/callisto/{name}", archived=archived)


class Github:
    """One look per organization, which tells of its repositories; a repository by itself if asked."""

    source = "github"
    yields: tuple[type[Evidence], ...] = (
        GithubOrganization,
        OrganizationRepository,
        OrganizationMember,
        PrivateRepository,
        GithubRepository,
    )
    families: tuple[str, ...] = (GITHUB_ORG, GITHUB_REPO)
    asks: tuple[str, ...] = (GITHUB_ORG, GITHUB_REPO)
    rationed = False
    rank = 0

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.lists: dict[str, tuple[OrganizationRepository, ...]] = {}
        self.outcome = Outcome.COLLECTED
        self.vantage = OWNER
        self.asked: list[str] = []

    def requests(self, scope: str) -> Sequence[Planned]:
        return (Planned("github", scope, f"{{github}}/{scope}", "member"),)

    async def fetch(self, scope: str, io: Io) -> Raw:
        self.asked.append(scope)
        return Raw(scope, ())

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        if family(raw.scope) == GITHUB_REPO:
            return (self._batch(raw.scope, GithubRepository, (), Outcome.ABSENT),)
        listed = self.lists.get(raw.scope, ())
        seen = self.outcome.observes
        facts: dict[type[Evidence], tuple[Evidence, ...]] = {
            GithubOrganization: (GithubOrganization(id=7, login="callisto"),),
            OrganizationRepository: listed,
            OrganizationMember: (OrganizationMember(id=1, login="ada", role="owner"),),
            PrivateRepository: (PrivateRepository(id=99, name="callisto/hush"),),
        }
        own = [self._batch(raw.scope, k, f if seen else (), self.outcome) for k, f in facts.items()]
        told = [
            self._batch(r.asset, GithubRepository, (GithubRepository(id=r.id, name=r.asset[12:]),), self.outcome)
            for r in listed
        ]
        return (*own, *(told if seen else ()))

    def _batch(self, scope: str, kind: type[Evidence], facts: Sequence[Evidence], outcome: Outcome) -> Batch:
        return batch(scope, kind, facts, at=self.now, vantage=self.vantage, outcome=outcome)


class Reporting:
    """The one call for each repository."""

    source = "github"
    yields: tuple[type[Evidence], ...] = (PrivateReporting,)
    families: tuple[str, ...] = (GITHUB_REPO,)
    asks: tuple[str, ...] = (GITHUB_REPO,)
    rationed = False
    rank = 1

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.asked: list[str] = []
        self.outcome = Outcome.COLLECTED

    def requests(self, scope: str) -> Sequence[Planned]:
        return (Planned("github", scope, f"{{github}}/{scope}/private-vulnerability-reporting"),)

    async def fetch(self, scope: str, io: Io) -> Raw:
        self.asked.append(scope)
        return Raw(scope, ())

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        facts = (PrivateReporting(enabled=True),) if self.outcome.observes else ()
        return (batch(raw.scope, PrivateReporting, facts, at=self.now, outcome=self.outcome),)
