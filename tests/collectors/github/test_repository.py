"""What a repository's own parts say: protection in effect, a policy in effect, manifests, rulesets. Not live."""

from __future__ import annotations

import pytest

from muniment.evidence.branch_protection import BranchProtection
from muniment.evidence.repository_manifest import RepositoryManifest
from muniment.evidence.repository_ruleset import RepositoryRuleset
from muniment.evidence.security_policy import SecurityPolicy
from muniment.model.observation import Batch, Outcome
from tests.collectors.github.canned import Callisto, blob, facts, read, repository

LODESTAR = "github:repo/callisto/lodestar"
CLASSIC = {
    "allowsForcePushes": False,
    "allowsDeletions": True,
    "requiresApprovingReviews": True,
    "requiredApprovingReviewCount": 1,
    "isAdminEnforced": True,
}
FILE = {"__typename": "Blob", "byteSize": 400}


def part(kind: str, *, world: Callisto | None = None, **changes: object) -> Batch:
    """The batch of one kind about a repository that differs from a plain one in some fields."""
    world = world or Callisto()
    world.repositories[0] = repository(1, "Lodestar", **changes)
    return read(world)[LODESTAR, kind]


def branch(
    *, classic: object = None, mine: object = None, rules: list[object] | None = None, total: int | None = None
) -> dict[str, object]:
    listed = None if rules is None else {"totalCount": len(rules) if total is None else total, "nodes": rules}
    return {"name": "main", "branchProtectionRule": classic, "refUpdateRule": mine, "rules": listed}


def rule(type: str, name: str = "main is guarded", **parameters: object) -> dict[str, object]:
    return {"type": type, "parameters": parameters or None, "repositoryRuleset": {"name": name}}


# ---------------------------------------------------------------- protection


def test_a_branch_without_any_rule_is_seen_to_be_open_by_who_sees_all():
    batch = part("branch-protection")
    assert batch.outcome is Outcome.COLLECTED
    assert facts(batch) == [
        BranchProtection(
            branch="main",
            blocks_force_pushes=False,
            blocks_deletion=False,
            needs_pull_request=False,
            reviews=0,
            binds_admins=False,
        )
    ]


def test_the_classic_rule_and_the_rulesets_are_taken_together():
    rules = [rule("DELETION"), rule("PULL_REQUEST", "two eyes", requiredApprovingReviewCount=2)]
    (fact,) = facts(part("branch-protection", defaultBranchRef=branch(classic=CLASSIC, rules=rules)))
    assert fact == BranchProtection(
        branch="main",
        blocks_force_pushes=True,
        blocks_deletion=True,
        needs_pull_request=True,
        reviews=2,
        binds_admins=True,
        by=("branch protection", "ruleset main is guarded", "ruleset two eyes"),
    )


def test_what_a_member_cannot_see_is_not_called_off():
    batch = part(
        "branch-protection", viewerCanAdminister=False, defaultBranchRef=branch(rules=[rule("NON_FAST_FORWARD")])
    )
    (fact,) = facts(batch)
    assert (fact.blocks_force_pushes, fact.blocks_deletion, fact.needs_pull_request) == (True, None, None)
    assert (fact.reviews, fact.binds_admins) == (None, None)
    assert batch.outcome is Outcome.PARTIAL
    assert "could grant it" in batch.detail


def test_nothing_seen_by_a_member_is_denied_and_not_unprotected():
    batch = part("branch-protection", viewerCanAdminister=False, defaultBranchRef=branch(rules=[]))
    assert batch.outcome is Outcome.DENIED
    assert batch.items == ()


def test_what_binds_a_member_counts_and_what_does_not_is_left_open():
    mine = {"allowsForcePushes": False, "allowsDeletions": True, "requiredApprovingReviewCount": 1}
    batch = part("branch-protection", viewerCanAdminister=False, defaultBranchRef=branch(mine=mine, rules=[]))
    (fact,) = facts(batch)
    assert (fact.blocks_force_pushes, fact.blocks_deletion, fact.needs_pull_request) == (True, None, True)
    assert fact.reviews == 1


