"""Makes entries of what was seen: repositories and packages that are the project's by a rule or by inheritance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from muniment.evidence.declared_asset import Claim, DeclaredAsset
from muniment.evidence.declared_rule import DeclaredRule
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO, Status
from muniment.model.tlp import Marking, join
from muniment.register.rules import Matched, Properties, Rulebook

LISTED = "listed"
"""Only those repositories of an organization are the project's that the register names."""

LOOKED_AT = (Status.OFFICIAL, Status.UNCLEAR)
"""What is asked about and judged."""


class Listed(Struct, frozen=True):
    """A public repository in its organization's list, under the list's marking."""

    marking: Marking
    fork: bool = False
    archived: bool = False


class Held(Struct, frozen=True):
    """The custom properties of a repository; ``None``: not seen, and ``why``."""

    properties: Properties | None
    marking: Marking | None = None
    why: str = "nobody has looked yet"


class Built(Struct, frozen=True):
    """The packages that a repository's manifests name and publish."""

    packages: tuple[str, ...]
    marking: Marking


class Linked(Struct, frozen=True):
    """The repository that the registry's record of a package leads to: an asset id, or something else."""

    repository: str
    marking: Marking


UNSEEN = Held(None)

HOLDERS = "whoever holds it at the registry, and did not before,"
"""Who claims a package of which all the holders are new."""


class Sightings(Struct, frozen=True):
    """What was seen that decides whose something is: by repository, and by package.

    ``replaced`` are packages that nobody holds any more who held them, with the marking of that.
    """

    repositories: Mapping[str, Listed] = {}
    properties: Mapping[str, Held] = {}
    manifests: Mapping[str, Built] = {}
    records: Mapping[str, Linked] = {}
    replaced: Mapping[str, Marking] = {}


class Resolved(Struct, frozen=True):
    """The entries of what was found, and the marking of what each was found by."""

    entries: Mapping[str, DeclaredAsset]
    under: Mapping[str, Marking]


class Place(Struct, frozen=True):
    """What the rest of the register says that a resolution needs: entries by asset, and the rules.

    ``closer`` are the markings of what included trees declare: entries by asset, and rules by their ids.
    """

    entries: Mapping[str, DeclaredAsset]
    rulebook: Rulebook
    closer: Mapping[str, Marking] = {}

    def under(self, marking: Marking, *read: str) -> Marking:
        """A marking, joined by that of the entries and rules that were read with it."""
        return join(marking, *(self.closer[id] for id in read if id in self.closer)) if self.closer else marking


def repository(place: Place, asset: str, held: Held = UNSEEN) -> tuple[DeclaredAsset | None, Matched]:
    """The entry of a repository without one of its own (``None``: not the project's), and the rules about it."""
    organization, name = _split(asset)
    over = place.entries.get(organization)
    matched = place.rulebook.matching(organization, name, held.properties)
    if asset in place.entries or over is None or over.status not in LOOKED_AT:
        return None, matched
    rank, speaking = matched.narrow
    default = _inherited(asset, over, matched) if not speaking else None
    open = tuple(rule for own, rule in matched.perhaps if rank is None or own >= rank)
    if not open and not speaking:
        return default, matched
    said = [_by_rule(asset, rule, over) for rule in speaking] if speaking else [default] if default else []
    if len({_word(entry) for entry in said}) > 1:
        return _claimed(said[0], [_claim(rule.id, e) for rule, e in zip(speaking, said, strict=True)]), matched
    may = [_by_rule(asset, rule, over) for rule in open]
    if said and all(_word(entry) == _word(said[0]) for entry in may):
        return said[0], matched
    return _unsettled(said[0] if said else None, may, open, held.why), matched


def resolve(place: Place, seen: Sightings, status: Callable[[str], Status | None]) -> Resolved:
    """The entries of all that was seen and has none of its own. ``status``: what the register says of a link."""
    found: dict[str, DeclaredAsset] = {}
    under: dict[str, Marking] = {}
    building: dict[str, list[_Builder]] = {}
    for asset, listed in seen.repositories.items():
        held = seen.properties.get(asset, UNSEEN)
        entry, matched = repository(place, asset, held)
        marking = listed.marking
        if held.marking is not None and _is_read(matched):
            marking = join(marking, held.marking)
        if place.closer:
            rules = (rule.id for _, rule in (*matched.surely, *matched.perhaps))
            marking = place.under(marking, asset, _split(asset)[0], *rules)
        if entry is not None:
            found[asset], under[asset] = entry, marking
        entry = entry or place.entries.get(asset)
        rule = matched.packages
        built = seen.manifests.get(asset)
        if entry is None or rule is None or built is None or listed.fork or entry.status not in LOOKED_AT:
            continue
        builder = _Builder(asset, entry, rule, listed.archived, join(marking, built.marking))
        for package in built.packages:
            building.setdefault(package, []).append(builder)
    for package, builders in building.items():
        if package not in place.entries:
            linked = seen.records.get(package)
            own, marking = _package(package, builders, linked, status)
            if package in seen.replaced and not own.claims:
                own = _claimed(own, [_claim(own.inherits, own), Claim(HOLDERS, Status.EXTERNAL, "")])
                marking = join(marking, seen.replaced[package])
            if linked is not None and place.closer:  # whether it is somebody else's was asked of the register
                owner = _split(linked.repository)[0] if linked.repository.startswith(f"{GITHUB_REPO}/") else ""
                marking = place.under(marking, linked.repository, owner)
            found[package], under[package] = own, marking
    return Resolved(found, under)


