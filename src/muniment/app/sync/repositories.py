"""Repositories and organizations that are not what the register says: new, renamed, at rest, or gone."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from muniment.app.sync.drifting import Found, Proof, Question
from muniment.app.sync.looking import Looking
from muniment.app.sync.naming import known_id, repository
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.repository_property import RepositoryProperty
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, Status
from muniment.register.changing import ASSETS, Edit, Rename, Set
from muniment.register.inventory import parent_of
from muniment.register.resolving import LISTED, LOOKED_AT

READS: tuple[type[Evidence], ...] = (
    GithubOrganization,
    GithubRepository,
    OrganizationRepository,
    RepositoryProperty,
)
"""The kinds that are read. ``PrivateRepository`` is not among them: nothing may be made of it."""

_NUMBERED = (GithubOrganization, GithubRepository)


def undeclared(looking: Looking) -> Iterator[Found]:
    """Repositories in the lists of shared organizations that the register says nothing of."""
    inventory = looking.inventory
    moved = _led_to(looking)
    for organization, sight, fact in looking.sights.facts(OrganizationRepository):
        entry = inventory.assets.get(organization)
        asset = repository(fact.asset)
        if entry is None or entry.status not in LOOKED_AT or not asset or parent_of(asset) != organization:
            continue
        shared = entry.repositories == LISTED or bool(entry.rule)
        if not shared or asset in moved or inventory.entry(asset) is not None:
            continue
        proofs: tuple[Proof, ...] = (sight.proof,)
        if inventory.rulebook.asks_properties(organization):
            properties = looking.sights.of(RepositoryProperty).get(asset)
            if properties is None:
                continue  # a rule may speak for it: what decides was not seen
            proofs += (properties.proof,)
        rests = " as archived" if fact.archived else ""
        yield looking.declared(asset, entry, f"{organization} lists it{rests} on {sight.proof.day}", proofs)


def _led_to(looking: Looking) -> set[str]:
    """What declared repositories are called now: they are known, under their former names."""
    faces = looking.sights.facts(GithubRepository)
    return {repository(f"{GITHUB_REPO}/{face.name}") for _, _, face in faces if face.renamed_from}


def renamed(looking: Looking) -> Iterator[Found]:
    """Declared repositories and organizations that GitHub answers to by another name."""
    for asset, _, face in looking.sights.facts(GithubRepository):
        if face.renamed_from and looking.own(asset) is not None:
            yield from _moved(looking, asset, f"{GITHUB_REPO}/{face.name}", GithubRepository)
    for asset, _, front in looking.sights.facts(GithubOrganization):
        if front.renamed_from and asset in looking.inventory.assets:
            yield from _moved(looking, asset, f"{GITHUB_ORG}/{front.login}", GithubOrganization)


def _moved(looking: Looking, asset: str, name: str, kind: type[Evidence]) -> Iterator[Found]:
    inventory = looking.inventory
    now = known_id(name)
    if not now or now == asset:
        return  # the same in other letters
    proof = looking.sights.of(kind)[asset].proof
    about = f"rename:{asset}"
    over = parent_of(now)
    pinned = inventory.assets[asset].github_id
    seen = {fact.id for fact in looking.sights.of(kind)[asset].facts if isinstance(fact, _NUMBERED)}
    if pinned is not None and seen != {pinned}:
        said = (
            f"refused: what GitHub calls {now} has another number than the pinned {pinned}: it is somebody else's"
        )
        yield Question(about, said, proof.marking)
    elif now in inventory.assets:
        said = f"GitHub calls it {now} now, which has an entry of its own: which of the two stays?"
        yield Question(about, said, proof.marking)
    elif over is not None and over != parent_of(asset) and over not in inventory.assets:
        said = f"GitHub calls it {now} now, in an organization that is not declared: is it still the project's?"
        yield Question(about, said, proof.marking)
    elif left := _declined_no_more(looking, asset, now):
        said = f"GitHub calls it {now} now, and the policy declines {left}, which is its former name: write both"
        yield Question(about, said, proof.marking)
    else:
        why = f"GitHub answers to {asset} as {name}: the entry, and what names it, follow."
        yield looking.changed(about, why, (proof,), *_renaming(looking, asset, name))


def _declined_no_more(looking: Looking, asset: str, now: str) -> str:
    """A pattern by which the policy declines evidence of something, or of what lies in it, and by its new name does
    not; empty: none.
    """
    inside, its_new = _inside(asset), _inside(now)
    for declined in looking.inventory.policy.declined:
        pattern = declined.asset
        if pattern in (asset, "*") or declined.until < looking.today:
            continue  # the one is a place that follows
        if fnmatchcase(asset, pattern) and not fnmatchcase(now, pattern):
            return pattern
        if inside and pattern.startswith(inside) and not fnmatchcase(its_new + "x", pattern):
            return pattern
    return ""


def _inside(asset: str) -> str:
    """What the repositories of an organization begin with; empty of anything else."""
    name = asset.removeprefix(f"{GITHUB_ORG}/")
    return f"{GITHUB_REPO}/{name}/" if name != asset else ""


def _renaming(looking: Looking, asset: str, name: str) -> Iterator[Edit]:
    """The entry's key, and each place of the register that names it."""
    entry = looking.own(asset)
    if entry is not None and entry.where is not None:
        yield Rename(entry.where.file, (ASSETS, asset), name)
    yield from looking.mentions.renaming(asset, name)


def archived(looking: Looking) -> Iterator[Found]:
    """Official repositories that are archived at GitHub."""
    for asset, sight, face in looking.sights.facts(GithubRepository):
        entry = looking.own(asset)
        if entry is None or entry.where is None or entry.status is not Status.OFFICIAL or not face.archived:
            continue
        since = f" since {face.archived_at:%Y-%m-%d}" if face.archived_at is not None else ""
        why = f"It is archived at GitHub{since}, and declared official: an asset at rest is declared archived."
        edit = Set(entry.where.file, (ASSETS, asset, "status"), Status.ARCHIVED.value)
        yield looking.changed(f"archive:{asset}", why, (sight.proof,), edit)


def gone(looking: Looking) -> Iterator[Found]:
    """Declared repositories and organizations of which it is proved that they do not exist."""
    listed = {repository(fact.asset) for _, _, fact in looking.sights.facts(OrganizationRepository)}
    for kind in (GithubRepository, GithubOrganization):
        for asset in sorted(looking.sights.of(kind)):
            proof = looking.sights.absent(kind, asset)
            if proof is None or asset not in looking.inventory.assets:
                continue
            if asset in listed:
                said = "GitHub has none of that name, and its organization's list names it: look again"
                yield Question(f"remove:{asset}", said, proof.marking)
            else:
                why = "GitHub has none of that name any more. If the name is misspelt, decline this and correct it."
                yield looking.removed(asset, why, proof)
