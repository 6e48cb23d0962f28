"""Finds packages under the project's name that the register has never heard of."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.namespace_package import NamespacePackage
from muniment.model.asset import Status
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_KIT = DeclaredAsset(
    asset="npm:@callisto/kit", status=Status.OFFICIAL, reason="the kit that plug-ins are made with"
)


@check(
    title="Package in the project's namespace is not declared",
    severity="medium",
    examples=(
        Example(
            name="The whole scope was listed, and each of its packages is declared",
            asset="npm:@callisto",
            given=(NamespacePackage(asset="npm:@callisto/kit", declared=True),),
            register=(_KIT,),
            expect=Pass,
        ),
        Example(
            name="A package of the scope is in no file of the register",
            asset="npm:@callisto",
            given=(
                NamespacePackage(asset="npm:@callisto/kit", declared=True),
                NamespacePackage(asset="npm:@callisto/demo", declared=False, seen_in=("npm:@callisto/kit",)),
            ),
            partial=(NamespacePackage,),
            register=(_KIT,),
            expect=Fail,
            keys=("npm:@callisto/demo",),
        ),
        Example(
            name="What was seen is declared, but not everything was seen",
            asset="npm:@callisto",
            given=(NamespacePackage(asset="npm:@callisto/kit", declared=True),),
            partial=(NamespacePackage,),
            register=(_KIT,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
    ),
)
def undeclared_package(package: Each[NamespacePackage], inventory: Inventory) -> Problem | None:
    """A package was seen under one of the project's npm scopes or PyPI organizations, and nobody declared it.

    ## What it does

    Takes every package seen in a namespace that the project holds and looks it up in the register. A package that
    the register names passes, whatever status it gives it: `archived` and `external` are answers too.

    ## Why it matters

    People install by prefix. What stands under the project's name is taken for the project's, and if nobody knows
    of it, nobody looks after its owners, its releases or its vulnerabilities.

    ## How to fix

    Add the package to the register's `assets` with the status that is true of it and a reason. If nobody wants it,
    deprecate it at the registry and declare it `archived`.

    ## What is not judged

    Registries do not list the packages of a namespace to strangers, so most of the time only a part is seen: those
    that other packages depend on or link to. Then this check opens findings but never passes. An export made by an
    owner of the namespace, handed over as evidence, can be complete.
    """
    if inventory.entry(package.asset) is not None:
        return None
    seen = f" (seen in {', '.join(package.seen_in)})" if package.seen_in else ""
    return Problem(
        f"{package.asset} is not declared{seen}: add it to the register with the status that is true of it"
    )
