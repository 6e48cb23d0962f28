"""Makes worlds of any size in which nothing is real and everything that goes wrong somewhere goes wrong. ::

    made = grown(organizations=20, repositories=50, members=100)
    with SimulatedGithub(made.world) as github: ...     # and made.tokens["ada"] opens it

The same numbers and seed give the same world, but for the App's key, which is new in every process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from random import Random

from msgspec import Struct, field

from muniment.testing.github.callisto import demo, later
from muniment.testing.github.granting import contribute, grant
from muniment.testing.github.made import READS, Made, app, classic, fine_grained, made
from muniment.testing.github.world import (
    BEGAN,
    BranchRule,
    Membership,
    Organization,
    Person,
    Repository,
    Ruleset,
    TwoFactor,
    World,
)

__all__ = ["Made", "demo", "grown", "later", "small"]

PLACES = (  # noqa: SIM905 - one line, not twenty-six
    "anchor beacon compass dock ebb fathom gale harbour isle jetty keel lodestar mooring nadir oar pilot quay "
    "rudder sextant tide upwell vane wharf yard zenith"
).split()
THINGS = (  # noqa: SIM905
    "atlas bell chart deck engine flag grid hull index jib knot lamp mast net orrery plumb quill rope sail tables "
    "umbra valve winch yoke zephyr"
).split()
GHSA = "23456789cfghjmpqrvwx"


class _Numbers(Struct):
    """Where the ids come from: each is given once."""

    people: Iterator[int] = field(default_factory=lambda: count(910_001))
    organizations: Iterator[int] = field(default_factory=lambda: count(810_001))
    repositories: Iterator[int] = field(default_factory=lambda: count(710_001))
    rulesets: Iterator[int] = field(default_factory=lambda: count(610_001))


def grown(
    organizations: int = 20,
    repositories: int = 50,
    members: int = 100,
    *,
    seed: int = 1,
    owner_of: int | None = None,
    member_of: int | None = None,
) -> Made:
    """A project's GitHub: so many organizations, with so many repositories and members each.

    ``tokens``: ``ada``, who owns the first three of 22 organizations (``owner_of``), belongs to the next six
    (``member_of``) and is nobody in the others; ``ben``, who belongs to the first half and owns none; ``cleo``,
    fine-grained, for the first; ``dora``, who belongs nowhere and whose token has no scope. The App is installed
    on the first and the last organization.
    """
    random = Random(seed)  # noqa: S311 - worlds are to be alike, not secret
    numbers = _Numbers()
    owned = owner_of if owner_of is not None else -(-organizations * 3 // 22)
    joined = member_of if member_of is not None else -(-organizations * 6 // 22)
    ada, ben, cleo, dora = (_person(numbers, name) for name in ("ada", "ben", "cleo", "dora"))
    crowd = _crowd(numbers, random, max(members, organizations * members * 3 // 5))
    bot = Person(id=next(numbers.people), login="callisto-bot-example", name="Callisto Bot", bot=True)
    world = World(people=[ada, ben, cleo, dora, bot, *crowd])
    for n in range(organizations):
        org = _organization(numbers, random, n)
        known: dict[int, Membership] = {}
        if n < owned + joined:
            known[ada.id] = Membership(person=ada.id, role="owner" if n < owned else "member", public=n == 0)
        if n <= organizations // 2:
            known[ben.id] = Membership(person=ben.id, public=n % 2 == 0)
        if n == 0:
            known[cleo.id] = Membership(person=cleo.id, role="owner")
        elif members > 4:
            known[bot.id] = Membership(person=bot.id, public=True)
        org.members = _members(random, n, list(known.values()), crowd, members)
        org.repositories = [_repository(numbers, random, org, n, r) for r in range(repositories)]
        world.organizations.append(org)
    grant(world, seed)
    contribute(world, seed)
    first, last = world.organizations[0], world.organizations[-1]
    lesser = {name: level for name, level in READS.items() if name != "organization_administration"}
    world.apps = [app({first.login: READS} | ({last.login: lesser} if last is not first else {}))]
    return made(
        world,
        {
            "ada": classic("ada", ada.id, "admin:org", "repo"),
            "ben": classic("ben", ben.id, "read:org"),
            "cleo": fine_grained("cleo", cleo.id, first.login, READS),
            "dora": classic("dora", dora.id),
        },
    )


def small(organizations: int = 2, repositories: int = 3, members: int = 4) -> Made:
    """A world small enough to fail every request of a run in every way: ada owns the first, belongs to the second.

    Of three repositories one is public and cared for, one public and neglected, one is a secret.
    """
    made = grown(organizations, repositories, members, seed=3, owner_of=1, member_of=1)
    ben, *crowd = made.world.people[1:]
    ben.two_factor = "insecure"
    outside = made.world.organizations[0].outside()
    for person in crowd:
        person.two_factor = "none" if person.id in outside else "secure"
    return made


# ---------------------------------------------------------------- people


def _person(numbers: _Numbers, name: str, two_factor: TwoFactor = "secure") -> Person:
    login = f"person-{name}-example"
    return Person(id=next(numbers.people), login=login, name=f"{name.title()} Example", two_factor=two_factor)


def _crowd(numbers: _Numbers, random: Random, size: int) -> list[Person]:
    factors: tuple[TwoFactor, ...] = ("none", "insecure", "secure")
    return [
        _person(numbers, f"{n:04}", random.choices(factors, weights=(3, 15, 82))[0]) for n in range(1, size + 1)
    ]


def _members(
    random: Random, n: int, known: Sequence[Membership], crowd: Sequence[Person], size: int
) -> list[Membership]:
    """Owners first: one, three or nine of them, as it happens in life; a third show that they belong."""
    owners = (3, 1, 9)[n % 3]
    found = list(known)[:size]
    for person in random.sample(crowd, max(0, size - len(found))):
        lacking = sum(1 for m in found if m.role == "owner") < min(owners, max(1, size // 2))
        found.append(
            Membership(person=person.id, role="owner" if lacking else "member", public=random.random() < 0.33)
        )
    return found


# ---------------------------------------------------------------- organizations


def _organization(numbers: _Numbers, random: Random, n: int) -> Organization:
    turn = "" if n < len(PLACES) else f"-{n // len(PLACES) + 1}"
    login = f"callisto-{PLACES[n % len(PLACES)]}{turn}"
    org = Organization(
        id=next(numbers.organizations),
        login=login,
        name=f"Callisto {PLACES[n % len(PLACES)].title()}",
        website=f"https://{login}.example" if n % 2 == 0 else None,
        created_at=BEGAN + timedelta(days=random.randrange(2000)),
        requires_two_factor=n % 5 != 1,
        base_permission=("read", "none", "read", "write")[n % 4],
        members_can_create_public_repositories=n % 2 == 0,
        workflow_default="write" if n % 3 == 1 else "read",
        workflows_can_approve=n % 4 == 1,
        properties=("owner", "tier") if n % 3 != 2 else (),
        former_logins={f"{login}-before"} if n % 7 == 2 else set(),
    )
    if n % 2 == 1:
        org.rulesets = [
            Ruleset(id=next(numbers.rulesets), name="everybody's rules", rules=("DELETION", "NON_FAST_FORWARD")),
            Ruleset(id=next(numbers.rulesets), name="tried out", enforcement="EVALUATE", rules=("PULL_REQUEST",)),
        ]
    return org


# ---------------------------------------------------------------- repositories


def _repository(numbers: _Numbers, random: Random, org: Organization, n: int, r: int) -> Repository:
    """The r-th repository: of each 25, one is an advisory's fork, one private, one empty and so on."""
    name = _name(r)
    began = BEGAN + timedelta(days=random.randrange(1200))
    repo = Repository(
        id=next(numbers.repositories),
        name=name,
        description=f"A made-up {THINGS[r % len(THINGS)]}" if r % 4 else None,
        homepage="" if r % 6 == 1 else None,
        default_branch="master" if r % 8 == 5 else "main",
        files=_files(org, name, r),
        fork=r % 16 == 9,
        created_at=began,
        pushed_at=began + timedelta(days=random.randrange(30, 700)),
        private_reporting=r % 5 < 3,
        properties=_properties(org, r),
    )
    _protect(numbers, repo, r)
    match r % 25:
        case 2:
            _hide(random, repo, "undisclosed" if n % 2 else "ghsa")
            repo.visibility = "PUBLIC" if n % 4 == 2 else "PRIVATE"
        case 4:
            _hide(random, repo, "undisclosed")
            repo.visibility = "INTERNAL" if n % 3 == 0 else "PRIVATE"
        case 6:
            repo.files = {}
        case 7 | 11 | 18:
            repo.archived_at = repo.pushed_at + timedelta(days=300)
        case 8:
            repo.former_names = {f"old-{repo.name}"}
        case 10:
            _community(repo, n)
    return repo


