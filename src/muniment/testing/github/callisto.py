"""The GitHub of Project Callisto, the made-up project of ``examples/demo``: all that is looked at, right and wrong.

Ada owns ``callisto`` (all in order but for details) and, alone, ``callisto-harbour`` (much is not); she is a member
of ``callisto-beacon`` (nine owners, one a machine) and nobody in ``callisto-attic``, where the security team sees
nothing. ``callisto-sandbox`` is hers too, and nobody declared it; ``callisto-ferry`` is a stranger's by now. The
register of ``examples/demo`` declares all of the project's organizations, and one, ``callisto-regatta``, that is
gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from muniment.testing.github.made import READS, Made, app, classic, fine_grained, made
from muniment.testing.github.world import (
    AuditEvent,
    BranchRule,
    Contributions,
    DeployKey,
    Enterprise,
    Environment,
    Installed,
    Invitation,
    Membership,
    Organization,
    OrganizationRole,
    Person,
    Repository,
    Ruleset,
    Team,
    TwoFactor,
    World,
    predefined_roles,
)

ADVISORY_FORK = "lodestar-ghsa-2x4v-7hqp-9c3m"
LISTED_FORK = "helm-ghsa-5f3w-8rjm-2vqc"
SECRETS = (ADVISORY_FORK, LISTED_FORK, "callisto-budget", "harbour-berths-plan")
"""Names that must never be shown to anybody."""


def day(text: str) -> datetime:
    """Nine in the morning (UTC) of a day."""
    return datetime.fromisoformat(f"{text}T09:00:00").replace(tzinfo=UTC)


def pyproject(name: str) -> str:
    """The manifest of a Python package."""
    return f'[project]\nname = "{name}"\nversion = "1.0"\n'


def package(name: str, *, private: bool = False) -> str:
    """The manifest of an npm package."""
    return f'{{"name": "{name}", "version": "1.0.0", "private": {str(private).lower()}}}\n'


POLICY = "Write to security@callisto.example. We answer within three days.\n"
GUARDED = BranchRule(pattern="main", reviews=1, binds_admins=True, status_checks=("tests",))


def people() -> list[Person]:
    """The register's people, under the logins it knows them by, and a few that it does not know."""
    known = [
        Person(id=900001, login="ada-l", name="Ada Example"),
        Person(id=900002, login="grace-h", name="Grace Example", two_factor="insecure"),
        Person(id=900003, login="noor-example", name="Noor Example"),
        Person(id=900004, login="tomas-e", name="Tomáš Example", two_factor="insecure"),
        Person(id=900005, login="ines-e", name="Inês Example"),
        Person(id=900006, login="kofi-e", name="Kofi Example", two_factor="none"),
        Person(id=900007, login="yuki-e", name="Yuki Example"),
        Person(id=900020, login="callisto-bot-example", name="Callisto Bot", bot=True),
    ]
    more = ("wren", "otto", "mina", "pavel", "sefa", "lior", "dock-keeper", "hulda")
    factors: dict[str, TwoFactor] = {"mina": "insecure", "pavel": "none"}
    return known + [
        Person(
            id=900030 + n,
            login=f"{name}-example",
            name=f"{name.title()} Example",
            two_factor=factors.get(name, "secure"),
        )
        for n, name in enumerate(more)
    ]


def belonging(
    owners: Sequence[int] = (), others: Sequence[int] = (), shown: Sequence[int] = ()
) -> list[Membership]:
    """Memberships by the last digits of the people's numbers; ``shown`` are those who show that they belong."""
    return [Membership(person=900000 + n, role="owner", public=n in shown) for n in owners] + [
        Membership(person=900000 + n, public=n in shown) for n in others
    ]


