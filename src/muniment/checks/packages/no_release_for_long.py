"""Finds packages that may have been left alone."""

from __future__ import annotations

from datetime import UTC, datetime

from muniment.checks.declaration import All, Example, Today, check
from muniment.evidence.package_release import PackageRelease
from muniment.model.policy import Policy
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict


@check(
    title="No release for long",
    severity="low",
    examples=(
        Example(
            name="Released last autumn",
            asset="pypi:callisto-core",
            given=(PackageRelease(version="2.1", uploaded=datetime(2025, 10, 1, 9, 0, tzinfo=UTC)),),
            expect=Pass,
        ),
        Example(
            name="The last release is more than two years old",
            asset="pypi:callisto-shell",
            given=(PackageRelease(version="0.3", uploaded=datetime(2022, 5, 20, 9, 0, tzinfo=UTC)),),
            expect=Fail,
        ),
        Example(
            name="The registry names the last day there is",
            asset="pypi:callisto-late",
            given=(PackageRelease(version="1.0", uploaded=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)),),
            expect=Pass,
        ),
        Example(
            name="The registry does not say when it was uploaded",
            asset="npm:@callisto/kit",
            given=(PackageRelease(version="1.0.0"),),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Nothing was released", asset="pypi:callisto-next", empty=(PackageRelease,), expect=NotApplicable
        ),
    ),
)
def no_release_for_long(releases: All[PackageRelease], policy: Policy, today: Today) -> Verdict:
    """No release of any kind was uploaded within the policy's `release-expected-within` days.

    ## What it does

    Takes the latest upload time of all releases, release candidates and yanked ones too: each shows that somebody
    was there. Fails if it is more days back than the policy says (730 unless the register says otherwise).

    ## Why it matters

    Either the package is finished or it is forgotten, and from outside the two look the same. When a vulnerability
    is reported, the project learns which it was.

    ## How to fix

    If somebody still looks after it, a small release shows it and proves that the release process works. If nobody
    does, say so: declare it `archived` and mark it archived or deprecated at the registry.

    ## What is not judged

    Work that was not released.
    """
    if not releases:
        return NotApplicable("nothing has been released")
    dated = [(r.uploaded, r.version) for r in releases if r.uploaded is not None]
    if dated:
        when, version = max(dated)
        if today.toordinal() - when.toordinal() <= policy.release_expected_within:
            return PASS
        if len(dated) == len(releases):
            text = f"the last release is {version} of {when.date()}: release, or declare the package archived"
            return Fail((Problem(text),))
    return Unknown(Reason.UNOBSERVABLE, "the registry does not say when some releases were uploaded")
