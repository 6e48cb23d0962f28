"""Which organizations an enterprise on GitHub holds: one question for a hundred, asked where a register names one.

GitHub shows an enterprise to those in it alone, and by classic tokens with a scope of their own. All organizations
are shown to its owners; what others are shown is not taken for the whole list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, questions
from muniment.collectors.github.collector import PAGES
from muniment.collectors.github.enterprise_answers import ENTERPRISE_OWNER
from muniment.collectors.github.enterprise_factors import READS_ENTERPRISES, enterprise_factors
from muniment.collectors.github.organization import TWICE
from muniment.collectors.github.rights import UNKNOWN
from muniment.collectors.github.standing import ANYBODY, READS_MEMBERS, Holder, shared
from muniment.collectors.reading import Missed, Name, Source, gathered, unobservable, unreadable
from muniment.evidence.enterprise_organization import EnterpriseOrganization
from muniment.evidence.kind import Evidence
from muniment.model import asset as assets
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Outcome, Vantage
from muniment.ports import Answer, Io, Planned, Raw

PARSER = "github-enterprise/1"
NEEDS = ENTERPRISE_OWNER
HIDDEN = f"GitHub shows no enterprise of this name to who asked: it needs {NEEDS}, and the right name"
TRIED = 5
"""How many credentials are tried until one is an owner's."""


class _Enterprise(Struct, rename="camel"):
    slug: Name
    viewer_is_admin: bool = False


class _Organization(Struct, rename="camel"):
    database_id: Annotated[int, Meta(ge=1)]
    login: Name


_CONNECTION = msgspec.json.Decoder(graphql.Connection)
_ENTERPRISE = msgspec.json.Decoder(_Enterprise)
_ORGANIZATION = msgspec.json.Decoder(_Organization)


class _Page(Struct, frozen=True):
    """A page of the list, and whether who asked owns the enterprise."""

    owner: bool
    head: graphql.Connection
    holder: graphql.Node


class GitHubEnterprise:
    """The collector of enterprises. Without a credential it asks nothing."""

    source = "github"
    families: tuple[str, ...] = (assets.GITHUB_ENTERPRISE,)
    yields: tuple[type[Evidence], ...] = (EnterpriseOrganization,)
    rationed = False
    rank = 0

    def __init__(self, addresses: Addresses) -> None:
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = self.families if self.keys else ()
        self._graphql = addresses.public.graphql
        self._standings = shared(addresses)
        self._factors = enterprise_factors(addresses)

    def requests(self, scope: str) -> Iterable[Planned]:
        """One request for a hundred organizations; who each credential belongs to is asked beside."""
        if self.asks:
            self._factors.declare()
            yield Planned(self.source, scope, self._graphql, NEEDS)

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask with the credentials that may be shown it, until one is an owner's."""
        holders = await self._standings.holders((), io)
        slug = _slug(scope)
        best: list[Answer] = []
        for holder in _able(holders):
            answers = await self._pages(slug, holder.name, io)
            best = max(best, answers, key=lambda some: _worth(some, slug))
            if _worth(best, slug)[0]:
                self._tell(slug, holder.name, best, io)
                break
        if not best:
            able = [h for h in holders if h.reads]
            lame = [] if able else [h for h in holders if h.trouble]
            why = "; ".join(sorted({h.trouble for h in lame})) or f"needs {NEEDS}"
            status = 403 if all(h.refused for h in lame) else 0
            best = [Answer(self._graphql, status, self._standings.at(), detail=why)]
        return Raw(scope, tuple(best), _vantage(slug, best))

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the pages: a complete list only where an owner was shown as many as GitHub counts."""
        source = Source(self.source, raw.vantage, PARSER)
        facts, short = _read(raw.answers, _slug(raw.scope))
        at = raw.answers[0].at
        return (gathered(source, raw.scope, EnterpriseOrganization, at, facts, partial=short),)

    def _tell(self, slug: str, credential: str, answers: Sequence[Answer], io: Io) -> None:
        """Keep which organizations an owner was shown, so that the enterprise can be asked about their accounts."""
        pages = [page for answer in answers if not isinstance(page := _page(answer, slug), Missed) and page.owner]
        nodes = [node for page in pages for node in graphql.each(graphql.below(page.holder, "nodes"))]
        shown: list[tuple[int, str]] = []
        for node in nodes:
            one = node.part(_ORGANIZATION, "databaseId", "login")
            if not isinstance(one, Missed):
                shown.append((one.database_id, one.login))
        self._factors.tell(io, slug, credential, shown, max(page.head.total_count for page in pages))

    async def _pages(self, slug: str, credential: str, io: Io) -> list[Answer]:
        answers: list[Answer] = []
        cursor, seen = "", {""}
        while len(answers) < PAGES:
            variables: dict[str, object] = {"slug": slug, "after": cursor or None}
            answer = await io.query(self._graphql, questions.enterprise(), variables, credential=credential)
            answers.append(replace(answer, question="enterprise"))
            page = _page(answer, slug)
            more = not isinstance(page, Missed) and page.head.page_info.has_next_page
            cursor = (page.head.page_info.end_cursor or "") if more and not isinstance(page, Missed) else ""
            if cursor in seen:
                break
            seen.add(cursor)
        return answers


def collector(addresses: Addresses) -> GitHubEnterprise:
    """The collector of enterprises, with the credentials that are at hand."""
    return GitHubEnterprise(addresses)


def _slug(scope: str) -> str:
    return assets.name(assets.canonical(scope))


def _able(holders: Sequence[Holder]) -> list[Holder]:
    """The people's tokens that may be shown an enterprise; those whose scopes are not known come last."""
    people = [h for h in holders if h.reads and h.kind in ("classic", "oauth")]
    scopes = {h.name: set(h.rights) for h in people}
    sure = [h for h in people if scopes[h.name] & READS_ENTERPRISES and scopes[h.name] & READS_MEMBERS]
    return [*sure, *(h for h in people if h.elsewhere.level == UNKNOWN)][:TRIED]


