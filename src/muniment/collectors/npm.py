"""What an npm registry says of a package: its packument, read as six kinds of evidence, and its provenance.

Mirrors give away less than the registry: no maintainers, no signatures, only the versions that somebody asked
them for, with the times at which they fetched them. Where the newest version is attested, its provenance is asked
for, and names the workflow that built it. What a mirror leaves out is unobservable, what it lists in
part is partial, and a mirror's own times are not taken for the registry's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

import msgspec
from msgspec import UNSET, Struct, UnsetType

from muniment.collectors.addresses import Addresses
from muniment.collectors.attested import Attested, Listed, placed
from muniment.collectors.links import repository, shorthand, tidy
from muniment.collectors.reading import (
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
from muniment.collectors.slsa import publishers
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.evidence.package_uploader import PackageUploader
from muniment.evidence.release_publisher import ReleasePublisher
from muniment.model import asset as assets
from muniment.model.observation import Batch, Vantage
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "npm/1"


class _Maintainer(Struct):
    name: Name


class _Place(Struct):
    url: str = ""


class _Attestations(Struct):
    url: str = ""


class _Dist(Struct):
    tarball: str = ""
    attestations: _Attestations | None = None
    signatures: list[msgspec.Raw] | None = None


class _Uploader(Struct, rename={"workflow": "trustedPublisher"}):
    name: Name = ""
    workflow: msgspec.Raw | UnsetType = UNSET


class _Version(Struct, rename={"uploader": "_npmUser"}):
    dist: _Dist | None = None
    deprecated: str | bool | None = None
    dependencies: dict[Name, str] | UnsetType | None = UNSET
    description: str | None = None
    repository: _Place | str | None = None
    homepage: str | list[str] | None = None
    uploader: _Uploader | str | None = None


class _Packument(Struct, rename={"tags": "dist-tags"}):
    name: Name
    tags: dict[Name, Name] = {}
    versions: dict[Name, _Version] = {}
    time: dict[Name, msgspec.Raw] | None = None
    maintainers: list[_Maintainer | str] | UnsetType | None = UNSET
    description: str | None = None
    repository: _Place | str | None = None
    homepage: str | list[str] | None = None


_PACKUMENT = msgspec.json.Decoder(_Packument)
_TIME = msgspec.json.Decoder(datetime)


class Npm:
    """The collector of the npm registry."""

    source = "npm"
    families = (assets.NPM,)
    asks = families
    rationed = True
    rank = 0
    yields: tuple[type[Evidence], ...] = (
        PackageProject,
        PackageRole,
        PackageRelease,
        PackageProvenance,
        PackageDependency,
        PackageUploader,
        ReleasePublisher,
    )

    def __init__(self, addresses: Addresses) -> None:
        self._base = addresses.public.npm
        self._right = addresses.right(self._base)
        grants = {"npm:anonymous"} | ({"npm:configured"} if self._right != "none" else set())
        self.vantage: Vantage = frozenset(grants)
        self._addresses = addresses

    def narrowed(self, kinds: Collection[type[Evidence]]) -> Npm:
        """The same, telling of these kinds alone: the second request is for one of them."""
        narrow = Npm(self._addresses)
        narrow.yields = tuple(kind for kind in self.yields if kind in kinds)
        return narrow

    def requests(self, scope: str) -> Iterable[Planned]:
        """The request about a package, its slash quoted; a second follows if its newest version is attested."""
        name = assets.name(scope).replace("/", "%2f")
        yield Planned(self.source, scope, f"{self._base}/{name}", self._right, open=self._second)

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask for the packument, then for the provenance of its newest version."""
        (planned,) = self.requests(scope)
        answer = await io.get(planned.url)
        whole = _readable(scope, answer)
        file = whole if isinstance(whole, Missed) else _attested(whole, answer.url, self._base)
        if isinstance(file, Missed) or not self._second:
            return Raw(scope, (answer,))
        return Raw(scope, (answer, await io.get(file.provenance)))

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: one batch for each of the kinds."""
        told = {kind_id(kind) for kind in self.yields}
        return tuple(batch for batch in self._batches(raw) if batch.cell.kind in told)

    @property
    def _second(self) -> bool:
        return ReleasePublisher in self.yields

    def _batches(self, raw: Raw) -> tuple[Batch, ...]:
        answer, *by_file = raw.answers
        source = Source(self.source, self.vantage, PARSER)
        whole = _readable(raw.scope, answer)
        if isinstance(whole, Missed):
            missed = whole
            return tuple(gathered(source, raw.scope, kind, answer.at, missed) for kind in self.yields)
        releases, short = _releases(whole)
        wanted, odd = _dependencies(whole)
        scope, at = raw.scope, answer.at
        return (
            gathered(source, scope, PackageProject, at, _project(whole)),
            gathered(source, scope, PackageRole, at, _roles(whole)),
            gathered(source, scope, PackageRelease, at, releases, partial=short),
            gathered(source, scope, PackageProvenance, at, _provenance(whole), partial=short),
            gathered(source, scope, PackageDependency, at, wanted, partial=odd),
            _uploads(source, scope, whole, at),
            publishers(source, scope, at, _attested(whole, answer.url, self._base), *by_file),
        )


def collector(addresses: Addresses) -> Npm:
    """The collector of the registry that npm is configured for."""
    return Npm(addresses)


def _readable(scope: str, answer: Answer) -> _Packument | Missed:
    whole = read(answer, _PACKUMENT)
    if isinstance(whole, _Packument) and whole.name != assets.name(scope):
        told_name = told(whole.name, 100)
        return unreadable(f"asked about {assets.name(scope)}, the registry answered about {told_name}")
    return whole


def _attested(whole: _Packument, page: str, base: str) -> Attested | Missed:
    """The newest version's file, if it is attested below the registry."""
    latest, newest = _newest(whole)
    dist = newest.dist
    if latest not in whole.versions or dist is None:
        return unobservable("the registry's answer leaves the newest release out")
    if not dist.attestations:
        if not dist.signatures:
            return unobservable(
                "the registry's answer has neither signatures nor attestations for the newest release"
            )
        version = told(latest, 60)
        return unobservable(f"release {version} carries no attestation, which tells nothing of who may publish")
    time = _time((whole.time or {}).get(latest)) if "created" in (whole.time or {}) else None
    uploaded = time if isinstance(time, datetime) else None
    file = Listed(name=_file(dist), version=latest, uploaded=uploaded, provenance=dist.attestations.url)
    return placed(file, page, base)


