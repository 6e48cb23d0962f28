"""Finds official packages that the project's organization on PyPI does not hold."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.package_ownership import PackageOwnership
from muniment.model.asset import PYPI_ORG, Status, canonical
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict
from muniment.register.inventory import Inventory

_ORG = DeclaredAsset(asset="pypi:org/callisto", status=Status.OFFICIAL, reason="the project's organization on PyPI")


@check(
    title="Package is outside the project's PyPI organization",
    severity="medium",
    statuses=(Status.OFFICIAL,),
    examples=(
        Example(
            name="The project's organization holds it",
            asset="pypi:callisto-core",
            given=(PackageOwnership(organization="callisto"),),
            register=(_ORG,),
            expect=Pass,
        ),
        Example(
            name="No organization holds it",
            asset="pypi:callisto-core",
            given=(PackageOwnership(),),
            register=(_ORG,),
            expect=Fail,
        ),
        Example(
            name="Somebody else's organization holds it",
            asset="pypi:callisto-core",
            given=(PackageOwnership(organization="ganymede"),),
            register=(_ORG,),
            expect=Fail,
        ),
        Example(
            name="The mirror that was asked leaves ownership out",
            asset="pypi:callisto-core",
            unseen=((PackageOwnership, Reason.UNOBSERVABLE),),
            register=(_ORG,),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The project has no organization on PyPI",
            asset="pypi:callisto-core",
            given=(PackageOwnership(),),
            expect=NotApplicable,
        ),
    ),
)
def outside_pypi_organization(ownership: PackageOwnership, inventory: Inventory) -> Verdict:
    """An official package is held by single accounts, or by an organization that is not the project's.

    ## What it does

    Compares the organization that PyPI says holds the package with the register's official `pypi:org/…` assets.

    ## Why it matters

    A package that belongs to the organization outlives the people who uploaded it first: the organization's owners
    can add and remove maintainers. Outside it, the project depends on single accounts being reachable and honest.

    ## How to fix

    An owner of the package transfers it: on PyPI, the package's *Settings*, *Transfer project*, choose the
    organization. Roles that people hold on the package stay as they are.

    ## What is not judged

    Who holds roles beside the organization. If the register declares no official `pypi:org/…`, the question does
    not arise. Other registries have no such record.
    """
    own = {a for a, e in inventory.assets.items() if e.status is Status.OFFICIAL and a.startswith(f"{PYPI_ORG}/")}
    if not own:
        return NotApplicable("the register declares no official organization on PyPI")
    if ownership.organization and canonical(f"{PYPI_ORG}/{ownership.organization}") in {canonical(a) for a in own}:
        return PASS
    ours = " or ".join(sorted(a.removeprefix(f"{PYPI_ORG}/") for a in own))
    holder = (
        f"the organization {ownership.organization} holds it"
        if ownership.organization
        else "no organization holds it"
    )
    return Fail((Problem(f"{holder}: an owner of the package can transfer it to {ours}"),))
