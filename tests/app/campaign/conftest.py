"""The made-up project with organizations on GitHub, whose people a test gives and takes second factors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from muniment.app.campaign.deciding import start
from muniment.app.campaign.standing import Stands, stands
from muniment.app.main_job import Declared, Done, main_job
from muniment.campaigns.posted import Posted
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_subproject import DeclaredSubproject
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.member_two_factor import MemberTwoFactor
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_settings import OrganizationSettings
from muniment.evidence.outside_collaborator import OutsideCollaborator
from muniment.evidence.outside_two_factor import OutsideTwoFactor
from muniment.evidence.private_reporting import PrivateReporting
from muniment.evidence.security_policy import SecurityPolicy
from muniment.model.asset import GITHUB_ORG, GITHUB_REPO
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.tlp import TLP, Marking
from muniment.ports import Io, Planned, Raw, Store
from muniment.stores.opening import open_store
from tests.app.conftest import World

ORG_KINDS: tuple[type[Evidence], ...] = (
    GithubOrganization,
    OrganizationSettings,
    OrganizationMember,
    MemberTwoFactor,
    OutsideCollaborator,
    OutsideTwoFactor,
)
REPO_KINDS: tuple[type[Evidence], ...] = (GithubRepository, PrivateReporting, SecurityPolicy)


class Organizations:
    """A collector of made-up organizations. ``blind``: whose second factors it may not see."""

    source = "github"
    yields = ORG_KINDS
    families: tuple[str, ...] = (GITHUB_ORG,)
    asks = families
    rationed = False
    rank = 0

    def __init__(self) -> None:
        self.people: dict[str, dict[int, tuple[str, str, str]]] = {}
        """By organization and number: login, role (``outside`` for guests), method."""
        self.required: dict[str, bool] = {}
        self.reporting: dict[str, bool] = {}
        self.policies: set[str] = set()
        self.archived: set[str] = set()
        self.blind: set[str] = set()
        self.fails: dict[type[Evidence], Outcome] = {}
        self.now = datetime.min

    def requests(self, scope: str) -> Sequence[Planned]:
        return (Planned("github", scope, f"{{github}}/{scope}"),)

    async def fetch(self, scope: str, io: Io) -> Raw:
        return Raw(scope, ())

    def parse(self, raw: Raw) -> tuple[Batch, ...]:
        scope = raw.scope
        kinds = ORG_KINDS if scope in self.people else REPO_KINDS if scope in self.reporting else ()
        hidden = {OrganizationSettings, MemberTwoFactor, OutsideTwoFactor} if scope in self.blind else set()
        facts = self._facts(scope)
        return tuple(self._batch(scope, kind, facts, kind in hidden) for kind in kinds)

    def _batch(self, scope: str, kind: type[Evidence], facts: Sequence[Evidence], hidden: bool) -> Batch:
        outcome = Outcome.DENIED if hidden else self.fails.get(kind, Outcome.COLLECTED)
        items = tuple(Item(f.key, encode(f)) for f in facts if type(f) is kind)
        return Batch(
            cell=Cell(self.source, scope, kind_id(kind)),
            vantage=frozenset({"github:anonymous" if scope in self.blind else f"{scope}:owner"}),
            outcome=outcome,
            observed_at=self.now,
            parser="organizations/1",
            marking=Marking(TLP.AMBER),
            items=items if outcome is Outcome.COLLECTED else (),
            detail="needs an owner" if hidden else "",
        )

    def _facts(self, scope: str) -> tuple[Evidence, ...]:
        name = scope.partition("/")[2]
        if scope in self.reporting:
            return (
                GithubRepository(id=1, name=name, archived=scope in self.archived),
                PrivateReporting(enabled=self.reporting[scope]),
                SecurityPolicy(in_effect=scope in self.policies),
            )
        found: list[Evidence] = [
            GithubOrganization(id=len(name), login=name),
            OrganizationSettings(requires_two_factor=self.required.get(scope, False)),
        ]
        for id, (login, role, method) in sorted(self.people.get(scope, {}).items()):
            if role == "outside":
                found.append(OutsideCollaborator(id=id, login=login))
                if method in ("none", "insecure"):
                    found.append(OutsideTwoFactor(id=id, login=login, method=method))
            else:
                found.append(OrganizationMember(id=id, login=login, role=role))
                found.append(MemberTwoFactor(id=id, login=login, method=method))
        return tuple(sorted(found, key=lambda f: f.key))


class Repositories(Organizations):
    """A collector of made-up repositories: whether private reporting is on, and whether there is a policy."""

    yields = REPO_KINDS
    families = (GITHUB_REPO,)
    asks = families
    rank = 1


class CampaignWorld(World):
    """A project with people on GitHub, run a day at a time."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.github = Organizations()
        self.repositories = Repositories()
        self.more += [
            DeclaredParty(
                handle="noor",
                name="Noor Example",
                github_id=4712,
                accounts=(Account("github", "noor-example"), Account("email", "noor@people.example")),
            ),
            DeclaredSubproject(id="lodestar", name="Lodestar", contact="lodestar@people.example"),
        ]
        self.posted: list[Posted] = []

    def organization(self, name: str, **people: tuple[int, str, str]) -> None:
        """Declare an organization: each person a login with number, role and method."""
        asset = f"github:org/{name}"
        self.declare(asset)
        self.github.people[asset] = {
            id: (login.replace("_", "-"), role, method) for login, (id, role, method) in people.items()
        }

    def gives(self, name: str, id: int, method: str) -> None:
        """Somebody's second factor is another from now on."""
        login, role, _ = self.github.people[f"github:org/{name}"][id]
        self.github.people[f"github:org/{name}"][id] = (login, role, method)

    def run(self, days: int = 1, recorded: Sequence[tuple[Batch, ...]] = ()) -> Done:
        self.today += timedelta(days=days)
        self.github.now = self.repositories.now = self.today
        return main_job(
            self.store,
            Declared("callisto", self.evidence(), self.marking, "abc", tuple(self.parts)),
            self.checks,
            (self.github, self.repositories),
            lambda _: None,  # type: ignore[arg-type,return-value]
            [],
            clock=lambda: self.today,
            code="test",
        )

    def begin(self, kind: str = "two-factor") -> None:
        start(self.store, self.checks, kind, name=kind, by="ada", now=self.today)

    def stands(self, name: str = "two-factor") -> Stands:
        return stands(self.store, self.checks, name, now=self.today)

    def where(self, name: str = "two-factor") -> dict[str, str]:
        return {s.subject: s.where.value for s in self.stands(name).standings.subjects}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[CampaignWorld]:
    store = open_store(str(tmp_path / "world.sqlite"))
    made = CampaignWorld(store)
    made.organization(
        "callisto",
        ada_example=(4711, "owner", "secure"),
        noor_example=(4712, "member", "none"),
        zeta_example=(4713, "member", "insecure"),
        guest_example=(4811, "outside", "none"),
    )
    made.organization("lodestar", noor_example=(4712, "owner", "none"), ada_example=(4711, "owner", "secure"))
    yield made
    store.close()
