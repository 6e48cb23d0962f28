"""Finds accounts that may write in an organization and of which nothing was seen for long."""

from __future__ import annotations

from datetime import date

from muniment.checks.declaration import Each, Example, Today, check
from muniment.evidence.account_standing import AccountStanding
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.activity import Active, CannotTell, Sighting, Vouch, activity
from muniment.model.party import Account
from muniment.model.verdict import Fail, Pass, Problem, Reason, Unknown
from muniment.register.inventory import Inventory

_LONG_AGO = date(2024, 12, 1)


def _kofi(*sightings: Sighting, came: date | None = date(2025, 1, 1)) -> AccountStanding:
    return AccountStanding(id=6, login="kofi-example", writes=("team core",), came=came, sightings=sightings)


def _in(scope: str, month: date | None, why: str = "") -> Sighting:
    return Sighting(source=f"github:org/{scope}", month=month, whole=not why, why=why, since=date(2024, 3, 1))


def _pushed(month: date | None, why: str = "") -> Sighting:
    what = "pushed to callisto/hub" if month is not None else ""
    return Sighting(source="repository activity", what=what, month=month, whole=not why, why=why)


def _vouched(by: str, until: date) -> DeclaredParty:
    account = (Account("github", "kofi-example"),)
    return DeclaredParty(handle="kofi", accounts=account, vouch=Vouch(by, "answers every report by mail", until))


_ASSET = "github:org/callisto"


@check(
    title="Account may write and was not active for long",
    severity="medium",
    controls=("OSPS-AC-04.01",),
    examples=(
        Example(
            name="Seen half a year ago",
            asset=_ASSET,
            given=(_kofi(_in("callisto", date(2025, 9, 1))),),
            expect=Pass,
        ),
        Example(
            name="Last seen a year and more ago by every source",
            asset=_ASSET,
            given=(_kofi(_in("callisto", _LONG_AGO)),),
            expect=Fail,
            keys=("6",),
        ),
        Example(
            name="Active in another organization of the project",
            asset=_ASSET,
            given=(_kofi(_in("callisto", None), _in("callisto-harbour", date(2026, 2, 1))),),
            expect=Pass,
        ),
        Example(
            name="What they do in another organization was not seen",
            asset=_ASSET,
            given=(_kofi(_in("callisto", None), _in("callisto-harbour", None, "it was denied")),),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Merges what others wrote, which is no contribution and moves a branch all the same",
            asset=_ASSET,
            given=(_kofi(_in("callisto", None), _pushed(date(2026, 2, 1))),),
            expect=Pass,
        ),
        Example(
            name="One of the repositories could not be read",
            asset=_ASSET,
            given=(_kofi(_in("callisto", None), _pushed(None, "callisto/hub, the newest look failed")),),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="New here, and has done nothing yet",
            asset=_ASSET,
            given=(_kofi(_in("callisto", None), came=date(2026, 1, 20)),),
            expect=Unknown,
            reason=Reason.PARTIAL,
        ),
        Example(
            name="Somebody else vouches for them",
            asset=_ASSET,
            given=(_kofi(_in("callisto", _LONG_AGO)),),
            register=(_vouched("ada", date(2026, 12, 31)),),
            expect=Pass,
        ),
        Example(
            name="The word of somebody else has run out",
            asset=_ASSET,
            given=(_kofi(_in("callisto", _LONG_AGO)),),
            register=(_vouched("ada", date(2026, 2, 28)),),
            expect=Fail,
            keys=("6",),
        ),
        Example(
            name="One's own word does not count",
            asset=_ASSET,
            given=(_kofi(_in("callisto", _LONG_AGO)),),
            register=(_vouched("kofi", date(2026, 12, 31)),),
            expect=Fail,
            keys=("6",),
        ),
    ),
)
def inactive_with_write_access(
    account: Each[AccountStanding], inventory: Inventory, today: Today
) -> Problem | Unknown | None:
    """An account that may write has shown no sign of life for the policy's `inactive-after` days.

    ## What it does

    For each account that may push to a repository of the organization (as an owner, through a team, by a role, by
    what every member may, or by a grant of its own) it sets beside each other what every source saw: contributions
    to each of the project's organizations in which the account was seen, of all accounts of the person, pushes to
    their public repositories, uploads to npm, and what the person signed in the register. One sign is enough. An
    account is called inactive only if each of these sources was seen to its end, goes back far enough, and shows
    nothing later: a repository that was asked about and not read leaves the answer open. Commits of local clones
    are claims, since whoever makes one writes its date: a late one leaves the answer open.

    ## Why it matters

    Nobody notices when an account that nobody uses is taken over. The person behind it may have lost the phone
    that its second factor was on, or the address that its password is reset by.

    ## How to fix

    Ask the person. If they do not need the right any more, thank them and take it back: they can have it again. If
    they are active where no source looks, another person writes that into the register, with an end:

        parties:
          kofi:
            active: {by: ada, reason: answers every report by mail, until: 2026-12-31}

    ## What is not judged

    People who came less than `new-for` days ago, and machines (`bot: true`). Comments, labels and releases are in
    no list of GitHub's: who only does these is found here, and is to be vouched for.
    """
    handle = inventory.person_at_github(account.id, account.login) or ""
    party = inventory.parties.get(handle)
    if party is not None and party.bot:
        return None
    found = activity(
        account.sightings,
        policy=inventory.policy,
        today=today,
        came=account.came,
        vouch=party.vouch if party is not None else None,
        handle=handle,
    )
    match found:
        case Active():
            return None
        case CannotTell():
            return Unknown(Reason.PARTIAL, f"{account.login}: {found.told}")
        case _:
            by = ", ".join(account.writes[:3]) + (" …" if len(account.writes) > 3 else "")
            text = f"{account.login} may write here ({by}), and is {found.told}: ask them, or take the right back"
            return Problem(text)