def test_all_that_guards_a_branch_can_be_seen_by_a_member_through_rulesets():
    rules = [rule(t) for t in ("NON_FAST_FORWARD", "DELETION")]
    rules.append(rule("PULL_REQUEST", requiredApprovingReviewCount=1))
    batch = part("branch-protection", viewerCanAdminister=False, defaultBranchRef=branch(rules=rules))
    assert batch.outcome is Outcome.COLLECTED


@pytest.mark.parametrize("ref", [branch(rules=None), branch(rules=[rule("DELETION")], total=30)])
def test_rules_that_did_not_all_come_leave_open_what_they_might_say(ref):
    batch = part("branch-protection", defaultBranchRef=ref)
    assert batch.outcome in (Outcome.PARTIAL, Outcome.DENIED)
    assert all(fact.blocks_force_pushes is None for fact in facts(batch))


def test_an_empty_repository_has_no_branch():
    batch = part("branch-protection", isEmpty=True, defaultBranchRef=None)
    assert batch.outcome is Outcome.COLLECTED
    assert facts(batch) == [BranchProtection(branch="")]


def test_a_missing_branch_of_a_full_repository_is_unreadable():
    assert part("branch-protection", defaultBranchRef=None).outcome is Outcome.UNREADABLE
    assert part("github-repository", defaultBranchRef=None).outcome is Outcome.UNREADABLE


def test_an_archived_repository_without_a_date_is_archived():
    (fact,) = facts(part("github-repository", isArchived=True, homepageUrl="https://ada:pw@lodestar.example"))
    assert (fact.archived, fact.archived_at) == (True, None)
    assert fact.homepage == "https://lodestar.example"


# ---------------------------------------------------------------- rulesets


def test_rulesets_name_who_wrote_them():
    of_org = {"__typename": "Organization", "login": "Callisto"}
    nodes = [
        {"databaseId": 5, "name": "all", "enforcement": "EVALUATE", "target": "BRANCH", "source": of_org},
        {"databaseId": 6, "name": "own", "enforcement": "ACTIVE", "target": None, "source": None},
    ]
    batch = part("repository-ruleset", rulesets={"totalCount": 2, "nodes": nodes})
    assert facts(batch) == [
        RepositoryRuleset(id=5, name="all", enforcement="evaluate", target="branch", source="github:org/callisto"),
        RepositoryRuleset(id=6, name="own", enforcement="active"),
    ]
    assert batch.outcome is Outcome.COLLECTED


def test_rulesets_that_are_left_out_are_unobservable_and_a_broken_one_makes_it_partial():
    assert part("repository-ruleset", rulesets=None).outcome is Outcome.UNOBSERVABLE
    assert part("repository-ruleset", rulesets={"totalCount": 1, "nodes": [{}]}).outcome is Outcome.PARTIAL


# ---------------------------------------------------------------- the security policy


def policy(world: Callisto | None = None, **changes: object) -> SecurityPolicy:
    (fact,) = facts(part("security-policy", world=world, **changes))
    assert isinstance(fact, SecurityPolicy)
    return fact


def with_default(**changes: object) -> Callisto:
    world = Callisto()
    files = {"policyAtRoot": None, "policyInGithub": None, "policyInDocs": None}
    world.defaults = {"visibility": "PUBLIC", **files, **changes}
    return world


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("policyAtRoot", "SECURITY.md"),
        ("policyInGithub", ".github/SECURITY.md"),
        ("policyInDocs", "docs/SECURITY.md"),
    ],
)
def test_a_repositorys_own_policy_counts_in_three_places(field, path):
    assert policy(**{field: FILE}) == SecurityPolicy(in_effect=True, from_="repository", path=path)


def test_an_organizations_default_policy_is_in_effect():
    found = policy(with_default(policyAtRoot=FILE))
    assert found == SecurityPolicy(in_effect=True, from_="organization", path="SECURITY.md")


def test_a_default_policy_that_is_not_public_is_not_in_effect():
    assert not policy(with_default(policyAtRoot=FILE, visibility="PRIVATE")).in_effect