def _first() -> Organization:
    """``callisto``: well kept, with a default security policy and a rule for every repository's main branch."""
    return Organization(
        id=800001,
        login="callisto",
        name="Project Callisto",
        website="https://callisto.example",
        members=belonging((1, 2, 3), (4, 5, 7, 20), shown=(1, 3)),
        properties=("owner", "tier"),
        rulesets=[
            Ruleset(id=600001, name="nobody rewrites history", repositories=("lodestar*", "sextant")),
            Ruleset(
                id=600002, name="two pairs of eyes", enforcement="EVALUATE", rules=("PULL_REQUEST",), reviews=2
            ),
        ],
        repositories=[
            Repository(
                id=700001,
                name="lodestar",
                description="The library that all others steer by",
                homepage="https://lodestar.callisto.example",
                files={"pyproject.toml": pyproject("callisto-lodestar"), "SECURITY.md": POLICY},
                private_reporting=True,
                branch_rules=[GUARDED],
                properties={"owner": "ada", "tier": ("core", "taught")},
                pushed_at=day("2026-06-11"),
            ),
            Repository(
                id=700002,
                name="lodestar-cli",
                description="Lodestar on the command line",
                files={"pyproject.toml": pyproject("callisto-lodestar-cli")},
                private_reporting=False,
                properties={"owner": "lodestar-releasers", "tier": "core"},
                pushed_at=day("2026-05-30"),
            ),
            Repository(
                id=700003,
                name="sextant",
                description="Measures angles between stars",
                files={"pyproject.toml": pyproject("callisto-sextant"), "docs/SECURITY.md": POLICY},
                private_reporting=True,
                properties={"owner": "ines", "tier": "kept"},
                pushed_at=day("2025-06-21"),
            ),
            Repository(
                id=700004,
                name=".github",
                files={"SECURITY.md": POLICY, "profile/README.md": "# Project Callisto\n"},
                private_reporting=True,
                branch_rules=[BranchRule(pattern="main")],
                properties={"owner": "security-team"},
            ),
            Repository(
                id=700005,
                name="website",
                description="The project's front page",
                files={"index.html": "<h1>Project Callisto</h1>\n"},
                private_reporting=True,
                branch_rules=[BranchRule(pattern="main", allows_force_pushes=True)],
            ),
            Repository(
                id=700006,
                name="old-rope",
                description="What lodestar was called until 2019",
                files={"setup.cfg": "[metadata]\nname = callisto-old-rope\n"},
                archived_at=day("2020-01-07"),
            ),
            Repository(id=700007, name="charts", description="Nothing is in it yet"),
            Repository(
                id=700008,
                name=ADVISORY_FORK,
                visibility="PRIVATE",
                fork=True,
                files={"pyproject.toml": pyproject("callisto-lodestar")},
            ),
            Repository(id=700009, name="callisto-budget", visibility="PRIVATE", files={"2026.csv": "1,2\n"}),
        ],
    )


def _harbour() -> Organization:
    """``callisto-harbour``: no second factor is required, one owner, tokens that may write, no default policy."""
    return Organization(
        id=800002,
        login="callisto-harbour",
        name="Harbour and Mooring",
        website="https://harbour.callisto.example",
        requires_two_factor=False,
        base_permission="write",
        workflow_default="write",
        workflows_can_approve=True,
        members=belonging((1,), (2, 4, 6), shown=(1, 2)),
        properties=("owner",),
        repositories=[
            Repository(
                id=700101,
                name="harbour",
                description="Keeps ships: where each lies, and who may board it",
                files={"pyproject.toml": pyproject("callisto-harbour")},
                private_reporting=True,
                rulesets=[Ruleset(id=600101, name="planned for autumn", enforcement="EVALUATE")],
                properties={"owner": "grace"},
                admins={900004},
                pushed_at=day("2026-06-09"),
            ),
            Repository(
                id=700102,
                name="helm",
                description="Harbour's interface in the browser",
                files={"package.json": package("@callisto/helm"), "SECURITY.md": POLICY},
                rulesets=[
                    Ruleset(
                        id=600102,
                        name="reviewed",
                        rules=("DELETION", "NON_FAST_FORWARD", "PULL_REQUEST"),
                        reviews=1,
                    )
                ],
                properties={"owner": "nobody-example"},
                pushed_at=day("2026-05-29"),
            ),
            Repository(
                id=700103,
                name="sail",
                description="Draws what helm steers",
                files={"package.json": package("@callisto/sail")},
                archived_at=day("2024-12-20"),  # and version 1.0.0 was published in August 2025
            ),
            Repository(
                id=700104,
                name="mooring",
                default_branch="master",
                files={
                    "setup.py": "from setuptools import setup\n\nsetup()\n",
                    "setup.cfg": "[metadata]\nname = callisto-mooring\n",
                    ".github/SECURITY.md": POLICY,
                },
                branch_rules=[BranchRule(pattern="master", reviews=1), BranchRule(pattern="release/*")],
                properties={"owner": "harbour-releasers"},
            ),
            Repository(
                id=700105,
                name="tug",
                description="Brings ships into Harbour; its package says that it is made elsewhere",
                files={"pyproject.toml": pyproject("callisto-harbour-tug")},
                private_reporting=True,
            ),
            Repository(id=700106, name="handbook", files={"docs/index.md": "# Mooring's handbook\n"}),
            Repository(id=700107, name=LISTED_FORK, fork=True, files={"package.json": package("@callisto/helm")}),
            Repository(
                id=700108, name="harbour-berths-plan", visibility="INTERNAL", files={"plan.md": "# Berths\n"}
            ),
        ],
    )


