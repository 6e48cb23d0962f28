"""Who and what a campaign is about, and how much of it was seen: the ground that its standing is computed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from muniment.campaigns.kind import Subjects
from muniment.ledger.finding import Finding
from muniment.model.tlp import RED, Marking

NUMBER = "github-id"
"""The place of GitHub's numbers, as the register and the command line write it."""

NOBODY = "shared"
"""The subject of what no subproject in particular answers for."""


class Sight(Struct, frozen=True):
    """What a check's newest answer about an asset is worth.

    ``whole``: by evidence that is complete and fresh; else ``why`` not. ``failing`` are the keys that fail by it,
    ``unclear`` those that were seen and could not be judged, ``passing`` those that were seen and cleared.
    ``passed``: the answer is that nothing is wrong, which silence is not. ``applies``: the check is about it.
    ``seen_at`` is when its oldest evidence was seen, ``asked_at`` when the list with the keys was, ``marking`` that
    of all of it.
    """

    whole: bool
    why: str = ""
    failing: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    passed: bool = False
    applies: bool = True
    seen_at: datetime | None = None
    asked_at: datetime | None = None
    marking: Marking = RED


UNASKED = Sight(False, "nobody has asked yet")


class Held(Struct, frozen=True, order=True):
    """That an account belongs to an organization: ``owner``, ``member``, ``outside collaborator``, or empty.

    ``seen_at``: the newest look that shows it; ``None``: as new as any.
    """

    organization: str
    role: str
    login: str
    seen_at: datetime | None = None


class Change(Struct, frozen=True, gc=False):
    """That a finding of a subject opened or closed in a run."""

    at: datetime
    subject: str
    finding: int
    opened: bool


class Ground(Struct, frozen=True):
    """Everything that a campaign's standing is computed from.

    Args:
        findings: of the checks of its kind, the fixed ones too.
        changes: their openings and closings, oldest first.
        sights: by check and asset.
        held: who belongs where, by GitHub's number.
        listed: the organizations of which all people were seen, and lately.
        organizations: those that are looked at.
        required: which of them require a second factor; none of them: nobody could see it.
        runs_after: when the next run began, by run; the newest one has none.
        asked_at: when a check's list was asked for, by run, check and asset, as far as it may matter.
        answers_for: the subject that answers for each asset that is looked at, where subjects are no people.
    """

    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]
    sights: Mapping[tuple[str, str], Sight]
    held: Mapping[int, tuple[Held, ...]] = {}
    listed: frozenset[str] = frozenset()
    organizations: tuple[str, ...] = ()
    required: Mapping[str, bool] = {}
    runs_after: Mapping[int, datetime] = {}
    asked_at: Mapping[tuple[int, str, str], datetime] = {}
    answers_for: Mapping[str, str] = {}


def subject_of(subjects: Subjects, asset: str, key: str, subproject: str) -> str:
    """The subject that a finding belongs to."""
    match subjects:
        case "people":
            return f"{NUMBER}:{key}"
        case "repositories":
            return asset
        case "subprojects":
            return subproject or NOBODY


def number_of(subject: str) -> int | None:
    """GitHub's number of a subject that is a person."""
    place, _, number = subject.partition(":")
    return int(number) if place == NUMBER and number.lstrip("-").isdecimal() else None


def by_day(changes: tuple[Change, ...], since: date, until: date) -> dict[date, frozenset[str]]:
    """The subjects with an open finding at the end of each day."""
    open_: dict[str, set[int]] = {}
    found: dict[date, frozenset[str]] = {}
    rest = iter(changes)
    change = next(rest, None)
    day = since
    now: frozenset[str] | None = None
    while day <= until:
        while change is not None and change.at.date() <= day:
            own = open_.setdefault(change.subject, set())
            (own.add if change.opened else own.discard)(change.finding)
            change, now = next(rest, None), None
        if now is None:
            now = frozenset(subject for subject, own in open_.items() if own)
        found[day] = now
        day = date.fromordinal(day.toordinal() + 1)
    return found


def unbroken(changes: tuple[Change, ...]) -> dict[str, datetime]:
    """Since when each subject has had something open without a break; the newest time, if it has nothing open now.

    What opens in the run in which the last of it closes goes on: whoever adds a text message where there was no
    factor at all was not done in between.
    """
    open_: dict[str, set[int]] = {}
    began: dict[str, datetime] = {}
    emptied: dict[str, datetime] = {}
    for change in changes:
        own = open_.setdefault(change.subject, set())
        if change.opened:
            if not own and emptied.get(change.subject) != change.at:
                began[change.subject] = change.at
            own.add(change.finding)
        else:
            own.discard(change.finding)
            if not own:
                emptied[change.subject] = change.at
    return began
