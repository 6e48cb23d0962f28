"""Finds people who left the project and can still release one of its packages."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Each, Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import family
from muniment.model.party import Account
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_ADA = PackageRole(account="ada-example", role="Owner")
_MINA = PackageRole(account="Mina-Example", role="Maintainer")


def _left(day: date) -> tuple[DeclaredParty]:
    return (DeclaredParty(handle="mina", accounts=(Account("pypi", "mina-example"),), left=day),)


@check(
    title="Somebody who left still has a role on the package",
    severity="high",
    examples=(
        Example(
            name="The day of leaving is yet to come",
            asset="pypi:callisto-core",
            given=(_ADA, _MINA),
            register=_left(date(2026, 6, 30)),
            expect=Pass,
        ),
        Example(
            name="Somebody left in January and is still a maintainer",
            asset="pypi:callisto-core",
            given=(_ADA, _MINA),
            register=_left(date(2026, 1, 31)),
            expect=Fail,
            keys=("Mina-Example/Maintainer",),
        ),
        Example(
            name="Only some of the roles were seen, none of somebody who left",
            asset="pypi:callisto-core",
            given=(_ADA,),
            partial=(PackageRole,),
            register=_left(date(2026, 1, 31)),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def role_kept_after_leaving(
    entry: DeclaredAsset, role: Each[PackageRole], inventory: Inventory, today: Today
) -> Problem | None:
    """The register says that a person left, and their account can still release the package.

    ## What it does

    Looks up every account with a role on the package among the register's people. Fails for those who have a day
    `left` that is past.

    ## Why it matters

    Whoever takes over an account that its owner does not look after any more ships to everybody who installs the
    package, and nobody who would notice is asked.

    ## How to fix

    Ask the person, and take the role away at the registry; `muniment access PERSON` lists what else there is.

    ## What is not judged

    People without a day `left`, and roles that they hold through an organization of the registry.
    """
    place = family(entry.asset)
    handle = inventory.party_of(place, role.account)
    party = inventory.parties.get(handle) if handle is not None else None
    if party is None or party.left is None or party.left > today:
        return None
    text = f"{party.handle} left on {party.left}, and {role.account} is still {role.role}: take the role away"
    return Problem(text, cause=Account(place, role.account).id, where=party.where)
