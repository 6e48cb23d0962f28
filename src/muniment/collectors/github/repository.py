"""What one repository says of itself: its face, its rulesets, and whether a security policy is in effect."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from muniment.collectors.addresses import scrubbed
from muniment.collectors.github import graphql
from muniment.collectors.github.rights import Place, lacking
from muniment.collectors.reading import LINK, Label, Missed, Name, told, unobservable, unreadable, utc
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.repository_ruleset import RepositoryRuleset
from muniment.evidence.security_policy import SecurityPolicy
from muniment.model import asset as assets
from muniment.model.errors import UsageError

Id = Annotated[int, Meta(ge=1, le=2**53)]

FACE = (
    "databaseId",
    "nameWithOwner",
    "visibility",
    "description",
    "homepageUrl",
    "isArchived",
    "archivedAt",
    "isFork",
    "isEmpty",
    "defaultBranchRef.name",
)
POLICY = ("policyAtRoot", "policyInGithub", "policyInDocs")

_ADVISORY_FORK = re.compile(r"-ghsa(?:-[0-9a-z]{4}){3}\Z", re.IGNORECASE)


class Identity(Struct, rename="camel"):
    """Which repository a node tells of, and whether everybody may know."""

    database_id: Id
    name_with_owner: Name
    visibility: Name | None = None

    @property
    def asset(self) -> str | None:
        """Its canonical asset id; ``None`` if its name is none."""
        return repository_asset(self.name_with_owner)

    @property
    def name(self) -> str:
        """Its name without its owner's."""
        return self.name_with_owner.rpartition("/")[2]

    @property
    def public(self) -> bool:
        """True if GitHub shows it to everybody, and it is no fork in which an advisory is being mended."""
        return self.visibility == "PUBLIC" and not advisory_fork(self.name)


def advisory_fork(name: str) -> bool:
    """True for the name of a fork in which a vulnerability is being mended before anybody may know of it."""
    return _ADVISORY_FORK.search(name) is not None


def repository_asset(full_name: str) -> str | None:
    """The canonical asset id for ``OWNER/NAME``; ``None`` if it is no name."""
    try:
        return assets.canonical(f"{assets.GITHUB_REPO}/{full_name}")
    except UsageError:
        return None


class _Ref(Struct):
    name: Label


class _Face(Struct, rename="camel"):
    database_id: Id
    name_with_owner: Name
    is_archived: bool
    is_fork: bool
    is_empty: bool
    archived_at: datetime | None = None
    description: str | None = None
    homepage_url: str | None = None
    default_branch_ref: _Ref | None = None


class _Owner(Struct, rename="camel"):
    typename: Name | None = msgspec.field(default=None, name="__typename")
    name_with_owner: Name | None = None


class _Ruleset(Struct, rename="camel"):
    database_id: Id
    name: Label
    enforcement: Name
    target: Name | None = None
    source: _Owner | None = None


class _Rulesets(Struct, rename="camel"):
    total_count: int
    nodes: list[Raw]


class _HasRulesets(Struct, rename="camel"):
    viewer_can_administer: bool | None = None
    rulesets: _Rulesets | None = None


class _Entry(Struct, rename="camel"):
    byte_size: int | None = None


class _Policies(Struct, rename="camel"):
    policy_at_root: _Entry | None = None
    policy_in_github: _Entry | None = None
    policy_in_docs: _Entry | None = None

    @property
    def path(self) -> str:
        places = (
            (".github/SECURITY.md", self.policy_in_github),
            ("SECURITY.md", self.policy_at_root),
            ("docs/SECURITY.md", self.policy_in_docs),
        )
        return next((path for path, entry in places if entry is not None and entry.byte_size != 0), "")


class _Flag(Struct, rename="camel"):
    is_security_policy_enabled: bool | None = None


class _DefaultsIdentity(Struct, rename="camel"):
    visibility: Name


IDENTITY = msgspec.json.Decoder(Identity)
_FACE = msgspec.json.Decoder(_Face)
_RULESETS = msgspec.json.Decoder(_HasRulesets)
_RULESET = msgspec.json.Decoder(_Ruleset)
_POLICIES = msgspec.json.Decoder(_Policies)
_FLAG = msgspec.json.Decoder(_Flag)
_DEFAULTS = msgspec.json.Decoder(_DefaultsIdentity)


