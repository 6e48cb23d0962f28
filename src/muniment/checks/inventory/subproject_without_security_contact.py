"""Finds subprojects that nobody can be reached at."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.model.asset import PROJECT
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_SHELL = DeclaredSubproject(id="shell", name="Shell", contact="security@callisto.example")
_DOCS = DeclaredSubproject(id="docs", name="Documentation")


@check(
    title="Subproject without a security contact",
    severity="medium",
    controls=("OSPS-VM-02.01",),
    families=(PROJECT,),
    examples=(
        Example(
            name="Each subproject says where its people are reached",
            asset="project:callisto",
            register=(_SHELL,),
            expect=Pass,
        ),
        Example(
            name="One of them does not",
            asset="project:callisto",
            register=(_SHELL, _DOCS),
            expect=Fail,
            keys=("docs",),
        ),
        Example(name="The project has no subprojects", asset="project:callisto", expect=NotApplicable),
    ),
)
def subproject_without_security_contact(entry: DeclaredAsset, inventory: Inventory) -> Verdict:
    """The register declares a subproject and does not say where its people are reached.

    ## What it does

    Fails for each subproject whose `contact` is empty.

    ## Why it matters

    When a report comes in, somebody must find those who can mend it, and there is no time to ask around.

    ## How to fix

    Write an address or a list that several people read into the subproject's `contact`.

    ## What is not judged

    Whether anybody answers there; and whether each repository tells strangers where to go, which is the matter of
    `repositories/no-security-policy`.
    """
    if not inventory.subprojects:
        return NotApplicable("the project has no subprojects")
    silent = [s for _, s in sorted(inventory.subprojects.items()) if not s.contact]
    if not silent:
        return PASS
    return Fail(
        tuple(
            Problem(f"{s.name} has no contact: write one into the register", key=s.id, where=s.where or entry.where)
            for s in silent
        )
    )
