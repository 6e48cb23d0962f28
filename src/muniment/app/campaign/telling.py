"""Tells how every campaign stands, in pieces each of which is marked by what it says and of whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial

from muniment.app.campaign.drifting import Drift
from muniment.app.campaign.people import handle_of, logins_of
from muniment.app.campaign.standing import Stands, campaigns, open_to_all, stands
from muniment.campaigns.clock import date_of
from muniment.campaigns.due import owners_of
from muniment.campaigns.impact import Impact
from muniment.campaigns.log import Campaign
from muniment.campaigns.message import ADDED, FELL_BACK, THANK_YOU, TO_OWNER
from muniment.campaigns.remedy import remedies
from muniment.campaigns.standing import LEAST_WEEK, OrganizationLine, Standing, Where
from muniment.checks.declaration import Check
from muniment.evidence.declared_party import DeclaredParty
from muniment.model.errors import UsageError
from muniment.model.tlp import TLP, Marking, join
from muniment.ports import Store
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
    TiePiece,
    UnsettledPiece,
)

AMBER = Marking(TLP.AMBER)

PROBLEMS = (
    ("with-insecure-two-factor", "a text message will do"),
    ("without-two-factor", "no second factor"),
)
"""What is wrong with a person's account, by the end of the check's id."""


OFF_DAYS = {THANK_YOU: "Thanks", FELL_BACK: "Fell back", ADDED: "More to ask"}
"""The titles of what is told on no day of its own, by how its stage begins."""


def title_of(stage: str, campaign: Campaign) -> str:
    """The title of a stage; its id, if it has none."""
    titles = {own.id: own.title for own in campaign.stages}
    return titles.get(stage) or next((title for id, title in OFF_DAYS.items() if _begins(id, stage)), stage)


def told(store: Store, checks: Mapping[str, Check], *, now: datetime, until: date) -> tuple[CampaignPiece, ...]:
    """Every campaign, those that run first and the newest first; ``until``: the day that is told of."""
    found = [_told(store, checks, campaign, now, until) for campaign in campaigns(store).values()]
    return tuple(sorted(found, key=lambda c: (c.state == "closed", -c.began.toordinal(), c.name)))


def _told(
    store: Store, checks: Mapping[str, Check], campaign: Campaign, now: datetime, until: date
) -> CampaignPiece:
    try:
        found = stands(store, checks, campaign.name, now=now, until=until)
    except UsageError as error:  # one that cannot be told must not keep the others from being told
        return CampaignPiece(
            marking=AMBER,
            name=campaign.name,
            title=campaign.name,
            family="",
            state="untold",
            began=campaign.started_at.date(),
            by=campaign.started_by,
            today=until,
            why=str(error),
        )
    return piece(found)


def piece(found: Stands) -> CampaignPiece:
    """A campaign as it stands."""
    standings = found.standings
    campaign, today = standings.campaign, standings.today
    ended = campaign.closed.at.date() if campaign.closed is not None else None
    return CampaignPiece(
        marking=AMBER,
        name=campaign.name,
        title=found.kind.title,
        family=found.kind.subjects,
        state="closed" if ended else "paused" if campaign.is_paused else "running",
        began=campaign.started_at.date(),
        by=campaign.started_by,
        today=today,
        day=standings.day,
        days=campaign.days,
        last_day=date_of(campaign, campaign.days, today),
        ended=ended,
        checks=found.kind.checks,
        stages=tuple(_stages(found)),
        others=tuple(_others(found)),
        subjects=tuple(_subjects(found)),
        lines=tuple(_lines(found)),
        slid=tuple(_slid(one, found) for one in found.drift),
        burndown=_burndown(found, ended or today),
        unsettled=tuple(
            UnsettledPiece(
                marking=COUNCIL_ALONE,
                key=post.key,
                shown_to=post.shown_to,
                state=post.state,
                detail=post.detail,
                at=post.at,
            )
            for post in found.posted
            if post.state != "sent"
        ),
        open_to_all=open_to_all(found),
    )


def _mail(found: Stands, title: str, is_own: Callable[[str], bool]) -> MailPiece:
    states = Counter(post.state for post in found.posted if is_own(post.stage))
    return MailPiece(
        marking=COUNCIL_ALONE,
        title=title,
        sent=states["sent"],
        refused=states["refused"],
        uncertain=states["uncertain"] + states["sending"],
        due=sum(is_own(one.stage) for one in found.due),
    )


def _stages(found: Stands) -> Iterator[StagePiece]:
    campaign, today = found.standings.campaign, found.standings.today
    for stage in sorted(campaign.stages, key=lambda stage: stage.day):
        yield StagePiece(
            marking=AMBER,
            title=stage.title,
            day=stage.day,
            on=date_of(campaign, stage.day, today),
            mail=_mail(found, stage.title, frozenset({stage.id, f"{TO_OWNER}-{stage.id}"}).__contains__),
        )


def _others(found: Stands) -> Iterator[MailPiece]:
    """What lies on no day: thanks, and messages to those who fell back, or whose list grew."""
    for id, title in OFF_DAYS.items():
        mail = _mail(found, title, partial(_begins, id))
        if mail.sent or mail.refused or mail.uncertain or mail.due:
            yield mail


def _begins(id: str, stage: str) -> bool:
    own = stage.removeprefix(f"{TO_OWNER}-")
    return own == id or own.startswith(f"{id}-")


def _subjects(found: Stands) -> Iterator[SubjectPiece]:
    book, ground = found.looked.book, found.looked.ground
    newest = {post.subject: post for post in sorted(found.posted, key=lambda post: post.at)}
    for standing in found.standings.subjects:
        party = book.inventory.parties.get(handle_of(standing.subject, book.inventory, ground))
        marking = join(standing.marking, book.whole)
        post = newest.get(standing.subject)
        exempt = standing.where is Where.EXEMPT and bool(standing.why)
        yield SubjectPiece(
            marking=marking,
            subject=standing.subject,
            state=standing.where.value,
            since=standing.since,
            handle=party.handle if party is not None else "",
            name=_name(party),
            login=next(iter(logins_of(standing.subject, ground)), ""),
            joined=standing.joined,
            again=standing.again,
            why="" if exempt else standing.why,
            reason=ReasonPiece(marking=join(marking, COUNCIL_ALONE), words=_reason(found, standing))
            if exempt
            else None,
            ties=tuple(_ties(standing, marking)),
            asked_by=_asked_by(found, standing),
            asked_since=own.since if (own := found.terms.get(standing.subject)) is not None else None,
            by=own.by if own is not None else None,
            told=title_of(post.stage, found.standings.campaign) if post is not None else "",
            told_on=post.at.date() if post is not None else None,
            unsure=post is not None and post.state != "sent",
        )


def _asked_by(found: Stands, standing: Standing) -> tuple[str, ...]:
    if standing.where is not Where.TO_GO:
        return ()
    return owners_of(found.standings.campaign, standing, found.themselves)


def _name(party: DeclaredParty | None) -> str:
    return (party.name or party.handle) if party is not None else ""


def _reason(found: Stands, standing: Standing) -> str:
    """Why somebody is exempt, and who decided it by the name that pages call them by."""
    exemption = found.standings.campaign.exemption(standing.subject, found.standings.today)
    if exemption is None:
        return standing.why
    name = _name(found.looked.book.inventory.parties.get(exemption.by)) or exemption.by
    return f"until {exemption.until} by {name}: {exemption.reason}"


def _ties(standing: Standing, marking: Marking) -> Iterator[TiePiece]:
    for tie in standing.ties:
        yield TiePiece(
            marking=marking,
            asset=tie.asset,
            role=tie.role,
            problem=wrong(tie.check),
            is_open=tie.is_open,
            unseen=tie.unseen,
            is_waived=tie.is_waived,
        )


def wrong(check: str) -> str:
    """What a check finds wrong, in a few words."""
    remedy = remedies().get(check)
    found = next((words for tail, words in PROBLEMS if check.endswith(tail)), check)
    return remedy.wrong if remedy is not None else found


def _lines(found: Stands) -> Iterator[LinePiece]:
    by_asset: defaultdict[str, list[Marking]] = defaultdict(list)
    for finding in found.looked.ground.findings:
        by_asset[finding.id.asset].append(finding.marking)
    wrong: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for standing in found.standings.of(Where.TO_GO):
        for tie in standing.ties:
            if tie.is_open and not tie.unseen:
                wrong[tie.asset, "without" in tie.check].add(standing.subject)
    hit = {one.asset: one for one in found.impact}
    for line in found.standings.organizations:
        marking = join(_of_asset(found, line.asset), *by_asset[line.asset])
        none, weak = (len(wrong[line.asset, without]) for without in (True, False))
        yield _line(found, line, hit.get(line.asset), marking, none, weak)


def _line(
    found: Stands, line: OrganizationLine, hit: Impact | None, marking: Marking, none: int, weak: int
) -> LinePiece:
    return LinePiece(
        marking=marking,
        asset=line.asset,
        to_go=line.to_go,
        complied=line.complied,
        left=line.left,
        exempt=line.exempt,
        cannot_see=line.cannot_see,
        none=none,
        weak=weak,
        required=line.required,
        unseen=line.unseen,
        applies=line.applies,
        owner=line.owner,
        owner_name=_name(found.looked.book.inventory.parties.get(line.owner)) or line.owner,
        blocked=len(hit.blocked) if hit is not None else 0,
        removed=len(hit.removed) if hit is not None else 0,
        blocked_by_secure=len(hit.blocked_by_secure) if hit is not None else 0,
        removed_by_secure=len(hit.removed_by_secure) if hit is not None else 0,
    )


def _of_asset(found: Stands, asset: str) -> Marking:
    """What is said of an asset is for those who answer for it."""
    book = found.looked.book
    own = Marking(TLP.AMBER, frozenset({book.inventory.subproject_of(asset)}) - {""})
    return join(own, book.inventory.marking(asset, book.public))


def _slid(one: Drift, found: Stands) -> SlidPiece:
    book, ground = found.looked.book, found.looked.ground
    findings = [f.marking for f in ground.findings if one.subject and f.id.asset == one.asset]
    party = book.inventory.parties.get(handle_of(one.subject, book.inventory, ground)) if one.subject else None
    return SlidPiece(
        marking=join(_of_asset(found, one.asset), *findings),
        asset=one.asset,
        happened=one.what,
        on=one.on,
        handle=party.handle if party is not None else "",
        name=_name(party),
        login=next(iter(logins_of(one.subject, ground)), "") or one.subject,
    )


def _burndown(found: Stands, last: date) -> BurndownPiece | None:
    standings = found.standings
    days = tuple((day, count) for day, count in standings.burndown if day <= last)
    if not days:
        return None
    return BurndownPiece(
        marking=COUNCIL_ALONE,
        days=days,
        unseen=min(sum(any(t.is_open for t in s.ties) for s in standings.of(Where.CANNOT_SEE)), days[-1][1]),
        zero_on=standings.zero_on,
        is_early=len(days) <= LEAST_WEEK,
    )