def face(node: graphql.Node, renamed_from: str = "") -> Iterable[GithubRepository] | Missed:
    """A repository's face."""
    found = node.part(_FACE, *FACE)
    if isinstance(found, Missed):
        return found
    if found.default_branch_ref is None and not found.is_empty:
        return unreadable("the repository is not empty, and GitHub named no default branch")
    return (
        GithubRepository(
            id=found.database_id,
            name=told(found.name_with_owner, 214),
            archived=found.is_archived,
            archived_at=utc(found.archived_at) if found.archived_at and found.is_archived else None,
            fork=found.is_fork,
            empty=found.is_empty,
            default_branch=told(found.default_branch_ref.name, 250) if found.default_branch_ref else "",
            description=told(found.description),
            homepage=told(scrubbed(found.homepage_url or ""), LINK),
            renamed_from=renamed_from,
        ),
    )


def rulesets(node: graphql.Node, owner: str, place: Place) -> tuple[Iterable[RepositoryRuleset] | Missed, str]:
    """The rulesets that a repository has or inherits, and why there may be more. ``owner`` is the repository's.

    Who does not administer it is shown the active ones, and GitHub's own total counts no others.
    """
    found = node.part(_RULESETS, "rulesets", "viewerCanAdminister")
    if isinstance(found, Missed):
        return found, ""
    if found.rulesets is None:
        return unobservable("GitHub left the rulesets out"), ""
    facts = [fact for raw in found.rulesets.nodes if (fact := _ruleset(bytes(raw), owner)) is not None]
    if len(facts) != found.rulesets.total_count:
        return facts, "some rulesets did not come, or not whole"
    if found.viewer_can_administer is True or place.holds("administration:read"):
        return facts, ""
    return facts, f"only those in force: the rest {lacking(RepositoryRuleset)}"


def _ruleset(raw: bytes, owner: str) -> RepositoryRuleset | None:
    one = graphql.decoded(raw, _RULESET)
    if isinstance(one, Missed):
        return None
    return RepositoryRuleset(
        id=one.database_id,
        name=told(one.name, 200),
        enforcement=told(one.enforcement, 60).lower(),
        target=told(one.target, 60).lower(),
        source=_written_by(one.source, owner),
    )


def _written_by(source: _Owner | None, owner: str) -> str:
    if source is not None and source.name_with_owner:
        return repository_asset(source.name_with_owner) or ""
    if source is not None and source.typename == "Organization":  # its name may not be asked for by everybody
        return f"{assets.GITHUB_ORG}/{owner}"
    return ""


class Default(Struct, frozen=True):
    """What an owner's public ``.github`` repository holds as a policy for all: its path, empty for none."""

    path: str


def default_policy(node: graphql.Node) -> Default | Missed:
    """The policy that an owner keeps for all its repositories. Only a public ``.github`` counts."""
    wrong = graphql.why(f for f in node.faults if f.type != "NOT_FOUND")
    if wrong is not None:
        return wrong
    if node.missing:
        return Default("")
    identity = graphql.decoded(node.raw, _DEFAULTS)
    if isinstance(identity, Missed):
        return identity
    if identity.visibility != "PUBLIC":
        return Default("")
    found = node.part(_POLICIES, *POLICY)
    return found if isinstance(found, Missed) else Default(found.path)


def policy(node: graphql.Node, default: Default | Missed) -> Iterable[SecurityPolicy] | Missed:
    """The security policy in effect: the repository's own file, its owner's default, or GitHub's word for one.

    GitHub's own word covers spellings that are not looked for here (``SECURITY.rst``), so a policy is said to be
    missing only where GitHub says so and the owner's default was looked for.
    """
    own = node.part(_POLICIES, *POLICY)
    if isinstance(own, _Policies) and own.path:
        return (SecurityPolicy(in_effect=True, from_="repository", path=own.path),)
    flag = node.part(_FLAG, "isSecurityPolicyEnabled")
    said = None if isinstance(flag, Missed) else flag.is_security_policy_enabled
    if isinstance(own, Missed):
        return own
    if isinstance(default, Default) and default.path:
        return (SecurityPolicy(in_effect=True, from_="organization", path=default.path),)
    if said is True:
        return (SecurityPolicy(in_effect=True, from_="repository" if isinstance(default, Default) else ""),)
    if isinstance(flag, Missed):
        return flag
    if isinstance(default, Missed):
        return Missed(default.outcome, f"its owner's default policy: {default.detail}")
    if said is None:
        return unobservable("GitHub did not say whether a security policy is in effect")
    return (SecurityPolicy(in_effect=False),)
