"""Who the subjects of a campaign are by the register, and where they are reached; and whom a word means."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from muniment.app.access import named
from muniment.app.find import among
from muniment.campaigns.kind import CampaignKind
from muniment.campaigns.log import Campaign
from muniment.campaigns.message import UNSURE
from muniment.campaigns.subjects import NOBODY, NUMBER, Ground, number_of
from muniment.campaigns.writing import Reader
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.asset import canonical
from muniment.model.errors import UsageError
from muniment.model.tlp import Marking
from muniment.register.inventory import Inventory

EMAIL = "email"
CHAT = "chat"
LIST = "csv"
GITHUB = "github"


def handle_of(subject: str, inventory: Inventory, ground: Ground) -> str:
    """The register's handle of a subject that is a person; empty: it does not know them."""
    number = number_of(subject)
    if number is None:
        return subject if subject in inventory.parties else ""
    handles = (inventory.person_at_github(number, login) for login in (*logins_of(subject, ground), ""))
    return next((handle for handle in handles if handle), "")


def logins_of(subject: str, ground: Ground) -> tuple[str, ...]:
    """The logins under which organizations list an account."""
    number = number_of(subject)
    held = ground.held.get(number, ()) if number is not None else ()
    return tuple(dict.fromkeys(h.login for h in held))


def shown(subject: str, inventory: Inventory, ground: Ground) -> str:
    """A subject as a table shows it: the handle, else the login, with GitHub's number."""
    if number_of(subject) is None:
        return subject
    handle = handle_of(subject, inventory, ground)
    login = next(iter(logins_of(subject, ground)), "")
    names = " ".join(dict.fromkeys(name for name in (handle, f"@{login}" if login else "") if name))
    return f"{names} ({subject})" if names else subject


def readers(
    subjects: Iterable[str], kind: CampaignKind, inventory: Inventory, ground: Ground, channel: str, today: date
) -> Mapping[str, Reader]:
    """Whom messages are for: the subproject, or that of the repository; people by account or handle.

    An owner who has left by ``today`` is reached nowhere: a list of other people's accounts is not theirs any more.

    ``channel`` decides what ``to`` is: a mail address, a login on GitHub, a name to be called by in a chat, the
    list that a line goes to (an owner's own, else ``people.csv``), or the account at a place of the channel's name.

    What the register says of a person, name and addresses, is for the account whose number it pins. A login alone
    may be somebody else's by now: then nothing but the account itself is reached, where the channel does that.
    """
    if kind.subjects == "subprojects":
        return {subject: _subproject(subject, inventory, channel) for subject in subjects}
    if kind.subjects == "repositories":
        return {subject: _subproject(inventory.subproject_of(subject), inventory, channel) for subject in subjects}
    return {subject: _reader(subject, inventory, ground, channel, today) for subject in subjects}


def _subproject(subject: str, inventory: Inventory, channel: str) -> Reader:
    declared = inventory.subprojects.get(subject)
    contact = declared.contact.removeprefix("mailto:") if declared is not None else ""
    name = declared.name if declared is not None else inventory.name
    mail = contact if "@" in contact and "/" not in contact else ""
    to = {EMAIL: mail, CHAT: name, LIST: f"{declared.id}.csv" if declared is not None else ""}.get(channel, "")
    return Reader(name, "", to)


def _reader(subject: str, inventory: Inventory, ground: Ground, channel: str, today: date) -> Reader:
    party = inventory.parties.get(handle_of(subject, inventory, ground))
    owner = number_of(subject) is None and party is not None
    # Of an account that was seen only the login that it has counts: the register's may be somebody else's by now.
    login = _account(party, GITHUB) if owner else next(iter(logins_of(subject, ground)), "")
    unsure = ""
    if party is not None and not owner and party.github_id is None:
        party, unsure = None, UNSURE
    name = party.name if party is not None else ""
    if owner and has_left(party, today):
        return Reader(name, login, "")
    places = {
        EMAIL: _account(party, EMAIL),
        "github-issue": login,
        CHAT: name or login,
        LIST: f"{subject}.csv" if owner else "people.csv",
    }
    to = places.get(channel) or _account(party, channel)
    return Reader(name, login, to, "" if to else unsure)


