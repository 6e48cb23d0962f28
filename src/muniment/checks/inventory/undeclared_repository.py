"""Finds repositories in a shared organization that nobody has decided about."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.model.asset import Status
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory
from muniment.register.resolving import LISTED

_SHARED = DeclaredAsset(
    asset="github:org/callisto-friends", status=Status.OFFICIAL, reason="shared with friends", repositories=LISTED
)
_OURS = DeclaredAsset(asset="github:repo/callisto-friends/badge", status=Status.OFFICIAL, reason="our badge")
_RULE = DeclaredRule(
    id="org callisto-friends name to*",
    organizations=("github:org/callisto-friends",),
    names=("to*",),
    status=Status.OFFICIAL,
    reason="toys",
)
_BUT_ONE = DeclaredRule(
    id="org callisto-club except joke",
    organizations=("github:org/callisto-club",),
    excepted=("joke",),
    status=Status.OFFICIAL,
    reason="the club",
)
_BADGE = OrganizationRepository(id=1, asset="github:repo/callisto-friends/badge")
_TOYS = OrganizationRepository(id=2, asset="github:repo/callisto-friends/toys")


@check(
    title="Repository in a shared organization is not declared",
    severity="low",
    controls=("OSPS-QA-04.01",),
    examples=(
        Example(
            name="Each repository of the organization is listed",
            asset="github:org/callisto-friends",
            given=(_BADGE,),
            register=(_SHARED, _OURS),
            expect=Pass,
        ),
        Example(
            name="One repository is not listed",
            asset="github:org/callisto-friends",
            given=(_BADGE, _TOYS),
            register=(_SHARED, _OURS),
            expect=Fail,
            keys=("2",),
        ),
        Example(
            name="A rule about some names speaks for the repository",
            asset="github:org/callisto-friends",
            given=(_TOYS,),
            register=(_SHARED, _OURS, _RULE),
            expect=Pass,
        ),
        Example(
            name="The rule about the whole organization leaves the repository alone, and no other speaks for it",
            asset="github:org/callisto-club",
            given=(OrganizationRepository(id=4, asset="github:repo/callisto-club/joke"),),
            register=(_BUT_ONE,),
            expect=Fail,
            keys=("4",),
        ),
        Example(
            name="Every repository of the organization is the project's anyway",
            asset="github:org/callisto",
            given=(OrganizationRepository(id=3, asset="github:repo/callisto/core"),),
            expect=Pass,
        ),
        Example(
            name="What was seen is listed, but not everything was seen",
            asset="github:org/callisto-friends",
            given=(_BADGE,),
            partial=(OrganizationRepository,),
            register=(_SHARED, _OURS),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def undeclared_repository(
    entry: DeclaredAsset, repository: Each[OrganizationRepository], inventory: Inventory
) -> Problem | None:
    """An organization of which only listed repositories are the project's has one that is not listed.

    ## What it does

    Applies to organizations declared with `repositories: listed`, and to names that a rule about a whole
    organization leaves alone. A repository that the register names passes, whatever status it gives it, by an entry
    or by a rule. In every other organization all repositories are the project's, and pass.

    ## Why it matters

    A repository that appears in a shared organization is somebody's new work under a name that people trust.
    Whether it is the project's to look after is a decision, and nobody makes it who has not heard of it.

    ## How to fix

    Add it to the register's `assets` with the status that is true of it: `official`, `archived` or `external`.

    ## What is not judged

    Private repositories, which are nobody's business but the organization's owners'.
    """
    if (entry.repositories != LISTED and not entry.rule) or inventory.status(repository.asset) is not None:
        return None
    rests = ", which is archived," if repository.archived else ""
    return Problem(f"{repository.asset}{rests} is not declared: add it to the register with its status")
