"""What PyPI, or the index that stands in for it, says of a package: two or three answers, seven kinds of evidence.

The project JSON tells of the newest release, the releases, who owns the project and what it asks for; the
simple JSON tells the project's status, its files and, from API 1.3 on, their provenance. Where a file of the newest
release has one, it is asked for, and names the workflow that published the file. An index that leaves a field out
makes its cell unobservable. It never makes it empty.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from muniment.collectors.addresses import Addresses
from muniment.collectors.attested import Attested, Listed, newest, publishers
from muniment.collectors.links import repository, tidy
from muniment.collectors.reading import (
    Label,
    Missed,
    Name,
    Source,
    asset_of,
    gathered,
    read,
    told,
    unobservable,
    unreadable,
    utc,
)
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.evidence.release_publisher import ReleasePublisher
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome, Vantage
from muniment.ports import Answer, Io, Planned, Raw

SIMPLE = "application/vnd.pypi.simple.v1+json"
INTEGRITY = "application/vnd.pypi.integrity.v1+json"
PARSER = "pypi/1"
PROVENANCE_SINCE = (1, 3)

_ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z")
_PRERELEASE = re.compile(r"\d[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*(?=$|[-_.])|dev\d*$", re.IGNORECASE)
_EXTRA = re.compile(r"\bextra\s*(?:==|in\b|!=)")
_REQUIRED = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")


class _Info(Struct):
    name: Name
    version: Name
    summary: str | None = None
    home_page: str | None = None
    project_urls: dict[str, str] | None = None
    requires_dist: list[str] | UnsetType | None = UNSET
    dynamic: list[str] | None = None


class _File(Struct):
    filename: Label
    upload_time_iso_8601: datetime | None = None
    packagetype: str = ""
    yanked: bool = False
    yanked_reason: str | None = None


class _Role(Struct):
    role: Name
    user: Name


class _Ownership(Struct):
    organization: Name | UnsetType | None = UNSET
    roles: list[_Role] | UnsetType | None = UNSET


class _Project(Struct):
    info: _Info
    releases: dict[Name, list[_File]] | UnsetType | None = UNSET
    urls: list[_File] | None = None
    ownership: _Ownership | UnsetType | None = UNSET


class _Meta(Struct, rename="kebab"):
    api_version: Name


class _Status(Struct):
    status: Name = "active"


class _SimpleFile(Struct, rename="kebab"):
    filename: Label
    upload_time: datetime | None = None
    yanked: bool | str = False
    provenance: str | UnsetType | None = UNSET


class _Simple(Struct, rename="kebab"):
    meta: _Meta
    name: Name
    files: list[_SimpleFile]
    versions: list[Name] | None = None
    project_status: _Status | None = None

    @property
    def api(self) -> tuple[int, int]:
        major, _, minor = self.meta.api_version.partition(".")
        return int(major), int(minor or 0)


S = TypeVar("S", _Project, _Simple)
_PROJECT = msgspec.json.Decoder(_Project)
_SIMPLE_PAGE = msgspec.json.Decoder(_Simple)


class PyPI:
    """The collector of the Python package index."""

    source = "pypi"
    families = (assets.PYPI,)
    asks = families
    rationed = True
    rank = 0
    yields: tuple[type[Evidence], ...] = (
        PackageProject,
        PackageOwnership,
        PackageRole,
        PackageRelease,
        PackageProvenance,
        PackageDependency,
        ReleasePublisher,
    )

    def __init__(self, addresses: Addresses) -> None:
        self._base = addresses.public.pypi
        self._simple = addresses.public.simple
        self._right = addresses.right(self._base)
        grants = {"pypi:anonymous"} | ({"pypi:configured"} if self._right != "none" else set())
        self.vantage: Vantage = frozenset(grants)
        self._addresses = addresses

    def narrowed(self, kinds: Collection[type[Evidence]]) -> PyPI:
        """The same, telling of these kinds alone: the third request is for one of them."""
        narrow = PyPI(self._addresses)
        narrow.yields = tuple(kind for kind in self.yields if kind in kinds)
        return narrow

    def requests(self, scope: str) -> Iterable[Planned]:
        """The two requests about a package; a third follows if its newest release is attested."""
        name = assets.name(assets.canonical(scope))
        yield Planned(self.source, scope, f"{self._base}/pypi/{name}/json", self._right)
        yield Planned(self.source, scope, f"{self._simple}/{name}/", self._right, open=self._third)

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask for the project JSON and the simple JSON, at once, then for the provenance of one file."""
        project, simple = (planned.url for planned in self.requests(scope))
        answers = await asyncio.gather(io.get(project), io.get(simple, accept=SIMPLE))
        file = _Reading(scope, *answers).attested(self._base)
        if isinstance(file, Missed) or not self._third:
            return Raw(scope, tuple(answers))
        return Raw(scope, (*answers, await io.get(file.provenance, accept=INTEGRITY)))

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: one batch for each of the kinds."""
        by_project, by_simple, *by_file = raw.answers
        reading = _Reading(raw.scope, by_project, by_simple)
        source = Source(self.source, self.vantage, PARSER)
        at, simple_at = by_project.at, by_simple.at
        releases, short = reading.releases()
        provenance, some = reading.provenance()
        wanted, nameless = reading.dependencies()
        file = reading.attested(self._base)
        scope = raw.scope
        batches = (
            gathered(source, scope, PackageProject, at, reading.project()),
            gathered(source, scope, PackageOwnership, at, reading.ownership()),
            gathered(source, scope, PackageRole, at, reading.roles()),
            gathered(source, scope, PackageRelease, at, releases, partial=short),
            gathered(source, scope, PackageProvenance, simple_at, provenance, partial=some),
            gathered(source, scope, PackageDependency, at, wanted, partial=nameless),
            publishers(source, scope, simple_at, file, *by_file),
        )
        told = {kind_id(kind) for kind in self.yields}
        return tuple(batch for batch in batches if batch.cell.kind in told)

    @property
    def _third(self) -> bool:
        return ReleasePublisher in self.yields


def collector(addresses: Addresses) -> PyPI:
    """The collector of the index that pip is configured for."""
    return PyPI(addresses)


class _Reading:
    """The two answers about one package, each read or missed; missing in one is weighed against the other."""

    def __init__(self, scope: str, by_project: Answer, by_simple: Answer) -> None:
        self._page = by_simple.url
        project: _Project | Missed = read(by_project, _PROJECT)
        simple: _Simple | Missed = _readable(by_simple)
        if isinstance(project, _Project):
            project = _same(project, project.info.name, scope)
        if isinstance(simple, _Simple):
            simple = _same(simple, simple.name, scope)
        self.simple: _Simple | Missed = simple
        self.whole: _Project | Missed = project
        if isinstance(project, Missed) and project.outcome is Outcome.ABSENT:
            self.whole = _absence(simple)
        if isinstance(simple, Missed) and simple.outcome is Outcome.ABSENT and isinstance(project, _Project):
            self.simple = unobservable("the index has no simple page for a project that it tells of")
        elif isinstance(simple, Missed) and simple.outcome is Outcome.ABSENT and isinstance(self.whole, Missed):
            self.simple = self.whole

    def project(self) -> Iterable[PackageProject] | Missed:
        whole, simple = self.whole, self.simple
        if isinstance(whole, Missed):
            return whole
        state = "active"
        if isinstance(simple, _Simple):
            state = simple.project_status.status if simple.project_status else "active"
        elif simple.outcome is not Outcome.UNOBSERVABLE:
            # An archived project must not read as active because the page that says so did not come.
            return Missed(simple.outcome, f"the simple page, which tells the status: {simple.detail}")
        info = whole.info
        links = list((info.project_urls or {}).items())
        if info.home_page:
            links.append(("Homepage", info.home_page))
        kept = tidy(links)
        return (
            PackageProject(
                name=told(info.name),
                latest=told(info.version),
                summary=told(info.summary),
                repository=repository(kept),
                links=kept,
                state=told(state, 50),
            ),
        )

    def ownership(self) -> Iterable[PackageOwnership] | Missed:
        held = self._held()
        if isinstance(held, Missed):
            return held
        if held.organization is UNSET:
            return unobservable("the index's answer names no organization, not even none")
        name = told(held.organization)
        if name and not re.search(assets.NAME, name):
            return unreadable(f"the index names an organization {told(name, 60)!r}, which is no name of one")
        return (PackageOwnership(organization=name),)

    def roles(self) -> Iterable[PackageRole] | Missed:
        held = self._held()
        if isinstance(held, Missed):
            return held
        if held.roles is UNSET or held.roles is None:
            return unobservable("the index's answer lists no roles, not even none")
        return [PackageRole(account=told(r.user), role=told(r.role)) for r in held.roles]

    def _held(self) -> _Ownership | Missed:
        if isinstance(self.whole, Missed):
            return self.whole
        held = self.whole.ownership
        if held is UNSET or held is None:
            return unobservable("the index's answer leaves ownership out")
        return held

    def releases(self) -> tuple[Iterable[PackageRelease] | Missed, str]:
        whole, simple = self.whole, self.simple
        if isinstance(whole, _Project) and whole.releases is not UNSET and whole.releases is not None:
            return [_release(version, files) for version, files in whole.releases.items()], ""
        if isinstance(simple, _Simple):
            return _releases_of_files(simple)
        if isinstance(whole, Missed):
            return whole, ""
        return unobservable("the index's answer lists no releases"), ""

    def telling(self) -> _Simple | Missed:
        """The simple page, if it tells of provenance."""
        simple = self.simple
        if isinstance(simple, Missed):
            return simple
        if simple.api < PROVENANCE_SINCE:
            return unobservable(f"the index speaks simple API {simple.meta.api_version}; provenance needs 1.3")
        if simple.files and all(f.provenance is UNSET for f in simple.files):
            return unobservable("the index tells provenance of no file, not even that there is none")
        return simple

    def attested(self, base: str) -> Attested | Missed:
        """The file whose provenance is asked for, below a base."""
        simple = self.telling()
        if isinstance(simple, Missed):
            return simple
        files = [
            Listed(
                name=f.filename,
                version=version_of(f.filename, simple.name),
                uploaded=utc(f.upload_time) if f.upload_time is not None else None,
                yanked=f.yanked is not False,
                provenance=f.provenance,
            )
            for f in simple.files
        ]
        return newest(files, self._page, base)

    def provenance(self) -> tuple[Iterable[PackageProvenance] | Missed, str]:
        simple = self.telling()
        if isinstance(simple, Missed):
            return simple, ""
        by_version: dict[str, list[_SimpleFile]] = {}
        for file in simple.files:
            by_version.setdefault(version_of(file.filename, simple.name), []).append(file)
        silent = {v for v, files in by_version.items() if not v or any(f.provenance is UNSET for f in files)}
        facts = [
            PackageProvenance(
                version=version,
                attested=tuple(sorted(told(f.filename) for f in files if f.provenance)),
                unattested=tuple(sorted(told(f.filename) for f in files if not f.provenance)),
            )
            for version, files in by_version.items()
            if version not in silent
        ]
        return facts, f"the index leaves provenance out for {len(silent)} releases" if silent else ""

    def dependencies(self) -> tuple[Iterable[PackageDependency] | Missed, str]:
        whole = self.whole
        if isinstance(whole, Missed):
            return whole, ""
        asked = whole.info.requires_dist
        if asked is UNSET:
            return unobservable("the index's answer leaves dependencies out"), ""
        if asked is None:
            wheels = any(f.packagetype == "bdist_wheel" for f in whole.urls or [])
            if not wheels:
                return unobservable("the newest release has no wheel, and the index states no dependencies"), ""
            asked = []
        names = [name for line in asked if (name := required(line)) is not None]
        found = [asset for name in names if (asset := asset_of(assets.PYPI, name))]
        odd = len(names) - len(found)
        return [PackageDependency(asset=a) for a in found], f"{odd} requirements name no package" if odd else ""


def required(line: str) -> str | None:
    """The project's name in a requirement (empty: none can be read); ``None`` if only an extra asks for it."""
    specifier, _, marker = line.partition(";")
    if _EXTRA.search(marker):
        return None
    match = _REQUIRED.match(specifier)
    return match[1] if match else ""


