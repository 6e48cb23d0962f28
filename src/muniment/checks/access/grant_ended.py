"""Finds roles that people were given for a time that is over."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_ORGANIZATION = DeclaredAsset(asset="github:org/callisto", status=Status.OFFICIAL, reason="the project's")


def _grant(until: date) -> DeclaredGrant:
    return DeclaredGrant(
        holder="robin",
        asset="github:org/callisto",
        role="member",
        sponsor="ada",
        purpose="an internship on the documentation",
        until=until,
        cohort="interns",
    )


@check(
    title="Grant has ended and still stands",
    severity="medium",
    examples=(
        Example(
            name="It has not ended",
            asset="github:org/callisto",
            register=(_ORGANIZATION, _grant(date(2026, 8, 31))),
            expect=Pass,
        ),
        Example(
            name="It ended last year",
            asset="github:org/callisto",
            register=(_ORGANIZATION, _grant(date(2025, 8, 31))),
            expect=Fail,
            keys=("robin/member/github:org/callisto",),
        ),
        Example(name="Nobody was given a role for a time", asset="pypi:callisto-core", expect=NotApplicable),
    ),
)
def grant_ended(entry: DeclaredAsset, inventory: Inventory, today: Today) -> Verdict:
    """The register holds a grant whose last day is past: nobody has written that the role was taken away.

    ## What it does

    Judges the entries of `grants` at their assets; at the project where an asset has no entry of its own. It fails
    from the day after `until` on.

    ## Why it matters

    Internships, events and terms of office end on a day that is known beforehand. The access that came with them
    ends when somebody thinks of it.

    ## How to fix

    Take the role away where it is held, and delete the grant. If it is still needed, ask its sponsor to write
    another last day and why.

    ## What is not judged

    Whether the role is in fact still held: `muniment access PERSON` tells what was seen.
    """
    own = inventory.entrusted.grants_at.get(entry.asset, ())
    if not own:
        return NotApplicable("nobody was given a role on it for a time")
    problems = tuple(
        Problem(
            f"{grant.holder} was to be {grant.role} of {grant.asset} until {grant.until}: take the role away and "
            f"delete the grant, or ask {grant.sponsor} for another last day",
            key=grant.key,
            where=grant.where,
        )
        for grant in own
        if grant.until < today
    )
    return Fail(problems) if problems else PASS
