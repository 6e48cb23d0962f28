"""What is in force on a default branch: the classic rule and the active rulesets, taken together.

The classic rule shows to administrators alone; others see the part of it that binds themselves (``refUpdateRule``),
of which only what it forbids is believed. The rules of active rulesets show to everybody who can read. What is seen
to be in force counts from any vantage; what is seen to be missing counts only where everything can be seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from muniment.collectors.github import graphql
from muniment.collectors.github.rights import Place, lacking
from muniment.collectors.reading import Label, Missed, Name, told, unreadable
from muniment.evidence.branch_protection import BranchProtection
from muniment.model.observation import Outcome

FIELDS = ("defaultBranchRef", "isEmpty", "viewerCanAdminister")

CLASSIC = ("defaultBranchRef", "branchProtectionRule")
"""What is refused to many who may see the rest."""

Count = Annotated[int, Meta(ge=0, le=1000)]


class _Classic(Struct, rename="camel"):
    allows_force_pushes: bool
    allows_deletions: bool
    requires_approving_reviews: bool
    required_approving_review_count: Count | None = None
    is_admin_enforced: bool | None = None


class _Mine(Struct, rename="camel"):
    allows_force_pushes: bool | None = None
    allows_deletions: bool | None = None
    required_approving_review_count: Count | None = None


class _Parameters(Struct, rename="camel"):
    required_approving_review_count: Count | None = None


class _By(Struct):
    name: Label | None = None


class _Rule(Struct, rename="camel"):
    type: Name
    parameters: _Parameters | None = None
    repository_ruleset: _By | None = None


class _Rules(Struct, rename="camel"):
    total_count: int
    nodes: list[_Rule | None]


class _Branch(Struct, rename="camel"):
    name: Label
    branch_protection_rule: _Classic | None = None
    ref_update_rule: _Mine | None = None
    rules: _Rules | None = None


class _Repository(Struct, rename="camel"):
    is_empty: bool | None = None
    viewer_can_administer: bool | None = None
    default_branch_ref: _Branch | None = None


_DECODER = msgspec.json.Decoder(_Repository)


def protection(node: graphql.Node, place: Place) -> tuple[Iterable[BranchProtection] | Missed, str]:
    """A default branch's protection as far as it is seen, and why not all of it is.

    An empty repository has no branch: nothing can be pushed over or deleted, nothing is known to guard it, and the
    fact says so with an empty ``branch``.
    """
    refused = [f for f in node.faults if f.path[:2] == CLASSIC and f.outcome is Outcome.DENIED]
    found = graphql.Node(node.raw, tuple(f for f in node.faults if f not in refused)).part(_DECODER, *FIELDS)
    if isinstance(found, Missed):
        return found, ""
    branch = found.default_branch_ref
    if branch is None:
        if found.is_empty is True:
            return (BranchProtection(branch=""),), ""
        return unreadable("the repository is not empty, and GitHub named no default branch"), ""
    sees_classic = not refused and (found.viewer_can_administer is True or place.holds("administration:read"))
    fact = _effect(branch, sees_classic=sees_classic)
    open_questions = (fact.blocks_force_pushes, fact.blocks_deletion, fact.needs_pull_request)
    if all(answer is None for answer in open_questions):
        return Missed(Outcome.DENIED, lacking(BranchProtection)), ""
    if any(answer is None for answer in open_questions):
        return (fact,), f"only what is seen to be in force: the rest {lacking(BranchProtection)}"
    return (fact,), ""


def _effect(branch: _Branch, *, sees_classic: bool) -> BranchProtection:
    classic, mine, listed = branch.branch_protection_rule, branch.ref_update_rule, branch.rules
    rules = [rule for rule in (listed.nodes if listed else ()) if rule is not None]
    whole = sees_classic and listed is not None and len(rules) == listed.total_count
    types = {rule.type for rule in rules}

    def told_of(*signs: bool) -> bool | None:
        return True if any(signs) else (False if whole else None)

    counts = [rule.parameters.required_approving_review_count for rule in rules if rule.parameters]
    if classic is not None and classic.requires_approving_reviews:
        counts.append(classic.required_approving_review_count)
    if mine is not None:
        counts.append(mine.required_approving_review_count)
    most = max((n for n in counts if n is not None), default=0)
    return BranchProtection(
        branch=told(branch.name, 250),
        blocks_force_pushes=told_of(
            "NON_FAST_FORWARD" in types,
            classic is not None and not classic.allows_force_pushes,
            mine is not None and mine.allows_force_pushes is False,
        ),
        blocks_deletion=told_of(
            "DELETION" in types,
            classic is not None and not classic.allows_deletions,
            mine is not None and mine.allows_deletions is False,
        ),
        needs_pull_request=told_of(
            bool(types & {"PULL_REQUEST", "MERGE_QUEUE"}),
            classic is not None and classic.requires_approving_reviews,
            mine is not None and mine.required_approving_review_count is not None,
        ),
        reviews=most if most or whole else None,
        binds_admins=_binds(classic, bool(rules), whole=whole),
        by=_by(classic, mine, rules),
    )


def _binds(classic: _Classic | None, rules: bool, *, whole: bool) -> bool | None:
    """Who may pass by a ruleset is not asked; a classic rule says whether administrators may."""
    if classic is not None and classic.is_admin_enforced:
        return True
    return False if whole and not rules and (classic is None or classic.is_admin_enforced is False) else None


def _by(classic: _Classic | None, mine: _Mine | None, rules: Iterable[_Rule]) -> tuple[str, ...]:
    rulesets = {told(rule.repository_ruleset.name, 200) for rule in rules if rule.repository_ruleset}
    own = ("branch protection",) if classic is not None or mine is not None else ()
    return (*own, *(f"ruleset {name}" for name in sorted(rulesets)))