def version_of(filename: str, project: str) -> str:
    """The version in the name of a wheel or a source archive, as it is spelt there; empty: none can be read."""
    if filename.endswith((".whl", ".egg", ".exe")):
        parts = filename.split("-")
        return parts[1] if len(parts) >= 3 else ""
    ending = next((e for e in _ARCHIVES if filename.endswith(e)), None)
    if ending is None:
        return ""
    stem, wanted = filename.removesuffix(ending), _canonical(project)
    return next(
        (stem[i + 1 :] for i, letter in enumerate(stem) if letter == "-" and _canonical(stem[:i]) == wanted), ""
    )


def _readable(answer: Answer) -> _Simple | Missed:
    if answer.status == 200 and "html" in answer.headers.get("content-type", ""):
        return unobservable("the index answers its simple page in HTML alone")
    simple = read(answer, _SIMPLE_PAGE)
    if isinstance(simple, _Simple):
        try:
            major, _ = simple.api
        except ValueError:
            return unreadable("the simple page states no API version")
        if major != 1:
            return unreadable(f"the simple page has API version {simple.meta.api_version}")
    return simple


def _same(value: S, name: str, scope: str) -> S | Missed:
    if asset_of(assets.PYPI, name) == assets.canonical(scope):
        return value
    return unreadable(f"asked about {assets.name(scope)}, the index answered about {told(name, 100)}")


