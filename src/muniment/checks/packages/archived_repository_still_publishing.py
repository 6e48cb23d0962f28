"""Finds packages that are released from somewhere else than where they say."""

from __future__ import annotations

from datetime import UTC, datetime

from muniment.checks.declaration import All, Example, check
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_source import PackageSource
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Unknown, Verdict

_RESTS_SINCE = datetime(2025, 5, 1, 12, tzinfo=UTC)
_BEFORE = PackageRelease(version="1.0", uploaded=datetime(2025, 4, 1, 9, tzinfo=UTC))
_AFTER = PackageRelease(version="1.1", uploaded=datetime(2025, 9, 1, 9, tzinfo=UTC))


def _source(archived: bool | None, since: datetime | None = None) -> PackageSource:
    return PackageSource(repository="github:repo/callisto/core", archived=archived, archived_at=since)


@check(
    title="Package is released although its repository is archived",
    severity="high",
    examples=(
        Example(
            name="The repository is in use",
            asset="pypi:callisto-core",
            given=(_source(False), _BEFORE, _AFTER),
            expect=Pass,
        ),
        Example(
            name="The last release came before the repository was archived",
            asset="pypi:callisto-core",
            given=(_source(True, _RESTS_SINCE), _BEFORE),
            expect=Pass,
        ),
        Example(
            name="A release came after it",
            asset="pypi:callisto-core",
            given=(_source(True, _RESTS_SINCE), _BEFORE, _AFTER),
            expect=Fail,
        ),
        Example(
            name="GitHub does not tell since when it is archived",
            asset="pypi:callisto-core",
            given=(_source(True), _AFTER),
            expect=Unknown,
            reason=Reason.UNOBSERVABLE,
        ),
        Example(
            name="The repository was not seen",
            asset="pypi:callisto-core",
            given=(_source(None), _AFTER),
            expect=Unknown,
            reason=Reason.UNCOLLECTED,
        ),
        Example(
            name="The package names no repository",
            asset="pypi:callisto-core",
            given=(PackageSource(), _AFTER),
            expect=NotApplicable,
        ),
    ),
)
def archived_repository_still_publishing(releases: All[PackageRelease], source: PackageSource) -> Verdict:
    """A release was uploaded after the repository that the package names was archived.

    ## What it does

    Compares the upload times of all releases, yanked ones too, with the time since which the repository is
    archived.

    ## Why it matters

    Nothing can be changed in an archived repository, so the release was made from something else: a fork,
    somebody's computer, or by somebody who got hold of the package and not of the repository.

    ## How to fix

    Ask who released it. If the work moved, put the new repository into the package's metadata and release. If
    nobody knows, yank the release, look at the package's owners and tokens, and tell the security team.

    ## What is not judged

    Repositories outside the project's organizations, and releases before the archiving.
    """
    if not source.repository:
        return NotApplicable("the package names no repository")
    if source.archived is None:
        return Unknown(Reason.UNCOLLECTED, f"{source.repository} was not seen")
    if not source.archived:
        return PASS
    if not releases:
        return NotApplicable("nothing has been released")
    if source.archived_at is None:
        return Unknown(Reason.UNOBSERVABLE, "GitHub does not say since when the repository is archived")
    dated = [(r.uploaded, r.version) for r in releases if r.uploaded is not None]
    when, version = max(dated, default=(source.archived_at, ""))
    if when > source.archived_at:
        text = (
            f"{version} was released on {when.date()}, and {source.repository} is archived since "
            f"{source.archived_at.date()}: find out where it was made"
        )
        return Fail((Problem(text),))
    if len(dated) < len(releases):
        return Unknown(Reason.UNOBSERVABLE, "the registry does not say when some releases were uploaded")
    return PASS
