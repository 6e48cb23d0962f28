"""Packages that are not what the register says: not declared, gone, at rest, or without a home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from muniment.app.sync.drifting import Found, Proof, Question
from muniment.app.sync.looking import Looking
from muniment.app.sync.naming import known_id, repository
from muniment.evidence.belief import COMPARED
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_source import PackageSource
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.model.asset import NPM, PYPI, Status, family
from muniment.model.tlp import join
from muniment.register.changing import ASSETS, Put, Set
from muniment.register.inventory import parent_of
from muniment.register.resolving import LOOKED_AT

READS: tuple[type[Evidence], ...] = (
    GithubRepository,
    NamespacePackage,
    OrganizationRepository,
    PackageDependency,
    PackageProject,
    PackageSource,
    RepositoryManifest,
)


def undeclared(looking: Looking) -> Iterator[Found]:
    """Packages that the project's repositories build, or that were seen in its namespaces."""
    told: set[str] = set()
    for found in (_built(looking), _in_namespaces(looking)):
        for about, own in found:
            if about not in told:
                told.add(about)
                yield own


def _built(looking: Looking) -> Iterator[tuple[str, Found]]:
    inventory = looking.inventory
    resting = _resting(looking)
    builders: dict[str, list[tuple[str, str, Proof]]] = defaultdict(list)
    for scope, sight, fact in looking.sights.facts(RepositoryManifest):
        entry = inventory.entry(scope)
        package = known_id(fact.package)
        if not package or not fact.published or entry is None or entry.status not in LOOKED_AT:
            continue
        if inventory.entry(package) is None and resting.get(scope) is False:
            builders[package].append((scope, fact.path, sight.proof))
    for package, by in sorted(builders.items()):
        yield package, _one_built(looking, package, by)


def _resting(looking: Looking) -> dict[str, bool]:
    """Whether a repository is archived or a fork, so that what its manifests name is not its to declare."""
    known: dict[str, bool] = {}
    for _, _, fact in looking.sights.facts(OrganizationRepository):
        known[repository(fact.asset)] = fact.archived or fact.fork
    for scope, _, face in looking.sights.facts(GithubRepository):
        known[scope] = face.archived or face.fork
    return known


def _one_built(looking: Looking, package: str, by: list[tuple[str, str, Proof]]) -> Found:
    scope, path, proof = by[0]
    inventory = looking.inventory
    under = join(*(looking.places.told_in(own) for own, _, _ in by))
    about = f"declare:{package}"
    seen = f"{path} of {scope} names it on {proof.day}"
    project = looking.sights.one(PackageProject, package)
    absent = looking.sights.absent(PackageProject, package)
    if absent is not None:
        said = f"{seen}, and its registry has none: claim the name, or keep the manifest private"
        return Question(about, said, join(under, proof.marking, absent.marking))
    proofs = tuple(own for _, _, own in by[:5])
    if project is not None:
        proofs += (project[1],)
        linked = repository(project[0].repository)
        if linked and inventory.status(linked) in (None, Status.EXTERNAL):
            said = f"{seen}, and its record leads to {linked}, which is not the project's: is it a stranger's?"
            return Question(about, said, join(under, *(own.marking for own in proofs)))
    return looking.declared(package, inventory.entry(scope), seen, proofs, [own for own, _, _ in by])


def _in_namespaces(looking: Looking) -> Iterator[tuple[str, Found]]:
    """Packages that a complete look shows in a namespace of the project's. The list of a namespace that was put
    together here is never complete; what it was put together from may be."""
    inventory = looking.inventory
    for scope, sight, fact in looking.sights.facts(PackageDependency):
        asset = known_id(fact.asset)
        over = parent_of(asset) if asset and family(asset) == NPM else None
        entry = inventory.assets.get(over) if over is not None else None
        if entry is not None and entry.status is Status.OFFICIAL and inventory.entry(asset) is None:
            seen = f"{scope} needs it from the project's {entry.asset} on {sight.proof.day}"
            yield asset, _known(looking, asset) or looking.declared(asset, entry, seen, (sight.proof,), [scope])
    for scope, sight, listed in looking.sights.facts(NamespacePackage):
        asset, entry = known_id(listed.asset), inventory.assets.get(scope)
        if sight.proof.source == COMPARED or not asset or entry is None or inventory.entry(asset) is not None:
            continue
        if entry.status is Status.OFFICIAL:
            seen = f"{scope} holds it on {sight.proof.day}"
            yield asset, _known(looking, asset) or looking.declared(asset, entry, seen, (sight.proof,), [scope])


