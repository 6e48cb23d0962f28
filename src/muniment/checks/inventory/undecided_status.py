"""Finds assets that the project has left undecided for too long."""

from __future__ import annotations

from datetime import date, timedelta

from muniment.checks.declaration import Example, Today, check
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.model.asset import Status
from muniment.model.policy import Policy
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict


def _unclear(since: date | None) -> tuple[DeclaredAsset]:
    reason = "made for a workshop; its owners have not answered"
    return (DeclaredAsset(asset="github:org/callisto-fans", status=Status.UNCLEAR, reason=reason, since=since),)


def _by_rule(since: date | None) -> DeclaredAsset:
    return DeclaredAsset(
        asset="github:repo/callisto/old-map",
        status=Status.UNCLEAR,
        reason="nobody remembers",
        since=since,
        rule="org callisto name old-*",
    )


@check(
    title="Status has been unclear for too long",
    severity="low",
    controls=("OSPS-QA-04.01",),
    statuses=tuple(Status),
    examples=(
        Example(name="The project has decided", asset="github:org/callisto", expect=Pass),
        Example(
            name="Unclear, and looked at not long ago",
            asset="github:org/callisto-fans",
            register=_unclear(date(2026, 2, 1)),
            expect=Pass,
        ),
        Example(
            name="Unclear from the last day there is",
            asset="github:org/callisto-fans",
            register=_unclear(date(9999, 12, 31)),
            expect=Pass,
        ),
        Example(
            name="Unclear since last summer",
            asset="github:org/callisto-fans",
            register=_unclear(date(2025, 7, 1)),
            expect=Fail,
        ),
        Example(
            name="Unclear, and nobody wrote down since when",
            asset="github:org/callisto-fans",
            register=_unclear(None),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
        Example(
            name="A repository whose organization is unclear, which is asked about there",
            asset="github:repo/callisto-fans/badge",
            register=(
                DeclaredAsset(
                    asset="github:repo/callisto-fans/badge",
                    status=Status.UNCLEAR,
                    reason="as its organization, github:org/callisto-fans",
                    inherits="github:org/callisto-fans",
                ),
            ),
            expect=NotApplicable,
        ),
        Example(
            name="A repository that a rule calls unclear since last summer",
            asset="github:repo/callisto/old-map",
            register=(_by_rule(date(2025, 7, 1)),),
            expect=Fail,
        ),
        Example(
            name="A rule that does not say since when",
            asset="github:repo/callisto/old-map",
            register=(_by_rule(None),),
            expect=Unknown,
            reason=Reason.UNDECLARED,
        ),
    ),
)
def undecided_status(entry: DeclaredAsset, policy: Policy, today: Today) -> Verdict:
    """An asset was declared `unclear`, and more than the policy's number of days have gone by since.

    ## What it does

    Compares the day in the entry's `since` with the policy's `undecided-after` (90 days unless the register says
    otherwise). An `unclear` entry without `since` gives Unknown. What a rule makes `unclear` is judged by its
    `since`, each repository that it selects by itself: one of them may be decided by an entry of its own.

    ## Why it matters

    Nobody secures what may not be ours. Assets whose status stays open keep their old administrators and the
    project's name at the same time.

    ## How to fix

    Decide, and write the decision and its reason into the entry: `official`, `archived` or `external`. If it was
    looked at again and is still open, say so in the reason and set `since` to that day.

    ## What is not judged

    Whether the decision was a good one.
    """
    if entry.status is not Status.UNCLEAR:
        return PASS
    if entry.inherits:
        return NotApplicable(f"it is decided for {entry.inherits}")
    if entry.claims:
        return NotApplicable("who it belongs to is the matter of inventory/claimed-by-two")
    if entry.unsettled:
        return Unknown(Reason.UNCOLLECTED, entry.unsettled)
    if entry.since is None:
        speaking = f"the rule '{entry.rule}'" if entry.rule else "the entry"
        return Unknown(Reason.UNDECLARED, f"{speaking} does not say since when its status is unclear")
    if today.toordinal() - entry.since.toordinal() <= policy.undecided_after:
        return PASS
    due = entry.since + timedelta(days=policy.undecided_after)
    by = f" by the rule '{entry.rule}'" if entry.rule else ""
    text = f"unclear since {entry.since}{by}, a decision was due by {due}"
    text = f"{text}: decide, or say in the register what is missing"
    return Fail((Problem(text, where=entry.where),))
