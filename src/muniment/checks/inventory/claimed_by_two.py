"""Finds what two rules, or two repositories, say different things about."""

from __future__ import annotations

from muniment.checks.declaration import Example, check
from muniment.evidence.declared_asset import Claim, DeclaredAsset
from muniment.model.asset import GITHUB_REPO, NPM, PYPI, Status
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict, Where
from muniment.register.resolving import HOLDERS

_SHELL = Claim("org callisto where owner = shell", Status.OFFICIAL, "shell", Where("rules.yaml", 4))
_KERNEL = Claim("org callisto name kern*", Status.OFFICIAL, "kernels", Where("kernels/rules.yaml", 9))

_OURS = Claim("github:repo/callisto/kit", Status.OFFICIAL, "shell", Where("rules.yaml", 4))
_THEIRS = Claim("github:repo/stranger/kit", Status.EXTERNAL, "")
_NEW = Claim(HOLDERS, Status.EXTERNAL, "")


def _entry(asset: str, **more: object) -> tuple[DeclaredAsset]:
    made = {"status": Status.OFFICIAL, "reason": "minutes of 2026-02-03", "rule": "org callisto name kern*", **more}
    return (DeclaredAsset(asset=asset, **made),)  # type: ignore[arg-type]


@check(
    title="Claimed by two subprojects",
    severity="medium",
    controls=("OSPS-QA-04.01",),
    families=(GITHUB_REPO, PYPI, NPM),
    statuses=tuple(Status),
    examples=(
        Example(
            name="One rule speaks for the repository",
            asset="github:repo/callisto/kernel",
            register=_entry("github:repo/callisto/kernel"),
            expect=Pass,
        ),
        Example(
            name="One rule asks for a property, another for a name, and they disagree",
            asset="github:repo/callisto/kernel",
            register=_entry("github:repo/callisto/kernel", status=Status.UNCLEAR, claims=(_KERNEL, _SHELL)),
            expect=Fail,
        ),
        Example(
            name="A manifest of ours names a package whose record leads to a stranger's repository",
            asset="pypi:callisto-kit",
            register=_entry("pypi:callisto-kit", status=Status.UNCLEAR, claims=(_OURS, _THEIRS)),
            expect=Fail,
        ),
        Example(
            name="Nobody is left of those who held a package that a manifest of ours names",
            asset="pypi:callisto-kit",
            register=_entry("pypi:callisto-kit", status=Status.UNCLEAR, claims=(_OURS, _NEW)),
            expect=Fail,
        ),
        Example(
            name="Nobody could see the property that a rule asks for",
            asset="github:repo/callisto/kernel",
            register=_entry("github:repo/callisto/kernel", unsettled="the property owner was not seen"),
            expect=Unknown,
            reason=Reason.UNCOLLECTED,
        ),
        Example(
            name="An entry of its own decides",
            asset="github:repo/callisto/kernel",
            register=_entry("github:repo/callisto/kernel", rule=""),
            expect=NotApplicable,
        ),
    ),
)
def claimed_by_two(entry: DeclaredAsset) -> Verdict:
    """Two rules, or two repositories that build one package, give it different statuses or subprojects.

    ## What it does

    Looks at repositories and packages that are the project's by a rule. Fails where the narrowest rules that select
    a repository disagree, or the repositories whose manifests name a package; where the registry's record of
    such a package leads to a repository that is not the project's; and where nobody is left of those who held it.
    Where properties were not seen that could decide it, it is Unknown.

    ## Why it matters

    What two answer for, nobody answers for. Reports about it wait with the one who thinks that it is the other's.
    A package whose name a stranger holds is a stranger's code to all who install by the name in our manifest.

    ## How to fix

    Agree, and write it down: `except` in one of the rules, or an entry of its own under `assets`. Of a package that
    two repositories build, make one of the manifests private, or archive the repository that is not used any more.
    If a stranger holds the name, rename ours, or mark the manifest private and declare theirs `external`.

    ## What is not judged

    Rules whose words alone show that they disagree: the register is refused until they do not.
    """
    if not entry.rule:
        return NotApplicable("no rule speaks for it")
    if entry.claims:
        told = "; ".join(f"{_at(c)} says {c.status.value} of {c.subproject or 'nobody'}" for c in entry.claims)
        return Fail((Problem(f"{told}: write 'except' into one, or an entry of its own", where=entry.where),))
    if entry.unsettled:
        return Unknown(Reason.UNCOLLECTED, entry.unsettled)
    return PASS


def _at(claim: Claim) -> str:
    return f"{claim.by} ({claim.where.file}:{claim.where.line})" if claim.where else claim.by
