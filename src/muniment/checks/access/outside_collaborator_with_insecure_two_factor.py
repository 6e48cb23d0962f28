"""Finds people from outside an organization whose second factor is a text message."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_ORG = GithubOrganization(id=1, login="callisto")
_NONE = OutsideTwoFactor(id=4811, login="guest-example", method="none")
_SMS = OutsideTwoFactor(id=4812, login="other-example", method="insecure")


@check(
    title="Outside collaborator's second factor is a text message",
    severity="medium",
    controls=("OSPS-AC-01.01",),
    examples=(
        Example(
            name="None of them gets text messages",
            asset="github:org/callisto",
            given=(_ORG, _NONE),
            expect=Pass,
        ),
        Example(
            name="One gets text messages, another has no second factor",
            asset="github:org/callisto",
            given=(_ORG, _NONE, _SMS),
            expect=Fail,
            keys=("4812",),
        ),
        Example(
            name="A part of the list was read, and nobody with text messages was in it",
            asset="github:org/callisto",
            given=(_ORG, _NONE),
            partial=(OutsideTwoFactor,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The organization is archived on GitHub",
            asset="github:org/callisto-attic",
            given=(GithubOrganization(id=9, login="callisto-attic", archived=True),),
            expect=NotApplicable,
        ),
    ),
)
def outside_collaborator_with_insecure_two_factor(
    organization: Unarchived[GithubOrganization], person: Each[OutsideTwoFactor]
) -> Problem | None:
    """Somebody who is no member, but may change a repository, can sign in with a text message as the second factor.

    ## What it does

    Reads the list of outside collaborators whom GitHub calls insecure, which it gives to an owner alone.

    ## Why it matters

    A telephone number can be moved to another card by talking to the provider. If the organization allows secure
    methods only, outside collaborators with text messages are removed that day.

    ## How to fix

    Ask them to add a passkey, a security key or an application, and then to *remove* the text message, on GitHub
    under Settings, "Password and authentication".

    ## What is not judged

    Whether they still need what they may do. Organizations that are archived on GitHub.
    """
    if person.method == "insecure":
        text = f"{person.login}, no member, can sign in with a text message: ask for a key or an application alone"
        return Problem(text, cause=f"github:{person.id}")
    return None
