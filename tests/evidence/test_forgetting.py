"""A name is replaced where it stands as a word of its own, in texts, facts and bundles, and nowhere else."""

from __future__ import annotations

import gzip
import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment.evidence.bundle import rewrite, write
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.forgetting import Erasure, Person, digest_of, own_words, with_tombstones
from muniment.evidence.kind import encode, kinds
from muniment.evidence.organization_member import OrganizationMember
from muniment.evidence.package_role import PackageRole
from muniment.model.errors import BundleError
from muniment.model.observation import Batch, Cell, Item, Outcome
from muniment.model.party import Account
from muniment.model.tlp import CLEAR
from muniment.testing.canaries import Secrets, filled

ADA = Person(
    handles=("ada",),
    names=("Ada Ämpel",),
    accounts=(Account("github", "ada-l"), Account("pypi", "ada.l")),
    numbers=(4711, 9876543),
)
MADE = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "ADA",
        "@ada said",
        "pypi:ada",
        "pypi:ada.l/Owner",
        "Thanks, Ada.",
        "see https://x.example/ada-l/thing",
        "Ada Ämpel",
        "ada  ämpel",
        "Ada\nÄmpel",
        unicodedata.normalize("NFD", "Ada Ämpel"),
        "github:4711",
        "login github:noor-x github-id:4711",
        "address email:4711+noor-x@users.noreply.github.com",
        "user 9876543 left",
        "(ada)",
        "ada@mail.example",
        "ada-l, noor",
    ],
)
def test_a_name_that_stands_as_a_word_is_replaced(text: str) -> None:
    after = Erasure(ADA, 1).text(text)
    assert not Erasure(ADA, 1).found(after)
    assert "forgotten-1" in after or "-10" in after


@pytest.mark.parametrize(
    "text",
    [
        "adam",
        "nada",
        "ada-lm",
        "x-ada",
        "ada_2",
        "ada.lovelace",
        "ada.example.org",
        "Ada Other-Ämpel",
        "4711",
        "1.4711",
        "github-id:47110",
        "14711+noor-x@users.noreply.github.com",
        "4711+noor-x@people.example",
    ],
)
def test_a_name_inside_another_word_is_somebody_elses(text: str) -> None:
    erasure = Erasure(Person(names=("Ada Ämpel",), accounts=ADA.accounts, numbers=ADA.numbers, handles=("ada",)), 1)
    assert erasure.text(text.replace("Ada Other", "Adam Other")) == text.replace("Ada Other", "Adam Other")


def test_a_name_that_is_also_a_word_of_muniments_is_replaced_only_where_a_person_is_meant() -> None:
    erasure = Erasure(
        Person(accounts=(Account("pypi", "owner"),)), 1, own_words(["Owner", "packages/single-owner"])
    )
    role = PackageRole(account="owner", role="Owner")
    after = msgspec.json.decode(erasure.payload("package-role", encode(role)), type=PackageRole)
    assert after == PackageRole(account="forgotten-1", role="Owner")
    said = '{"type":"Opened","message":"an owner is missing","by":"owner"}'
    assert json.loads(erasure.event(said, of_people=False)) == {
        "type": "Opened",
        "message": "an owner is missing",
        "by": "forgotten-1",
    }
    assert erasure.left("an owner is missing") and erasure.narrow == ("owner",)


def test_a_very_short_name_is_not_looked_for_in_texts() -> None:
    erasure = Erasure(Person(accounts=(Account("pypi", "al"),)), 1)
    assert erasure.text("et al has it") == "et al has it"
    assert erasure.account("al") == "forgotten-1"


def test_numbers_are_replaced_where_a_person_is_meant_and_not_where_a_repository_is() -> None:
    erasure = Erasure(ADA, 2)
    member = erasure.payload("organization-member", encode(OrganizationMember(id=4711, login="ada-l")))
    assert msgspec.json.decode(member, type=OrganizationMember) == OrganizationMember(id=-200, login="forgotten-2")
    repository = b'{"id":4711,"asset":"github:repo/callisto/x","archived":false,"fork":false}'
    assert erasure.payload("organization-repository", repository) == repository


def test_accounts_that_one_place_tells_apart_keep_apart() -> None:
    accounts = (
        Account("pypi", "ada"),
        Account("pypi", "ada-bot"),
        Account("npm", "ada-bot"),
        Account("npm", "ada3"),
    )
    stones = Erasure(Person(accounts=accounts), 1).stones
    assert stones["ada"] != stones["ada-bot"] != stones["ada3"]
    assert all(stone.startswith("forgotten-1") for stone in stones.values())


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_no_text_field_of_any_kind_keeps_a_name(kind: str) -> None:
    secrets = Secrets(f"zqx-{kind}")
    fact = filled(kinds()[kind], secrets)
    payload = encode(fact)
    others = payload.replace(b"-end", b"-end-smith").replace(b"canary", b"xcanary")
    erasure = Erasure(Person(handles=tuple(secrets.given)), 1)
    after = erasure.payload(kind, payload)
    assert b"canary" not in after
    assert encode(msgspec.json.decode(after, type=kinds()[kind])) == after, "as the next look would write it"
    assert erasure.payload(kind, others) == others


