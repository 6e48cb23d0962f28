"""The one retry policy: from an answer to whether it stands, is asked for again, or nothing more is to be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec
from msgspec import Struct

SECONDARY_PAUSE = 60.0
"""Seconds after a secondary limit that states no time, as GitHub's documentation asks; doubled each time."""

LATEST = 366 * 86_400.0
"""Seconds. A limit that is said to end later than in a year is taken to end in one."""

_NEVER_BETTER = frozenset({501, 505})
_SECONDARY = re.compile(r"secondary rate limit|abuse detection", re.IGNORECASE)
_LIMITED = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_READ_FOR_A_LIMIT = 64 * 1024
"""Bytes of a refusal's body that are looked through for the words of a limit."""


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds on asking. Times in seconds, sizes in bytes of the decoded body.

    ``tries`` is how often one address is asked at most, ``try_seconds`` how long one try may take from the
    first byte to the last, ``all_seconds`` how long all tries and pauses together, ``at_once`` how many
    requests one host is sent at a time. A host that leaves a request unanswered is asked but once about the
    next ones, and after ``given_up`` of them in a row not at all. ``longest_reset`` is how long the end of a
    rate limit may be waited for, over all tries of one request; that wait does not count in ``all_seconds``.
    """

    tries: int = 4
    try_seconds: float = 30.0
    all_seconds: float = 90.0
    first_pause: float = 0.5
    longest_pause: float = 60.0
    body_bytes: int = 64 * 2**20
    at_once: int = 4
    given_up: int = 4
    redirects: int = 5
    longest_reset: float = 120.0


class Done(Struct, frozen=True):
    """The answer stands."""


class Wait(Struct, frozen=True):
    """Ask again after some seconds; ``None``: after a pause of the asker's own, longer each time.

    ``limited``: the seconds are a rate limit's, not a server's in trouble.
    """

    seconds: float | None = None
    limited: bool = False


class Stop(Struct, frozen=True):
    """A rate limit is reached that ends too late to be waited for."""

    until: datetime


Step = Done | Wait | Stop


class _Error(Struct):
    type: object = None
    message: object = None


class _Errors(Struct):
    errors: tuple[_Error, ...] | None = None


class _Cost(Struct):
    cost: int


class _Limit(Struct):
    rateLimit: _Cost | None = None


class _Priced(Struct):
    data: _Limit | None = None


_errors = msgspec.json.Decoder(_Errors)
_priced = msgspec.json.Decoder(_Priced)


def after(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    *,
    nth: int = 1,
    graphql: bool = False,
    patience: float = Limits().longest_reset,
) -> Step:
    """What to do after an answer.

    Args:
        status: the HTTP status.
        headers: by lower-case name.
        body: decoded; a refusal's is searched for the words of a limit.
        now: the time, in UTC.
        nth: the how-manieth try it was, from 1.
        graphql: a 200 may be a limit that stands in the body.
        patience: how many seconds a limit's end may still be waited for.
    """
    asked = _retry_after(headers.get("retry-after", ""), now)
    if _is_limit(status, headers, body, asked, graphql=graphql):
        seconds = _limit_ends(headers, asked, now, nth)
        return Wait(seconds, True) if seconds <= patience else Stop(now + timedelta(seconds=seconds))
    if status == 429 or (500 <= status < 600 and status not in _NEVER_BETTER):
        return Wait(asked)
    return Done()


def graphql_cost(body: bytes) -> int | None:
    """The points that a GraphQL answer says it cost; ``None`` if it does not say."""
    try:
        said = _priced.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    cost = said.data.rateLimit.cost if said.data and said.data.rateLimit else None
    return cost if cost is not None and 0 <= cost < 10**9 else None


def _is_limit(status: int, headers: Mapping[str, str], body: bytes, asked: float | None, *, graphql: bool) -> bool:
    if graphql and status == 200:
        return _limited_in(body)
    if status not in (403, 429):
        return False
    stated = asked is not None or (_is_used_up(headers) and _reset(headers) is not None)
    return stated or bool(_SECONDARY.search(body[:_READ_FOR_A_LIMIT].decode("utf-8", "replace")))


def _limited_in(body: bytes) -> bool:
    """Whether a GraphQL answer's errors are a limit's. Data are not looked at: strangers write them."""
    try:
        errors = _errors.decode(body).errors or ()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return any(
        (isinstance(e.type, str) and e.type in _LIMITED)
        or (isinstance(e.message, str) and bool(_SECONDARY.search(e.message)))
        for e in errors
    )


def _limit_ends(headers: Mapping[str, str], asked: float | None, now: datetime, nth: int) -> float:
    """Seconds until a limit ends: as ``Retry-After`` says, else the reset time, else a minute and more."""
    if asked is not None:
        return min(asked, LATEST)
    reset = _reset(headers) if _is_used_up(headers) else None
    if reset is not None:
        return min(max(1.0, (reset - now) / timedelta(seconds=1) + 1.0), LATEST)
    return SECONDARY_PAUSE * 2.0 ** (nth - 1)


def _is_used_up(headers: Mapping[str, str]) -> bool:
    return headers.get("x-ratelimit-remaining", "").strip() == "0"


def _reset(headers: Mapping[str, str]) -> datetime | None:
    value = headers.get("x-ratelimit-reset", "").strip()
    if not re.fullmatch(r"\d{1,11}", value, re.ASCII):
        return None
    return datetime.fromtimestamp(int(value), UTC)


def _retry_after(value: str, now: datetime) -> float | None:
    """``Retry-After`` in seconds from now, written as seconds or as a date; ``None``: not or wrongly stated."""
    value = value.strip()
    if re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now) / timedelta(seconds=1))
