"""The engine's laws: what incomplete evidence may open, and what it may close."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.checks.assessment import Bench, Dossier, Judged, Seen, compile, marking_of
from muniment.checks.declaration import Absent, All, Each, NotKept, Some, Unarchived, check, declared
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.github_repository import GithubRepository
from muniment.evidence.kind import Evidence
from muniment.evidence.organization_access import OrganizationAccess
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_project import PackageProject
from muniment.evidence.package_role import PackageRole
from muniment.evidence.private_reporting import PrivateReporting
from muniment.ledger.finding import State
from muniment.ledger.recording import Answer, Kept, record
from muniment.model.asset import FAMILIES, NPM, PYPI, Status
from muniment.model.observation import Outcome
from muniment.model.tlp import CLEAR, TLP, Marking
from muniment.model.verdict import PASS, Fail, NotApplicable, Pass, Problem, Reason, Severity, Unknown, Verdict
from muniment.register.inventory import Inventory

NOBODY = Inventory.of(())


@check(id="test/bad-role", title="Role is bad", severity="high")
def bad_role(role: Each[PackageRole]) -> Problem | Unknown | None:
    """Fails on ``bad``, cannot tell of ``odd``, passes the others."""
    match role.role:
        case "bad":
            return Problem(f"{role.account} is bad")
        case "odd":
            return Unknown(Reason.UNDECLARED, "odd")
        case _:
            return None


@check(id="test/fragile", title="Role breaks the check", severity="high")
def fragile(role: Each[PackageRole], project: PackageProject) -> Problem | None:
    """Fails on ``bad``, raises on ``odd``, passes the others."""
    if role.role == "odd":
        raise OverflowError(f"date value out of\x1b[31m range: {role.account}")
    return Problem(f"{role.account} is bad") if role.role == "bad" else None


@check(id="test/broken", title="Check is broken", severity="high")
def broken(roles: All[PackageRole]) -> Verdict:
    """Divides by the number of roles."""
    return PASS if 1 // len(roles) else Fail(())


@check(id="test/mute", title="Check says nothing", severity="high")
def mute(roles: All[PackageRole]) -> Verdict:
    """Forgets to answer."""
    return None  # type: ignore[return-value]


@check(id="test/no-role", title="There is no role", severity="high")
def no_role(roles: All[PackageRole], project: PackageProject) -> Verdict:
    """Fails on complete evidence that holds nothing."""
    return PASS if roles else Fail((Problem("nobody"),))


@check(id="test/gone", title="It is gone", severity="high")
def gone(project: PackageProject | Absent) -> Verdict:
    """Fails on proof of absence."""
    return Fail((Problem("gone"),)) if isinstance(project, Absent) else PASS


@check(id="test/held", title="It is held", severity="high")
def held(entry: DeclaredAsset, ownership: PackageOwnership | NotKept) -> Verdict:
    """Fails where an organization is named."""
    if isinstance(ownership, NotKept):
        return NotApplicable("not kept")
    return Fail((Problem(ownership.organization),)) if ownership.organization else PASS


@check(id="test/used", title="It is in use and open", severity="high")
def used(repository: Unarchived[GithubRepository], reporting: PrivateReporting) -> Verdict:
    """Fails where reporting is off."""
    return PASS if reporting.enabled else Fail((Problem("off"),))


@check(id="test/known", title="Nobody known is in it", severity="high")
def nobody_known(settings: OrganizationAccess, members: Some[OrganizationMember]) -> Verdict:
    """Fails where nobody called ada was seen."""
    return PASS if any(m.login == "ada" for m in members) else Fail((Problem("nobody"),))


@check(id="test/declared", title="It is declared", severity="low")
def declared_alone(entry: DeclaredAsset) -> Verdict:
    """Needs nothing but the register."""
    return PASS


def judge(function: object, asset: str = "pypi:callisto-core", **cells: Seen) -> Judged:
    own = declared(function)  # type: ignore[arg-type]
    kinds: dict[str, type[Evidence]] = {
        "roles": PackageRole,
        "project": PackageProject,
        "ownership": PackageOwnership,
        "repository": GithubRepository,
        "reporting": PrivateReporting,
        "access": OrganizationAccess,
        "members": OrganizationMember,
    }
    entry = DeclaredAsset(asset=asset, status=Status.OFFICIAL, reason="a test")
    bench = Bench(NOBODY, NOBODY.policy, date(2026, 3, 1))
    return compile(own)(Dossier(asset, entry, "", {kinds[k]: v for k, v in cells.items()}), bench)


def complete(*items: Evidence) -> Seen:
    return Seen(outcome=Outcome.COLLECTED, items=items)


def part(*items: Evidence) -> Seen:
    return Seen(outcome=Outcome.PARTIAL, items=items, reason=Reason.PARTIAL)


PROJECT = complete(PackageProject(name="callisto-core", latest="1"))
ROLES = st.lists(
    st.builds(PackageRole, account=st.sampled_from("abcdef"), role=st.sampled_from(("good", "bad", "odd"))),
    unique_by=lambda r: r.account,
    max_size=6,
).map(tuple)
LIVES = st.dictionaries(
    st.sampled_from([f"{a}/{r}" for a in "abcdef" for r in ("good", "bad", "odd")]), st.booleans()
)


def ledger_after(judged: Judged, open_before: frozenset[str]) -> frozenset[str]:
    """The keys open after an answer, by the ledger's own rules."""
    kept = {key: Kept(State.OPEN, Severity.HIGH, b"") for key in open_before}
    problems = judged.verdict.problems if isinstance(judged.verdict, Fail) else ()
    answer = Answer("test/bad-role", "pypi:x", Severity.HIGH, "", CLEAR, problems, judged.cleared)
    now = set(open_before)
    for entry in record(answer, kept):
        match type(entry.event).__name__:
            case "Opened":
                now.add(entry.finding.key)
            case "Fixed":
                now.remove(entry.finding.key)
    return frozenset(now)


