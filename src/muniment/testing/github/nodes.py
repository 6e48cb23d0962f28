"""What GraphQL's fields are asked of: the world's things in their places, with the names that GitHub gives them."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from fnmatch import fnmatchcase

from msgspec import Struct, msgpack

from muniment.testing.github.pricing import Price
from muniment.testing.github.sight import Viewer
from muniment.testing.github.world import (
    BranchRule,
    Membership,
    Organization,
    Person,
    Repository,
    Ruleset,
    World,
)

POLICY_PATHS = ("security.md", ".github/security.md", "docs/security.md")


class Trouble(Exception):
    """An error in GitHub's form: its ``type`` stands beside the message."""

    def __init__(self, message: str, type: str = "", **extensions: object) -> None:
        super().__init__(message)
        self.type = type
        self.extensions = extensions


class NotSimulated(Exception):
    """A field that GitHub has and this simulation has not."""


class Asking(Struct, frozen=True, kw_only=True):
    """One query being answered: to whom, at which address, at what price, out of what allowance."""

    world: World
    viewer: Viewer
    base: str
    price: Price
    used: int
    limit: int
    resets: datetime

    def url(self, path: str) -> str:
        """The address of a page."""
        return f"{self.base.rstrip('/')}{path}"


# ---------------------------------------------------------------- things


class Placed(Struct, frozen=True):
    """A repository and the organization it is in."""

    org: Organization
    repo: Repository

    @property
    def path(self) -> str:
        """``/ORGANIZATION/REPOSITORY``."""
        return f"/{self.org.login}/{self.repo.name}"


class Branch(Struct, frozen=True):
    """A repository's default branch: the only one there is."""

    place: Placed


class Commit(Struct, frozen=True):
    """The tip of the default branch."""

    place: Placed


class Tree(Struct, frozen=True):
    """A folder at the tip; the root's ``path`` is empty, others end in ``/``."""

    place: Placed
    path: str


class Blob(Struct, frozen=True):
    """A file at the tip."""

    place: Placed
    path: str

    @property
    def data(self) -> bytes:
        """What it holds."""
        return self.place.repo.files[self.path].encode()


class TreeEntry(Struct, frozen=True):
    """A line of a folder."""

    name: str
    path: str
    object: Tree | Blob


class Protection(Struct, frozen=True):
    """A classic rule as a repository has it."""

    place: Placed
    rule: BranchRule


class Rules(Struct, frozen=True):
    """A ruleset and who wrote it: an organization, or (``place``) a repository."""

    ruleset: Ruleset
    org: Organization
    place: Placed | None = None


class Rule(Struct, frozen=True):
    """One rule of a ruleset."""

    rules: Rules
    type: str


class Parameters(Struct, frozen=True):
    """What a rule on pull requests asks for."""

    reviews: int


class MemberEdge(Struct, frozen=True):
    """A membership, and what of it may be seen."""

    membership: Membership
    person: Person
    role: str | None
    two_factor: bool | None


class Limits(Struct, frozen=True):
    """``rateLimit``."""


# ---------------------------------------------------------------- their names, and what is upon them


def node_id(prefix: str, id: int) -> str:
    """GitHub's name for a node in its present form: ``O_…`` organizations, ``R_…`` repositories, ``U_…`` people."""
    return f"{prefix}_{base64.urlsafe_b64encode(msgpack.encode([0, id])).decode().rstrip('=')}"


def oid(*parts: str) -> str:
    """A made-up git object id."""
    return hashlib.sha1("\0".join(parts).encode(), usedforsecurity=False).hexdigest()


def commit_oid(place: Placed) -> str:
    """The id of the tip, which changes when a file does."""
    files = place.repo.files
    return oid("commit", str(place.repo.id), *(f"{path}\0{files[path]}" for path in sorted(files)))


def policy_path(repo: Repository) -> str | None:
    """The file of a repository that GitHub takes for its security policy."""
    found = {path.lower(): path for path in repo.files}
    return next((found[path] for path in POLICY_PATHS if path in found), None)


def policy_in_effect(org: Organization, repo: Repository) -> bool:
    """True if the repository has a policy, or its organization has a default in a public ``.github``."""
    defaults = next((r for r in org.repositories if r.name == ".github" and r.public), None)
    return policy_path(repo) is not None or (defaults is not None and policy_path(defaults) is not None)


def classic_rule(repo: Repository) -> BranchRule | None:
    """The classic rule on the default branch: one that names it goes before a pattern; ``*`` stops at ``/``."""
    branch = repo.default_branch
    fits = [r for r in repo.branch_rules if fnmatchcase(branch, r.pattern) and _as_deep(r.pattern, branch)]
    return next((r for r in fits if r.pattern == branch), fits[0] if fits else None)


def _as_deep(pattern: str, branch: str) -> bool:
    return "**" in pattern or pattern.count("/") == branch.count("/")


def rulesets_of(place: Placed, *, parents: bool = True) -> list[Rules]:
    """The rulesets on a repository: its own, then its organization's that name it."""
    own = [Rules(r, place.org, place) for r in place.repo.rulesets]
    inherited = [
        Rules(r, place.org)
        for r in place.org.rulesets
        if any(p == "~ALL" or fnmatchcase(place.repo.name, p) for p in r.repositories)
    ]
    return own + (inherited if parents else [])


def in_force(place: Placed) -> list[Rules]:
    """The active rulesets that are upon the default branch."""
    branch = place.repo.default_branch
    return [
        found
        for found in rulesets_of(place)
        if found.ruleset.enforcement == "ACTIVE"
        and found.ruleset.target == "BRANCH"
        and any(
            b in ("~DEFAULT_BRANCH", "~ALL") or fnmatchcase(f"refs/heads/{branch}", b) or fnmatchcase(branch, b)
            for b in found.ruleset.branches
        )
    ]


def git_oid(found: Commit | Tree | Blob) -> str:
    """The made-up id of something in a repository; files of the same text share one, as in git."""
    match found:
        case Commit(place):
            return commit_oid(place)
        case Tree(place, path):
            return oid("tree", commit_oid(place), path)
        case Blob():
            return oid("blob", found.data.decode())
