"""Every place to remove somebody from, in order: first what nobody else could do any more, last the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from muniment.app.access import Access, Whom, access
from muniment.app.assess import end_of
from muniment.app.dossiers import book_at, dossiers, records_at
from muniment.app.granting import GRANTING, granted
from muniment.app.holding import TELLING, held
from muniment.app.shipping.deriving import PACKAGES, READ, shipping
from muniment.app.shipping.factors import Factors
from muniment.checks.assessment import Dossier
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_attestation import DeclaredAttestation
from muniment.evidence.kind import kind_id, kinds
from muniment.model.asset import CONDA, GITHUB_ORG, GITHUB_REPO, NPM, PROJECT, PYPI, Status, family
from muniment.model.tlp import join
from muniment.model.verdict import Where
from muniment.ports import Store
from muniment.publish.held import Held
from muniment.publish.shipping import Shipper, Shipping
from muniment.publish.steps import Stage, Step
from muniment.register.inventory import Inventory

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

_TOLD_OF = (*PACKAGES, GITHUB_REPO, GITHUB_ORG)
"""The families of which evidence tells who holds them."""


NO_FACTORS = Factors(())
"""Who is left does not hang on how they sign in."""


class Leaving(Struct, frozen=True):
    """The steps in their order, and what could not be seen: where nobody knows whether there is something to do."""

    access: Access
    steps: tuple[Step, ...]
    since: date | None = None

    @property
    def unseen(self) -> tuple[str, ...]:
        """What could not be seen of what they hold."""
        return self.access.unseen


def leaving(store: Store, word: str, *, at: datetime | None, now: datetime, since: date | None = None) -> Leaving:
    """What to do when a person leaves. ``since``: also what there was to do at the end of that day, ticked or not.

    A step of that day is done if what it takes away is seen gone by a later and complete look; if no such look was
    taken it is ``unseen``, and never done.
    """
    today = _steps(store, word, at, now)
    if since is None:
        return Leaving(today.access, _sorted(today.steps))
    before = _steps(store, word, end_of(since), now)
    open = {step.key for step in today.steps}
    renamed = {_by_number(step) for step in today.steps if step.number}
    gone = (step for step in before.steps if step.key not in open and _by_number(step) not in renamed)
    ticked = [_ticked(step, today, since) for step in gone]
    marking = join(today.access.marking, before.access.marking)
    steps = _sorted(replace(step, marking=marking) for step in (*today.steps, *ticked))
    return Leaving(replace(today.access, marking=marking), steps, since)


def _by_number(step: Step) -> tuple[str, str, str, int]:
    return (step.asset, step.kind, step.within, step.number)


def _sorted(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: (step.stage, step.asset, step.within, step.account)))


class _Known(Struct, frozen=True):
    """What was known of somebody at an instant: the steps, and the dossiers that they were read off."""

    steps: tuple[Step, ...]
    access: Access
    inventory: Inventory
    near: Mapping[str, Dossier]


def _steps(store: Store, word: str, at: datetime | None, now: datetime) -> _Known:
    book = book_at(store, at)
    found = access(store, word, at=at, now=now)
    names = tuple(kind_id(kind) for kind in dict.fromkeys((*READ, *TELLING, *GRANTING)))
    near = {d.asset: d for d in dossiers(records_at(store, at, None, names), book, now=now)}
    steps = [step for row in found.rows if row.state == "seen" and (step := _removal(row)) is not None]
    steps += _by_word(found.whom, book.inventory)
    steps += _hand_over(found, book.inventory, near)
    marked = tuple(replace(step, marking=found.marking) for step in dict.fromkeys(steps))
    return _Known(marked, found, book.inventory, near)


def _removal(row: Held) -> Step | None:
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
    return Step(
        stage=stage,
        asset=row.asset,
        what=what + _TOKENS.get(family(row.asset), ""),
        account=account,
        within=within,
        kind=row.kind,
        tick=f"a complete look at {row.kind.replace('-', ' ')} of {row.asset} does not list {account}",
        detail="stale: look again before you act" if row.stale else "",
        number=row.number if row.place == "github" else 0,
    )


def _by_word(whom: Whom, inventory: Inventory) -> Iterator[Step]:
    """What the register says of them: expectations, teams, and what has no interface to take it away."""
    if not whom.handle:
        return
    for asset, entry in sorted(inventory.known.items()):
        if entry.status is Status.EXTERNAL or whom.handle not in _named(entry):
            continue
        if family(asset) not in _TOLD_OF and family(asset) != PROJECT:
            yield Step(
                stage=Stage.VOUCHED,
                asset=asset,
                what="take away their access, change what they know, and have somebody look",
                kind="declared-attestation",
                tick="an attestation in the register, made since, that says who holds it",
            )
        yield Step(
            stage=Stage.REGISTER,
            asset=asset,
            what=f"take {whom.handle} out of its holders",
            kind="declared-asset",
            tick="the register does not name them there",
            place=_place(entry.where),
        )
    for party in sorted(inventory.parties.values(), key=lambda p: p.handle):
        if whom.handle in party.members:
            yield Step(
                stage=Stage.REGISTER,
                asset="",
                what=f"take {whom.handle} out of the team {party.handle}",
                within=party.handle,
                kind="declared-party",
                tick="the register does not name them there",
                place=_place(party.where),
            )


def _named(entry: DeclaredAsset) -> frozenset[str]:
    return frozenset(handle for holding in entry.holders for handle in holding.holders)


def _place(where: Where | None) -> str:
    return f"{where.file}:{where.line}" if where is not None else ""


def _hand_over(found: Access, inventory: Inventory, near: Mapping[str, Dossier]) -> Iterator[Step]:
    """The assets that nobody but them was seen to be able to publish or administer."""
    organizations: set[str] = set()
    for asset in _reached(found, near):
        told = shipping(near[asset], near.get, inventory, NO_FACTORS)
        if not told.people or _others(told, found.whom):
            continue
        if family(asset) == GITHUB_ORG:
            organizations.add(asset)
        elif {path.through for path in told.people[0].paths} <= organizations:
            continue  # handing over the organization hands it over too
        yield _alone(told)
    for asset, entry in sorted(inventory.known.items()):
        if family(asset) not in _TOLD_OF and found.whom.handle and _is_last(entry, found.whom.handle, inventory):
            yield Step(
                stage=Stage.HAND_OVER,
                asset=asset,
                what="find somebody else who holds it: the register names nobody besides",
                kind="declared-asset",
                tick="the register names somebody else",
                place=_place(entry.where),
            )


def _others(told: Shipping, whom: Whom) -> list[Shipper]:
    return [one for one in told.people if not _is(one.key, whom, one.accounts)]


def _reached(found: Access, near: Mapping[str, Dossier]) -> list[str]:
    """The assets that they may be the last one for: all that evidence tells of, if they hold anything at all."""
    if not any(row.state == "seen" for row in found.rows):
        return []
    told_of = (a for a, d in near.items() if family(a) in _TOLD_OF and d.entry.status is Status.OFFICIAL)
    return sorted(told_of, key=lambda asset: (family(asset) != GITHUB_ORG, asset))


def _is_last(entry: DeclaredAsset, handle: str, inventory: Inventory) -> bool:
    return inventory.people(_named(entry)) == {handle}


def _is(key: str, whom: Whom, accounts: tuple[str, ...]) -> bool:
    if whom.handle:
        return key == whom.handle
    if whom.number:
        return key == f"github-id:{whom.number}"
    return whom.account in {account.lower() for account in accounts}


def _alone(told: Shipping) -> Step:
    sure = "nobody else was seen who can, and not everything could be seen" if told.gaps else "nobody else can"
    return Step(
        stage=Stage.HAND_OVER,
        asset=told.asset,
        what=f"let somebody else {told.verb} it: {sure}",
        kind="shipping",
        tick=f"somebody else is seen who can {told.verb} it",
    )


def _ticked(step: Step, today: _Known, since: date) -> Step:
    """A step that is open no more: done, if what was seen or written since then says so."""
    dossier = today.near.get(step.asset)
    if step.stage is Stage.HAND_OVER:
        return _handed_over(step, today)
    if step.kind == kind_id(DeclaredAttestation):
        word = today.inventory.attestations.get(step.asset)
        if word is None or word.seen <= since:
            return replace(step, state="unseen", detail="nobody has vouched for it since")
        return replace(step, state="done", detail=f"attested by {word.by} on {word.seen}")
    if step.kind not in kinds() or kinds()[step.kind].keyed_by_asset:
        return replace(step, state="done", detail="by the register")
    view = dossier.cells.get(kinds()[step.kind]) if dossier is not None else None
    if view is None or not view.complete or view.observed_at is None:
        return replace(step, state="unseen", detail="no complete look tells whether it was done")
    if dossier is not None and (now_called := _renamed(step, dossier, today.inventory)):
        return replace(step, detail=f"the account is there under another name: {now_called}")
    if view.observed_at <= end_of(since):
        return replace(step, state="unseen", detail=f"nobody has looked since {view.observed_at:%Y-%m-%d}")
    return replace(step, state="done", detail=f"seen {view.observed_at:%Y-%m-%d %H:%M} UTC, {view.source}")


def _renamed(step: Step, dossier: Dossier, inventory: Inventory) -> str:
    """What the account of a step is called now where it holds the same still; empty: it does not."""
    if not step.number:
        return ""
    for row in (*held(dossier, inventory), *granted(dossier, inventory)):
        same = row.state == "seen" and row.number == step.number
        if same and (now := _removal(row)) is not None and (now.kind, now.within) == (step.kind, step.within):
            return now.account
    return ""


def _handed_over(step: Step, today: _Known) -> Step:
    """Handed over if somebody else can now; that the one who left cannot any more is no hand-over."""
    dossier = today.near.get(step.asset)
    if step.kind == kind_id(DeclaredAsset):
        entry = today.inventory.entry(step.asset)
        done = entry is not None and bool(_named(entry))
        return replace(
            step, state="done" if done else "open", detail="by the register" if done else "nobody is named"
        )
    told = shipping(dossier, today.near.get, today.inventory, NO_FACTORS) if dossier is not None else None
    if told is not None and (others := _others(told, today.access.whom)):
        return replace(step, state="done", detail=f"seen: {', '.join(one.key for one in others[:3])}")
    return replace(step, detail=f"they were not seen to be able to any more, nor was anybody else to {step.asset}")
