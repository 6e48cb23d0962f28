"""Lists that REST gives in pages: followed to their end, or short of it with the reason.

A REST list says nothing of how long it is. One that comes empty looks like one that was lost on its way, so it is
said of it that nobody counted it; what it would take away waits for two more looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from muniment.collectors.github import graphql
from muniment.collectors.github.organization import TWICE, part
from muniment.collectors.github.rights import lacking
from muniment.collectors.github.standing import next_page
from muniment.collectors.reading import Missed, unobservable, unreadable
from muniment.evidence.kind import Evidence
from muniment.model.observation import Outcome
from muniment.ports import Answer, Io

T = TypeVar("T")

PAGES = 200
"""The pages that are followed of any list, whatever it says."""

OTHER_SHAPE = "some came in another shape"

_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_CONNECTION = msgspec.json.Decoder(graphql.Connection)
_NUMBER = msgspec.json.Decoder(int)


class Rows(Struct, Generic[T], frozen=True):
    """What came of a list, why it is not all (empty: it is), and whether anything vouches for its length."""

    items: tuple[T, ...]
    short: str = ""
    counted: bool = True


async def followed(
    io: Io, question: str, url: str, *, credential: str, within: str, most: int = PAGES
) -> list[Answer]:
    """The pages of a list from ``url`` on, each marked with the question; none from outside of ``within``.

    ``most``: no more pages than these, whatever the list says.
    """
    answers: list[Answer] = []
    seen: set[str] = set()
    while url and url not in seen and url.startswith(within) and len(answers) < most:
        seen.add(url)
        answers.append(replace(await io.get(url, credential=credential), question=question))
        url = next_page(answers[-1]) if answers[-1].status == 200 else ""
    return answers


def rows(
    answers: Sequence[Answer], item: msgspec.json.Decoder[T], kind: type[Evidence], *, below: str = ""
) -> Rows[T] | Missed:
    """The items of a list over all its pages; ``Missed`` if not even the first page came.

    ``below``: the list stands under this name beside ``total_count``, which is then held against what came.
    """
    items: list[T] = []
    short: dict[str, None] = {}
    came, total = 0, None
    for answer in answers:
        page = _page(answer, kind, below)
        if isinstance(page, Missed):
            if answer is answers[0]:
                return page
            short[f"a further page did not come: {page.detail}"] = None
            break
        found, total = page
        if not found and answer is not answers[0]:
            short["a further page came empty"] = None
        came += len(found)
        for raw in found:
            one = graphql.decoded(bytes(raw), item)
            if isinstance(one, Missed):
                short[OTHER_SHAPE] = None
            else:
                items.append(one)
    if not answers:
        return Missed(Outcome.UNREACHABLE, "no page of the list came")
    if not short and next_page(answers[-1]):
        short["the list goes on, and its next page did not come"] = None
    if total is not None and total != came:
        short["GitHub's own total is another than what came"] = None
    return Rows(tuple(items), "; ".join(short), counted=total is not None or came > 0)


class Nested(Struct, frozen=True):
    """What came of a list within something: its nodes, and why they are not all (empty: they are)."""

    nodes: tuple[graphql.Node, ...]
    short: str = ""


def nested(pages: Sequence[graphql.Node], name: str, items: str = "nodes") -> Nested | Missed:
    """A list of something that came in one answer or more; ``Missed`` if not even its first page came."""
    nodes: list[graphql.Node] = []
    short: dict[str, None] = {}
    total, more = None, False
    for page in pages:
        holder = graphql.below(page, name)
        head: graphql.Connection | Missed
        if holder.missing:
            head = graphql.why(holder.faults) or unobservable("GitHub left the list out")
        else:
            head = graphql.decoded(holder.raw, _CONNECTION)
        if isinstance(head, Missed):
            if page is pages[0]:
                return head
            short[f"a further page did not come: {head.detail}"] = None
            more = False
            break
        if (wrong := graphql.why(f for f in holder.faults if len(f.path) < 2 or f.path[0] != items)) is not None:
            short[wrong.detail] = None
        nodes += graphql.each(graphql.below(holder, items))
        total, more = head.total_count, head.page_info.has_next_page
    if total is None:
        return Missed(Outcome.UNREACHABLE, "no page of the list came")
    if more:
        short["the list goes on, and its next page did not come"] = None
    elif total != len(nodes):
        short["GitHub's own total is another than what came"] = None
    return Nested(tuple(nodes), "; ".join(short))


def end_of(page: graphql.Node, name: str) -> str:
    """Where the next page of a list within something begins; empty: there is none, or nothing came."""
    head = graphql.decoded(graphql.below(page, name).raw, _CONNECTION)
    if isinstance(head, Missed) or not head.page_info.has_next_page:
        return ""
    return head.page_info.end_cursor or ""


def refused(kind: type[Evidence], detail: str) -> Missed:
    """The outcome of a question that wants a right: which, and who could grant it."""
    return Missed(Outcome.DENIED, f"{detail}: it {lacking(kind)}")


def twice(numbers: Sequence[object]) -> str:
    """Why a list in which something stands twice is not all there is; empty: nothing does."""
    return TWICE if len(set(numbers)) != len(numbers) else ""


def _page(answer: Answer, kind: type[Evidence], below: str) -> tuple[list[msgspec.Raw], int | None] | Missed:
    if answer.status == 422:
        return refused(kind, "answered 422")
    if not below:
        found = part(answer, _RAWS, kind)
        return found if isinstance(found, Missed) else (found, None)
    fields = part(answer, _FIELDS, kind)
    if isinstance(fields, Missed):
        return fields
    listed = graphql.decoded(bytes(fields.get(below, graphql.NULL)), _RAWS)
    if isinstance(listed, Missed):
        return listed
    total = graphql.decoded(bytes(fields.get("total_count", graphql.NULL)), _NUMBER)
    return (
        unreadable("the answer does not say how long the list is") if isinstance(total, Missed) else (listed, total)
    )
