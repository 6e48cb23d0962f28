"""What to take away from people who leave, worked out of what is known at an instant: for one, or for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec.structs import replace

from muniment.app.access import Whom
from muniment.app.dossiers import Book
from muniment.app.granting import GRANTING, granted
from muniment.app.holding import TELLING, held
from muniment.app.shipping.deriving import PACKAGES, READ, shipping
from muniment.app.shipping.factors import Factors
from muniment.checks.assessment import Dossier
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.kind import Evidence
from muniment.model.asset import CONDA, GITHUB_ORG, GITHUB_REPO, NPM, PROJECT, PYPI, Status, family
from muniment.model.tlp import CLEAR, Marking, join
from muniment.model.verdict import Where
from muniment.publish.held import Held
from muniment.publish.shipping import Shipper, Shipping
from muniment.publish.steps import Parting, Stage, Step
from muniment.register.inventory import Inventory

NEEDED: tuple[type[Evidence], ...] = tuple(dict.fromkeys((*READ, *TELLING, *GRANTING)))
"""Every kind of evidence that the steps are read off."""

_STAGES = {
    "package-role": Stage.REGISTRY,
    "feedstock-maintainer": Stage.REGISTRY,
    "deployment-environment": Stage.ENVIRONMENT,
    "repository-collaborator": Stage.REPOSITORY,
    "team-member": Stage.TEAM,
    "organization-role-holder": Stage.ORGANIZATION,
    "organization-member": Stage.ORGANIZATION,
    "outside-collaborator": Stage.ORGANIZATION,
    "organization-invitation": Stage.ORGANIZATION,
}
"""When what a kind of evidence shows is taken away."""

_TOKENS = {
    PYPI: "; ask them to revoke their API tokens, and change those kept as secrets",
    NPM: "; ask them to revoke their access tokens, and change those kept as secrets",
    CONDA: ": take the name out of the recipe's maintainers, the bot of conda-forge does the rest",
}

BY_NAME = "by name alone"
"""Of what GitHub shows logins of and no numbers: who was renamed is gone from it, and nobody was removed."""

_TOLD_OF = (*PACKAGES, GITHUB_REPO, GITHUB_ORG)
"""The families of which evidence tells who holds them."""

NO_FACTORS = Factors(())
"""Who is left does not hang on how they sign in."""


class Known:
    """What is known of everybody at an instant: the register, the dossiers, and what hangs on one person alone."""

    def __init__(self, book: Book, near: Mapping[str, Dossier]) -> None:
        self.book = book
        self.near = near

    @property
    def inventory(self) -> Inventory:
        """The register of that instant."""
        return self.book.inventory

    @cached_property
    def told(self) -> tuple[Shipping, ...]:
        """Who can publish or administer each official asset that evidence tells of; organizations come first."""
        official = (a for a, d in self.near.items() if family(a) in _TOLD_OF and d.entry.status is Status.OFFICIAL)
        return tuple(
            shipping(self.near[asset], self.near.get, self.inventory, NO_FACTORS)
            for asset in sorted(official, key=lambda asset: (family(asset) != GITHUB_ORG, asset))
        )

    def hanging_on(self, whom: Whom) -> tuple[Shipping, ...]:
        """The assets that nobody else was seen to be able to publish or administer."""
        if whom.handle:
            return self._alone.get(whom.handle, ())
        return tuple(told for told in self.told if told.people and not others(told, whom))

    @cached_property
    def _alone(self) -> Mapping[str, tuple[Shipping, ...]]:
        found: defaultdict[str, tuple[Shipping, ...]] = defaultdict(tuple)
        for told in self.told:
            if len(told.people) == 1:
                found[told.people[0].key] += (told,)
        return found

    @cached_property
    def entries(self) -> Mapping[str, tuple[tuple[str, DeclaredAsset], ...]]:
        """The register's entries that name somebody, by handle."""
        found: defaultdict[str, list[tuple[str, DeclaredAsset]]] = defaultdict(list)
        for asset, entry in sorted(self.inventory.known.items()):
            for handle in named(entry):
                found[handle].append((asset, entry))
        return {handle: tuple(own) for handle, own in found.items()}

    @cached_property
    def last_by_word(self) -> Mapping[str, tuple[tuple[str, DeclaredAsset], ...]]:
        """The entries of what no evidence tells of, by the one person behind all their holders."""
        found: defaultdict[str, list[tuple[str, DeclaredAsset]]] = defaultdict(list)
        for asset, entry in sorted(self.inventory.known.items()):
            people = self.inventory.people(named(entry)) if family(asset) not in _TOLD_OF else frozenset()
            if len(people) == 1:
                found[next(iter(people))].append((asset, entry))
        return {handle: tuple(own) for handle, own in found.items()}

    def marking(self, asset: str, *read: Marking) -> Marking:
        """The marking of what is said of an asset by the register, and by what was read."""
        return join(self.inventory.marking(asset, self.book.whole), *read)


def partings(known: Known) -> tuple[Parting, ...]:
    """What to take away from each person of the register, each step with the marking of what it was read off."""
    rows: defaultdict[str, list[Held]] = defaultdict(list)
    for dossier in known.near.values():
        for row in (*held(dossier, known.inventory), *granted(dossier, known.inventory)):
            if row.party and row.state == "seen":
                rows[row.party].append(row)
    people = sorted(handle for handle, party in known.inventory.parties.items() if not party.members)
    return tuple(Parting(handle=handle, steps=parting(Whom(handle), rows[handle], known)) for handle in people)


