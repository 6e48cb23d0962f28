"""What people decide about a campaign: each decision is one line of its log, or refused with what to do instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from muniment.app.campaign.looking import Looked, look
from muniment.app.campaign.people import handle_of, has_left, subject_named
from muniment.app.campaign.standing import campaigns, kind_of, stands
from muniment.campaigns.kind import CampaignKind, kinds
from muniment.campaigns.log import (
    Campaign,
    Closed,
    Delegated,
    Exempted,
    Logged,
    Paused,
    Readmitted,
    Reopened,
    Resumed,
    Started,
)
from muniment.campaigns.standing import Standings, Where
from muniment.campaigns.subjects import NUMBER, Ground
from muniment.checks.declaration import Check
from muniment.model.asset import GITHUB_ORG, canonical, family
from muniment.model.errors import UsageError
from muniment.ports import Store
from muniment.register.inventory import Inventory

OWNER = "owner"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")


def start(store: Store, checks: Mapping[str, Check], word: str, *, name: str, by: str, now: datetime) -> Campaign:
    """Start a campaign of a kind.

    Raises:
        UsageError: there is no such kind, the name is taken, or nothing was seen of what it is about: then nobody
            would be to go, and that would read as if everybody had done it.
    """
    kind = kinds().get(word)
    if kind is None:
        raise UsageError(f"there is no kind of campaign {word!r}", hint=f"one of: {', '.join(kinds())}")
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a campaign", hint="small letters, digits and dashes")
    taken = campaigns(store).get(name)
    if taken is not None:
        verb = "status" if taken.closed is None else "reopen"
        raise UsageError(
            f"there is a campaign {name!r} already", hint=f"muniment campaign {verb} {name}, or another --name"
        )
    looked = look(store, checks, kind, now=now)
    check_handle(by, looked.book.inventory)
    refuse_blindness(kind, looked.ground)
    return store.log_campaign(name, Started(at=now, by=by, kind=kind.id, stages=kind.stages, gap=kind.gap))


def refuse_blindness(kind: CampaignKind, ground: Ground) -> None:
    """Refuse to start where no check of the kind could tell anything of any asset."""
    if any(sight.whole or sight.failing for sight in ground.sights.values()):
        return
    whys = dict.fromkeys(s.why for s in ground.sights.values() if s.why)
    told = "; ".join(list(whys)[:3]) or "the register declares nothing that it could be about"
    hint = "muniment doctor says which right is missing and who could grant it; then muniment run"
    raise UsageError(f"nothing was seen of what {kind.id} is about, so nobody can be asked: {told}", hint=hint)


def check_handle(handle: str, inventory: Inventory) -> None:
    """Refuse a handle that the register does not declare."""
    if handle not in inventory.parties:
        raise UsageError(f"there is no {handle!r} in the register", hint="--by names a handle of the register")


def _looked(
    store: Store, checks: Mapping[str, Check], name: str, by: str, now: datetime
) -> tuple[CampaignKind, Looked]:
    kind = kind_of(campaigns(store)[name])
    looked = look(store, checks, kind, now=now)
    check_handle(by, looked.book.inventory)
    return kind, looked


def exempt(
    store: Store,
    checks: Mapping[str, Check],
    name: str,
    word: str,
    *,
    reason: str,
    until: date,
    by: str,
    now: datetime,
) -> str:
    """Ask a subject no more through a day; the subject."""
    if until < now.date():
        raise UsageError(f"--until {until} is past", hint="an exemption holds through a day to come")
    if not reason.strip():
        raise UsageError("an exemption needs a reason", hint="--reason")
    kind, looked = _looked(store, checks, name, by, now)
    subject = subject_named(word, kind, looked.book.inventory, looked.ground, looked.book.whole)
    store.log_campaign(name, Exempted(at=now, by=by, subject=subject, reason=reason, until=until))
    return subject


def readmit(store: Store, checks: Mapping[str, Check], name: str, word: str, *, by: str, now: datetime) -> str:
    """Take an exemption back; the subject."""
    decided = {one.subject for one in campaigns(store)[name].exempt}
    kind, looked = _looked(store, checks, name, by, now)
    subject = subject_named(word, kind, looked.book.inventory, looked.ground, looked.book.whole, decided)
    store.log_campaign(name, Readmitted(at=now, by=by, subject=subject))
    return subject


class Delegation(Struct, frozen=True):
    """An organization whose people somebody else asks now, and why they may be the wrong one; empty: an owner."""

    organization: str
    doubt: str


def delegate(
    store: Store, checks: Mapping[str, Check], name: str, word: str, *, to: str, by: str, now: datetime
) -> Delegation:
    """Let an owner ask an organization's people; an empty ``to`` gives it back to the council.

    Who was not seen to own it may be meant all the same, since not every owner is seen: it is told, not refused.
    """
    kind, looked = _looked(store, checks, name, by, now)
    inventory = looked.book.inventory
    if kind.subjects != "people":
        raise UsageError(
            f"{kind.id} asks {kind.subjects}, and no owner asks people in the council's place",
            hint="muniment campaign checklist hands over what is to do",
        )
    asset = canonical(word if ":" in word else f"{GITHUB_ORG}/{word}")
    if family(asset) != GITHUB_ORG or asset not in inventory.known:
        raise UsageError(f"{word!r} is no organization of the register", hint="muniment campaign status names them")
    if to:
        _check_owner(to, inventory, now.date())
    for former in looked.names.former(asset):  # what was decided under a name that it had is over, too
        if campaigns(store)[name].delegate(former):
            store.log_campaign(name, Delegated(at=now, by=by, organization=former, to=""))
    store.log_campaign(name, Delegated(at=now, by=by, organization=asset, to=to))
    return Delegation(asset, _doubt(to, asset, looked) if to else "")


def _doubt(handle: str, asset: str, looked: Looked) -> str:
    """Why a list of an organization's people may not be for somebody: they were not seen to own it."""
    inventory, ground = looked.book.inventory, looked.ground
    owners = {
        handle_of(f"{NUMBER}:{number}", inventory, ground) or f"@{held.login}"
        for number, everywhere in ground.held.items()
        for held in everywhere
        if held.organization == asset and held.role == OWNER
    }
    if handle in owners:
        return ""
    known = f"its owners, as far as they were seen: {', '.join(sorted(owners))}" if owners else "no owner was seen"
    return f"{handle} was not seen to own {asset}, and gets the list of its people; {known}"


