"""How well the accounts of an organization are protected: who has no second factor, and who a weak one.

GraphQL says of each member whether there is one, and cannot tell a text message from a key; REST lists those whose
second factor is weak. Both show it to owners alone, so nobody else asks. A null is no answer: whoever was not shown
is not listed, and the look is partial. Where the owner of an enterprise was shown its organizations, it is asked
about all of them at once, and an organization by itself only if that was not told in full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import enterprise_answers, organization, questions
from muniment.collectors.github.asking import too_much
from muniment.collectors.github.enterprise_answers import ENTERPRISE_OWNER
from muniment.collectors.github.enterprise_factors import enterprise_factors
from muniment.collectors.github.lists import PAGES, followed, rows, twice
from muniment.collectors.github.opening import FACTORS, opening
from muniment.collectors.github.rights import MEMBER, NEEDS, OWNER, TWO_FACTOR, UNKNOWN, Place, lacking, sees
from muniment.collectors.github.standing import STANDING, Choice, place_told, seen_with, shared
from muniment.collectors.reading import Missed, Name, Source, gathered, missed, told
from muniment.evidence.kind import Evidence
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "github-two-factor/1"
NONE, INSECURE, SECURE, SOME = "none", "insecure", "secure", "some"

Id = Annotated[int, Meta(ge=1)]


class _User(Struct):
    id: Id
    login: Name


class _Node(Struct, rename="camel"):
    database_id: Id
    login: Name


class _Edge(Struct, rename="camel"):
    node: _Node
    has_two_factor_enabled: bool | None = None


_USER = msgspec.json.Decoder(_User)
_EDGE = msgspec.json.Decoder(_Edge)


class GitHubTwoFactor:
    """The collector of second factors. Without a credential it asks nothing, without an owner's right neither."""

    source = "github-two-factor"
    families: tuple[str, ...] = (assets.GITHUB_ORG,)
    yields: tuple[type[Evidence], ...] = TWO_FACTOR
    rationed = False
    rank = 1  # after the collector that tells whose the name is

    def __init__(self, addresses: Addresses, *, kinds: Collection[type[Evidence]] = ()) -> None:
        self._addresses = addresses
        self.yields = tuple(kind for kind in TWO_FACTOR if kind in kinds) if kinds else TWO_FACTOR
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = self.families if self.keys else ()
        self._rest = addresses.public.github
        self._graphql = addresses.public.graphql
        self._standings = shared(addresses)
        self._openings = opening(addresses)
        self._enterprises = enterprise_factors(addresses)

    def requests(self, scope: str) -> Iterable[Planned]:
        """Four requests; one more for each list that is empty, further pages with every hundred accounts.

        Where an enterprise is declared, its owner's one question for twenty organizations may take their place.
        """
        if not self.asks:
            return
        login = _login(scope)
        self._standings.note(login)
        self._enterprises.want(login)
        instead = f", or {ENTERPRISE_OWNER}, which asks once for many" if self._enterprises.declared else ""
        member, outside = NEEDS[MemberTwoFactor].words + instead, NEEDS[OutsideTwoFactor].words + instead
        if MemberTwoFactor in self.yields:
            self._openings.want(login, FACTORS)
            yield Planned(self.source, scope, self._graphql, member)
            yield Planned(self.source, scope, self._weak_members(login), member, open=True)
        if OutsideTwoFactor in self.yields:
            yield Planned(self.source, scope, self._outside(login, "2fa_disabled"), outside, open=True)
            yield Planned(self.source, scope, self._outside(login, "2fa_insecure"), outside, open=True)

    # ------------------------------------------------------------ asking

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask the enterprise; what it does not tell in full with the credential that sees most, if it may."""
        login = _login(scope)
        choice, own = await self._standings.standing(login, io)
        answers = [own]
        answers += (by_enterprise := await self._enterprises.ask(login, io))
        left = [kind for kind in self.yields if not _is_whole(_of_enterprise(by_enterprise, kind, login))]
        if MemberTwoFactor not in left:
            self._openings.spare(login, FACTORS)
        if not choice.trouble and MemberTwoFactor in left and self._sees(MemberTwoFactor, choice):
            answers += await self._members(login, choice, io)
        if not choice.trouble and OutsideTwoFactor in left and self._sees(OutsideTwoFactor, choice):
            for question, filter in (("outside-none", "2fa_disabled"), ("outside-weak", "2fa_insecure")):
                answers += await self._twice(question, self._outside(login, filter), choice, io)
        return Raw(scope, tuple(answers), choice.vantage)

    def _sees(self, kind: type[Evidence], choice: Choice) -> bool:
        return kind in self.yields and sees(kind, choice.place) != "none"

    async def _members(self, login: str, choice: Choice, io: Io) -> list[Answer]:
        first = (await self._openings.ask(login, FACTORS, choice, io)).people
        answers = [] if too_much(first) else [replace(first, question="members")]
        cursor, seen = organization.next_cursor(first, "membersWithRole") if answers else "", {""}
        while (cursor not in seen or not answers) and len(answers) < PAGES:
            seen.add(cursor)
            variables: dict[str, object] = {"login": login, "after": cursor or None}
            answer = await io.query(self._graphql, questions.factors(), variables, credential=choice.credential)
            answers.append(replace(answer, question="members"))
            cursor = organization.next_cursor(answer, "membersWithRole")
        if isinstance(organization.listed(answers, "membersWithRole", login), Missed):
            return answers  # of whom nobody was named, nothing can be said
        return [*answers, *await self._twice("weak", self._weak_members(login), choice, io)]

    async def _twice(self, question: str, url: str, choice: Choice, io: Io) -> list[Answer]:
        """A list of weak accounts, and where it is empty the same in other words.

        Were the empty list a lost one, whoever is on it would count as well protected.
        """
        answers = await self._followed(question, url, choice, io)
        listed = rows(answers, _USER, MemberTwoFactor)
        if not isinstance(listed, Missed) and not listed.counted:
            again = await io.get(url.replace("per_page=100", "per_page=1"), credential=choice.credential)
            answers.append(replace(again, question=f"{question}-again"))
        return answers

    async def _followed(self, question: str, url: str, choice: Choice, io: Io) -> list[Answer]:
        return await followed(io, question, url, credential=choice.credential, within=self._rest)

    def _weak_members(self, login: str) -> str:
        return f"{self._rest}/orgs/{login}/members?filter=2fa_insecure&per_page=100"

    def _outside(self, login: str, filter: str) -> str:
        return f"{self._rest}/orgs/{login}/outside_collaborators?filter={filter}&per_page=100"

    # ------------------------------------------------------------ reading

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: a batch for members, one for outside collaborators."""
        by = {q: [a for a in raw.answers if a.question == q] for q in _QUESTIONS}
        standing = by[STANDING][0]
        place = place_told(standing)
        batches: list[Batch] = []
        for kind in self.yields:
            asked = by["members"] if kind is MemberTwoFactor else by["outside-none"]
            facts: Iterable[Evidence] | Missed
            short, seen = "", place
            told_of = _of_enterprise(raw.answers, kind, _login(raw.scope))
            if told_of is not None and (_is_whole(told_of) or not asked):
                facts, short, seen = _by_enterprise(told_of, kind)
                asked = [a for a in raw.answers if a.question == enterprise_answers.LISTS]
            elif (unasked := missed(standing)) is not None:
                facts = unasked
            elif not asked:
                facts = Missed(Outcome.DENIED, lacking(kind))
            elif kind is MemberTwoFactor:
                insecure = _insecure(by["weak"], by["weak-again"])
                facts, short = _of_members(_login(raw.scope), asked, insecure)
                if insecure.refused and place.level == OWNER:
                    seen = Place(level=MEMBER)  # what was refused to this look does not correct what another saw
            else:
                facts, short = _of_outsiders(
                    (by["outside-weak"], by["outside-weak-again"]), (by["outside-none"], by["outside-none-again"])
                )
            whole = not isinstance(facts, Missed) and not short
            source = Source(self.source, seen_with(kind, _login(raw.scope), seen, whole=whole), PARSER)
            at = asked[0].at if asked else standing.at
            batches.append(gathered(source, raw.scope, kind, at, facts, partial=short))
        return tuple(batches)


