"""Writes the recorded evidence of Project Callisto, in which every check passes and fails and nothing is real.

    python examples/demo/make_evidence.py

What registries say is written down here; what GitHub says is asked of the simulated GitHub, and what domains say of
a name server on loopback. Run it again after changing this file, the register, or
``muniment.testing.github.callisto``; a test compares what it gives with what stands in ``evidence/``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec.structs import replace

from muniment.app.hand_over import hand_over
from muniment.checks.declaration import checks
from muniment.collectors.addresses import addresses
from muniment.collectors.attested import ONE_FILE
from muniment.collectors.credentials import Ring, Token, kind_of
from muniment.collectors.domain_names import DomainNames
from muniment.collectors.finding import collectors
from muniment.collectors.http import Web
from muniment.collectors.name_servers import NameServers, Server
from muniment.evidence.bundle import write
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.domain_registration import DomainRegistration
from muniment.evidence.feedstock_maintainer import FeedstockMaintainer
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_provenance import PackageProvenance
from muniment.evidence.package_release import PackageRelease
from muniment.evidence.package_role import PackageRole
from muniment.evidence.release_publisher import NamedWorkflow, ReleasePublisher
from muniment.model.asset import DOMAIN, family
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.secrecy import Secret
from muniment.model.tlp import TLP, Marking
from muniment.register.inventory import Inventory
from muniment.register.reading import read as read_register
from muniment.testing.github.callisto import demo
from muniment.testing.github.server import SimulatedGithub
from muniment.testing.name_server import NameServer

FIRST = datetime(2026, 6, 10, 6, 0, tzinfo=UTC)
EVENING_BEFORE = datetime(2026, 6, 13, 18, 0, tzinfo=UTC)
LATER = datetime(2026, 6, 14, 6, 0, tzinfo=UTC)
HERE = Path(__file__).parent

KINDS: tuple[type[Evidence], ...] = (
    PackageProject,
    PackageRole,
    PackageOwnership,
    PackageRelease,
    PackageProvenance,
    PackageDependency,
    ReleasePublisher,
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
    attested: NamedWorkflow | None = None,
    needs: tuple[str, ...] = (),
    deprecated: str = "",
    state: str = "active",
    apart: dict[type[Evidence], tuple[Outcome, str]] | None = None,
) -> Iterator[Batch]:
    """Everything that a registry says of a package; ``apart``: the kinds that it does not tell, and how.

    ``attested``: the newest release is, and names this workflow.
    """
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
    outcome, detail = (apart or {}).get(
        PackageProvenance,
        (
            Outcome.UNOBSERVABLE,
            f"release {latest} carries no attestation, which tells nothing of who may publish",
        ),
    )
    if attested is None:
        yield look(asset, ReleasePublisher, at=at, outcome=outcome, detail=detail)
        return
    named = ReleasePublisher(version=latest, file=file, uploaded=released[-1].uploaded, workflows=(attested,))
    yield look(asset, ReleasePublisher, (named,), at=at, outcome=Outcome.PARTIAL, detail=ONE_FILE)


def unseen(asset: str, outcome: Outcome, detail: str, at: datetime = LATER) -> Iterator[Batch]:
    """A package of which nothing was seen."""
    for kind in KINDS:
        if kind is not PackageOwnership or asset.startswith("pypi:"):
            yield look(asset, kind, at=at, outcome=outcome, detail=detail)


RELEASED = NamedWorkflow("github:repo/callisto/lodestar", "release.yml", "release")
"""What publishes Lodestar's packages."""

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


def first_on_github() -> Iterator[Batch]:
    """What anybody was told on the tenth of June, before a stranger took a name and a repository got another."""
    site = "github:repo/callisto/site"
    yield look(site, GithubRepository, (GithubRepository(id=700005, name="callisto/site"),), at=FIRST)
    ferry = "github:org/callisto-ferry"
    yield look(ferry, GithubOrganization, (GithubOrganization(id=800012, login="callisto-ferry"),), at=FIRST)
    yield look(ferry, OrganizationRepository, at=FIRST, total=0)


