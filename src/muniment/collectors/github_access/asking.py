"""Asks who may do what in one organization: pages, smaller pages, one by one, and by REST what is still lacking."""

from __future__ import annotations

from msgspec.structs import replace

from muniment.collectors.github import graphql, organization, questions
from muniment.collectors.github.asking import too_much
from muniment.collectors.github.lists import PAGES, end_of, followed
from muniment.collectors.github.opening import PAGE, Opened, sees_given, sees_teams
from muniment.collectors.github.rights import NEEDS, sees
from muniment.collectors.github.standing import Choice
from muniment.collectors.github_access import people, repositories, teams
from muniment.collectors.github_access.answers import LISTS, named, repository_page, team_page
from muniment.collectors.reading import Missed
from muniment.model import asset as assets
from muniment.ports import Answer, Io

SMALLER = 10
"""The repositories of a page after GitHub could not answer about so many."""


class Asking:
    """The questions about one organization, with the credential that was chosen for it."""

    def __init__(self, login: str, choice: Choice, io: Io, rest: str, graphql_: str) -> None:
        self._login = login
        self._choice = choice
        self._io = io
        self._rest = rest
        self._graphql = graphql_
        self._teams = sees_teams(choice.place) and not choice.narrow
        self._given = sees_given(choice.place)

    async def lists(self, first: Opened) -> list[Answer]:
        """All that is asked after the first answer, and that one."""
        answers = [*await self._of_teams(first.people), *await self._of_repositories(first)]
        for kind, (question, end) in LISTS.items():
            if sees(kind, self._choice.place) != "none":
                answers += await self._followed(question, f"orgs/{self._login}/{end}?per_page=100")
        found = people.roles([a for a in answers if a.question == "roles"])
        for role in () if isinstance(found, Missed) else found.items:
            if role.matters:
                for whom in ("users", "teams") if role.guards else ("users",):
                    url = f"orgs/{self._login}/organization-roles/{role.id}/{whom}?per_page=100"
                    answers += await self._followed(f"role {whom} {role.id}", url)
        return answers

    async def _followed(self, question: str, path: str) -> list[Answer]:
        url = f"{self._rest}/{path.removesuffix('?per_page=100') if question == 'roles' else path}"
        return await followed(self._io, question, url, credential=self._choice.credential, within=self._rest)

    async def _query(self, question: str, document: str, variables: dict[str, object]) -> Answer:
        answer = await self._io.query(self._graphql, document, variables, credential=self._choice.credential)
        return replace(answer, question=question)

    # ------------------------------------------------------------ teams

    async def _of_teams(self, first: Answer) -> list[Answer]:
        if not self._teams:
            return []
        page = replace(first, question="teams")
        if too_much(first):
            page = await self._query("teams", questions.teams(), {"login": self._login, "after": None})
        answers, seen = [page], {""}
        while len(answers) < PAGES and (cursor := organization.next_cursor(answers[-1], "teams")) not in seen:
            seen.add(cursor)
            answers.append(await self._query("teams", questions.teams(), {"login": self._login, "after": cursor}))
        found = organization.listed(answers, "teams", self._login)
        for node, _ in () if isinstance(found, Missed) else found.nodes:
            if slug := teams.slug_of(node):
                answers += await self._of_team(slug, node)
        return answers

    async def _of_team(self, slug: str, node: graphql.Node) -> list[Answer]:
        """The further pages of a team's lists."""
        answers: list[Answer] = []
        after, seen = {name: end_of(node, name) for name in teams.LISTS}, set[tuple[str, ...]]()
        while any(after.values()) and tuple(after.values()) not in seen and len(answers) < PAGES:
            seen.add(tuple(after.values()))
            variables: dict[str, object] = {"login": self._login, "slug": slug}
            variables |= {name: bool(cursor) for name, cursor in after.items()}
            variables |= {f"after{name.title()}": cursor or None for name, cursor in after.items()}
            answers.append(await self._query(f"team {slug}", questions.team(), variables))
            page = team_page(answers[-1])
            after = {name: end_of(page, name) if cursor else "" for name, cursor in after.items()}
        return answers

    # ------------------------------------------------------------ repositories

    async def _of_repositories(self, first: Opened) -> list[Answer]:
        pages = [replace(first.given, question="repositories")]
        named_: list[Answer] = []
        size, cursor, seen = PAGE, organization.next_cursor(first.given, "repositories"), {""}
        if too_much(first.given):
            pages, size, cursor, seen = [], SMALLER, "", set()
            named_ = [replace(first.people, question="named")]
        while cursor not in seen and len(pages) < PAGES:
            seen.add(cursor)
            variables: dict[str, object] = {"login": self._login, "first": size, "after": cursor or None}
            variables |= {"given": self._given, "gates": True}
            page = await self._query("repositories", questions.given_repositories(), variables)
            if size == PAGE and too_much(page):
                size = SMALLER
                seen.discard(cursor)
                continue
            pages.append(page)
            cursor = organization.next_cursor(page, "repositories")
        return [*pages, *await self._missing(pages, named_)]

    async def _missing(self, pages: list[Answer], named_: list[Answer]) -> list[Answer]:
        """What did not come with the pages: each such repository is asked for by itself, by GraphQL and by REST."""
        wanted = [n for n, (_, kind) in repositories.LISTS.items() if self._given or NEEDS[kind].words == ""]
        found = organization.listed(pages, "repositories", self._login)
        listed = organization.repositories(found, self._login)
        answers: list[Answer] = []
        known: dict[str, list[str]] = {}
        serves = not isinstance(found, Missed)
        if not isinstance(listed, Missed):
            for asset, _, node, _ in listed.public:
                known[asset] = [name for name in wanted if repositories.lacks(node, name)]
        if isinstance(listed, Missed) or listed.short:
            answers += named_
            by_name = organization.repositories(
                organization.listed(named_, "repositories", self._login), self._login
            )
            if isinstance(by_name, Missed) or by_name.short:
                answers += await self._followed("names", f"orgs/{self._login}/repos?type=public&per_page=100")
            for asset in named(answers, self._login):
                known.setdefault(asset, list(wanted))
        for asset, lacking_ in known.items():
            if lacking_:
                answers += await self._alone(asset, lacking_, by_graphql=serves)
        return answers

    async def _alone(self, asset: str, names: list[str], *, by_graphql: bool) -> list[Answer]:
        owner, _, name = assets.name(asset).partition("/")
        answers: list[Answer] = []
        after: dict[str, str | None] = dict.fromkeys(names)
        while by_graphql and after and len(answers) < PAGES:
            variables: dict[str, object] = {"owner": owner, "name": name}
            for list_, (flag, place) in _FLAGS.items():
                variables |= {flag: list_ in after, place: after.get(list_)}
            answers.append(await self._query(f"alone {asset}", questions.given_repository(), variables))
            node = repository_page(answers[-1], asset)
            after = {list_: cursor for list_ in after if (cursor := end_of(node, list_)) and cursor != after[list_]}
        pages = tuple(repository_page(answer, asset) for answer in answers)
        told = repositories.Told(None, pages)
        for list_ in names:
            facts, short = repositories.read(told, list_, ())
            spared = list_ in repositories.SPARED and not by_graphql
            if not spared and (isinstance(facts, Missed) or short):
                affiliation = "affiliation=direct&" if list_ == "collaborators" else ""
                url = f"repos/{owner}/{name}/{repositories.BY_REST[list_]}?{affiliation}per_page=100"
                answers += await self._followed(f"{list_} {asset}", url)
        return answers


_FLAGS = {
    "collaborators": ("collaborators", "afterCollaborators"),
    "deployKeys": ("keys", "afterKeys"),
    "environments": ("environments", "afterEnvironments"),
}
