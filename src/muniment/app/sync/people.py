"""People whose accounts at GitHub are not what the register says. Logins change hands, numbers do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from muniment.app.sync.drifting import Found, Proof, Question
from muniment.app.sync.looking import Looking
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_member import OrganizationMember
from muniment.register.changing import Put, Set

READS: tuple[type[Evidence], ...] = (OrganizationMember,)

PARTIES = "parties"


class _Seen:
    """The accounts that the members' lists name: logins by number, numbers by login, and who showed them."""

    def __init__(self, looking: Looking) -> None:
        self.logins: dict[int, dict[str, Proof]] = defaultdict(dict)
        self.numbers: dict[str, dict[int, Proof]] = defaultdict(dict)
        for _, sight, member in looking.sights.facts(OrganizationMember):
            if member.id > 0:  # below are tombstones
                self.logins[member.id].setdefault(member.login, sight.proof)
                self.numbers[member.login.lower()].setdefault(member.id, sight.proof)


def people(looking: Looking) -> Iterator[Found]:
    """Numbers that are not pinned yet, and logins of pinned numbers that have changed."""
    seen = _Seen(looking)
    for party in sorted(looking.inventory.parties.values(), key=lambda p: p.handle):
        logins = [account.login for account in party.accounts if account.place == "github"]
        if party.members or party.where is None:
            continue
        if party.github_id is not None:
            yield from _changed(looking, party, party.github_id, logins, seen)
        elif len(logins) == 1:
            yield from _pinned(looking, party, logins[0], seen)


def _pinned(looking: Looking, party: DeclaredParty, login: str, seen: _Seen) -> Iterator[Found]:
    numbers = seen.numbers.get(login.lower(), {})
    about = f"pin:{party.handle}"
    if len(numbers) != 1:
        if numbers:
            (proof, *_) = numbers.values()
            yield Question(
                about, "the lists of members show several numbers for the login: look again", proof.marking
            )
        return
    ((number, proof),) = numbers.items()
    before = sorted(looking.numbers_of.get(login.lower(), frozenset()) - {number})
    if before:
        said = (
            f"the login {login} of {party.handle} had the number {before[0]} before, and has {number} now: which "
            "of the two is theirs? Write it as github-id"
        )
        yield Question(about, said, proof.marking)
        return
    other = looking.inventory.by_github_id.get(number)
    if other is not None:
        yield Question(about, f"the number of the login is pinned for {other}: whose is it?", proof.marking)
        return
    assert party.where is not None
    why = f"The login {login} of {party.handle} has the number {number}, which stays when a login changes hands."
    edit = Put(party.where.file, (PARTIES, party.handle), "github-id", number)
    yield looking.changed(about, why, (proof,), edit)


def _changed(
    looking: Looking, party: DeclaredParty, number: int, logins: list[str], seen: _Seen
) -> Iterator[Found]:
    about = f"login:{party.handle}"
    for login in logins:
        for other, proof in seen.numbers.get(login.lower(), {}).items():
            if other != number:
                said = (
                    f"refused: the login {login} of {party.handle} has the number {other} now, and {number} is "
                    "pinned: it is somebody else's. Nothing is taken from it"
                )
                yield Question(about, said, proof.marking)
    now = seen.logins.get(number, {})
    if not now or {login.lower() for login in now} & {login.lower() for login in logins}:
        return
    (proof, *_) = now.values()
    if len(now) > 1 or len(logins) != 1:
        yield Question(
            about, f"the number {number} goes by {' and '.join(sorted(now))} now: write it", proof.marking
        )
        return
    (login,) = now
    holder = looking.inventory.party_of("github", login)
    if holder is not None:
        yield Question(
            about, f"the number {number} goes by {login} now, which is {holder}'s: whose?", proof.marking
        )
        return
    assert party.where is not None
    why = f"The number {number}, pinned for {party.handle}, goes by the login {login} now."
    path = (PARTIES, party.handle, "accounts", "github")
    yield looking.changed(about, why, (proof,), Set(party.where.file, path, login))