def _check_owner(handle: str, inventory: Inventory, today: date) -> None:
    if handle not in inventory.parties:
        raise UsageError(f"there is no {handle!r} in the register", hint="--to names a handle of the register")
    party = inventory.parties[handle]
    if has_left(party, today):
        raise UsageError(f"{handle} left the project on {party.left}", hint="--to somebody who is there")


def change(
    store: Store,
    checks: Mapping[str, Check],
    name: str,
    event: Paused | Resumed | Reopened,
    *,
    now: datetime,
) -> Campaign:
    """Pause, resume or reopen."""
    _looked(store, checks, name, event.by, now)
    return store.log_campaign(name, event)


def close(store: Store, checks: Mapping[str, Check], name: str, *, by: str, now: datetime) -> Standings:
    """Close a campaign; how it stood then."""
    found = stands(store, checks, name, now=now)
    check_handle(by, found.looked.book.inventory)
    counts = found.standings.counts
    event: Logged = Closed(
        at=now,
        by=by,
        complied=counts[Where.COMPLIED],
        left=counts[Where.LEFT],
        exempt=counts[Where.EXEMPT],
        to_go=counts[Where.TO_GO],
        cannot_see=counts[Where.CANNOT_SEE],
    )
    store.log_campaign(name, event)
    return found.standings
