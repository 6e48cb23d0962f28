"""Where in the answers about access the things lie that are told of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import msgspec
from msgspec import Struct

from muniment.collectors.github import graphql, organization
from muniment.collectors.github.lists import rows
from muniment.collectors.github.repository import IDENTITY, advisory_fork, repository_asset
from muniment.collectors.reading import Missed, Name
from muniment.evidence.installed_app import InstalledApp
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_invitation import OrganizationInvitation
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_role_holder import OrganizationRoleHolder
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.model import asset as assets
from muniment.ports import Answer

LISTS: Mapping[type[Evidence], tuple[str, str]] = {
    OutsideCollaborator: ("outside", "outside_collaborators"),
    OrganizationInvitation: ("invitations", "invitations"),
    InstalledApp: ("apps", "installations"),
    OrganizationRoleHolder: ("roles", "organization-roles"),
}
"""What REST alone tells: the question, and the last part of its address."""


class _Named(Struct):
    full_name: Name
    private: bool = True
    visibility: Name | None = None


_NAMED = msgspec.json.Decoder(_Named)


def team_page(answer: Answer) -> graphql.Node:
    """The team in an answer about it alone; a missing node where there is none."""
    node = organization.opened(answer)
    return graphql.Node(b"null") if isinstance(node, Missed) else graphql.below(node, "team")


def repository_page(answer: Answer, asset: str) -> graphql.Node:
    """The repository in an answer about it alone; a missing node where it is another one, or not public."""
    found = graphql.reply(answer)
    if isinstance(found, Missed):
        return graphql.Node(b"null")
    node = graphql.below(graphql.root(found), "repository")
    identity = node.part(IDENTITY, "databaseId", "nameWithOwner", "visibility")
    if isinstance(identity, Missed) or not identity.public or identity.asset != asset:
        return graphql.Node(b"null")
    return node


def named(answers: Collection[Answer], login: str) -> Iterator[str]:
    """The public repositories that lists of names hold, GraphQL's and REST's."""
    by = {q: [a for a in answers if a.question == q] for q in ("named", "names")}
    listed = organization.repositories(organization.listed(by["named"], "repositories", login), login)
    for asset, _, _, _ in () if isinstance(listed, Missed) else listed.public:
        yield asset
    found = rows(by["names"], _NAMED, OrganizationRepository)
    for one in () if isinstance(found, Missed) else found.items:
        asset_ = repository_asset(one.full_name)
        public = not one.private and one.visibility == "public" and not advisory_fork(one.full_name)
        if asset_ is not None and public and asset_.startswith(f"{assets.GITHUB_REPO}/{login}/"):
            yield asset_
