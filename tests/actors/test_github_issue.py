"""Issues are opened in a repository that was proved private, for the one who is meant, and at most once."""

from __future__ import annotations

import asyncio
import re
import ssl
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.actors.github_issue import Issues, actor, uncalled
from muniment.actors.settings import Settings
from muniment.campaigns.message import Message
from muniment.model.errors import UsageError
from muniment.model.secrecy import Secret
from muniment.model.tlp import TLP, Marking
from muniment.ports import Delivery, Fate

from .issues import PRIVATE, IssuePlace

TOKEN = "word-of-one-who-may-write-issues"


def message(to: str = "ada", markdown: str = "Please **turn it on**.") -> Message:
    return Message(
        key="two-factor/github-id:7/announcement",
        campaign="two-factor",
        subject="github-id:7",
        stage="announcement",
        channel="github-issue",
        to=to,
        title="A second factor",
        text="Please.",
        markdown=markdown,
        marking=Marking(TLP.AMBER),
    )


def issues(place: IssuePlace, seconds: float = 10.0) -> Issues:
    return Issues(
        api=place.api, repository="dozen-projects/council", token=Secret(TOKEN), trust=None, seconds=seconds
    )


def deliver(made: Issues, one: Message | None = None) -> Delivery:
    return asyncio.run(made.deliver(one or message()))


def test_an_issue_is_opened_after_the_repository_was_proved_private() -> None:
    with IssuePlace() as place:
        done = deliver(issues(place))
    where = "/repos/dozen-projects/council"
    assert place.asked == [("GET", where, f"Bearer {TOKEN}"), ("POST", f"{where}/issues", f"Bearer {TOKEN}")]
    assert place.issues == [
        (f"{where}/issues", {"title": "A second factor", "body": "@ada\n\nPlease **turn it on**.\n"})
    ]
    assert done.fate is Fate.SENT and done.receipt.endswith("/issues/12")


@pytest.mark.parametrize(
    "said",
    [
        PRIVATE | {"private": False, "visibility": "public"},
        PRIVATE | {"private": False},
        PRIVATE | {"visibility": "internal"},
        PRIVATE | {"visibility": ""},
        {k: v for k, v in PRIVATE.items() if k != "visibility"},
        {k: v for k, v in PRIVATE.items() if k != "private"},
        PRIVATE | {"private": None},
        PRIVATE | {"private": "true"},
        PRIVATE | {"full_name": "dozen-projects/public-site"},
        PRIVATE | {"archived": True},
        PRIVATE | {"has_issues": False},
        b"",
        b"[]",
        b"<html>",
    ],
)
def test_nothing_is_written_where_privacy_is_not_proved(said: Any) -> None:
    with IssuePlace() as place:
        place.conduct.repository = said
        done = deliver(issues(place))
        assert asyncio.run(issues(place).trouble()) == done.detail != ""
    assert done.fate is Fate.REFUSED and place.issues == []


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 500, 502])
def test_an_answer_that_is_no_answer_proves_nothing(status: int) -> None:
    with IssuePlace() as place:
        place.conduct.get_status = status
        done = deliver(issues(place))
    assert done.fate is Fate.REFUSED and place.issues == [] and str(status) in done.detail


@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_a_question_without_an_answer_proves_nothing(fault: str) -> None:
    with IssuePlace() as place:
        setattr(place.conduct, fault, "GET")
        done = deliver(issues(place, seconds=0.3))
    assert done.fate is Fate.REFUSED and place.issues == []


def test_privacy_is_asked_for_again_before_each_issue() -> None:
    with IssuePlace() as place:
        made = issues(place)
        assert deliver(made).fate is Fate.SENT
        place.conduct.repository = PRIVATE | {"private": False, "visibility": "public"}
        assert deliver(made).fate is Fate.REFUSED
    assert len(place.issues) == 1


@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_an_issue_that_was_asked_for_without_an_answer_is_uncertain(fault: str) -> None:
    with IssuePlace() as place:
        setattr(place.conduct, fault, "POST")
        done = deliver(issues(place, seconds=0.3))
    assert done.fate is Fate.UNCERTAIN and len(place.issues) == 1, "it is there, and nobody said so"


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        *((status, Fate.REFUSED) for status in (307, 401, 403, 404, 410, 422, 429)),
        *((status, Fate.UNCERTAIN) for status in (200, 202, 500, 502, 503, 504)),
    ],
)
def test_a_plain_no_is_a_refusal_and_all_else_uncertain(status: int, fate: Fate) -> None:
    with IssuePlace() as place:
        place.conduct.post_status = status
        done = deliver(issues(place))
    assert done.fate is fate and len(place.issues) == 1, "it is asked for once, whatever the answer"