def _beacon() -> Organization:
    """``callisto-beacon``: nine owners, one a machine and one who left; ``lamp`` is called ``lantern`` by now."""
    return Organization(
        id=800003,
        login="callisto-beacon",
        name="Beacon",
        members=belonging((5, 7, 20, 30, 31, 32, 33, 34, 35), (1, 6), shown=(5, 30)),
        repositories=[
            Repository(
                id=700201,
                name="lantern",
                description="Light for those who come at night",
                files={
                    "pyproject.toml": pyproject("callisto-beacon-lamp"),
                    "package.json": package("@callisto/lamp"),
                },
                private_reporting=True,
                branch_rules=[GUARDED],
                former_names={"lamp"},
            ),
            Repository(id=700202, name="oil", files={"README.md": "# Oil\n\nMade elsewhere.\n"}),
            Repository(id=700203, name="wicks", files={"package.json": package("wicks-example", private=True)}),
        ],
    )


def _others() -> list[Organization]:
    """The attic, which the security team cannot see; those shared with friends; and other people's."""
    return [
        Organization(
            id=800004,
            login="callisto-attic",
            members=belonging((36,), (33,)),
            repositories=[
                Repository(
                    id=700301, name="tables", files={"pyproject.toml": pyproject("callisto-sextant-tables")}
                ),
                Repository(id=700302, name="talks", archived_at=day("2021-11-02")),
            ],
        ),
        Organization(
            id=800005,
            login="callisto-sandbox",
            members=belonging((1, 3), (), shown=(1,)),
            repositories=[Repository(id=700401, name="trials", files={"README.md": "# Trials\n"})],
        ),
        Organization(
            id=800009,
            login="callisto-friends",
            name="Friends of the pier",
            members=belonging((34,), (3, 35), shown=(3,)),
            repositories=[
                Repository(
                    id=700801,
                    name="pier",
                    description="The pier of the yearly meeting",
                    files={"README.md": "# Pier\n", "SECURITY.md": POLICY},
                    private_reporting=True,
                    branch_rules=[GUARDED],
                ),
                Repository(id=700802, name="picnic", files={"README.md": "# Who brings what\n"}),
            ],
        ),
        Organization(
            id=800010,
            login="callisto-hackdays",
            members=belonging((4, 7), (1, 6), shown=(7,)),
            workflow_default="write",
            repositories=[
                Repository(id=700901, name="raft", files={"pyproject.toml": pyproject("callisto-raft")}),
                Repository(id=700902, name="whistle", archived_at=day("2023-03-05")),
            ],
        ),
        Organization(
            id=800112,  # not the one that the register knows by this name
            login="callisto-ferry",
            members=belonging((36,), (), shown=(36,)),
            repositories=[Repository(id=701001, name="tickets", files={"README.md": "# Cheap tickets\n"})],
        ),
        Organization(
            id=800006,
            login="callisto-fans",
            name="Callisto's friends",
            members=belonging((35,), (), shown=(35,)),
            repositories=[Repository(id=700501, name="posters", files={"README.md": "# Posters\n"})],
        ),
        Organization(
            id=800011,
            login="callisto-lighthouse",
            members=belonging((36,)),
            repositories=[Repository(id=702001, name="stairs", files={"README.md": "# Stairs\n"})],
        ),
        Organization(
            id=800007,
            login="dockside-example",
            members=belonging((36,), (), shown=(36,)),
            repositories=[Repository(id=700601, name="dock", files={"package.json": package("callisto-dock")})],
        ),
        Organization(
            id=800008,
            login="table-lover-example",
            members=belonging((32,), (), shown=(32,)),
            repositories=[
                Repository(
                    id=700701,
                    name="lodestar-tables",
                    files={"pyproject.toml": pyproject("callisto-lodestar-tables")},
                )
            ],
        ),
    ]