def parting(whom: Whom, rows: Iterable[Held], known: Known) -> tuple[Step, ...]:
    """What to take away from one person, in order. ``rows``: their paths, of which those that were seen count."""
    seen = [row for row in rows if row.state == "seen"]
    steps = [step for row in seen if (step := removal(row, known)) is not None]
    steps += _by_word(whom, known)
    steps += _hand_over(whom, known, bool(seen))
    once: defaultdict[Step, list[Marking]] = defaultdict(list)
    for step in steps:
        once[replace(step, marking=CLEAR)].append(step.marking)
    return ordered(replace(step, marking=join(*markings)) for step, markings in once.items())


def ordered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps in the order in which they are taken."""
    return tuple(sorted(steps, key=lambda step: (step.stage, step.asset, step.within, step.account)))


def removal(row: Held, known: Known) -> Step | None:
    """What takes away one thing that was seen; ``None``: it goes with another."""
    stage = _STAGES.get(row.kind)
    if stage is None:
        return None
    what, within = f"take away: {row.role}", ""
    if row.kind in ("team-member", "deployment-environment"):
        within = row.path.partition(" ")[2]
        what = f"take them out of the {row.path}"
    elif row.kind == "organization-invitation":
        what = "withdraw the invitation"
    elif row.kind == "organization-member":
        what = f"remove from the organization: {row.role}"
    elif row.kind == "outside-collaborator":
        what = "remove as outside collaborator, from every repository of the organization"
    elif row.kind == "organization-role-holder":
        within = row.role
    account = f"{row.place}:{row.who}"
    by_name = "" if row.number or row.place != "github" else f", {BY_NAME}"
    return Step(
        stage=stage,
        asset=row.asset,
        what=what + _TOKENS.get(family(row.asset), ""),
        account=account,
        within=within,
        kind=row.kind,
        tick=f"a complete look at {row.kind.replace('-', ' ')} of {row.asset} does not list {account}{by_name}",
        detail="stale: look again before you act" if row.stale else "",
        number=row.number if row.place == "github" else 0,
        marking=known.marking(row.asset, row.marking),
    )


def _by_word(whom: Whom, known: Known) -> Iterator[Step]:
    """What the register says of them: expectations, teams, and what has no interface to take it away."""
    if not whom.handle:
        return
    for asset, entry in known.entries.get(whom.handle, ()):
        if entry.status is Status.EXTERNAL:
            continue
        if family(asset) not in _TOLD_OF and family(asset) != PROJECT:
            yield Step(
                stage=Stage.VOUCHED,
                asset=asset,
                what="take away their access, change what they know, and have somebody look",
                kind="declared-attestation",
                tick="an attestation in the register, made since, that says who holds it",
                place=_place(entry.where),
                marking=known.marking(asset),
            )
        yield Step(
            stage=Stage.REGISTER,
            asset=asset,
            what=f"take {whom.handle} out of its holders",
            kind="declared-asset",
            tick="the register does not name them there",
            place=_place(entry.where),
            marking=known.marking(asset),
        )
    for party in sorted(known.inventory.parties.values(), key=lambda p: p.handle):
        if whom.handle in party.members:
            yield Step(
                stage=Stage.REGISTER,
                asset="",
                what=f"take {whom.handle} out of the team {party.handle}",
                within=party.handle,
                kind="declared-party",
                tick="the register does not name them there",
                place=_place(party.where),
                marking=join(known.book.whole, known.inventory.party_marking(party.handle)),
            )


def named(entry: DeclaredAsset) -> frozenset[str]:
    """The handles of people and teams that an entry names as holders."""
    return frozenset(handle for holding in entry.holders for handle in holding.holders)


def _place(where: Where | None) -> str:
    return f"{where.file}:{where.line}" if where is not None else ""


def _hand_over(whom: Whom, known: Known, holds: bool) -> Iterator[Step]:
    """What nobody but them was seen to be able to ship or administer. ``holds``: they were seen to hold a thing."""
    organizations: set[str] = set()
    for told in known.hanging_on(whom) if holds else ():
        if family(told.asset) == GITHUB_ORG:
            organizations.add(told.asset)
        elif {path.through for path in told.people[0].paths} <= organizations:
            continue  # handing over the organization hands it over too
        yield _alone(told, known)
    for asset, entry in known.last_by_word.get(whom.handle, ()) if whom.handle else ():
        yield Step(
            stage=Stage.HAND_OVER,
            asset=asset,
            what="find somebody else who holds it: the register names nobody besides",
            kind="declared-asset",
            tick="the register names somebody else",
            place=_place(entry.where),
            marking=known.marking(asset),
        )


def others(told: Shipping, whom: Whom) -> list[Shipper]:
    """Those besides somebody who can ship an asset."""
    return [one for one in told.people if not _is(one.key, whom, one.accounts)]


def _is(key: str, whom: Whom, accounts: tuple[str, ...]) -> bool:
    if whom.handle:
        return key == whom.handle
    if whom.number:
        return key == f"github-id:{whom.number}"
    return whom.account in {account.lower() for account in accounts}


def _alone(told: Shipping, known: Known) -> Step:
    sure = "nobody else was seen who can, and not everything could be seen" if told.gaps else "nobody else can"
    rows = (*(path for one in told.people for path in one.paths), *told.gaps)
    through = {row.through for row in rows} - {""}
    return Step(
        stage=Stage.HAND_OVER,
        asset=told.asset,
        what=f"let somebody else {told.verb} it: {sure}",
        kind="shipping",
        tick=f"somebody else is seen who can {told.verb} it",
        marking=known.marking(told.asset, told.marking, *(known.marking(asset) for asset in sorted(through))),
    )
