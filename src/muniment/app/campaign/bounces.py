"""Finds the messages that mail which came back was about."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from muniment.campaigns.posted import Posted


class Bounce(Struct, frozen=True):
    """A message of ours that came back, and why."""

    post: Posted
    why: str


def bounces(
    posted: Iterable[Posted], id_of: Callable[[str], str], came_back: Iterable[tuple[str, str]]
) -> tuple[Bounce, ...]:
    """The messages that came back, of those that were sent or may have been, each once.

    ``id_of`` gives the Message-ID of a key, ``came_back`` are ids with the reasons.
    """
    sent = {id_of(post.key): post for post in posted if post.state in ("sent", "uncertain")}
    found: dict[str, Bounce] = {}
    for id, why in came_back:
        if id in sent:
            found.setdefault(id, Bounce(sent[id], why))
    return tuple(found.values())