def _name(r: int) -> str:
    turn, place = divmod(r, len(THINGS))
    return THINGS[place] if not turn else f"{THINGS[place]}-{turn + 1}"


def _hide(random: Random, repo: Repository, kind: str) -> None:
    """Make it a secret, with a name that is nowhere else; ``ghsa``: the fork in which an advisory is mended."""
    parts = ("".join(random.choices(GHSA, k=4)) for _ in range(3))
    repo.name = f"{THINGS[0]}-{kind}-{'-'.join(parts)}"
    repo.fork = kind == "ghsa"
    repo.private_reporting = False


def _community(repo: Repository, n: int) -> None:
    """What an organization says for all of its repositories; every other one forgot the security policy."""
    if n % 2 == 0 and repo.name == THINGS[10]:
        repo.name = ".github"
        repo.files = {"profile/README.md": "# Callisto\n"}
        if n % 4 == 0:
            repo.files["SECURITY.md"] = "Write to security@callisto.example.\n"


def _files(org: Organization, name: str, r: int) -> dict[str, str]:
    package = f"{org.login}-{name}"
    files = {"README.md": f"# {name}\n", f"src/{name}/code.txt": "made up\n"}
    match r % 5:
        case 0 | 2:
            files["pyproject.toml"] = f'[project]\nname = "{package}"\nversion = "1.0"\n'
        case 1:
            files["package.json"] = (
                f'{{"name": "@{org.login}/{name}", "private": {"true" if r % 2 else "false"}}}\n'
            )
        case 3:
            files["setup.py"] = "from setuptools import setup\n\nsetup(name=name_of_today())\n"
        case _:
            pass
    policy = (None, "SECURITY.md", None, ".github/SECURITY.md", None, "docs/SECURITY.md", None)[r % 7]
    if policy:
        files[policy] = f"Tell security@callisto.example of what you find in {name}.\n"
    return files


def _properties(org: Organization, r: int) -> dict[str, str | tuple[str, ...]]:
    if not org.properties or r % 4 == 3:
        return {}
    return {"owner": f"person-{r % 9 + 1:04}-example", "tier": ("core", "kept") if r % 3 == 0 else "kept"}


def _protect(numbers: _Numbers, repo: Repository, r: int) -> None:
    """A third by a classic rule, a fifth by a ruleset, some by both, some by one that is switched off."""
    if r % 3 == 0:
        repo.branch_rules = [
            BranchRule(
                pattern=repo.default_branch,
                reviews=(1, None, 2)[r % 9 // 3],
                allows_force_pushes=r % 12 == 3,
                binds_admins=r % 2 == 0,
                status_checks=("tests",) if r % 6 == 0 else (),
            ),
            BranchRule(pattern="release/*", reviews=1),
        ]
    if r % 5 == 0:
        repo.rulesets = [
            Ruleset(
                id=next(numbers.rulesets),
                name="main is kept",
                enforcement=("ACTIVE", "ACTIVE", "DISABLED", "EVALUATE")[r // 5 % 4],
                rules=("DELETION", "NON_FAST_FORWARD", "PULL_REQUEST"),
                reviews=1,
            )
        ]