def _known(looking: Looking, asset: str) -> Found | None:
    """The question about a package in a namespace that its registry does not have."""
    absent = looking.sights.absent(PackageProject, asset)
    if absent is None:
        return None
    return Question(f"declare:{asset}", "it is needed, and its registry has none: claim the name", absent.marking)


def linked(looking: Looking) -> Iterator[Found]:
    """Packages whose registry names no repository, where one of the project's builds it; and repositories that
    official packages come from without being known."""
    built = looking.sights.of(RepositoryManifest)
    for asset, sight, source in looking.sights.facts(PackageSource):
        entry = looking.own(asset)
        if entry is None or entry.where is None or entry.repository or source.repository or not source.complete:
            continue
        record = looking.sights.one(PackageProject, asset)
        if record is None or record[0].repository:
            continue
        proofs = tuple(built.get(home, sight).proof for home in source.built_in[:5])
        proofs = (record[1], *proofs, sight.proof)
        about = f"link:{asset}"
        if len(source.built_in) == 1 and source.built_in[0] in built:
            (home,) = source.built_in
            why = f"Its registry names no repository, and of the project's {home} alone builds it."
            edit = Put(entry.where.file, (ASSETS, asset), "repository", home)
            yield looking.changed(about, why, proofs, edit, naming=(home,))
        elif len(source.built_in) > 1:
            said = f"its registry names no repository, and several build it: {', '.join(source.built_in)}"
            yield Question(about, said, join(*(proof.marking for proof in proofs)))
    yield from _sources(looking)


def _sources(looking: Looking) -> Iterator[Found]:
    inventory = looking.inventory
    leading: dict[str, list[tuple[str, Proof]]] = defaultdict(list)
    for scope, sight, project in looking.sights.facts(PackageProject):
        entry = inventory.entry(scope)
        home = repository(project.repository)
        if entry is None or entry.status is not Status.OFFICIAL or entry.repository or not home:
            continue
        if inventory.entry(home) is None and (parent_of(home) or "") not in inventory.assets:
            leading[home].append((scope, sight.proof))
    for home, by in sorted(leading.items()):
        scope, proof = by[0]
        others = f" and of {len(by) - 1} more" if len(by) > 1 else ""
        seen = f"the record of {scope}{others} leads there on {proof.day}"
        proofs = tuple(own for _, own in by[:5])
        yield looking.declared(home, inventory.entry(scope), seen, proofs, [own for own, _ in by])


def archived(looking: Looking) -> Iterator[Found]:
    """Official packages that their registry calls archived."""
    for asset, sight, project in looking.sights.facts(PackageProject):
        entry = looking.own(asset)
        if (
            entry is None
            or entry.where is None
            or entry.status is not Status.OFFICIAL
            or project.state != "archived"
        ):
            continue
        why = "Its registry calls it archived, and it is declared official: an asset at rest is declared archived."
        edit = Set(entry.where.file, (ASSETS, asset, "status"), Status.ARCHIVED.value)
        yield looking.changed(f"archive:{asset}", why, (sight.proof,), edit)


def gone(looking: Looking) -> Iterator[Found]:
    """Declared packages that their registry does not have."""
    built = {known_id(f.package) for _, _, f in looking.sights.facts(RepositoryManifest) if f.published}
    needed = {known_id(f.asset) for _, _, f in looking.sights.facts(PackageDependency)}
    for asset in sorted(looking.sights.of(PackageProject)):
        proof = looking.sights.absent(PackageProject, asset)
        if proof is None or asset not in looking.inventory.assets or family(asset) not in (PYPI, NPM):
            continue
        if asset in built or asset in needed:
            said = "its registry has none, and the project's own manifests or packages name it: claim the name"
            yield Question(f"remove:{asset}", said, proof.marking)
        else:
            why = "Its registry has none of that name. If it should, decline this and publish a release to hold it."
            yield looking.removed(asset, why, proof)
