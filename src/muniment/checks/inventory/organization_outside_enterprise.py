"""Finds the project's organizations that are not in its enterprise on GitHub."""

from __future__ import annotations

from muniment.checks.declaration import Example, Some, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.organization_enterprise import OrganizationEnterprise
from muniment.model.asset import Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ENTERPRISE = DeclaredAsset(
    asset="github:enterprise/callisto-foundation",
    status=Status.OFFICIAL,
    reason="minutes of 2026-02-03",
)


@check(
    title="Organization is outside the enterprise",
    severity="medium",
    controls=("OSPS-QA-04.01",),
    statuses=(Status.OFFICIAL,),
    examples=(
        Example(
            name="It is in the enterprise",
            asset="github:org/callisto",
            given=(OrganizationEnterprise(enterprise="github:enterprise/callisto-foundation"),),
            register=(_ENTERPRISE,),
            expect=Pass,
        ),
        Example(
            name="The enterprise's whole list lacks it",
            asset="github:org/callisto",
            given=(OrganizationEnterprise(),),
            register=(_ENTERPRISE,),
            expect=Fail,
        ),
        Example(
            name="Nobody who sees the whole list has looked",
            asset="github:org/callisto",
            partial=(OrganizationEnterprise,),
            register=(_ENTERPRISE,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The project has no enterprise",
            asset="github:org/callisto",
            expect=NotApplicable,
        ),
    ),
)
def organization_outside_enterprise(found: Some[OrganizationEnterprise], inventory: Inventory) -> Verdict:
    """An official organization is in none of the enterprises on GitHub that the register declares.

    ## What it does

    Compares each official organization, by GitHub's number, with the lists of the enterprises
    that the register declares (`github:enterprise/NAME`, official). That one is missing is said only where an owner
    of each enterprise was shown all of its list.

    ## Why it matters

    What the enterprise prescribes (two factors, who may own, what workflows may do) holds in its organizations
    alone. One outside has the rules that its owners remembered to set.

    ## How to fix

    Its owners and the enterprise's move it in. If it is meant to be outside, waive this with the reason.

    ## What is not judged

    What the enterprise prescribes; organizations whose status is unclear.
    """
    if not inventory.enterprises:
        return NotApplicable("the register declares no enterprise on GitHub")
    if not found:
        return Unknown(Reason.PARTIAL, "the organization or an enterprise's list was not seen in full")
    if found[0].enterprise:
        return PASS
    names = ", ".join(inventory.enterprises)
    return Fail((Problem(f"is not in {names}: move it in, or waive this with the reason why it stays outside"),))
