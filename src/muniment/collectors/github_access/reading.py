"""Reads the answers about one organization: a batch for every kind, and for those of each public repository."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from muniment.collectors.github import graphql, organization
from muniment.collectors.github.rights import OF_TEAMS, Place, lacking, sees
from muniment.collectors.github.standing import STANDING, seen_with
from muniment.collectors.github_access import people, repositories, teams
from muniment.collectors.github_access.answers import LISTS, named, repository_page, team_page
from muniment.collectors.reading import Missed, Source, gathered
from muniment.evidence.installed_app import InstalledApp
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_invitation import OrganizationInvitation
from muniment.evidence.organization_team import OrganizationTeam
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.team_member import TeamMember
from muniment.evidence.team_repository import TeamRepository
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Raw

SOURCE = "github-access"
PARSER = "github-access/2"


class Reading:
    """The answers about one organization, and what they say."""

    def __init__(self, raw: Raw, login: str, place: Place) -> None:
        self._raw = raw
        self._login = login
        self._place = place
        self._by: dict[str, list[Answer]] = {}
        for answer in raw.answers:
            self._by.setdefault(answer.question, []).append(answer)

    def _say(self, scope: str, kind: type[Evidence], at: datetime, told: people.Told) -> Batch:
        whole = not isinstance(told.facts, Missed) and not told.short
        source = Source(SOURCE, seen_with(kind, self._login, self._place, whole=whole), PARSER)
        return gathered(source, scope, kind, at, told.facts, partial=told.short, counted=told.counted)

    def _at(self, question: str) -> datetime:
        return self._by.get(question, self._by[STANDING])[0].at

    def of_organization(self) -> Iterator[Batch]:
        """The batches about the organization itself."""
        for kind in OF_TEAMS:
            yield self._say(self._raw.scope, kind, self._at("teams"), self._teams(kind))
        for kind, (question, _) in LISTS.items():
            yield self._say(self._raw.scope, kind, self._at(question), self._list(kind))

    def _teams(self, kind: type[Evidence]) -> people.Told:
        if sees(kind, self._place) == "none" or "teams" not in self._by:
            return people.Told(self._unasked(kind))
        found = organization.listed(self._by["teams"], "teams", self._login)
        if isinstance(found, Missed) and found.outcome is Outcome.DENIED:
            return people.Told(Missed(Outcome.DENIED, f"{found.detail}: it {lacking(kind)}"))
        further = {
            question.removeprefix("team "): tuple(team_page(answer) for answer in answers)
            for question, answers in self._by.items()
            if question.startswith("team ")
        }
        if kind is OrganizationTeam:
            return people.Told(*teams.of_teams(found, self._place))
        if kind is TeamMember:
            return people.Told(*teams.of_members(found, further, self._place))
        assert kind is TeamRepository
        return people.Told(*teams.of_repositories(found, further, self._login, self._place))

    def _unasked(self, kind: type[Evidence]) -> Missed:
        """Why a kind was not asked for: the right is lacking, or the organization did not answer by its name."""
        opened = organization.opened(self._by["repositories"][0]) if "repositories" in self._by else None
        if isinstance(opened, graphql.Node) and opened.missing and sees(kind, self._place) != "none":
            return Missed(Outcome.UNOBSERVABLE, organization.GONE)
        return Missed(Outcome.DENIED, lacking(kind))

    def _list(self, kind: type[Evidence]) -> people.Told:
        answers = self._by.get(LISTS[kind][0])
        if not answers:
            return people.Told(self._unasked(kind))
        if kind is OutsideCollaborator:
            return people.outside(answers)
        if kind is OrganizationInvitation:
            return people.invitations(answers)
        if kind is InstalledApp:
            return people.apps(answers)
        return people.holders(people.roles(answers), self._of_roles("users"), self._of_roles("teams"))

    def _of_roles(self, whom: str) -> dict[int, list[Answer]]:
        start = f"role {whom} "
        return {int(q.removeprefix(start)): found for q, found in self._by.items() if q.startswith(start)}

    # ------------------------------------------------------------ repositories

    def of_repositories(self) -> Iterator[Batch]:
        """The batches about each public repository that was named."""
        listed = organization.repositories(
            organization.listed(self._by.get("repositories", ()), "repositories", self._login), self._login
        )
        nodes = {} if isinstance(listed, Missed) else {asset: (node, at) for asset, _, node, at in listed.public}
        outsiders = self._outsiders()
        for asset in dict.fromkeys((*nodes, *named(self._raw.answers, self._login))):
            node, at = nodes.get(asset, (None, self._at(f"alone {asset}")))
            alone = tuple(repository_page(answer, asset) for answer in self._by.get(f"alone {asset}", ()))
            rest = {
                name: tuple(found) for name in repositories.BY_REST if (found := self._by.get(f"{name} {asset}"))
            }
            told = repositories.Told(node, alone, rest)
            for name, (_, kind) in repositories.LISTS.items():
                yield self._say(asset, kind, at, self._given(kind, told, name, outsiders))

    def _given(
        self, kind: type[Evidence], told: repositories.Told, name: str, outsiders: Collection[int] | None
    ) -> people.Told:
        if sees(kind, self._place) == "none":
            return people.Told(Missed(Outcome.DENIED, lacking(kind)))
        facts, short = repositories.read(told, name, outsiders)
        return people.Told(facts, short)

    def _outsiders(self) -> frozenset[int] | None:
        """The numbers of the outside collaborators; ``None``: not all of them are known."""
        told = people.outside(self._by.get("outside", ()))
        if isinstance(told.facts, Missed) or told.short:
            return None
        return frozenset(fact.id for fact in told.facts if isinstance(fact, OutsideCollaborator))
