"""The collector of access: who may do what in an organization, and in each of its public repositories.

One GraphQL query tells of twenty-five teams and fifty repositories; a few REST calls tell what GraphQL lacks. What
needs a right that no credential at hand has is not asked. Private repositories are neither named nor counted.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, organization
from muniment.collectors.github.opening import ACCESS, opening
from muniment.collectors.github.rights import (
    ACCESS_TO_ORGANIZATION,
    ACCESS_TO_REPOSITORY,
    NEEDS,
    UNKNOWN,
    Place,
)
from muniment.collectors.github.standing import place_told, seen_with, shared
from muniment.collectors.github_access.answers import LISTS
from muniment.collectors.github_access.asking import Asking
from muniment.collectors.github_access.reading import PARSER, SOURCE, Reading
from muniment.collectors.reading import Source, gathered, missed
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.organization_team import OrganizationTeam
from muniment.model import asset as assets
from muniment.model.observation import Batch
from muniment.ports import Io, Planned, Raw

_NOWHERE = Place(level=UNKNOWN)


class GitHubAccess:
    """The collector of access. Without a credential it asks nothing."""

    source = SOURCE
    families: tuple[str, ...] = (assets.GITHUB_ORG, assets.GITHUB_REPO)
    yields: tuple[type[Evidence], ...] = (*ACCESS_TO_ORGANIZATION, *ACCESS_TO_REPOSITORY)
    rationed = False
    rank = 1  # after the collector that tells whose the name is

    def __init__(self, addresses: Addresses) -> None:
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = (assets.GITHUB_ORG,) if self.keys else ()
        self._rest = addresses.public.github
        self._graphql = addresses.public.graphql
        self._standings = shared(addresses)
        self._openings = opening(addresses)

    def requests(self, scope: str) -> Iterable[Planned]:
        """Five requests, and two for each role that matters; further pages come with long lists."""
        if not self.asks:
            return
        login = _login(scope)
        self._standings.note(login)
        self._openings.want(login, ACCESS)
        yield Planned(self.source, scope, self._graphql, NEEDS[OrganizationTeam].words)
        for kind, (_, end) in LISTS.items():
            yield Planned(
                self.source,
                scope,
                f"{self._rest}/orgs/{login}/{end}",
                NEEDS[kind].words,
                open=kind is OrganizationRoleHolder,
            )

    # ------------------------------------------------------------ asking

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask with the credential that sees most of the organization; what it may not see is not asked."""
        login = _login(scope)
        choice, own = await self._standings.standing(login, io)
        answers = [own]
        if not choice.trouble:
            asking = Asking(login, choice, io, self._rest, self._graphql)
            first = await self._openings.ask(login, ACCESS, choice, io)
            node = organization.opened(first.given)
            if isinstance(node, graphql.Node) and node.missing:
                answers.append(replace(first.given, question="repositories"))
            else:
                answers += await asking.lists(first)
        return Raw(scope, tuple(answers), choice.vantage)

    # ------------------------------------------------------------ reading

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: a batch for every kind of the organization, and of each public repository."""
        standing = raw.answers[0]
        login = _login(raw.scope)
        why = missed(standing)
        if why is not None:
            source = Source(self.source, seen_with(OrganizationTeam, login, _NOWHERE, whole=False), PARSER)
            return tuple(gathered(source, raw.scope, k, standing.at, why) for k in ACCESS_TO_ORGANIZATION)
        reading = Reading(raw, login, place_told(standing))
        return (*reading.of_organization(), *reading.of_repositories())


def _login(scope: str) -> str:
    return assets.name(assets.canonical(scope))
