"""Finds people who were meant to hold a role on a package, and do not."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, NotKept, check
from muniment.checks.expectation import expected, known_at, nameless, spelt
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import Status, family
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_CORE = DeclaredAsset(
    asset="pypi:callisto-core",
    status=Status.OFFICIAL,
    reason="the core library",
    holders=(Holding("owner", ("release-team",)),),
)
_PEOPLE = (
    DeclaredParty(handle="ada", accounts=(Account("pypi", "ada-example"),)),
    DeclaredParty(handle="noor", accounts=(Account("pypi", "noor-example"),)),
    DeclaredParty(handle="ines", accounts=(Account("github", "ines-example"),)),
    DeclaredParty(handle="release-team", members=("ada", "noor")),
)
_ADA = PackageRole(account="ada-example", role="Owner")


@check(
    title="Expected holder does not hold the role",
    severity="low",
    examples=(
        Example(
            name="Everybody who is expected holds it",
            asset="pypi:callisto-core",
            given=(PackageOwnership(), _ADA, PackageRole(account="Noor-Example", role="Owner")),
            register=(_CORE, *_PEOPLE),
            expect=Pass,
        ),
        Example(
            name="One of the team does not, and another role is not that one",
            asset="pypi:callisto-core",
            given=(PackageOwnership(), _ADA, PackageRole(account="noor-example", role="Maintainer")),
            register=(_CORE, *_PEOPLE),
            expect=Fail,
            keys=("owner/noor",),
        ),
        Example(
            name="An organization holds it, whose teams the registry does not show",
            asset="pypi:callisto-core",
            given=(PackageOwnership(organization="callisto"), _ADA),
            register=(_CORE, *_PEOPLE),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Somebody is not there in a list that was not read to its end",
            asset="pypi:callisto-core",
            given=(PackageOwnership(), _ADA),
            partial=(PackageRole,),
            register=(_CORE, *_PEOPLE),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The register does not say by which account somebody goes",
            asset="npm:@callisto/kit",
            given=(PackageRole(account="ada", role="maintainer"),),
            register=(
                DeclaredAsset(
                    asset="npm:@callisto/kit",
                    status=Status.OFFICIAL,
                    reason="the kit",
                    holders=(Holding("maintainer", ("ines",)),),
                ),
                *_PEOPLE,
            ),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="The register expects nobody in particular",
            asset="pypi:callisto-web",
            given=(PackageOwnership(), _ADA),
            register=_PEOPLE,
            expect=NotApplicable,
        ),
    ),
)
def expected_holder_missing(
    entry: DeclaredAsset, roles: All[PackageRole], ownership: PackageOwnership | NotKept, inventory: Inventory
) -> Verdict:
    """The register's `holders` name somebody for a role on the package, and no account of theirs holds it.

    ## What it does

    For a package whose entry declares `holders`, looks for each person, and each member of a team, that is named
    there, whether an account of theirs has that role. It needs all of the package's roles. Where an organization of
    the registry holds the package, a person may have the role through one of its teams, which the registry does not
    show: then the answer is Unknown.

    ## Why it matters

    Whoever is counted on to release a fix finds out that they cannot on the day when it is needed.

    ## How to fix

    Give the person the role at the registry, or take them out of the entry's `holders`.

    ## What is not judged

    People whose account at the registry the register does not name. Who holds a role without being expected to:
    `packages/holder-not-expected`.
    """
    wanted = expected(entry, inventory)
    if not wanted:
        return NotApplicable("the register expects nobody in particular")
    place = family(entry.asset)
    held = {(spelt(role.role), inventory.party_of(place, role.account)) for role in roles}
    missing = [(role, p) for role, people in wanted.items() for p in sorted(people) if (role, p) not in held]
    if not missing:
        return PASS
    if isinstance(ownership, PackageOwnership) and ownership.organization:
        why = f"the registry does not show who holds it through the organization {ownership.organization}"
        return Unknown(Reason.UNOBSERVABLE, why)
    unnamed = {person for _, person in missing if not known_at(place, person, inventory)}
    problems = tuple(
        Problem(
            f"{person} is expected to be {role} and is not: give them the role, or correct holders",
            key=f"{role}/{person}",
            where=entry.where,
        )
        for role, person in missing
        if person not in unnamed
    )
    if problems:
        return Fail(problems, exhaustive=not unnamed)
    return Unknown(Reason.UNDECLARED, nameless(place, unnamed))