def _split(asset: str) -> tuple[str, str]:
    owner, _, name = asset.removeprefix(f"{GITHUB_REPO}/").partition("/")
    return f"{GITHUB_ORG}/{owner}", name


def _is_read(matched: Matched) -> bool:
    """True if a repository's properties bear on what is said of it."""
    if matched.asked is None:
        return False
    rank, _ = matched.narrow
    packages = any(rule.packages is not None for _, rule in (*matched.surely, *matched.perhaps) if rule.conditions)
    return packages or rank is None or matched.asked >= rank


def _inherited(asset: str, over: DeclaredAsset, matched: Matched) -> DeclaredAsset | None:
    """What the organization's entry, or the rule that made it, says of what is in it."""
    if over.repositories == LISTED or (over.rule and all(rule.id != over.rule for rule in matched.whole)):
        return None
    return DeclaredAsset(
        asset=asset,
        status=over.status,
        reason=f"as its organization, {over.asset}",
        subproject=over.subproject,
        source=over.source,
        where=over.where,
        inherits=over.asset,
        rule=over.rule,
    )


def _by_rule(asset: str, rule: DeclaredRule, over: DeclaredAsset) -> DeclaredAsset:
    return DeclaredAsset(
        asset=asset,
        status=rule.status,
        reason=rule.reason,
        subproject=rule.subproject or over.subproject,
        source=rule.source,
        since=rule.since,
        where=rule.where,
        rule=rule.id,
    )


def _word(entry: DeclaredAsset) -> tuple[Status, str]:
    return entry.status, entry.subproject


def _claim(by: str, entry: DeclaredAsset) -> Claim:
    return Claim(by, entry.status, entry.subproject, entry.where)


def _claimed(first: DeclaredAsset, claims: list[Claim]) -> DeclaredAsset:
    told = "; ".join(f"{c.by}: {c.status.value} of {c.subproject or 'nobody in particular'}" for c in claims)
    return DeclaredAsset(
        asset=first.asset,
        status=Status.UNCLEAR,
        reason=f"claimed by {len(claims)} who disagree: {told}",
        where=first.where,
        rule=first.rule,
        through=first.through,
        claims=tuple(sorted(claims, key=lambda claim: claim.by)),
    )


def _unsettled(
    said: DeclaredAsset | None, may: list[DeclaredAsset], open: Iterable[DeclaredRule], why: str
) -> DeclaredAsset:
    """What all that could be said has in common; the rest is open."""
    could = [*may, said] if said is not None else may
    statuses = {entry.status for entry in could}
    agreed = said is not None and len(statuses) == 1
    subprojects = {entry.subproject for entry in could}
    asked = sorted({c.property for rule in open for c in rule.conditions})
    unseen = f"the property {' and '.join(asked)} was not seen: {why}"
    first = min(may, key=lambda entry: entry.rule)
    return DeclaredAsset(
        asset=first.asset,
        status=first.status if agreed else Status.UNCLEAR,
        reason=f"{first.reason}, if the rule selects it; {unseen}",
        subproject=first.subproject if agreed and len(subprojects) == 1 else "",
        where=first.where,
        rule=first.rule,
        unsettled=unseen,
    )


class _Builder(Struct, frozen=True):
    """A repository whose manifest names a package, and the rule that makes this matter."""

    repository: str
    entry: DeclaredAsset
    rule: DeclaredRule
    archived: bool
    marking: Marking


def _package(
    asset: str, builders: list[_Builder], linked: Linked | None, status: Callable[[str], Status | None]
) -> tuple[DeclaredAsset, Marking]:
    """The entry of a package that manifests name; archived repositories count where no other names it."""
    living = sorted((b for b in builders if not b.archived), key=lambda b: b.repository)
    speaking = living or sorted(builders, key=lambda b: b.repository)
    said = [_by_manifest(asset, builder, speaking) for builder in speaking]
    marking = join(*(builder.marking for builder in builders))
    if len({_word(entry) for entry in said}) > 1:
        claims = [_claim(b.repository, entry) for b, entry in zip(speaking, said, strict=True)]
        return _claimed(said[0], claims), marking
    entry = said[0]
    if linked is None:
        return entry, marking
    marking = join(marking, linked.marking)
    elsewhere = linked.repository.startswith(f"{GITHUB_REPO}/") and linked.repository not in entry.through
    if not elsewhere or status(linked.repository) not in (None, Status.EXTERNAL):
        return entry, marking
    # It may be a stranger's package of the same name.
    stranger = Claim(linked.repository, Status.EXTERNAL, "")
    return _claimed(entry, [_claim(speaking[0].repository, entry), stranger]), marking


def _by_manifest(asset: str, builder: _Builder, all: Iterable[_Builder]) -> DeclaredAsset:
    entry = builder.entry
    return DeclaredAsset(
        asset=asset,
        status=entry.status,
        reason=f"named by the manifest of {builder.repository}",
        subproject=entry.subproject,
        where=builder.rule.where,
        inherits=builder.repository,
        rule=builder.rule.id,
        through=tuple(b.repository for b in all),
        unsettled=entry.unsettled or (f"{builder.repository} is claimed by several" if entry.claims else ""),
    )
