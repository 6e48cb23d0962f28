"""Credentials, grants, reviews and answers as people write them: what is read, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from muniment.evidence.declared_answer import DeclaredAnswer
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_credential import DeclaredCredential
from muniment.evidence.declared_grant import DeclaredGrant
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_review import DeclaredReview
from muniment.evidence.kind import decoder, encode
from muniment.model.asset import Status
from muniment.model.errors import RegisterError
from muniment.model.party import Account
from muniment.model.tlp import TLP
from muniment.register.inventory import Inventory
from muniment.register.reading import read

HEAD = """\
project: {id: callisto, name: Project Callisto, marking: clear}
subprojects: {harbour: {name: Harbour}}
assets:
  service:registrar: {status: official, reason: made up}
  github:org/callisto: {status: official, reason: made up}
parties: {ada: {name: Ada}, noor: {name: Noor, left: 2026-01-31}, robin: {name: Robin}}
teams: {bots: {members: [robin]}}
"""
CREDENTIAL = "purpose: renews, kept: the vault, opens: [service:registrar], readers: [ada]"
GRANT = "asset: github:org/callisto, role: member, purpose: an internship, until: 2026-08-31"
ANSWER = "asset: service:registrar, seen: 2026-06-03, until: 2027-06-03, statement: needed"


def home(path: Path, text: str) -> Path:
    (path / "register.yaml").write_text(HEAD + text, encoding="utf-8")
    return path


def mistakes(path: Path, text: str) -> list[str]:
    with pytest.raises(RegisterError) as caught:
        read(home(path, text))
    return [str(mistake) for mistake in caught.value.mistakes]


def test_all_four_are_read_and_closed(tmp_path: Path) -> None:
    text = f"""\
