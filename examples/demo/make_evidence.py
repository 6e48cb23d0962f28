"""Writes the recorded evidence of Project Callisto, in which every check passes and fails and nothing is real.

    python examples/demo/make_evidence.py

Run it again after changing this file; a test compares what it gives with what stands in ``evidence/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.bundle import write
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.evidence.private_reporting import PrivateReporting
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.repository_ruleset import RepositoryRuleset
from muniment.evidence.security_policy import SecurityPolicy
from muniment.evidence.workflow_permissions import WorkflowPermissions
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import TLP, Marking

FIRST = datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 14, 6, 0, tzinfo=UTC)
HERE = Path(__file__).parent

KINDS: tuple[type[Evidence], ...] = (
    PackageProject,
    PackageRole,
    PackageOwnership,
    PackageRelease,
    PackageProvenance,
    PackageDependency,
)


def day(text: str) -> datetime:
    """Nine in the morning (UTC) of a day."""
    return datetime.fromisoformat(f"{text}T09:00:00+00:00")


def releases(*known: str) -> tuple[PackageRelease, ...]:
    """Releases written as ``VERSION DAY``, with ``!`` behind a yanked one."""
    found = []
    for text in known:
        version, uploaded = text.rstrip("!").split()
        yanked = text.endswith("!")
        found.append(
            PackageRelease(
                version=version,
                uploaded=day(uploaded),
                yanked=yanked,
                yanked_reason="breaks on import" if yanked else "",
                prerelease="rc" in version,
            )
        )
    return tuple(found)


def roles(*known: str) -> tuple[PackageRole, ...]:
    """Roles written as ``ACCOUNT ROLE``."""
    return tuple(PackageRole(account=text.split()[0], role=text.split()[1]) for text in known)


def look(
    asset: str,
    kind: type[Evidence],
    items: Iterable[Evidence] = (),
    *,
    at: datetime,
    outcome: Outcome = Outcome.COLLECTED,
    vantage: str = "",
    detail: str = "",
    total: int | None = None,
    level: TLP = TLP.CLEAR,
) -> Batch:
    """One look at one asset."""
    source = asset.partition(":")[0]
    return Batch(
        cell=Cell(source, asset, kind_id(kind)),
        vantage=frozenset({vantage or f"{source}:anonymous"}),
        outcome=outcome,
        observed_at=at,
        parser=f"{source}/1",
        marking=Marking(level),
        items=tuple(Item(item.key, encode(item)) for item in items),
        total=total,
        detail=detail,
        schema=kind.schema,
    )


def package(
    asset: str,
    at: datetime = LATER,
    *,
    summary: str = "",
    repository: str = "",
    organization: str = "",
    held: tuple[PackageRole, ...] = (),
    released: tuple[PackageRelease, ...] = (),
    attested: bool = False,
    needs: tuple[str, ...] = (),
    deprecated: str = "",
    state: str = "active",
    apart: dict[type[Evidence], tuple[Outcome, str]] | None = None,
) -> Iterator[Batch]:
    """Everything that a registry says of a package; ``apart``: the kinds that it does not tell, and how."""
    name = asset.partition(":")[2]
    latest = released[-1].version if released else ""
    file = f"{name.rpartition('/')[2].replace('-', '_')}-{latest}.{'tgz' if asset.startswith('npm:') else 'tar.gz'}"
    facts: dict[type[Evidence], tuple[Evidence, ...]] = {
        PackageProject: (
            PackageProject(
                name=name,
                latest=latest,
                summary=summary,
                repository=repository,
                deprecated=deprecated,
                state=state,
            ),
        ),
        PackageRole: held,
        PackageRelease: released,
        PackageProvenance: (
            (
                PackageProvenance(
                    version=latest,
                    attested=(file,) if attested else (),
                    unattested=() if attested else (file,),
                ),
            )
            if released
            else ()
        ),
        PackageDependency: tuple(PackageDependency(asset=other) for other in needs),
    }
    if asset.startswith("pypi:"):
        facts[PackageOwnership] = (PackageOwnership(organization=organization),)
    for kind, items in facts.items():
        outcome, detail = (apart or {}).get(kind, (Outcome.COLLECTED, ""))
        if outcome is Outcome.COLLECTED:
            yield look(asset, kind, items, at=at)
        elif outcome is Outcome.PARTIAL:
            yield look(asset, kind, items, at=at, outcome=outcome, detail=detail, total=len(items) + 3)
        else:
            yield look(asset, kind, at=at, outcome=outcome, detail=detail)


def unseen(asset: str, outcome: Outcome, detail: str, at: datetime = LATER) -> Iterator[Batch]:
    """A package of which nothing was seen."""
    for kind in KINDS:
        if kind is not PackageOwnership or asset.startswith("pypi:"):
            yield look(asset, kind, at=at, outcome=outcome, detail=detail)


TABLES = releases(*(f"1.{n} 2025-{n + 1:02}-04" for n in range(10)))


def first_look() -> Iterator[Batch]:
    """What was seen on the tenth of June."""
    yield from package(
        "pypi:callisto-harbour",
        FIRST,
        summary="Keeps ships: where each lies, and who may board it",
        repository="github:repo/callisto-harbour/harbour",
        organization="callisto",
        held=roles("grace-h Owner", "tomas Maintainer", "ines Maintainer"),
        released=releases("4.0 2025-02-03", "4.1 2026-01-19"),
        needs=("pypi:callisto-lodestar",),
    )
    yield from package(
        "pypi:callisto-lodestar-tables",
        FIRST,
        summary="Star tables for Lodestar",
        repository="github:repo/table-lover-example/lodestar-tables",
        held=roles("table-lover-example Owner"),
        released=TABLES,
    )
    yield from package(
        "npm:@callisto/sail",
        FIRST,
        summary="Draws what helm steers",
        repository="github:repo/callisto-harbour/sail",
        held=roles("kofi maintainer", "tomas-e maintainer"),
        released=releases("0.9.0 2024-03-01", "1.0.0 2025-08-11"),
        needs=("npm:@callisto/anchor",),
        deprecated="draw with helm's own canvas instead",
    )


def later_look() -> Iterator[Batch]:
    """What was seen on the fourteenth of June."""
    yield from package(
        "pypi:callisto-lodestar",
        summary="The library that all others steer by",
        repository="github:repo/callisto/lodestar",
        organization="callisto",
        held=roles("ada.l Owner", "noor Maintainer"),
        released=releases("2.0 2024-11-05", "2.1 2025-09-30", "2.2 2026-05-12"),
        attested=True,
        needs=("pypi:callisto-lodestar-core",),
    )
    yield from package(
        "pypi:callisto-lodestar-core",
        summary="Orbits, exactly",
        repository="github:repo/callisto/lodestar",
        organization="callisto",
        held=roles("ada.l Owner", "grace-h Owner"),
        released=releases("2.1 2025-09-30", "2.2 2026-05-12"),
        attested=True,
    )
    yield from package(
        "pypi:callisto-lodestar-cli",
        summary="Lodestar on the command line",
        repository="github:repo/callisto/lodestar-cli",
        organization="callisto",
        held=roles("ada.l Owner", "noor Owner"),
        released=releases("3.1 2025-10-02", "3.2 2026-02-17!"),
        needs=("pypi:callisto-lodestar",),
    )
    # Seven of ten releases are missing from this look: too many at once to be believed without a second one.
    yield look("pypi:callisto-lodestar-tables", PackageRelease, TABLES[7:], at=LATER)
    yield from (look("pypi:callisto-lodestar-next", kind, at=LATER, outcome=Outcome.ABSENT) for kind in KINDS)
    yield from package(
        "pypi:callisto-harbour-tug",
        summary="Brings ships into Harbour",
        repository="github:repo/callisto-harbour/harbour",
        held=roles("ada.l Owner", "tomas Owner"),
        released=releases("0.4 2025-11-20"),
        apart={
            PackageOwnership: (Outcome.UNOBSERVABLE, "the index that was asked leaves ownership out"),
            PackageProvenance: (Outcome.UNOBSERVABLE, "the index speaks an older interface"),
        },
    )
    yield from package(
        "pypi:callisto-mooring",
        summary="Ties what Harbour keeps",
        repository="https://git.mooring.example/mooring",
        organization="callisto",
        held=roles("ada.l Owner", "grace-h Owner"),
        released=releases("1.0 2019-05-01", "1.1 2022-08-23"),
    )
    yield from package(
        "pypi:callisto-mooring-knots",
        summary="The examples of Mooring's handbook",
        repository="github:repo/callisto-harbour/mooring",
        organization="callisto",
        held=roles("ada.l Maintainer", "grace-h Owner"),
        released=releases("1.0 2021-04-09"),
        state="archived",
    )
    yield from package(
        "pypi:callisto-beacon-lamp",
        summary="Light for those who come at night",
        repository="github:repo/callisto-beacon/lamp",
        organization="callisto",
        held=roles("ada.l Maintainer", "ines Owner"),
        released=releases("0.8 2025-12-01", "0.9rc1 2026-04-02"),
        apart={PackageProvenance: (Outcome.UNREADABLE, "the answer ends in the middle of a word")},
    )
    yield from package(
        "pypi:callisto-beacon-oil",
        organization="callisto",
        held=roles("ada.l Owner", "ines Owner"),
        released=releases("0.2 2023-03-14"),
    )
    yield from unseen("pypi:callisto-beacon-keeper", Outcome.UNREACHABLE, "no answer within 20 seconds")
    yield from package(
        "pypi:callisto-sextant",
        summary="Measures angles between stars",
        repository="github:repo/callisto/sextant",
        held=roles("ines Owner"),
        released=releases("5.0 2025-06-21"),
    )
    yield from package(
        "npm:@callisto/helm",
        summary="Harbour's interface in the browser",
        repository="github:repo/callisto-harbour/helm",
        held=roles("kofi maintainer"),
        released=releases("2.3.0 2025-12-12", "2.4.0 2026-05-29"),
        attested=True,
        needs=("npm:@callisto/sail", "npm:@callisto/anchor"),
        apart={PackageRole: (Outcome.PARTIAL, "the mirror shows one of four maintainers")},
    )
    yield from package(
        "npm:callisto-dock",
        summary="Where ships of other fleets lie",
        repository="github:repo/dockside-example/dock",
        released=releases("7.0.0 2025-01-30", "7.0.1 2026-01-08"),
        apart={PackageRole: (Outcome.DENIED, "the mirror shows maintainers to members only")},
    )
    lamp = package(
        "npm:@callisto/lamp",
        summary="Beacon's widget",
        repository="github:repo/callisto-beacon/lamp",
        held=roles("ada maintainer", "ada-releases maintainer"),
        released=releases("0.8.0 2025-12-02"),
    )
    # Nobody has asked about its provenance yet.
    yield from (batch for batch in lamp if batch.cell.kind != kind_id(PackageProvenance))


def owners_export() -> Iterator[Batch]:
    """What an owner of the organization handed over: the list of its projects, which strangers cannot see."""
    held = [
        "beacon-lamp",
        "beacon-oil",
        "harbour",
        "lodestar",
        "lodestar-cli",
        "lodestar-core",
        "mooring",
        "mooring-knots",
    ]
    yield look(
        "pypi:org/callisto",
        NamespacePackage,
        (
            NamespacePackage(asset=f"pypi:callisto-{name}", declared=True, seen_in=("the owner's list",))
            for name in held
        ),
        at=LATER,
        vantage="pypi:org/callisto:owner",
        total=len(held),
        level=TLP.AMBER,
    )


PEOPLE = {
    "ada-l": 900001,
    "grace-h": 900002,
    "noor-example": 900003,
    "tomas-e": 900004,
    "ines-e": 900005,
    "kofi-e": 900006,
    "keeper-example": 900107,
    "lamplighter-example": 900108,
}
ONLY_OWNERS = "only an owner is told"
STRANGER = frozenset({"github:anonymous"})


def organization(
    name: str,
    number: int,
    *,
    level: str,
    repositories: tuple[str, ...] = (),
    owners: tuple[str, ...] = (),
    members: tuple[str, ...] = (),
    two_factor: bool = True,
    base: str = "read",
    token: str = "read",
) -> Iterator[Batch]:
    """What GitHub tells somebody of an organization: an owner, a member, or one from outside."""
    asset = f"github:org/{name}"
    grants = {"owner": {f"{asset}:member", f"{asset}:owner"}, "member": {f"{asset}:member"}}.get(level, set())
    vantage = STRANGER | grants
    people = [OrganizationMember(id=PEOPLE[login], login=login, role="owner") for login in owners]
    people += [OrganizationMember(id=PEOPLE[login], login=login, role="member") for login in members]
    if level == "outside":
        people = [OrganizationMember(id=m.id, login=m.login) for m in people]
    concealed = (Outcome.PARTIAL, "a stranger sees public members alone") if level == "outside" else None
    closed = None if level == "owner" else (Outcome.DENIED, ONLY_OWNERS)
    listed = (
        OrganizationRepository(id=number * 100 + place, asset=f"github:repo/{name}/{own}")
        for place, own in enumerate(repositories, start=1)
    )
    settings = OrganizationSettings(requires_two_factor=two_factor, base_permission=base)
    told: list[tuple[type[Evidence], Iterable[Evidence], tuple[Outcome, str] | None]] = [
        (GithubOrganization, (GithubOrganization(id=number, login=name),), None),
        (OrganizationAccess, (OrganizationAccess(level=level),), None),
        (OrganizationMember, people, concealed),
        (OrganizationRepository, listed, None),
        (OrganizationSettings, (settings,), closed),
        (WorkflowPermissions, (WorkflowPermissions(default=token),), closed),
    ]
    for kind, items, apart in told:
        yield seen_on_github(asset, kind, items, vantage, apart)


def repository(
    name: str,
    number: int,
    *,
    vantage: frozenset[str] = STRANGER,
    builds: tuple[str, ...] = (),
    policy: str = "organization",
    reporting: bool | None = True,
    protected: bool | None = True,
    rulesets: tuple[str, ...] = ("active",),
    owner: str = "",
    archived: datetime | None = None,
    renamed: str = "",
) -> Iterator[Batch]:
    """What GitHub tells of a public repository; ``reporting`` ``None``: nobody asked."""
    asset = f"github:repo/{name}"
    rules = [
        RepositoryRuleset(
            id=number * 10 + place, name=f"rules {place}", enforcement=state, target="branch", source=asset
        )
        for place, state in enumerate(rulesets, start=1)
    ]
    face = GithubRepository(
        id=number,
        name=renamed or name,
        archived=archived is not None,
        archived_at=archived,
        default_branch="main",
        renamed_from=asset if renamed else "",
    )
    told: dict[type[Evidence], tuple[Evidence, ...]] = {
        GithubRepository: (face,),
        SecurityPolicy: (
            SecurityPolicy(in_effect=bool(policy), from_=policy, path="SECURITY.md" if policy else ""),
        ),
        BranchProtection: (
            BranchProtection(branch="main", blocks_force_pushes=protected, blocks_deletion=protected),
        ),
        RepositoryRuleset: tuple(rules),
        RepositoryProperty: (RepositoryProperty(name="owner", values=(owner,)),) if owner else (),
        RepositoryManifest: tuple(
            RepositoryManifest(path="package.json" if p.startswith("npm:") else "pyproject.toml", package=p)
            for p in builds
        ),
    }
    if reporting is not None:
        told[PrivateReporting] = (PrivateReporting(enabled=reporting),)
    for kind, items in told.items():
        yield seen_on_github(asset, kind, items, STRANGER if kind is PrivateReporting else vantage)


def seen_on_github(
    asset: str,
    kind: type[Evidence],
    items: Iterable[Evidence],
    vantage: frozenset[str],
    apart: tuple[Outcome, str] | None = None,
) -> Batch:
    """One look at GitHub."""
    outcome, detail = apart or (Outcome.COLLECTED, "")
    kept = items if outcome.observes else ()
    made = look(asset, kind, kept, at=LATER, outcome=outcome, detail=detail, level=kind.marking)
    return replace(made, vantage=vantage)


def on_github() -> Iterator[Batch]:
    """What an owner of one organization, who is a member of two more, was told of all of them."""
    yield from organization(
        "callisto",
        700001,
        level="owner",
        repositories=("lodestar", "lodestar-command", "sextant", "website"),
        owners=("ada-l", "grace-h"),
        members=("noor-example", "tomas-e"),
    )
    owned = frozenset({"github:anonymous", "github:org/callisto:member", "github:org/callisto:owner"})
    yield from repository(
        "callisto/lodestar",
        710001,
        vantage=owned,
        builds=("pypi:callisto-lodestar", "pypi:callisto-lodestar-core"),
        owner="lodestar",
    )
    yield from repository(
        "callisto/lodestar-cli",
        710002,
        vantage=owned,
        builds=("pypi:callisto-lodestar-cli",),
        renamed="callisto/lodestar-command",
    )
    yield from repository(
        "callisto/lodestar-command", 710002, vantage=owned, builds=("pypi:callisto-lodestar-cli",)
    )
    yield from repository(
        "callisto/sextant", 710003, vantage=owned, builds=("pypi:callisto-sextant",), reporting=None
    )
    yield from repository("callisto/website", 710004, vantage=owned, rulesets=("active", "evaluate"))
    gone = (Outcome.ABSENT, "an owner sees no such repository")
    for kind in (GithubRepository, SecurityPolicy, BranchProtection, RepositoryRuleset, RepositoryManifest):
        yield seen_on_github("github:repo/callisto/compass", kind, (), owned, gone)

    yield from organization(
        "callisto-harbour",
        700002,
        level="owner",
        repositories=("harbour", "helm", "sail", "mooring"),
        owners=("grace-h",),
        members=("tomas-e", "kofi-e"),
        two_factor=False,
        base="write",
        token="write",
    )
    yield from repository(
        "callisto-harbour/harbour", 720001, builds=("pypi:callisto-harbour",), policy="", reporting=False
    )
    yield from repository(
        "callisto-harbour/helm",
        720002,
        builds=("npm:@callisto/helm", "npm:@callisto/rudder"),
        policy="repository",
        protected=False,
        rulesets=("disabled",),
    )
    yield from repository(
        "callisto-harbour/sail", 720003, builds=("npm:@callisto/sail",), policy="", protected=None
    )
    yield from repository("callisto-harbour/mooring", 720004, archived=day("2020-12-01"), policy="", reporting=None)

    yield from organization(
        "callisto-beacon",
        700003,
        level="member",
        repositories=("lamp",),
        owners=("ines-e", "ada-l", "keeper-example", "lamplighter-example"),
        members=("noor-example",),
    )
    yield from repository(
        "callisto-beacon/lamp", 730001, builds=("pypi:callisto-beacon-lamp", "npm:@callisto/lamp")
    )
    yield from organization("callisto-attic", 700004, level="outside", repositories=("driftwood",))
    yield from repository("callisto-attic/driftwood", 740001, policy="", protected=None, rulesets=())
    yield from organization(
        "callisto-friends",
        700005,
        level="outside",
        repositories=("pier", "picnic"),
        members=("noor-example",),
    )
    yield from repository("callisto-friends/pier", 750001, policy="repository")
    silent = (Outcome.UNREACHABLE, "GitHub answered with 502 three times")
    for kind in (GithubOrganization, OrganizationAccess, OrganizationMember, OrganizationRepository):
        yield seen_on_github("github:org/callisto-hackdays", kind, (), STRANGER, silent)
    never = (Outcome.ABSENT, "GitHub has no organization of this name")
    for kind in (GithubOrganization, OrganizationAccess, OrganizationMember, OrganizationRepository):
        yield seen_on_github("github:org/callisto-regatta", kind, (), STRANGER, never)


def bundles() -> dict[str, bytes]:
    """The files of ``evidence/``, by name."""
    made = {
        "2026-06-10-registries.jsonl": (FIRST, first_look()),
        "2026-06-14-registries.jsonl": (LATER, later_look()),
        "2026-06-14-owners-export.jsonl": (LATER, owners_export()),
        "2026-06-14-github.jsonl": (LATER, on_github()),
    }
    return {name: write(batches, made=at, by="made up") for name, (at, batches) in made.items()}


if __name__ == "__main__":
    for name, data in bundles().items():
        (HERE / "evidence").mkdir(exist_ok=True)
        (HERE / "evidence" / name).write_bytes(data)
        print(name)
