"""Finds rules that somebody wrote and nobody has to follow."""

from __future__ import annotations

from muniment.checks.declaration import Each, Example, Unarchived, check
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.repository_ruleset import RepositoryRuleset
from muniment.model.asset import GITHUB_ORG
from muniment.model.verdict import Fail, NotApplicable, Pass, Problem, Reason, Unknown

_CORE = GithubRepository(id=1, name="callisto/core")


def _ruleset(enforcement: str, id: int = 7) -> RepositoryRuleset:
    return RepositoryRuleset(
        id=id, name="protect main", enforcement=enforcement, target="branch", source="github:repo/callisto/core"
    )


@check(
    title="Ruleset is not enforced",
    severity="low",
    examples=(
        Example(
            name="Every ruleset is active",
            asset="github:repo/callisto/core",
            given=(_CORE, _ruleset("active")),
            expect=Pass,
        ),
        Example(
            name="One is active, one is off, one only watches",
            asset="github:repo/callisto/core",
            given=(_CORE, _ruleset("active", 7), _ruleset("disabled", 8), _ruleset("evaluate", 9)),
            expect=Fail,
            keys=("8", "9"),
        ),
        Example(
            name="There is no ruleset at all, which is another matter",
            asset="github:repo/callisto/core",
            given=(_CORE,),
            empty=(RepositoryRuleset,),
            expect=Pass,
        ),
        Example(
            name="A word that GitHub did not use when this was written",
            asset="github:repo/callisto/core",
            given=(_CORE, _ruleset("delegated")),
            expect=Unknown,
            reason=Reason.UNREADABLE,
        ),
        Example(
            name="The repository is archived",
            asset="github:repo/callisto/attic",
            given=(GithubRepository(id=2, name="callisto/attic", archived=True), _ruleset("disabled")),
            expect=NotApplicable,
        ),
    ),
)
def ruleset_not_enforced(
    repository: Unarchived[GithubRepository], ruleset: Each[RepositoryRuleset]
) -> Problem | Unknown | None:
    """A ruleset of the repository, or one that it inherits, is disabled or only evaluated.

    ## What it does

    Looks at the state of each ruleset: `active` passes, `disabled` and `evaluate` fail.

    ## Why it matters

    Rules that were written and not turned on look like protection to everybody who reads the list. Mostly they were
    turned off for an afternoon.

    ## How to fix

    Set it to active; or delete it, if nobody wants it any more. What an organization's ruleset does is changed in
    the organization's settings, once for all its repositories.

    ## What is not judged

    Whether the rules are good ones: `repositories/default-branch-unprotected` looks at what is in force.
    """
    match ruleset.enforcement:
        case "active":
            return None
        case "disabled" | "evaluate" as state:
            what = "is disabled" if state == "disabled" else "is only evaluated"
            text = f"the ruleset {ruleset.name!r} {what}: set it to active, or delete it"
            shared = ruleset.source.startswith(
                f"{GITHUB_ORG}/"
            )  # mended once, for all repositories that inherit it
            return Problem(text, cause=f"{ruleset.source} {ruleset.name!r}" if shared else "")
        case other:
            return Unknown(Reason.UNREADABLE, f"the state {other!r} of a ruleset is not known")
