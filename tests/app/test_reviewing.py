"""An access review asks about what was seen and declared, and only fresh answers of others settle it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from muniment.app.dossiers import book_at
from muniment.app.reviewing.answering import answered, listed
from muniment.app.reviewing.sheet import Question, Sheet, sheet
from muniment.app.reviewing.writing import asked, checklist, report, reviewers
from muniment.evidence.declared_answer import DeclaredAnswer
from muniment.evidence.declared_asset import Holding
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_review import DeclaredReview
from muniment.evidence.package_ownership import PackageOwnership
from muniment.evidence.package_role import PackageRole
from muniment.model.errors import UsageError
from muniment.model.observation import Outcome
from muniment.model.party import Account
from muniment.model.tlp import TLP
from muniment.reporters import harmless
from tests.app.conftest import BEGAN, World

X = "pypi:x"
STARTED = BEGAN.date()
REVIEW = DeclaredReview(
    id="spring", by="noor", started=STARTED, due=STARTED + timedelta(days=30), assets=(X, "service:vault")
)
NOOR = DeclaredParty(handle="noor", name="Noor Example", accounts=(Account("pypi", "noor"),))


def answer(
    holder: str, said: str = "confirm", *, by: str = "noor", seen: date = STARTED, days: int = 300
) -> DeclaredAnswer:
    until = seen + timedelta(days=days)
    return DeclaredAnswer(asset=X, holder=holder, answer=said, by=by, seen=seen, until=until, statement="she does")


def taken(world: World, review: DeclaredReview = REVIEW) -> Sheet:
    return sheet(world.store, book_at(world.store), review, at=None, now=world.today)


def on(found: Sheet, holder: str, asset: str = X) -> Question:
    (own,) = (q for q in found.questions if (q.asset, q.holder) == (asset, holder))
    return own


@pytest.fixture
def world(world: World) -> World:
    world.package("x")
    own = (e for e in world.says(X) if not isinstance(e, PackageOwnership))
    world.sky.says[X] = (*own, PackageRole(account="Stranger-1", role="Maintainer"))
    world.declare("service:vault")
    world.assets["service:vault"] = replace(world.assets["service:vault"], holders=(Holding("owner", ("ada",)),))
    world.more.append(NOOR)
    return world


def test_each_holder_seen_or_declared_is_asked_about_once_and_never_asked_about_themselves(world: World) -> None:
    world.more.append(
        DeclaredCredential(id="key", purpose="x", kept="y", opens=("service:vault",), readers=("ada", "noor"))
    )
    world.run()
    found = taken(world)
    assert [(q.asset, q.holder, q.state, q.standing) for q in found.questions] == [
        (X, "ada", "seen", "open"),
        (X, "grace", "seen", "open"),
        (X, "pypi:stranger-1", "seen", "open"),
        ("service:vault", "ada", "unseen", "open"),
        ("service:vault", "noor", "unseen", "open"),
    ]
    assert on(found, "ada", "service:vault").roles == ("owner", "can read the credential key")
    assert all(q.reviewer not in ("", q.holder) for q in found.questions)
    assert found.marking.level >= TLP.AMBER
    assert "no source that muniment asks tells who holds them: service:vault" in found.unseen


def test_what_no_source_tells_of_is_one_line_whatever_it_is(world: World) -> None:
    world.declare("channel:forum")
    world.run()
    found = taken(world, replace(REVIEW, assets=(X, "service:vault", "channel:forum")))
    (line,) = (line for line in found.unseen if "no source that muniment asks" in line)
    assert line == "no source that muniment asks tells who holds them: channel:forum, service:vault"


def test_what_could_not_be_seen_is_said_and_asks_nothing_away(world: World) -> None:
    world.sky.says[X] = Outcome.DENIED
    world.run()
    found = taken(world)
    assert not [q for q in found.questions if q.asset == X]
    assert any(X in line and "denied" in line for line in found.unseen)


def test_only_a_fresh_answer_of_somebody_else_counts_and_it_expires(world: World) -> None:
    world.more += [
        answer("ada"),
        answer("grace", by="grace"),
        answer("pypi:stranger-1", seen=STARTED - timedelta(days=1)),
    ]
    world.run()
    found = taken(world)
    assert [on(found, h).standing for h in ("ada", "grace", "pypi:stranger-1")] == ["confirmed", "open", "open"]
    world.run(days=40)
    found = taken(world)
    assert [on(found, h).standing for h in ("ada", "grace", "pypi:stranger-1")] == [
        "confirmed",
        "overdue",
        "overdue",
    ]
    world.run(days=300)
    assert on(taken(world), "ada").standing == "expired"
    assert on(taken(world), "ada") in taken(world).waiting


def test_what_is_dropped_is_a_task_until_complete_evidence_lacks_it(world: World) -> None:
    world.assets[X] = replace(world.assets[X], holders=(Holding("Owner", ("ada", "grace")),))
    world.more += [answer("grace", "drop"), replace(answer("ada", "drop"), asset="service:vault")]
    world.run()
    assert on(taken(world), "ada", "service:vault").standing == "to be taken away, not seen whether it was"
    assert on(taken(world), "grace").standing == "to be taken away"
    gone = tuple(e for e in world.says(X) if getattr(e, "account", "") != "grace")
    world.sky.says[X] = gone
    world.sky.partial = {(X, PackageRole)}
    world.run()
    assert on(taken(world), "grace").standing == "to be taken away"
    world.sky.partial = set()
    world.run()
    assert on(taken(world), "grace").standing == "taken away"


def test_a_cohort_is_its_grants_and_its_team_and_the_sponsor_is_asked(world: World) -> None:
    world.more += [
        DeclaredGrant(
            holder="grace",
            asset=X,
            role="Owner",
            sponsor="ada",
            purpose="x",
            until=date(2027, 1, 1),
            cohort="interns",
        ),
        DeclaredParty(handle="bots", members=("ada",)),
    ]
    world.run()
    interns = taken(world, replace(REVIEW, assets=(), cohort="interns"))
    assert [(q.asset, q.holder, q.reviewer) for q in interns.questions] == [(X, "grace", "ada")]
    bots = taken(world, replace(REVIEW, assets=(), cohort="bots"))
    assert {(q.asset, q.holder) for q in bots.questions} == {(X, "ada"), ("service:vault", "ada")}


def test_a_grant_is_expected_beside_the_holders_and_makes_no_strangers_where_there_are_none(world: World) -> None:
    world.assets[X] = replace(world.assets[X], holders=(Holding("Owner", ("ada",)),))
    world.run()
    assert {f.id.key for f in world.findings("packages/holder-not-expected")} == {
        "grace/Owner",
        "Stranger-1/Maintainer",
    }
    world.more.append(
        DeclaredGrant(holder="grace", asset=X, role="owner", sponsor="ada", purpose="x", until=date(2027, 1, 1))
    )
    world.run()
    open = {f.id.key for f in world.findings("packages/holder-not-expected") if f.state.value == "open"}
    assert open == {"Stranger-1/Maintainer"}
    world.assets[X] = replace(world.assets[X], holders=())
    world.run()
    assert not [f for f in world.findings("packages/holder-not-expected") if f.state.value == "open"]


def test_the_lists_that_go_out_come_back_and_obey_no_data(world: World) -> None:
    world.more[0] = DeclaredParty(
        handle="ada", name="Ada [x](https://evil.example) <b>|", accounts=(Account("pypi", "ada.l"),)
    )
    world.run()
    found = taken(world)
    inventory = book_at(world.store).inventory
    pages = [checklist(found, inventory, harmless.text, own) for own in reviewers(found)]
    assert sum(page.count("- [ ] ") for page in pages) == len(found.waiting)
    assert all("](https://evil" not in page and "<b>" not in page and "*TLP:AMBER*" in page for page in pages)
    assert "](https://evil" not in report(found, harmless.text)
    rows = asked(found)
    text = "asset,holder,answer,reason\n" + "".join(f"{r[2]},{r[3]},CONFIRM,needed\n" for r in rows)
    for line, row in listed(text, "answers.csv"):
        own = answered(
            found, inventory, **row, by="noor" if row["holder"] != "noor" else "ada", seen=STARTED, until=STARTED
        )
        assert line >= 2 and own.answer == "confirm"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"asset": "pypi:y"}, "does not ask about"),
        ({"answer": "yes"}, "is no answer"),
        ({"reason": " "}, "has no reason"),
        ({"by": "nobody"}, "knows nobody called"),
        ({"by": "ada"}, "cannot confirm their own access"),
        ({"until": STARTED - timedelta(days=1)}, "cannot end on"),
    ],
)
def test_an_answer_that_is_none_is_refused(world: World, change: dict[str, object], said: str) -> None:
    world.run()
    given = {
        "asset": X,
        "holder": "ada",
        "answer": "confirm",
        "reason": "why",
        "by": "noor",
        "seen": STARTED,
        "until": STARTED,
    }
    with pytest.raises(UsageError, match=said):
        answered(taken(world), book_at(world.store).inventory, **{**given, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", 'asset,holder,answer,reason\n"open,x\n', "x" * 1_000_001])
def test_a_list_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        list(listed(text, "answers.csv"))
