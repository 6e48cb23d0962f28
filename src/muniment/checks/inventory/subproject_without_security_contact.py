"""Finds subprojects that nobody can be reached at."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.model.asset import GITHUB_ORG, NPM_SCOPE, PYPI_ORG, Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Verdict
from muniment.register.inventory import Inventory

_SHELL = DeclaredSubproject(id="shell", name="Shell", contact="security@callisto.example")
_DOCS = DeclaredSubproject(id="docs", name="Documentation")


def _organization(subproject: str) -> DeclaredAsset:
    return DeclaredAsset(
        asset="github:org/callisto", status=Status.OFFICIAL, reason="governance", subproject=subproject
    )


@check(
    title="Subproject without a security contact",
    severity="medium",
    controls=("OSPS-VM-02.01",),
    families=(GITHUB_ORG, PYPI_ORG, NPM_SCOPE),
    examples=(
        Example(
            name="The organization's subproject says where its people are reached",
            asset="github:org/callisto",
            register=(_SHELL, _DOCS, _organization("shell")),
            expect=Pass,
        ),
        Example(
            name="It does not",
            asset="github:org/callisto",
            register=(_SHELL, _DOCS, _organization("docs")),
            expect=Fail,
            keys=("docs",),
        ),
        Example(
            name="No subproject answers for the organization",
            asset="github:org/callisto",
            register=(_SHELL, _organization("")),
            expect=NotApplicable,
        ),
    ),
)
def subproject_without_security_contact(entry: DeclaredAsset, inventory: Inventory) -> Verdict:
    """A subproject answers for an organization or a scope, and the register does not say how to reach its people.

    ## What it does

    Looks at organizations on GitHub and PyPI and at scopes on npm. Fails where the `contact` of the subproject that
    answers for it is empty. What a subproject holds more than one of is mended by one line.

    ## Why it matters

    When a report comes in, somebody must find those who can mend it, and there is no time to ask around.

    ## How to fix

    Write an address or a list that several people read into the subproject's `contact`.

    ## What is not judged

    Whether anybody answers there; subprojects that hold neither organization nor scope; and whether each repository
    tells strangers where to go, which is the matter of `repositories/no-security-policy`.
    """
    subproject = inventory.subprojects.get(inventory.subproject_of(entry.asset))
    if subproject is None:
        return NotApplicable("no subproject answers for it")
    if subproject.contact:
        return PASS
    text = f"{subproject.name} has no contact: write one into the register"
    where = subproject.where or entry.where
    return Fail((Problem(text, key=subproject.id, cause=f"contact of {subproject.id}", where=where),))
