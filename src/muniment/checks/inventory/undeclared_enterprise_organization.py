"""Finds organizations of the project's enterprise on GitHub that the register does not declare."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.enterprise_organization import EnterpriseOrganization
from muniment.model.asset import Status
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_DECLARED = DeclaredAsset(asset="github:org/callisto", status=Status.OFFICIAL, reason="minutes of 2026-02-03")


@check(
    title="Organization of the enterprise is not declared",
    severity="medium",
    controls=("OSPS-QA-04.01",),
    examples=(
        Example(
            name="Every organization of the enterprise is declared",
            asset="github:enterprise/callisto-foundation",
            given=(EnterpriseOrganization(id=7, asset="github:org/callisto"),),
            register=(_DECLARED,),
            expect=Pass,
        ),
        Example(
            name="One is not, and not even the whole list was seen",
            asset="github:enterprise/callisto-foundation",
            given=(EnterpriseOrganization(id=8, asset="github:org/callisto-tide"),),
            partial=(EnterpriseOrganization,),
            register=(_DECLARED,),
            expect=Fail,
            keys=("8",),
        ),
        Example(
            name="The token may not see the enterprise",
            asset="github:enterprise/callisto-foundation",
            unseen=((EnterpriseOrganization, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
    ),
)
def undeclared_enterprise_organization(found: Each[EnterpriseOrganization], inventory: Inventory) -> Problem | None:
    """The project's enterprise on GitHub holds an organization that the register does not declare.

    ## What it does

    Looks for each organization in the enterprise's list among the register's assets and rules, whatever the status
    that it has there. One that came to be shown is told even where the list is not whole.

    ## Why it matters

    The enterprise pays for it and answers for it, and nobody in the project knows what is in it or who owns it.

    ## How to fix

    Declare it with the status that is true of it, `external` too, or have the enterprise's owners remove it.

    ## What is not judged

    What is in the organization, as long as nobody declared it.
    """
    if found.asset in inventory.assets:
        return None
    return Problem(
        f"holds {found.asset}, which is not declared: declare it, or have it removed from the enterprise"
    )