def themselves(campaign: Campaign, inventory: Inventory) -> dict[str, str]:
    """The owners who ask their people, by the subjects that they are, as far as the register pins a number."""
    parties = (inventory.parties.get(handle) for _, handle in campaign.delegated)
    return {
        f"{NUMBER}:{party.github_id}": party.handle
        for party in parties
        if party is not None and party.github_id is not None
    }


def has_left(party: DeclaredParty | None, today: date) -> bool:
    """True if the register says that a person left the project, by a day."""
    return party is not None and party.left is not None and party.left <= today


def _account(party: DeclaredParty | None, place: str) -> str:
    return next((a.login for a in party.accounts if a.place == place), "") if party is not None else ""


def subject_named(
    word: str,
    kind: CampaignKind,
    inventory: Inventory,
    ground: Ground,
    whole: Marking,
    decided: Collection[str] = (),
) -> str:
    """The subject that a word means: a subproject, an asset, or a handle, ``github:LOGIN``, ``github-id:NUMBER``.

    ``whole`` is the marking of the register with its people, ``decided`` are subjects about whom the campaign's log
    says something already, whether or not they are seen now.

    Raises:
        UsageError: it means nothing of the kind's, or somebody whose number on GitHub nobody has seen or pinned.
    """
    match kind.subjects:
        case "subprojects":
            return word if word == NOBODY else among(word, inventory.subprojects, "subproject")
        case "repositories":
            return among(canonical(word), inventory.known, "asset in the register:")
        case "people":
            return _person(word, inventory, ground, whole, decided)


def _person(word: str, inventory: Inventory, ground: Ground, whole: Marking, decided: Collection[str]) -> str:
    whom = named(inventory, word, whole)
    if whom.number:
        subject = f"{NUMBER}:{whom.number}"
        if subject not in decided and not _was_seen(whom.number, ground):
            raise UsageError(
                f"nobody ever saw the number {whom.number}: no organization of the project's lists it",
                hint="muniment campaign status shows everybody with their number",
            )
        return subject
    party = inventory.parties.get(whom.handle)
    if party is not None and party.github_id is not None:
        return f"{NUMBER}:{party.github_id}"
    accounts = party.accounts if party is not None else ()
    logins = {a.login.lower() for a in accounts if a.place == GITHUB}
    logins |= {whom.account.partition(":")[2]} if whom.account.startswith(f"{GITHUB}:") else set()
    numbers = {n for n, held in ground.held.items() if any(h.login.lower() in logins for h in held)}
    if party is not None and logins:
        raise _unpinned(party.handle, sorted(logins), sorted(numbers))
    if len(numbers) == 1:
        return f"{NUMBER}:{numbers.pop()}"
    told = "several accounts" if numbers else "no account that was seen"
    raise UsageError(f"{word!r} is {told} on GitHub", hint="name the account by its number: github-id:4711")


def _was_seen(number: int, ground: Ground) -> bool:
    """True if an organization listed an account, or a check ever found something about it."""
    return number in ground.held or any(finding.id.key == str(number) for finding in ground.findings)


def _unpinned(handle: str, logins: Sequence[str], numbers: Sequence[int]) -> UsageError:
    """That the register gives somebody a login alone, which may be another's by now."""
    said = f"the register pins no number for {handle}, and the login {logins[0]} may have changed hands"
    if not numbers:
        return UsageError(said, hint=f"write github-id under parties › {handle}")
    seen = " or ".join(str(number) for number in numbers)
    first = numbers[0]
    return UsageError(
        said,
        hint=f"it goes by the number {seen} today: ask {handle}, then write github-id: {first} under parties › "
        f"{handle}, or name the account itself: github-id:{first}",
    )