@given(ROLES, LIVES)
def test_each_on_partial_evidence_opens_what_fails_closes_what_passes_and_leaves_the_unseen(
    roles: tuple[PackageRole, ...], before: dict[str, bool]
) -> None:
    was_open = frozenset(k for k, is_open in before.items() if is_open)
    after = ledger_after(judge(bad_role, roles=part(*roles)), was_open)
    failing = {r.key for r in roles if r.role == "bad"}
    passing = {r.key for r in roles if r.role == "good"}
    assert after == (was_open | failing) - passing


@given(ROLES, LIVES)
def test_each_on_complete_evidence_closes_what_is_gone_and_leaves_what_it_cannot_tell(
    roles: tuple[PackageRole, ...], before: dict[str, bool]
) -> None:
    was_open = frozenset(k for k, is_open in before.items() if is_open)
    after = ledger_after(judge(bad_role, roles=complete(*roles)), was_open)
    failing = {r.key for r in roles if r.role == "bad"}
    puzzling = {r.key for r in roles if r.role == "odd"}
    assert after == failing | (was_open & puzzling)


@given(ROLES)
def test_partial_evidence_never_passes(roles: tuple[PackageRole, ...]) -> None:
    assert not isinstance(judge(bad_role, roles=part(*roles)).verdict, Pass)


@given(ROLES, LIVES, st.sampled_from(Reason))
def test_unknown_closes_nothing(roles: tuple[PackageRole, ...], before: dict[str, bool], reason: Reason) -> None:
    was_open = frozenset(k for k, is_open in before.items() if is_open)
    for judged in (
        judge(bad_role, roles=Seen(outcome=None, reason=reason)),
        judge(no_role, roles=part(*roles), project=PROJECT),
        judge(no_role, roles=complete(*roles)),
    ):
        assert isinstance(judged.verdict, Unknown)
        assert ledger_after(judged, was_open) == was_open


@given(st.sampled_from(Reason))
def test_an_unknown_says_why(reason: Reason) -> None:
    judged = judge(bad_role, roles=Seen(outcome=None, reason=reason, detail="because"))
    assert judged.verdict == Unknown(reason, "because")


def test_all_needs_everything_and_proof_of_nothing_is_everything() -> None:
    assert isinstance(judge(no_role, roles=complete(), project=PROJECT).verdict, Fail)
    assert judge(no_role, roles=part(), project=PROJECT).verdict == Unknown(Reason.PARTIAL)
    assert judge(no_role, project=PROJECT).verdict == Unknown(Reason.UNCOLLECTED)


def test_what_is_proved_absent_fails_only_where_the_check_asks_for_it() -> None:
    absent = Seen(outcome=Outcome.ABSENT)
    assert isinstance(judge(gone, project=absent).verdict, Fail)
    assert isinstance(judge(no_role, roles=complete(), project=absent).verdict, NotApplicable)
    assert judge(gone, project=Seen(outcome=None, reason=Reason.UNREACHABLE)).verdict == Unknown(Reason.UNREACHABLE)


def test_a_single_fact_that_is_missing_from_complete_evidence_is_unreadable_not_a_pass() -> None:
    verdict = judge(gone, project=complete()).verdict
    assert isinstance(verdict, Unknown)
    assert verdict.reason is Reason.UNREADABLE


