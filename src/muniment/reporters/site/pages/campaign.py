"""A campaign's page: who is to go and by when, how fast it comes along, what slid back, what could not be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from muniment.publish.campaigns import CampaignPiece, SubjectPiece
from muniment.publish.pieces import LookPiece
from muniment.reporters.site.campaign_charts import burndown, line
from muniment.reporters.site.catalogue import Catalogue
from muniment.reporters.site.page import Page
from muniment.reporters.site.paths import campaign_path

READ = frozenset(
    {
        "member-two-factor",
        "organization-member",
        "organization-settings",
        "outside-collaborator",
        "outside-two-factor",
        "private-reporting",
    }
)
"""The kinds of evidence that campaigns rest on."""


class Balance(Struct, frozen=True, kw_only=True):
    """The subjects that these readers may know of: at the start, what became of them, and how many are left."""

    before: int
    joined: int
    complied: int
    left: int
    exempt: int
    cannot_see: int
    to_go: int


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every campaign of which these readers may know."""
    for campaign in catalogue.campaigns or ():
        yield Page(
            path=campaign_path(campaign.name),
            template="campaign.html",
            section="campaigns",
            facts=_facts(campaign),
            looks=looks_of(catalogue, campaign),
        )


def _facts(campaign: CampaignPiece) -> dict[str, Any]:
    by_state: defaultdict[str, list[SubjectPiece]] = defaultdict(list)
    for subject in campaign.subjects:
        by_state[subject.state].append(subject)
    return {
        "k": campaign,
        "b": balance(campaign),
        "to_go": tuple(sorted(by_state["to-go"], key=_by_name)),
        "hidden": tuple(_by_reason(by_state["cannot-see"])),
        "exempt": tuple(sorted(by_state["exempt"], key=_by_name)),
        "complied": tuple(sorted(by_state["complied"], key=_by_name)),
        "gone": tuple(sorted(by_state["left"], key=_by_name)),
        "line": line(campaign),
        "burndown": burndown(campaign),
        "next": next((s for s in campaign.stages if s.day > campaign.day), None),
        "due": sum(s.mail.due for s in campaign.stages if s.mail is not None) + sum(m.due for m in campaign.others),
        "late": _late(campaign),
    }


def balance(campaign: CampaignPiece) -> Balance:
    """The sums; each subject is in exactly one of the numbers after ``joined``."""
    states = [subject.state for subject in campaign.subjects]
    joined = sum(subject.joined for subject in campaign.subjects)
    return Balance(
        before=len(states) - joined,
        joined=joined,
        complied=states.count("complied"),
        left=states.count("left"),
        exempt=states.count("exempt"),
        cannot_see=states.count("cannot-see"),
        to_go=states.count("to-go"),
    )


def _late(campaign: CampaignPiece) -> int | None:
    """By how many days the pace of the last four weeks ends after the last day; ``None``: it does not say."""
    piece = campaign.burndown
    if piece is None or piece.zero_on is None or campaign.last_day is None:
        return None
    return (piece.zero_on - campaign.last_day).days


def _by_name(subject: SubjectPiece) -> tuple[str, str]:
    return ((subject.name or subject.login or subject.subject).casefold(), subject.subject)


def _by_reason(subjects: Iterable[SubjectPiece]) -> Iterator[tuple[str, tuple[SubjectPiece, ...]]]:
    """Those whom nobody can see, together where one right would show them, most first."""
    by_why: defaultdict[str, list[SubjectPiece]] = defaultdict(list)
    for subject in sorted(subjects, key=_by_name):
        by_why[subject.why].append(subject)
    for why, own in sorted(by_why.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield why, tuple(own)


def looks_of(catalogue: Catalogue, campaign: CampaignPiece) -> tuple[LookPiece, ...]:
    """The evidence that a campaign rests on."""
    return tuple(
        look for own in campaign.lines for look in catalogue.looks_at.get(own.asset, ()) if look.kind in READ
    )