@given(
    st.text(), st.lists(st.sampled_from(["ada", "Ada Ämpel", "ada.l", " ", "-", ".", "x", "\\", '"']), max_size=9)
)
@example("", ["İ", "ada"])
def test_what_was_replaced_once_stays_replaced(text: str, words: list[str]) -> None:
    erasure = Erasure(ADA, 1)
    for said in (text, "".join(words)):
        once = erasure.text(said)
        assert erasure.text(once) == once
        assert not erasure.found(once)


def roles(*accounts: str) -> Batch:
    facts = [PackageRole(account=a, role="Owner") for a in accounts]
    return Batch(
        cell=Cell("pypi", "pypi:lantern", "package-role"),
        vantage=frozenset({"pypi:anonymous"}),
        outcome=Outcome.COLLECTED,
        observed_at=MADE,
        parser="pypi/1",
        marking=CLEAR,
        items=tuple(Item(f.key, encode(f)) for f in facts),
        detail="as ada-l said",
    )


@pytest.mark.parametrize("compressed", [False, True])
def test_a_bundle_is_rewritten_and_says_nothing_of_the_person(compressed: bool) -> None:
    data = write([roles("ada.l", "ada.lovelace", "noor")], made=MADE, by="tests", compressed=compressed)
    after = rewrite(data, Erasure(ADA, 1).line)
    plain = gzip.decompress(after) if compressed else after
    assert b'ada.l"' not in plain and b"ada-l" not in plain
    assert b"ada.lovelace" in plain and b"forgotten-1" in plain
    assert rewrite(after, Erasure(ADA, 1).line) == after
    if compressed:
        assert after[:2] == b"\x1f\x8b"


def test_escaped_letters_hide_no_name_in_a_bundle() -> None:
    data = write([roles("ada.l")], made=MADE, by="tests").replace(b"ada.l", b"\\u0061da.l")
    assert b"ada.l" not in data
    after = rewrite(data, Erasure(ADA, 1).line)
    assert b"\\u0061" not in after and b"forgotten-1" in after


def test_a_bundle_that_does_not_name_the_person_keeps_every_byte() -> None:
    data = gzip.compress(gzip.decompress(write([roles("noor")], made=MADE, by="t", compressed=True)), 1, mtime=9)
    clean = data.replace(b"ada-l", b"noor-")
    assert rewrite(clean, Erasure(Person(handles=("zeta",)), 1).line) == clean


def test_what_is_no_bundle_is_refused() -> None:
    with pytest.raises(BundleError):
        rewrite(b"{}\n", Erasure(ADA, 1).line)


def test_one_bundle_keeps_as_many_facts_as_it_had() -> None:
    person = Person(accounts=(Account("pypi", "ada"),))
    data = write([roles("ada", "Ada", "forgotten-1")], made=MADE, by="tests")
    after = rewrite(data, Erasure(person, 1).line)
    items: list[dict[str, Any]] = json.loads(after.splitlines()[1])["items"]
    assert len({item["account"] for item in items}) == 3


def test_an_account_that_was_forgotten_is_seen_as_its_tombstone() -> None:
    known = {digest_of("pypi", "Ada.L"): "forgotten-1"}
    after = with_tombstones(roles("ada.l", "noor"), known)
    assert [item.key for item in after.items] == ["forgotten-1/Owner", "noor/Owner"]
    assert with_tombstones(roles("noor"), known) == roles("noor")
    assert with_tombstones(roles("ada.l"), {}) == roles("ada.l")


def test_a_forgotten_number_that_took_another_name_is_still_forgotten() -> None:
    member = OrganizationMember(id=4711, login="new-name", role="owner")
    cell = Cell("github", "github:org/callisto", "organization-member")
    batch = msgspec.structs.replace(roles(), cell=cell, items=(Item(member.key, encode(member)),))
    (item,) = with_tombstones(batch, {digest_of("github-id", "4711"): "-300"}).items
    assert msgspec.json.decode(item.payload, type=OrganizationMember) == OrganizationMember(
        id=-300, login="forgotten-3", role="owner"
    )
    assert item.key == "-300"


def test_the_person_is_known_by_all_names() -> None:
    party = DeclaredParty(handle="ada", name="Ada Ämpel", github_id=4711, accounts=ADA.accounts)
    after = Erasure(ADA, 1).payload("declared-party", encode(party))
    assert msgspec.json.decode(after, type=DeclaredParty) == DeclaredParty(
        handle="forgotten-1",
        name="forgotten-1",
        github_id=-100,
        accounts=(Account("github", "forgotten-1"), Account("pypi", "forgotten-1")),
    )