credentials: {{login: {{{CREDENTIAL}, rotated: 2026-02-03, rotate-every: 365}}}}
grants: [{{holder: robin, sponsor: ada, cohort: interns, {GRANT}}}]
reviews: {{spring: {{by: ada, started: 2026-03-01, due: 2026-04-01, cohort: interns}}}}
attestations: [{{holder: "github:Robin-E", answer: drop, by: ada, {ANSWER}}}]
"""
    found = {type(e): e for e in read(home(tmp_path, text)).evidence}
    credential, grant = found[DeclaredCredential], found[DeclaredGrant]
    assert isinstance(credential, DeclaredCredential) and credential.due_on == date(2027, 2, 3)
    assert isinstance(grant, DeclaredGrant) and grant.cohort == "interns"
    assert isinstance(answer := found[DeclaredAnswer], DeclaredAnswer) and answer.holder == "github:robin-e"
    for kind in (DeclaredCredential, DeclaredGrant, DeclaredReview, DeclaredAnswer):
        assert kind in found and kind.marking is TLP.AMBER and kind.keyed_by_asset
        assert decoder(kind).decode(encode(found[kind])) == found[kind]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"credentials: {{login: {{{CREDENTIAL}, due: 2027-01-01, rotate-every: 90}}}}",
            "both 'due' and 'rotate-every'",
        ),
        (
            f"credentials: {{login: {{{CREDENTIAL}, due: 2026-01-01, rotated: 2026-02-01}}}}",
            "before it was made anew",
        ),
        (
            f"credentials: {{login: {{{CREDENTIAL}, rotate-every: 0}}}}",
            "a whole number from 1 to 3660; got the number …",
        ),
        (
            f"credentials: {{login: {{{CREDENTIAL}, Password: hunter2}}}}",
            "a credential's value is never written down",
        ),
        (
            "credentials: {login: {purpose: x, kept: y, opens: [service:vault]}}",
            "the asset 'service:vault' is not declared",
        ),
        ("credentials: {login: {purpose: x, kept: y, readers: [zoe]}}", "the handle 'zoe' is not declared"),
        (f"grants: [{{holder: ada, sponsor: ada, {GRANT}}}]", "'ada' is the sponsor of their own grant"),
        (
            f"grants: [{{holder: robin, sponsor: ada, {GRANT}}}, {{holder: robin, sponsor: ada, {GRANT}}}]",
            "stands twice",
        ),
        ("reviews: {x: {by: ada, started: 2026-03-01, due: 2026-04-01}}", "one of three"),
        (
            "reviews: {x: {by: ada, started: 2026-03-01, due: 2026-02-01, cohort: bots}}",
            "'due' is 2026-02-01, before",
        ),
        (
            "reviews: {x: {by: ada, started: 2026-03-01, due: 2026-04-01, cohort: bats}}",
            "the cohort 'bats' is not declared",
        ),
        (f"attestations: [{{holder: ada, by: noor, {ANSWER}}}]", "'holder' without 'answer'"),
        (f"attestations: [{{answer: drop, by: noor, {ANSWER}}}]", "'answer' without 'holder'"),
        (f"attestations: [{{holder: ada, answer: confirm, by: ada, {ANSWER}}}]", "'ada' confirms their own access"),
        (f"attestations: [{{holder: ada, answer: keep, by: noor, {ANSWER}}}]", "expected one of confirm, drop"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    told = mistakes(tmp_path, text)
    assert any(said in line and line.startswith("register.yaml:8:") for line in told), told
    assert not any("hunter2" in line for line in told)


def test_a_tree_more_open_than_amber_may_not_have_them(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "more.yaml").write_text(
        f"credentials: {{login: {{{CREDENTIAL}}}}}\n"
        "reviews: {x: {by: ada, started: 2026-03-01, due: 2026-04-01, cohort: bots}}\n"
        f"grants: [{{holder: robin, sponsor: ada, {GRANT}}}]\n"
    )
    told = mistakes(tmp_path, "include: {open: {path: open, marking: green}}\n")
    assert [line.split(": ")[1] for line in told] == ["credentials", "reviews", "grants"]
    assert all("is TLP:AMBER, and the tree open is TLP:GREEN" in line for line in told)


def test_a_tree_of_a_subprojects_speaks_of_its_own_alone(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "more.yaml").write_text(
        "assets: {service:forum: {status: official, reason: made up}}\n"
        f"credentials: {{login: {{{CREDENTIAL}}}, forum: {{purpose: x, kept: y, opens: [service:forum]}}}}\n"
        "reviews: {x: {by: ada, started: 2026-03-01, due: 2026-04-01, cohort: bots}}\n"
    )
    told = mistakes(tmp_path, "include: {own: {path: own, owner: harbour}}\n")
    assert len(told) == 2 and "service:registrar is not declared as harbour's" in told[0]
    assert "nobody in particular in a tree that speaks for harbour alone" in told[1]


def test_payloads_of_before_decode_and_a_persons_day_of_leaving_is_kept(tmp_path: Path) -> None:
    assert decoder(DeclaredParty).decode(b'{"handle":"ada"}').left is None
    old = b'{"id":"x","purpose":"p","kept":"k"}'
    assert decoder(DeclaredCredential).decode(old).due_on is None
    assert (
        decoder(DeclaredCredential).decode(msgspec.json.encode({**msgspec.json.decode(old), "later": 1})).id == "x"
    )
    people = {p.handle: p for p in read(home(tmp_path, "")).evidence if isinstance(p, DeclaredParty)}
    assert people["noor"].left == date(2026, 1, 31)


def test_each_is_judged_once_and_never_nowhere() -> None:
    def entry(asset: str, status: Status) -> DeclaredAsset:
        return DeclaredAsset(asset=asset, status=status, reason="made up")

    def credential(id: str, *opens: str) -> DeclaredCredential:
        return DeclaredCredential(id=id, purpose="x", kept="y", opens=opens)

    inventory = Inventory.of(
        [
            entry("service:old", Status.ARCHIVED),
            entry("service:registrar", Status.OFFICIAL),
            entry("service:vault", Status.UNCLEAR),
            credential("two", "service:old", "service:registrar", "service:vault"),
            credential("old", "service:old"),
            credential("none"),
            credential("found", "github:repo/callisto/lodestar"),
        ]
    )
    at = {asset: {c.id for c in own} for asset, own in inventory.entrusted.credentials_at.items()}
    assert at == {"service:registrar": {"two"}, "project:": {"old", "none", "found"}}


def test_the_newest_answer_counts_under_whatever_name_of_the_holder() -> None:
    def answer(holder: str, seen: date, said: str) -> DeclaredAnswer:
        return DeclaredAnswer(
            asset="pypi:x", holder=holder, answer=said, by="noor", seen=seen, until=date(2027, 1, 1), statement="x"
        )

    ada = DeclaredParty(handle="ada", github_id=4711, accounts=(Account("pypi", "Ada-Example"),))
    facts = [
        answer("ada", date(2026, 3, 1), "confirm"),
        answer("pypi:ada-example", date(2026, 5, 1), "drop"),
        answer("github-id:4711", date(2026, 4, 1), "confirm"),
    ]
    for order in (facts, facts[::-1]):
        found = Inventory.of([ada, *order]).entrusted.answers
        assert {key: a.answer for key, a in found.items()} == {("pypi:x", "ada"): "drop"}