def _newest(whole: _Packument) -> tuple[str, _Version]:
    latest = whole.tags.get("latest", "")
    return latest, whole.versions.get(latest, _Version())


def _project(whole: _Packument) -> Iterable[PackageProject]:
    latest, newest = _newest(whole)
    links = []
    place = _link(whole.repository) or _link(newest.repository)
    if place:
        links.append(("Repository", _spelt_out(place)))
    home = _first(whole.homepage) or _first(newest.homepage)
    if home:
        links.append(("Homepage", home))
    kept = tidy(links)
    gone = not whole.versions and "unpublished" in (whole.time or {})
    return (
        PackageProject(
            name=told(whole.name),
            latest=told(latest),
            summary=told(whole.description or newest.description),
            repository=repository(kept),
            links=kept,
            deprecated=_deprecation(newest),
            state="unpublished" if gone else "active",
        ),
    )


def _roles(whole: _Packument) -> Iterable[PackageRole] | Missed:
    # Every package on the registry has a maintainer: an empty list is a list that was emptied.
    if whole.maintainers is UNSET or not whole.maintainers:
        return unobservable("the registry's answer leaves maintainers out")
    names = (m if isinstance(m, str) else m.name for m in whole.maintainers)
    return [PackageRole(account=told(_account(name)), role="maintainer") for name in names]


def _releases(whole: _Packument) -> tuple[Iterable[PackageRelease] | Missed, str]:
    times = whole.time or {}
    own = "created" in times
    facts = []
    for version in whole.versions:
        uploaded = _time(times.get(version)) if own else None
        if isinstance(uploaded, Missed):
            return uploaded, ""
        facts.append(PackageRelease(version=told(version), uploaded=uploaded, prerelease="-" in version))
    if own:
        return facts, ""
    return facts, "a mirror's list: it does not say when the package was made, so it may lack releases"