_LISTS = ("weak", "outside-none", "outside-weak")
_QUESTIONS = (STANDING, "members", *_LISTS, *(f"{question}-again" for question in _LISTS))


def _of_enterprise(
    answers: Sequence[Answer], kind: type[Evidence], login: str
) -> enterprise_answers.Told | Missed | None:
    """What an enterprise told of an organization; ``None``: none was asked about it."""
    if not any(answer.question == enterprise_answers.HELD for answer in answers):
        return None
    if kind is MemberTwoFactor:
        return enterprise_answers.members(answers, login)
    return enterprise_answers.outsiders(answers, login)


def _is_whole(found: enterprise_answers.Told | Missed | None) -> bool:
    return isinstance(found, enterprise_answers.Told) and not found.short


def _by_enterprise(
    found: enterprise_answers.Told | Missed, kind: type[Evidence]
) -> tuple[Iterable[Evidence] | Missed, str, Place]:
    """What the enterprise told, why it is not all, and what the look is worth: as much as an owner's."""
    if isinstance(found, enterprise_answers.Told):
        return found.items, found.short, Place(level=OWNER)
    why = f"{lacking(kind)}; its enterprise was asked, too: {found.detail}"
    faulty = found.outcome in (Outcome.UNREACHABLE, Outcome.UNREADABLE)
    return Missed(found.outcome if faulty else Outcome.DENIED, why), "", Place(level=UNKNOWN)


