"""Finds roles that people hold and that the register does not expect them to hold."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, check
from muniment.evidence.declared_asset import DeclaredAsset, Holding
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.package_role import PackageRole
from muniment.model.asset import Status, family
from muniment.model.party import Account
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
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
    DeclaredParty(handle="release-team", members=("ada",)),
)


@check(
    title="Holder of a role is not expected",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="The owner is a member of the team that is expected to own it",
            asset="pypi:callisto-core",
            given=(PackageRole(account="ada-example", role="Owner"),),
            register=(_CORE, *_PEOPLE),
            expect=Pass,
        ),
        Example(
            name="Somebody known, whom nobody expects here",
            asset="pypi:callisto-core",
            given=(
                PackageRole(account="ada-example", role="Owner"),
                PackageRole(account="noor-example", role="Owner"),
            ),
            register=(_CORE, *_PEOPLE),
            expect=Fail,
            keys=("noor-example/Owner",),
        ),
        Example(
            name="The register expects nobody in particular",
            asset="pypi:callisto-web",
            given=(PackageRole(account="noor-example", role="Owner"),),
            register=_PEOPLE,
            expect=NotApplicable,
        ),
    ),
)
def holder_not_expected(entry: DeclaredAsset, roles: All[PackageRole], inventory: Inventory) -> Verdict:
    """An account holds a role on the package that the register's `holders` give to somebody else.

    ## What it does

    For a package whose entry declares `holders`, compares each account's role with the people, and the members of
    the teams, who are expected to hold it, and with those whom `grants` give it for a time. Roles are compared
    without case. An account that the register does not know is not expected.

    ## Why it matters

    Roles are granted in a hurry and never taken back. Writing down who ought to hold them, and being told of the
    difference, is an access review that costs nothing.

    ## How to fix

    Remove the role at the registry, or add the person to the entry's `holders` for that role.

    ## What is not judged

    Whether everybody who is expected has in fact got the role. Packages without `holders` are not judged.
    """
    if not entry.holders:
        return NotApplicable("the register expects nobody in particular")
    place = family(entry.asset)
    problems = []
    for role in roles:
        handle = inventory.party_of(place, role.account)
        if handle is None or handle not in _expected(entry, role.role, inventory):
            who = handle or "nobody of the register"
            text = f"{role.account} ({who}) is {role.role} and not expected: remove the role or add it to holders"
            problems.append(Problem(text, key=role.key, cause=Account(place, role.account).id))
    return Fail(tuple(problems)) if problems else PASS


def _expected(entry: DeclaredAsset, role: str, inventory: Inventory) -> set[str]:
    handles: set[str] = set()
    for holding in entry.holders:
        if holding.role.casefold() != role.casefold():
            continue
        for holder in holding.holders:
            handles.add(holder)
            party = inventory.parties.get(holder)
            if party is not None:
                handles.update(party.members)
    for grant in inventory.entrusted.granted(entry.asset):
        if grant.role.casefold() == role.casefold():
            handles.update((grant.holder, *inventory.people((grant.holder,))))
    return handles
