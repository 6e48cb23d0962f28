"""The collector of GitHub: an organization is one look, which tells of each of its public repositories too.

A look is one GraphQL query for fifty repositories, members with the first, and a few REST calls for what GraphQL
does not have. What needs a right that no credential at hand has is not asked; its cell says what it needs and who
could grant it. A repository whose organization is not asked about is asked alone.

Nothing here names a private repository or tells how many there are, but the one kind that is RED.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from muniment.collectors.addresses import Addresses
from muniment.collectors.github import graphql, manifests, organization, protection, questions, repository
from muniment.collectors.github.asking import too_much
from muniment.collectors.github.diagnosis import diagnosis
from muniment.collectors.github.rights import NEEDS, OF_ORGANIZATION, OF_REPOSITORY, UNKNOWN, Place, sees
from muniment.collectors.github.standing import ANYBODY, STANDING, Choice, next_page, place_told, seen_with, shared
from muniment.collectors.reading import Missed, Source, gathered, missed, unobservable, unreadable
from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, kind_id
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.private_repository import PrivateRepository
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.evidence.repository_ruleset import RepositoryRuleset
from muniment.evidence.security_policy import SecurityPolicy
from muniment.evidence.workflow_permissions import WorkflowPermissions
from muniment.model import asset as assets
from muniment.model.observation import Batch, Outcome
from muniment.ports import Answer, Diagnosis, Io, Planned, Raw

PARSER = "github/1"
PAGE = 50
SMALLER = 10
"""The repositories of a page, and of one after GitHub could not answer about so many."""

PAGES = 200
"""The pages that are followed of any list, whatever it says."""

HIDDEN = "GitHub shows no public repository of this name to who asked"
"""Said of a repository that is private and of one that is not there, so that neither is told from the other."""


Say = Callable[[type[Evidence], Iterable[Evidence] | Missed, str], Batch]


class GitHub:
    """The collector of organizations and their repositories. Without a credential it asks nothing."""

    source = "github"
    families: tuple[str, ...] = (assets.GITHUB_ORG, assets.GITHUB_REPO)
    yields: tuple[type[Evidence], ...] = (*OF_ORGANIZATION, *OF_REPOSITORY)
    rationed = False
    rank = 0

    def __init__(self, addresses: Addresses, *, kinds: Collection[type[Evidence]] = ()) -> None:
        self._addresses = addresses
        self.yields = tuple(kind for kind in GitHub.yields if kind in kinds) if kinds else GitHub.yields
        self.keys = addresses.keys
        self.asks: tuple[str, ...] = self.families if self.keys else ()
        self._rest = addresses.public.github
        self._graphql = addresses.public.graphql
        self._standings = shared(addresses)

    def narrowed(self, kinds: Collection[type[Evidence]]) -> GitHub:
        """The same, asking and telling of these kinds alone."""
        return GitHub(self._addresses, kinds=kinds)

    def requests(self, scope: str) -> Iterable[Planned]:
        """What would be asked at most of a small organization, with the right that each part needs.

        Who the credentials belong to, and what they are in all the organizations, is asked beside: two requests a
        credential. Further pages come with every fifty repositories and every hundred members.
        """
        if not self.asks:
            return
        self._standings.note(_owner(scope))
        if assets.family(scope) == assets.GITHUB_REPO:
            yield Planned(self.source, scope, self._graphql, "none")
            return
        base = f"{self._rest}/orgs/{assets.name(assets.canonical(scope))}"
        members = "; every member: read:org" if OrganizationMember in self.yields else ""
        yield Planned(self.source, scope, self._graphql, f"none{members}")
        for kind, url in (
            (PrivateRepository, self._graphql),
            (OrganizationSettings, base),
            (WorkflowPermissions, _workflow(base)),
            (RepositoryProperty, _properties(base)),
        ):
            if kind in self.yields:
                yield Planned(self.source, scope, url, NEEDS[kind].words)

    # ------------------------------------------------------------ asking

    async def fetch(self, scope: str, io: Io) -> Raw:
        """Ask with the one credential that sees most; what it may not see is not asked."""
        login = _owner(scope)
        choice, own = await self._standings.standing(login, io)
        answers = [own]
        if not choice.trouble:
            alone = assets.family(scope) == assets.GITHUB_REPO
            answers += await (self._alone(scope, choice, io) if alone else self._all(login, choice, io))
        return Raw(scope, tuple(answers), choice.vantage)

    async def _all(self, login: str, choice: Choice, io: Io) -> list[Answer]:
        base, name = f"{self._rest}/orgs/{login}", choice.credential
        pages = await self._repositories(login, choice, io)
        node = organization.opened(pages[0])
        if isinstance(node, graphql.Node) and node.missing:
            return [*pages, _as("face", await io.get(base, credential=name))]
        if isinstance(node, Missed):
            return pages
        rest: list[Answer] = []
        if self._sees(OrganizationSettings, choice) != "none":
            rest.append(_as("settings", await io.get(base, credential=name)))
            self._standings.note_plan(login, organization.plan(rest[-1]))
        elif organization.goes_by(node).lower() != login:
            rest.append(_as("face", await io.get(base, credential=name)))
        if self._sees(WorkflowPermissions, choice) != "none":
            rest.append(_as("workflow", await io.get(_workflow(base), credential=name)))
        if self._sees(RepositoryProperty, choice) != "none":
            rest += await self._followed("properties", _properties(base), choice, io)
        if self._sees(PrivateRepository, choice) in ("all", "part"):
            rest += await self._paged(
                "private", "repositories", questions.private_repositories(), login, "", choice, io
            )
        if cursor := organization.next_cursor(pages[0], "membersWithRole"):
            rest += await self._paged("members", "membersWithRole", questions.members(), login, cursor, choice, io)
        return [*pages, *rest]

    def _sees(self, kind: type[Evidence], choice: Choice) -> str:
        """What the credential shows of a kind; nothing of one that is not asked for."""
        return sees(kind, choice.place) if kind in self.yields else "none"

    async def _repositories(self, login: str, choice: Choice, io: Io) -> list[Answer]:
        """The pages of the list of public repositories; smaller ones from where GitHub could not answer.

        The first comes with the organization's face and members, unless nobody wants these, or who asks would be
        refused it all for that.
        """
        answers: list[Answer] = []
        whole = not choice.narrow and OrganizationMember in self.yields
        cursor, size, seen = "", PAGE, {""}
        while len(answers) < PAGES:
            variables: dict[str, object] = {"login": login, "first": size}
            document = questions.organization()
            if answers or not whole:
                document = questions.repositories()
                variables |= {"after": cursor or None, "opening": not answers}
            answer = await io.query(self._graphql, document, variables, credential=choice.credential)
            if not answers and whole and _refused(answer):
                whole = False
                continue
            if size == PAGE and too_much(answer):
                size = SMALLER
                continue
            answers.append(_as("repositories", answer))
            cursor = organization.next_cursor(answer, "repositories")
            if cursor in seen:
                break
            seen.add(cursor)
        return answers

    async def _paged(
        self, question: str, connection: str, document: str, login: str, cursor: str, choice: Choice, io: Io
    ) -> list[Answer]:
        answers: list[Answer] = []
        seen = {""}
        while len(answers) < PAGES:
            variables: dict[str, object] = {"login": login, "after": cursor or None}
            answer = await io.query(self._graphql, document, variables, credential=choice.credential)
            answers.append(_as(question, answer))
            cursor = organization.next_cursor(answer, connection)
            if cursor in seen:
                break
            seen.add(cursor)
        return answers

    async def _followed(self, question: str, url: str, choice: Choice, io: Io) -> list[Answer]:
        answers: list[Answer] = []
        seen: set[str] = set()
        while url and url not in seen and url.startswith(self._rest) and len(answers) < PAGES:
            seen.add(url)
            answers.append(_as(question, await io.get(url, credential=choice.credential)))
            url = next_page(answers[-1]) if answers[-1].status == 200 else ""
        return answers

    async def _alone(self, scope: str, choice: Choice, io: Io) -> list[Answer]:
        owner, _, name = assets.name(scope).partition("/")
        answer = await io.query(
            self._graphql, questions.repository(), {"owner": owner, "name": name}, credential=choice.credential
        )
        answers = [_as("repository", answer)]
        if _not_found(answer):
            url = f"{self._rest}/repos/{owner}/{name}"
            answers.append(_as("again", await io.get(url, credential=choice.credential)))
        return answers

    async def diagnose(self, scopes: Sequence[str], io: Io) -> Diagnosis:
        """What the credentials at hand see of organizations, and of repositories outside them."""
        owners = list(dict.fromkeys(_owner(scope) for scope in scopes))
        return diagnosis(await self._standings.holders(owners, io), scopes)

    # ------------------------------------------------------------ reading

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        """Read the answers: a batch for every kind of the scope, and of each public repository in a list."""
        told = {kind_id(kind) for kind in self.yields}
        return tuple(batch for batch in self._parsed(raw) if batch.cell.kind in told)

    def _parsed(self, raw: Raw) -> tuple[Batch, ...]:
        by = {question: [a for a in raw.answers if a.question == question] for question in _QUESTIONS}
        standing = by[STANDING][0]
        no_right = missed(standing)
        if no_right is not None:
            kinds = OF_ORGANIZATION if assets.family(raw.scope) == assets.GITHUB_ORG else OF_REPOSITORY
            say = self._saying(raw, raw.scope, standing.at, Place(level=UNKNOWN))
            return tuple(say(kind, no_right, "") for kind in kinds)
        place = place_told(standing)
        if assets.family(raw.scope) == assets.GITHUB_REPO:
            return self._parse_alone(raw, place, by["repository"][0], by["again"])
        return self._parse_all(raw, place, by)

    def _saying(self, raw: Raw, scope: str, at: datetime, place: Place, *, hidden: bool = False) -> Say:
        """Makes the batches of one scope.

        Each is recorded as seen with the least right that shows as much, whoever looked: else what an owner saw
        once would stand against all that an App or a member sees later. Only that something is gone takes who
        looked to know.
        """

        def say(kind: type[Evidence], facts: Iterable[Evidence] | Missed, partial: str) -> Batch:
            gone = isinstance(facts, Missed) and facts.outcome is Outcome.ABSENT
            whole = not isinstance(facts, Missed) and not partial
            vantage = ANYBODY if hidden else seen_with(kind, _owner(raw.scope), place, whole=whole)
            if gone and not hidden:
                vantage = raw.vantage
            return gathered(Source(self.source, vantage, PARSER), scope, kind, at, facts, partial=partial)

        return say

    def _parse_all(self, raw: Raw, place: Place, by: dict[str, list[Answer]]) -> tuple[Batch, ...]:
        pages = by["repositories"]
        say = self._saying(raw, raw.scope, pages[0].at, place)
        node = organization.opened(pages[0])
        if isinstance(node, Missed) or node.missing:
            why = node if isinstance(node, Missed) else _gone(by["face"], assets.name(raw.scope))
            return tuple(say(kind, why, "") for kind in OF_ORGANIZATION)
        by_rest = [*by["face"], *by["settings"]]
        login = organization.name_of(node, by_rest, assets.name(raw.scope))
        if isinstance(login, Missed):
            return tuple(say(kind, login, "") for kind in OF_ORGANIZATION)
        face = organization.face(node, by_rest, raw.scope)
        found = organization.repositories(organization.listed(pages, "repositories", login), login)
        private = (
            organization.repositories(organization.listed(by["private"], "repositories", login), login)
            if by["private"]
            else None
        )
        settings, workflow = next(iter(by["settings"]), None), next(iter(by["workflow"]), None)
        properties = organization.properties(by["properties"])
        members = organization.listed([pages[0], *by["members"]], "membersWithRole", login)
        batches = [
            say(GithubOrganization, face, ""),
            say(OrganizationAccess, organization.access(place), ""),
            say(OrganizationMember, *organization.members(members, place)),
            say(OrganizationRepository, *organization.repository_list(found)),
            self._at(raw, settings, place, say)(OrganizationSettings, organization.settings(settings, login), ""),
            say(PrivateRepository, *organization.private_list(found, private, place)),
            self._at(raw, workflow, place, say)(WorkflowPermissions, organization.workflow(workflow), ""),
        ]
        default = repository.default_policy(graphql.below(node, "defaults"))
        for asset, identity, one, at in () if isinstance(found, Missed) else found.public:
            property_ = organization.property_of(properties, identity.database_id)
            batches += _of_repository(
                self._saying(raw, asset, at, place), _owner(asset), one, place, default, property_
            )
        return tuple(batches)

    def _at(self, raw: Raw, answer: Answer | None, place: Place, say: Say) -> Say:
        """As ``say``, but with the time at which a cell's own answer was asked for."""
        return say if answer is None else self._saying(raw, raw.scope, answer.at, place)

    def _parse_alone(self, raw: Raw, place: Place, answer: Answer, again: Sequence[Answer]) -> tuple[Batch, ...]:
        say = self._saying(raw, raw.scope, answer.at, place)
        found = graphql.reply(answer)
        if isinstance(found, Missed):
            return tuple(say(kind, found, "") for kind in OF_REPOSITORY)
        node = graphql.below(graphql.root(found), "repository")
        if node.missing:
            why = _missing(node, again, place)
            say = self._saying(raw, raw.scope, answer.at, place, hidden=why.detail == HIDDEN)
            return tuple(say(kind, why, "") for kind in OF_REPOSITORY)
        identity = node.part(repository.IDENTITY, "databaseId", "nameWithOwner", "visibility")
        if isinstance(identity, Missed):
            return tuple(say(kind, identity, "") for kind in OF_REPOSITORY)
        if not identity.public or repository.advisory_fork(assets.name(raw.scope)):
            say = self._saying(raw, raw.scope, answer.at, place, hidden=True)
            return tuple(say(kind, unobservable(HIDDEN), "") for kind in OF_REPOSITORY)
        if identity.asset != assets.canonical(raw.scope):
            moved = unobservable(f"it goes by another name now: {identity.asset or 'one that we cannot write'}")
            renamed = repository.face(node, renamed_from=assets.canonical(raw.scope))
            return tuple(say(kind, renamed if kind is GithubRepository else moved, "") for kind in OF_REPOSITORY)
        default = repository.default_policy(graphql.below(graphql.root(found), "defaults"))
        with_list = unobservable("custom properties are read with an organization, and this one was not asked")
        return tuple(_of_repository(say, _owner(raw.scope), node, place, default, (with_list, "")))


