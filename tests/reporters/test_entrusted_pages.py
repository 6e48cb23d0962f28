"""The pages of credentials and of access reviews: for whom they are, and that what nobody wrote is not praised."""

from __future__ import annotations

from msgspec.structs import replace

from muniment.model.tlp import RED, TLP, Audience, Marking
from muniment.publish.projection import COUNCIL, PUBLIC, project
from muniment.publish.view import build
from muniment.reporters import site
from muniment.reporters.site.paths import review_path
from muniment.testing.material import CHECKS, material

HARBOUR = Audience(TLP.AMBER, frozenset({"harbour"}))


def files(audience: Audience = COUNCIL) -> dict[str, str]:
    told = site.files(project(build(material(), CHECKS), audience))
    return {path: data.decode() for path, data in told.items()}


def test_a_credential_is_shown_to_whoever_answers_for_all_that_it_opens() -> None:
    own, whole = files(HARBOUR)["credentials.html"], files()["credentials.html"]

    assert "hub-deploy-key" in own and "registrar-login" not in own and "vault-recovery" not in own
    assert all(name in whole for name in ("hub-deploy-key", "registrar-login", "vault-recovery"))
    assert "credentials.html" not in files(PUBLIC)
    assert not any("registrar-login" in text for text in files(PUBLIC).values())


def test_what_is_to_be_made_anew_comes_first_and_a_day_that_nobody_wrote_is_not_a_good_one() -> None:
    whole = files()["credentials.html"]

    places = [whole.index(name) for name in ("registrar-login", "hub-deploy-key", "vault-recovery")]
    assert places == sorted(places)
    assert "2 of them to be made anew" in whole and "Overdue" in whole and "Cannot tell" in whole


def test_a_role_whose_day_is_past_says_that_it_ended() -> None:
    assert "Ended" in files()["credentials.html"] and "with the <bdi>interns</bdi>" in files()["credentials.html"]


def test_reviews_are_for_the_council_alone() -> None:
    whole = files()

    assert {path for path in whole if path.startswith("reviews/")} == {
        review_path("shared-accounts"),
        review_path("domain-2025"),
    }
    assert not [path for path in (*files(HARBOUR), *files(PUBLIC)) if path.startswith("reviews/")]
    assert "shared-accounts" not in "".join(files(HARBOUR).values())


def test_a_review_in_which_something_could_not_be_seen_is_not_praised() -> None:
    page = files()[review_path("shared-accounts")]
    done = files()[review_path("domain-2025")]

    assert "1 question has no answer that counts." in page and "Some access could not be seen" in page
    assert "Nothing waits" in done and '<div class="blank good">' in done
    assert '<div class="blank good">' not in page


def test_credentials_and_reviews_are_as_closed_as_the_register() -> None:
    closed = project(build(replace(material(), register_marking=RED), CHECKS), HARBOUR).view

    assert closed.credentials == () and closed.grants == () and closed.reviews == ()


def test_what_the_council_may_do_is_for_the_council_and_what_nobody_can_tell_is_no_no() -> None:
    page = files()["council.html"]

    assert "In 2 of 2 organizations something is lacking" in page
    assert page.count("cannot tell</span>") == 8 and page.count(">no</span>") == 2
    assert "who could grant it: <bdi>Marit Szymborska-Ellery</bdi>" in page and "callisto-bot" not in page
    assert "council.html" not in files(HARBOUR) and "council.html" not in files(PUBLIC)


def test_a_review_calls_everybody_by_one_name() -> None:
    page = files()["reviews/shared-accounts.html"]

    assert "Marit Szymborska-Ellery" in page and "<bdi>Priska Vance</bdi>" in page
    assert "<bdi>marit</bdi>" not in page and "<bdi>priska</bdi>" not in page


def test_a_page_without_evidence_says_that_there_is_none_or_for_whom_there_is_none() -> None:
    for_all = tuple(replace(one, marking=Marking(TLP.AMBER)) for one in material().reviews)
    view = build(replace(material(), looks=(), reviews=for_all), CHECKS)
    council, harbour = (site.files(project(view, readers)) for readers in (COUNCIL, HARBOUR))

    assert "None: what people say of access is in the register" in council["reviews.html"].decode()
    path = review_path("shared-accounts")
    assert "None: no source was asked about what stands here." in council[path].decode()
    assert "None for harbour. What else there is, others may see." in harbour[path].decode()
