"""Writes what would be sent, to whom, before anything is: the messages of a day, and an owner's private list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct

from muniment.app.campaign.people import EMAIL, logins_of, readers, shown
from muniment.app.campaign.standing import Stands
from muniment.campaigns.message import THANK_YOU, Message, for_one
from muniment.campaigns.standing import Where
from muniment.campaigns.writing import Letterhead, write


class OwnersLine(Struct, frozen=True):
    """One person on an owner's private list. ``news``: that they had it before, or joined since it began."""

    person: str
    login: str
    role: str
    problem: str
    since: date
    news: str
    elsewhere: str


def messages(found: Stands, channel: str) -> tuple[Message, ...]:
    """The messages that are due, written for a channel; those without ``to`` reach nobody."""
    inventory, ground = found.looked.book.inventory, found.looked.ground
    head = Letterhead(
        campaign=found.standings.campaign,
        project=inventory.name,
        channel=channel,
        today=found.standings.today,
    )
    subjects = {s.subject: s for s in found.standings.subjects}
    whom = {s for one in found.due for s in (one.subject, *one.people)}
    reached = readers(whom, found.kind, inventory, ground, channel, found.standings.today)
    return tuple(write(head, one, subjects, reached) for one in found.due)


def shared_addresses(found: Stands, due: Iterable[Message]) -> Iterator[str]:
    """A line for each mail address that a message goes to and that is of several people of the register.

    What is said to one of them in private is read by the others. The address itself is not told.
    """
    people: defaultdict[str, set[str]] = defaultdict(set)
    for handle, party in found.looked.book.inventory.parties.items():
        for account in party.accounts:
            if account.place == EMAIL:
                people[account.login.strip().casefold()].add(handle)
    for address in sorted({m.to.strip().casefold() for m in due if m.channel == EMAIL and m.to}):
        if len(own := people.get(address, set())) > 1:
            yield f"One mail address is that of several people of the register: {', '.join(sorted(own))}"


def for_owner(found: Stands, organization: str) -> str:
    """The marking of an owner's private list: to whoever took it on to ask, else to an owner of the place."""
    inventory, line = found.looked.book.inventory, {o.asset: o for o in found.standings.organizations}[organization]
    party = inventory.parties.get(line.owner)
    name = (party.name or party.handle) if party is not None else line.owner
    return for_one(found.marking, name or f"an owner of {organization.rpartition('/')[2]}")


def owners_list(found: Stands, organization: str) -> Iterator[OwnersLine]:
    """Who is to go in one organization, for the owner who asks them. As closed as the campaign."""
    inventory, ground = found.looked.book.inventory, found.looked.ground
    thanked = {post.subject for post in found.posted if post.stage == THANK_YOU and post.state != "refused"}
    for standing in found.standings.of(Where.TO_GO):
        here = [t for t in standing.ties if t.asset == organization and t.is_open and not t.unseen]
        if not here:
            continue
        elsewhere = [asset for asset in standing.open_assets if asset != organization]
        yield OwnersLine(
            person=shown(standing.subject, inventory, ground),
            login=next(iter(logins_of(standing.subject, ground)), ""),
            role=next((t.role for t in here if t.role), "member"),
            problem="no second factor" if any("without" in t.check for t in here) else "a text message will do",
            since=standing.since,
            news="once more" if standing.again or standing.subject in thanked else "new" if standing.joined else "",
            elsewhere=", ".join(asset.rpartition("/")[2] for asset in elsewhere),
        )