def _worth(answers: Sequence[Answer], slug: str) -> tuple[bool, int]:
    """How much some pages show: an owner's all, others' as many as they hold."""
    pages = [page for answer in answers if not isinstance(page := _page(answer, slug), Missed)]
    if not pages:
        return False, -1 if not answers else 0
    return pages[0].owner, 1 + sum(len(graphql.each(graphql.below(page.holder, "nodes"))) for page in pages)


def _vantage(slug: str, answers: Sequence[Answer]) -> Vantage:
    page = _page(answers[0], slug)
    if isinstance(page, Missed):
        return ANYBODY
    return ANYBODY | {
        f"github:enterprise/{slug}:{word}" for word in ("member", *(("owner",) if page.owner else ()))
    }


def _page(answer: Answer, slug: str) -> _Page | Missed:
    found = graphql.reply(answer)
    if isinstance(found, Missed):
        return _denied(found)
    node = graphql.below(graphql.root(found), "enterprise")
    if node.missing:
        wrong = graphql.why(f for f in node.faults if f.type != "NOT_FOUND")
        if wrong is not None:
            return _denied(wrong)
        return (
            unobservable(HIDDEN)
            if node.faults
            else unreadable("GitHub left the enterprise out and did not say why")
        )
    face = node.part(_ENTERPRISE, "slug", "viewerIsAdmin")
    if isinstance(face, Missed):
        return face
    if face.slug.lower() != slug:
        return unreadable("GitHub answered about another enterprise")
    holder = graphql.below(node, "organizations")
    if holder.missing:
        return graphql.why(holder.faults) or unobservable("GitHub left the list out")
    head = graphql.decoded(holder.raw, _CONNECTION)
    return head if isinstance(head, Missed) else _Page(face.viewer_is_admin, head, holder)


def _denied(why: Missed) -> Missed:
    refused = why.outcome is Outcome.DENIED and NEEDS not in why.detail
    return Missed(why.outcome, f"{why.detail}: it needs {NEEDS}") if refused else why


def _read(answers: Sequence[Answer], slug: str) -> tuple[Iterable[EnterpriseOrganization] | Missed, str]:
    """The organizations of all pages, and why there may be more (empty: these are all)."""
    facts: list[EnterpriseOrganization] = []
    short: dict[str, None] = {}
    counted, more, total = 0, False, 0
    for answer in answers:
        page = _page(answer, slug)
        if isinstance(page, Missed):
            if answer is answers[0]:
                return page, ""
            short[f"a further page did not come: {page.detail}"] = None
            more = False
            break
        if not page.owner:
            short[f"only what the enterprise's members are shown: all of it needs {NEEDS}"] = None
        if (wrong := graphql.why(f for f in page.holder.faults if f.path[:1] != ("nodes",))) is not None:
            short[wrong.detail] = None
        nodes = graphql.each(graphql.below(page.holder, "nodes"))
        counted += len(nodes)
        for node in nodes:
            one = node.part(_ORGANIZATION, "databaseId", "login")
            asset = None if isinstance(one, Missed) else _asset(one.login)
            if isinstance(one, Missed) or asset is None:
                short["some organizations came without their number or name"] = None
                continue
            facts.append(EnterpriseOrganization(id=one.database_id, asset=asset))
        total, more = page.head.total_count, page.head.page_info.has_next_page
    if more:
        short["the list goes on, and its next page did not come"] = None
    if total != counted:
        short["GitHub's own total is another than what came"] = None
    if len({fact.id for fact in facts}) != len(facts):
        short[TWICE] = None
    return facts, "; ".join(short)


def _asset(login: str) -> str | None:
    try:
        asset = assets.canonical(f"{assets.GITHUB_ORG}/{login}")
        return asset if assets.family(asset) == assets.GITHUB_ORG else None
    except UsageError:
        return None
