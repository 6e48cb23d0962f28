"""Finds packages whose newest release was taken back and not replaced."""

from __future__ import annotations

from datetime import UTC, datetime

from muniment.checks.declaration import All, Example, check
from muniment.evidence.package_release import PackageRelease
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_OLD = PackageRelease(version="2.0", uploaded=datetime(2025, 3, 1, 9, 0, tzinfo=UTC))
_BAD = PackageRelease(
    version="2.1", uploaded=datetime(2025, 9, 1, 9, 0, tzinfo=UTC), yanked=True, yanked_reason="breaks on import"
)
_NEXT = PackageRelease(version="3.0rc1", uploaded=datetime(2025, 12, 1, 9, 0, tzinfo=UTC), prerelease=True)


@check(
    title="Newest release is yanked",
    severity="medium",
    examples=(
        Example(name="The newest release stands", asset="pypi:callisto-core", given=(_OLD,), expect=Pass),
        Example(
            name="The newest release is yanked; a release candidate is no replacement",
            asset="pypi:callisto-core",
            given=(_OLD, _BAD, _NEXT),
            expect=Fail,
            keys=("2.1",),
        ),
        Example(
            name="A fixed release has followed",
            asset="pypi:callisto-core",
            given=(_OLD, _BAD, PackageRelease(version="2.1.1", uploaded=datetime(2025, 9, 3, 9, 0, tzinfo=UTC))),
            expect=Pass,
        ),
        Example(
            name="The registry does not say which of the releases is newer",
            asset="npm:@callisto/kit",
            given=(PackageRelease(version="1.0.0"), PackageRelease(version="1.0.1", yanked=True)),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="Nothing was released", asset="pypi:callisto-next", empty=(PackageRelease,), expect=NotApplicable
        ),
    ),
)
def newest_release_yanked(releases: All[PackageRelease]) -> Verdict:
    """The release uploaded last, release candidates apart, is yanked, and nothing has replaced it.

    ## What it does

    Looks at the final release with the latest upload time (at pre-releases only if there is nothing else) and fails
    if all its files are yanked.

    ## Why it matters

    Installers step back to an older release without a word. People who pinned the yanked one keep it. Either way
    they do not have what the project thinks they have.

    ## How to fix

    Release a version that mends what the yanked one broke. If the yank was a mistake, undo it at the registry.

    ## What is not judged

    The order of version numbers: after a yanked 2.1, a later 1.9.4 for an old series counts as the newest release.
    """
    final = [r for r in releases if not r.prerelease] or list(releases)
    if not final:
        return NotApplicable("nothing has been released")
    if not any(r.yanked for r in final):
        return PASS
    dated = [(r.uploaded, r.version, r) for r in final if r.uploaded is not None]
    if len(dated) < len(final):
        return Unknown(Reason.UNOBSERVABLE, "the registry does not say when some releases were uploaded")
    when, version, newest = max(dated, key=lambda d: d[:2])
    if not newest.yanked:
        return PASS
    because = f" ({newest.yanked_reason})" if newest.yanked_reason else ""
    text = f"{version} of {when.date()} is yanked{because} and nothing has replaced it: release a fixed version"
    return Fail((Problem(text, key=version),))
