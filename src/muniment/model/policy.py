"""The register's numbers: which checks run, how severe they are, how old evidence may be, how long clocks run."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

SeverityWord = Literal["low", "medium", "high", "critical"]
Days = Annotated[int, Meta(ge=0, le=36_500)]
Kept = Annotated[int, Meta(ge=1, le=36_500)]
Number = Annotated[int, Meta(ge=0, le=1_000_000)]


class CheckPolicy(Struct, frozen=True):
    """What the register says of one check."""

    enabled: Annotated[bool, Meta(description="false: the check is not run")] = True
    severity: Annotated[SeverityWord | None, Meta(description="replaces the check's own severity")] = None


class Declined(Struct, frozen=True):
    """Evidence that a council does not want collected: a kind, of the assets that a pattern matches."""

    kind: Annotated[str, Meta(description="the evidence kind, or a pattern: package-role")]
    by: Annotated[str, Meta(description="who declined: the handle of a person or team")]
    reason: Annotated[str, Meta(description="why", pattern=r"\S", max_length=4000)]
    until: Annotated[date, Meta(description="the last day that it holds, YYYY-MM-DD")]
    asset: Annotated[str, Meta(description="the asset, or a pattern; default: every asset")] = "*"

    def covers(self, kind: str, asset: str, today: date) -> bool:
        """True if it holds on a day for a kind of evidence of an asset."""
        return self.until >= today and fnmatchcase(kind, self.kind) and fnmatchcase(asset, self.asset)


class Policy(Struct, frozen=True, rename="kebab"):
    """The project's own numbers. Lengths are in days.

    It is kept as evidence, so it reads what later versions wrote; the register's format refuses unknown words.
    """

    evidence_max_age: Annotated[
        dict[str, Days], Meta(description="days after which evidence of a kind is stale, by kind: package-role: 7")
    ] = field(default_factory=dict)
    evidence_max_age_default: Annotated[Days, Meta(description="the same, for kinds not named")] = 7
    live_limit: Annotated[Number, Meta(description="how many packages one run asks live; the rest is recorded")] = (
        12
    )
    undecided_after: Annotated[Days, Meta(description="days after which an unclear status is a finding")] = 90
    release_expected_within: Annotated[
        Days, Meta(description="days without a release after which a package is asked about")
    ] = 730
    collect_every: Annotated[
        dict[str, Days],
        Meta(description="days for which a kind rests once it was seen, by kind: private-reporting: 7"),
    ] = field(default_factory=dict)
    security_team: Annotated[
        tuple[str, ...], Meta(description="who answers for security: handles of people and teams")
    ] = ()
    owners_at_most: Annotated[Number, Meta(description="how many owners an organization may have unremarked")] = 6
    invitation_stale_after: Annotated[
        Days, Meta(description="days after which a pending invitation is a finding")
    ] = 7
    reach_limit: Annotated[Number, Meta(description="how many packages one account may reach unremarked")] = 10
    inactive_after: Annotated[
        Days, Meta(description="days without a sign of somebody after which the account counts as inactive")
    ] = 365
    new_for: Annotated[
        Days, Meta(description="days for which somebody who came is new, and not called inactive")
    ] = 90
    checks: Annotated[dict[str, CheckPolicy], Meta(description="what is different for one check, by its id")] = (
        field(default_factory=dict)
    )

    keep: Annotated[
        dict[str, Kept],
        Meta(description="days for which what is over is kept, by kind: package-role: 400; default: for ever"),
    ] = field(default_factory=dict)
    declined: Annotated[
        tuple[Declined, ...], Meta(description="evidence that is not to be collected, with who, why and until when")
    ] = ()
    forgotten: Annotated[
        dict[str, str],
        Meta(
            description="tombstones of forgotten accounts by the accounts' digests, as muniment forget tells them"
        ),
    ] = field(default_factory=dict)

    def decliner(self, kind: str, asset: str, today: date) -> Declined | None:
        """The decision by which a kind of evidence of an asset is not collected; of several the longest."""
        found = [d for d in self.declined if d.covers(kind, asset, today)]
        return max(found, key=lambda d: d.until, default=None)

    def judging(self) -> Policy:
        """The policy as far as checks judge by it: what is kept, declined or forgotten changes no judgement."""
        return replace(self, keep={}, declined=(), forgotten={})

    def without_people(self) -> Policy:
        """The policy without what names people: that is recorded apart, since it is more closed."""
        return replace(self, security_team=(), declined=(), forgotten={})

    def max_age(self, kind: str, rests: int = 0) -> int:
        """Days after which evidence of a kind is stale; what ``rests`` by nature has as long and the usual time."""
        return self.evidence_max_age.get(kind, self.evidence_max_age_default + rests)

    def rest(self, kind: str, rests: int = 0) -> int:
        """Days for which a kind is not asked for again once it was seen; 0: it is asked for in each run.

        ``rests``: the kind's own number, where the policy says nothing.
        """
        return self.collect_every.get(kind, rests)