def _foundation() -> Enterprise:
    """The enterprise of the foundation that pays: two of the project's organizations, and one nobody remembers."""
    return Enterprise(
        id=500001,
        slug="callisto-foundation",
        name="Callisto Foundation",
        owners={900001},
        organizations={800001, 800002, 800011},
    )


def _who_may_do_what(first: Organization, harbour: Organization) -> None:
    """Teams, grants, keys, gates and Apps: in ``callisto`` most is in order, in ``callisto-harbour`` little is."""
    ada, grace, noor, tomas, ines, yuki = (900000 + n for n in (1, 2, 3, 4, 5, 7))
    wren, otto, mina, pavel, sefa = (900030 + n for n in range(5))
    of = {repo.name: repo for repo in (*first.repositories, *harbour.repositories)}
    first.teams = [
        Team(
            id=620001,
            slug="core",
            name="Core",
            members={ada: "maintainer", grace: "member", noor: "member"},
            repositories={"lodestar": "maintain", "sextant": "write", "callisto-budget": "admin"},
        ),
        Team(
            id=620002,
            slug="docs",
            name="Documentation",
            parent="core",
            members={yuki: "member"},
            repositories={"website": "write", ADVISORY_FORK: "write"},
        ),
        Team(id=620003, slug="security", name="Security", secret=True, members={ada: "member", noor: "member"}),
    ]
    watch = OrganizationRole(id=650009, name="release-watch", source="Organization", people={ines})
    first.roles = [*predefined_roles(650001), watch]
    first.roles[0].teams = {"security"}
    first.invitations = [
        Invitation(id=660001, person=sefa, by=grace, at=day("2025-09-02")),
        Invitation(id=660002, role="billing_manager", by=ada, at=day("2026-06-01")),
    ]
    first.installed = [
        Installed(id=670001, slug="ship-tester-example", permissions={"contents": "write", "metadata": "read"}),
        Installed(
            id=670002,
            slug="old-robot-example",
            permissions={"administration": "write"},
            everywhere=False,
            suspended_at=day("2024-02-02"),
        ),
    ]
    of["lodestar-cli"].admins = {wren}
    of["sextant"].grants = {otto: "triage", ines: "maintain"}
    of["website"].grants = {tomas: "write"}
    of["lodestar"].deploy_keys = [DeployKey(id=680001, title="publishes the documentation", writes=True)]
    of["sextant"].deploy_keys = [DeployKey(id=680002, title="reads for the mirror")]
    of["lodestar"].environments = [
        Environment(id=690001, name="release", people=(ada,), teams=("core",), self_review=False)
    ]
    of["lodestar-cli"].environments = [Environment(id=690002, name="release")]
    of["sextant"].environments = [Environment(id=690003, name="pypi", people=(ines,), wait=15)]
    harbour.teams = [
        Team(id=620101, slug="harbour-releasers", members={grace: "member"}, repositories={"mooring": "admin"})
    ]
    harbour.roles = predefined_roles(650101)
    harbour.installed = [
        Installed(id=670101, slug="deckhand-example", permissions={"administration": "write", "members": "write"})
    ]
    of["helm"].grants = {mina: "write"}
    of["mooring"].grants = {pavel: "admin"}
    of["tug"].grants = {900037: "write"}  # and nobody has seen her since
    of["mooring"].deploy_keys = [DeployKey(id=680101, title="nobody knows", writes=True)]
    of["harbour"].environments = [Environment(id=690101, name="release")]


