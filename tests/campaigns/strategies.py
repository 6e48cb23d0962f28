"""Campaigns, subjects and messages as hypothesis makes them up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from muniment.campaigns.kind import NINETY_DAYS
from muniment.campaigns.log import Campaign, Logged, Paused, Resumed, Started, fold
from muniment.campaigns.message import key_of
from muniment.campaigns.posted import Posted
from muniment.campaigns.standing import Standing, Tie, Where
from muniment.model.tlp import TLP, Marking

BEGAN = datetime(2026, 3, 2, 18, tzinfo=UTC)
DAY = timedelta(days=1)
ORGANIZATIONS = tuple(f"github:org/callisto-{n}" for n in range(4))
CHECKS = (
    "access/member-without-two-factor",
    "access/member-with-insecure-two-factor",
    "access/outside-collaborator-without-two-factor",
)


def started(gap: int = 14) -> Started:
    return Started(BEGAN, "ada", "two-factor", NINETY_DAYS, gap)


def campaign(*events: Logged, gap: int = 14) -> Campaign:
    found = fold("two-factor", (started(gap), *events))
    assert found is not None
    return found


def on(day: int) -> date:
    return (BEGAN + day * DAY).date()


def posted(subject: str, stage: str, day: int, state: str = "sent") -> Posted:
    at = BEGAN + day * DAY
    return Posted(
        key=key_of("two-factor", subject, stage),
        campaign="two-factor",
        subject=subject,
        stage=stage,
        channel="email",
        shown_to="n…@people.example",
        state=state,  # type: ignore[arg-type]
        at=at,
        settled_at=at,
    )


def subject(name: str, where: Where = Where.TO_GO, organizations: tuple[str, ...] = ORGANIZATIONS[:1]) -> Standing:
    is_open = where is not Where.COMPLIED
    ties = tuple(
        Tie(asset, CHECKS[0], "member", is_open, "seen last in May" if where is Where.CANNOT_SEE else "")
        for asset in organizations
    )
    return Standing(
        subject=name,
        where=where,
        since_at=BEGAN,
        ties=ties,
        joined=False,
        again=False,
        marking=Marking(TLP.AMBER),
    )


@st.composite
def subjects(draw: st.DrawFn) -> tuple[Standing, ...]:
    """Some people, each in one to four organizations."""
    numbers = draw(st.lists(st.integers(1, 40), unique=True, max_size=6))
    return tuple(
        subject(
            f"github-id:{n}",
            draw(st.sampled_from(list(Where))),
            tuple(draw(st.lists(st.sampled_from(ORGANIZATIONS), min_size=1, unique=True))),
        )
        for n in sorted(numbers)
    )


@st.composite
def pauses(draw: st.DrawFn) -> tuple[Logged, ...]:
    """Pauses that follow one another, the last of which may last."""
    hours = sorted(draw(st.lists(st.integers(1, 24 * 120), unique=True, max_size=6)))
    events: list[Logged] = []
    for n, hour in enumerate(hours):
        at = BEGAN + timedelta(hours=hour)
        events.append(Resumed(at, "ada") if n % 2 else Paused(at, "ada"))
    return tuple(events)
