"""The retry policy: from an answer to what is done next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.collectors.retrying import SECONDARY_PAUSE, Done, Step, Stop, Wait, after, graphql_cost

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


def epoch(seconds: float) -> str:
    return str(int((NOW + timedelta(seconds=seconds)).timestamp()))


def step(status: int, headers: Mapping[str, str] = {}, body: bytes = b"", **more: object) -> Step:
    return after(status, headers, body, NOW, **more)  # type: ignore[arg-type]


SECONDARY = b'{"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}'
ABUSE = b'{"message": "You have triggered an abuse detection mechanism."}'
USED_UP = {"x-ratelimit-remaining": "0"}


@pytest.mark.parametrize("status", [200, 201, 204, 301, 304, 400, 401, 403, 404, 410, 422, 451, 501, 505])
def test_an_answer_that_no_second_try_betters_stands(status):
    assert step(status) == Done()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 520])
def test_trouble_is_met_with_a_pause_of_our_own(status):
    assert step(status) == Wait(None, False)


def test_a_server_in_trouble_may_say_how_long():
    assert step(503, {"retry-after": "41"}) == Wait(41.0, False)


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"retry-after": "17"}, b"", 17.0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=41), usegmt=True)}, b"", 41.0),
        ({"retry-after": "17", **USED_UP, "x-ratelimit-reset": epoch(90)}, b"", 17.0),
        ({**USED_UP, "x-ratelimit-reset": epoch(90)}, b"", 91.0),
        ({**USED_UP, "x-ratelimit-reset": epoch(-90)}, b"", 1.0),
        ({}, SECONDARY, SECONDARY_PAUSE),
        ({}, ABUSE, SECONDARY_PAUSE),
        ({"retry-after": "5"}, SECONDARY, 5.0),
        ({"x-ratelimit-remaining": "4999", "x-ratelimit-reset": epoch(3000)}, SECONDARY, SECONDARY_PAUSE),
        ({**USED_UP, "x-ratelimit-reset": "9" * 30}, SECONDARY, SECONDARY_PAUSE),
    ],
)
def test_a_limit_is_waited_for_as_long_as_it_says(status, headers, body, seconds):
    assert step(status, headers, body) == Wait(seconds, True)


@pytest.mark.parametrize("headers", [USED_UP, {**USED_UP, "x-ratelimit-reset": "soon"}, {"retry-after": "soon"}])
def test_a_refusal_that_states_no_limit_is_a_refusal(headers):
    assert step(403, headers, b'{"message": "Resource not accessible by integration"}') == Done()


def test_a_used_up_allowance_on_an_answer_is_no_limit_yet():
    assert step(200, {**USED_UP, "x-ratelimit-reset": epoch(3000)}) == Done()
    assert step(404, {**USED_UP, "x-ratelimit-reset": epoch(3000)}) == Done()


def test_a_limit_that_ends_too_late_is_not_waited_for():
    assert step(403, {**USED_UP, "x-ratelimit-reset": epoch(3000)}) == Stop(NOW + timedelta(seconds=3001))
    assert step(429, {"retry-after": "86400"}) == Stop(NOW + timedelta(days=1))
    assert step(429, {"retry-after": "30"}, patience=29.0) == Stop(NOW + timedelta(seconds=30))
    assert step(429, {"retry-after": "30"}, patience=30.0) == Wait(30.0, True)


def test_each_secondary_limit_doubles_the_pause():
    assert step(403, {}, SECONDARY, nth=2) == Wait(2 * SECONDARY_PAUSE, True)


@pytest.mark.parametrize(
    "errors",
    [
        b'[{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]',
        b'[{"type": "RATE_LIMIT", "message": "API rate limit already exceeded"}]',
        b'[{"type": "NOT_FOUND"}, {"type": "RATE_LIMITED"}]',
        b'[{"message": "You have exceeded a secondary rate limit."}]',
    ],
)
def test_a_graphql_answer_may_be_a_limit_in_spite_of_its_200(errors):
    body = b'{"data": null, "errors": ' + errors + b"}"
    assert step(200, {}, body, graphql=True) == Wait(SECONDARY_PAUSE, True)
    assert step(200, {**USED_UP, "x-ratelimit-reset": epoch(30)}, body, graphql=True) == Wait(31.0, True)
    assert step(200, {}, body) == Done()


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": {"organization": {"description": "RATE_LIMITED secondary rate limit"}}}',
        b'{"data": null, "errors": [{"type": "FORBIDDEN", "message": "no"}]}',
        b'{"data": null, "errors": [{"type": 5, "message": ["secondary rate limit"]}]}',
        b'{"errors": "RATE_LIMITED"}',
        b'{"data": {"truncat',
        b"[" * 100_000,
        b"\xff",
        b"",
    ],
)
def test_other_graphql_answers_are_the_readers_business(body):
    assert step(200, {}, body, graphql=True) == Done()


@pytest.mark.parametrize(
    ("body", "cost"),
    [
        (b'{"data": {"rateLimit": {"cost": 7, "remaining": 3}, "viewer": {}}}', 7),
        (b'{"data": {"rateLimit": null}}', None),
        (b'{"data": null}', None),
        (b'{"data": {"rateLimit": {"cost": -7}}}', None),
        (b'{"data": {"rateLimit": {"cost": "many"}}}', None),
        (b"no JSON", None),
    ],
)
def test_the_cost_of_a_graphql_answer_is_what_it_says(body, cost):
    assert graphql_cost(body) == cost


@given(
    status=st.integers(100, 599),
    headers=st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"]), st.text(max_size=40)
    ),
    body=st.binary(max_size=60),
    graphql=st.booleans(),
)
def test_no_answer_whatever_makes_the_policy_fail_or_wait_beyond_its_patience(status, headers, body, graphql):
    done = after(status, headers, body, NOW, graphql=graphql, patience=50.0)
    if isinstance(done, Wait) and done.limited:
        assert done.seconds is not None
        assert 0 <= done.seconds <= 50


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "Fri, 31 Dec 9999 23:59:59 -1200"},
        {"retry-after": "Wed, 21 Oct 99999999999999999999 07:28:00 GMT", **USED_UP, "x-ratelimit-reset": "9" * 11},
    ],
)
def test_a_limit_that_ends_beyond_the_calendar_stops_the_asking_and_nothing_else(headers):
    found = step(403, headers)
    assert isinstance(found, Stop) and found.until == NOW + timedelta(days=366)