def _what_they_did(first: Organization, harbour: Organization) -> None:
    """When people contributed: Tomáš last in a February long ago, Kofi where few may look, Yuki never."""
    first.contributions = {
        900001: Contributions(public=(date(2026, 6, 11), date(2026, 5, 30))),
        900002: Contributions(public=(date(2026, 4, 2),)),
        900003: Contributions(public=(date(2026, 6, 1),)),
        900004: Contributions(public=(date(2025, 2, 27),)),
        900005: Contributions(public=(date(2025, 11, 8),)),
        900020: Contributions(public=(date(2026, 6, 14),)),
        900030: Contributions(public=(date(2026, 3, 3),)),
    }
    harbour.plan = "enterprise"
    harbour.audit = [
        AuditEvent(id="AZdKx1harbour", at=day("2026-05-20"), action="org.add_member", by=900001, whom=900006),
        AuditEvent(
            id="AZeRt2harbour",
            at=day("2026-06-02"),
            action="org.update_member",
            by=900001,
            whom=900006,
            more={"permission": "read", "old_permission": "admin"},
        ),
    ]
    harbour.contributions = {
        900001: Contributions(public=(date(2026, 6, 9),)),
        900002: Contributions(public=(date(2026, 2, 20),)),
        900006: Contributions(private=(date(2026, 5, 5),)),
    }


def later() -> Made:
    """The same a while later: some of it got better, some worse, and one repository has another name."""
    made = demo()
    organizations = {o.login: o for o in made.world.organizations}
    first, harbour = organizations["callisto"], organizations["callisto-harbour"]
    first.requires_two_factor = False  # somebody switched it off
    harbour.members.append(Membership(person=900002, role="owner", public=True))
    harbour.members = [m for m in harbour.members if m.person != 900002 or m.role == "owner"]
    repositories = {r.name: r for o in (first, harbour) for r in o.repositories}
    repositories["handbook"].private_reporting = True
    renamed = repositories["lodestar-cli"]
    renamed.name, renamed.former_names = "lodestar-command", {"lodestar-cli"}
    people = {p.login: p for p in made.world.people}
    people["kofi-e"].two_factor = "secure"
    people["yuki-e"].two_factor = "none"
    repositories["mooring"].grants = {}
    repositories["helm"].deploy_keys = [DeployKey(id=680102, title="since this week", writes=True)]
    renamed.environments[0].people = (900001,)
    return made


def demo() -> Made:
    """Project Callisto's GitHub. ``tokens``: ``ada``, ``grace`` (a member), ``noor`` (fine-grained), ``guest``.

    The App is installed on ``callisto``, and on ``callisto-beacon`` with the right to see members alone.
    """
    granted: Mapping[str, Mapping[str, str]] = {
        "callisto": READS,
        "callisto-beacon": {"metadata": "read", "members": "read"},
    }
    first, harbour = _first(), _harbour()
    _who_may_do_what(first, harbour)
    _what_they_did(first, harbour)
    world = World(
        people=people(),
        organizations=[first, harbour, _beacon(), *_others()],
        apps=[app(granted)],
        enterprises=[_foundation()],
    )
    return made(
        world,
        {
            "ada": classic("ada", 900001, "admin:org", "read:audit_log", "read:enterprise", "repo"),
            "grace": classic("grace", 900002, "read:org", "public_repo"),
            "noor": fine_grained("noor", 900003, "callisto", READS),
            "guest": classic("guest", 900036),
        },
    )
