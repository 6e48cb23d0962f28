"""Finds the messages that mail which came back was about."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from muniment.campaigns.posted import Posted


class Bounce(Struct, frozen=True):
    """A message of ours that came back, and why."""

    post: Posted
    why: str


class Mailbox(Struct, frozen=True):
    """What a mailbox tells: the messages that came back, and how many look like ours and are none that is known."""

    bounces: tuple[Bounce, ...] = ()
    unknown: int = 0


def bounces(
    posted: Iterable[Posted],
    id_of: Callable[[str], str],
    came_back: Iterable[tuple[str, str]],
    *,
    is_ours: Callable[[str], bool],
    known_elsewhere: Iterable[Posted] = (),
) -> Mailbox:
    """The messages that came back, of those that were sent or may have been, each once.

    A message is known by the Message-ID that was noted when it left. Where none was noted, since a crash or a
    person's word took its place, it is known by the one that ``id_of`` gives its key, which hangs on the address
    that mail comes from now. ``came_back`` are ids with the reasons; ``is_ours`` tells the form of our own.
    ``known_elsewhere`` are messages of other campaigns.
    """
    every = tuple(posted)
    mine = {p.message_id or id_of(p.key): p for p in every if p.state in ("sent", "uncertain")}
    others = {p.message_id or id_of(p.key) for p in (*every, *known_elsewhere)} - mine.keys()
    found: dict[str, Bounce] = {}
    unknown: set[str] = set()
    for id, why in came_back:
        if id in mine:
            found.setdefault(mine[id].key, Bounce(mine[id], why))
        elif id not in others and is_ours(id):
            unknown.add(id)
    return Mailbox(tuple(found.values()), len(unknown))
