"""Finds accounts that were given a repository by name, and that the register does not expect there."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Unarchived, check
from muniment.checks.expectation import expected, roles_of
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.repository_collaborator import RepositoryCollaborator
from muniment.model.asset import Status
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_RANKS = ("read", "triage", "write", "maintain", "admin")

_REPOSITORY = GithubRepository(id=7, name="callisto/core")
_ADA = RepositoryCollaborator(id=4711, login="ada-example", permission="write")
_REGISTER = (
    DeclaredAsset(
        asset="github:repo/callisto/core",
        status=Status.OFFICIAL,
        reason="the core library",
        holders=(Holding("admin", ("noor",)), Holding("maintain", ("core",))),
    ),
    DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),)),
    DeclaredParty(handle="noor", github_id=4712, accounts=(Account("github", "noor-example"),)),
    DeclaredParty(handle="core", members=("ada",)),
)


@check(
    title="Collaborator of the repository is not expected",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="Somebody has less than they are expected to have",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _ADA),
            register=_REGISTER,
            expect=Pass,
        ),
        Example(
            name="One administers what they are expected to maintain, another is nobody known",
            asset="github:repo/callisto/core",
            given=(
                _REPOSITORY,
                RepositoryCollaborator(id=4711, login="ada-example", permission="admin"),
                RepositoryCollaborator(id=4799, login="zeta-example", permission="triage"),
            ),
            register=_REGISTER,
            expect=Fail,
            keys=("4711", "4799"),
        ),
        Example(
            name="Some of the collaborators were seen",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _ADA),
            partial=(RepositoryCollaborator,),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="GitHub tells those who may push alone",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY,),
            unseen=((RepositoryCollaborator, Reason.DENIED),),
            register=_REGISTER,
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="The register expects nobody in particular",
            asset="github:repo/callisto/core",
            given=(_REPOSITORY, _ADA),
            register=_REGISTER[1:],
            expect=NotApplicable,
        ),
    ),
)
def grant_not_expected(
    repository: Unarchived[GithubRepository],
    given: All[RepositoryCollaborator],
    entry: DeclaredAsset,
    inventory: Inventory,
) -> Verdict:
    """An account was given the repository by name, and the register's `holders` expect them to have less of it.

    ## What it does

    For a repository whose entry declares `holders`, compares each grant by name with the people, and the members of
    the register's teams, that are named there for that role or one above it: `read`, `triage`, `write`, `maintain`,
    `admin`. An account that the register does not know is not expected.

    ## Why it matters

    Who can change a repository can change what is built from it. Grants are made in a hurry, for one afternoon, and
    nobody takes them back.

    ## How to fix

    Remove the grant under the repository's settings, "Collaborators and teams", or add the person to the entry's
    `holders`.

    ## What is not judged

    What teams and the ownership of the organization give, and whether everybody who is expected has access.
    Repositories without `holders`, and those that are archived.
    """
    wanted = expected(entry, inventory)
    if not wanted:
        return NotApplicable("the register expects nobody in particular")
    problems = []
    for grant in given:
        person = inventory.person_at_github(grant.id, grant.login)
        if grant.permission not in _RANKS:
            return Unknown(Reason.UNREADABLE, f"the permission {grant.permission!r} is not known")
        enough = _RANKS[_RANKS.index(grant.permission) :]
        if person is not None and any(role in enough for role in roles_of(person, wanted)):
            continue
        text = (
            f"{grant.login} ({person or 'nobody of the register'}) was given {grant.permission} and is not "
            "expected to have it: remove the grant, or add them to holders"
        )
        problems.append(Problem(text, key=str(grant.id), cause=f"github:{grant.id}", where=entry.where))
    return Fail(tuple(problems)) if problems else PASS