def _uploads(source: Source, scope: str, whole: _Packument, at: datetime) -> Batch:
    """Who uploaded releases, and when each last did, where the registry says both of every release."""
    times = whole.time or {}
    months: dict[str, date] = {}
    unnamed = 0
    for version, found in whole.versions.items():
        uploaded = _time(times.get(version)) if "created" in times else None
        who = found.uploader
        if isinstance(who, _Uploader) and who.workflow not in (UNSET, b"null"):
            continue  # a workflow published it, and no person
        name = told(_account(who.name if isinstance(who, _Uploader) else who or ""))
        if not name or not isinstance(uploaded, datetime) or uploaded > at:
            unnamed += 1
            continue
        month = uploaded.date().replace(day=1)
        months[name] = max(month, months.get(name, month))
    if unnamed and unnamed == len(whole.versions):
        missed = unobservable("the registry's answer does not say who uploaded a release, or when")
        return gathered(source, scope, PackageUploader, at, missed)
    facts = [PackageUploader(account=name, month=month) for name, month in months.items()]
    short = f"of {unnamed} releases it is not said who uploaded them, or when" if unnamed else ""
    return gathered(source, scope, PackageUploader, at, facts, partial=short)


def _time(value: msgspec.Raw | None) -> datetime | Missed | None:
    if value is None:
        return None
    try:
        time = _TIME.decode(value)
    except msgspec.DecodeError as fault:
        return unreadable(f"a release's time is none: {fault}")
    return utc(time)


def _provenance(whole: _Packument) -> Iterable[PackageProvenance] | Missed:
    dists: Mapping[str, _Dist] = {v: found.dist for v, found in whole.versions.items() if found.dist is not None}
    if not any(d.attestations or d.signatures for d in dists.values()):
        return unobservable("the registry's answer has neither signatures nor attestations for any release")
    return [
        PackageProvenance(
            version=told(version),
            attested=(_file(dist),) if dist.attestations else (),
            unattested=() if dist.attestations else (_file(dist),),
        )
        for version, dist in dists.items()
    ]


def _dependencies(whole: _Packument) -> tuple[Iterable[PackageDependency] | Missed, str]:
    latest, newest = _newest(whole)
    if latest not in whole.versions:
        return unobservable("the registry's answer leaves the newest release out"), ""
    # The registry leaves the field out of a release that asks for nothing.
    wanted = {} if newest.dependencies is UNSET or newest.dependencies is None else newest.dependencies
    found = [asset for name, range in wanted.items() if (asset := asset_of(assets.NPM, _real(name, range)))]
    odd = len(wanted) - len(found)
    return [PackageDependency(asset=a) for a in found], f"{odd} dependencies name no package" if odd else ""


def _real(name: str, range: str) -> str:
    """The package that is meant: ``npm:NAME@RANGE`` stands for another one than the name it goes by."""
    if not range.startswith("npm:"):
        return name
    own = range.removeprefix("npm:")
    at = own.find("@", 1)
    return own if at < 0 else own[:at]


def _deprecation(version: _Version) -> str:
    if version.deprecated is True:
        return "deprecated"
    return told(version.deprecated) if isinstance(version.deprecated, str) else ""


def _link(place: _Place | str | None) -> str:
    return place.url if isinstance(place, _Place) else place or ""


def _spelt_out(place: str) -> str:
    """An address for npm's ``owner/name`` and ``github:owner/name``; any other link as it is."""
    asset = shorthand(place)
    if asset and "://" not in place and "@" not in place:
        return "https://github.com/" + assets.name(asset)
    return place


def _first(value: str | list[str] | None) -> str:
    if isinstance(value, list):
        return value[0] if value else ""
    return value or ""


def _account(name: str) -> str:
    """Old answers write ``name <address>``; the address is nobody's business."""
    return name.partition(" <")[0].strip()


def _file(dist: _Dist) -> str:
    return told(re.split(r"[?#]", dist.tarball)[0].rpartition("/")[2], 200)