def test_an_empty_file_is_no_policy():
    assert not policy(policyAtRoot={"__typename": "Blob", "byteSize": 0}).in_effect


def test_githubs_own_word_for_a_policy_counts():
    assert policy(isSecurityPolicyEnabled=True) == SecurityPolicy(in_effect=True, from_="repository")


def test_without_githubs_word_a_missing_policy_is_not_believed():
    assert part("security-policy", isSecurityPolicyEnabled=None).outcome is Outcome.UNOBSERVABLE


def test_while_the_default_is_unseen_a_missing_policy_is_not_believed():
    world = Callisto()
    world.errors = [{"type": "INTERNAL", "path": ["organization", "defaults"]}]
    assert part("security-policy", world=world).outcome is Outcome.UNREACHABLE
    assert policy(world, policyAtRoot=FILE).in_effect


# ---------------------------------------------------------------- manifests


def manifest(path: str, package: str, *, published: bool = True) -> RepositoryManifest:
    return RepositoryManifest(path=path, package=package, published=published)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject": '[project]\nname = "Moon.Base"'}, [manifest("pyproject.toml", "pypi:moon-base")]),
        ({"pyproject": '[tool.poetry]\nname = "moon"'}, [manifest("pyproject.toml", "pypi:moon")]),
        (
            {"pyproject": '[project]\nname = "m"\nclassifiers = ["Private :: Do Not Upload"]'},
            [manifest("pyproject.toml", "pypi:m", published=False)],
        ),
        (
            {"pyproject": "[build-system]\nrequires = []", "setupCfg": "[metadata]\nname = moon\n"},
            [manifest("setup.cfg", "pypi:moon")],
        ),
        ({"packageJson": '{"name": "@callisto/moon"}'}, [manifest("package.json", "npm:@callisto/moon")]),
        (
            {"packageJson": '{"name": "moon", "private": true}'},
            [manifest("package.json", "npm:moon", published=False)],
        ),
        (
            {"pyproject": '[project]\nname = "moon"', "packageJson": '{"name": "moon"}'},
            [manifest("package.json", "npm:moon"), manifest("pyproject.toml", "pypi:moon")],
        ),
        ({"packageJson": "{}"}, []),
        ({"pyproject": "[tool.ruff]"}, []),
        ({}, []),
    ],
)
def test_manifests_name_the_packages(files, expected):
    batch = part("repository-manifest", **{name: blob(text) for name, text in files.items()})
    assert batch.outcome is Outcome.COLLECTED
    assert facts(batch) == expected


@pytest.mark.parametrize(
    "files",
    [
        {"setupPy": {"__typename": "Blob"}},
        {"setupCfg": blob("[metadata]\nname = attr: moon.name\n")},
        {"setupCfg": blob("no section")},
        {"pyproject": blob("[project")},
        {"pyproject": blob("[project]\nname = 3")},
        {"pyproject": blob('[project]\nname = "../etc"')},
        {"pyproject": blob("[tool.flit.metadata]\nmodule = 'moon'")},
        {"pyproject": blob('[project]\nname = "moon"') | {"isTruncated": True}},
        {"pyproject": {"text": None, "isTruncated": False, "byteSize": 9}},
        {"pyproject": blob("[tool.uv.workspace]\nmembers = ['a']")},
        {"packageJson": blob("[1]")},
        {"packageJson": blob('{"name": "root", "workspaces": ["packages/*"]}')},
        {"packageJson": blob('{"name": "%s"}' % ("x" * 500))},
        {"pyproject": blob("a = " + "[" * 5_000)},
    ],
)
def test_a_name_that_cannot_be_read_makes_the_look_partial(files):
    batch = part("repository-manifest", **files)
    assert batch.outcome is Outcome.PARTIAL
    assert batch.detail


def test_a_setup_py_beside_a_stated_name_computes_nothing():
    batch = part("repository-manifest", pyproject=blob('[project]\nname = "moon"'), setupPy={"__typename": "Blob"})
    assert batch.outcome is Outcome.COLLECTED
