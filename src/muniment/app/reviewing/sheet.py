"""Derives the questions of an access review from what is declared and seen, and holds the answers against them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from msgspec import Struct

from muniment.app.access import NO_SOURCE
from muniment.app.dossiers import Book, dossiers, records_at
from muniment.app.granting import GRANTING, granted
from muniment.app.holding import TELLING, held, seen_stamp
from muniment.evidence.declared_answer import DROP, DeclaredAnswer
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_review import DeclaredReview
from muniment.evidence.deployment_environment import DeploymentEnvironment
from muniment.evidence.kind import kind_id
from muniment.evidence.team_member import TeamMember
from muniment.model.asset import PROJECT, Status, family
from muniment.model.errors import UsageError
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
from muniment.publish.held import Held
from muniment.register.inventory import Inventory

OPEN, OVERDUE, CONFIRMED, EXPIRED = "open", "overdue", "confirmed", "expired"
TO_DROP, DROPPED, DROP_UNSEEN = "to be taken away", "taken away", "to be taken away, not seen whether it was"
WAITING = frozenset({OPEN, OVERDUE, EXPIRED})
"""How a question stands that somebody has yet to answer."""

_STATES = ("seen", "missing", "unseen")
_WORDS = {"seen": "seen", "missing": "declared, not held", "unseen": "declared, not seen"}


class Question(Struct, frozen=True, kw_only=True):
    """Whether a holder keeps an asset. ``holder`` is a handle, ``PLACE:LOGIN`` or ``github-id:NUMBER``.

    ``roles`` are all that they have on it, ``state`` is ``seen``, ``missing`` (complete evidence lacks it) or
    ``unseen``. ``reviewer`` is who is asked: never the holder, and empty if there is nobody else. ``standing`` is
    one of the words above.
    """

    asset: str
    holder: str
    shown: str
    roles: tuple[str, ...]
    state: str
    seen: str
    reviewer: str
    answer: DeclaredAnswer | None
    standing: str

    @property
    def known(self) -> str:
        """Where the holder's access is known from, in words."""
        return self.seen if self.state == "seen" else _WORDS[self.state]


class Sheet(Struct, frozen=True):
    """A review's questions, and the lines of what could not be seen: whoever holds it there was not asked about."""

    review: DeclaredReview
    questions: tuple[Question, ...]
    unseen: tuple[str, ...]
    marking: Marking

    @property
    def waiting(self) -> tuple[Question, ...]:
        """The questions without an answer that counts."""
        return tuple(q for q in self.questions if q.standing in WAITING)


def named(inventory: Inventory, word: str) -> DeclaredReview:
    """A review of the register by its name; ``UsageError`` if there is none."""
    reviews = inventory.entrusted.reviews
    if word not in reviews:
        known = f"known: {', '.join(reviews)}" if reviews else "muniment review start NAME"
        raise UsageError(f"there is no access review {word!r} in the register", hint=known)
    return reviews[word]


def sheet(store: Store, book: Book, review: DeclaredReview, *, at: datetime | None, now: datetime) -> Sheet:
    """The questions of a review on the day of ``now``, by asset and holder."""
    inventory, today = book.inventory, now.date()
    cohort = _cohort(inventory, review.cohort) if review.cohort else None
    assets = _assets(inventory, review)
    kinds = tuple(kind_id(kind) for kind in (*TELLING, *GRANTING))
    scopes = tuple(sorted(assets)) if review.assets else None
    rows: dict[tuple[str, str], list[Held]] = {}
    unseen: dict[str, list[str]] = {}
    markings: list[Marking] = []
    for dossier in dossiers(records_at(store, at, scopes, kinds), book, now=now):
        if dossier.asset not in assets:
            continue
        markings.append(inventory.marking(dossier.asset, book.whole))
        for row in (*held(dossier, inventory), *granted(dossier, inventory)):
            markings.append(row.marking)
            holder = _holder(row)
            if not holder or row.role == "organization":
                if row.state != "gone":
                    unseen.setdefault(_blind(row), []).append(row.asset)
            elif row.state in _STATES and (cohort is None or row.party in cohort):
                rows.setdefault((row.asset, holder), []).append(row)
    for asset, holder, row in _by_credential(inventory, assets, cohort):
        rows.setdefault((asset, holder), []).append(row)
    questions = (_question(inventory, review, own, today) for _, own in sorted(rows.items()))
    lines = tuple(f"{why}: {', '.join(sorted(set(which)))}" for why, which in sorted(unseen.items()))
    marking = join(Marking(TLP.AMBER), book.whole, *markings)
    return Sheet(review, tuple(questions), lines, marking)


