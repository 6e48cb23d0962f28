"""What the registries' parsers share: from an answer to a typed value or an outcome, from facts to a batch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from muniment.collectors.addresses import scrubbed
from muniment.evidence.kind import Evidence, encode, kind_id
from muniment.model import asset as assets
from muniment.model.errors import UsageError
from muniment.model.observation import Batch, Cell, Item, Outcome, Vantage
from muniment.model.text import plain
from muniment.model.tlp import Marking
from muniment.ports import Answer

T = TypeVar("T")

Name = Annotated[str, Meta(max_length=214)]
"""A package's, version's, file's or account's name; a longer one is refused as unreadable."""

Label = Annotated[str, Meta(max_length=512)]
"""A name of something less bounded, such as a file."""

SUMMARY = 500
LINK = 500
LINKS = 50


class Missed(Struct, frozen=True):
    """Why an answer tells nothing."""

    outcome: Outcome
    detail: str


class Source(Struct, frozen=True):
    """Who read: the source's name, the vantage it was seen from, and the parser's version."""

    name: str
    vantage: Vantage
    parser: str


def missed(answer: Answer) -> Missed | None:
    """The outcome of an answer that carries no content; ``None`` if it is to be read."""
    match answer.status:
        case 200:
            return None
        case 404 | 410:
            return Missed(Outcome.ABSENT, f"answered {answer.status}")
        case 401 | 403 | 407 | 451:
            return Missed(Outcome.DENIED, said(answer.detail or f"answered {answer.status}"))
        case 0 | 408 | 425 | 429:
            return Missed(Outcome.UNREACHABLE, said(answer.detail or f"answered {answer.status}"))
        case status if status >= 500:
            return Missed(Outcome.UNREACHABLE, said(answer.detail or f"answered {status}"))
        case status:
            return Missed(Outcome.UNREADABLE, f"answered {status}")


def read(answer: Answer, decoder: msgspec.json.Decoder[T]) -> T | Missed:
    """The answer as a typed value, or why there is none."""
    no_content = missed(answer)
    if no_content is not None:
        return no_content
    try:
        return decoder.decode(answer.body)
    except msgspec.ValidationError as fault:
        return unreadable(f"the answer has another shape: {fault}")
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        return unreadable(f"the answer is not JSON: {fault}")
    except RecursionError:
        return unreadable("the answer is nested too deeply")


def unreadable(why: str) -> Missed:
    """The outcome of an answer that makes no sense."""
    return Missed(Outcome.UNREADABLE, said(why))


def unobservable(why: str) -> Missed:
    """The outcome of an answer that leaves a datum out."""
    return Missed(Outcome.UNOBSERVABLE, said(why))


def said(text: str) -> str:
    """A detail fit to be kept: no credentials, no control characters, short."""
    return plain(scrubbed(text), 300)


def told(text: str | None, limit: int = SUMMARY) -> str:
    """Prose of a stranger, fit to be kept: one line, no control characters, cut at ``limit``."""
    return plain(" ".join((text or "").split()), limit)


def utc(time: datetime) -> datetime | None:
    """The instant in UTC, taken to be in UTC where it names no zone; ``None``: beyond what can be written."""
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return None


def gathered(
    source: Source,
    scope: str,
    kind: type[Evidence],
    at: datetime,
    facts: Iterable[Evidence] | Missed,
    *,
    partial: str = "",
    counted: bool = True,
) -> Batch:
    """The batch for one kind.

    ``partial`` says why the facts are not all there are; empty: they are. Not ``counted``: the source gives a list
    without its length, and an empty one came; what it takes away waits for two more looks.
    """
    cell = Cell(source.name, scope, kind_id(kind))
    marking = Marking(kind.marking)
    if isinstance(facts, Missed):
        return Batch(
            cell=cell,
            vantage=source.vantage,
            outcome=facts.outcome,
            observed_at=at,
            parser=source.parser,
            marking=marking,
            detail=facts.detail,
            schema=kind.schema,
        )
    by_key = {fact.key: fact for fact in facts}
    return Batch(
        cell=cell,
        vantage=source.vantage,
        outcome=Outcome.PARTIAL if partial else Outcome.COLLECTED,
        observed_at=at,
        parser=source.parser,
        marking=marking,
        items=tuple(Item(key, encode(by_key[key])) for key in sorted(by_key)),
        total=None if partial or not counted else len(by_key),
        detail=said(partial),
        schema=kind.schema,
        counted=counted or bool(partial),
    )


def asset_of(family: str, name: str) -> str | None:
    """The canonical asset id of a package's name; ``None`` if it is not a name we can write."""
    try:
        asset = assets.canonical(f"{family}:{name}")
        return asset if assets.family(asset) == family else None
    except UsageError:
        return None