def test_a_server_that_is_not_there_has_opened_nothing() -> None:
    with IssuePlace() as place:
        made = issues(place)
    assert deliver(made).fate is Fate.REFUSED


def test_the_token_is_never_told() -> None:
    with IssuePlace() as place:
        place.conduct.post_status = 403
        place.conduct.post_body = f'{{"message": "{TOKEN}"}}'.encode()
        made = issues(place)
        done = deliver(made)
    assert TOKEN not in f"{done} {made!r} {asyncio.run(made.trouble())}"


# ---------------------------------------------------------------- whom it calls

ODD = (
    "_ada",
    "ada_",
    "ada__corp",
    "ada_corp_eve",
    "ada_co-rp",
    "__ada__",
    "a" * 40,
    "ada_corp/team",
    "ad\u00e4_corp",
)
"""No login: those that an enterprise manages end with its code after one underscore."""


@pytest.mark.parametrize(
    "to", ["ada", "@ada", "Ada-L", "ada_corp", "ada-l_Corp1", "a" * 39, "dozen-projects/council-team"]
)
def test_a_login_or_a_team_is_mentioned(to: str) -> None:
    with IssuePlace() as place:
        assert deliver(issues(place), message(to)).fate is Fate.SENT
    assert place.issues[0][1]["body"].startswith(f"@{to.removeprefix('@')}\n")


@pytest.mark.parametrize(
    "to", ["", "ada eve", "ada @eve", "ada\n@eve", "-ada", "a/b/c", "ada@example.org", "ada]", *ODD]
)
def test_what_is_no_login_is_asked_of_nobody(to: str) -> None:
    with IssuePlace() as place:
        done = deliver(issues(place), message(to))
    assert done.fate is Fate.REFUSED and place.asked == []


def test_nobody_else_who_is_named_is_called() -> None:
    with IssuePlace() as place:
        deliver(
            issues(place),
            message(markdown="@eve, &#64;eve &#x40;eve &commat;eve @dozen-projects/all\n\x1b[2J@mallory"),
        )
    body = place.issues[0][1]["body"]
    assert re.findall(r"@[A-Za-z0-9]+", body) == ["@ada"] and "\x1b" not in body and "&#" not in body


@given(st.text(alphabet="@&#64;x0comat/ a\n", max_size=40))
def test_no_text_calls_anybody(text: str) -> None:
    import html

    assert not re.search(r"@[A-Za-z0-9]", html.unescape(uncalled(text)))


# ---------------------------------------------------------------- settings


class Ring:
    """An empty keyring."""

    def get_password(self, service_name: str, username: str) -> str | None:
        return None


def settings(github: str = "https://api.github.example", **environ: str) -> Settings:
    return Settings(environ, Ring, ssl.create_default_context, lambda: datetime(2026, 3, 1, tzinfo=UTC), github)


def test_a_write_needs_a_token_of_its_own() -> None:
    with pytest.raises(UsageError, match="no token to open issues with"):
        actor(settings(MUNIMENT_GITHUB_ISSUES="a/b", MUNIMENT_GITHUB_TOKEN=TOKEN, GH_TOKEN=TOKEN))
    made = actor(settings(MUNIMENT_GITHUB_ISSUES="a/b", MUNIMENT_GITHUB_ISSUES_TOKEN=TOKEN))
    assert repr(made) == "Issues(a/b)"


@pytest.mark.parametrize("repository", ["", "a", "a/b/c", "https://github.example/a/b", "a/..", "a/b?x", "-a/b"])
def test_a_repository_is_owner_and_name(repository: str) -> None:
    with pytest.raises(UsageError):
        actor(settings(MUNIMENT_GITHUB_ISSUES=repository, MUNIMENT_GITHUB_ISSUES_TOKEN=TOKEN))


def test_the_token_goes_over_no_open_line() -> None:
    with pytest.raises(UsageError, match="anybody can read"):
        actor(
            settings("http://api.github.example", MUNIMENT_GITHUB_ISSUES="a/b", MUNIMENT_GITHUB_ISSUES_TOKEN=TOKEN)
        )
