"""One message of a campaign, ready to be shown or sent: who is told what, through which channel, and only once."""

from __future__ import annotations

from msgspec import Struct

from muniment.model.text import plain
from muniment.model.tlp import Marking

THANK_YOU = "thank-you"
"""The stage of a message to somebody who complied."""

FELL_BACK = "fell-back"
"""How the stage of a message begins to somebody who was thanked and has it no more: ``fell-back-2027-02-20``."""

TO_OWNER = "to-owner"
"""How the stage of a message begins that an owner gets in the place of their people: ``to-owner-announcement``."""

ADDED = "added"
"""How it goes on if it is due because somebody is new on the list: ``to-owner-added-2027-02-20-0930``."""

UNSURE = "not sure whose account it is: pin github-id (muniment sync proposes it)"
"""Why nothing leaves about an account that only its login ties to a person of the register."""


class Message(Struct, frozen=True, kw_only=True):
    """What one subject is told at one stage of a campaign.

    ``key`` is CAMPAIGN/SUBJECT/STAGE: a key that was ever handed over is never handed over again. ``subject`` is
    ``github-id:NUMBER`` for a person (a number keeps its person, names change), an asset, a subproject, or the
    handle of an owner. ``channel`` is ``email``, ``github-issue``, ``csv`` or ``chat``; ``to`` an address, a login
    or a team to mention, or the name of a file; empty: nowhere is known, or ``unsure`` says why it is not known
    whose account the subject is, so that nothing leaves. ``reader`` is whom it is for, by name. ``text`` is plain
    text, ``markdown`` the same for places that show it. At least AMBER.
    """

    key: str
    campaign: str
    subject: str
    stage: str
    channel: str
    to: str
    title: str
    text: str
    markdown: str
    marking: Marking
    unsure: str = ""
    reader: str = ""

    @property
    def shown_to(self) -> str:
        """Where it goes, as it may be shown: ``a…@example.org``."""
        return redacted(self.to)

    @property
    def label(self) -> str:
        """What stands at its head: its level, and for whom it is. It was made for one reader, and so names them."""
        return for_one(self.marking, self.reader)


def for_one(marking: Marking, reader: str) -> str:
    """The marking of what a council makes for one reader: its level, to them; without a name as it is."""
    name = plain(reader, 100)
    return f"{marking.level.label} (to: {name} and the council)" if name else marking.label


def redacted(address: str) -> str:
    """An address of which the name is cut to its first letter; what is no address stays."""
    name, at, host = plain(address, 320).rpartition("@")
    return f"{name[:1]}…@{host}" if at and name else plain(address, 320)


def key_of(campaign: str, subject: str, stage: str) -> str:
    """A message's key."""
    return f"{campaign}/{subject}/{stage}"
