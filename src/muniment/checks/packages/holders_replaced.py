"""Finds packages that came into the hands of people of whom nobody held them before."""

from __future__ import annotations

from muniment.checks.declaration import All, Example, Some, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.package_holders import PackageHolders
from muniment.evidence.package_role import PackageRole
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_ASSET = "pypi:callisto-core"
_ADA, _MALLORY = PackageRole(account="ada", role="Owner"), PackageRole(account="mallory", role="Owner")


@check(
    title="Nobody is left of those who held the package",
    severity="high",
    examples=(
        Example(
            name="It is held by those who held it",
            asset=_ASSET,
            given=(_ADA,),
            expect=Pass,
        ),
        Example(
            name="It was gone, and came back under an account that nobody knows",
            asset=_ASSET,
            given=(_MALLORY, PackageHolders(before=("ada",), now=("mallory",))),
            expect=Fail,
        ),
        Example(
            name="The new account was added to a person of the register",
            asset=_ASSET,
            given=(_MALLORY, PackageHolders(before=("mallory",))),
            expect=Pass,
        ),
        Example(
            name="The registry does not say who holds it",
            asset=_ASSET,
            unseen=((PackageRole, Reason.DENIED),),
            expect=Unknown,
            reason=Reason.DENIED,
        ),
        Example(
            name="There is no such package any more",
            asset=_ASSET,
            given=(PackageHolders(before=("ada",)),),
            absent=(PackageRole,),
            expect=NotApplicable,
        ),
    ),
)
def holders_replaced(entry: DeclaredAsset, role: All[PackageRole], holders: Some[PackageHolders]) -> Verdict:
    """Those who hold the package at the registry and those who held it before have no one in common.

    ## What it does

    Remembers who held the package when all its roles were last seen. Fails where later none of them is left, the
    register knows none of the new accounts, and no organization of the project's holds the package. That it was
    gone for a while in between makes no difference. A package that a rule brings is then `unclear`, and nothing
    is taken for the project's that it says.

    ## Why it matters

    A name that was given up is free for anybody, and everybody who installs by it gets what they upload. The same
    holds where somebody took over the accounts of those who held it.

    ## How to fix

    Ask those who held it. If they handed it over, add an account of the new holders to a person in the register. If
    they did not, report it to the registry, warn those who install it, and rename what you publish.

    ## What is not judged

    Packages of which the roles were never all seen before; a change in which one of the old holders stays.
    """
    seen = next(iter(holders), None)
    if seen is None or not seen.now:
        return PASS
    text = (
        f"held by {', '.join(seen.now)} now, and by {', '.join(seen.before)} before: ask them, and add the new "
        "account to a person of the register, or report it to the registry"
    )
    return Fail((Problem(text, where=entry.where),))