def _assets(inventory: Inventory, review: DeclaredReview) -> Collection[str]:
    if review.assets:
        return set(review.assets)
    judged = {a for a, e in inventory.known.items() if e.status is not Status.EXTERNAL and family(a) != PROJECT}
    if review.subproject:
        return {asset for asset in judged if inventory.subproject_of(asset) == review.subproject}
    return judged


def _cohort(inventory: Inventory, word: str) -> frozenset[str]:
    """The people of a cohort: those whose grants name it, and those of a team that is called so."""
    holders = {grant.holder for grant in inventory.entrusted.grants if grant.cohort == word}
    party = inventory.parties.get(word)
    return inventory.people([*holders, *([word] if party is not None and party.members else [])])


def _holder(row: Held) -> str:
    if row.party:
        return row.party
    if row.number:
        return f"github-id:{row.number}"
    return f"{row.place}:{row.who}".lower() if row.who else ""


def _blind(row: Held) -> str:
    if row.role == "organization":
        return f"held through the organization {row.who}, whose people the registry does not list"
    return row.detail if ": " in row.detail else NO_SOURCE


def _by_credential(
    inventory: Inventory, assets: Collection[str], cohort: frozenset[str] | None
) -> Iterator[tuple[str, str, Held]]:
    """Who can read a credential that opens what is reviewed; of a cohort, any credential."""
    for own in inventory.entrusted.credentials.values():
        asset = _opened(own, assets, f"project:{inventory.project}" if cohort is not None else "")
        for person in sorted(inventory.people(own.readers)) if asset else ():
            if cohort is None or person in cohort:
                role = f"can read the credential {own.id}"
                yield asset, person, Held(asset=asset, party=person, role=role, state="unseen", detail="declared")


def _opened(own: DeclaredCredential, assets: Collection[str], otherwise: str) -> str:
    return next((asset for asset in own.opens if asset in assets), otherwise)


def _question(inventory: Inventory, review: DeclaredReview, rows: list[Held], today: date) -> Question:
    first = min(rows, key=lambda row: _STATES.index(row.state))
    holder = _holder(first)
    answer = inventory.entrusted.answers.get((first.asset, holder))
    return Question(
        asset=first.asset,
        holder=holder,
        shown=_shown(inventory, first),
        roles=tuple(dict.fromkeys(_role(row) for row in rows if row.role)),
        state=first.state,
        seen=seen_stamp(first) if first.state == "seen" else "",
        reviewer=_reviewer(inventory, review, first.asset, holder),
        answer=answer,
        standing=_standing(review, answer, first, today),
    )


def _role(row: Held) -> str:
    """A role in words that stand alone: of a team which one, of an environment which."""
    if row.kind == kind_id(TeamMember):
        return f"{row.role.removesuffix(' of a team')} of {row.path}"
    return f"{row.role} of {row.path}" if row.kind == kind_id(DeploymentEnvironment) else row.role


def _shown(inventory: Inventory, row: Held) -> str:
    party = inventory.parties.get(row.party)
    if party is not None and party.name:
        return party.name
    return row.party or f"{row.place}:{row.who}, unknown to the register"


def _reviewer(inventory: Inventory, review: DeclaredReview, asset: str, holder: str) -> str:
    """Who is asked about a holder: their sponsor, else another who holds the asset, else who sees to the review."""
    sponsors = (g.sponsor for g in inventory.entrusted.granted(asset) if holder in inventory.people((g.holder,)))
    entry = inventory.entry(asset)
    holders = (h for role in entry.holders for h in role.holders) if entry is not None else ()
    for handles in (sponsors, holders, (review.by,), inventory.policy.security_team):
        for handle in handles:
            for person in _members(inventory, handle):
                if person != holder:
                    return person
    return ""


def _members(inventory: Inventory, handle: str) -> Iterable[str]:
    party = inventory.parties.get(handle)
    people = party.members if party is not None and party.members else (handle,)
    return (p for p in people if (own := inventory.parties.get(p)) is None or own.left is None)


def _standing(review: DeclaredReview, answer: DeclaredAnswer | None, row: Held, today: date) -> str:
    """How a question stands. An answer counts from the review's first day on, and not in one's own matter."""
    if answer is None or answer.seen < review.started or answer.seen > today:
        return OVERDUE if review.due < today else OPEN
    if answer.answer == DROP:
        return {"seen": TO_DROP, "missing": DROPPED}.get(row.state, DROP_UNSEEN)
    if answer.by == answer.holder:
        return OVERDUE if review.due < today else OPEN
    return CONFIRMED if answer.until >= today else EXPIRED
