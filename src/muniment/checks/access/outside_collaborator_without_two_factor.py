"""Finds people from outside an organization whose password alone opens its repositories to them."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_ORG = GithubOrganization(id=1, login="callisto")
_NONE = OutsideTwoFactor(id=4811, login="guest-example", method="none")
_SMS = OutsideTwoFactor(id=4812, login="other-example", method="insecure")


@check(
    title="Outside collaborator has no second factor",
    severity="high",
    controls=("OSPS-AC-01.01",),
    examples=(
        Example(
            name="All of them have one",
            asset="github:org/callisto",
            given=(_ORG,),
            empty=(OutsideTwoFactor,),
            expect=Pass,
        ),
        Example(
            name="One has none, another gets text messages",
            asset="github:org/callisto",
            given=(_ORG, _NONE, _SMS),
            expect=Fail,
            keys=("4811",),
        ),
        Example(
            name="A part of the list was read, and nobody without one was in it",
            asset="github:org/callisto",
            given=(_ORG, _SMS),
            partial=(OutsideTwoFactor,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Who looked is no owner, to whom GitHub does not say",
            asset="github:org/callisto",
            given=(_ORG,),
            unseen=((OutsideTwoFactor, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def outside_collaborator_without_two_factor(
    organization: Unarchived[GithubOrganization], person: Each[OutsideTwoFactor]
) -> Problem | None:
    """Somebody who is no member, but may change a repository of the organization, has no second factor.

    ## What it does

    Reads the list of outside collaborators that GitHub gives an owner. Accounts are told by GitHub's numbers.

    ## Why it matters

    What they may change, whoever has their password may change. They are easily forgotten: they are in no team, and
    on no list of members.

    ## How to fix

    Ask whether they still need it, and remove them where they do not. Ask the others to add a second factor:
    `muniment campaign start two-factor` does so for everybody at once.

    If the organization requires a second factor, outside collaborators without one are *removed* that day. They can
    be given back what they had for three months.

    ## What is not judged

    How good the second factor is: `access/outside-collaborator-with-insecure-two-factor`. Organizations that are
    archived on GitHub.
    """
    if person.method == "none":
        text = f"{person.login}, no member, signs in with a password alone: ask them to add a second factor"
        return Problem(text, cause=f"github:{person.id}")
    return None
