"""Finds maintainers of packages on conda-forge whom nobody in the project can name."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, check
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.model.party import Account
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_ADA = DeclaredParty(handle="ada", accounts=(Account("github", "ada-example"),))


@check(
    title="Maintainer on conda-forge is unknown to the register",
    severity="medium",
    controls=("OSPS-GV-01.01",),
    examples=(
        Example(
            name="The register knows whose account it is",
            asset="conda:callisto-core",
            given=(FeedstockMaintainer(login="Ada-Example"),),
            register=(_ADA,),
            expect=Pass,
        ),
        Example(
            name="One of two is nobody known",
            asset="conda:callisto-core",
            given=(FeedstockMaintainer(login="ada-example"), FeedstockMaintainer(login="zeta-example")),
            register=(_ADA,),
            expect=Fail,
            keys=("zeta-example",),
        ),
        Example(
            name="The recipe could not be understood",
            asset="conda:callisto-core",
            unseen=((FeedstockMaintainer, Reason.UNREADABLE),),
            register=(_ADA,),
            expect=Unknown,
            reason=Reason.UNREADABLE,
        ),
        Example(
            name="Some of its maintainers were read, all of them known",
            asset="conda:callisto-core",
            given=(FeedstockMaintainer(login="ada-example"),),
            partial=(FeedstockMaintainer,),
            register=(_ADA,),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="The register names no account on GitHub at all",
            asset="conda:callisto-core",
            given=(FeedstockMaintainer(login="zeta-example"),),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
    ),
)
def feedstock_maintainer_unknown_to_register(
    maintainer: Each[FeedstockMaintainer], inventory: Inventory
) -> Problem | Unknown | None:
    """Somebody maintains the package's recipe on conda-forge, and the register does not say who it is.

    ## What it does

    Looks up every maintainer that the recipe names among the register's accounts on GitHub. While the register
    names none at all, the answer is Unknown.

    ## Why it matters

    A maintainer of a feedstock can merge into it, and what is merged is built and offered to everybody who installs
    the package from conda-forge. Recipes are often begun by somebody who was never part of the project.

    ## How to fix

    Find out who it is, and add the account to the person in the register. If nobody knows, ask the feedstock's
    other maintainers; who has gone is taken out of `recipe-maintainers` by a pull request.

    ## What is not judged

    Whether the person ought to be one. Members of the feedstock's team on GitHub, which only its members see:
    conda-forge makes it from the recipe. conda-forge's own people, who can merge everywhere.
    """
    if inventory.party_of("github", maintainer.login) is not None:
        return None
    if not inventory.knows_accounts_at("github"):
        return Unknown(Reason.UNDECLARED, "the register names no account at github")
    text = (
        f"{maintainer.login} maintains the feedstock and is nobody of the register: add the account to a person, "
        "or ask for another maintainer"
    )
    return Problem(text, cause=Account("github", maintainer.login).id)