def collector(addresses: Addresses) -> GitHubTwoFactor:
    """The collector of second factors, with the credentials that are at hand."""
    return GitHubTwoFactor(addresses)


def _login(scope: str) -> str:
    return assets.name(assets.canonical(scope))


class _Weak(Struct, frozen=True):
    """The logins of those whose second factor is weak, by number, and why there may be more (empty: all are named).

    ``refused``: who asked was told none, and not for a fault.
    """

    named: dict[int, str]
    short: str = ""
    refused: bool = False

    def method(self, id: int, has_one: bool | None) -> str:
        """The strength of a member's second factor; empty: it was not shown."""
        if has_one is False:
            return NONE
        if id in self.named:
            return INSECURE
        if has_one is None:
            return ""
        return SOME if self.refused else "" if self.short else SECURE


def _insecure(weak: Sequence[Answer], again: Sequence[Answer]) -> _Weak:
    """What REST's list of members with a weak second factor says, asked a second time if it was empty."""
    if not weak:
        return _Weak({}, "whose is weak was not asked")
    found = rows(weak, _USER, MemberTwoFactor)
    if isinstance(found, Missed):
        refused = found.outcome is Outcome.DENIED
        return _Weak({}, f"whose is weak was not told: {found.detail}", refused=refused)
    named = {user.id: user.login for user in found.items}
    return _Weak(named, found.short or _doubt(again))


def _of_members(
    login: str, pages: Sequence[Answer], insecure: _Weak
) -> tuple[Iterable[MemberTwoFactor] | Missed, str]:
    """Each member with what is known of the second factor, and why it is not all of them."""
    found = organization.listed(pages, "membersWithRole", login)
    if isinstance(found, Missed):
        return found, ""
    short = dict.fromkeys(filter(None, (found.short, insecure.short)))
    facts: dict[int, MemberTwoFactor] = {}
    numbers: list[int] = []
    shown = False
    for node, _ in found.nodes:
        edge = node.part(_EDGE, "node", "hasTwoFactorEnabled")
        if isinstance(edge, Missed):
            short["some members came without their number or name"] = None
            continue
        id = edge.node.database_id
        numbers.append(id)
        shown = shown or edge.has_two_factor_enabled is not None
        method = insecure.method(id, edge.has_two_factor_enabled)
        if method:
            facts[id] = MemberTwoFactor(id=id, login=told(edge.node.login, 100), method=method)
        elif edge.has_two_factor_enabled is None:
            short[f"of some members GitHub did not tell it: it {lacking(MemberTwoFactor)}"] = None
    if found.nodes and not shown and not insecure.named:
        return Missed(Outcome.DENIED, f"GitHub told it of nobody: it {lacking(MemberTwoFactor)}"), ""
    short.update(dict.fromkeys(filter(None, (twice(numbers),))))
    for id in insecure.named.keys() - set(numbers):
        facts[id] = MemberTwoFactor(id=id, login=told(insecure.named[id], 100), method=INSECURE)
        short["some are in one of GitHub's lists and not in the other"] = None
    return facts.values(), "; ".join(short)


def _of_outsiders(
    *lists: tuple[Sequence[Answer], Sequence[Answer]],
) -> tuple[Iterable[OutsideTwoFactor] | Missed, str]:
    """Outside collaborators with a weak second factor and without one, and why there may be more."""
    facts: dict[int, OutsideTwoFactor] = {}
    missing: list[Missed] = []
    short: dict[str, None] = {}
    for (answers, again), method in zip(lists, (INSECURE, NONE), strict=True):
        found = rows(answers, _USER, OutsideTwoFactor)
        if isinstance(found, Missed):
            missing.append(found)
            short[f"one of the two lists did not come: {found.detail}"] = None
            continue
        doubts = (found.short, twice([user.id for user in found.items]), _doubt(again))
        short.update(dict.fromkeys(filter(None, doubts)))
        facts |= {u.id: OutsideTwoFactor(id=u.id, login=told(u.login, 100), method=method) for u in found.items}
    if len(missing) == len(lists):
        return missing[-1], ""
    return facts.values(), "; ".join(short)


def _doubt(again: Sequence[Answer]) -> str:
    """Why an empty list is not believed, from the second answer about it; empty: it is, or was not empty."""
    if not again:
        return ""
    second = rows(again, _USER, MemberTwoFactor)
    if isinstance(second, Missed) or second.items or second.short:
        return "that nobody's is weak was said once, and not again"
    return ""
