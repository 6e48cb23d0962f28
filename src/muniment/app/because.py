"""Says why an asset is the project's: the entry or the rule that made it so, and the evidence this rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from muniment.app.dossiers import Book, book_at, decoded, records_at
from muniment.app.find import among, begun
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_rule import DeclaredRule
from muniment.evidence.github_identity import GithubIdentity
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import kinds
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_project import PackageProject
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.model.asset import GITHUB_REPO, canonical, family
from muniment.model.tlp import Marking, join
from muniment.model.verdict import Where
from muniment.ports import CellRecord, Store
from muniment.register.inventory import Inventory, parent_of


class Because(Struct, frozen=True):
    """An asset's entry, and a line for each step that leads to it. ``beside`` are rules that give way."""

    entry: DeclaredAsset
    subproject: str
    chain: tuple[str, ...]
    beside: tuple[str, ...]
    marking: Marking


def because(store: Store, asset: str, *, at: datetime | None) -> Because:
    """Why an asset is what it is, as of an instant."""
    begun(store, at)
    book = book_at(store, at)
    inventory = book.inventory
    among(asset, inventory.known, "asset in the register:")
    entry = inventory.known[asset]
    scopes = sorted({asset, *entry.through, *(p for s in (asset, *entry.through) if (p := parent_of(s)))})
    records = list(records_at(store, at, scopes))
    steps = [(text, marking) for text, marking in _chain(entry, inventory, records)]
    beside = tuple(_gives_way(entry, inventory, records))
    unread = tuple(_unread(entry, inventory))
    read = [marking for _, marking in steps if marking is not None]
    return Because(
        entry,
        inventory.subproject_of(asset),
        (*(text for text, _ in steps), *unread),
        tuple(f"the rule '{rule.id}'{_at(rule.where)}" for rule in beside),
        join(_marking(book, entry, beside), *read),
    )


def _marking(book: Book, entry: DeclaredAsset, beside: Sequence[DeclaredRule]) -> Marking:
    """What was told of the entry, of those that it goes through or names, and of the rules that give way."""
    inventory = book.inventory
    told = (entry.asset, *entry.through, entry.inherits, *(claim.by for claim in entry.claims))
    assets = (inventory.marking(asset, book.public) for asset in told if asset in inventory.known)
    rules = (entry.rule, *(claim.by for claim in entry.claims), *(rule.id for rule in beside))
    return join(book.public, *assets, *(inventory.rule_marking(rule) for rule in rules))


Step = tuple[str, Marking | None]


def _chain(entry: DeclaredAsset, inventory: Inventory, records: list[CellRecord]) -> Iterator[Step]:
    rule = inventory.rulebook.rules.get(entry.rule)
    if rule is not None:
        yield f"the rule '{rule.id}'{_at(rule.where)}: {rule.reason}", None
    elif entry.inherits and entry.inherits in inventory.assets:
        over = inventory.assets[entry.inherits]
        yield f"the entry of {entry.inherits}{_at(over.where)}: {over.reason}", None
    else:
        yield f"the entry of its own{_at(entry.where)}: {entry.reason}", None
    yield from _number(entry, records)
    if entry.asset not in inventory.found:
        return
    repositories = entry.through or (entry.asset,)
    for repository in repositories:
        own = inventory.entry(repository)
        if entry.through and repository in inventory.assets and own is not None:
            yield f"{repository} has an entry of its own{_at(own.where)}: {own.reason}", None
        yield from _seen_of(repository, rule, entry, records)
    yield from (
        (f"{c.by}{_at(c.where)} says {c.status.value} of {c.subproject or 'nobody'}", None) for c in entry.claims
    )
    if entry.unsettled:
        yield f"not settled: {entry.unsettled}", None


def _number(entry: DeclaredAsset, records: list[CellRecord]) -> Iterator[Step]:
    """GitHub's number of it, which the register may pin."""
    for record in records:
        for fact in _facts(record) if record.cell.scope == entry.asset else ():
            if isinstance(fact, GithubOrganization | GithubRepository):
                yield f"GitHub's number of it is {fact.id} ({_stamp(record)})", record.marking
            elif isinstance(fact, GithubIdentity) and fact.refused:
                told = (
                    f"it is known by the number {fact.id}, and what {fact.answers} says under its name is refused"
                )
                yield told, record.marking


def _seen_of(
    repository: str, rule: DeclaredRule | None, entry: DeclaredAsset, records: list[CellRecord]
) -> Iterator[Step]:
    """What was seen of a repository that bears on the entry: the list, properties, the manifest."""
    asked = {c.property for c in rule.conditions} if rule is not None else set()
    asked |= {word for c in entry.claims for word in c.by.split()}
    for record in records:
        for fact in _facts(record):
            told = ""
            if isinstance(fact, OrganizationRepository) and canonical(fact.asset) == repository:
                told = f"{record.cell.scope} lists {repository}"
            elif isinstance(fact, RepositoryProperty) and record.cell.scope == repository:
                if fact.name.lower() in asked:
                    told = f"{repository} has the property {fact.name} = {', '.join(fact.values) or 'nothing'}"
            elif isinstance(fact, RepositoryManifest) and record.cell.scope == repository:
                if canonical(fact.package) == entry.asset:
                    told = f"{fact.path} of {repository} names {entry.asset}"
            elif isinstance(fact, PackageProject) and record.cell.scope == entry.asset and fact.repository:
                told = f"its record at the registry leads to {fact.repository}"
            if told:
                yield f"{told} ({_stamp(record)})", record.marking


_TELLING = frozenset(
    {
        GithubIdentity,
        GithubOrganization,
        GithubRepository,
        OrganizationRepository,
        PackageProject,
        RepositoryManifest,
        RepositoryProperty,
    }
)


def _facts(record: CellRecord) -> tuple[object, ...]:
    kind = kinds().get(record.cell.kind)
    if kind not in _TELLING or kind is None:
        return ()
    try:
        return decoded(record, kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()


def _unread(entry: DeclaredAsset, inventory: Inventory) -> Iterator[str]:
    """That the tree which declares an asset could not be read, and since when."""
    if inventory.is_believed_only(entry.asset):
        for tree in inventory.unread.values():
            if (
                tree.read_at is not None
                and entry.where is not None
                and entry.where.file.startswith(f"{tree.name}:")
            ):
                yield f"the tree {tree.name}, read last on {tree.read_at:%Y-%m-%d}, could not be read: {tree.why}"


def _gives_way(entry: DeclaredAsset, inventory: Inventory, records: list[CellRecord]) -> Iterator[DeclaredRule]:
    """The other rules that select a repository: narrower ones, or its own entry, come before them."""
    if family(entry.asset) != GITHUB_REPO:
        return
    organization = parent_of(entry.asset) or ""
    properties = {
        fact.name.lower(): fact.values
        for record in records
        if record.cell.scope == entry.asset
        for fact in _facts(record)
        if isinstance(fact, RepositoryProperty)
    }
    name = entry.asset.rpartition("/")[2]
    spoken = {entry.rule, *(claim.by for claim in entry.claims)}
    for _, rule in inventory.rulebook.matching(organization, name, properties).surely:
        if rule.id not in spoken:
            yield rule


def _at(where: Where | None) -> str:
    return f" at {where.file}:{where.line}" if where is not None else ""


def _stamp(record: CellRecord) -> str:
    when = record.observed_at.strftime("%Y-%m-%d %H:%M UTC") if record.observed_at else "never"
    return f"{record.cell.kind}, seen {when} from {record.cell.source} as {', '.join(sorted(record.vantage))}"
