"""What evidence proves becomes a change, what it leaves open a question, and nothing else is proposed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from muniment.app.declare import declare
from muniment.app.sync import Synced, sync, telling
from muniment.evidence.github_organization import GithubOrganization
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.evidence.namespace_package import NamespacePackage
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.organization_repository import OrganizationRepository
from muniment.evidence.package_dependency import PackageDependency
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_source import PackageSource
from muniment.evidence.private_repository import PrivateRepository
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_property import RepositoryProperty
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.tlp import RED, TLP, Marking
from muniment.register.reading import read
from muniment.register.trying import mistakes_with
from muniment.stores.opening import open_store

from .conftest import BEGAN

AMBER = Marking(TLP.AMBER)
HEAD = "project: {id: callisto, name: Project Callisto, marking: %s}\nsubprojects: {shell: {name: Shell}}\n"
ORG = "github:org/callisto"
CORE, DOCS = "github:repo/callisto/core", "github:repo/callisto/docs"
ASSETS = f"""\
assets:
  {ORG}: {{status: official, reason: ours, repositories: listed}}
  {CORE}:  # the heart
    status: official
    reason: ours
  pypi:callisto-core: {{status: official, reason: ours}}
"""


class Project:
    """A register on disk and a store; ``looks`` are believed at the noon of the first day."""

    def __init__(self, home: Path) -> None:
        self.home = home / "register"
        self.home.mkdir()
        self.store = open_store(str(home / "muniment.sqlite"))
        self.run = 0
        self.write(project=HEAD % "amber", assets=ASSETS)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.home / f"{name}.yaml").write_bytes(text.encode())

    def text(self, name: str = "assets") -> str:
        return (self.home / f"{name}.yaml").read_bytes().decode()

    def believe(self, *batches: Batch) -> None:
        self.run = self.store.open_run(at=BEGAN, code="test", register="callisto", commit="")
        register = read(self.home)
        declare(self.store, self.run, register.evidence, register.marking, now=BEGAN)
        self.store.record(self.run, batches)

    def sync(self, *, days: float = 1, **words: tuple[str, ...]) -> Synced:
        register = read(self.home)
        return sync(
            self.store,
            register,
            lambda changed: mistakes_with(register, changed),
            now=BEGAN + timedelta(days=days),
            only=words.get("only", ()),
            without=words.get("without", ()),
        )

    def apply(self, patch: str) -> None:
        """Let git apply it, and hold the result to be a register."""
        done = subprocess.run(
            ["git", "apply", "-"], cwd=self.home, input=patch.encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, (done.stderr.decode(), patch)
        read(self.home)

    def accept(self) -> Synced:
        """Apply the whole patch of today; what another look proposes then."""
        synced = self.sync()
        self.apply(telling.patch(synced, synced.trees[0]))
        return self.sync()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    yield made
    made.store.close()


def look(
    scope: str,
    kind: type[Evidence],
    *facts: Evidence,
    outcome: Outcome = Outcome.COLLECTED,
    at: datetime = BEGAN,
    marking: Marking | None = None,
    vantage: frozenset[str] = frozenset({"github:anonymous"}),
    source: str = "github",
) -> Batch:
    return Batch(
        cell=Cell(source, scope, kind_id(kind)),
        vantage=vantage,
        outcome=outcome,
        observed_at=at,
        parser="test/1",
        marking=marking or Marking(kind.marking),
        items=tuple(Item(fact.key, encode(fact)) for fact in facts),
    )


def listing(*assets: str, **more: object) -> Batch:
    facts = [OrganizationRepository(id=number, asset=asset) for number, asset in enumerate(assets, start=1)]
    return look(ORG, OrganizationRepository, *facts, **more)  # type: ignore[arg-type]


def face(asset: str, name: str = "", **more: object) -> Batch:
    own = name or asset.removeprefix("github:repo/")
    return look(asset, GithubRepository, GithubRepository(id=1, name=own, **more))  # type: ignore[arg-type]


def record(asset: str, repository: str = "", **more: object) -> Batch:
    fact = PackageProject(name=asset.partition(":")[2], repository=repository, **more)  # type: ignore[arg-type]
    return look(asset, PackageProject, fact, source="pypi")


def ids(synced: Synced) -> list[str]:
    return [block.drift.id for block in synced.blocks]


def asked(synced: Synced) -> dict[str, str]:
    return {question.about: question.text for question in synced.questions}


# ---------------------------------------------------------------- what evidence proves


def test_a_listed_repository_is_declared_unclear_beside_its_organization(project: Project) -> None:
    project.believe(listing(CORE, DOCS))
    (block,) = project.sync().blocks
    assert block.drift.id == f"declare:{DOCS}"
    assert block.diff == (
        "--- a/assets.yaml\n+++ b/assets.yaml\n@@ -4,3 +4,7 @@\n     status: official\n     reason: ours\n"
        "   pypi:callisto-core: {status: official, reason: ours}\n"
        f"+  {DOCS}:\n+    status: unclear\n+    since: 2026-03-03\n"
        f"+    reason: {ORG} lists it on 2026-03-02 and nobody has decided yet whose it is\n"
    )
    assert not project.accept().blocks


def test_each_change_says_why_and_by_which_evidence(project: Project) -> None:
    project.believe(listing(CORE, DOCS))
    synced = project.sync()
    text = telling.patch(synced, synced.trees[0])
    assert text.startswith(
        "# muniment sync of callisto, 2026-03-03: 1 change for the tree of the council · TLP:AMBER\n"
    )
    assert (
        f" declare:{DOCS} why: {ORG} lists it on 2026-03-02, and the register does not know it. What it is, people "
        f"decide: it is declared unclear. evidence: organization-repository of {ORG}, seen 2026-03-02 06:00 UTC "
        "from github as github:anonymous, TLP:CLEAR ---"
    ) in " ".join(text.replace("\n#", " ").split())
    assert all(len(line) <= 116 for line in text.splitlines() if line.startswith("#"))


def test_an_entry_takes_no_subproject_from_its_file_that_is_not_its_organizations(project: Project) -> None:
    project.write(assets="subproject: shell\n" + ASSETS.replace("ours, rep", "ours, subproject: null, rep"))
    project.believe(listing(CORE, DOCS))
    project.accept()
    assert "    subproject: null\n" in project.text()
    project.write(assets="subproject: shell\n" + ASSETS)
    project.accept()
    assert "subproject: null" not in project.text()


def test_a_renamed_repository_takes_what_names_it_along(project: Project) -> None:
    project.write(
        assets=ASSETS.replace("core: {status: official,", f"core: {{status: official, repository: {CORE},"),
        more=f"parties: {{ada: {{name: Ada}}}}\nattestations:\n  - asset: {CORE}\n    by: ada\n"
        "    seen: 2026-01-01\n    until: 2027-01-01\n    statement: seen\n",
    )
    project.believe(face(CORE, "callisto/Kernel", renamed_from=CORE), listing("github:repo/callisto/kernel"))
    assert not project.accept().blocks
    assert "  github:repo/callisto/Kernel:  # the heart\n" in project.text()
    assert "repository: github:repo/callisto/Kernel," in project.text()
    assert "asset: github:repo/callisto/Kernel\n" in project.text("more")
    assert not asked(project.sync())


def test_a_renamed_organization_is_renamed_in_rules_too(project: Project) -> None:
    project.write(
        assets=ASSETS + "rules:\n  - org: callisto\n    name: tool-*\n    reason: tools\n"
        "  - {org: [callisto, moon], name: [moon-*], reason: both}\n  - {org: moon, reason: a moon}\n"
    )
    project.believe(
        look(ORG, GithubOrganization, GithubOrganization(id=1, login="Callisto-Project", renamed_from=ORG))
    )
    assert ids(project.sync()) == [f"rename:{ORG}"]
    assert not project.accept().blocks
    assert "  github:org/Callisto-Project: {status" in project.text()
    assert "- org: Callisto-Project\n" in project.text() and "{org: [Callisto-Project, moon]" in project.text()


def test_a_name_that_differs_in_case_alone_is_no_drift(project: Project) -> None:
    project.believe(
        face(CORE, "Callisto/CORE", renamed_from=CORE),
        look(ORG, GithubOrganization, GithubOrganization(id=1, login="CALLISTO", renamed_from=ORG)),
        listing("github:repo/Callisto/Core"),
    )
    synced = project.sync()
    assert not synced.blocks and not synced.questions


def test_what_is_archived_is_declared_archived(project: Project) -> None:
    project.believe(face(CORE, archived=True), record("pypi:callisto-core", state="archived"))
    assert ids(project.sync()) == [f"archive:{CORE}", "archive:pypi:callisto-core"]
    assert not project.accept().blocks
    assert project.text() == ASSETS.replace("    status: official\n", "    status: archived\n").replace(
        "core: {status: official", "core: {status: archived"
    )


def test_what_is_proved_gone_is_removed(project: Project) -> None:
    project.believe(
        look(CORE, GithubRepository, outcome=Outcome.ABSENT),
        look("pypi:callisto-core", PackageProject, outcome=Outcome.ABSENT, source="pypi"),
    )
    assert ids(project.sync()) == [f"remove:{CORE}", "remove:pypi:callisto-core"]
    assert not project.accept().blocks
    assert project.text() == ASSETS.splitlines(True)[0] + ASSETS.splitlines(True)[1]


def test_a_package_whose_registry_names_no_repository_is_linked_to_the_one_that_builds_it(project: Project) -> None:
    source = PackageSource(built_in=(CORE,), complete=True)
    project.believe(look("pypi:callisto-core", PackageSource, source, source="reconcile"))
    assert not project.sync().blocks  # what it was compared from is not seen
    manifest = RepositoryManifest(path="pyproject.toml", package="pypi:callisto-core")
    project.believe(look(CORE, RepositoryManifest, manifest), record("pypi:callisto-core"))
    assert ids(project.sync()) == ["link:pypi:callisto-core"]
    assert not project.accept().blocks
    assert f"pypi:callisto-core: {{status: official, reason: ours, repository: {CORE}}}\n" in project.text()


def test_a_package_that_a_repository_builds_is_declared_where_the_repository_is(project: Project) -> None:
    project.write(other="assets:\n  github:repo/callisto/docs: {status: official, reason: ours}\n")
    project.believe(
        listing(CORE, DOCS),
        look(DOCS, RepositoryManifest, RepositoryManifest(path="pyproject.toml", package="pypi:callisto_docs")),
        look(CORE, RepositoryManifest, RepositoryManifest(path="package.json", package="npm:x", published=False)),
    )
    assert ids(project.sync()) == ["declare:pypi:callisto-docs"]
    assert not project.accept().blocks
    assert "  pypi:callisto-docs:\n    status: unclear\n" in project.text("other")


def test_a_package_in_a_namespace_is_declared_by_what_needs_it_or_by_who_holds_it(project: Project) -> None:
    project.write(
        assets=ASSETS
        + "  npm:@callisto: {status: official, reason: ours}\n  npm:@callisto/a: {status: official, reason: ours}\n"
        "  pypi:org/callisto: {status: official, reason: ours}\n"
    )
    held = NamespacePackage(asset="pypi:callisto-held", declared=False)
    project.believe(
        look("npm:@callisto/a", PackageDependency, PackageDependency(asset="npm:@callisto/b"), source="npm"),
        look(
            "pypi:org/callisto",
            NamespacePackage,
            held,
            source="pypi",
            vantage=frozenset({"pypi:org/callisto:owner"}),
        ),
    )
    assert ids(project.sync()) == ["declare:npm:@callisto/b", "declare:pypi:callisto-held"]
    assert not project.accept().blocks


def test_a_repository_that_an_official_package_comes_from_is_declared_and_its_organization_is_not(
    project: Project,
) -> None:
    project.believe(record("pypi:callisto-core", "github:repo/elsewhere/core"))
    assert ids(project.sync()) == ["declare:github:repo/elsewhere/core"]
    assert not project.accept().blocks
    assert "github:org/elsewhere" not in project.text()


PEOPLE = "parties:\n  ada: {name: Ada Example, accounts: {github: ada-l}%s}\n"


def member(id: int, login: str, **more: object) -> Batch:
    return look(ORG, OrganizationMember, OrganizationMember(id=id, login=login), **more)  # type: ignore[arg-type]


def test_a_number_is_pinned_and_a_new_login_of_a_pinned_number_follows(project: Project) -> None:
    project.write(people=PEOPLE % "")
    project.believe(member(7, "Ada-L"))
    assert ids(project.sync()) == ["pin:ada"]
    assert not project.accept().blocks
    assert project.text("people") == PEOPLE % ", github-id: 7"
    project.write(people=PEOPLE % ", github-id: 7")
    project.believe(member(7, "ada-example", at=BEGAN + timedelta(hours=1)))
    assert ids(project.sync()) == ["login:ada"]
    assert not project.accept().blocks
    assert "accounts: {github: ada-example}" in project.text("people")


# ---------------------------------------------------------------- what it leaves open


def test_a_login_that_is_somebody_elses_now_is_refused_and_told(project: Project) -> None:
    project.write(people=PEOPLE % ", github-id: 7")
    project.believe(member(8, "ada-l"))
    synced = project.sync()
    assert not synced.blocks
    assert asked(synced)["login:ada"].startswith(
        "refused: the login ada-l of ada has the number 8 now, and 7 is pinned"
    )


def test_no_number_is_pinned_of_a_login_that_had_another_before(project: Project) -> None:
    """Whoever took the login over between two looks would be written down as the person."""
    project.write(people=PEOPLE % "")
    project.believe(member(7, "ada-l"))
    project.believe(member(8, "Ada-L", at=BEGAN + timedelta(hours=1)))
    synced = project.sync()
    assert not synced.blocks
    assert "had the number 7 before, and has 8 now" in asked(synced)["pin:ada"]


def test_a_new_name_under_another_number_than_the_pinned_one_is_refused(project: Project) -> None:
    project.write(assets=ASSETS.replace("    reason: ours\n", "    reason: ours\n    github-id: 99\n"))
    project.believe(face(CORE, "callisto/kernel", renamed_from=CORE))
    synced = project.sync()
    assert not synced.blocks and asked(synced)[f"rename:{CORE}"].startswith("refused: ")


def test_what_does_not_decide_is_asked(project: Project) -> None:
    project.write(
        assets=ASSETS + f"  {DOCS}: {{status: official, reason: ours}}\n",
        rules="rules:\n  - {org: callisto, name: t*, reason: tools}\n",
    )
    project.believe(
        face(CORE, "callisto/docs", renamed_from=CORE),
        face(DOCS, "stranger/docs", renamed_from=DOCS),
        look(ORG, GithubOrganization, outcome=Outcome.ABSENT),
        look("pypi:callisto-core", PackageProject, outcome=Outcome.ABSENT, source="pypi"),
        look(CORE, RepositoryManifest, RepositoryManifest(path="p.toml", package="pypi:callisto-core")),
    )
    synced = project.sync()
    assert not synced.blocks
    assert set(asked(synced)) == {f"rename:{CORE}", f"rename:{DOCS}", f"remove:{ORG}", "remove:pypi:callisto-core"}
    assert "which of the two stays?" in asked(synced)[f"rename:{CORE}"]
    assert "is it still the project's?" in asked(synced)[f"rename:{DOCS}"]


def test_a_package_that_may_be_a_strangers_is_asked_about(project: Project) -> None:
    project.believe(
        listing(CORE),
        look(CORE, RepositoryManifest, RepositoryManifest(path="p.toml", package="pypi:callisto-kit")),
        record("pypi:callisto-kit", "github:repo/stranger/kit"),
    )
    synced = project.sync()
    assert not synced.blocks
    assert "is it a stranger's?" in asked(synced)["declare:pypi:callisto-kit"]


@pytest.mark.parametrize(
    ("more", "days", "why"),
    [
        ({"outcome": Outcome.PARTIAL}, 1, "incomplete"),
        ({}, 8, "stale"),
        ({"outcome": Outcome.DENIED}, 1, "denied"),
    ],
)
def test_nothing_is_proposed_from_a_look_that_is_not_complete_and_fresh(
    project: Project, more: Mapping[str, object], days: float, why: str
) -> None:
    project.believe(listing(CORE, DOCS, **more))
    synced = project.sync(days=days)
    assert not synced.blocks and synced.aside == {("organization-repository", why): 1}


def test_nothing_is_proposed_from_a_look_that_a_weaker_or_failed_one_followed(project: Project) -> None:
    owner = frozenset({"github:anonymous", f"{ORG}:owner"})
    project.believe(listing(CORE, DOCS, vantage=owner), listing(CORE, at=BEGAN + timedelta(hours=1)))
    assert project.sync().aside == {("organization-repository", "followed by a weaker look"): 1}
    failed = listing(vantage=owner, at=BEGAN + timedelta(hours=2), outcome=Outcome.UNREACHABLE)
    project.believe(failed)
    assert project.sync().aside == {("organization-repository", "unreachable"): 1}
    assert not project.sync().blocks


def test_nothing_is_proposed_from_what_a_council_declined_to_collect(project: Project) -> None:
    project.write(
        project=HEAD % "amber" + "policy: {declined: [{kind: organization-repository, by: ada, reason: no, "
        "until: 2027-01-01}]}\nparties: {ada: {name: Ada}}\n"
    )
    project.believe(listing(CORE, DOCS))
    assert project.sync().aside == {("organization-repository", "declined"): 1}
    assert not project.sync().blocks


def test_a_property_that_nobody_saw_proposes_nothing(project: Project) -> None:
    project.write(
        assets=ASSETS + "rules:\n  - {org: callisto, where: {owner: shell}, subproject: shell, reason: x}\n"
    )
    project.believe(listing(CORE, DOCS))
    assert not project.sync().blocks
    project.believe(look(DOCS, RepositoryProperty, RepositoryProperty(name="owner", values=("nobody",))))
    (block,) = project.sync().blocks
    assert block.drift.id == f"declare:{DOCS}"
    assert block.marking == AMBER and len(block.drift.proofs) == 2


def test_a_database_without_a_run_is_told_and_not_taken_for_peace(project: Project) -> None:
    with pytest.raises(UsageError, match="nothing was collected yet"):
        project.sync()


# ---------------------------------------------------------------- who may see it


def test_a_hunk_never_carries_evidence_into_a_tree_that_is_too_open_for_it(project: Project) -> None:
    project.write(project=HEAD % "clear", people=PEOPLE % "")
    project.believe(
        member(4711, "Ada-L"),
        listing(CORE, DOCS, marking=AMBER),
        face(CORE, archived=True),
        look(ORG, PrivateRepository, PrivateRepository(id=9, name="callisto/canary-private")),
    )
    synced = project.sync()
    text = telling.patch(synced, synced.trees[0])
    assert ids(synced) == [f"archive:{CORE}"]
    assert not any(word in text for word in ("4711", DOCS, "canary-private", "ada"))
    assert text.splitlines()[0].endswith("TLP:CLEAR")
    assert set(asked(synced)) == {"pin:ada", f"declare:{DOCS}"}
    assert "4711" in asked(synced)["pin:ada"], "whoever writes it by hand has to know what"
    assert all(q.marking == AMBER for q in synced.questions)
    assert (
        "canary-private" not in telling.as_json(synced)
        and json.loads(telling.as_json(synced))["marking"] == "TLP:AMBER"
    )


def test_of_what_is_red_not_even_a_question_is_printed(project: Project) -> None:
    project.believe(listing(CORE, DOCS, marking=RED))
    synced = project.sync()
    assert not synced.blocks
    assert [telling.words(question) for question in synced.questions] == [None]


def test_a_patch_of_a_file_that_names_people_is_amber_in_a_clear_register(project: Project) -> None:
    project.write(project=HEAD % "clear", assets=ASSETS + "parties: {ada: {name: Ada}}\n")
    project.believe(face(CORE, archived=True))
    synced = project.sync()
    assert telling.patch(synced, synced.trees[0]).splitlines()[0].endswith("TLP:AMBER")


# ---------------------------------------------------------------- which of them


def test_each_change_alone_applies_and_the_others_stay_proposed(project: Project) -> None:
    project.write(people=PEOPLE % "")
    more = [f"github:repo/callisto/tool-{n}" for n in range(3)]
    project.believe(
        listing(CORE, *more),
        face(CORE, archived=True),
        member(7, "ada-l"),
        record("pypi:callisto-core", state="archived"),
    )
    before = {name: project.text(name) for name in ("assets", "people")}
    all = ids(project.sync())
    assert len(all) == 6
    for id in all:
        project.write(**before)
        synced = project.sync(only=(id,))
        assert ids(synced) == [id]
        project.apply(telling.patch(synced, synced.trees[0]))
        assert ids(project.sync()) == [other for other in all if other != id]
    project.write(**before)
    assert ids(project.sync(without=("archive:*", "declare:github:repo/callisto/tool-1"))) == [
        "pin:ada",
        "declare:github:repo/callisto/tool-0",
        "declare:github:repo/callisto/tool-2",
    ]
    with pytest.raises(UsageError, match="no change 'declare:pypi:no-such' is proposed"):
        project.sync(only=("declare:pypi:no-such",))


def test_a_declined_change_is_told_and_comes_again_after_its_day(project: Project) -> None:
    project.write(
        people="parties: {ada: {name: Ada}}\n",
        declined="declined-changes:\n  - {change: 'declare:github:repo/callisto/*', by: ada, reason: toys, "
        "until: 2026-03-04}\n",
    )
    project.believe(listing(CORE, DOCS))
    synced = project.sync(days=2)
    assert not synced.blocks
    assert [(drift.id, by.by, by.reason) for drift, by in synced.declined] == [(f"declare:{DOCS}", "ada", "toys")]
    assert ids(project.sync(days=3)) == [f"declare:{DOCS}"]


def test_a_change_that_would_leave_a_mistake_in_the_register_is_a_question(project: Project) -> None:
    project.write(
        assets=ASSETS + "rules:\n  - {org: callisto, name: a*, reason: x}\n  - {org: moon, name: b*, reason: x}\n"
        "  - {org: moon, reason: x}\n"
    )
    project.believe(
        look(ORG, GithubOrganization, GithubOrganization(id=1, login="moon-base", renamed_from=ORG)),
        face(CORE, archived=True),
    )
    assert ids(project.accept()) == []
    project.write(
        assets=ASSETS
        + "rules:\n  - {org: callisto, name: a*, reason: x}\n  - {org: Moon-Base, name: a*, reason: x}\n"
        "  - {org: moon-base, reason: x, status: unclear}\n"
    )
    synced = project.sync()
    assert ids(synced) == [f"archive:{CORE}"]
    assert "which of the two stays?" in asked(synced)[f"rename:{ORG}"]


DECLINING = """\
parties: {ada: {name: Ada Example}}
policy:
  declined:
  - {kind: organization-member, asset: "%s", by: ada, reason: not asked yet, until: 2030-01-01}