def _absence(simple: _Simple | Missed) -> Missed:
    """What a 404 for the project JSON means: an index that has a simple page for the project has the project."""
    if isinstance(simple, _Simple) or simple.outcome is Outcome.UNOBSERVABLE:
        return unobservable("the index has the project and offers no project JSON")
    if simple.outcome is Outcome.ABSENT:
        return Missed(Outcome.ABSENT, "the project JSON and the simple page both answered 404")
    return Missed(simple.outcome, f"the project JSON answered 404, and the simple page: {simple.detail}")


def _release(version: str, files: Sequence[_File]) -> PackageRelease:
    times = [time for f in files if f.upload_time_iso_8601 and (time := utc(f.upload_time_iso_8601))]
    yanked = bool(files) and all(f.yanked for f in files)
    return PackageRelease(
        version=told(version),
        uploaded=min(times, default=None),
        yanked=yanked,
        yanked_reason=next((told(f.yanked_reason) for f in files if f.yanked_reason), "") if yanked else "",
        prerelease=is_prerelease(version),
    )


def _releases_of_files(simple: _Simple) -> tuple[list[PackageRelease], str]:
    by_version: dict[str, list[_File]] = {}
    for file in simple.files:
        same = _File(
            filename=file.filename,
            upload_time_iso_8601=file.upload_time,
            yanked=file.yanked is not False,
            yanked_reason=file.yanked if isinstance(file.yanked, str) else None,
        )
        by_version.setdefault(version_of(file.filename, simple.name), []).append(same)
    odd = len(by_version.pop("", ()))
    facts = [_release(version, files) for version, files in by_version.items()]
    return facts, f"{odd} files name no version" if odd else ""


def is_prerelease(version: str) -> bool:
    """True if PEP 440 calls a version a pre-release or a development release."""
    return _PRERELEASE.search(version.partition("+")[0]) is not None


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
