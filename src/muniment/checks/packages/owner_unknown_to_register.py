"""Finds accounts that can ship and that nobody in the project can name."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import family
from muniment.model.party import Account
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_ADA = DeclaredParty(handle="ada", accounts=(Account("pypi", "ada-example"),))


@check(
    title="Package's owner is unknown to the register",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="The register knows whose account it is",
            asset="pypi:callisto-core",
            given=(PackageRole(account="Ada-Example", role="Owner"),),
            register=(_ADA,),
            expect=Pass,
        ),
        Example(
            name="One of two accounts belongs to nobody known",
            asset="pypi:callisto-core",
            given=(
                PackageRole(account="ada-example", role="Owner"),
                PackageRole(account="zeta-example", role="Maintainer"),
            ),
            register=(_ADA,),
            expect=Fail,
            keys=("zeta-example/Maintainer",),
        ),
        Example(
            name="The register names no account on npm at all",
            asset="npm:@callisto/kit",
            given=(PackageRole(account="zeta-example", role="maintainer"),),
            register=(_ADA,),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="The mirror that was asked leaves the owners out",
            asset="npm:@callisto/kit",
            unseen=((PackageRole, Reason.UNOBSERVABLE),),
            register=(_ADA,),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
    ),
)
def owner_unknown_to_register(
    entry: DeclaredAsset, role: Each[PackageRole], inventory: Inventory
) -> Problem | Unknown | None:
    """An account has a role on the package, and the register does not say whose account it is.

    ## What it does

    Looks up every account with a role on the package among the accounts of the register's people. While the
    register names no account at that registry at all, the answer is Unknown: there is nothing to compare with.

    ## Why it matters

    When an account must be asked about a release, warned, or removed, somebody has to know the person behind it.
    The account of a stranger and that of a colleague of ten years ago look the same.

    ## How to fix

    Find out who it is, and add the account to the person in the register (`accounts`). If nobody knows, ask the
    package's other owners, and remove the role if it is not needed.

    ## What is not judged

    Whether the person ought to hold the role: `packages/holder-not-expected` compares with what is declared.
    """
    place = family(entry.asset)
    if inventory.party_of(place, role.account) is not None:
        return None
    if not inventory.knows_accounts_at(place):
        return Unknown(Reason.UNDECLARED, f"the register names no account at {place}")
    text = (
        f"{role.account} is {role.role} and nobody of the register: add the account to a person, or remove the role"
    )
    return Problem(text, cause=Account(place, role.account).id)