"""
RENAMED = look(ORG, GithubOrganization, GithubOrganization(id=5, login="kallisto", renamed_from="callisto"))


def test_what_is_declined_of_something_is_declined_under_its_new_name(project: Project) -> None:
    project.write(people=DECLINING % ORG)
    project.believe(RENAMED)
    project.accept()
    assert read(project.home).policy.decliner("organization-member", "github:org/kallisto", BEGAN.date())


@pytest.mark.parametrize("pattern", ["github:org/cal*", "github:repo/callisto/*", "github:*/callisto*"])
def test_a_pattern_that_declines_under_the_old_name_alone_is_asked_about(project: Project, pattern: str) -> None:
    project.write(people=DECLINING % pattern)
    project.believe(RENAMED)
    synced = project.sync()
    assert not synced.blocks
    assert pattern in asked(synced)[f"rename:{ORG}"]
    project.write(people=DECLINING % "*")
    assert ids(project.sync()) == [f"rename:{ORG}"]


@pytest.mark.parametrize(
    "people",
    [
        '"parties":\n  ada: {name: Ada Example}\n',
        "{parties: {ada: {name: Ada Example}}}\n",
        "policy: {security-team: [ada]}\n",
        'policy:\n  "declined":\n  - {kind: package-role, by: ada, reason: later, until: 2030-01-01}\n',
    ],
)
def test_a_patch_whose_lines_may_name_people_is_amber_however_they_are_written(
    project: Project, people: str
) -> None:
    known = "" if "parties" in people else "parties: {ada: {name: Ada Example}}\n"
    flow = people.startswith("{")
    head = HEAD % "clear"
    project.write(
        project=head,
        known=known,
        assets=people.replace("}}}", f"}}}}, {ASSETS_FLOW}}}") if flow else ASSETS + people,
    )
    project.believe(face(CORE, archived=True))
    (block,) = project.sync().blocks
    assert (block.drift.marking.label, block.marking.label) == ("TLP:CLEAR", "TLP:AMBER")


ASSETS_FLOW = f'assets: {{"{CORE}": {{status: official, reason: ours}}}}'