def test_a_record_that_a_familys_registries_do_not_keep_is_not_asked_for() -> None:
    assert judge(held, "npm:callisto").verdict == NotApplicable("not kept")
    assert judge(held).verdict == Unknown(Reason.UNCOLLECTED)
    assert isinstance(judge(held, ownership=complete(PackageOwnership(organization="x"))).verdict, Fail)


LIVE = complete(GithubRepository(id=1, name="callisto/core"))
ARCHIVED = complete(GithubRepository(id=1, name="callisto/core", archived=True))


@given(st.sampled_from((complete(PrivateReporting(enabled=False)), part(), Seen(outcome=None))))
def test_what_is_archived_is_not_judged_whatever_else_is_known_of_it(reporting: Seen) -> None:
    judged = judge(used, "github:repo/callisto/core", repository=ARCHIVED, reporting=reporting)
    assert judged.verdict == NotApplicable("it is archived")
    assert ledger_after(judged, frozenset({""})) == frozenset()


def test_what_is_not_known_to_be_in_use_is_not_judged_either() -> None:
    off = complete(PrivateReporting(enabled=False))
    assert isinstance(judge(used, "github:repo/callisto/core", repository=LIVE, reporting=off).verdict, Fail)
    judged = judge(used, "github:repo/callisto/core", reporting=off)
    assert judged.verdict == Unknown(Reason.UNCOLLECTED)
    assert ledger_after(judged, frozenset({""})) == {""}


def test_what_must_be_unarchived_stands_first() -> None:
    def late(reporting: PrivateReporting, repository: Unarchived[GithubRepository]) -> Verdict:
        return PASS

    with pytest.raises(TypeError, match="stands first"):
        check(title="Late", severity="low")(late)


@pytest.mark.parametrize("outcome", [Outcome.COLLECTED, Outcome.PARTIAL])
def test_some_are_those_that_were_seen_and_nothing_seen_is_none_of_them(outcome: Outcome) -> None:
    access = complete(OrganizationAccess(level="outside"))
    ada = Seen(outcome=outcome, items=(OrganizationMember(id=1, login="ada"),))
    assert judge(nobody_known, "github:org/callisto", access=access, members=ada).verdict == PASS
    for members in (Seen(outcome=None, reason=Reason.DENIED), Seen(outcome=outcome)):
        judged = judge(nobody_known, "github:org/callisto", access=access, members=members)
        assert isinstance(judged.verdict, Fail)
    assert isinstance(judge(nobody_known, "github:org/callisto", access=access).verdict, Fail)
    assert isinstance(judge(nobody_known, "github:org/callisto", members=ada).verdict, Unknown)


def test_a_check_judges_what_its_evidence_tells_of_and_all_assets_if_it_asks_for_none() -> None:
    assert set(declared(bad_role).families) == {PYPI, NPM}
    assert declared(declared_alone).families == FAMILIES
    assert declared(declared_alone).kinds == ()


def test_a_status_that_the_check_does_not_judge_is_not_applicable() -> None:
    entry = DeclaredAsset(asset="pypi:old", status=Status.ARCHIVED, reason="a test")
    run = compile(declared(bad_role))
    bad = complete(PackageRole(account="a", role="bad"))
    judged = run(Dossier("pypi:old", entry, "", {PackageRole: bad}), Bench(NOBODY, NOBODY.policy, date(2026, 3, 1)))
    assert isinstance(judged.verdict, NotApplicable)
    assert judged.cleared is None


def test_stale_evidence_gives_the_verdict_and_says_that_it_is_stale() -> None:
    old = Seen(outcome=Outcome.COLLECTED, items=(PackageRole(account="a", role="good"),), stale=True)
    judged = judge(bad_role, roles=old)
    assert (judged.verdict, judged.stale) == (PASS, True)


def test_a_finding_is_marked_with_what_was_read_and_at_least_amber_to_its_subproject() -> None:
    entry = DeclaredAsset(asset="pypi:x", status=Status.OFFICIAL, reason="a test")

    def marked(marking: Marking) -> Marking:
        seen = Seen(outcome=Outcome.COLLECTED, marking=marking)
        return marking_of(declared(bad_role), Dossier("pypi:x", entry, "shell", {PackageRole: seen}))

    shell = frozenset({"shell"})
    assert marked(CLEAR) == Marking(TLP.AMBER, shell)
    assert marked(Marking(TLP.RED)) == Marking(TLP.RED, shell)
    assert marked(Marking(TLP.AMBER, frozenset({"web"}))) == Marking(TLP.AMBER, frozenset())


