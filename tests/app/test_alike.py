"""What is a sign that two accounts are one person's, and what never is: laws and cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.app.alike import MayBe, Spotted, Strength, proposals
from muniment.app.sync.telling import proposal
from muniment.evidence.declared_asset import DeclaredAsset
from muniment.evidence.declared_distinction import DeclaredDistinction
from muniment.evidence.declared_party import DeclaredParty
from muniment.evidence.declared_policy import DeclaredPolicy
from muniment.evidence.kind import Evidence
from muniment.model.asset import Status
from muniment.model.party import Account
from muniment.model.policy import Policy
from muniment.model.tlp import CLEAR, RED, TLP, Marking
from muniment.register.inventory import Inventory

AT = datetime(2026, 3, 2, 6, tzinfo=UTC)
TODAY = AT.date()
HEAD = DeclaredPolicy(project="callisto", name="Project Callisto", policy=Policy())
LODESTAR = DeclaredAsset(asset="pypi:lodestar", status=Status.OFFICIAL, reason="ours")


def person(
    handle: str, *accounts: str, name: str = "", number: int | None = None, bot: bool = False
) -> DeclaredParty:
    made = tuple(Account(*word.split(":", 1)) for word in accounts)
    return DeclaredParty(handle=handle, name=name or "Ada Example", accounts=made, github_id=number, bot=bot)


def spotted(word: str, number: int = 0, marking: Marking = CLEAR, asset: str = "") -> Spotted:
    place, _, login = word.partition(":")
    about = asset or (
        "github:org/callisto" if number else "conda:lodestar" if place == "github" else "pypi:lodestar"
    )
    return Spotted(
        place=place,
        login=login,
        number=number,
        role="Owner",
        asset=about,
        kind="package-role",
        source=place,
        vantage=f"{place}:anonymous",
        at=AT,
        marking=marking,
    )


def apart(one: str, other: str, *signs: str, until: date | None = None) -> DeclaredDistinction:
    one, other = sorted((one, other))
    return DeclaredDistinction(one=one, other=other, by="grace", reason="asked", signs=signs, until=until)


def found(
    looks: Iterable[Spotted], *declared: Evidence, ever: dict[str, frozenset[int]] | None = None
) -> tuple[MayBe, ...]:
    inventory = Inventory.of((HEAD, LODESTAR, *declared))
    return proposals(looks, inventory, TODAY, numbers_of=ever or {}, closed=lambda handle: Marking(TLP.AMBER))


def ids(made: Iterable[MayBe]) -> dict[str, str]:
    return {may.id: may.strength.value for may in made}


ADA = person("ada", "github:ada-l", number=1)


# ---------------------------------------------------------------- what is a sign


def test_an_account_elsewhere_that_is_spelled_alike_is_a_weak_sign_with_its_reason() -> None:
    (may,) = found([spotted("pypi:Ada_L")], ADA)
    assert (may.id, may.strength, may.called) == ("ada=pypi:ada_l", Strength.WEAK, ("ada", "ada_l at PyPI"))
    assert may.why == (
        "pypi:ada_l (Owner of pypi:lodestar on 2026-03-02) and github:ada-l of ada are spelled alike. "
        "Two people may use one login in two places"
    )


def test_of_two_accounts_at_one_place_one_may_be_an_imitation() -> None:
    looks = [spotted("github:ada-l", 1), spotted("github:adal", 9)]
    (may,) = found(looks, ADA)
    assert (may.id, may.strength) == ("ada=github-id:9", Strength.WEAK)
    assert "imitation" in may.why
    assert ids(found([spotted("github:robin-e", 5), spotted("github:robine", 6)])) == {
        "github-id:5=github-id:6": "weak"
    }


def test_two_people_of_the_register_with_one_address_are_a_strong_sign() -> None:
    ada = person("ada", "email:ada@people.example")
    two = person("two", "chat:Ada@people.example")
    tagged = person("tagged", "email:ada+lists@people.example")
    assert ids(found([], ada, two)) == {"ada=two": "strong"}
    assert ids(found([], ada, tagged)) == {"ada=tagged": "fair"}


def test_an_address_that_three_people_share_is_a_teams_and_no_sign() -> None:
    team = [person(handle, "email:crew@people.example") for handle in ("ada", "bo", "cy")]
    assert found([], *team) == ()
    assert ids(found([], *team[:2])) == {"ada=bo": "strong"}


def test_githubs_own_address_leads_to_the_account_whose_number_it_has() -> None:
    ada = person("ada", number=4711)
    two = person("two", "email:4711+somebody@users.noreply.github.com")
    old = person("old", "email:zeta-z@users.noreply.github.com")
    assert ids(found([], ada, two)) == {"ada=two": "strong"}
    assert ids(found([spotted("github:zeta-z", 8)], old)) == {"old=github-id:8": "fair"}


def test_a_maintainer_at_conda_forge_goes_by_the_login_of_a_number() -> None:
    assert ids(found([spotted("github:robin-e"), spotted("github:robin-e", 5)])) == {
        "github-id:5=github:robin-e": "fair"
    }
    assert ids(found([spotted("github:bo"), spotted("github:bo", 5)])) == {"github-id:5=github:bo": "fair"}
    renamed = [spotted("github:ada-new", 1), spotted("github:ada-new")]
    assert ids(found(renamed, ADA)) == {"ada=github:ada-new": "fair"}


# ---------------------------------------------------------------- what is none


@pytest.mark.parametrize(
    ("word", "declared"),
    [
        ("pypi:ada", person("ada", "github:ada")),  # a first name
        ("pypi:example", person("ada", "github:example")),  # a last name
        ("pypi:adl", person("ada", "github:adl")),  # too short
        ("pypi:admin", person("ada", "github:admin")),
        ("pypi:release-admin", person("ada", "github:release_admin")),
        ("pypi:lodestar", person("ada", "github:lodestar")),  # a package of the project's
        ("pypi:callisto-release", person("ada", "github:callisto_release")),
        ("pypi:ada-l-bot", person("ada", "github:ada_l_bot")),
        ("pypi:20260302", person("ada", "github:20260302")),
        ("pypi:ada_l", person("crane", "github:ada-l", bot=True)),
        ("pypi:forgotten-3", person("ada", "github:forgotten-3")),
        ("pypi:somebody", person("ada", "github:ada-l", name="Somebody Else")),  # a display name
    ],
)
def test_what_many_share_and_what_is_a_machines_is_no_sign(word: str, declared: DeclaredParty) -> None:
    assert found([spotted(word)], declared) == ()


def test_a_login_that_changed_hands_is_no_sign() -> None:
    imitated = person("ada", "github:ada-l", "npm:ada-l", number=1)
    assert found([spotted("github:ada-l", 9)], imitated) == ()
    robin = person("robin", "pypi:robin-e")
    assert ids(found([spotted("github:robin-e", 5)], robin)) == {"robin=github-id:5": "weak"}
    assert found([spotted("github:robin-e", 5), spotted("github:Robin-E", 6)], robin) == ()
    assert found([spotted("github:robin-e", 5)], robin, ever={"robin-e": frozenset({5, 6})}) == ()


def test_a_spelling_that_three_accounts_of_one_place_have_is_shared() -> None:
    looks = [spotted("pypi:ada_l"), spotted("pypi:ada.l"), spotted("pypi:adal")]
    assert found(looks, ADA) == ()
    assert ids(found(looks[:2], ADA)) == {"ada=pypi:ada.l": "weak", "ada=pypi:ada_l": "weak"}


def test_two_accounts_at_two_registries_that_the_register_does_not_know_are_not_proposed() -> None:
    assert found([spotted("pypi:robin_e"), spotted("npm:robin-e")]) == ()


# ---------------------------------------------------------------- told apart


def test_who_is_told_apart_stays_so_for_the_signs_that_were_known() -> None:
    sign = "spelling github:ada-l pypi:ada_l"
    looks = [spotted("pypi:ada_l")]
    assert found(looks, ADA, apart("ada", "pypi:ada_l")) == ()
    assert found(looks, ADA, apart("github:ada-l", "pypi:ada_l")) == ()
    assert found(looks, ADA, apart("ada", "pypi:ada_l", sign, until=TODAY)) == ()
    yesterday = date.fromordinal(TODAY.toordinal() - 1)
    assert found(looks, ADA, apart("ada", "pypi:ada_l", sign, until=yesterday))
    more = person("ada", "github:ada-l", "npm:ada-l", number=1)
    assert found(looks, more, apart("ada", "pypi:ada_l", sign))
    assert found(looks, more, apart("ada", "pypi:ada_l"), apart("ada", "pypi:other")) == ()
    second = apart("ada", "pypi:ada_l", "spelling npm:ada-l pypi:ada_l")
    assert found(looks, more, apart("ada", "pypi:ada_l", sign), second) == ()


def test_a_proposal_is_as_closed_as_the_least_closed_look_that_shows_the_account() -> None:
    closed = spotted("pypi:ada_l", marking=RED, asset="pypi:hidden")
    (may,) = found([closed], ADA)
    assert may.marking == RED and proposal(may) is None
    (may,) = found([closed, spotted("pypi:ada_l")], ADA)
    assert may.marking == Marking(TLP.AMBER) and "hidden" not in may.why


# ---------------------------------------------------------------- laws

LOGIN = st.sampled_from(
    ["ada-l", "Ada_L", "ada.l", "adal", "robin-e", "robine", "admin", "ada", "x-bot", "ci-robin"]
)
PLACE = st.sampled_from(["pypi", "npm", "github"])
HANDLE = st.sampled_from(["ada", "robin", "crane"])
MAIL = st.sampled_from(["ada@a.example", "ada+x@a.example", "1+ada-l@users.noreply.github.com"])


@st.composite
def looks(draw: st.DrawFn) -> Spotted:
    place = draw(PLACE)
    number = draw(st.integers(0, 4)) if place == "github" else 0
    marking = Marking(draw(st.sampled_from([TLP.CLEAR, TLP.AMBER, TLP.RED])))
    return spotted(f"{place}:{draw(LOGIN)}", number, marking)


@st.composite
def registers(draw: st.DrawFn) -> tuple[DeclaredParty, ...]:
    """People each account and number of whom is one person's alone, as a register has it."""
    people = []
    taken: set[str] = set()
    numbers: set[int] = set()
    for handle in ("ada", "robin", "crane"):
        own = draw(
            st.lists(st.tuples(PLACE, LOGIN) | st.tuples(st.sampled_from(["email", "chat"]), MAIL), max_size=3)
        )
        accounts = {Account(*pair).id: Account(*pair) for pair in own}
        kept = tuple(account for id, account in accounts.items() if id not in taken)
        taken |= set(accounts)
        number = draw(st.none() | st.integers(1, 4))
        number = None if number in numbers else number
        numbers |= {number} if number is not None else set()
        bot = handle == "crane" and draw(st.booleans())
        people.append(
            DeclaredParty(handle=handle, name=f"{handle.title()} Example", accounts=kept, github_id=number, bot=bot)
        )
    return tuple(people)