_QUESTIONS = (
    STANDING,
    "repositories",
    "members",
    "private",
    "face",
    "settings",
    "workflow",
    "properties",
    "repository",
    "again",
)


def _of_repository(
    say: Say,
    owner: str,
    node: graphql.Node,
    place: Place,
    default: repository.Default | Missed,
    properties: tuple[Iterable[RepositoryProperty] | Missed, str],
) -> list[Batch]:
    return [
        say(GithubRepository, repository.face(node), ""),
        say(BranchProtection, *protection.protection(node, place)),
        say(RepositoryManifest, *manifests.manifests(node)),
        say(RepositoryProperty, *properties),
        say(RepositoryRuleset, *repository.rulesets(node, owner, place)),
        say(SecurityPolicy, repository.policy(node, default), ""),
    ]


def _owner(scope: str) -> str:
    return assets.name(assets.canonical(scope)).partition("/")[0]


def _workflow(base: str) -> str:
    return f"{base}/actions/permissions/workflow"


def _properties(base: str) -> str:
    return f"{base}/properties/values?per_page=100"


def _as(question: str, answer: Answer) -> Answer:
    return replace(answer, question=question)


def _gone(again: Sequence[Answer], asked: str) -> Missed:
    """What it means that GraphQL knows no organization: it is gone if REST says so too. Such names are public."""
    if again and again[0].status in (404, 410):
        return Missed(Outcome.ABSENT, organization.GONE)
    if other := organization.sent_on_to(again, asked):
        return unobservable(f"it goes by another name now: {other}; correct its line in the register")
    return unobservable("GraphQL knows no organization of this name, and REST does not say the same")


def _missing(node: graphql.Node, again: Sequence[Answer], place: Place) -> Missed:
    """What it means that no repository came: gone only if who would see a private one is told so twice."""
    wrong = graphql.why(f for f in node.faults if f.type != "NOT_FOUND")
    if wrong is not None:
        return wrong
    if not node.faults:
        return unreadable("GitHub left the repository out and did not say why")
    if place.every_repository and again and again[0].status in (404, 410):
        return Missed(Outcome.ABSENT, "answered 404")
    return unobservable(HIDDEN)


def _not_found(answer: Answer) -> bool:
    found = graphql.reply(answer)
    if isinstance(found, Missed):
        return False
    node = graphql.below(graphql.root(found), "repository")
    return node.missing and any(f.type == "NOT_FOUND" for f in node.faults)


def _refused(answer: Answer) -> bool:
    node = organization.opened(answer)
    return isinstance(node, Missed) and node.outcome is Outcome.DENIED and answer.status == 200
