"""Finds packages that live or die with one person."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, NotKept, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import family
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ADA = DeclaredParty(handle="ada", accounts=(Account("pypi", "ada-example"), Account("pypi", "ada-releases")))

_CRANE = DeclaredParty(handle="crane", accounts=(Account("pypi", "callisto-crane"),), bot=True)


@check(
    title="One person alone holds the package",
    severity="high",
    examples=(
        Example(
            name="Two people can release it",
            asset="pypi:callisto-core",
            given=(
                PackageOwnership(),
                PackageRole(account="ada-example", role="Owner"),
                PackageRole(account="noor-example", role="Maintainer"),
            ),
            register=(_ADA,),
            expect=Pass,
        ),
        Example(
            name="One account, and no organization behind it",
            asset="pypi:callisto-core",
            given=(PackageOwnership(), PackageRole(account="noor-example", role="Owner")),
            expect=Fail,
        ),
        Example(
            name="Two accounts of the same person",
            asset="pypi:callisto-core",
            given=(
                PackageOwnership(),
                PackageRole(account="ada-example", role="Owner"),
                PackageRole(account="ada-releases", role="Owner"),
            ),
            register=(_ADA,),
            expect=Fail,
        ),
        Example(
            name="One person, and a machine that the register knows as one",
            asset="pypi:callisto-core",
            given=(
                PackageOwnership(),
                PackageRole(account="ada-example", role="Owner"),
                PackageRole(account="callisto-crane", role="Owner"),
            ),
            register=(_ADA, _CRANE),
            expect=Fail,
        ),
        Example(
            name="No account is listed: the teams of the organization hold it",
            asset="pypi:callisto-core",
            given=(PackageOwnership(organization="callisto"),),
            empty=(PackageRole,),
            expect=Pass,
        ),
        Example(
            name="npm keeps no record of organizations; two accounts are enough",
            asset="npm:@callisto/kit",
            given=(
                PackageRole(account="ada-example", role="maintainer"),
                PackageRole(account="noor-example", role="maintainer"),
            ),
            expect=Pass,
        ),
        Example(
            name="One account on npm",
            asset="npm:@callisto/kit",
            given=(PackageRole(account="ada-example", role="maintainer"),),
            expect=Fail,
        ),
        Example(
            name="Only some of the roles were seen",
            asset="npm:@callisto/kit",
            given=(PackageRole(account="ada-example", role="maintainer"),),
            partial=(PackageRole,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def one_person_can_ship_alone(
    entry: DeclaredAsset, roles: All[PackageRole], ownership: PackageOwnership | NotKept, inventory: Inventory
) -> Verdict:
    """All accounts with a role on the package belong to one person, and no organization stands behind it.

    ## What it does

    Counts the people with a role on the package. Accounts that the register gives to the same person count once;
    beside a person those that it calls machines (`bot: true`) do not count, since somebody has to start them. On
    PyPI a package held by an organization passes: where no account is listed beside it, its teams hold the package.

    ## Why it matters

    If this person is ill, leaves, or loses a password, nobody can release a fix. If the account is taken over,
    nobody else is there to notice or to undo it.

    ## How to fix

    Invite a second person whom the project trusts, or transfer the package to the project's organization. If the
    one person is a shared robot account, say who holds it: declare the account in the register and attest to it.

    ## What is not judged

    How many people stand behind an organization's team, and whether an account is shared. npm tells nothing of
    teams: an account that a team brings in counts as one person. Two accounts that the register does not know are
    taken for two people.
    """
    if isinstance(ownership, PackageOwnership) and ownership.organization:
        return PASS
    place = family(entry.asset)
    by_account = {r.account: inventory.party_of(place, r.account) or f"{place}:{r.account.lower()}" for r in roles}
    people = inventory.but_machines(by_account.values())
    if not people:
        return Unknown(Reason.UNREADABLE, "the registry lists neither an account nor an organization")
    if len(people) > 1:
        return PASS
    accounts = " and ".join(sorted(account for account, whose in by_account.items() if whose in people))
    text = f"{accounts} alone can release it: invite a second person, or transfer it to the project's organization"
    return Fail((Problem(text),))