@given(st.lists(looks(), max_size=8), registers(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(
    seen: list[Spotted], people: tuple[DeclaredParty, ...], random
) -> None:  # type: ignore[no-untyped-def]
    first = found(seen, *people)
    shuffled, others = list(seen), list(people)
    random.shuffle(shuffled)
    random.shuffle(others)
    assert found(shuffled, *others) == first


@given(st.lists(looks(), max_size=8), registers())
def test_nobody_is_proposed_to_be_themselves_nor_a_machine_and_every_proposal_gives_a_reason(
    seen: list[Spotted], people: tuple[DeclaredParty, ...]
) -> None:
    inventory = Inventory.of((HEAD, *people))
    machines = {party.handle for party in people if party.bot}
    made = found(seen, *people)
    assert len({may.id for may in made}) == len(made)
    for may in made:
        assert may.one != may.other and not {may.one, may.other} & machines
        assert may.signs and all(sign.why for sign in may.signs) and may.marking.level >= TLP.AMBER
        for key in (may.one, may.other):
            place, _, login = key.partition(":")
            assert key in inventory.parties or place == "github-id" or inventory.party_of(place, login) is None
        by_number = {
            inventory.by_github_id.get(int(k.partition(":")[2])) for k in (may.one, may.other) if "-id:" in k
        }
        assert by_number <= {None}


@given(st.lists(looks(), max_size=8), registers(), st.data())
def test_who_is_told_apart_is_never_proposed_and_nothing_else_changes(
    seen: list[Spotted], people: tuple[DeclaredParty, ...], data: st.DataObject
) -> None:
    made = found(seen, *people)
    if not made:
        return
    refused = data.draw(st.sampled_from(made))
    signs = tuple(sign.id for sign in refused.signs) if data.draw(st.booleans()) else ()
    left = found(seen, *people, apart(refused.one, refused.other, *signs))
    assert left == tuple(may for may in made if may.id != refused.id)


@given(st.text(max_size=12), st.integers(0, 2))
def test_whatever_a_login_holds_it_prints_harmlessly(tail: str, number: int) -> None:
    login = f"ａda_l\x1b[2J\u202e{tail}"  # wide letters, an escape and a turn of direction
    place = "github" if number else "pypi"
    for may in found([spotted(f"{place}:{login}", number)], person("ada", f"npm:ada-l\x1b[2J\u202e{tail}")):
        line = proposal(may)
        assert line is not None and not set(line) & {"\x1b", "\u202e", "\n", "\r"}
        assert not any(set(name) & {"\x1b", "\u202e", "\n", "\r"} for name in may.called)


def test_a_hostile_login_that_is_spelled_alike_is_proposed_and_told_without_its_marks() -> None:
    (may,) = found([spotted("pypi:ada_l\x1b[2J\u202e")], person("ada", "npm:ada-l\x1b[2J\u202e"))
    line = proposal(may)
    assert line is not None and "\x1b" not in line and "\ufffd" in line