def later_look() -> Iterator[Batch]:
    """What was seen on the fourteenth of June."""
    yield from package(
        "pypi:callisto-lodestar",
        summary="The library that all others steer by",
        repository="github:repo/callisto/lodestar",
        organization="callisto",
        held=roles("ada.l Owner", "noor Maintainer"),
        released=releases("2.0 2024-11-05", "2.1 2025-09-30", "2.2 2026-05-12"),
        attested=RELEASED,
        needs=("pypi:callisto-lodestar-core",),
    )
    yield from package(
        "pypi:callisto-lodestar-core",
        summary="Orbits, exactly",
        repository="github:repo/callisto/lodestar",
        organization="callisto",
        held=roles("ada.l Owner", "grace-h Owner"),
        released=releases("2.1 2025-09-30", "2.2 2026-05-12"),
        attested=RELEASED,
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
    # And whoever made it has handed it to somebody whom nobody knows.
    yield look("pypi:callisto-lodestar-tables", PackageRole, roles("starlight-example Owner"), at=LATER)
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
        held=roles("ada.l Maintainer", "grace-h Owner", "otto Maintainer"),
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
        attested=NamedWorkflow("github:repo/callisto-harbour/helm", "publish.yml"),
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
    named = (FeedstockMaintainer(login=login) for login in ("ada-l", "grace-h", "starlight-example"))
    yield look(
        "conda:callisto-lodestar", FeedstockMaintainer, sorted(named, key=lambda m: m.key), at=LATER, total=3
    )
    # Nobody has asked about its provenance yet.
    untold = {kind_id(PackageProvenance), kind_id(ReleasePublisher)}
    yield from (batch for batch in lamp if batch.cell.kind not in untold)


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


def on_github(at: datetime = LATER) -> tuple[Batch, ...]:
    """What ada is told by the simulated GitHub of Project Callisto, as ``muniment collect --to`` hands it over."""
    made = demo()
    register = read_register(HERE, checks=frozenset(checks()))
    token = Secret(made.tokens["ada"])
    ring = Ring([Token("ada", kind_of(token), token, ("the example",))], [], lambda: at)
    with SimulatedGithub(made.world, clock=lambda: at) as github:
        plain = addresses("https://index.example/simple", "https://npm.example")
        asked = replace(
            plain,
            public=replace(plain.public, github=github.api, graphql=github.graphql),
            keys=ring.keys(),
        )
        web = Web(
            now=lambda: at,
            recall=lambda url, credential: None,
            remember=lambda url, credential, at, headers, body: None,
            github=github.api,
            graphql=github.graphql,
            credentials=ring,
        )
        found = tuple(c for c in collectors(asked) if c.source.startswith("github"))
        return hand_over(Inventory.of(register.evidence), checks(), found, lambda _: web, now=at).batches


def first_empty() -> Iterator[Batch]:
    """The lists that came empty and that GitHub does not count, seen once before: one such look proves nothing."""
    return (batch for batch in on_github(EVENING_BEFORE) if not batch.counted)


ZONE = {
    "callisto.example": {
        "TXT": ['"v=spf1 mx -all"', '"site-verification=made-up"'],
        "CAA": ['0 issue "letters.example"', '0 iodef "mailto:security@callisto.example"'],
        "A": ["192.0.2.1"],
    },
    "_dmarc.callisto.example": {"TXT": ['"v=DMARC1; p=reject; rua=mailto:reports@callisto.example"']},
    "callisto-harbour.example": {"A": ["192.0.2.2"]},
    "_dmarc.callisto-harbour.example": {"TXT": ['"v=DMARC1; p=none"']},
    "mail.callisto-harbour.example": {"TXT": ['"v=spf1 a ?all"'], "A": ["192.0.2.3"]},
}
"""What name servers say of the example's domains; of one of them the server for CAA records fails."""


def domains() -> list[Batch]:
    """What a real name server on loopback answers, and what people saw at the registrar."""
    register = read_register(HERE, checks=frozenset(checks()))
    entries = [one for one in register.evidence if isinstance(one, DeclaredAsset)]
    assets = sorted(entry.asset for entry in entries if family(entry.asset) == DOMAIN)
    with NameServer(ZONE) as server:
        server.behave("mail.callisto-harbour.example", "CAA", "servfail")
        io = NameServers(lambda: [Server(server.host, server.port)], now=lambda: LATER)

        async def ask() -> list[Batch]:
            raws = [await DomainNames().fetch(asset, io) for asset in assets]
            return [batch for raw in raws for batch in DomainNames().parse(raw)]

        found = asyncio.run(ask())
    seen = {"domain:callisto.example": date(2029, 4, 30), "domain:callisto-harbour.example": date(2026, 7, 12)}
    told = [
        look(
            asset,
            DomainRegistration,
            (DomainRegistration(expires=ends, registrar="Names and Numbers (made up)"),),
            at=LATER,
            vantage=f"{asset}:holder",
        )
        for asset, ends in seen.items()
    ]
    said = [batch for batch in found if batch.cell not in {one.cell for one in told}]
    return [*said, *told]


def bundles() -> dict[str, bytes]:
    """The files of ``evidence/``, by name."""
    made = {
        "2026-06-10-registries.jsonl": (FIRST, first_look()),
        "2026-06-10-github.jsonl": (FIRST, first_on_github()),
        "2026-06-13-github.jsonl": (EVENING_BEFORE, first_empty()),
        "2026-06-14-registries.jsonl": (LATER, later_look()),
        "2026-06-14-owners-export.jsonl": (LATER, owners_export()),
        "2026-06-14-github.jsonl": (LATER, on_github()),
        "2026-06-14-domains.jsonl": (LATER, domains()),
    }
    return {name: write(batches, made=at, by="made up") for name, (at, batches) in made.items()}


if __name__ == "__main__":
    for name, data in bundles().items():
        (HERE / "evidence").mkdir(exist_ok=True)
        (HERE / "evidence" / name).write_bytes(data)
        print(name)
