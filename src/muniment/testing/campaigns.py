"""Made-up campaigns of Project Callisto: one on its 58th day, one that was closed, and one that nobody can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from muniment.campaigns.kind import NINETY_DAYS
from muniment.model.tlp import TLP, Marking
from muniment.publish.campaigns import (
    COUNCIL_ALONE,
    BurndownPiece,
    CampaignPiece,
    LinePiece,
    MailPiece,
    ReasonPiece,
    SlidPiece,
    StagePiece,
    SubjectPiece,
    SumPiece,
    TiePiece,
    UnsettledPiece,
)

BEGAN = date(2026, 4, 17)
TODAY = date(2026, 6, 14)
NONE, TEXT = "no second factor", "a text message will do"
AMBER = Marking(TLP.AMBER)

_ORGANIZATIONS = {
    "github:org/callisto": "foundations",
    "github:org/callisto-harbour": "harbour",
    "github:org/mooring-hub": "harbour",
    "github:org/quarry-connectors": "quarry",
}
_LOGINS = (
    "tidepool",
    "saltmarsh",
    "lanternfish",
    "breakwater",
    "gullwing",
    "driftnet",
    "kelpforest",
    "foghorn",
    "sandbar",
    "halyard",
    "capstan",
    "bowsprit",
    "shearwater",
    "plover",
    "whelk",
    "cormorant",
)
_STATES = ("to-go",) * 8 + ("complied",) * 9 + ("cannot-see",) * 3 + ("left", "exempt")


def campaigns() -> tuple[CampaignPiece, ...]:
    """All three."""
    return (two_factor(), closed(), untold())


def two_factor() -> CampaignPiece:
    """The one that runs: some to go, some done, some out of sight, and one message that somebody has to settle."""
    subjects = tuple(_subjects())
    states = Counter(s.state for s in subjects)
    return CampaignPiece(
        marking=AMBER,
        name="two-factor",
        title="A second factor for everybody",
        family="people",
        state="running",
        began=BEGAN,
        by="priska",
        today=TODAY,
        day=(TODAY - BEGAN).days,
        days=90,
        last_day=BEGAN + timedelta(days=90),
        checks=("demo/single-owner", "demo/undeclared-package"),
        stages=tuple(
            StagePiece(
                marking=AMBER,
                title=stage.title,
                day=stage.day,
                on=BEGAN + timedelta(days=stage.day),
                mail=MailPiece(
                    marking=COUNCIL_ALONE,
                    title=stage.title,
                    sent={0: 20, 30: 12}.get(stage.day, 0),
                    uncertain=int(stage.day == 30),
                    due=2 * (stage.day == 30),
                ),
            )
            for stage in NINETY_DAYS
        ),
        others=(MailPiece(marking=COUNCIL_ALONE, title="Thanks", sent=8, due=1),),
        subjects=subjects,
        lines=tuple(_lines(subjects)),
        slid=tuple(_slid()),
        burndown=_burndown(states["to-go"] + states["cannot-see"], states["cannot-see"]),
        unsettled=(
            UnsettledPiece(
                marking=COUNCIL_ALONE,
                key="two-factor/github-id:7003/first-reminder",
                shown_to="t…@callisto.example",
                state="uncertain",
                detail="the server took it and hung up before it said so",
                at=datetime(2026, 5, 17, 9, 30, tzinfo=UTC),
            ),
        ),
        open_to_all=SumPiece(
            marking=COUNCIL_ALONE,
            done=states["complied"] + states["left"],
            to_go=states["to-go"] + states["exempt"],
            cannot_see=states["cannot-see"],
        ),
    )


def closed() -> CampaignPiece:
    """One that was closed long ago; who stood where is told no more."""
    began = date(2025, 2, 3)
    return CampaignPiece(
        marking=AMBER,
        name="private-reporting",
        title="Private vulnerability reporting everywhere",
        family="subprojects",
        state="closed",
        began=began,
        by="marit",
        today=TODAY,
        day=81,
        days=90,
        last_day=began + timedelta(days=90),
        ended=began + timedelta(days=81),
        stages=tuple(
            StagePiece(marking=AMBER, title=s.title, day=s.day, on=began + timedelta(days=s.day))
            for s in NINETY_DAYS
        ),
        subjects=tuple(
            SubjectPiece(
                marking=AMBER,
                subject=id,
                state=state,
                since=began + timedelta(days=20),
                ties=(
                    TiePiece(
                        marking=AMBER,
                        asset=asset,
                        role="",
                        problem="private reporting is off",
                        is_open=state == "to-go",
                    ),
                ),
            )
            for id, asset, state in (
                ("harbour", "github:repo/callisto-harbour/harbour", "complied"),
                ("lodestar", "github:repo/callisto/lodestar", "to-go"),
            )
        ),
    )


def untold() -> CampaignPiece:
    """One of a kind that is not installed."""
    return CampaignPiece(
        marking=AMBER,
        name="sign-your-work",
        title="sign-your-work",
        family="",
        state="untold",
        began=date(2024, 9, 1),
        by="priska",
        today=TODAY,
        why="sign-your-work is of a kind that is not known here: signing",
    )


_KNOWN = {
    0: ("bertil", "Bertil Aune"),
    5: ("joss", "Joss Amaranth"),
    9: ("anselm", "Anselm Quaye"),
    18: ("marit", "Marit Szymborska-Ellery"),
}


def _subjects() -> Iterator[SubjectPiece]:
    assets = tuple(_ORGANIZATIONS)
    for n, state in enumerate(_STATES):
        own = {assets[n % 4]} | ({assets[(n + 1) % 4]} if n % 5 == 0 else set())
        recipients = frozenset(_ORGANIZATIONS[asset] for asset in own)
        marking = Marking(TLP.AMBER, recipients if len(recipients) == 1 else frozenset())
        handle, name = _KNOWN.get(n, ("", ""))
        yield SubjectPiece(
            marking=marking,
            subject=f"github-id:{7000 + n}",
            state=state,
            since=BEGAN - timedelta(days=40 - n) if n % 6 else BEGAN + timedelta(days=20 + n),
            handle=handle,
            name=name,
            login=_LOGINS[n % len(_LOGINS)] + ("" if n < len(_LOGINS) else "-2"),
            joined=n % 6 == 0,
            again=n == 4,
            why="the newest evidence is older than the policy allows" if state == "cannot-see" else "",
            reason=ReasonPiece(marking=COUNCIL_ALONE, words="until 2026-08-31 by priska: at sea, without a network")
            if state == "exempt"
            else None,
            ties=tuple(
                TiePiece(
                    marking=marking,
                    asset=asset,
                    role="outside collaborator" if n % 4 == 3 else "owner" if n % 7 == 0 else "member",
                    problem=TEXT if n % 3 == 0 else NONE,
                    is_open=state in ("to-go", "cannot-see", "exempt"),
                    unseen="seen in part" if state == "cannot-see" else "",
                )
                for asset in sorted(own)
            ),
            asked_by=("bertil",) if state == "to-go" and own == {"github:org/callisto-harbour"} else (),
            told="" if n in (1, 6) else "First reminder",
            told_on=None if n in (1, 6) else date(2026, 5, 17),
            unsure=n == 3,
        )


def _lines(subjects: tuple[SubjectPiece, ...]) -> Iterator[LinePiece]:
    for asset, subproject in _ORGANIZATIONS.items():
        here = [s for s in subjects if any(t.asset == asset for t in s.ties)]
        states = Counter(s.state for s in here)
        open_ = [t for s in here if s.state == "to-go" for t in s.ties if t.asset == asset]
        none = sum(t.problem == NONE for t in open_)
        outside = sum(t.role == "outside collaborator" for t in open_)
        harbour = asset == "github:org/callisto-harbour"
        yield LinePiece(
            marking=Marking(TLP.AMBER, frozenset({subproject})),
            asset=asset,
            to_go=states["to-go"],
            complied=states["complied"],
            left=states["left"],
            exempt=states["exempt"],
            cannot_see=states["cannot-see"],
            none=none,
            weak=len(open_) - none,
            required={"github:org/mooring-hub": None, "github:org/callisto": False}.get(asset, True),
            unseen="GitHub refused to tell" if asset == "github:org/mooring-hub" else "",
            owner="bertil" if harbour else "",
            owner_name="Bertil Aune" if harbour else "",
            blocked=max(none - outside, 0),
            removed=min(outside, none),
            blocked_by_secure=len(open_) - outside,
            removed_by_secure=outside,
        )


def _slid() -> Iterator[SlidPiece]:
    off = "the requirement was switched off"
    own = Marking(TLP.AMBER, frozenset({"foundations"}))
    yield SlidPiece(marking=own, asset="github:org/callisto", happened=off, on=date(2026, 5, 29))
    yield SlidPiece(
        marking=Marking(TLP.AMBER, frozenset({"harbour"})),
        asset="github:org/callisto-harbour",
        happened="a good second factor was given up",
        on=date(2026, 6, 2),
        handle="joss",
        name="Joss Amaranth",
        login="driftnet",
    )


def _burndown(left: int, unseen: int) -> BurndownPiece:
    days = (TODAY - BEGAN).days
    before = 21
    steps = tuple(
        (BEGAN + timedelta(days=d), round(before - (before - left) * min(d / days * 1.05 + (d % 9 == 0) * 0.03, 1)))
        for d in range(days + 1)
    )
    return BurndownPiece(marking=COUNCIL_ALONE, days=steps, unseen=unseen, zero_on=TODAY + timedelta(days=61))
