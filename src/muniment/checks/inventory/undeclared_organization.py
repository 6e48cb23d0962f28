"""Finds organizations that the project's own evidence leads to and that the register has never heard of."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.found_organization import FoundOrganization
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown

_KNOWN = FoundOrganization(asset="github:org/callisto", declared=True, seen_in=("pypi:callisto-core",))
_UNKNOWN = FoundOrganization(asset="github:org/tidewater", declared=False, seen_in=("pypi:callisto-tide",))
_LEFT = FoundOrganization(asset="github:org/tidewater", declared=False)


@check(
    title="Organization is not declared",
    severity="medium",
    controls=("OSPS-QA-04.01",),
    examples=(
        Example(
            name="Every organization that packages name is declared",
            asset="project:callisto",
            given=(_KNOWN,),
            expect=Pass,
        ),
        Example(
            name="An official package is made in an organization that nobody declared",
            asset="project:callisto",
            given=(_KNOWN, _UNKNOWN),
            partial=(FoundOrganization,),
            expect=Fail,
            keys=("github:org/tidewater",),
        ),
        Example(
            name="What was found is declared or was left, but not everything was seen",
            asset="project:callisto",
            given=(_KNOWN, _LEFT),
            partial=(FoundOrganization,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def undeclared_organization(found: Each[FoundOrganization]) -> Problem | None:
    """Official packages, or declared names, lead to an organization on GitHub that is not declared.

    ## What it does

    Gathers the organizations whose repositories official packages name, and those that a declared organization or
    repository has moved to. Each must be in the register, or each of the repositories that lead there must.

    ## Why it matters

    Whoever owns that organization can change what the package is made from. It is the project's, or a friend's,
    or it was lost; as long as nobody says which, nobody looks after it.

    ## How to fix

    Declare the organization with the status that is true of it, `external` too. If a package names it by mistake,
    correct the package's link and release.

    ## What is not judged

    Organizations that people of the project belong to: people have employers. A person's own account that a package
    names counts here as well, since strangers cannot tell the two apart by name.
    """
    if found.declared or not found.seen_in:
        return None
    seen_in = ", ".join(found.seen_in[:5]) + (" and others" if len(found.seen_in) > 5 else "")
    return Problem(f"{found.asset} is not declared (named by {seen_in}): declare it, or correct the link")