def test_a_parameter_that_names_no_evidence_is_refused_when_the_check_is_declared() -> None:
    def wrong(number: int) -> Verdict:
        return PASS

    def asks_for_what_is_declared(party: Each[DeclaredAsset]) -> Problem | None:
        return None

    for function in (wrong, asks_for_what_is_declared):
        with pytest.raises(TypeError, match="names no evidence"):
            check(title="Wrong", severity="low")(function)


def test_a_check_that_raises_gives_unknown_and_closes_nothing() -> None:
    judged = judge(broken, roles=complete())
    assert isinstance(judged.verdict, Unknown)
    assert judged.verdict.reason is Reason.FAULTY
    assert judged.verdict.detail == "ZeroDivisionError: integer division or modulo by zero"
    assert ledger_after(judged, frozenset({"a", ""})) == {"a", ""}


def test_a_check_that_answers_nothing_gives_unknown_too() -> None:
    judged = judge(mute, roles=complete())
    assert judged == Judged(
        Unknown(Reason.FAULTY, "the check answered with NoneType, which is no answer"), frozenset()
    )


def test_an_item_that_breaks_a_check_does_not_hide_the_others() -> None:
    items = [PackageRole(account=a, role=r) for a, r in (("a", "bad"), ("b", "odd"), ("c", "good"))]
    judged = judge(fragile, roles=complete(*items), project=PROJECT)
    assert isinstance(judged.verdict, Fail)
    assert [p.key for p in judged.verdict.problems] == ["a/bad"]
    assert ledger_after(judged, frozenset({"b/odd", "c/good", "d/gone"})) == {"a/bad", "b/odd"}
    judged = judge(fragile, roles=complete(*items[1:]), project=PROJECT)
    assert judged.verdict == Unknown(Reason.FAULTY, "OverflowError: date value out of\ufffd[31m range: b")
    assert ledger_after(judged, frozenset({"b/odd", "c/good"})) == {"b/odd"}


@given(roles=ROLES, before=LIVES)
def test_a_check_that_raises_on_an_item_judges_as_one_that_cannot_tell(
    roles: tuple[PackageRole, ...], before: dict[str, bool]
) -> None:
    for evidence in (complete(*roles), part(*roles)):
        raised, puzzled = judge(fragile, roles=evidence, project=PROJECT), judge(bad_role, roles=evidence)
        assert ledger_after(raised, frozenset(before)) == ledger_after(puzzled, frozenset(before))
        assert type(raised.verdict) is type(puzzled.verdict)


def test_a_check_that_gives_two_problems_one_key_has_no_answer_and_closes_nothing() -> None:
    @check(title="Careless", severity="low", id="test/careless", families=("pypi",))
    def careless(entry: DeclaredAsset) -> Verdict:
        """Gives the same key twice."""
        return Fail((Problem("one"), Problem("two")))

    entry = DeclaredAsset(asset="pypi:x", status=Status.OFFICIAL, reason="made up")
    judged = compile(declared(careless))(
        Dossier("pypi:x", entry, "", {}), Bench(NOBODY, NOBODY.policy, date(2026, 3, 1))
    )
    assert isinstance(judged.verdict, Unknown)
    assert judged.verdict.reason is Reason.FAULTY
    assert judged.cleared == frozenset()


@pytest.mark.parametrize(
    "answer",
    [
        Fail(("x",)),  # type: ignore[arg-type]
        Fail(None),  # type: ignore[arg-type]
        Fail(()),
        Fail((Problem(3),)),  # type: ignore[arg-type]
        Fail((Problem("m", key=["k"]),)),  # type: ignore[arg-type]
        Fail((Problem("\ud800"),)),
        Unknown("x"),  # type: ignore[arg-type]
        "pass",
        None,
    ],
    ids=repr,
)
def test_an_answer_without_the_shape_of_one_is_none_and_closes_nothing(answer: object) -> None:
    @check(title="Odd", severity="low", id="test/odd", families=("pypi",))
    def odd(entry: DeclaredAsset) -> Verdict:
        """Answers nonsense."""
        return answer  # type: ignore[return-value]

    entry = DeclaredAsset(asset="pypi:x", status=Status.OFFICIAL, reason="made up")
    bench = Bench(NOBODY, NOBODY.policy, date(2026, 3, 1))
    judged = compile(declared(odd))(Dossier("pypi:x", entry, "", {}), bench)
    assert isinstance(judged.verdict, Unknown)
    assert judged.verdict.reason is Reason.FAULTY
    assert judged.cleared == frozenset()
